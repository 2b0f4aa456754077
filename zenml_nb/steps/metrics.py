"""Metrics by their names: which there are, with which parameters, and which of them are bounded."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zenml_nb.errors import DeclarationError, did_you_mean
from zenml_nb.steps.base import listed
from zenml_nb.steps.thresholds import Bound, bounds_of, is_bounds

#: Metrics by name: classes of tf.keras.metrics and of TensorFlow Model Analysis that need no further argument.
METRICS = (
    "AUC",
    "AUCPrecisionRecall",
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossEntropy",
    "BinaryCrossentropy",
    "Calibration",
    "CalibrationPlot",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "CoefficientOfDiscrimination",
    "ConfusionMatrixAtThresholds",
    "ConfusionMatrixPlot",
    "CosineSimilarity",
    "ExampleCount",
    "F1Score",
    "FN",
    "FP",
    "FalseNegatives",
    "FalsePositives",
    "Hinge",
    "KLDivergence",
    "LogCoshError",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanLabel",
    "MeanPrediction",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "MultiClassConfusionMatrixAtThresholds",
    "MultiClassConfusionMatrixPlot",
    "Poisson",
    "Precision",
    "Recall",
    "RootMeanSquaredError",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "SquaredHinge",
    "TN",
    "TP",
    "TopKCategoricalAccuracy",
    "TrueNegatives",
    "TruePositives",
    "WeightedExampleCount",
)

#: A metric as it is declared: a name, or a dictionary with its name and its parameters.
Declared = str | dict[str, Any]
#: The bounds of metrics by label, of which '' stands for every one, and by metric.
Bounds = dict[str, dict[str, tuple[Bound, ...]]]

_DEFAULTS: dict[str, list[Declared]] = {
    "sparse_categorical_crossentropy": ["SparseCategoricalAccuracy", "SparseCategoricalCrossentropy"],
    "categorical_crossentropy": ["CategoricalAccuracy", "CategoricalCrossentropy"],
    "binary_crossentropy": ["BinaryAccuracy", "AUC", "BinaryCrossentropy"],
}


@dataclass(frozen=True)
class Measure:
    """One metric to compute.

    Attributes:
        name: of its class.
        called: its name in the evaluation; '' for the one that it gives itself.
        parameters: of its class.
        bounds: what its value must keep.
    """

    name: str
    called: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    bounds: tuple[Bound, ...] = ()


def default_metrics(loss: str | None) -> list[Declared]:
    """The metrics that fit a loss."""
    return list(_DEFAULTS.get(loss or "", ["MeanSquaredError", "MeanAbsoluteError"]))


def declared_metrics(argument: str, given: Any) -> list[Declared]:
    """Check a list of metrics.

    Args:
        argument: its name, for errors.
        given: names, or dictionaries: ``{'name': 'Precision', 'thresholds': 0.4, 'as': 'precision_at_0.4'}``.

    Raises:
        DeclarationError: a metric is unknown, or two would have the same name in the evaluation.
    """
    metrics: list[Declared] = []
    for entry in listed(argument, given):
        metric = _declared(argument, entry)
        metrics += [] if metric in metrics else [metric]
    called = [_called(metric) for metric in metrics]
    for name in called:
        if called.count(name) > 1:
            raise DeclarationError(
                f"{argument} names {name!r} {called.count(name)} times.",
                advice="Give each a name of its own: {'name': 'Precision', 'thresholds': 0.4, 'as': 'precision_04'}.",
            )
    return metrics


def declared_bounds(argument: str, given: Any, metrics: Sequence[Declared]) -> Bounds:
    """Check thresholds.

    Args:
        argument: their name, for errors.
        given: ``{metric: bounds}`` or ``{label: {metric: bounds}}``; see ``thresholds.bounds_of``.
        metrics: all declared ones, whose own names may be used.

    Raises:
        DeclarationError: a metric is unknown or not told apart, or bounds are wrong.
    """
    if not isinstance(given, Mapping):
        raise DeclarationError(
            f"{argument} is {given!r}.", advice="Give a dictionary: thresholds={'BinaryAccuracy': {'lower': 0.8}}."
        )
    found: Bounds = {}
    for key, entry in given.items():
        label, listed_bounds = ("", {key: entry}) if is_bounds(entry) else (key, entry)
        for name, bounds in listed_bounds.items():
            place = f"{argument}[{label!r}][{name!r}]" if label else f"{argument}[{name!r}]"
            found.setdefault(label, {})[_known(argument, name, metrics)] = bounds_of(place, bounds)
    return found


def measures(metrics: Sequence[Declared], bounds: Mapping[str, tuple[Bound, ...]]) -> list[Measure]:
    """The metrics to compute, with their bounds; the number of examples is always the first.

    A metric that is bounded only is computed too.

    Raises:
        DeclarationError: several metrics fit a bound.
    """
    chosen: list[Declared] = [*metrics]
    chosen += [name for name in bounds if not _fitting(name, chosen)]
    kept: dict[int, tuple[Bound, ...]] = {}
    for name, own in bounds.items():
        fitting = _fitting(name, chosen)
        if len(fitting) > 1:
            raise DeclarationError(
                f"thresholds bounds {name!r}, which {len(fitting)} metrics fit.",
                advice=f"Name one of {', '.join(repr(_called(chosen[index])) for index in fitting)}.",
            )
        kept[fitting[0]] = own
    found = [_measure(metric, kept.get(index, ())) for index, metric in enumerate(chosen)]
    counts = [measure for measure in found if measure.name == "ExampleCount"]
    return [*(counts or [Measure("ExampleCount")]), *(m for m in found if m.name != "ExampleCount")]


def snake_case(name: str) -> str:
    """The name that a metric of TFMA gives itself: that of its class in snake case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _declared(argument: str, given: Any) -> Declared:
    name = given.get("name") if isinstance(given, Mapping) else given
    if not isinstance(name, str) or name not in METRICS:
        raise DeclarationError(f"There is no metric {name!r}.", advice=did_you_mean(str(name), METRICS))
    if not isinstance(given, Mapping):
        return str(given)
    called = given.get("as", name)
    if not isinstance(called, str) or not called:
        raise DeclarationError(f"{argument} calls a metric {called!r}.", advice="'as' takes a text.")
    return dict(given)


def _called(metric: Declared) -> str:
    return metric if isinstance(metric, str) else str(metric.get("as", metric["name"]))


def _class_of(metric: Declared) -> str:
    return metric if isinstance(metric, str) else str(metric["name"])


def _known(argument: str, name: Any, metrics: Sequence[Declared]) -> str:
    """A metric that thresholds name: by its own name, that of its class, or the class in snake case."""
    own = [_called(metric) for metric in metrics]
    if name in own or name in METRICS:
        return str(name)
    in_snake_case = {snake_case(known): known for known in METRICS}
    if name in in_snake_case:
        return in_snake_case[name]
    raise DeclarationError(
        f"{argument} names {name!r}, which is no metric.", advice=did_you_mean(str(name), [*own, *METRICS])
    )


def _fitting(name: str, metrics: Sequence[Declared]) -> list[int]:
    exact = [index for index, metric in enumerate(metrics) if _called(metric) == name]
    return exact or [index for index, metric in enumerate(metrics) if _class_of(metric) == name]


def _measure(metric: Declared, bounds: tuple[Bound, ...]) -> Measure:
    if isinstance(metric, str):
        return Measure(metric, bounds=bounds)
    parameters = {key: value for key, value in metric.items() if key not in ("name", "as")}
    return Measure(metric["name"], str(metric.get("as", "")), parameters, bounds)
