"""An evaluation as TensorFlow Model Analysis (TFMA) writes it, read without TensorFlow.

Its folder holds TFRecords of MetricsForSlice (``metrics*``) and PlotsForSlice (``plots*``), one ValidationResult
(``validations*``), and the settings (``eval_config.json``).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zenml_nb.artifacts.damage import unreadable
from zenml_nb.artifacts.examples import read_records
from zenml_nb.artifacts.tfma_messages import message_class
from zenml_nb.errors import NotAvailableError, shorten_path

Columns = tuple[tuple[str, str], ...]
#: What TFMA's reader of settings says where it was told nothing.
#: What TFMA calls an error among the metrics.
_ERROR = "__ERROR__"
_UNKNOWN = ("", "<unknown>", "<user provided PCollection>")


@dataclass(frozen=True)
class SliceKey:
    """Which rows a slice holds.

    Attributes:
        columns: each column with its value; none for the whole data.
        against: for the comparison of two slices, the columns of the one that is compared with; else None.
    """

    columns: Columns = ()
    against: Columns | None = None


@dataclass(frozen=True)
class MetricKey:
    """Which metric, of which model.

    Attributes:
        name: for example ``auc``; empty for plots that TFMA gives no name.
        model: the name of the model's specification; empty where there is one model.
        output: of a model with several outputs.
        sub_key: ``classId:0``, ``k:1`` or ``topK:3`` for metrics of one class or one rank.
        aggregation: micro, macro or weighted_macro.
        is_weighted: whether examples have weights; None where nothing is said.
        is_diff: whether the value is the candidate's minus the baseline's.
    """

    name: str
    model: str = ""
    output: str = ""
    sub_key: str = ""
    aggregation: str = ""
    is_weighted: bool | None = None
    is_diff: bool = False


@dataclass(frozen=True)
class Metric:
    """A metric of one slice.

    Attributes:
        value: TFMA's message MetricValue.
        number: the value, if it is one number.
        lower, upper: of the confidence interval, where one was computed.
        standard_error: where one was computed.
    """

    key: MetricKey
    value: Any
    number: float | None = None
    lower: float | None = None
    upper: float | None = None
    standard_error: float | None = None


@dataclass(frozen=True)
class Plot:
    """The data of the plots of one slice: TFMA's message PlotData."""

    key: MetricKey
    data: Any


@dataclass(frozen=True)
class Slice:
    """The metrics and plots of one slice; ``error`` says why there are none."""

    key: SliceKey
    metrics: tuple[Metric, ...] = ()
    plots: tuple[Plot, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class Failure:
    """A metric that missed its threshold, which is TFMA's message MetricThreshold."""

    slice: SliceKey
    key: MetricKey
    threshold: Any
    value: float | None
    message: str


@dataclass(frozen=True)
class Validation:
    """How the metrics did against their thresholds.

    Attributes:
        is_ok: whether the model passed.
        has_no_thresholds: there was nothing to check.
        is_rubber_stamp: comparisons with a baseline passed because there was no baseline.
        failures: what failed, by slice.
        missing: the slicing specifications with thresholds for which there was no data.
        reasons: what an evaluator of a user's own has against the model: failures of no metric, in words.
    """

    is_ok: bool
    has_no_thresholds: bool
    is_rubber_stamp: bool
    failures: tuple[Failure, ...] = ()
    missing: tuple[Any, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evaluation:
    """One evaluation of one or more models.

    Attributes:
        slices: the whole data first, then by the number of columns and their values.
        validation: None where none was written.
        config: TFMA's message EvalConfig; None where none was written.
        version: of the TFMA that wrote it; empty where unknown.
        data_location: empty where it was not recorded.
        model_locations: the name of each model to where it lies, as far as it was recorded.
    """

    slices: tuple[Slice, ...]
    validation: Validation | None = None
    config: Any = None
    version: str = ""
    data_location: str = ""
    model_locations: dict[str, str] = field(default_factory=dict)


def read_evaluation(uri: str | Path) -> Evaluation:
    """Read the folder of a ModelEvaluation artifact, or what ``tfma.run_model_analysis`` wrote. Nothing is changed.

    Raises:
        NotAvailableError: the folder or its metrics are missing, or a file is truncated or foreign.
        EnvironmentMissingError: TFMA is not installed.
    """
    folder = Path(uri)
    metrics = _paths(folder, "metrics")
    if not metrics:
        raise NotAvailableError(
            "There is no evaluation." if folder.is_dir() else "The folder of the evaluation is missing.",
            where=shorten_path(folder),
            advice="Expected the folder of an Evaluator's evaluation, with files metrics-*.tfrecord.",
        )
    found: dict[SliceKey, dict[str, Any]] = {}
    for message in _messages(metrics, "MetricsForSlice"):
        found.setdefault(_slice_key(message), {}).update(_metrics_of(message))
    for message in _messages(_paths(folder, "plots"), "PlotsForSlice"):
        plots = _plots_of(message)
        if plots:
            found.setdefault(_slice_key(message), {})["plots"] = plots
    slices = sorted((Slice(key, **parts) for key, parts in found.items()), key=_order)
    validations = list(_messages(_paths(folder, "validations"), "ValidationResult"))
    return Evaluation(tuple(slices), _validation(validations[0]) if validations else None, **_settings(folder))


def plain_metrics(evaluation: Evaluation) -> dict[str, Any]:
    """The numbers of an evaluation, as names and values.

    Returns:
        ``{"slices": [{"slice": [[column, value], ...], "metrics": {name: value}}]}``; the first slice, without any
        column, is the whole data. The name of a metric begins with its model, output and class where there are
        several; that of the one model that is compared with a baseline is left away. A metric that is no number is
        left out; NaN and infinities are the texts ``NaN``, ``Infinity`` and ``-Infinity``, which JSON numbers cannot
        be.
    """
    models = {metric.key.model for entry in evaluation.slices for metric in entry.metrics}
    named = models - {_candidate(evaluation)} if len(models) > 1 else set()
    return {
        "slices": [
            {
                "slice": [list(pair) for pair in entry.key.columns],
                "metrics": {
                    _plain_name(metric.key, named): _json_number(metric.number)
                    for metric in entry.metrics
                    if metric.number is not None
                },
            }
            for entry in evaluation.slices
            if entry.key.against is None
        ]
    }


def _candidate(evaluation: Evaluation) -> str:
    """The one model that is compared with a baseline, whose metrics are those of an evaluation without a baseline."""
    models = evaluation.config.model_specs if evaluation.config is not None else ()
    candidates = [model.name for model in models if not model.is_baseline]
    return candidates[0] if len(candidates) == 1 else ""


def _plain_name(key: MetricKey, named: set[str]) -> str:
    name = f"{key.name}_diff" if key.is_diff else f"{key.aggregation}_{key.name}" if key.aggregation else key.name
    return "/".join(part for part in (key.model if key.model in named else "", key.output, key.sub_key, name) if part)


def _json_number(number: float) -> float | str:
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _paths(folder: Path, kind: str) -> list[Path]:
    """The files of one kind; TFMA's writers leave the suffix away where they are told to."""
    return sorted(folder.glob(f"{kind}*.tfrecord")) or sorted(folder.glob(f"{kind}-*-of-*"))


def _messages(paths: list[Path], kind: str) -> Iterator[Any]:
    from google.protobuf.message import DecodeError

    parse = message_class(kind).FromString
    for path in paths:
        for record in read_records(path):
            try:
                message = parse(record)
                # A record of another kind can be parsed, as fields that are not known.
                if record and not message.ListFields():
                    raise ValueError("it has none of its fields")
            except (DecodeError, ValueError) as error:
                raise unreadable(path, f"TFRecords of {kind}", error) from error
            yield message


def _settings(folder: Path) -> dict[str, Any]:
    from google.protobuf import json_format

    path = folder / "eval_config.json"
    if not path.exists():
        return {}
    try:
        text = path.read_text(encoding="utf-8")
        run = json_format.Parse(text, message_class("EvalRun")(), ignore_unknown_fields=True)
    except (OSError, ValueError, json_format.ParseError) as error:
        raise unreadable(path, "the settings of an evaluation as JSON", error) from error
    return {
        "config": run.eval_config,
        "version": run.version,
        "data_location": "" if run.data_location in _UNKNOWN else run.data_location,
        "model_locations": {name: at for name, at in sorted(run.model_locations.items()) if at not in _UNKNOWN},
    }


def _metrics_of(message: Any) -> dict[str, Any]:
    metrics = [_metric(_key(entry.key), entry) for entry in message.metric_keys_and_values]
    # Before TFMA 0.22 a metric had its name only. Errors still are written so.
    metrics += [Metric(MetricKey(name), value, number_of(value)) for name, value in sorted(message.metrics.items())]
    errors = [metric for metric in metrics if _is_error(metric)]
    told = dict.fromkeys(_error_text(metric.value) for metric in errors)
    return {"metrics": tuple(metric for metric in metrics if metric not in errors), "error": "; ".join(told)}


def _is_error(metric: Metric) -> bool:
    return metric.key.name == _ERROR or metric.value.WhichOneof("type") == "debug_message"


def _error_text(value: Any) -> str:
    return str(value.debug_message or value.bytes_value.decode("utf-8", "backslashreplace"))


def _metric(key: MetricKey, entry: Any) -> Metric:
    number = number_of(entry.value)
    bounded = entry.value.WhichOneof("type")
    if entry.HasField("confidence_interval"):
        interval = entry.confidence_interval
        sides = (number_of(getattr(interval, side)) for side in ("lower_bound", "upper_bound", "standard_error"))
        return Metric(key, entry.value, number, *sides)
    if bounded == "bounded_value":
        value = entry.value.bounded_value
        return Metric(key, entry.value, number, value.lower_bound.value, value.upper_bound.value)
    if bounded == "t_distribution_value":
        deviation = entry.value.t_distribution_value.sample_standard_deviation.value
        return Metric(key, entry.value, number, standard_error=deviation)
    return Metric(key, entry.value, number)


def number_of(value: Any) -> float | None:
    """The number of a MetricValue, or None if it is something else."""
    kind = value.WhichOneof("type")
    if kind == "double_value":
        return float(value.double_value.value)
    if kind == "bounded_value":
        return float(value.bounded_value.value.value)
    if kind == "t_distribution_value":
        return float(value.t_distribution_value.unsampled_value.value)
    return None


def _plots_of(message: Any) -> tuple[Plot, ...]:
    plots = [Plot(_key(entry.key), entry.value) for entry in message.plot_keys_and_values]
    if message.HasField("plot_data"):
        plots.append(Plot(MetricKey(""), message.plot_data))
    return (*plots, *(Plot(MetricKey(name), data) for name, data in sorted(message.plots.items())))


def _key(key: Any) -> MetricKey:
    sub_key = ""
    if key.HasField("sub_key"):
        parts = (("classId", "class_id"), ("k", "k"), ("topK", "top_k"))
        named = (f"{name}:{getattr(key.sub_key, part).value}" for name, part in parts if key.sub_key.HasField(part))
        sub_key = " ".join(named)
    # A plot's key has neither an aggregation nor a difference.
    aggregation = key.aggregation_type.WhichOneof("type") if hasattr(key, "aggregation_type") else None
    return MetricKey(
        key.name,
        key.model_name,
        key.output_name,
        sub_key,
        (aggregation or "").removesuffix("_average"),
        key.example_weighted.value if key.HasField("example_weighted") else None,
        getattr(key, "is_diff", False),
    )


def _slice_key(message: Any) -> SliceKey:
    if message.HasField("cross_slice_key"):
        crossed = message.cross_slice_key
        return SliceKey(_columns(crossed.comparison_slice_key), _columns(crossed.baseline_slice_key))
    return SliceKey(_columns(message.slice_key))


def _columns(key: Any) -> Columns:
    return tuple((single.column, _value(single)) for single in key.single_slice_keys)


def _value(single: Any) -> str:
    kind = single.WhichOneof("kind")
    if kind == "bytes_value":
        return str(single.bytes_value.decode("utf-8", "backslashreplace"))
    if kind == "float_value":
        return _shortest(single.float_value)
    return str(single.int64_value) if kind else ""


def _shortest(number: float) -> str:
    """The shortest text of a number of 32 bits: as a double, 0.1 would be 0.10000000149011612."""
    for digits in range(6, 9):
        text = f"{number:.{digits}g}"
        if struct.pack("<f", float(text)) == struct.pack("<f", number):
            return text
    return f"{number:.9g}"


def _order(entry: Slice) -> tuple[Any, ...]:
    key = entry.key
    return (key.against is not None, len(key.columns), key.columns, key.against or ())


def _validation(result: Any) -> Validation:
    failures = [
        Failure(
            _slice_key(entry),
            _key(failure.metric_key),
            failure.metric_threshold,
            number_of(failure.metric_value),
            failure.message.strip(),
        )
        for entry in result.metric_validations_per_slice
        for failure in entry.failures
    ]
    of_metrics = [failure for failure in failures if failure.key.name]
    return Validation(
        result.validation_ok,
        result.missing_thresholds,
        result.rubber_stamp,
        tuple(sorted(of_metrics, key=lambda failure: (_order(Slice(failure.slice)), repr(failure.key)))),
        (*result.missing_slices, *result.missing_cross_slices),
        tuple(failure.message for failure in failures if not failure.key.name and failure.message),
    )
