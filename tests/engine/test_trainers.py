"""Trainers of several kinds over the same transformed penguins: the data is computed once and taken from the cache."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engine import user_steps
from tests.engine.conftest import Shared
from tests.engine.pipelines import penguin_pipeline, penguin_trainer
from zenml_nb import TrainingPipeline
from zenml_nb.artifacts.examples import read_records
from zenml_nb.artifacts.history import read_history
from zenml_nb.errors import DataError, DeclarationError, NotAvailableError
from zenml_nb.records import vocabulary as v
from zenml_nb.steps import BaseTrainerStep, PyTorchTrainer, SklearnTrainer, TFFeedForwardTrainer, TFMAEvaluator

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


@pytest.mark.parametrize("by_name", [False, True])
def test_a_functional_model_with_two_labels_is_trained_evaluated_and_predicts_both(
    in_shared: Shared, by_name: bool
) -> None:
    pipeline = penguin_pipeline("two_labels")
    pipeline.add_preprocesser(user_steps.TwoLabelsPreprocesser())
    pipeline.add_trainer(user_steps.TwoLabelsTrainer(epochs=15, by_name=by_name))
    metrics = {"body_mass_g": ["MeanSquaredError"], "species": ["SparseCategoricalAccuracy"]}
    pipeline.add_evaluator(TFMAEvaluator(metrics=metrics))
    assert pipeline.run(until="evaluator").state == v.COMPLETE
    document = json.dumps(pipeline.evaluation()["slices"][0]["metrics"])
    found = {name.split("/")[-1]: value for name, value in json.loads(document).items()}
    assert found["sparse_categorical_accuracy"] > 0.8
    assert found["mean_squared_error"] < pipeline.sample_transformed_data("eval")["body_mass_g_xl"].var()
    history = read_history(pipeline.last_run.artifact("Trainer", "model_run").uri)
    assert len([name for name in history if name.endswith("loss") and not name.startswith("val_")]) == 3


@pytest.mark.parametrize("pooling", ["mean", "max"])
def test_rows_with_any_number_of_values_are_learned_from(in_shared: Shared, pooling: str) -> None:
    pipeline = penguin_pipeline("letters")
    pipeline.add_preprocesser(user_steps.WordsPreprocesser())
    pipeline.add_trainer(
        TFFeedForwardTrainer(lr=0.03, epochs=10, last_activation="linear", dropout_chance=0.0, list_pooling=pooling)
    )
    pipeline.add_evaluator(TFMAEvaluator(metrics={"body_mass_g": ["MeanSquaredError"]}))
    pipeline.run(until="evaluator")
    labels = pipeline.sample_transformed_data("eval")["body_mass_g_xl"]
    [overall] = pipeline.evaluation()["slices"]
    assert overall["metrics"]["mean_squared_error"] < 0.5 * labels.var()


def test_lists_are_counted_for_models_that_take_a_matrix(in_shared: Shared) -> None:
    pipeline = penguin_pipeline("letters")
    pipeline.add_preprocesser(user_steps.WordsPreprocesser())
    pipeline.add_trainer(SklearnTrainer("sklearn.linear_model.Ridge"))
    pipeline.run(until="trainer")
    from zenml_nb.engine.components.predictions import RawRows
    from zenml_nb.engine.transformed import Transformed

    [path] = pipeline.last_run.artifact("Split", "examples").split_path("eval").glob("*")
    transformed = Transformed(pipeline.last_run.artifact("Preprocesser", "transform_graph").uri)
    layer = transformed.transform_output.transform_features_layer()
    arrays = RawRows(list(read_records(path)), transformed, layer).arrays(one_hot=True)
    letters = [i for i, name in enumerate(arrays.columns) if name.startswith("letters_xf=")]
    islands = pipeline.sample_data("eval")["island"]
    assert arrays.values[:, letters].sum(axis=1).tolist() == [len(name) for name in islands]
    assert arrays.columns[-1] != "length_xf"
    assert {len(row["prediction"]) for row in predicted(pipeline)} == {1}


def test_a_running_trainer_shows_its_curve_and_a_finished_one_all_of_it(in_shared: Shared) -> None:
    pipeline = penguin_pipeline("curves")
    pipeline.add_trainer(penguin_trainer(epochs=6))
    seen: list[Any] = []
    told: list[Any] = []

    def listen(event: Any) -> None:
        if event.component == "Trainer":
            told.append(event)
            steps = {step["name"]: step for step in pipeline.graph.document()["steps"]}
            seen.append(steps["trainer"]["curve"])

    pipeline.listeners.append(listen)
    pipeline.run(until="trainer")
    running = [(event, curve) for event, curve in zip(told, seen, strict=True) if event.state == v.RUNNING and curve]
    assert running, "no epoch was told while the model was trained"
    event, curve = running[0]
    assert curve["train"] == [epoch["loss"] for epoch in event.epochs]
    assert "val_loss" in event.detail
    assert len(told[-1].epochs) == 6
    history = read_history(pipeline.last_run.artifact("Trainer", "model_run").uri)
    finished = {step["name"]: step for step in pipeline.view_steps().document["steps"]}["trainer"]["curve"]
    assert (finished["train"], finished["eval"]) == (history["loss"], history["val_loss"])
    document = pipeline.view_training().document
    metrics = {metric["name"]: metric for metric in document["metrics"]}
    assert set(metrics) == {"accuracy", "loss"}
    assert (metrics["loss"]["train"], metrics["loss"]["eval"]) == (history["loss"], history["val_loss"])
    assert "Best on the evaluation splits" in str(pipeline.view_training())
    with pytest.raises(NotAvailableError, match="no logs for TensorBoard"):
        pipeline.tensorboard_logs()


class Label:
    """The label of some rows, as a trainer's context has it."""

    def __init__(self, values: list[float], names: tuple[str, ...] = ()) -> None:
        self.labels = ["y_xl"]
        self._values = np.array(values)
        self._names = list(names)

    def n_classes(self, label: str) -> int:
        return len(self._names)

    def classes(self, label: str) -> list[str]:
        return self._names

    def label_values(self, label: str) -> Any:
        return self._values

    def label_width(self, label: str) -> int:
        return 1


@pytest.mark.parametrize("trainer", [TFFeedForwardTrainer, PyTorchTrainer])
@pytest.mark.parametrize(
    ("values", "arguments", "text"),
    [
        ([1, 1, 1], {"loss": "binary_crossentropy"}, "the same in all 3 rows"),
        ([1, 2, 3], {"loss": "sparse_categorical_crossentropy", "output_units": 3}, "output_units=4"),
        ([-1, 0], {"loss": "sparse_categorical_crossentropy", "output_units": 2}, "from -1 to 0"),
        ([0.5, 1], {"loss": "sparse_categorical_crossentropy", "output_units": 2}, "no whole numbers"),
        ([1, 2], {"loss": "binary_crossentropy"}, "0, 1 and probabilities"),
        ([0.5, 7], {}, "outputs with last_activation='sigmoid'"),
        ([0.5, 0.7], {"output_units": 2}, "Use output_units=1"),
    ],
)
def test_a_label_that_cannot_be_learned_is_told_before_the_training(
    trainer: Any, values: list[float], arguments: dict[str, Any], text: str
) -> None:
    from zenml_nb.engine.feed_forward import check_label

    with pytest.raises((DataError, DeclarationError), match=text):
        check_label(Label(values), trainer(**arguments))  # type: ignore[arg-type]


def test_classes_are_no_quantity_and_one_label_is_learned() -> None:
    from zenml_nb.engine.feed_forward import check_label

    context: Any = Label([0, 1, 2], ("a", "b", "c"))
    with pytest.raises(DeclarationError, match=r"has 3 classes(.|\n)*sparse_categorical_crossentropy"):
        check_label(context, TFFeedForwardTrainer(last_activation="linear"))
    check_label(Label([0, 1], ("a", "b")), TFFeedForwardTrainer())  # type: ignore[arg-type]
    context.labels = ["y_xl", "z_xl"]
    with pytest.raises(DeclarationError, match="learns one label, and the preprocesser makes 2"):
        check_label(context, TFFeedForwardTrainer())


def test_class_weights_are_those_of_scikit_learn_and_of_the_named_classes() -> None:
    from sklearn.utils.class_weight import compute_class_weight

    from zenml_nb.engine.feed_forward import weights_of_classes

    values = [0, 0, 0, 1, 2, 2]
    context: Any = Label(values, ("a", "b", "c"))
    expected = compute_class_weight("balanced", classes=np.array([0, 1, 2]), y=np.array(values))
    assert weights_of_classes(context, "balanced") == pytest.approx(dict(enumerate(expected)))
    assert weights_of_classes(context, {"b": 5.0}) == {0: 1.0, 1: 5.0, 2: 1.0}
    assert weights_of_classes(Label([0, 3]), {"3": 2.0}) == {0: 1.0, 3: 2.0}  # type: ignore[arg-type]
    with pytest.raises(DeclarationError, match=r"names 'd'(.|\n)*a, b, c"):
        weights_of_classes(context, {"d": 1.0})
    with pytest.raises(DeclarationError, match="a number with 2 values"):
        weights_of_classes(Label([0.5, 1.5]), "balanced")  # type: ignore[arg-type]
