"""Deploy: a trained model to where it is used."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from tfx.dsl.components.base import base_component, base_executor, executor_spec
from tfx.types import Channel, artifact_utils, standard_artifacts
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.utils import path_utils

from zenml_nb.engine import live
from zenml_nb.engine.scope import current_scope
from zenml_nb.steps.deployer import BaseDeployerStep


class DeploySpec(ComponentSpec):
    """The step is the parameter, by its declaration."""

    PARAMETERS = {"step": ExecutionParameter(type=str)}
    INPUTS = {"model": ChannelParameter(type=standard_artifacts.Model)}
    OUTPUTS = {"pushed_model": ChannelParameter(type=standard_artifacts.PushedModel)}


class DeployExecutor(base_executor.BaseExecutor):
    """Lets the step deploy the model and records where it went."""

    def Do(self, input_dict: Any, output_dict: Any, exec_properties: dict[str, Any]) -> None:
        """Deploy the model; see ``tfx.dsl.components.base.base_executor.BaseExecutor.Do``."""
        step: BaseDeployerStep = live.restore(exec_properties["step"])
        model = artifact_utils.get_single_instance(input_dict["model"])
        pushed = artifact_utils.get_single_instance(output_dict["pushed_model"])
        scope = current_scope()
        run = {"run_id": scope.run_id, "pipeline": scope.pipeline, "repository": str(scope.repository)}
        destination = step.deploy(Path(path_utils.serving_model_path(model.uri)), run)
        pushed.set_string_custom_property("pushed_destination", destination)
        pushed.set_int_custom_property("pushed", 1)
        with open(os.path.join(pushed.uri, "destination.json"), "w", encoding="utf-8") as file:
            json.dump({"destination": destination}, file)


class Deploy(base_component.BaseComponent):
    """Deploys a model by a deployer step."""

    SPEC_CLASS = DeploySpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(DeployExecutor)

    def __init__(self, model: Any, step: str) -> None:
        pushed = Channel(type=standard_artifacts.PushedModel)
        super().__init__(spec=DeploySpec(model=model, step=step, pushed_model=pushed))
