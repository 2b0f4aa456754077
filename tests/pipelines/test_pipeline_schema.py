"""The published schema against the classes that it describes, and against what runs write."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import jsonschema
import pytest
import yaml

from zenml_nb.config.argument_schema import arguments_schema, described, fits
from zenml_nb.config.pipeline_file import dump_pipeline
from zenml_nb.config.recorded import Recorded
from zenml_nb.datasources import CSVDatasource
from zenml_nb.pipelines import TrainingPipeline, pipeline_schema
from zenml_nb.pipelines.builtin import built_in_datasources, built_in_steps
from zenml_nb.repository import CONNECTIONS


@pytest.fixture(scope="module")
def validate():
    schema = json.loads(pipeline_schema.PATH.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    return lambda document: [error.message for error in validator.iter_errors(document)]


@pytest.fixture
def document(make):
    pipeline = make(source=CSVDatasource("penguins", "penguins.csv", column_types={"env": "STRING"}))
    return yaml.safe_load(dump_pipeline(pipeline.to_config()))


def test_the_published_schema_is_that_of_the_classes():
    written = pipeline_schema.PATH.read_text(encoding="utf-8")
    assert written == pipeline_schema.text(), "Write it anew: python -m zenml_nb.pipelines.pipeline_schema"


def test_every_step_and_datasource_is_described_with_every_argument():
    definitions = pipeline_schema.pipeline_schema()["$defs"]
    kinds = [*built_in_steps(), *built_in_datasources()]
    assert {"RandomSplit", "StandardPreprocesser", "TFFeedForwardTrainer", "CSVDatasource"} <= set(definitions)
    for kind in kinds:
        found = definitions[kind.__name__]
        assert found["description"]
        for name, schema in found["properties"].items():
            assert schema.get("description"), f"{kind.__name__}: the docstring says nothing of {name}"


def test_what_a_run_writes_fits(document, validate):
    assert validate(document) == []
    assert validate({**document, "version": 1}) == []
    assert validate({"version": 2, "pipeline": {"name": "a", "source": "a.B", "steps": {}}}) == []


def test_classes_of_the_users_fit(document, validate):
    document["pipeline"]["steps"]["split"] = {"source": "mine.Split", "args": {"a": [1]}, "snapshot": "s/1.py"}
    document["pipeline"]["steps"]["own_slot"] = {"source": "mine.Step", "args": None}
    assert validate(document) == []


def test_a_pipeline_of_a_users_own_fits(repository, validate):
    class OwnPipeline(TrainingPipeline):
        pass

    document = yaml.safe_load(dump_pipeline(OwnPipeline("own").to_config()))
    assert "code" in document["pipeline"]
    assert validate(document) == []


def test_a_reference_to_a_secret_fits(document, validate):
    document["pipeline"]["datasource"]["args"]["path"] = {"env": "TAXI"}
    assert validate(document) == []


@pytest.mark.parametrize("kind", CONNECTIONS)
def test_connections_fit_with_what_they_need(document, validate, kind):
    needed, optional = CONNECTIONS[kind]
    metadata = {"type": kind, **dict.fromkeys((*needed, *optional), "a")}
    assert validate({**document, "metadata": metadata}) == []
    assert validate({**document, "metadata": {**metadata, "password": "a"}}) != []
    del metadata[needed[0]]
    assert validate({**document, "metadata": metadata}) != []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("version",), 3),
        (("pipline",), {}),
        (("pipeline", "nam"), "a"),
        (("pipeline", "name"), "a b"),
        (("pipeline", "datasource", "args", "path"), 5),
        (("pipeline", "datasource", "args", "pth"), "a"),
        (("pipeline", "steps", "split", "args", "split_map", "train"), "most"),
        (("pipeline", "steps", "trainer", "args", "epoch"), 1),
        (("pipeline", "steps", "trainer", "args", "epochs"), 1.5),
        (("pipeline", "steps", "trainer", "args", "hidden_layers"), [1, "a"]),
        (("pipeline", "steps", "trainer", "args", "hidden_layers"), 3),
        (("pipeline", "steps", "deployer", "args"), {}),
        (("pipeline", "steps", "deployer", "args"), None),
        (("pipeline", "steps", "split", "source"), "RandomSplit"),
    ],
)
def test_a_mistake_does_not_fit(document, validate, place, value):
    wrong = copy.deepcopy(document)
    inner = wrong
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    assert validate(wrong) != []


class Example(Recorded):
    """An example.

    Args:
        size: how large,
            in metres.
        kind: small or large.
        values, other: by name.

    Raises:
        Nothing: never.
    """

    def __init__(
        self,
        size: float,
        kind: Literal["small", "large"] = "small",
        values: Mapping[str, Sequence[int]] | None = None,
        other: Any = None,
        unknown: Unknown = (),  # noqa: F821
        **rest: str,
    ):
        pass


def test_signatures_and_docstrings_become_schemas():
    schema = arguments_schema(Example)
    assert schema == {
        "type": "object",
        "properties": {
            "size": {"description": "how large, in metres.", "type": "number"},
            "kind": {"description": "small or large.", "enum": ["small", "large"], "default": "small"},
            "values": {
                "description": "by name.",
                "anyOf": [
                    {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "integer"}}},
                    {"type": "null"},
                ],
                "default": None,
            },
            "other": {"description": "by name.", "default": None},
            "unknown": {"default": []},
        },
        "additionalProperties": True,
        "required": ["size"],
    }
    assert arguments_schema(Recorded) == {"type": "object", "properties": {}, "additionalProperties": False}


VALUES = [None, True, 0, 1.5, "a", "small", [], [1], ["a"], {}, {"a": [1]}, {"a": ["b"]}, {"env": "A"}, {"env": 1}]


@pytest.mark.parametrize("kind", [Example, CSVDatasource, *built_in_steps()])
def test_values_fit_as_jsonschema_says(kind):
    for name, schema in arguments_schema(kind)["properties"].items():
        validator = jsonschema.Draft202012Validator(schema)
        for value in VALUES:
            assert fits(value, schema) == validator.is_valid(value), (name, value)


def test_what_fits_is_told_in_words():
    values = arguments_schema(Example)["properties"]["values"]
    assert described(values) == "a mapping of (a list of (a whole number)) or null"
    assert described(arguments_schema(CSVDatasource)["properties"]["path"]) == "a text or {env: ...}"
    assert described({"enum": ["a", "b"]}) == "one of a, b"
