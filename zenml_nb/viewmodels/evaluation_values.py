"""A metric's value as a cell: a number, or readable text for everything else that TFMA computes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from zenml_nb.artifacts.evaluation import Metric
from zenml_nb.viewmodels.tables import json_cell

_LONGEST = 1000
_MOST_MATRICES = 5

Cell = float | int | str | None | list[float | str | None]


def metric_cell(metric: Metric) -> Cell:
    """The value; with its interval ``[value, lower, upper, standard error]``; or text."""
    if metric.number is None:
        return _cut(value_text(metric.value))
    bounds = (metric.lower, metric.upper, metric.standard_error)
    if all(bound is None for bound in bounds):
        return json_cell(metric.number)
    return [json_cell(metric.number), *(None if bound is None else json_cell(bound) for bound in bounds)]


def value_text(value: Any) -> str:
    """A MetricValue that is no number, in words."""
    kind = value.WhichOneof("type")
    if kind == "bytes_value":
        return _bytes(value.bytes_value)
    if kind == "array_value":
        return _array(value.array_value)
    if kind == "value_at_cutoffs":
        return ", ".join(f"{pair.cutoff}: {_cutoff_value(pair):.6g}" for pair in value.value_at_cutoffs.values)
    if kind == "confusion_matrix_at_thresholds":
        return _listed([_binary(matrix) for matrix in value.confusion_matrix_at_thresholds.matrices])
    if kind == "multi_class_confusion_matrix_at_thresholds":
        return _listed([_classes(m) for m in value.multi_class_confusion_matrix_at_thresholds.matrices])
    if kind == "unknown_type":
        said = _bytes(value.unknown_type.value)
        return f"{said} ({value.unknown_type.error})" if value.unknown_type.error else said
    return str(value.debug_message)


def _cut(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}… ({len(text):,} characters)"


def _bytes(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")


def _cutoff_value(pair: Any) -> float:
    if pair.HasField("bounded_value"):
        return float(pair.bounded_value.value.value)
    if pair.HasField("t_distribution_value"):
        return float(pair.t_distribution_value.unsampled_value.value)
    return float(pair.value)


def _array(array: Any) -> str:
    kinds = ("float64", "float32", "int64", "int32", "bytes")
    values: Sequence[Any] = next((found for kind in kinds if (found := getattr(array, f"{kind}_values"))), [])
    words = (_bytes(value) if isinstance(value, bytes) else f"{value:.6g}" for value in values)
    return _nested(words, list(array.shape) or [len(values)])


def _nested(words: Iterator[str], shape: Sequence[int]) -> str:
    """The next words as rows within rows; a damaged shape leaves gaps and never fails."""
    if not shape:
        return next(words, "?")
    # No array of a metric has so many rows, but a damaged shape may say so.
    rows = [_nested(words, shape[1:]) for _ in range(min(max(shape[0], 0), _LONGEST))]
    return f"[{', '.join(rows)}]"


def _listed(words: list[str]) -> str:
    more = f"; … {len(words)} thresholds in all" if len(words) > _MOST_MATRICES else ""
    return "; ".join(words[:_MOST_MATRICES]) + more


def _binary(matrix: Any) -> str:
    counts = (
        ("TP", matrix.true_positives),
        ("FP", matrix.false_positives),
        ("TN", matrix.true_negatives),
        ("FN", matrix.false_negatives),
    )
    return f"at {matrix.threshold:.6g}: " + ", ".join(f"{name} {count:.6g}" for name, count in counts)


def _classes(matrix: Any) -> str:
    total = sum(entry.num_weighted_examples for entry in matrix.entries)
    right = sum(e.num_weighted_examples for e in matrix.entries if e.actual_class_id == e.predicted_class_id)
    return f"at {matrix.threshold:.6g}: {right:.6g} of {total:.6g} right"
