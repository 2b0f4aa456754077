"""Models that are no SavedModel, with the preprocessing that they were trained behind."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any

from zenml_nb.artifacts.projected import MODEL_FILE
from zenml_nb.steps.preprocesser import LABEL_SUFFIX
from zenml_nb.steps.trainer import BaseTrainerStep

if TYPE_CHECKING:
    from zenml_nb.engine.training import TrainingContext

#: The copy of the transform graph beside a model: a folder that ``tft.TFTransformOutput`` reads.
TRANSFORM_FOLDER = "transform_graph"


def save_arrays_model(step: BaseTrainerStep, model: Any, context: TrainingContext, folder: str) -> None:
    """Write a model by its trainer, with its transform graph and a ``model.json`` that says what is there.

    The JSON has ``kind``, ``files`` and ``columns`` as the trainer gives them, ``features`` (the transformed features
    in their order), ``labels`` and ``classes`` (label to the names of its classes), and ``transform`` (the folder of
    the preprocessing).
    """
    os.makedirs(folder)
    told = step.save_fn(model, folder, context)
    shutil.copytree(context.transform_graph, os.path.join(folder, TRANSFORM_FOLDER))
    described = {
        **told,
        "source": step.source,
        "features": [vars(column) for column in context.features],
        "labels": context.labels,
        "classes": {name.removesuffix(LABEL_SUFFIX): context.classes(name) for name in context.labels},
        "transform": TRANSFORM_FOLDER,
    }
    with open(os.path.join(folder, MODEL_FILE), "w", encoding="utf-8") as file:
        json.dump(described, file, indent=2, sort_keys=True)
