"""Judgements in words, and the baseline that is looked for; nothing here runs TensorFlow."""

from __future__ import annotations

import copy
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.evaluation_files import MODELS, metric, slice_key, write_evaluation
from zenml_nb.artifacts.evaluation import read_evaluation
from zenml_nb.engine.baseline import baseline_model, baseline_run
from zenml_nb.engine.verdict import bless, failures_of, reasons_against, remark_of
from zenml_nb.errors import NotAvailableError
from zenml_nb.records import Artifact, Execution, Run

NOW = datetime(2024, 1, 1, tzinfo=timezone.utc)


class Output:
    """What these functions use of TFX's artifacts."""

    def __init__(self, uri: Path) -> None:
        self.uri = str(uri)
        self.properties: dict[str, Any] = {}

    def set_string_custom_property(self, name: str, value: str) -> None:
        self.properties[name] = value

    set_int_custom_property = set_string_custom_property

    def has_custom_property(self, name: str) -> bool:
        return name in self.properties

    def get_string_custom_property(self, name: str) -> str:
        return self.properties.get(name, "")

    def get_int_custom_property(self, name: str) -> int:
        return self.properties.get(name, 0)


def test_what_failed_is_told_with_value_and_bound(tmp_path: Path) -> None:
    assert failures_of(read_evaluation(write_evaluation(tmp_path, **MODELS))) == [
        "hour = 2: auc (new) is 0.25, must be ≥ 0.5",
        "hour = 2: auc (new) changed by -0.25, must be ≥ 0",
        "there is no row of hour = 25, which has a threshold",
    ]


def test_what_could_not_be_computed_is_told(tmp_path: Path) -> None:
    given = copy.deepcopy(MODELS)
    failures = given["validation"]["metricValidationsPerSlice"][0]["failures"]
    del failures[1], failures[0]["metricValue"]
    failures[0]["message"] = "Metric not found."
    failures[0]["metricKey"]["modelName"] = "candidate"
    del given["validation"]["missingSlices"]
    assert failures_of(read_evaluation(write_evaluation(tmp_path, **given))) == [
        "hour = 2: auc is not computed, must be ≥ 0.5 (Metric not found.)"
    ]


def test_without_a_validation_nothing_failed(tmp_path: Path) -> None:
    folder = write_evaluation(
        tmp_path, [{"sliceKey": slice_key(), "metricKeysAndValues": [metric("auc", 0.5)]}], config=MODELS["config"]
    )
    assert failures_of(read_evaluation(folder)) == []


@pytest.mark.parametrize(
    ("failures", "is_judged", "blessed", "file"),
    [([], False, None, None), ([], True, 1, "BLESSED"), (["a"] * 30 + ["b" * 1000], True, 0, "NOT_BLESSED")],
)
def test_a_judgement_is_written_as_tfx_does(tmp_path: Path, failures, is_judged, blessed, file) -> None:
    output = Output(tmp_path)
    bless(output, failures, is_judged)
    assert output.properties.get("blessed") == blessed
    assert [path.name for path in tmp_path.iterdir()] == ([file] if file else [])
    assert reasons_against(output) == failures[:20]
    if failures:
        assert remark_of({"blessing": [output]}) == "not good enough: a; a; a; and 28 more"
        assert len(json.loads(output.properties["failures"])) == 20


def test_a_judgement_of_plain_tfx_counts_too(tmp_path: Path) -> None:
    output = Output(tmp_path)
    output.set_int_custom_property("blessed", 0)
    assert reasons_against(output) == ["it was judged not to be good enough"]
    assert remark_of({"blessing": [output]}) == ""


class Records:
    """Runs, newest first, as a store gives them."""

    def __init__(self, runs: list[Run]) -> None:
        self._runs = runs

    def runs(self, pipeline: str, limit: int) -> list[Run]:
        return self._runs[:limit]

    def run(self, run_id: str) -> Run:
        return next(run for run in self._runs if run.id == run_id)


@pytest.fixture
def make_run(tmp_path: Path):
    """Makes the record of a run: the number of its model, its judgement, and whether the model is still there."""

    def make(name: str, model: int | None, blessed: int | None, is_there: bool = True) -> Run:
        executions = []
        if model is not None:
            uri = tmp_path / str(model)
            if is_there:
                uri.mkdir(exist_ok=True)
            made = Artifact(model, "Model", "model", str(uri))
            executions.append(Execution(1, "Trainer", "COMPLETE", NOW, NOW, outputs=(made,)))
            properties = {} if blessed is None else {"blessed": blessed}
            judged = Artifact(100 + model, "ModelBlessing", "blessing", str(tmp_path), properties=properties)
            executions.append(Execution(2, "Evaluator", "COMPLETE", NOW, NOW, outputs=(judged,)))
        return Run(name, "p", "COMPLETE", NOW, NOW + timedelta(1), {}, tuple(executions))

    return make


def test_the_baseline_is_the_latest_other_good_model_that_is_there(make_run) -> None:
    runs = [
        make_run("running", None, None),
        make_run("same", 9, 1),
        make_run("unjudged", 8, None),
        make_run("bad", 7, 0),
        make_run("removed", 6, 1, is_there=False),
        make_run("good", 5, 1),
        make_run("older", 4, 1),
    ]
    assert baseline_model(Records(runs), "p", "last_blessed", 9).id == 5
    assert baseline_model(Records(runs), "p", "last_blessed", 5).id == 9
    assert baseline_model(Records(runs[3:5]), "p", "last_blessed", 9) is None
    # Where no model was called good enough, it is the latest one that was judged by nothing.
    unjudged = [*runs[2:5], make_run("unjudged before", 3, None)]
    assert baseline_model(Records(unjudged), "p", "last_blessed", 9).id == 8
    assert baseline_model(Records(unjudged), "p", "last_blessed", 8).id == 3
    assert baseline_run(Records(runs), "p", 8) == "unjudged"
    assert baseline_run(Records(runs), "p", 77) == ""
    assert baseline_model(Records(runs), "p", "bad", 9).id == 7
    assert baseline_model(Records(runs), "p", "bad", 7) is None
    for name in ("running", "removed"):
        with pytest.raises(NotAvailableError, match=f"{name}(.|\\n)*last_blessed"):
            baseline_model(Records(runs), "p", name, 9)
