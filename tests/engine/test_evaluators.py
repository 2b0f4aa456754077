"""Evaluators in real runs: thresholds, baselines, stored predictions, and metrics of a user's own."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.engine.conftest import Shared
from tests.engine.pipelines import penguin_csv, penguin_trainer
from tests.engine.user_steps import Bills
from zenml_nb import PandasDatasource, TrainingPipeline
from zenml_nb.errors import StepFailedError
from zenml_nb.records import Run
from zenml_nb.records import vocabulary as v
from zenml_nb.steps import AgnosticEvaluator, TFMAEvaluator
from zenml_nb.viewmodels.artifact import document_of

ACCURACY = "sparse_categorical_accuracy"
KEPT = {"SparseCategoricalAccuracy": {"lower": 0.5, "slices": [{"slice": ["island"], "lower": 0.1}]}}
NO_WORSE = {"SparseCategoricalAccuracy": {"change": {"absolute": -0.01, "direction": "higher_is_better"}}}


def blessing(run: Run) -> dict[str, object]:
    return run.artifact("Evaluator", "blessing").properties


def metrics(pipeline: TrainingPipeline) -> dict[tuple[tuple[str, str], ...], dict[str, float]]:
    return {tuple(map(tuple, entry["slice"])): entry["metrics"] for entry in pipeline.evaluation()["slices"]}


def test_a_model_is_judged_and_compared_with_the_last_good_one(in_shared: Shared, capsys) -> None:
    pipeline = in_shared.pipeline.copy("judged")
    # A model whose thresholds hold is good enough; there is nothing to compare it with yet.
    pipeline.add_evaluator(
        TFMAEvaluator(
            metrics=["SparseCategoricalAccuracy", {"name": "SparseTopKCategoricalAccuracy", "k": 2, "as": "top_two"}],
            slices=[{"island": "Biscoe"}, {"island": "Dream", "sex": None}],
            thresholds={
                "SparseCategoricalAccuracy": {
                    **KEPT["SparseCategoricalAccuracy"],
                    "change": NO_WORSE["SparseCategoricalAccuracy"]["change"],
                }
            },
            baseline="last_blessed",
        )
    )
    first = pipeline.run(until="evaluator")
    assert blessing(first)["blessed"] == 1
    assert first.execution("Evaluator").reason.endswith("good enough (there is no other model to compare it with)")
    found = metrics(pipeline)
    assert found[()]["top_two"] >= found[()][ACCURACY] > 0.9
    rows = pipeline.sample_data("eval")
    assert found[(("island", "Biscoe"),)]["example_count"] == (rows["island"] == "Biscoe").sum()
    assert (
        found[(("island", "Dream"), ("sex", "male"))]["example_count"]
        == ((rows["island"] == "Dream") & (rows["sex"] == "male")).sum()
    )
    assert {key[0] for key in found if len(key) == 2} == {("island", "Dream")}
    # Nothing changed: the model is not its own baseline.
    assert pipeline.run(until="evaluator").execution("Evaluator").state == v.CACHED
    # A worse model is compared with the good one.
    pipeline.add_trainer(penguin_trainer(epochs=1, lr=1e-5))
    capsys.readouterr()
    worse = pipeline.run(until="evaluator")
    assert worse.state == v.COMPLETE
    printed = capsys.readouterr().out
    assert "not good enough: Overall: sparse_categorical_accuracy" in printed
    assert blessing(worse)["blessed"] == 0
    failures = json.loads(str(blessing(worse)["failures"]))
    compared = metrics(pipeline)[()]
    assert compared["sparse_categorical_accuracy_diff"] == pytest.approx(compared[ACCURACY] - found[()][ACCURACY])
    assert any(f"changed by {compared[ACCURACY] - found[()][ACCURACY]:.3g}"[:18] in failure for failure in failures)
    inputs = {artifact.key: artifact.id for artifact in worse.execution("Evaluator").inputs}
    assert inputs["baseline_model"] == first.artifact("Trainer", "model").id
    # Lists of runs know the metrics of both models by the same names.
    assert worse.metrics[ACCURACY] == pytest.approx(compared[ACCURACY])
    document = json.dumps(pipeline.last_run.executions[-1].reason)
    assert "not good enough" in document


def test_a_run_can_be_the_baseline(in_shared: Shared) -> None:
    pipeline = in_shared.pipeline.copy("against-a-run")
    pipeline.add_trainer(penguin_trainer(epochs=1, lr=1e-5))
    pipeline.add_evaluator(TFMAEvaluator(baseline=in_shared.run.id, thresholds=NO_WORSE))
    run = pipeline.run(until="evaluator")
    assert blessing(run)["blessed"] == 0
    found = metrics(pipeline)[()]
    assert found[f"baseline/{ACCURACY}"] == pytest.approx(in_shared.run.metrics[ACCURACY])
    assert found[f"{ACCURACY}_diff"] == pytest.approx(found[ACCURACY] - found[f"baseline/{ACCURACY}"])


def test_models_that_nothing_judges_are_compared_with_the_one_before(in_shared: Shared) -> None:
    pipeline = in_shared.pipeline.copy("unjudged")
    pipeline.add_evaluator(TFMAEvaluator(baseline="last_blessed"))
    first = pipeline.run(until="evaluator")
    assert first.execution("Evaluator").reason.endswith("there is no other model to compare it with")
    pipeline.add_trainer(penguin_trainer(epochs=1, lr=1e-5))
    second = pipeline.run(until="evaluator")
    assert second.execution("Evaluator").reason.endswith(f"compared with the model of {first.id}")
    assert "blessed" not in blessing(second)
    found = metrics(pipeline)[()]
    assert found[f"{ACCURACY}_diff"] == pytest.approx(found[ACCURACY] - found[f"baseline/{ACCURACY}"])


@pytest.fixture(scope="module")
def scored() -> pd.DataFrame:
    """Penguins with guesses of their mass, and whether each is heavy, that another program made."""
    frame = pd.read_csv(penguin_csv()).dropna(subset=["body_mass_g"]).reset_index(drop=True)
    random = np.random.default_rng(3)
    frame["heavy"] = (frame["body_mass_g"] > 4200).astype("int64")
    frame["score"] = 1 / (1 + np.exp(-((frame["body_mass_g"] - 4200) / 400 + random.normal(0, 1, len(frame)))))
    return frame


def test_stored_predictions_are_evaluated_without_a_model(in_shared: Shared, scored: pd.DataFrame) -> None:
    pipeline = in_shared.pipeline.copy("agnostic")
    pipeline.add_datasource(PandasDatasource("scored", df=scored))
    pipeline.add_evaluator(
        AgnosticEvaluator(
            prediction_key="score",
            label_key="heavy",
            slices=[["sex"]],
            metrics=["BinaryAccuracy", {"name": "Precision", "thresholds": 0.8, "as": "precision_08"}],
            thresholds={"precision_08": {"lower": 0.5}, "binary_accuracy": {"lower": 0.999}},
            confidence_intervals=True,
        )
    )
    run = pipeline.run(until="evaluator")
    assert "model" not in {artifact.key for artifact in run.execution("Evaluator").inputs}
    rows = pipeline.sample_data("eval")
    right = (rows["score"] > 0.5) == (rows["heavy"] == 1)
    chosen = rows["score"] > 0.8
    found = metrics(pipeline)
    assert found[()]["binary_accuracy"] == pytest.approx(right.mean())
    assert found[()]["precision_08"] == pytest.approx((rows["heavy"][chosen] == 1).mean())
    assert found[(("sex", "male"),)]["binary_accuracy"] == pytest.approx(right[rows["sex"] == "male"].mean())
    [failure] = json.loads(str(blessing(run)["failures"]))
    assert failure == f"Overall: binary_accuracy is {right.mean():.6g}, must be ≥ 0.999"
    # The views show intervals, and what failed.
    from zenml_nb.viewmodels.artifact import document_of

    document = document_of(run.artifact("Evaluator", "evaluation"))
    index = next(i for i, metric in enumerate(document["metrics"]) if metric["label"] == "binary_accuracy")
    value, lower, upper, _ = document["slices"][0]["values"][index][0]
    assert lower < value < upper
    assert document["entries"][0]["validation"]["state"] == "failed"


def test_metrics_of_a_users_own_are_an_evaluation_like_any_other(in_shared: Shared) -> None:
    import tensorflow_model_analysis as tfma

    pipeline = in_shared.pipeline.copy("by-hand")
    pipeline.add_evaluator(Bills(at_most=1000.0))
    run = pipeline.run(until="evaluator")
    rows = pipeline.sample_data("eval")
    found = metrics(pipeline)
    assert found[()]["rows"] == len(rows)
    assert found[()]["sure"] == pytest.approx(in_shared.run.metrics[ACCURACY])
    assert found[(("island", "Dream"),)]["rows"] == (rows["island"] == "Dream").sum()
    assert run.metrics["rows"] == len(rows)
    assert blessing(run)["blessed"] == 1
    result = tfma.load_eval_result(run.artifact("Evaluator", "evaluation").uri)
    assert {key: values[""][""]["rows"]["doubleValue"] for key, values in result.slicing_metrics}[()] == len(rows)
    pipeline.add_evaluator(Bills(at_most=1.0))
    judged = pipeline.run(until="evaluator")
    assert blessing(judged)["blessed"] == 0
    assert "not good enough: there are more than 1 rows" in judged.execution("Evaluator").reason
    states = []
    for one in (run, judged):
        uri = one.artifact("Evaluator", "evaluation").uri
        validation = document_of(uri)["entries"][0]["validation"]
        assert tfma.load_validation_result(uri).validation_ok == (one is run)
        states.append((validation["state"], validation["notes"]))
    assert states == [("passed", []), ("failed", ["there are more than 1 rows"])]


def test_evaluate_rewrites_no_file_of_the_artifact_unlike_in_zenml_0_3_8(in_shared: Shared) -> None:
    folder = Path(in_shared.run.artifact("Evaluator", "evaluation").uri)

    def content() -> dict[str, tuple[str, int]]:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        return {p.name: (hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_mtime_ns) for p in paths}

    before = content()
    page = in_shared.pipeline.evaluate()
    page.stop()
    assert in_shared.pipeline.evaluation()["slices"]
    assert content() == before != {}


def test_wrong_parameters_of_a_metric_are_told_before_anything_runs(in_shared: Shared) -> None:
    pipeline = in_shared.pipeline.copy("wrong")
    pipeline.add_evaluator(TFMAEvaluator(metrics=[{"name": "AUC", "tresholds": 0.5}]))
    with pytest.raises(StepFailedError, match=r"AUC does not take(.|\n)*tresholds"):
        pipeline.run(until="evaluator")
    assert pipeline.last_run.state == v.FAILED
    assert not pipeline.last_run.executions
