"""Model: a SavedModel from anywhere as a TFX Model artifact."""

from __future__ import annotations

import shutil
from typing import Any

from tfx.dsl.components.base import base_component, base_executor, executor_spec
from tfx.types import Channel, artifact_utils, standard_artifacts
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.utils import path_utils


class ModelSpec(ComponentSpec):
    """The content is a parameter: a folder whose files changed holds another model."""

    PARAMETERS = {
        "folder": ExecutionParameter(type=str),
        "origin": ExecutionParameter(type=str),
        "content": ExecutionParameter(type=str),
    }
    INPUTS: dict[str, Any] = {}
    OUTPUTS = {"model": ChannelParameter(type=standard_artifacts.Model)}


class ModelExecutor(base_executor.BaseExecutor):
    """Copies the model, so that a run keeps what it predicted with."""

    def Do(self, input_dict: Any, output_dict: Any, exec_properties: dict[str, Any]) -> None:
        """Copy the model; see ``tfx.dsl.components.base.base_executor.BaseExecutor.Do``."""
        artifact = artifact_utils.get_single_instance(output_dict["model"])
        shutil.copytree(exec_properties["folder"], path_utils.serving_model_dir(artifact.uri))
        artifact.set_string_custom_property("origin", exec_properties["origin"])


class Model(base_component.BaseComponent):
    """Takes a SavedModel into the artifact store."""

    SPEC_CLASS = ModelSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(ModelExecutor)

    def __init__(self, folder: str, origin: str, content: str) -> None:
        model = Channel(type=standard_artifacts.Model)
        super().__init__(spec=ModelSpec(folder=folder, origin=origin, content=content, model=model))
