"""What a step ran with: its declaration, as the record of its execution has it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zenml_nb.records import Execution
from zenml_nb.records import vocabulary as v

_BOOKKEEPING = {"component_id", "pipeline_name", "run_id", "state", "pipeline_root"} | {
    v.SECONDS,
    v.REASON,
    v.ERROR,
    v.CACHED_FROM,
}


@dataclass(frozen=True)
class Declaration:
    """A step as it was recorded.

    Attributes:
        source: the import path of its class.
        args: its arguments.
        code: the fingerprint of its code; empty where none was recorded.
    """

    source: str
    args: Mapping[str, Any]
    code: str = ""


def recorded_declaration(execution: Execution) -> Declaration | None:
    """The declaration of a step in the properties of its execution: by itself, or in a custom_config."""
    declared = _parsed(execution.properties.get("step"))
    if declared is None:
        custom = _parsed(execution.properties.get("custom_config"))
        declared = _parsed(custom.get("step")) if custom else None
    return None if declared is None else declaration_of(declared)


def declaration_of(declared: Mapping[str, Any]) -> Declaration | None:
    """A declaration as a record or the YAML of a pipeline holds it; None if it is none."""
    if not isinstance(declared.get("args"), dict):
        return None
    return Declaration(str(declared.get("source", "")), declared["args"], str(declared.get("code") or ""))


def other_properties(execution: Execution) -> dict[str, Any]:
    """What an execution without a declaration ran with: its properties, as far as they say something."""
    return {k: value for k, value in execution.properties.items() if k not in _BOOKKEEPING and _says_something(value)}


def argument_text(value: Any) -> str:
    """An argument as it is shown: a text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _parsed(text: Any) -> dict[str, Any] | None:
    try:
        value = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _says_something(value: Any) -> bool:
    return value not in (None, "", "None", "null", "[]", "{}")
