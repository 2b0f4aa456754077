"""Sequences as static HTML: a small line chart for each numeric column of the first windows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from zenml_nb.views.format import format_cell, is_number
from zenml_nb.views.html.elements import SERIES, element, image, notes, text, title
from zenml_nb.views.html.grid import clipped, folded, grid

_WIDTH, _HEIGHT = 160, 40
#: So many windows are drawn; the values of as many are in tables.
_MOST_WINDOWS = 10


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/sequences@1``."""
    parts = [title(document["title"]), notes(document["notes"])]
    windows, columns = document["windows"][:_MOST_WINDOWS], document["columns"]
    ranges = [_range(column) for column in columns]
    rows = [
        [clipped(window["name"], 80), *(_cell(c, index, r) for c, r in zip(columns, ranges, strict=True))]
        for index, window in enumerate(windows)
    ]
    if rows:
        parts.append(grid(["Sequence", *(c["name"][:80] for c in columns)], rows, "Sequences"))
        parts += [_values(document, index) for index in range(len(windows))]
    rest = len(document["windows"]) - len(windows)
    if rest > 0:
        parts.append(element("div", text(f"and {rest} more"), "opacity:0.75"))
    return f"<div>\n{''.join(parts)}\n</div>"


def _range(column: Mapping[str, Any]) -> tuple[float, float]:
    """The least and the greatest value of a column, so that its charts can be compared."""
    finite = [value for values in column["values"] for value in values if _is_finite(value)]
    return (min(finite), max(finite)) if finite else (0.0, 0.0)


def _is_finite(value: object) -> bool:
    return is_number(value) and math.isfinite(value)


def _cell(column: Mapping[str, Any], index: int, limits: tuple[float, float]) -> str:
    values = column["values"][index]
    shown = [format_cell(value, column["kind"]) for value in values]
    if column["kind"] != "number" or len(values) < 2:
        return clipped(", ".join(shown), 120)
    return _line(values, limits, f"{column['name'][:80]}: {', '.join(shown[:40])}{', …' if len(shown) > 40 else ''}")


def _line(values: Sequence[Any], limits: tuple[float, float], alternative: str) -> str:
    low, high = limits
    scale = (high - low) or 1.0
    d, is_broken = "", True
    for step, value in enumerate(values):
        if not _is_finite(value):
            is_broken = True
            continue
        x = round(step / (len(values) - 1) * _WIDTH)
        # A single value lies in the middle.
        share = (value - low) / scale if high > low else 0.5
        d += f"{'M' if is_broken else 'L'}{x} {round((1 - share) * _HEIGHT)}"
        is_broken = False
    box = f"viewBox='-2 -2 {_WIDTH + 4} {_HEIGHT + 4}'"
    line = f"<path fill='none' stroke='{SERIES[0]}' stroke-width='1.5' d='{d}'/>"
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' {box}>{line}</svg>"
    return image(svg, alternative, _WIDTH + 4, _HEIGHT + 4)


def _values(document: Mapping[str, Any], index: int) -> str:
    window, columns = document["windows"][index], document["columns"]
    n_steps = max([len(window["times"]), *(len(c["values"][index]) for c in columns)], default=0)
    times = window["times"] or [str(step + 1) for step in range(n_steps)]
    rows = []
    for step in range(n_steps):
        own = [c["values"][index][step : step + 1] for c in columns]
        cells = [clipped(format_cell(v[0], c["kind"])) if v else "" for v, c in zip(own, columns, strict=True)]
        rows.append([clipped(times[step]) if step < len(times) else "", *cells])
    table = grid(["Step", *(c["name"][:80] for c in columns)], rows, window["name"][:80])
    return folded(f"Values of {window['name'][:80]}", table)
