"""What can be known to be wrong with a trainer before a run, and with those that read what it makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zenml_nb.errors import DeclarationError, NotAvailableError
from zenml_nb.pipelines.predictions import stores_predictions
from zenml_nb.steps import BaseTrainerStep, TFMAEvaluator
from zenml_nb.steps.training_data import LABEL_KEY, PREDICTION_KEY

if TYPE_CHECKING:
    from zenml_nb.datasources import Commit
    from zenml_nb.pipelines.base import BasePipeline


def check_trainer(pipeline: BasePipeline, wanted: Sequence[str], commit: Commit) -> None:
    """The trainer's own checks, and that what it makes can be read.

    Raises:
        DeclarationError: something does not fit.
        EnvironmentMissingError: a package that the trainer needs is not installed.
        NotAvailableError: the evaluator cannot read such a model.
    """
    trainer = pipeline.steps.get("trainer")
    if "trainer" not in wanted or not isinstance(trainer, BaseTrainerStep):
        return
    labels = getattr(pipeline.steps.get("preprocesser"), "labels", None)
    trainer.check_declared(labels)
    if trainer.format != "keras" and "evaluator" in wanted and isinstance(pipeline.steps["evaluator"], TFMAEvaluator):
        raise NotAvailableError(
            f"TFMAEvaluator evaluates Keras models, and {type(trainer).__name__} trains none.",
            where="step evaluator",
            advice="Use an AgnosticEvaluator, which reads the predictions that this trainer keeps.",
        )
    if not stores_predictions(pipeline.steps):
        return
    for column in commit.columns:
        taken = column.name in (LABEL_KEY, PREDICTION_KEY)
        if taken and not (column.name == LABEL_KEY and list(labels or ()) == [LABEL_KEY]):
            raise DeclarationError(
                f"The data has a column {column.name!r}, as the stored predictions have.",
                where="step trainer",
                advice="Rename the column in the data.",
            )
