"""A list of runs as plain text: one line a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenml_nb.views.format import format_cell, visible
from zenml_nb.views.step_words import duration
from zenml_nb.views.text.grid import cut, grid

#: Of the metrics of a store, so many have a column.
_METRICS = 4


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/runs@1``; times are UTC."""
    runs = document["runs"]
    if not runs:
        return "No run meets these conditions." if document["pipelines"] else "There is no run yet."
    names = [name for name in document["metrics"] if any(_value(run, name) is not None for run in runs)][:_METRICS]
    head = ["run", "pipeline", "state", "started (UTC)", "duration", *map(_text, names)]
    rows = [
        [
            visible(run["id"]),
            _text(run["pipeline"]),
            _text(run["state"]),
            run["started"][:19].replace("T", " "),
            duration(run["seconds"]),
            *(_number(_value(run, name)) for name in names),
        ]
        for run in runs
    ]
    lines = [*grid(head, rows, [False] * 4 + [True] * (1 + len(names))), "", _counted(document)]
    return "\n".join([*lines, *map(visible, document["notes"])])


def _text(text: str) -> str:
    return cut(visible(text))


def _value(run: Mapping[str, Any], name: str) -> Any:
    return next((metric["value"] for metric in run["metrics"] if metric["name"] == name), None)


def _number(value: Any) -> str:
    return "" if value is None else format_cell(value, "number")


def _counted(document: Mapping[str, Any]) -> str:
    first, count, total = document["offset"] + 1, len(document["runs"]), document["total"]
    if total == count:
        return f"{count:,} run{'s' if count != 1 else ''}"
    return f"{first:,} to {first + count - 1:,} of {'many' if total is None else f'{total:,}'} runs"
