from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from tests.viewmodels.comparisons import Taxi
from tests.views.reader import Reader, assert_safe
from zenml_nb.viewmodels.compare import compare_document
from zenml_nb.views.html import render_html
from zenml_nb.views.text import render_text

HOSTILE = "<img src=x onerror=alert(1)>\u202e\x00"


@pytest.fixture
def taxi(tmp_path: Path) -> Taxi:
    return Taxi(tmp_path)


@pytest.fixture
def document(taxi: Taxi) -> dict[str, Any]:
    first = taxi.run(
        "one",
        taxi.statistics(),
        taxi.schema(),
        taxi.evaluation({None: {"auc": 0.5, "example_count": 9}, 3: {"auc": 0.25}}),
        args={"lr": 0.1, "activation": "relu"},
    )
    second = taxi.run(
        "two",
        taxi.statistics(low=10),
        taxi.schema(fare="INT"),
        taxi.evaluation({None: {"auc": 0.75}, 3: {"auc": 0.125}}),
        args={"lr": 0.2, "activation": "tanh"},
        code="bbbb",
        yaml_lr="0.5",
    )
    return compare_document([first, second, taxi.run("three")], root=taxi.root)


def test_the_text_has_all_parts_and_is_the_same_each_time(document: dict[str, Any]) -> None:
    text = render_text(document)
    assert text == render_text(json.loads(json.dumps(document)))
    lines = text.splitlines()
    assert not [line for line in lines if line != line.rstrip()]
    assert [line.split() for line in lines if line.startswith("trainer")][:2] == [
        ["trainer", "lr", "≠", "0.1", "0.2", "0.1"],
        ["trainer", "activation", "≠", "relu", "tanh", "—"],
    ]
    assert next(line.split() for line in lines if " auc " in line) == ["Metrics", "auc", "≠", "0.5", "0.75", "—"]
    assert [line.split() for line in lines if line.startswith("hour = 3")] == [
        ["hour", "=", "3", "0.25", "0.125", "-0.125"]
    ]
    assert "  +      args: {lr: 0.5}" in lines
    assert "  trainer: code changed (steps.Trainer aaaa -> steps.Trainer bbbb)" in lines
    assert "Difference from one" in text
    assert "  fare     train  FLOAT" in text
    assert "  The run has no schema that can be read." in lines


def test_the_html_has_tables_a_chart_and_differences(document: dict[str, Any]) -> None:
    read = Reader(render_html(document))
    assert_safe(read)
    shown = " ".join(read.texts)
    for word in ("Parameters and metrics", "lr ≠", "0.75", "auc by slice", "-0.125", "code changed", "two"):
        assert word in shown
    assert "+      args: {lr: 0.5}" in read.texts
    assert "-      args: {lr: 0.1}" in read.texts
    (alternative,) = [value for name, value in read.attributes if name == "alt"]
    assert alternative == (
        "The runs over their parameters and metrics. one: lr 0.1, activation relu, auc 0.5; "
        "two: lr 0.2, activation tanh, auc 0.75; three: lr 0.1, activation —, auc —"
    )


def test_one_run_and_none_need_no_chart(taxi: Taxi) -> None:
    for runs in ([], [taxi.run("a")]):
        document = compare_document(runs, root=taxi.root)
        assert "<img" not in render_html(document)
        assert render_text(document).startswith(f"Comparison of {len(runs)} run")


def test_many_runs_are_rows(taxi: Taxi) -> None:
    template = taxi.run("a", args={"lr": 0.1})
    runs = [dataclasses.replace(template, id=f"taxi.{index:03}") for index in range(150)]
    runs.append(taxi.run("z", args={"lr": 0.5}, metrics={"auc": 0.75}))
    document = compare_document(runs, root=taxi.root)
    lines = render_text(document).splitlines()
    assert [line.split() for line in lines if line.startswith("Run ")] == [["Run", "state", "auc", "lr"]]
    assert [line.split() for line in lines if line.startswith("z ")] == [["z", "COMPLETE", "0.75", "0.5"]]
    read = Reader(render_html(document))
    assert_safe(read)
    assert "51 more runs are shown where this view is interactive." in read.texts
    assert "099" in read.texts
    assert "100" not in read.texts


def test_hostile_texts_stay_texts(taxi: Taxi) -> None:
    run = taxi.run("a", args={HOSTILE: HOSTILE}, metrics={HOSTILE: 1.0})
    other = dataclasses.replace(run, id=HOSTILE, pipeline=HOSTILE, state=HOSTILE, executions=())
    document = compare_document([run, other], root=taxi.root, title=HOSTILE)
    document["pairs"][0]["configuration"]["lines"] = [f"+{HOSTILE}"]
    read = Reader(render_html(document))
    assert_safe(read)
    assert "onerror" not in {name for name, _ in read.attributes}
    for shown in (" ".join(read.texts), render_text(document)):
        assert "<img src=x onerror=alert(1)>\\u202e\\x00" in shown
        assert not {"\u202e", "\x00"} & set(shown)


def test_a_row_that_does_not_fit_the_runs_is_refused(document: dict[str, Any]) -> None:
    document["metrics"][0]["values"].append(1)
    for render in (render_html, render_text):
        with pytest.raises(ValueError, match="has 4 values for 3 runs"):
            render(document)
