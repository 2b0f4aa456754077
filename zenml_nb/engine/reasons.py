"""Why a step runs: what differs from the last time, by name."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from zenml_nb.engine.live import parts_of

_PROPERTY = "last_time"
#: Longer values are not told.
_SHORT = 24
_MOST_TOLD = 5
#: A MySQL server keeps no long texts: of code in very many parts no names are kept.
_MOST_CHARACTERS = 8_000


@dataclass(frozen=True)
class LastTime:
    """What a component ran with.

    Attributes:
        parameters: parameter name to its value as text; a step's own arguments by their names.
        code: the fingerprint of the step's code.
        inputs: input name to the ids of its artifacts.
        execution_id: the execution.
        parts: what the code is made of: name of a class, function, constant or module to its hash; empty where it
            is not known.
        producers: input name to the component that made it.
    """

    parameters: dict[str, str]
    code: str
    inputs: dict[str, list[int]]
    execution_id: int
    parts: dict[str, str] = field(default_factory=dict)
    producers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, exec_properties: dict[str, Any], inputs: dict[str, list[Any]], execution_id: int, code: str = ""
    ) -> LastTime:
        """Take apart what TFX gives to a component; the declaration of a step becomes its arguments.

        ``code`` is a fingerprint of the component's own code, where that is the user's.
        """
        parameters: dict[str, str] = {}
        parts: dict[str, str] = {}
        for name, value in exec_properties.items():
            text = _declaration(name, value)
            if text is None:
                parameters[name] = str(value)
                continue
            declared = json.loads(text)
            parts = parts_of(text)
            code += str(declared.get("code", ""))
            parameters["class"] = str(declared["source"])
            parameters.update({key: json.dumps(item) for key, item in declared["args"].items()})
        ids = {name: sorted(artifact.id for artifact in artifacts) for name, artifacts in inputs.items()}
        producers = {name: _producer(artifacts) for name, artifacts in inputs.items()}
        kept = parts if len(json.dumps(parts)) <= _MOST_CHARACTERS else {}
        return cls(parameters, code, ids, execution_id, kept, producers)

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
        changed.append(f"changed: {', '.join(_parameter(name, before, now) for name in parameters)}")
    if before.code != now.code and "class" not in parameters:
        changed.append(_code(before.parts, now.parts))
    inputs = sorted(name for name in now.inputs if before.inputs.get(name) != now.inputs[name])
    if inputs:
        changed.append(f"new input: {', '.join(_input(name, now) for name in inputs)}")
    if changed:
        return "; ".join(changed)
    return "did not finish last time" if enable_cache else "caching is off"


def _parameter(name: str, before: LastTime, now: LastTime) -> str:
    """A parameter with its values, where they are short."""
    old, new = before.parameters.get(name), now.parameters.get(name)
    if name == "class" and old and new:
        old, new = old.rpartition(".")[2], new.rpartition(".")[2]
    if old is None or new is None or max(len(old), len(new)) > _SHORT:
        return name
    return f"{name} ({old} \u2192 {new})"


def _code(before: dict[str, str], now: dict[str, str]) -> str:
    """What of the code changed, by name: of a class whose methods did, the methods."""
    if not before or not now:
        return "its code changed"
    names = [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]
    inner = {name.rpartition(".")[0] for name in names}
    told = [f"{name}{_came_or_went(name, before, now)}" for name in names if name not in inner]
    if len(told) > _MOST_TOLD:
        told = [*told[:_MOST_TOLD], f"{len(told) - _MOST_TOLD} more"]
    return f"code changed: {', '.join(told)}" if told else "its code changed"


def _came_or_went(name: str, before: dict[str, str], now: dict[str, str]) -> str:
    return " (new)" if name not in before else "" if name in now else " (gone)"


def _input(name: str, now: LastTime) -> str:
    producer = now.producers.get(name)
    return f"{name} (from {producer})" if producer else name


def _producer(artifacts: list[Any]) -> str:
    """The component that made an input, as the artifact says."""
    found = {str(getattr(artifact, "producer_component", None) or "") for artifact in artifacts}
    return found.pop() if len(found) == 1 else ""


def _declaration(name: str, value: Any) -> str | None:
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
    return value if isinstance(declared, dict) and "source" in declared else None
