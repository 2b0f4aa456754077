"""Trainers of several kinds over the same transformed penguins: the data is computed once and taken from the cache."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engine.conftest import Shared
from tests.engine.pipelines import penguin_pipeline, penguin_trainer
from zenml_nb import TrainingPipeline
from zenml_nb.artifacts.examples import read_records
from zenml_nb.artifacts.history import read_history
from zenml_nb.errors import NotAvailableError
from zenml_nb.records import vocabulary as v
from zenml_nb.steps import BaseTrainerStep, SklearnTrainer

FOREST = "sklearn.ensemble.RandomForestClassifier"


def trained(trainer: BaseTrainerStep, name: str = "penguins") -> TrainingPipeline:
    """The penguin pipeline with another trainer, run as far as that."""
    pipeline = penguin_pipeline(name)
    pipeline.add_trainer(trainer)
    pipeline.run(until="trainer")
    return pipeline


def predicted(pipeline: TrainingPipeline) -> list[dict[str, Any]]:
    """The stored predictions of the evaluation split: name to values."""
    import tensorflow as tf

    [path] = pipeline.last_run.artifact("Predictions", "examples").split_path("eval").glob("*")
    rows = []
    for record in read_records(path):
        feature = tf.train.Example.FromString(record).features.feature
        rows.append(
            {
                name: list(getattr(value, value.WhichOneof("kind") or "int64_list").value)
                for name, value in feature.items()
            }
        )
    return rows


def model_folder(pipeline: TrainingPipeline) -> Path:
    """Where the trainer wrote its model."""
    return Path(pipeline.get_model_uri())


@pytest.fixture(scope="module")
def forest(shared: Shared) -> TrainingPipeline:
    """A random forest, trained on what the shared run transformed."""
    from tests.engine.conftest import working_in

    with working_in(shared.root):
        return trained(SklearnTrainer(FOREST, params={"n_estimators": 20, "max_depth": 4}))


def test_scikit_learn_trains_on_the_transformed_data_from_the_cache(forest: TrainingPipeline) -> None:
    run = forest.last_run
    states = {execution.component: execution.state for execution in run.executions}
    assert states["Preprocesser"] == v.CACHED
    assert (states["Trainer"], states["Predictions"]) == (v.COMPLETE, v.COMPLETE)
    history = read_history(run.artifact("Trainer", "model_run").uri)
    assert history["val_score"][0] > 0.9
    steps = {step["name"]: step for step in forest.view_steps().document["steps"]}
    assert [part["id"] for part in steps["trainer"]["components"]] == ["Trainer", "Predictions"]


def test_predictions_hold_the_raw_columns_the_label_and_a_score_a_class(forest: TrainingPipeline) -> None:
    rows = predicted(forest)
    raw = forest.sample_data("eval")
    assert [row["island"][0].decode() for row in rows] == list(raw["island"])
    assert {len(row["prediction"]) for row in rows} == {3}
    np.testing.assert_allclose([sum(row["prediction"]) for row in rows], 1.0, atol=1e-6)
    vocabulary = list(forest.sample_data("train")["species"].value_counts().index)
    assert [vocabulary[int(row["label"][0])] for row in rows] == list(raw["species"])
    hits = [int(np.argmax(row["prediction"])) == row["label"][0] for row in rows]
    assert np.mean(hits) > 0.9
    assert forest.sample_data("eval").shape[1] == raw.shape[1]


def test_a_scikit_learn_model_lies_beside_its_preprocessing(forest: TrainingPipeline) -> None:
    import joblib
    import tensorflow as tf
    import tensorflow_transform as tft

    from zenml_nb.engine.components.predictions import RawRows
    from zenml_nb.engine.transformed import Transformed

    folder = model_folder(forest)
    told = json.loads((folder / "model.json").read_text())
    assert told["classes"]["species"] == ["Adelie", "Gentoo", "Chinstrap"]
    model = joblib.load(folder / told["files"]["model"])
    [path] = forest.last_run.artifact("Split", "examples").split_path("eval").glob("*")
    serialized = list(read_records(path))
    layer = tft.TFTransformOutput(str(folder / told["transform"])).transform_features_layer()
    rows = RawRows(serialized, Transformed(str(folder / told["transform"])), layer)
    scores = model.predict_proba(rows.arrays(one_hot=True).values)
    np.testing.assert_allclose(scores, [row["prediction"] for row in predicted(forest)], atol=1e-6)
    assert tf.io.gfile.exists(str(folder))


def test_tfma_is_refused_before_the_run_for_a_model_that_is_not_keras(in_shared: Shared) -> None:
    pipeline = penguin_pipeline()
    pipeline.add_trainer(SklearnTrainer(FOREST))
    before = in_shared.pipeline.repository.runs_dir
    n_runs = len(list(before.iterdir()))
    with pytest.raises(NotAvailableError, match="TFMAEvaluator evaluates Keras models"):
        pipeline.run()
    assert len(list(before.iterdir())) == n_runs


def test_early_stopping_class_weights_and_tensorboard(in_shared: Shared) -> None:
    pipeline = trained(
        penguin_trainer(
            epochs=40,
            lr=0.05,
            early_stopping_patience=1,
            class_weights={"Chinstrap": 3.0},
            tensorboard=True,
            list_pooling="mean",
        )
    )
    run = pipeline.last_run
    history = read_history(run.artifact("Trainer", "model_run").uri)
    losses = history["val_loss"]
    assert 1 < len(losses) < 40
    # It ended one epoch after the best one, which is what was kept.
    assert int(np.argmin(losses)) == len(losses) - 2
    logs = pipeline.tensorboard_logs()
    assert {path.parent.name for path in logs.rglob("events.out.tfevents.*")} == {"train", "validation"}
