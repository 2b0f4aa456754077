"""Why a step runs: what differs from the last time, by name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

_PROPERTY = "last_time"


@dataclass(frozen=True)
class LastTime:
    """What a component ran with.

    Attributes:
        parameters: parameter name to its value as text; a step's own arguments by their names.
        code: the fingerprint of the step's code.
        inputs: input name to the ids of its artifacts.
        execution_id: the execution.
    """

    parameters: dict[str, str]
    code: str
    inputs: dict[str, list[int]]
    execution_id: int

    @classmethod
    def of(
        cls, exec_properties: dict[str, Any], inputs: dict[str, list[Any]], execution_id: int, code: str = ""
    ) -> LastTime:
        """Take apart what TFX gives to a component; the declaration of a step becomes its arguments.

        ``code`` is a fingerprint of the component's own code, where that is the user's.
        """
        parameters: dict[str, str] = {}
        for name, value in exec_properties.items():
            declared = _declaration(name, value)
            if declared is None:
                parameters[name] = str(value)
                continue
            code += str(declared.get("code", ""))
            parameters["class"] = str(declared["source"])
            parameters.update({key: json.dumps(item) for key, item in declared["args"].items()})
        ids = {name: sorted(artifact.id for artifact in artifacts) for name, artifacts in inputs.items()}
        return cls(parameters, code, ids, execution_id)

    @classmethod
    def read(cls, context: Any) -> LastTime | None:
        """From the context of the step; None if it never ran."""
        text = context.custom_properties[_PROPERTY].string_value if _PROPERTY in context.custom_properties else ""
        return cls(**json.loads(text)) if text else None

    def write(self, context: Any) -> None:
        """Onto the context of the step."""
        context.custom_properties[_PROPERTY].string_value = json.dumps(vars(self), sort_keys=True)


def explain(before: LastTime | None, now: LastTime, enable_cache: bool) -> str:
    """Say why a component that is not found in the cache runs."""
    if before is None:
        return "first run"
    changed = []
    names = sorted({*before.parameters, *now.parameters})
    parameters = [name for name in names if before.parameters.get(name) != now.parameters.get(name)]
    if parameters:
        changed.append(f"changed: {', '.join(parameters)}")
    if before.code != now.code and "class" not in parameters:
        changed.append("its code changed")
    inputs = sorted(name for name in now.inputs if before.inputs.get(name) != now.inputs[name])
    if inputs:
        changed.append(f"new input: {', '.join(inputs)}")
    if changed:
        return "; ".join(changed)
    return "did not finish last time" if enable_cache else "caching is off"


def _declaration(name: str, value: Any) -> dict[str, Any] | None:
    """The declaration of a step in an execution property, if it holds one: by itself, or in a custom_config."""
    if name == "custom_config" and isinstance(value, str):
        value = (json.loads(value) or {}).get("step")
    elif name != "step":
        return None
    if not isinstance(value, str):
        return None
    try:
        declared = json.loads(value)
    except ValueError:
        return None
    return declared if isinstance(declared, dict) and "source" in declared else None
