"""Evaluators: which metrics are computed, over which slices of the data, and what a model must reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from zenml_nb.errors import DeclarationError, did_you_mean
from zenml_nb.steps.base import BaseStep, listed, mapped, split_roles
from zenml_nb.steps.metrics import (
    METRICS,
    Bounds,
    Declared,
    Measure,
    declared_bounds,
    declared_metrics,
    default_metrics,
    measures,
)
from zenml_nb.steps.thresholds import SliceSpec, slice_spec

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas

__all__ = ["METRICS", "AgnosticEvaluator", "BaseEvaluatorStep", "EvaluationContext", "TFMAEvaluator"]

#: The baseline that is looked up at each run.
LAST_BLESSED = "last_blessed"
#: The columns that stored predictions have.
PREDICTION, LABEL = "prediction", "label"
_METHODS = ("jackknife", "bootstrap")


class EvaluationContext(Protocol):
    """What the engine gives to an evaluator of a user's own: the rows of the ``eval_splits``, and the model."""

    @property
    def model_uri(self) -> str:
        """The folder of the model; '' where none was trained as a SavedModel."""

    def frame(self) -> pandas.DataFrame:
        """The raw rows, one column a feature, a missing value as None; one row an example."""

    def transformed(self) -> dict[str, npt.NDArray[Any]]:
        """The transformed features (``_xf``) and labels (``_xl``) in the order of ``frame``: shape (rows, width)."""

    def predict(self) -> npt.NDArray[Any] | dict[str, npt.NDArray[Any]]:
        """What the model predicts, in the order of ``frame``: shape (rows, outputs); by name for several outputs."""


class BaseEvaluatorStep(BaseStep):
    """Base of all evaluators. A subclass of one's own gives ``evaluate_fn``, and ``verdict`` if it judges.

    Attributes:
        is_gate: whether a deployer waits for the judgement: by default where the subclass gives ``verdict``. One that
            sets it to False judges nothing.
    """

    slot = "evaluator"
    is_gate: bool = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # A verdict that nobody asks for would let every model through.
        nearest = next(base.__dict__ for base in cls.__mro__ if {"verdict", "is_gate"} & base.__dict__.keys())
        if "is_gate" not in nearest:
            cls.is_gate = True

    def __init__(self, split_mapping: Mapping[str, list[str]] | None = None) -> None:
        self.split_mapping = split_roles(split_mapping)

    def evaluate_fn(self, context: EvaluationContext) -> Mapping[Any, Any]:
        """Compute metrics.

        Args:
            context: the rows and the model.

        Returns:
            Metrics by slice: ``{(): {'profit': 3.5}, (('island', 'Biscoe'),): {'profit': 1.5}}``, where ``()`` is the
            whole data and pairs of column and value name a slice; or the metrics of the whole data alone,
            ``{'profit': 3.5}``. Values are numbers. They are kept as an evaluation like any other: views, comparisons
            and the list of runs show them.
        """
        raise NotImplementedError(f"{type(self).__name__} must define evaluate_fn(self, context) -> metrics by slice")

    def verdict(self, metrics: Mapping[tuple[tuple[str, str], ...], Mapping[str, float]]) -> Sequence[str]:
        """Why the model is not good enough, one sentence a reason; none if it is. Asked where ``is_gate`` is True.

        Args:
            metrics: by slice, as ``evaluate_fn`` gave them.
        """
        return ()

    def check_columns(self, columns: Mapping[str, str], labels: Sequence[str]) -> None:
        """Tell before the run what does not fit the data.

        Raises:
            DeclarationError: a column or a label is not there.
        """


class MeasuringEvaluator(BaseEvaluatorStep):
    """What evaluators that compute metrics by name have in common.

    Args:
        metrics: names of metrics, or dictionaries with a name and parameters.
        slices: ways to slice.
        thresholds: the bounds of metrics.
        confidence_intervals: whether, and how, to compute intervals of 95% for each metric.
        split_mapping: the splits under ``eval_splits`` are evaluated.
    """

    def __init__(
        self,
        metrics: Any,
        slices: Sequence[Any],
        thresholds: Mapping[str, Any] | None,
        confidence_intervals: bool | str,
        split_mapping: Mapping[str, list[str]] | None,
    ) -> None:
        super().__init__(split_mapping)
        self.metrics = _metrics(metrics)
        self.slices = [[entry] if isinstance(entry, str) else _copied(entry) for entry in listed("slices", slices)]
        self.bounds: Bounds = declared_bounds("thresholds", thresholds or {}, self._all_metrics())
        for label in {*self.bounds, *(self.metrics if isinstance(self.metrics, dict) else ())}:
            self.measures_of(label, None)
        self.is_gate = bool(self.bounds)
        self.confidence_intervals = _intervals(confidence_intervals)

    @property
    def bounds_changes(self) -> bool:
        """Whether anything is compared with a baseline."""
        return any(bound.is_change for own in self.bounds.values() for bounds in own.values() for bound in bounds)

    def slice_specs(self) -> list[SliceSpec]:
        """The ways to slice, the whole data first; slices that only thresholds name are evaluated too."""
        declared = [SliceSpec(), *map(slice_spec, self.slices)]
        bounded = [bound.where for own in self.bounds.values() for bounds in own.values() for bound in bounds]
        return list(dict.fromkeys([*declared, *bounded]))

    def metrics_of(self, label: str, loss: str | None) -> list[Declared]:
        """The metrics of one label as they are declared; ``loss`` chooses the default ones."""
        if isinstance(self.metrics, dict):
            return list(self.metrics.get(label, ()))
        return default_metrics(loss) if self.metrics is None else list(self.metrics)

    def measures_of(self, label: str, loss: str | None) -> list[Measure]:
        """The metrics of one label with their bounds."""
        return measures(self.metrics_of(label, loss), {**self.bounds.get("", {}), **self.bounds.get(label, {})})

    def check_columns(self, columns: Mapping[str, str], labels: Sequence[str]) -> None:
        for name in [name for spec in self.slice_specs() for name in spec.names]:
            if name not in columns:
                raise DeclarationError(
                    f"{type(self).__name__}(slices=...) names the column {name!r}, which the data does not have.",
                    advice=did_you_mean(name, columns),
                )
        own = {"metrics": self.metrics if isinstance(self.metrics, dict) else (), "thresholds": self.bounds}
        for argument, names in own.items():
            for label in names:
                if label and label not in labels:
                    raise DeclarationError(
                        f"{type(self).__name__}({argument}=...) names {label!r}, which is no label of the "
                        "preprocesser.",
                        advice=did_you_mean(label, labels),
                    )

    def _all_metrics(self) -> list[Declared]:
        if isinstance(self.metrics, dict):
            return [metric for metrics in self.metrics.values() for metric in metrics]
        return list(self.metrics or ())


class TFMAEvaluator(MeasuringEvaluator):
    """Evaluates the model with TensorFlow Model Analysis, overall and by slice, on the raw columns.

    Args:
        metrics: names of metrics, or dictionaries of a name and parameters such as ``{'name': 'Precision',
            'thresholds': 0.4, 'as': 'precision_04'}`` (``as`` is what it is called in the evaluation); or a dictionary
            from each label to its list; by default those that fit the loss.
        slices: each entry is one way to slice: a list of column names, whose combined values are slices
            (``[['island'], ['island', 'sex']]``), or a dictionary of fixed values (``{'island': 'Biscoe'}``; None
            stands for every value). The whole data is always evaluated.
        output_mapping: label to the name of the model's output, for models with several outputs.
        split_mapping: the splits under ``eval_splits`` are evaluated.
        thresholds: what a model must reach to be deployed: ``{metric: {'lower': 0.8, 'upper': 1}}`` on the whole
            data, with ``'slices': [{'slice': ['island'], 'lower': 0.7}]`` on every slice of a way to slice, and with
            ``'change': {'absolute': -0.01, 'direction': 'higher_is_better'}`` (or ``relative``, a share of the
            baseline's value) against the baseline; ``{label: {metric: ...}}`` for several labels. What is bounded
            is computed too.
        baseline: the model to compare with: ``'last_blessed'``, the latest other model of this pipeline that kept
            its thresholds (the first one is judged without a comparison), or the id of a run.
        confidence_intervals: True for intervals of 95% of each metric, by the jackknife (``'jackknife'``) or by
            the Poisson bootstrap (``'bootstrap'``).

    Raises:
        DeclarationError: a metric is unknown, a bound or a slice is wrong, or a change is bounded without a baseline.
    """

    def __init__(
        self,
        metrics: Sequence[str | dict[str, Any]] | Mapping[str, Sequence[str | dict[str, Any]]] | None = None,
        slices: Sequence[Sequence[str] | Mapping[str, Any]] = (),
        output_mapping: Mapping[str, str] | None = None,
        split_mapping: Mapping[str, list[str]] | None = None,
        thresholds: Mapping[str, Any] | None = None,
        baseline: str | None = None,
        confidence_intervals: bool | str = False,
    ) -> None:
        super().__init__(metrics, slices, thresholds, confidence_intervals, split_mapping)
        self.output_mapping = mapped("output_mapping", output_mapping or {})
        if baseline is not None and (not isinstance(baseline, str) or not baseline):
            raise DeclarationError(f"baseline is {baseline!r}.", advice=f"Give {LAST_BLESSED!r} or the id of a run.")
        self.baseline = baseline
        if baseline is None and self.bounds_changes:
            raise DeclarationError(
                "thresholds bounds a change, and there is no baseline to compare with.",
                advice=f"Add baseline={LAST_BLESSED!r}, or the id of a run.",
            )

    def labels_of(self, preprocesser: BaseStep | None) -> list[str]:
        """The labels to evaluate: those of the preprocesser where it names them, else those that ``metrics`` names."""
        declared = getattr(preprocesser, "labels", None)
        return list(self.metrics if declared is None and isinstance(self.metrics, dict) else declared or ())


class AgnosticEvaluator(MeasuringEvaluator):
    """Evaluates predictions that are there already, of whatever model: no model is loaded.

    Where the trainer stores predictions (models that are no SavedModel), these are evaluated; else the predictions are
    a column of the data, beside the label.

    Args:
        prediction_key: the column of the predictions: a number a row, or one a class.
        label_key: the column of the labels, which are numbers.
        slices: as of ``TFMAEvaluator``.
        metrics: a list of names, or of dictionaries with parameters.
        split_mapping: as of ``TFMAEvaluator``.
        thresholds: as of ``TFMAEvaluator``.
        confidence_intervals: as of ``TFMAEvaluator``.

    Raises:
        DeclarationError: a metric is unknown, or a bound or a slice is wrong.
    """

    def __init__(
        self,
        prediction_key: str = PREDICTION,
        label_key: str = LABEL,
        slices: Sequence[Sequence[str] | Mapping[str, Any]] = (),
        metrics: Sequence[str | dict[str, Any]] | None = None,
        split_mapping: Mapping[str, list[str]] | None = None,
        thresholds: Mapping[str, Any] | None = None,
        confidence_intervals: bool | str = False,
    ) -> None:
        if isinstance(metrics, Mapping):
            raise DeclarationError("metrics is a dictionary.", advice="Give a list: there is one label, label_key.")
        super().__init__(metrics, slices, thresholds, confidence_intervals, split_mapping)
        for argument, name in (("prediction_key", prediction_key), ("label_key", label_key)):
            if not isinstance(name, str) or not name:
                raise DeclarationError(f"{argument} is {name!r}.", advice="Give the name of a column.")
        self.prediction_key, self.label_key = prediction_key, label_key
        if set(self.bounds) - {""} or self.bounds_changes:
            raise DeclarationError(
                "thresholds of an AgnosticEvaluator bounds values of metrics only.",
                advice="For example thresholds={'AUC': {'lower': 0.8}}.",
            )

    @property
    def reads_predictions(self) -> bool:
        """Whether it reads what the trainer stores, and not columns of the data."""
        return (self.prediction_key, self.label_key) == (PREDICTION, LABEL)

    def check_data(
        self, columns: Mapping[str, str], missing: Mapping[str, int], are_stored: bool, labels: Sequence[str] = ()
    ) -> None:
        """Tell before the run whether the predictions and labels can be read.

        Args:
            columns: column name to INTEGER, FLOAT or STRING.
            missing: column name to the number of rows without a value.
            are_stored: whether the trainer stores predictions.
            labels: those that the preprocesser names; none where they are known only when it has run.

        Raises:
            DeclarationError: a column is not there, is no number, or has gaps.
        """
        # With several labels, the stored columns are called prediction_<output> and label_<label>.
        of_labels = [f"{LABEL}_{label}" for label in labels] if len(labels) > 1 else [LABEL]
        known = [*columns, PREDICTION, *of_labels] if are_stored else list(columns)
        # What outputs are called is known only when the model has run.
        unknown = (f"{PREDICTION}_",) if labels else (f"{PREDICTION}_", f"{LABEL}_")
        for argument, name in (("prediction_key", self.prediction_key), ("label_key", self.label_key)):
            if are_stored and name.startswith(unknown) and name not in columns:
                continue
            if name not in known:
                raise DeclarationError(
                    f"AgnosticEvaluator({argument}=...) names {name!r}, which the data does not have.",
                    where="step evaluator",
                    advice=did_you_mean(name, known),
                )
            if columns.get(name) == "STRING":
                raise DeclarationError(
                    f"The column {name!r} is text; metrics compare numbers.",
                    where="step evaluator",
                    advice="Write labels as numbers (classes from 0), and predictions as numbers.",
                )
            if missing.get(name):
                raise DeclarationError(
                    f"The column {name!r} has no value in {missing[name]:,} rows.",
                    where="step evaluator",
                    advice="Leave these rows out of the data: no metric can be computed of them.",
                )


def _metrics(metrics: Any) -> list[Declared] | dict[str, list[Declared]] | None:
    if metrics is None:
        return None
    if not isinstance(metrics, Mapping):
        return declared_metrics("metrics", metrics)
    return {label: declared_metrics(f"metrics[{label!r}]", names) for label, names in metrics.items()}


def _copied(entry: Any) -> list[str] | dict[str, Any]:
    slice_spec(entry)
    return dict(entry) if isinstance(entry, Mapping) else list(entry)


def _intervals(given: Any) -> str:
    """The method; '' for none."""
    if given is True or given is False or given is None:
        return _METHODS[0] if given else ""
    if given in _METHODS:
        return str(given)
    raise DeclarationError(
        f"confidence_intervals is {given!r}.", advice=f"Give True, False, or one of {', '.join(map(repr, _METHODS))}."
    )
