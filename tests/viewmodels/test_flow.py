from __future__ import annotations

import datetime
import json

import pytest

from zenml_nb.records import Run
from zenml_nb.records import vocabulary as v
from zenml_nb.viewmodels.flow import TRAINING, Part, plain_parts, recorded_parts, slot_of


def run_with(text):
    started = datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc)
    return Run("own.1", "own", v.COMPLETE, started, None, {v.COMPONENTS: text, v.VERSION: "1"})


def test_the_components_of_a_custom_pipeline_are_read_back():
    run = run_with(json.dumps({"report": [["Summary", [["Data", "Examples"]]]]}))
    assert recorded_parts(run) == {"report": (Part("Summary", (("Data", "Examples"),)),)}
    assert slot_of(run, "Summary") == "report"
    assert slot_of(run, "SplitSchema") == "split"
    assert slot_of(run, "Other") == "Other"


@pytest.mark.parametrize("text", [None, 1, "", "{", "[]", "1", '{"a": 1}', '{"a": [1]}', '{"a": ["b"]}', "[" * 100_000])
def test_a_damaged_record_is_no_obstacle(text):
    assert recorded_parts(run_with(text)) == {}
    assert slot_of(run_with(text), "Split") == "split"


def test_in_runs_of_other_tools_each_component_is_its_own():
    run = run_with(None)
    del run.properties[v.VERSION]
    assert slot_of(run, "Split") == "Split"


def test_what_is_built_in_is_written_as_a_run_would_record_it():
    assert plain_parts("report") is None
    run = run_with(json.dumps({slot: plain_parts(slot) for slot in TRAINING}))
    assert recorded_parts(run) == TRAINING
