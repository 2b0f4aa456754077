from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pandas as pd
import pytest

from zenml_nb.viewmodels.sequences import sequences_document

JSON_SCHEMA = json.loads((Path(__file__).parents[2] / "zenml_nb/viewmodels/schema/sequences.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(JSON_SCHEMA)


def document(frame, **options):
    made = sequences_document(frame, split="train", **options)
    VALIDATOR.validate(json.loads(json.dumps(made, allow_nan=False)))
    return made


FRAME = pd.DataFrame(
    {
        "at": [[0, 86_400], [86_400, 2 * 86_400]],
        "city": [["Oslo", "Oslo"], ["Rome", "Rome"]],
        "degrees": [[1.5, float("nan")], [2, float("inf")]],
        "sky": [["sun", ""], [b"\xff", "fog"]],
        "ahead": [3.5, 4.5],
    }
)


def test_a_sequence_is_named_by_its_category_and_its_times():
    made = document(FRAME, timestamp="at", category="city", total=2)
    assert made["windows"] == [
        {"name": "Oslo, 1970-01-01 to 1970-01-02", "times": ["1970-01-01", "1970-01-02"]},
        {"name": "Rome, 1970-01-02 to 1970-01-03", "times": ["1970-01-02", "1970-01-03"]},
    ]
    assert [(column["name"], column["kind"]) for column in made["columns"]] == [
        ("degrees", "number"),
        ("sky", "text"),
        ("ahead", "number"),
    ]
    assert made["columns"][0]["values"] == [[1.5, "NaN"], [2, "Infinity"]]
    assert made["columns"][1]["values"] == [["sun", ""], ["b'\\xff'", "fog"]]
    assert made["columns"][2]["values"] == [[3.5], [4.5]]


def test_sequences_of_other_sequencers_are_numbered():
    made = document(FRAME)
    assert [window["name"] for window in made["windows"]] == ["sequence 1", "sequence 2"]
    assert len(made["columns"]) == 5
    assert made["notes"] == ["The first 2 sequences."]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (5.25, "1970-01-01T00:00:05.250"),
        (-1, "1969-12-31T23:59:59"),
        ("2024-05-31 10:00", "2024-05-31 10:00"),
        (10**18, "1000000000000000000"),
        (float("nan"), "nan"),
        (None, "None"),
        ("x" * 100, "x" * 80 + "… (100 characters)"),
    ],
)
def test_a_time_of_one_step(value, shown):
    made = document(pd.DataFrame({"at": [value], "x": [1]}, dtype=object), timestamp="at")
    assert made["windows"] == [{"name": shown, "times": [shown]}]


def test_what_is_left_out_is_told():
    left_out = {"incomplete": 12, "with_gaps": 0, "rows_without_time": 1500, "rows_without_category": 0}
    assert document(FRAME, total=2000, left_out=left_out)["notes"] == [
        "The first 2 of 2,000 sequences.",
        "Left out: 12 windows that a session's end cuts off, 1,500 rows without a timestamp.",
    ]
    assert document(FRAME, total=2)["notes"] == ["All 2 sequences."]


def test_no_sequence_at_all():
    assert document(FRAME.head(0), total=0)["windows"] == []
