"""Evaluators: which metrics are computed, over which slices of the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zenml_nb.errors import DeclarationError, did_you_mean
from zenml_nb.steps.base import BaseStep, listed, mapped, split_roles

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

_DEFAULT_METRICS = {
    "sparse_categorical_crossentropy": ["SparseCategoricalAccuracy", "SparseCategoricalCrossentropy"],
    "categorical_crossentropy": ["CategoricalAccuracy", "CategoricalCrossentropy"],
    "binary_crossentropy": ["BinaryAccuracy", "AUC", "BinaryCrossentropy"],
}


class BaseEvaluatorStep(BaseStep):
    """Base of all evaluators."""

    slot = "evaluator"

    def __init__(self, split_mapping: Mapping[str, list[str]] | None = None) -> None:
        self.split_mapping = split_roles(split_mapping)

    def check_columns(self, columns: Mapping[str, str], labels: Sequence[str]) -> None:
        """Tell before the run what does not fit the data.

        Raises:
            DeclarationError: a column or a label is not there.
        """


class TFMAEvaluator(BaseEvaluatorStep):
    """Evaluates the model with TensorFlow Model Analysis, overall and by slice, on the raw columns.

    Args:
        metrics: names of metrics, or a dictionary from each label to its list; by default those that fit the loss.
        slices: lists of column names; each list is one way to slice: ``[['island'], ['island', 'sex']]``. The whole
            data is always evaluated.
        output_mapping: label to the name of the model's output, for models with several outputs.
        split_mapping: the splits under ``eval_splits`` are evaluated.

    Raises:
        DeclarationError: a metric is unknown, or the arguments are no lists of names.
    """

    def __init__(
        self,
        metrics: Sequence[str] | Mapping[str, Sequence[str]] | None = None,
        slices: Sequence[Sequence[str]] = (),
        output_mapping: Mapping[str, str] | None = None,
        split_mapping: Mapping[str, list[str]] | None = None,
    ) -> None:
        super().__init__(split_mapping)
        self.metrics = _metrics(metrics)
        self.output_mapping = mapped("output_mapping", output_mapping or {})
        self.slices = [
            [columns] if isinstance(columns, str) else listed("slices", columns) for columns in listed("slices", slices)
        ]

    def labels_of(self, preprocesser: BaseStep | None) -> list[str]:
        """The labels to evaluate: those of the preprocesser where it names them, else those that ``metrics`` names."""
        declared = getattr(preprocesser, "labels", None)
        return list(self.metrics if declared is None and isinstance(self.metrics, dict) else declared or ())

    def metrics_of(self, label: str, loss: str | None) -> list[str]:
        """The metrics of one label; ``loss`` chooses the default ones."""
        if isinstance(self.metrics, dict):
            return list(self.metrics.get(label, ()))
        if self.metrics is not None:
            return list(self.metrics)
        return _DEFAULT_METRICS.get(loss or "", ["MeanSquaredError", "MeanAbsoluteError"])

    def check_columns(self, columns: Mapping[str, str], labels: Sequence[str]) -> None:
        for names in self.slices:
            for name in names:
                if name not in columns:
                    raise DeclarationError(
                        f"TFMAEvaluator(slices=...) names the column {name!r}, which the data does not have.",
                        advice=did_you_mean(name, columns),
                    )
        for label in self.metrics if isinstance(self.metrics, dict) else ():
            if label not in labels:
                raise DeclarationError(
                    f"TFMAEvaluator(metrics=...) names {label!r}, which is no label of the preprocesser.",
                    advice=did_you_mean(label, labels),
                )


def _metrics(metrics: Any) -> list[str] | dict[str, list[str]] | None:
    if metrics is None:
        return None
    if not isinstance(metrics, Mapping):
        return _metric_names("metrics", metrics)
    return {label: _metric_names(f"metrics[{label!r}]", names) for label, names in metrics.items()}


def _metric_names(argument: str, names: Any) -> list[str]:
    for name in listed(argument, names):
        if name not in METRICS:
            raise DeclarationError(f"There is no metric {name!r}.", advice=did_you_mean(str(name), METRICS))
    return list(names)
