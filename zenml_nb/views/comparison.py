"""Reads the rows of a comparison document, for the static renderers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from zenml_nb.views.format import MISSING, format_number, is_number, visible

_NOT_FINITE = ("NaN", "Infinity", "-Infinity")
CODE_WORDS = {
    "same": "same code",
    "changed": "code changed",
    "added": "only in the run",
    "removed": "only in the baseline",
    "unknown": "not recorded",
}


class Line(NamedTuple):
    """One parameter, metric or fact of all runs.

    Attributes:
        group: the step, or what else it belongs to.
        name: of the parameter.
        cells: one a run; None where it has none.
        differs: whether any two runs differ.
    """

    group: str
    name: str
    cells: Sequence[Any]
    differs: bool


def lines_of(document: Mapping[str, Any]) -> list[Line]:
    """All that is told of the runs; raises ValueError where a row does not fit them."""
    runs = document["runs"]
    facts = {key: [run[key] for run in runs] for key in ("state", "started", "seconds")}
    facts["started"] = [started[:19].replace("T", " ") for started in facts["started"]]
    lines = [Line("Run", key, cells, len(set(cells)) > 1) for key, cells in facts.items()]
    lines += [Line("Metrics", own["name"], own["values"], own["differs"]) for own in document["metrics"]]
    for own in document["parameters"]:
        cells = [None if index is None else own["values"][index] for index in own["of"]]
        lines.append(Line(own["step"], own["name"], cells, own["differs"]))
    for line in lines:
        if len(line.cells) != len(runs):
            raise ValueError(f"{line.name[:80]!r} has {len(line.cells)} values for {len(runs)} runs")
    return lines


def is_numeric(line: Line) -> bool:
    """Whether all that there is are numbers."""
    there = [cell for cell in line.cells if cell is not None]
    return any(map(is_number, there)) and all(is_number(cell) or cell in _NOT_FINITE for cell in there)


def cell_text(cell: Any, longest: int = 120) -> str:
    """A cell as it is shown; what is cut is told."""
    if cell is None:
        return MISSING
    if is_number(cell):
        return format_number(cell)
    text = str(cell)
    return visible(text if len(text) <= longest else f"{text[:longest]}… ({len(text):,} characters)")


def delta_text(value: Any, base: Any) -> str:
    """How far a value is from that of the baseline, with its sign; empty where that is not known."""
    if not (is_number(value) and is_number(base)):
        return ""
    delta = float(f"{value - base:.4g}")
    return f"{'+' if delta > 0 else ''}{format_number(delta)}"
