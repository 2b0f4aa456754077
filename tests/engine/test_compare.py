"""Two real runs side by side: what is shown equals what TFMA itself reads, and what the runs were declared with."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import pytest
import tensorflow_model_analysis as tfma

from tests.engine.conftest import Shared, working_in
from tests.engine.pipelines import penguin_trainer
from zenml_nb import compare_training_runs
from zenml_nb.records import Run

_COUNT = "example_count"


@pytest.fixture(scope="module")
def other(shared: Shared) -> Run:
    """The shared pipeline once more, trained otherwise; all before the trainer is taken from the cache."""
    pipeline = shared.pipeline.copy("penguins")
    pipeline.add_trainer(penguin_trainer(epochs=1, hidden_layers=[4]))
    del pipeline.steps["deployer"]
    with working_in(shared.root), contextlib.redirect_stdout(io.StringIO()):
        return pipeline.run()


@pytest.fixture(scope="module")
def document(shared: Shared, other: Run) -> dict[str, Any]:
    return compare_training_runs([shared.run, other.id], repository=shared.root).document


def evaluated(run: Run) -> dict[str, dict[str, float]]:
    """Slice to metric to value, as TFMA's own reader gives them."""
    artifact = run.artifact("Evaluator", "evaluation")
    assert artifact is not None
    found = {}
    for key, outputs in tfma.load_eval_result(artifact.uri).slicing_metrics:
        name = ", ".join(f"{column} = {value or '(missing)'}" for column, value in key) or "Overall"
        metrics = outputs[""][""]
        found[name] = {m: v["doubleValue"] for m, v in metrics.items() if "doubleValue" in v}
    return found


def test_parameters_are_those_of_the_declarations(document: dict[str, Any]) -> None:
    differing = {
        (row["step"], row["name"]): [None if index is None else row["values"][index] for index in row["of"]]
        for row in document["parameters"]
        if row["differs"]
    }
    trainer = {name: values for (step, name), values in differing.items() if step == "trainer"}
    assert trainer == {"epochs": [5, 1], "hidden_layers": ["[10]", "[4]"]}
    assert {step for step, _ in differing} == {"trainer", "deployer"}
    same = {(row["step"], row["name"]) for row in document["parameters"]} - set(differing)
    assert {("evaluator", "slices"), ("split", "split_map.train"), ("data", "commit_id")} <= same


def test_metrics_equal_those_of_tfma(document: dict[str, Any], shared: Shared, other: Run) -> None:
    expected = [evaluated(run)["Overall"] for run in (shared.run, other)]
    shown = {row["name"]: row["values"] for row in document["metrics"]}
    assert set(shown) == set(expected[0])
    for name, values in shown.items():
        assert values == [pytest.approx(own[name], rel=1e-9) for own in expected]


def test_slices_equal_those_of_tfma(document: dict[str, Any], shared: Shared, other: Run) -> None:
    expected = [evaluated(run) for run in (shared.run, other)]
    slices = document["slices"]
    assert {entry["name"] for entry in slices["slices"]} == set(expected[0])
    assert len(expected[0]) > 5
    for entry in slices["slices"]:
        assert entry["counts"] == [own[entry["name"]][_COUNT] for own in expected]
        for metric, values in zip(slices["metrics"], entry["values"], strict=True):
            assert values == [pytest.approx(own[entry["name"]][metric], rel=1e-9) for own in expected]


def test_the_pair_tells_what_was_changed(document: dict[str, Any]) -> None:
    [pair] = document["pairs"]
    changed = [line[1:].strip() for line in pair["configuration"]["lines"] if line[0] in "+-"]
    assert {"epochs: 5", "epochs: 1"} <= set(changed)
    assert {step["step"]: step["state"] for step in pair["code"]["steps"]} == {
        "split": "same",
        "preprocesser": "same",
        "trainer": "same",
        "evaluator": "same",
        "deployer": "removed",
    }
    assert "taken from the cache" in pair["schema"]["note"]
    assert "taken from the cache" in pair["distributions"]["note"]


def test_no_path_of_the_machine_is_told(document: dict[str, Any], shared: Shared) -> None:
    assert str(shared.root) not in str(document)
    assert str(Path.home()) + "/" not in str(document)
