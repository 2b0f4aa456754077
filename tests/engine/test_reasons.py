"""Why a step runs again, by name; nothing here runs TFX."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from zenml_nb.engine import live
from zenml_nb.engine.reasons import LastTime, explain


def last(parts: dict[str, str] | None = None, inputs: dict[str, list[int]] | None = None, **given: Any) -> LastTime:
    producers = dict.fromkeys(inputs or {}, "Split")
    return LastTime(given, json.dumps(parts), inputs or {}, 1, parts or {}, producers)


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (None, last(), "first run"),
        (last(a="1"), last(a="2"), "changed: a (1 → 2)"),
        (last(a="1"), last(b="2"), "changed: a, b"),
        (last(**{"class": "steps.No"}), last(**{"class": "__main__.Own"}), "changed: class (No → Own)"),
        (last(a="1" * 30), last(a="2"), "changed: a"),
        (last({"f": "1"}), last({"f": "2"}), "code changed: f"),
        (last({"T": "1", "T.run": "1"}), last({"T": "2", "T.run": "2"}), "code changed: T.run"),
        (last({"T": "1", "T.run": "1"}), last({"T": "2", "T.run": "1"}), "code changed: T"),
        (last({"T": "1", "T.a": "1"}), last({"T": "2", "T.b": "1"}), "code changed: T.a (gone), T.b (new)"),
        (last({"T": "1", "LIMIT": "1"}), last({"T": "1", "LIMIT": "2"}), "code changed: LIMIT"),
        (last(dict.fromkeys("abcdef", "1")), last(dict.fromkeys("abcdef", "2")), "code changed: a, b, c, d, e, 1 more"),
        (last(), last({"f": "2"}), "its code changed"),
        (last(inputs={"examples": [1]}), last(inputs={"examples": [2]}), "new input: examples (from Split)"),
        (last({"f": "1"}, a="1"), last({"f": "2"}, a="2"), "changed: a (1 → 2); code changed: f"),
        (last(), last(), "did not finish last time"),
    ],
)  # fmt: skip
def test_a_reason_names_what_changed(before: LastTime | None, now: LastTime, told: str) -> None:
    assert explain(before, now, True) == told


def test_without_cache_nothing_else_is_said_where_nothing_changed() -> None:
    assert explain(last(), last(), False) == "caching is off"


@dataclass
class Artifact:
    id: int
    producer_component: str


def test_what_a_component_ran_with_is_remembered_and_read_again() -> None:
    from ml_metadata.proto import metadata_store_pb2 as pb

    now = LastTime.of({"n": 3}, {"examples": [Artifact(7, "Split")]}, 5)
    assert (now.parameters, now.inputs, now.producers) == ({"n": "3"}, {"examples": [7]}, {"examples": "Split"})
    context = pb.Context()
    assert LastTime.read(context) is None
    now.write(context)
    assert LastTime.read(context) == now
    # As an older version wrote it.
    old = {"parameters": {}, "code": "", "inputs": {}, "execution_id": 1}
    context.custom_properties["last_time"].string_value = json.dumps(old)
    assert LastTime.read(context) == LastTime(**old)


def test_where_a_source_lies_does_not_count_for_the_cache() -> None:
    declared = {"source": "__main__.Step", "args": {"b": 1, "a": 2}, "code": "c"}
    pinned = json.dumps({**declared, "snapshot": "/somewhere/sources/x.py"})
    assert live.without_snapshot("step", pinned) == live.without_snapshot("step", json.dumps(declared))
    custom = [json.dumps({"step": step, "columns": {}}) for step in (pinned, json.dumps(declared))]
    assert live.without_snapshot("custom_config", custom[0]) == live.without_snapshot("custom_config", custom[1])
    assert live.without_snapshot("other", pinned) == pinned
    assert live.without_snapshot("custom_config", None) == "None"
