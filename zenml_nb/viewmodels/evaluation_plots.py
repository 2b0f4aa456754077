"""The data of an evaluation's plots, reduced to what a chart can show."""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Iterable, Sequence
from typing import Any

from zenml_nb.viewmodels.tables import json_cell

_MOST_MATRICES = 20
_MOST_CLASSES = 40
_MOST_PAIRS = 400
_COUNTS = {"tp": "true_positives", "fp": "false_positives", "tn": "true_negatives", "fn": "false_negatives"}

Part = dict[str, Any]


def plot_parts(data: Any, points: int) -> Part:
    """The parts of a PlotData message that it has.

    Args:
        points: about how many points of a curve are kept.
    """
    parts: Part = {}
    if data.HasField("confusion_matrix_at_thresholds"):
        parts["thresholds"] = threshold_part(data.confusion_matrix_at_thresholds, points)
    if data.HasField("calibration_histogram_buckets"):
        parts["buckets"] = bucket_part(data.calibration_histogram_buckets, max(points // 4, 10))
    if data.HasField("multi_class_confusion_matrix_at_thresholds"):
        parts["classes"] = class_parts(data.multi_class_confusion_matrix_at_thresholds)
    if data.HasField("multi_label_confusion_matrix_at_thresholds"):
        matrices = data.multi_label_confusion_matrix_at_thresholds.matrices
        parts["labels"] = [_label_part(matrix) for matrix in _some(matrices, _MOST_MATRICES)]
    if data.debug_message:
        parts["message"] = data.debug_message
    return {name: part for name, part in parts.items() if part}


def metric_parts(value: Any, points: int) -> Part:
    """The parts of a MetricValue that is a confusion matrix: it can be drawn as well."""
    kind = value.WhichOneof("type")
    if kind == "confusion_matrix_at_thresholds":
        part = threshold_part(value.confusion_matrix_at_thresholds, points)
        return {"thresholds": part} if part else {}
    if kind == "multi_class_confusion_matrix_at_thresholds":
        parts = class_parts(value.multi_class_confusion_matrix_at_thresholds)
        return {"classes": parts} if parts else {}
    return {}


def threshold_part(message: Any, points: int) -> Part | None:
    """A ConfusionMatrixAtThresholds, with so many of its thresholds as a chart needs."""
    # Many slices have a thousand matrices each, and to read a field of a message is slow: every field once.
    rows = sorted((m.threshold, *(getattr(m, field) for field in _COUNTS.values())) for m in message.matrices)
    if not rows:
        return None
    kept = [rows[index] for index in _spread([_place(*row) for row in rows], points)]
    columns = list(zip(*kept, strict=True))
    part: Part = {"threshold": list(map(json_cell, columns[0]))}
    for name, column in zip(_COUNTS, columns[1:], strict=True):
        part[name] = list(map(_short, column))
    return {**part, "total": len(rows)}


def _place(threshold: float, tp: float, fp: float, tn: float, fn: float) -> tuple[float, float, float, float]:
    """Where a matrix lies on the curves; steps between neighbours say how much is lost without one."""
    return (
        0.0 if threshold < 0 else 1.0 if threshold > 1 else threshold,
        tp / (tp + fn) if tp + fn else 0.0,
        fp / (fp + tn) if fp + tn else 0.0,
        tp / (tp + fp) if tp + fp else 0.0,
    )


def _spread(places: Sequence[tuple[float, float, float, float]], most: int) -> list[int]:
    """The indices of so many places, at even steps of the way along them; the first and the last among them."""
    if len(places) <= most:
        return list(range(len(places)))
    steps = (
        abs(a[0] - b[0]) + abs(a[1] - b[1]) + abs(a[2] - b[2]) + abs(a[3] - b[3]) for a, b in itertools.pairwise(places)
    )
    way = list(itertools.accumulate(steps, initial=0.0))
    if not math.isfinite(way[-1]) or way[-1] == 0:
        return sorted({round(k * (len(places) - 1) / (most - 1)) for k in range(most)})
    chosen = {bisect.bisect_left(way, way[-1] * k / (most - 1)) for k in range(1, most - 1)}
    return sorted({0, len(places) - 1, *(index for index in chosen if index < len(places))})


def bucket_part(message: Any, most: int) -> Part | None:
    """A CalibrationHistogramBuckets, neighbours merged; the buckets beyond both ends stay apart."""
    buckets = sorted(
        (
            bucket.lower_threshold_inclusive,
            bucket.upper_threshold_exclusive,
            bucket.num_weighted_examples.value,
            bucket.total_weighted_label.value,
            bucket.total_weighted_refined_prediction.value,
        )
        for bucket in message.buckets
    )
    inner = [bucket for bucket in buckets if _is_bounded(bucket)]
    size = -(-len(inner) // most) if len(inner) > most else 1
    groups = [[bucket] for bucket in buckets if not _is_bounded(bucket)]
    groups += [inner[start : start + size] for start in range(0, len(inner), size)]
    groups = sorted(group for group in groups if any(bucket[2] for bucket in group))
    if not groups:
        return None
    part: Part = {
        "lower": [json_cell(group[0][0]) for group in groups],
        "upper": [json_cell(group[-1][1]) for group in groups],
    }
    for index, name in enumerate(("weight", "label", "prediction"), start=2):
        part[name] = [_short(math.fsum(bucket[index] for bucket in group)) for group in groups]
    return {**part, "total": len(buckets)}


def _is_bounded(bucket: tuple[float, ...]) -> bool:
    return math.isfinite(bucket[0]) and math.isfinite(bucket[1])


def class_parts(message: Any) -> list[Part]:
    """A MultiClassConfusionMatrixAtThresholds: one square a threshold."""
    return [_class_part(matrix) for matrix in _some(message.matrices, _MOST_MATRICES)]


def _class_part(matrix: Any) -> Part:
    weights: dict[int, float] = {}
    for entry in matrix.entries:
        for number in (entry.actual_class_id, entry.predicted_class_id):
            weights[number] = weights.get(number, 0.0) + entry.num_weighted_examples
    kept = sorted(sorted(weights, key=lambda number: (-weights[number], number))[:_MOST_CLASSES])
    # TFMA gives the number -1 to examples for which no class reached the threshold.
    kept = [number for number in kept if number >= 0] + [number for number in kept if number < 0]
    names = [str(number) if number >= 0 else "(none)" for number in kept]
    if len(weights) > len(kept):
        names.append("(other)")
    place = {number: index for index, number in enumerate(kept)}
    counts = [[0.0] * len(names) for _ in names]
    for entry in matrix.entries:
        row, column = (place.get(n, len(names) - 1) for n in (entry.actual_class_id, entry.predicted_class_id))
        counts[row][column] += entry.num_weighted_examples
    return {
        "threshold": json_cell(matrix.threshold),
        "names": names,
        "counts": [[_short(count) for count in row] for row in counts],
    }


def _label_part(matrix: Any) -> Part:
    entries = sorted(matrix.entries, key=lambda entry: (entry.actual_class_id, entry.predicted_class_id))
    kept = entries[:_MOST_PAIRS]
    part: Part = {
        "threshold": json_cell(matrix.threshold),
        "actual": [entry.actual_class_id for entry in kept],
        "predicted": [entry.predicted_class_id for entry in kept],
    }
    for name, field in _COUNTS.items():
        part[name] = [_short(getattr(entry, field)) for entry in kept]
    return {**part, "total": len(entries)}


def _some(matrices: Iterable[Any], most: int) -> list[Any]:
    ordered = sorted(matrices, key=lambda matrix: matrix.threshold)
    if len(ordered) <= most:
        return ordered
    return [ordered[round(k * (len(ordered) - 1) / (most - 1))] for k in range(most)]


def _short(number: float) -> float | int | str:
    """Whole numbers without their point: most counts are, and there are many of them."""
    if math.isfinite(number) and number == int(number) and abs(number) < 1e15:
        return int(number)
    return json_cell(number)
