"""The settings of TensorFlow Model Analysis (TFMA) that an evaluator step declares."""

from __future__ import annotations

import importlib
import json
from typing import Any

import tensorflow_model_analysis as tfma

from zenml_nb.errors import DeclarationError
from zenml_nb.steps.evaluator import AgnosticEvaluator, MeasuringEvaluator, TFMAEvaluator
from zenml_nb.steps.metrics import Measure
from zenml_nb.steps.preprocesser import LABEL_SUFFIX
from zenml_nb.steps.thresholds import Bound, SliceSpec

_METHODS = {"jackknife": "JACKKNIFE", "bootstrap": "POISSON_BOOTSTRAP"}


def evaluation_config(step: MeasuringEvaluator, labels: list[str], loss: str | None) -> tfma.EvalConfig:
    """The settings of an evaluation: of a model on raw examples, so that slices are the columns that people know.

    Args:
        step: the evaluator.
        labels: their names, without the suffix; not read for stored predictions.
        loss: that the model was trained with; it chooses the default metrics.
    """
    config = tfma.EvalConfig(slicing_specs=[_slicing(spec) for spec in step.slice_specs()])
    if isinstance(step, AgnosticEvaluator):
        config.model_specs.add(prediction_key=step.prediction_key, label_key=step.label_key)
        config.metrics_specs.add(metrics=[_metric(measure) for measure in step.measures_of("", loss)])
    elif isinstance(step, TFMAEvaluator):
        _add_model(config, step, labels, loss)
    if step.confidence_intervals:
        options = config.options
        options.compute_confidence_intervals.value = True
        method = _METHODS[step.confidence_intervals]
        options.confidence_intervals.method = tfma.ConfidenceIntervalOptions.ConfidenceIntervalMethod.Value(method)
    return config


def _add_model(config: tfma.EvalConfig, step: TFMAEvaluator, labels: list[str], loss: str | None) -> None:
    label_keys = {label: label + LABEL_SUFFIX for label in labels}
    single = len(labels) == 1
    config.model_specs.add(
        signature_name="serving_default",
        model_type="tf_generic",
        preprocessing_function_names=["transform_features"],
        **({"label_key": label_keys[labels[0]]} if single else {"label_keys": label_keys}),
    )
    for label in labels:
        output = [] if single else [step.output_mapping.get(label, label)]
        metrics = [_metric(measure) for measure in step.measures_of(label, loss)]
        config.metrics_specs.add(metrics=metrics, output_names=output)


def _slicing(spec: SliceSpec) -> tfma.SlicingSpec:
    return tfma.SlicingSpec(feature_keys=spec.columns, feature_values=dict(spec.values))


def _metric(measure: Measure) -> tfma.MetricConfig:
    """A metric with its bounds: each for its own slices, as TFMA takes one without slices for all slices."""
    parameters = {**measure.parameters, **({"name": measure.called} if measure.called else {})}
    metric = tfma.MetricConfig(class_name=measure.name)
    if parameters:
        _construct(measure, parameters)
        metric.config = json.dumps(parameters, sort_keys=True)
    for bound in measure.bounds:
        entry = metric.per_slice_thresholds.add(slicing_specs=[_slicing(bound.where)])
        entry.threshold.CopyFrom(_threshold(bound))
    return metric


def _threshold(bound: Bound) -> tfma.MetricThreshold:
    threshold = tfma.MetricThreshold()
    for field, value in (("lower_bound", bound.lower), ("upper_bound", bound.upper)):
        if value is not None:
            getattr(threshold.value_threshold, field).value = value
    if bound.is_change:
        threshold.change_threshold.direction = tfma.MetricDirection.Value(bound.direction.upper())
        for field, value in (("absolute", bound.absolute), ("relative", bound.relative)):
            if value is not None:
                getattr(threshold.change_threshold, field).value = value
    return threshold


def _construct(measure: Measure, parameters: dict[str, Any]) -> None:
    """Try the parameters of a metric before anything runs.

    Raises:
        DeclarationError: its class does not take them.
    """
    from tensorflow_model_analysis.metrics import metric_types

    keras_metrics = importlib.import_module("tf_keras.metrics")
    kind = metric_types.registered_metrics().get(measure.name) or getattr(keras_metrics, measure.name, None)
    if kind is None:
        return
    try:
        kind(**parameters)
    except (TypeError, ValueError) as error:
        raise DeclarationError(
            f"The metric {measure.name} does not take these parameters: {error}",
            where="step evaluator",
            advice="They are those of its class in tf.keras.metrics or tensorflow_model_analysis.metrics.",
        ) from error
