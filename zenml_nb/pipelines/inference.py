"""Batch inference: what a trained model predicts for all rows of a datasource."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml_nb.config.portable import to_portable
from zenml_nb.errors import DeclarationError
from zenml_nb.pipelines import components as ids
from zenml_nb.pipelines.base import BasePipeline
from zenml_nb.pipelines.context import ComponentContext, Placed
from zenml_nb.pipelines.model_source import ModelSource, check_columns, find_model
from zenml_nb.pipelines.slots import Slot, described
from zenml_nb.pipelines.training import TrainingPipeline
from zenml_nb.steps import InferenceStep

if TYPE_CHECKING:
    import pandas

#: The split that predictions are written to.
SPLIT = "predictions"


class BatchInferencePipeline(BasePipeline):
    """Predicts the rows of a datasource with a model that was trained before.

    Its components: data, statistics, schema -> model -> inference.

    Args:
        name: see ``BasePipeline``.
        model: the id of the run that trained it, a training pipeline (whose latest run it is of), or the folder of a
            download, of a deployment or of any SavedModel whose ``serving_default`` takes serialized tf.Examples.
        enable_cache: see ``BasePipeline``.

    Raises:
        DeclarationError: the model is none of these.
        NotAvailableError: the training pipeline was not run yet.
    """

    slots = (Slot("infer", "add_infer_step", InferenceStep, mandatory=True),)

    def __init__(self, name: str, model: str | os.PathLike[str] | TrainingPipeline, enable_cache: bool = True) -> None:
        super().__init__(name, enable_cache)
        if isinstance(model, TrainingPipeline):
            # The run of today: what the training pipeline does later changes no inference.
            self.model = model.last_run.id
            self.use_repository(model.repository)
        elif isinstance(model, (str, os.PathLike)) and os.fspath(model):
            self.model = os.fspath(model)
        else:
            raise DeclarationError(
                f"model is {described(model)}.", advice="Give the id of a run, a training pipeline or a folder."
            )

    def add_infer_step(self, infer_step: InferenceStep) -> None:
        """Set how the predictions are made and written."""
        self.add_step("infer", infer_step)

    def arguments(self) -> dict[str, Any]:
        """See ``BasePipeline.arguments``; a folder in the project is named relative to it."""
        is_folder = Path(self.model).expanduser().is_dir()
        portable = to_portable({"path": self.model}, self.repository.root)["path"] if is_folder else self.model
        return {"model": portable, "enable_cache": self.enable_cache}

    def find_model(self) -> ModelSource:
        """The model that a run would use.

        Raises:
            NotAvailableError: there is none; the nearest names are given.
        """
        return find_model(self.model, self.repository)

    def check(self, until: str | None = None) -> None:
        """Check the model against the data; see ``BasePipeline.check``."""
        super().check(until)
        if "infer" not in self.slots_until(until):
            return
        model, commit = self.find_model(), self._commit or self.commit()
        assert self.datasource is not None, "checked before"
        check_columns(model, commit, self.datasource)
        step = self.steps["infer"]
        assert isinstance(step, InferenceStep), "checked when it was added"
        step.check_columns([column.name for column in commit.columns], model.outputs)

    def components(self, context: ComponentContext) -> Iterator[Placed]:
        """The data, then the model and its predictions."""
        yield from context.data()
        yield from context.slot("infer")

    def get_predictions(self, sample_size: int = 100_000) -> pandas.DataFrame:
        """The first rows of the data with the predictions of the latest run beside them.

        Args:
            sample_size: at most so many rows.

        Raises:
            NotAvailableError: nothing was predicted yet.
        """
        from zenml_nb.artifacts.examples import sample

        predicted = self.artifact(ids.INFERENCE, "predictions", "infer")
        order = list(json.loads(self.artifact(ids.DATA, "examples", "data").properties["columns"]))
        return sample(predicted, SPLIT, sample_size, order)
