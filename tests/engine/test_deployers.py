"""Deployment in real runs: what is refused and what is served; and models that are taken along."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engine.conftest import Shared
from tests.engine.user_steps import NoNumbers
from zenml_nb.errors import AlreadyExistsError, DataError, StepFailedError
from zenml_nb.records import Run
from zenml_nb.records import vocabulary as v
from zenml_nb.steps import BaseDeployerStep, TFMAEvaluator, TFServingDeployer

KEPT = {"SparseCategoricalAccuracy": {"lower": 0.5}}
MISSED = {"SparseCategoricalAccuracy": {"lower": 1.5, "slices": [{"slice": {"island": "Atlantis"}, "lower": 0.1}]}}


def pushed(run: Run) -> dict[str, Any]:
    return run.artifact("Deployer", "pushed_model").properties


def test_a_model_that_misses_a_threshold_is_refused_and_a_later_good_one_is_deployed(in_shared: Shared, capsys) -> None:
    import tensorflow as tf

    pipeline = in_shared.pipeline.copy("gated")
    pipeline.add_deployment(TFServingDeployer("gated", "penguins", models_config=True, serving_root="/models"))
    pipeline.add_evaluator(TFMAEvaluator(thresholds=MISSED))
    refused = pipeline.run()
    printed = capsys.readouterr().out
    accuracy = in_shared.run.metrics["sparse_categorical_accuracy"]
    assert refused.state == v.COMPLETE
    assert f"Overall: sparse_categorical_accuracy is {accuracy:.6g}, must be ≥ 1.5" in printed
    assert "there is no row of island = Atlantis" in printed
    assert "not deployed: the evaluator found the model not good enough" in printed
    assert pushed(refused)["pushed"] == 0
    assert f"is {accuracy:.6g}, must be ≥ 1.5" in pushed(refused)["not_pushed_because"]
    assert not (in_shared.root / "gated").exists()
    # The page of the run and the graph of the steps say it too.
    from zenml_nb.viewmodels.run import run_document

    page = run_document(pipeline.last_run, root=in_shared.root)
    assert "not deployed" in next(part["reason"] for part in page["timeline"] if part["component"] == "Deployer")
    assert "not deployed" in str(pipeline.view_steps())
    # The same again: nothing runs, and it is still said.
    again = pipeline.run()
    assert {execution.state for execution in again.executions} == {v.CACHED}
    assert "not deployed" in again.execution("Deployer").reason

    pipeline.add_evaluator(TFMAEvaluator(thresholds=KEPT))
    good = pipeline.run()
    assert pushed(good)["pushed"] == 1
    version = in_shared.root / "gated" / "penguins" / "1"
    assert Path(pushed(good)["pushed_destination"]) == version
    assert "serving_default" in tf.saved_model.load(str(version)).signatures
    assert 'base_path: "/models/penguins"' in (in_shared.root / "gated" / "models.config").read_text()
    # It is deployed again if it is no longer there, and only then.
    assert pipeline.run().execution("Deployer").state == v.CACHED
    shutil.rmtree(version)
    back = pipeline.run().execution("Deployer")
    assert (back.state, back.reason) == (v.COMPLETE, "what it deployed is no longer in use")
    assert version.exists()


def test_a_model_that_cannot_predict_is_not_deployed(in_shared: Shared) -> None:
    pipeline = in_shared.pipeline.copy("blind")
    pipeline.add_trainer(NoNumbers())
    del pipeline.steps["evaluator"]
    pipeline.add_deployment(TFServingDeployer("blind", "penguins"))
    with pytest.raises(StepFailedError, match=r"step deployer failed(.|\n)*numbers that are not finite for 5 rows"):
        pipeline.run()
    assert pipeline.last_run.state == v.FAILED
    assert os.listdir(in_shared.root / "blind" / "penguins") == []
    # Nor can it be downloaded, but for those who insist.
    with pytest.raises(DataError, match="not finite"):
        pipeline.download_model("blind-model")
    assert not Path("blind-model").exists()
    manifest = json.loads((pipeline.download_model("blind-model", verify=False) / "manifest.json").read_text())
    assert manifest["verified"] is None


class Shelf(BaseDeployerStep):
    """Notes which model it was given."""

    def deploy(self, model: Path, run: dict[str, Any]) -> str:
        Path(run["repository"], "shelf.txt").write_text(f"{run['pipeline']} {sorted(os.listdir(model))}")
        return "shelf.txt"


def test_a_deployer_of_a_users_own(in_shared: Shared) -> None:
    pipeline = in_shared.pipeline.copy("shelved")
    pipeline.add_deployment(Shelf())
    assert pushed(pipeline.run())["pushed_destination"] == "shelf.txt"
    assert "saved_model.pb" in (in_shared.root / "shelf.txt").read_text()


def test_a_downloaded_model_was_tried_and_says_where_it_comes_from_unlike_in_zenml_0_3_8(
    in_shared: Shared, tmp_path
) -> None:
    import tensorflow as tf

    from zenml_nb.artifacts.examples import read_records

    run = in_shared.run
    path = in_shared.pipeline.download_model(tmp_path / "model")
    manifest = json.loads((path / "manifest.json").read_text())
    assert manifest["run"] == run.id
    assert manifest["data_commit"] == run.artifact("Data", "examples").properties["commit_id"]
    assert manifest["config_hash"] == run.properties["config_hash"]
    assert len(manifest["schema_hash"]) == 64
    assert set(manifest["environment"]) == {"python", "platform", "packages"}
    assert set(manifest["signatures"]) == {"serving_default", "transform_features"}
    assert manifest["verified"] == {"how": "it was loaded and predicted", "rows": 5, "splits": ["eval"]}
    assert set(manifest["files"]) == {str(f.relative_to(path)) for f in path.rglob("*") if f.is_file()} - {
        "manifest.json"
    }
    [examples] = run.artifact("Split", "examples").split_path("eval").glob("*")
    rows = tf.constant(list(read_records(examples)))
    predictions = [
        tf.saved_model.load(str(folder)).signatures["serving_default"](examples=rows)["outputs"].numpy()
        for folder in (path, in_shared.pipeline.get_model_uri())
    ]
    np.testing.assert_array_equal(*predictions)
    with pytest.raises(AlreadyExistsError):
        in_shared.pipeline.download_model(path)
    assert json.loads((path / "manifest.json").read_text()) == manifest
