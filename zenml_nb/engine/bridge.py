"""The functions that TFX's Transform and Trainer call by import path; no state lives here, TFX reloads the module.

An import path saves packaging user code into a wheel for every component, which TFX does for module files.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from zenml_nb.engine import live
from zenml_nb.engine.array_models import save_arrays_model
from zenml_nb.engine.model_columns import describe_columns
from zenml_nb.engine.training import TrainingContext, export
from zenml_nb.engine.transforms import TransformContext
from zenml_nb.steps import BasePreprocesserStep, BaseTrainerStep, StandardPreprocesser

PREPROCESSING_FN = f"{__name__}.preprocessing_fn"
RUN_FN = f"{__name__}.run_fn"


def preprocessing_fn(inputs: dict[str, Any], custom_config: dict[str, Any]) -> dict[str, Any]:
    """Called by Transform: the declared preprocesser transforms the raw columns."""
    step: BasePreprocesserStep = live.restore(custom_config["step"])
    if isinstance(step, StandardPreprocesser):
        inputs = {name: _at_the_end(tensor) if name in step.labels else tensor for name, tensor in inputs.items()}
    return step.preprocessing_fn(inputs, TransformContext(custom_config["columns"], custom_config.get("lists", ())))


def _at_the_end(label: Any) -> Any:
    """Of a sequence, the value at its end; sequences alone are dense before they are filled."""
    return label if isinstance(label, tf.SparseTensor) else label[:, -1:]


def run_fn(fn_args: Any) -> None:
    """Called by Trainer: the declared trainer trains a model, which is exported with its serving signatures."""
    step: BaseTrainerStep = live.restore(fn_args.custom_config["step"])
    context = TrainingContext(fn_args)
    keras.utils.set_random_seed(step.seed)
    model = step.run_fn(context)
    context.write_history()
    if step.format == "keras":
        export(model, context, fn_args.serving_model_dir)
        describe_columns(context, fn_args.serving_model_dir)
    else:
        save_arrays_model(step, model, context, fn_args.serving_model_dir)
