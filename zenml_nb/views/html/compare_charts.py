"""Runs over the axes of their parameters and metrics, as an image."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from zenml_nb.views.comparison import Line, cell_text, is_numeric
from zenml_nb.views.format import format_number, is_number
from zenml_nb.views.html.bars import short
from zenml_nb.views.html.elements import SERIES, element, image

_WIDTH, _HEIGHT = 760, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 700, 44, 256
#: Where a run without a value is drawn.
_GAP = 284
#: Readable on light and on dark, as images do not follow the theme.
_GREY = "#808080"
_MOST_AXES, _MOST_METRICS, _MOST_WORDS, _NAMED = 8, 3, 20, 20


def parallel_image(labels: Sequence[str], lines: Sequence[Line]) -> str:
    """Parallel coordinates: an axis a parameter or metric that differs, a line a run; '' with less than two axes."""
    axes = [_Axis(line) for line in _chosen(lines)]
    if len(axes) < 2:
        return ""
    places = [_LEFT + index / (len(axes) - 1) * (_RIGHT - _LEFT) for index in range(len(axes))]
    drawn = [_line(axes, places, run) for run in range(len(labels))]
    drawn += [part for index, axis in enumerate(axes) for part in _axis(axis, places[index], index)]
    size = f'width="{_WIDTH}" height="{_HEIGHT}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="11" fill="{_GREY}">'
    told = "; ".join(_told(label, axes, run) for run, label in enumerate(labels[:_NAMED]))
    more = f"; and {len(labels) - _NAMED:,} more runs" if len(labels) > _NAMED else ""
    alternative = f"The runs over their parameters and metrics. {told}{more}"
    drawing = image(f"{head}{''.join(drawn)}</svg>", alternative, _WIDTH, _HEIGHT)
    return element("div", drawing, "margin:12px 0 0")


def _chosen(lines: Sequence[Line]) -> list[Line]:
    """The parameters that differ, numbers before words, then the metrics."""
    differing = [line for line in lines if line.name not in ("class", "code") and _is_spread(line)]
    metrics = [
        line
        for line in differing
        if line.group == "Metrics" and is_numeric(line) and not line.name.endswith("example_count")
    ][:_MOST_METRICS]
    parameters = [line for line in differing if line.group not in ("Run", "Metrics", "data")]
    kept = [line for line in parameters if is_numeric(line) or len(set(line.cells)) <= _MOST_WORDS]
    kept.sort(key=lambda line: not is_numeric(line))
    return [*kept[: _MOST_AXES - len(metrics)], *metrics]


def _is_spread(line: Line) -> bool:
    """Whether an axis would have runs at two places of it; gaps have none."""
    numeric = is_numeric(line)
    places = {
        cell for cell in line.cells if cell is not None and (not numeric or (is_number(cell) and math.isfinite(cell)))
    }
    return len(places) > 1


class _Axis:
    def __init__(self, line: Line) -> None:
        self.line = line
        self.numbers = [c for c in line.cells if is_number(c) and math.isfinite(c)] if is_numeric(line) else []
        self.words = [] if is_numeric(line) else sorted({str(cell) for cell in line.cells if cell is not None})

    def place(self, run: int) -> float | None:
        """From 0 to 1; None where the run has no value."""
        cell = self.line.cells[run]
        if self.words:
            return None if cell is None else (self.words.index(str(cell)) + 0.5) / len(self.words)
        if not (is_number(cell) and math.isfinite(cell)):
            return None
        low, high = min(self.numbers), max(self.numbers)
        return (cell - low) / (high - low) if high > low else 0.5

    def ticks(self) -> list[tuple[float, str]]:
        if self.words:
            each = math.ceil(len(self.words) / 8)
            return [((i + 0.5) / len(self.words), w) for i, w in enumerate(self.words) if i % each == 0]
        if not self.numbers:
            return []
        low, high = min(self.numbers), max(self.numbers)
        places = (0.0, 0.5, 1.0) if high > low else (0.5,)
        values = (low + (place if high > low else 0) * (high - low) for place in places)
        return [(place, format_number(float(f"{value:.4g}"))) for place, value in zip(places, values, strict=True)]


def _height(place: float | None) -> float:
    return _GAP if place is None else _BOTTOM - place * (_BOTTOM - _TOP)


def _line(axes: Sequence[_Axis], places: Sequence[float], run: int) -> str:
    points = "L".join(f"{x:.1f} {_height(axis.place(run)):.1f}" for x, axis in zip(places, axes, strict=True))
    colour = SERIES[run % len(SERIES)]
    return f'<path d="M{points}" fill="none" stroke="{colour}" stroke-width="1.6" stroke-opacity="0.8"/>'


def _axis(axis: _Axis, x: float, index: int) -> list[str]:
    parts = [f'<path d="M{x:.1f} {_TOP}V{_BOTTOM}" stroke="{_GREY}"/>']
    # Neighbouring titles stand on two lines, so that each has twice the room.
    title, top = escape(short(axis.line.name, 20)), 14 if index % 2 else 30
    anchor, at = ("start", 4.0) if x == _LEFT else ("end", _WIDTH - 4.0) if x == _RIGHT else ("middle", x)
    parts.append(f'<text x="{at:.1f}" y="{top}" text-anchor="{anchor}" font-weight="600">{title}</text>')
    ticks = [(_height(place), shown) for place, shown in axis.ticks()]
    if any(axis.place(run) is None for run in range(len(axis.line.cells))):
        ticks.append((_GAP, "none"))
    for y, shown in ticks:
        tick = escape(short(shown, 12))
        parts.append(f'<text x="{x - 5:.1f}" y="{y + 4:.1f}" text-anchor="end">{tick}</text>')
    return parts


def _told(label: str, axes: Sequence[_Axis], run: int) -> str:
    values = ", ".join(f"{short(axis.line.name, 30)} {cell_text(axis.line.cells[run], 30)}" for axis in axes)
    return f"{short(label, 40)}: {values}"
