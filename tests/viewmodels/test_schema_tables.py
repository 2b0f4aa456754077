from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "zenml_nb/viewmodels/schema/tables.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def sample() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / "tests/views/tables_sample.json").read_text("utf-8"))
    return document


def test_the_schema_is_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_sample_is_valid(sample: dict[str, Any]) -> None:
    VALIDATOR.validate(sample)


def test_a_document_without_sections_is_valid() -> None:
    VALIDATOR.validate({"schema": "zenml_nb/tables@1", "title": "", "notes": [], "sections": []})


BAD: dict[str, Change] = {
    "other version": lambda d: d.update(schema="zenml_nb/tables@2"),
    "no schema": lambda d: d.pop("schema"),
    "no title": lambda d: d.pop("title"),
    "title not text": lambda d: d.update(title=1),
    "note not text": lambda d: d.update(notes=[1]),
    "extra key": lambda d: d.update(extra=1),
    "sections not a list": lambda d: d.update(sections={}),
    "extra key in section": lambda d: d["sections"][0].update(extra=1),
    "section without rows": lambda d: d["sections"][0].pop("rows"),
    "extra key in column": lambda d: d["sections"][0]["columns"][0].update(width=1),
    "unknown kind": lambda d: d["sections"][0]["columns"][0].update(kind="date"),
    "unit not text": lambda d: d["sections"][0]["columns"][0].update(unit=None),
    "column without label": lambda d: d["sections"][0]["columns"][0].pop("label"),
    "row not a list": lambda d: d["sections"][0]["rows"].append({"a": 1}),
    "cell a list": lambda d: d["sections"][0]["rows"][0].__setitem__(0, [1]),
    "cell an object": lambda d: d["sections"][0]["rows"][0].__setitem__(0, {}),
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD)
def test_a_bad_document_is_rejected(sample: dict[str, Any], change: Change) -> None:
    change(sample)
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(sample)


def _objects(schema: object) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for value in schema.values():
            yield from _objects(value)


def test_every_object_is_closed_and_every_field_described() -> None:
    for schema in _objects(SCHEMA):
        assert schema["additionalProperties"] is False
        assert all(field.get("description") for field in schema["properties"].values())
