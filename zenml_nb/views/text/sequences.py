"""Sequences as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zenml_nb.views.format import format_cell, visible
from zenml_nb.views.text.grid import cut, grid

#: The text shows as many windows, and so many steps of each.
_MOST_WINDOWS, _MOST_STEPS = 3, 12


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/sequences@1``."""
    lines = [visible(document["title"]), *map(visible, document["notes"])]
    for index, window in enumerate(document["windows"][:_MOST_WINDOWS]):
        lines += ["", visible(window["name"]), *_window(document, index, window["times"])]
    rest = len(document["windows"]) - _MOST_WINDOWS
    if rest > 0:
        lines += ["", f"and {rest} more"]
    return "\n".join(lines)


def _window(document: Mapping[str, Any], index: int, times: list[str]) -> Iterator[str]:
    """A table of one window: a column a line, its steps from left to right."""
    values = [(column["name"], column["kind"], column["values"][index]) for column in document["columns"]]
    width = max([len(times), *(len(own) for _, _, own in values)], default=0)
    shown = min(width, _MOST_STEPS)
    more = ["…"] if width > shown else []
    head = ["Column", *(_padded([cut(visible(time)) for time in times] or _numbers(shown), shown)), *more]
    rows = []
    for name, kind, own in values:
        cells = [cut(visible(format_cell(value, kind))) for value in own]
        end = more if len(own) > shown else [""] * len(more)
        rows.append([cut(visible(name)), *_padded(cells, shown), *end])
    yield from grid(head, rows, [False, *[True] * (len(head) - 1)])


def _numbers(count: int) -> list[str]:
    return [str(step + 1) for step in range(count)]


def _padded(cells: list[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]
