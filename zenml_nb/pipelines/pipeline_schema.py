"""The published JSON schema of pipeline files, generated from the signatures of steps and datasources.

``python -m zenml_nb.pipelines.pipeline_schema`` writes it anew, after a step or one of its arguments was changed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from zenml_nb.config.argument_schema import REFERENCE, arguments_schema
from zenml_nb.config.migration import VERSION
from zenml_nb.pipelines.builtin import built_in_datasources, built_in_steps, sources_of, summary
from zenml_nb.pipelines.training import TrainingPipeline
from zenml_nb.repository import CONNECTIONS, write_atomically

Schema = dict[str, Any]

PATH = Path(__file__).resolve().parent.parent / "schema" / "pipeline.json"


def pipeline_schema() -> Schema:
    """The schema of a pipeline document."""
    kinds = [*built_in_datasources(), *built_in_steps()]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:zenml-nb:pipeline:{VERSION}",
        "title": "PipelineFile",
        "description": "The declaration of a pipeline, as zenml_nb writes it at a run.",
        "type": "object",
        "required": ["version", "pipeline"],
        "additionalProperties": False,
        "properties": {
            "version": {"description": "Version of this format.", "enum": list(range(1, VERSION + 1))},
            "artifact_store": {"description": "Where artifacts are; relative to the project.", "type": "string"},
            "metadata": _metadata(),
            "backend": {"description": "Where steps run.", "type": "object"},
            "environment": _environment(),
            "pipeline": _pipeline(),
        },
        "$defs": {"Reference": REFERENCE, **{kind.__name__: _arguments(kind) for kind in kinds}},
    }


def text() -> str:
    """The schema as it is published."""
    return json.dumps(pipeline_schema(), indent=2, ensure_ascii=False) + "\n"


def _pipeline() -> Schema:
    return {
        "type": "object",
        "required": ["name", "source", "steps"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$"},
            "source": {"description": "The import path of the pipeline's class.", "type": "string"},
            "args": {"description": "Further arguments of the class.", "type": ["object", "null"]},
            "code": {"description": "A fingerprint of the code of a class of one's own.", "type": ["string", "null"]},
            "snapshot": {"description": "A file with the code of the class.", "type": ["string", "null"]},
            "datasource": {"anyOf": [{"type": "null"}, _declaration(built_in_datasources(), "The data.")]},
            "datasource_commit_id": {
                "description": "The version of the data; without one, that of the day of the run.",
                "type": ["string", "null"],
            },
            "steps": _steps(),
        },
    }


def _steps() -> Schema:
    slots = {
        slot.name: _declaration(
            [kind for kind in built_in_steps() if issubclass(kind, slot.kind)], f"What {slot.method}() takes."
        )
        for slot in TrainingPipeline.slots
    }
    # Pipelines of other classes have steps of other names.
    return {"type": "object", "properties": slots, "additionalProperties": _declaration([], "A step.")}


def _declaration(kinds: list[Any], told: str) -> Schema:
    """A class and its arguments; those of this package's classes are known, any other may be named too."""
    known = [source for kind in kinds for source in sources_of(kind)]
    source: Schema = {"description": "The import path of the class.", "type": "string"}
    schema: Schema = {
        "description": told,
        "type": "object",
        "required": ["source", "args"],
        "additionalProperties": False,
        "properties": {
            "source": {**source, "anyOf": [{"enum": known}, {"pattern": r"\."}]} if known else source,
            "args": {"type": ["object", "null"]},
            "code": {"description": "A fingerprint of the code of the class.", "type": "string"},
            "snapshot": {"description": "A file with the code of the class.", "type": ["string", "null"]},
        },
    }
    conditions = [
        {
            "if": {"properties": {"source": {"enum": sources_of(kind)}}, "required": ["source"]},
            "then": {"properties": {"args": _args_of(kind)}},
        }
        for kind in kinds
    ]
    return {**schema, "allOf": conditions} if conditions else schema


def _args_of(kind: Any) -> Schema:
    reference = {"$ref": f"#/$defs/{kind.__name__}"}
    # Without any required argument they may be left empty.
    return reference if arguments_schema(kind).get("required") else {"anyOf": [{"type": "null"}, reference]}


def _arguments(kind: Any) -> Schema:
    told = summary(kind)
    schema = arguments_schema(kind, {"$ref": "#/$defs/Reference"})
    return {"title": kind.__name__, **({"description": told} if told else {}), **schema}


def _metadata() -> Schema:
    kinds = []
    for kind, (needed, optional) in CONNECTIONS.items():
        value = {"anyOf": [{"type": ["string", "integer"]}, {"$ref": "#/$defs/Reference"}]}
        settings: Schema = dict.fromkeys((*needed, *optional), {"type": "string"} if kind == "sqlite" else value)
        if "password_env" in settings:
            settings["password_env"] = {"description": "The environment variable with the password.", "type": "string"}
        kinds.append(
            {
                "type": "object",
                "properties": {"type": {"const": kind}, **settings},
                "required": ["type", *needed],
                "additionalProperties": False,
            }
        )
    return {"description": "The metadata store that the run was recorded in.", "anyOf": kinds}


def _environment() -> Schema:
    return {
        "description": "What the pipeline was last run with; it is compared and warned of, and changes nothing.",
        "type": ["object", "null"],
        "properties": {
            "python": {"type": "string"},
            "platform": {"type": "string"},
            "packages": {"type": "object", "additionalProperties": {"type": "string"}},
            "git": {
                "type": "object",
                "properties": {"commit": {"type": "string"}, "dirty": {"type": "boolean"}},
                "additionalProperties": False,
            },
        },
    }


if __name__ == "__main__":
    write_atomically(PATH, text())
