from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pandas as pd
import pytest

from zenml_nb.viewmodels.tables import frame_tables, json_cell, model_tables

SCHEMA = Path(__file__).parents[2] / "zenml_nb/viewmodels/schema/tables.json"
VALIDATOR = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
HOSTILE = "</td><script>alert(1)</script>\u202e\x00"


@pytest.fixture
def sections():
    """Checks a document and gives its tables: title to rows as dictionaries of column names."""

    def sections(document):
        VALIDATOR.validate(json.loads(json.dumps(document, allow_nan=False)))
        found = {}
        for section in document["sections"]:
            names = [column["name"] for column in section["columns"]]
            assert len(set(names)) == len(names)
            found[section["title"]] = [dict(zip(names, row, strict=True)) for row in section["rows"]]
        return found

    return sections


def test_examples(sections):
    frame = pd.DataFrame(
        {
            "n": pd.Series([1, None], dtype="Int64"),
            "x": [0.5, float("nan")],
            HOSTILE: [HOSTILE, None],
            "many": [[1, 2], [3]],
            "raw": [b"\xff", None],
        }
    )
    document = frame_tables("Examples", {"train": frame, "eval": frame[:0]})
    assert [column["kind"] for column in document["sections"][0]["columns"]] == [
        "number",
        "number",
        "text",
        "text",
        "text",
    ]
    assert sections(document)["train"] == [
        {"n": 1, "x": 0.5, HOSTILE: HOSTILE, "many": "[1, 2]", "raw": "b'\\xff'"},
        {"n": None, "x": "NaN", HOSTILE: None, "many": "[3]", "raw": None},
    ]


def test_a_model(sections):
    signature = {
        "inputs": {"examples": {"dtype": "string", "shape": [-1]}},
        "outputs": {"outputs": {"dtype": "float32", "shape": [-1, 3]}},
    }
    assert sections(model_tables({"signatures": {"serving_default": signature}, "folder": "x"}))["serving_default"] == [
        {"side": "inputs", "name": "examples", "dtype": "string", "shape": "any"},
        {"side": "outputs", "name": "outputs", "dtype": "float32", "shape": "any × 3"},
    ]


def test_numbers_as_json_cells():
    values = [1.5, 0, float("nan"), float("inf"), float("-inf")]
    assert list(map(json_cell, values)) == [1.5, 0, "NaN", "Infinity", "-Infinity"]
