"""The components of a batch inference."""

from __future__ import annotations

from typing import Any

from zenml_nb.engine import live
from zenml_nb.engine.components.inference import Inference
from zenml_nb.engine.components.model import Model
from zenml_nb.pipelines import components as ids


def add_inference(compiler: Any) -> None:
    """Add the model and its predictions to a pipeline that is compiled."""
    model = compiler.pipeline.find_model()
    compiler.add("infer", ids.MODEL, Model(folder=str(model.folder), origin=model.origin, content=model.content()))
    inference = Inference(
        examples=compiler.output(ids.DATA, "examples"),
        model=compiler.output(ids.MODEL, "model"),
        step=live.register(compiler.pipeline.steps["infer"]),
    )
    compiler.add("infer", ids.INFERENCE, inference)
