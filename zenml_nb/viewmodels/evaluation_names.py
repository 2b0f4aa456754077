"""What slices, metrics and thresholds of an evaluation are called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zenml_nb.artifacts.evaluation import Columns, MetricKey, SliceKey

_SUB_KEYS = {"classId": "class", "k": "rank", "topK": "top"}
_LOWER_IS_BETTER = 1


def slice_name(key: SliceKey) -> str:
    """For example ``island = Dream, sex = male``; ``Overall`` for the whole data."""
    name = _columns_name(key.columns)
    return name if key.against is None else f"{name} against {_columns_name(key.against)}"


def _columns_name(columns: Columns) -> str:
    return ", ".join(f"{column} = {value or '(missing)'}" for column, value in columns) or "Overall"


def spec_name(key: SliceKey) -> str:
    """The way to slice that a slice belongs to, for example ``island, sex``."""
    name = ", ".join(column for column, _ in key.columns) or "Overall"
    return name if key.against is None else f"{name} against another slice"


def slice_order(key: SliceKey) -> tuple[Any, ...]:
    """The whole data first; the slices of one specification together, numbers by their size."""
    return (
        key.against is not None,
        len(key.columns),
        [column for column, _ in key.columns],
        [_counted(value) for _, value in key.columns],
        key.against or (),
    )


def _counted(value: str) -> tuple[int, float, str]:
    try:
        number = float(value)
    except ValueError:
        return (1, 0.0, value)
    return (0, number, value) if number == number else (1, 0.0, value)


def config_spec_name(spec: Any) -> str:
    """A SlicingSpec or CrossSlicingSpec of the settings in words."""
    if hasattr(spec, "baseline_spec"):
        others = " and ".join(map(config_spec_name, spec.slicing_specs))
        return f"{others} against {config_spec_name(spec.baseline_spec)}"
    if spec.slice_keys_sql:
        return str(spec.slice_keys_sql)
    fixed = (f"{column} = {value}" for column, value in sorted(spec.feature_values.items()))
    return ", ".join([*spec.feature_keys, *fixed]) or "Overall"


def metric_labels(keys: Iterable[MetricKey]) -> dict[MetricKey, str]:
    """A label for each metric: its name with output, class and average; apart from models and differences."""
    labels: dict[MetricKey, str] = {}
    for key in dict.fromkeys(map(series_free, keys)):
        labels[key] = _label(key)
    said = list(labels.values())
    for key, label in labels.items():
        if said.count(label) > 1:
            labels[key] = f"{label} ({'' if key.is_weighted else 'un'}weighted)"
    return labels


def series_free(key: MetricKey) -> MetricKey:
    """The key without what tells the series apart: the model, and whether it is a difference."""
    return MetricKey(key.name, "", key.output, key.sub_key, key.aggregation, key.is_weighted)


def _label(key: MetricKey) -> str:
    average = key.aggregation.replace("_", " ")
    name = " ".join(part for part in (average, key.name) if part)
    words = ", ".join(_sub_key(part) for part in key.sub_key.split()) if key.sub_key else ""
    label = f"{name} ({words})" if name and words else name or words
    return f"{key.output}: {label}" if key.output and label else key.output or label


def _sub_key(part: str) -> str:
    name, _, value = part.partition(":")
    return f"{_SUB_KEYS.get(name, name)} {value}"


def threshold_words(threshold: Any) -> str:
    """A MetricThreshold in words."""
    words = []
    if threshold.HasField("value_threshold"):
        words.append(_range(threshold.value_threshold))
    if threshold.HasField("change_threshold"):
        change = threshold.change_threshold
        sign = "≤" if change.direction == _LOWER_IS_BETTER else "≥"
        if change.HasField("absolute"):
            words.append(f"change {sign} {change.absolute.value:.6g}")
        if change.HasField("relative"):
            words.append(f"change {sign} {change.relative.value * 100:.6g}% of the baseline")
    return " and ".join(words)


def _range(threshold: Any) -> str:
    low, high = (
        getattr(threshold, side).value if threshold.HasField(side) else None for side in ("lower_bound", "upper_bound")
    )
    if low is not None and high is not None:
        return f"{low:.6g} to {high:.6g}"
    return f"≥ {low:.6g}" if low is not None else f"≤ {high:.6g}" if high is not None else "any value"
