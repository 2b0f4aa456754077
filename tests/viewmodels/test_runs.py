from __future__ import annotations

import json
import math
from datetime import datetime, timedelta, timezone
from pathlib import Path

import jsonschema
import pytest

from zenml_nb.records import vocabulary as v
from zenml_nb.records.summary import Page, RunSummary
from zenml_nb.viewmodels.runs import runs_document

SCHEMA = Path(__file__).parents[2] / "zenml_nb/viewmodels/schema/pages/runs.json"
VALIDATOR = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
HOSTILE = "</td><script>alert(1)</script>\u202e\x00"
NOON = datetime(2024, 1, 31, 12, tzinfo=timezone.utc)


@pytest.fixture
def document():
    """Checks the document of a page and gives it."""

    def document(*runs, offset=0, root=None, **given):
        page = Page(list(runs), **{"total": len(runs), "indexing": False, "revision": "r1", **given})
        made = runs_document(page, offset, root)
        VALIDATOR.validate(json.loads(json.dumps(made, allow_nan=False)))
        return made

    return document


def test_a_page_with_its_counts(document):
    run = RunSummary("taxi.1", "taxi", v.COMPLETE, NOON, NOON + timedelta(seconds=61.5), {"auc": 0.5}, until="trainer")
    made = document(
        run,
        offset=100,
        total=101,
        pipelines=(("penguins", 60), ("taxi", 41)),
        states=((v.COMPLETE, 101),),
        metrics=(("auc", 90), ("loss", 3)),
    )
    assert made == {
        "schema": "zenml_nb/runs@1",
        "revision": "r1",
        "indexing": False,
        "total": 101,
        "offset": 100,
        "runs": [
            {
                "id": "taxi.1",
                "pipeline": "taxi",
                "state": v.COMPLETE,
                "started": "2024-01-31T12:00:00+00:00",
                "seconds": 61.5,
                "metrics": [{"name": "auc", "value": 0.5}],
                "failed_step": None,
                "until": "trainer",
                "error": None,
            }
        ],
        "pipelines": [{"name": "penguins", "runs": 60}, {"name": "taxi", "runs": 41}],
        "states": [{"state": v.COMPLETE, "runs": 101}],
        "metrics": ["auc", "loss"],
        "notes": [],
    }


def test_an_empty_page(document):
    assert document()["runs"] == []


def test_a_store_that_is_still_read(document):
    made = document(total=None, indexing=True)
    assert made["total"] is None
    assert made["notes"] == ["The store is being read: older runs follow."]


def test_numbers_that_json_does_not_have(document):
    metrics = {"nan": math.nan, "up": math.inf, "down": -math.inf}
    [run] = document(RunSummary("a", "a", v.COMPLETE, NOON, NOON, metrics))["runs"]
    assert [metric["value"] for metric in run["metrics"]] == ["NaN", "Infinity", "-Infinity"]


def test_a_running_run_has_no_duration_and_none_is_negative(document):
    running = RunSummary("a", "a", v.RUNNING, NOON)
    back = RunSummary("b", "a", v.COMPLETE, NOON, NOON - timedelta(hours=1))
    assert [run["seconds"] for run in document(running, back)["runs"]] == [None, 0.0]


def test_hostile_names_are_data(document):
    made = document(
        RunSummary(HOSTILE, HOSTILE, HOSTILE, NOON, None, {HOSTILE: 1.0}, HOSTILE, HOSTILE, HOSTILE),
        pipelines=((HOSTILE, 1),),
        states=((HOSTILE, 1),),
        metrics=((HOSTILE, 1),),
    )
    [run] = made["runs"]
    assert {run[key] for key in ("id", "pipeline", "state", "failed_step", "until", "error")} == {HOSTILE}


def test_an_error_is_short_and_keeps_secrets_and_places_to_itself(document, tmp_path):
    text = f"{tmp_path}/data.csv: password=hunter2 {Path.home()}/x " + "y" * 500
    [run] = document(RunSummary("a", "a", v.FAILED, NOON, NOON, error=text), root=tmp_path)["runs"]
    assert run["error"].startswith("data.csv: password=(hidden) ~/x yyy")
    assert len(run["error"]) < 230
    [run] = document(RunSummary("a", "a", v.FAILED, NOON, NOON, error=text))["runs"]
    assert "hunter2" not in run["error"]
