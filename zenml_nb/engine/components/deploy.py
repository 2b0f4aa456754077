"""Deploy: a trained model to where it is used, if it is good enough."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tfx.dsl.components.base import base_component, base_driver, base_executor, executor_spec
from tfx.types import Channel, artifact_utils, standard_artifacts
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.utils import path_utils

from zenml_nb.engine import live
from zenml_nb.engine.prediction import first_rows, predict_with_copy
from zenml_nb.engine.scope import current_scope
from zenml_nb.engine.verdict import REMARK, reasons_against
from zenml_nb.steps.deployer import BaseDeployerStep

#: Custom properties of a PushedModel: TFX's own 1 or 0 and destination, and why a model was not deployed.
PUSHED, DESTINATION, REASON = "pushed", "pushed_destination", "not_pushed_because"


class DeploySpec(ComponentSpec):
    """The step is the parameter, by its declaration, beside the splits whose rows a model is tried on."""

    PARAMETERS = {"step": ExecutionParameter(type=str), "splits": ExecutionParameter(type=str)}
    INPUTS = {
        "model": ChannelParameter(type=standard_artifacts.Model),
        "blessing": ChannelParameter(type=standard_artifacts.ModelBlessing, optional=True),
        "examples": ChannelParameter(type=standard_artifacts.Examples, optional=True),
    }
    OUTPUTS = {"pushed_model": ChannelParameter(type=standard_artifacts.PushedModel)}


class DeployDriver(base_driver.BaseDriver):
    """Lets a model be deployed again where the cache remembers a deployment that is no longer in use."""

    def pre_execution(self, *, exec_properties: dict[str, Any], **given: Any) -> Any:
        """See ``tfx.dsl.components.base.base_driver.BaseDriver.pre_execution``."""
        step: BaseDeployerStep = live.restore(exec_properties["step"])

        def is_outdated(outputs: dict[str, list[Any]]) -> str:
            destination = outputs["pushed_model"][0].get_string_custom_property(DESTINATION)
            return "what it deployed is no longer in use" if destination and not step.is_current(destination) else ""

        self._metadata_handle.is_outdated = is_outdated
        return super().pre_execution(exec_properties=exec_properties, **given)


class DeployExecutor(base_executor.BaseExecutor):
    """Lets the step deploy the model and records where it went, or why it went nowhere."""

    def Do(self, input_dict: Any, output_dict: Any, exec_properties: dict[str, Any]) -> None:
        """Deploy the model; see ``tfx.dsl.components.base.base_executor.BaseExecutor.Do``."""
        step: BaseDeployerStep = live.restore(exec_properties["step"])
        model = artifact_utils.get_single_instance(input_dict["model"])
        pushed = artifact_utils.get_single_instance(output_dict["pushed_model"])
        blessing = input_dict.get("blessing")
        against = reasons_against(blessing[0]) if blessing else []
        if against:
            _refuse(pushed, against)
            return
        scope = current_scope()
        run: dict[str, Any] = {
            "run_id": scope.run_id,
            "pipeline": scope.pipeline,
            "repository": str(scope.repository),
        }
        if step.smoke_rows:
            splits = json.loads(exec_properties["splits"])
            run["predict"] = _smoke_prediction(input_dict["examples"][0].uri, splits, step.smoke_rows)
        destination = step.deploy(Path(path_utils.serving_model_path(model.uri)), run)
        pushed.set_string_custom_property(DESTINATION, destination)
        pushed.set_int_custom_property(PUSHED, 1)
        _write(pushed, {"destination": destination})


def _smoke_prediction(uri: str, splits: Sequence[str], n_rows: int) -> Callable[[Path], dict[str, Any]]:
    def predict(folder: Path) -> dict[str, Any]:
        return predict_with_copy(folder, first_rows(uri, splits, n_rows))

    return predict


def _refuse(pushed: Any, against: list[str]) -> None:
    pushed.set_int_custom_property(PUSHED, 0)
    pushed.set_string_custom_property(REASON, "; ".join(against))
    pushed.set_string_custom_property(REMARK, "not deployed: the evaluator found the model not good enough")
    _write(pushed, {"destination": None, "reasons": against})


def _write(pushed: Any, content: dict[str, Any]) -> None:
    with open(os.path.join(pushed.uri, "destination.json"), "w", encoding="utf-8") as file:
        json.dump(content, file)


class Deploy(base_component.BaseComponent):
    """Deploys a model by a deployer step."""

    SPEC_CLASS = DeploySpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(DeployExecutor)
    DRIVER_CLASS = DeployDriver

    def __init__(
        self, model: Any, step: str, splits: Sequence[str] = (), blessing: Any = None, examples: Any = None
    ) -> None:
        given = {"blessing": blessing, "examples": examples}
        super().__init__(
            spec=DeploySpec(
                model=model,
                step=step,
                splits=json.dumps(list(splits)) if examples is not None else "[]",
                pushed_model=Channel(type=standard_artifacts.PushedModel),
                **{name: channel for name, channel in given.items() if channel is not None},
            )
        )
