"""The words of an evaluation that static HTML and plain text share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zenml_nb.views.format import MISSING, format_number, full_number, is_number, visible

STATES = {"passed": "Validation passed", "failed": "Validation failed", "unchecked": "Not validated"}
_LONGEST = 300


def number_of(cell: Any) -> float:
    """The number of a cell, which may have an interval; NaN where there is none."""
    value = cell[0] if isinstance(cell, list) else cell
    if isinstance(value, str):
        return float(value) if value in ("NaN", "Infinity", "-Infinity") else float("nan")
    return float("nan") if value is None else float(value)


def value_text(cell: Any) -> str:
    """The value of a cell, without its interval."""
    value = cell[0] if isinstance(cell, list) else cell
    if value is None:
        return MISSING
    return format_number(value) if is_number(value) else clipped(str(value))


def interval_text(cell: Any) -> str:
    """The confidence interval, ``[0.778, 0.826]``; empty where none was computed."""
    # Where there are too few examples, TFMA's bounds are no numbers.
    if not isinstance(cell, list) or not (is_number(cell[1]) and is_number(cell[2])):
        return ""
    return "[{}, {}]".format(*(_rounded(bound) for bound in cell[1:3]))


def full_text(cell: Any) -> str:
    """Every digit of a value and of its interval."""
    values = cell if isinstance(cell, list) else [cell]
    names = ("", "from ", "to ", "standard error ")
    return ", ".join(
        name + (full_number(value) if is_number(value) else visible(str(value)))
        for name, value in zip(names, values, strict=False)
        if value is not None
    )


def _rounded(value: Any) -> str:
    return format_number(float(f"{value:.4g}")) if is_number(value) else visible(str(value))


def clipped(text: str, longest: int = _LONGEST) -> str:
    """Text of any length; what is cut is told."""
    return visible(text if len(text) <= longest else f"{text[:longest]}… ({len(text):,} characters)")


def checked_slices(document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The slices; raises ValueError where one does not fit the metrics and series."""
    shape = [len(document["series"])] * len(document["metrics"])
    for entry in document["slices"]:
        if [len(row) for row in entry["values"]] != shape:
            raise ValueError(f"slice {entry['name'][:80]!r} does not fit the metrics and series")
    slices: Sequence[Mapping[str, Any]] = document["slices"]
    return slices


def columns_of(document: Mapping[str, Any]) -> Iterator[tuple[int, int, str]]:
    """Metric, series and heading of each column."""
    for metric, entry in enumerate(document["metrics"]):
        for series, one in enumerate(document["series"]):
            label = clipped(entry["label"], 80)
            yield metric, series, f"{label}, {clipped(one['name'], 60)}" if one["name"] else label


def overall_of(slices: Sequence[Mapping[str, Any]], document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The slice of the whole data, if it was evaluated."""
    return next((s for s in slices if s["spec"] == 0 and document["specs"][0] == "Overall"), None)


def check_counts(validation: Mapping[str, Any]) -> str:
    """How many checks failed and passed; empty if there was none."""
    failed = sum(check["state"] == "failed" for check in validation["checks"])
    passed = len(validation["checks"]) - failed + validation["more"]
    return f"{failed:,} of {failed + passed:,} checks failed" if failed + passed else ""
