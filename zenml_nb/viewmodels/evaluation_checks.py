"""The checks of an evaluation against thresholds.

TFMA writes what failed only. What was asked for stands in the settings, so what passed follows from both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from zenml_nb.artifacts.evaluation import Evaluation, MetricKey, Slice, SliceKey
from zenml_nb.steps.metrics import snake_case
from zenml_nb.viewmodels.evaluation_names import (
    config_spec_name,
    metric_labels,
    series_free,
    slice_name,
    slice_order,
    threshold_words,
)
from zenml_nb.viewmodels.tables import json_cell

_MOST_PASSED = 500

Part = dict[str, Any]


@dataclass(frozen=True)
class _Asked:
    """A threshold of the settings, with the metrics and slices that it is for."""

    name: str
    models: tuple[str, ...]
    outputs: tuple[str, ...]
    kinds: frozenset[tuple[str, str]]
    spec: Any
    threshold: Any

    def fits(self, key: MetricKey) -> bool:
        return (
            key.name == self.name
            and key.model in self.models
            and key.output in self.outputs
            and (key.sub_key, key.aggregation) in self.kinds
        )


def validation_part(evaluation: Evaluation) -> Part | None:
    """The validation of one evaluation; None where none was written."""
    found = evaluation.validation
    if found is None:
        return None
    failures = sorted(found.failures, key=lambda failure: slice_order(failure.slice))
    failed = [_check("failed", f.slice, f.key, f.threshold, f.value, f.message) for f in failures]
    marks = {_mark(f.slice, f.key, f.threshold) for f in found.failures}
    passed = [_check("passed", *done) for done in _done(evaluation) if _mark(done[0], done[1], done[2]) not in marks]
    notes = list(found.reasons)
    if found.has_no_thresholds:
        notes.append("No threshold was set, so nothing was checked.")
    if found.is_rubber_stamp:
        notes.append("There was no baseline, so thresholds on changes were not checked.")
    return {
        "state": "passed" if found.is_ok else "unchecked" if found.has_no_thresholds else "failed",
        "notes": notes,
        "missing": list(map(config_spec_name, found.missing)),
        "checks": failed + passed[:_MOST_PASSED],
        "more": max(len(passed) - _MOST_PASSED, 0),
    }


def _check(state: str, at: SliceKey, key: MetricKey, threshold: Any, value: float | None, message: str = "") -> Part:
    label = metric_labels([key])[series_free(key)]
    return {
        "state": state,
        "slice": slice_name(at),
        "metric": f"{label} ({key.model})" if key.model else label,
        "threshold": threshold_words(threshold),
        "value": None if value is None else json_cell(value),
        "message": message,
    }


def _mark(at: SliceKey, key: MetricKey, threshold: Any) -> tuple[Any, ...]:
    return (at, series_free(key), key.model, key.is_diff, threshold.SerializeToString(deterministic=True))


def _done(evaluation: Evaluation) -> Iterator[tuple[SliceKey, MetricKey, Any, float | None]]:
    """Every check that was made, as slice, metric, threshold and value."""
    asked = list(_asked(evaluation.config)) if evaluation.config is not None else []
    baselines = {model.name for model in evaluation.config.model_specs if model.is_baseline} if asked else set()
    for entry in sorted(evaluation.slices, key=lambda entry: slice_order(entry.key)) if asked else ():
        seen = set()
        for metric in entry.metrics:
            for wanted in asked:
                is_change = wanted.threshold.HasField("change_threshold")
                if metric.key.is_diff != is_change or not wanted.fits(metric.key) or not _holds(wanted.spec, entry):
                    continue
                mark = _mark(entry.key, metric.key, wanted.threshold)
                if metric.key.model not in baselines and mark not in seen:
                    seen.add(mark)
                    yield entry.key, metric.key, wanted.threshold, metric.number


def _asked(config: Any) -> Iterator[_Asked]:
    for spec in config.metrics_specs:
        for name, threshold in spec.thresholds.items():
            yield from _both(name, spec, None, threshold)
        for name, listed in spec.per_slice_thresholds.items():
            yield from _sliced(name, spec, listed.thresholds)
        for metric in spec.metrics:
            name = _metric_name(metric)
            if metric.HasField("threshold"):
                yield from _both(name, spec, None, metric.threshold)
            yield from _sliced(name, spec, metric.per_slice_thresholds)


def _sliced(name: str, spec: Any, thresholds: Any) -> Iterator[_Asked]:
    for per_slice in thresholds:
        for slicing in per_slice.slicing_specs:
            yield from _both(name, spec, slicing, per_slice.threshold)


def _both(name: str, spec: Any, slicing: Any, threshold: Any) -> Iterator[_Asked]:
    """A threshold on the value and one on the change are two checks."""
    for part in ("value_threshold", "change_threshold"):
        if threshold.HasField(part):
            single = type(threshold)()
            getattr(single, part).CopyFrom(getattr(threshold, part))
            models, outputs = tuple(spec.model_names) or ("",), tuple(spec.output_names) or ("",)
            yield _Asked(name, models, outputs, _kinds(spec), slicing, single)


def _kinds(spec: Any) -> frozenset[tuple[str, str]]:
    """The classes and averages of the metrics of one specification, as in their keys."""
    kinds = set()
    if spec.HasField("binarize"):
        for name, field in (("classId", "class_ids"), ("k", "k_list"), ("topK", "top_k_list")):
            kinds |= {(f"{name}:{value}", "") for value in getattr(spec.binarize, field).values}
    average = spec.aggregate.WhichOneof("type") if spec.HasField("aggregate") else None
    if average:
        tops = [f"topK:{value}" for value in spec.aggregate.top_k_list.values]
        kinds |= {(top, average.removesuffix("_average")) for top in tops or [""]}
    return frozenset(kinds or {("", "")})


def _metric_name(metric: Any) -> str:
    """What a metric calls itself: as it is told to, else its class in snake case."""
    try:
        settings = json.loads(metric.config or "{}")
    except ValueError:
        settings = {}
    named = settings.get("name") if isinstance(settings, dict) else None
    if isinstance(named, str) and named:
        return named
    return snake_case(metric.class_name)


def _holds(spec: Any, entry: Slice) -> bool:
    """Whether a slicing specification names the slice; none names every slice that is no comparison."""
    if entry.key.against is not None:
        return False
    if spec is None:
        return True
    columns, fixed = list(spec.feature_keys), dict(spec.feature_values)
    for column, value in entry.key.columns:
        if column in fixed and _same(fixed[column], value):
            del fixed[column]
        elif column in columns:
            columns.remove(column)
        else:
            return False
    return not columns and not fixed


def _same(wanted: str, value: str) -> bool:
    """Whether a value of the settings, always text, is the slice's: numbers may be written in several ways."""
    if wanted == value:
        return True
    try:
        return float(wanted) == float(value)
    except ValueError:
        return False
