"""A chart of horizontal bars as an image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from zenml_nb.views.format import visible
from zenml_nb.views.html.elements import SERIES, image

_ROW = 20
_NAME = 170
_BAR = 260
_VALUE = 190
_LONGEST_NAME = 24
#: Readable on light and on dark, as images do not follow the theme.
_GREY = "#808080"


@dataclass(frozen=True)
class Bar:
    """One bar, of one or more parts.

    Attributes:
        name: on its left.
        parts: the lengths as shares of the whole width, with the index of the colour of each.
        value: on its right, for people.
    """

    name: str
    parts: Sequence[tuple[float, int]]
    value: str


def bars(rows: Sequence[Bar], title: str) -> str:
    """The chart; its alternative text has every value.

    Args:
        rows: from top to bottom.
        title: what is shown.
    """
    width, height = _NAME + _BAR + _VALUE, _ROW * len(rows) + 4
    drawn = "".join(_row(row, index) for index, row in enumerate(rows))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
    source = f'{head} font-family="sans-serif" font-size="12" fill="{_GREY}">{drawn}</svg>'
    values = "; ".join(f"{short(row.name, 80)}: {row.value}" for row in rows)
    return image(source, f"{title}. {values}", width, height)


def short(name: str, longest: int = _LONGEST_NAME) -> str:
    """A text that fits beside its bar."""
    shown = visible(name[: longest * 2])
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def _row(row: Bar, index: int) -> str:
    top = _ROW * index + 4
    parts, left = [], float(_NAME)
    for share, colour in row.parts:
        width = max(0.0, min(1.0, share)) * _BAR
        parts.append(f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="13" fill="{SERIES[colour]}"/>')
        left += width
    track = f'<rect x="{_NAME}" y="{top}" width="{_BAR}" height="13" fill="{_GREY}" opacity="0.15"/>'
    name = f'<text x="{_NAME - 8}" y="{top + 11}" text-anchor="end">{escape(short(row.name))}</text>'
    value = f'<text x="{_NAME + _BAR + 8}" y="{top + 11}">{escape(short(row.value, 30))}</text>'
    return track + "".join(parts) + name + value
