"""Evaluation as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zenml_nb.views.evaluation_words import (
    STATES,
    check_counts,
    checked_slices,
    clipped,
    columns_of,
    interval_text,
    overall_of,
    value_text,
)
from zenml_nb.views.format import visible
from zenml_nb.views.text.grid import cut, grid

_MOST_SLICES = 100


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/evaluation@1``."""
    slices = checked_slices(document)
    lines = [clipped(document["title"]), *map(visible, document["notes"])]
    for entry in document["entries"]:
        if entry["validation"]:
            lines += _validation(entry, len(document["entries"]) > 1)
    overall = overall_of(slices, document)
    if overall is not None:
        lines += ["", "Overall", *_overall(overall, document)]
    if len(slices) > 1:
        lines += ["", "Slices", *_slices(slices, document)]
    return "\n".join(lines)


def _validation(entry: Mapping[str, Any], is_named: bool) -> Iterator[str]:
    validation = entry["validation"]
    counts = check_counts(validation)
    head = f"{clipped(entry['name'], 60)}: " if is_named else ""
    yield f"{head}{STATES[validation['state']]}{f': {counts}' if counts else ''}."
    yield from map(visible, validation["notes"])
    yield from (f"No data for the slice with a threshold: {clipped(name, 60)}" for name in validation["missing"])
    failed = [check for check in validation["checks"] if check["state"] == "failed"]
    if failed:
        rows = [
            [cut(visible(check[key])) for key in ("slice", "metric", "threshold")] + [value_text(check["value"])]
            for check in failed
        ]
        yield ""
        yield "Failed checks"
        yield from grid(["Slice", "Metric", "Threshold", "Value"], rows, [False, False, False, True])


def _overall(overall: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[str]:
    if overall["error"]:
        yield clipped(overall["error"])
    series = [cut(visible(one["name"])) or "Value" for one in document["series"]]
    rows = [
        [cut(visible(metric["label"])), *(_cell(cell) for cell in row)]
        for metric, row in zip(document["metrics"], overall["values"], strict=True)
        if metric["kind"] == "number"
    ]
    yield from grid(["Metric", *series], rows, [False, *(True for _ in series)])
    for metric, at, heading in columns_of(document):
        cell = overall["values"][metric][at]
        if document["metrics"][metric]["kind"] == "text" and cell is not None:
            yield f"{heading}: {value_text(cell)}"


def _slices(slices: Sequence[Mapping[str, Any]], document: Mapping[str, Any]) -> Iterator[str]:
    columns = [
        (metric, series, heading)
        for metric, series, heading in columns_of(document)
        if document["metrics"][metric]["kind"] == "number" and not document["metrics"][metric]["is_count"]
    ]
    rows = [
        [
            cut(visible(entry["name"])),
            value_text(entry["count"]),
            *(_cell(entry["values"][metric][series]) for metric, series, _ in columns),
        ]
        for entry in slices[:_MOST_SLICES]
    ]
    heads = ["Slice", "Examples", *(cut(heading) for _, _, heading in columns)]
    yield from grid(heads, rows, [False, *(True for _ in heads[1:])])
    if len(slices) > _MOST_SLICES:
        yield f"… {len(slices):,} slices in all"


def _cell(cell: Any) -> str:
    return cut(" ".join(part for part in (value_text(cell), interval_text(cell)) if part))
