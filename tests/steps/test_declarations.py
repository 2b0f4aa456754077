"""Wrong arguments of steps are told where the step is declared, and right ones are recorded."""

from __future__ import annotations

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from zenml_nb.config.recorded import Recorded
from zenml_nb.config.source_code import import_class
from zenml_nb.errors import DeclarationError
from zenml_nb.steps import (
    BaseDeployerStep,
    BasePreprocesserStep,
    BaseTrainerStep,
    LocalDirectoryDeployer,
    RandomSplit,
    StandardPreprocesser,
    TFFeedForwardTrainer,
    TFMAEvaluator,
)
from zenml_nb.steps.evaluator import METRICS
from zenml_nb.steps.trainer import LOSSES


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"batch_size": 0}, r"batch_size holds 0(.|\n)*at least 1"),
        ({"batch_size": True}, "batch_size holds True"),
        ({"batch_size": 8.0}, r"batch_size holds 8\.0"),
        ({"epochs": -1}, "epochs holds -1"),
        ({"epochs": "3"}, "epochs holds '3'"),
        ({"lr": 0}, "lr is 0"),
        ({"lr": "fast"}, "lr is 'fast'"),
        ({"lr": None}, "lr is None"),
        ({"dropout_chance": 1}, "dropout_chance is 1"),
        ({"dropout_chance": -0.1}, r"dropout_chance is -0\.1"),
        ({"dropout_chance": "0.1"}, "dropout_chance is '0.1'"),
        ({"loss": "sparse_categorical_crossentropi"}, "Did you mean 'sparse_categorical_crossentropy'"),
        ({"loss": None}, "There is no loss None"),
        ({"metrics": "accuracy"}, r"metrics=\['accuracy'\]"),
        ({"metrics": 5}, "metrics is 5"),
        ({"hidden_layers": 10}, "hidden_layers is 10"),
        ({"hidden_layers": "10"}, "hidden_layers is the text '10'"),
        ({"hidden_layers": [10, 0]}, "hidden_layers holds 0"),
        ({"output_units": 0}, "output_units holds 0"),
        ({"seed": None}, "seed holds None"),
        ({"split_mapping": {"train": ["a"]}}, r"no role 'train'(.|\n)*train_splits, eval_splits, test_splits"),
        ({"split_mapping": {"train_splits": "train"}}, "must be a list of split names"),
        ({"split_mapping": {"train_splits": []}}, "must be a list of split names"),
        ({"split_mapping": ["train"]}, "split_mapping is"),
        ({"epoch": 1}, "Did you mean 'epochs'"),
    ],
)
def test_a_wrong_trainer_is_told(arguments, text):
    with pytest.raises(DeclarationError, match=text):
        TFFeedForwardTrainer(**arguments)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"metrics": ["AUC", "Acuracy"]}, "Did you mean 'Accuracy'"),
        ({"metrics": "AUC"}, r"metrics=\['AUC'\]"),
        ({"metrics": {"label": "AUC"}}, r"metrics\['label'\] is the text 'AUC'"),
        ({"metrics": {"label": ["AOC"]}}, "Did you mean 'AUC'"),
        ({"metrics": 5}, "metrics is 5"),
        ({"metrics": [None]}, "There is no metric None"),
        ({"slices": "island"}, r"slices=\['island'\]"),
        ({"slices": 5}, "slices is 5"),
        ({"slices": [["island"], 5]}, "slices is 5"),
        ({"output_mapping": ["a"]}, "output_mapping is"),
        ({"split_mapping": {"eval": ["a"]}}, "no role 'eval'"),
    ],
)
def test_a_wrong_evaluator_is_told(arguments, text):
    with pytest.raises(DeclarationError, match=text):
        TFMAEvaluator(**arguments)


@pytest.mark.parametrize("output_dir", ["", "  ", None, 5])
def test_a_wrong_deployer_is_told(output_dir):
    with pytest.raises(DeclarationError, match="output_dir is"):
        LocalDirectoryDeployer(output_dir)


def test_numbers_of_numpy_are_numbers():
    trainer = TFFeedForwardTrainer(batch_size=np.int64(4), lr=np.float32(0.5), output_units=np.int32(3))
    assert (trainer.batch_size, trainer.lr, trainer.output_units) == (4, 0.5, 3)
    assert type(trainer.batch_size) is int


def test_a_missing_role_has_the_split_of_its_name():
    trainer = TFFeedForwardTrainer(split_mapping={"train_splits": ["a", "b"]})
    assert trainer.split_mapping == {"train_splits": ["a", "b"], "eval_splits": ["eval"], "test_splits": ["test"]}


def test_slices_may_be_single_columns():
    assert TFMAEvaluator(slices=["island", ["island", "sex"]]).slices == [["island"], ["island", "sex"]]


@pytest.mark.parametrize(
    ("loss", "metrics"),
    [
        ("sparse_categorical_crossentropy", ["SparseCategoricalAccuracy", "SparseCategoricalCrossentropy"]),
        ("binary_crossentropy", ["BinaryAccuracy", "AUC", "BinaryCrossentropy"]),
        ("mse", ["MeanSquaredError", "MeanAbsoluteError"]),
        (None, ["MeanSquaredError", "MeanAbsoluteError"]),
    ],
)
def test_the_default_metrics_fit_the_loss(loss, metrics):
    assert TFMAEvaluator().metrics_of("label", loss) == metrics
    assert set(metrics) <= set(METRICS)


def test_metrics_are_chosen_by_label():
    evaluator = TFMAEvaluator({"a": ["AUC"]})
    assert (evaluator.metrics_of("a", "mse"), evaluator.metrics_of("b", "mse")) == (["AUC"], [])
    assert TFMAEvaluator(["AUC"]).metrics_of("a", "mse") == ["AUC"]


def test_the_evaluator_is_checked_against_the_columns():
    columns = {"island": "STRING", "species": "STRING"}
    TFMAEvaluator({"species": ["AUC"]}, slices=[["island"]]).check_columns(columns, ["species"])
    with pytest.raises(DeclarationError, match=r"'ilsand'(.|\n)*Did you mean 'island'"):
        TFMAEvaluator(slices=[["ilsand"]]).check_columns(columns, ["species"])
    with pytest.raises(DeclarationError, match=r"'island', which is no label(.|\n)*Valid names: species"):
        TFMAEvaluator({"island": ["AUC"]}).check_columns(columns, ["species"])


def test_base_classes_say_what_to_define():
    with pytest.raises(NotImplementedError, match="BaseTrainerStep must define model_fn"):
        BaseTrainerStep().run_fn(None)
    with pytest.raises(NotImplementedError, match="must define preprocessing_fn"):
        BasePreprocesserStep().preprocessing_fn({}, None)
    with pytest.raises(NotImplementedError, match="must define deploy"):
        BaseDeployerStep().deploy(None, {})


def test_a_trainer_of_ones_own_is_fed_and_fitted():
    class Context:
        def dataset(self, role, batch_size, shuffle, seed=0):
            return (role, batch_size, shuffle, seed)

        def fit(self, model, train, evaluation, epochs):
            model.append((train, evaluation, epochs))

    class OwnTrainer(BaseTrainerStep):
        def model_fn(self, context):
            return []

    model = OwnTrainer(batch_size=4, epochs=3, seed=7).run_fn(Context())
    assert model == [(("train_splits", 4, True, 7), ("eval_splits", 4, False, 7), 3)]


names = st.text("abcß\n:#'", min_size=1, max_size=5)
splits = st.fixed_dictionaries(
    {}, optional={role: st.lists(names, min_size=1, max_size=2) for role in ("train_splits", "eval_splits")}
)
STEPS = st.one_of(
    st.builds(
        RandomSplit,
        st.sampled_from([{"train": 1}, {"train": 0.75, "eval": 0.25}, {"a": 0.1, "b": 0.2, "c": 0.7}]),
        seed=st.integers(),
    ),
    st.builds(
        StandardPreprocesser,
        labels=st.lists(st.sampled_from("ab"), unique=True),
        features=st.none() | st.lists(names.map(lambda name: name + "x"), unique=True),
        overwrite=st.dictionaries(
            names,
            st.fixed_dictionaries(
                {},
                optional={
                    "filling": st.sampled_from(["min", {"method": "custom", "parameters": {"custom_value": 0.1}}]),
                    "transform": st.lists(st.sampled_from(["no_transform", {"method": "bucketize"}]), max_size=2),
                },
            ),
            max_size=3,
        ),
        split_mapping=st.none() | splits,
    ),
    st.builds(
        TFFeedForwardTrainer,
        batch_size=st.integers(1),
        lr=st.floats(1e-300, 1e300),
        dropout_chance=st.floats(0, 1, exclude_max=True),
        loss=st.sampled_from(LOSSES),
        metrics=st.lists(names, max_size=2),
        hidden_layers=st.lists(st.integers(1), max_size=3),
        split_mapping=st.none() | splits,
    ),
    st.builds(
        TFMAEvaluator,
        st.none() | st.lists(st.sampled_from(METRICS), max_size=2) | st.just({"a": ("AUC",)}),
        slices=st.lists(names | st.lists(names, max_size=2), max_size=2),
    ),
    st.builds(LocalDirectoryDeployer, names.filter(str.strip)),
)


@given(step=STEPS)
def test_a_step_comes_back_from_its_configuration(step):
    config = yaml.safe_load(yaml.safe_dump(step.to_config(), allow_unicode=True, sort_keys=False))
    again = import_class(config["source"], Recorded)(**config["args"])
    assert again == step
    assert vars(again) == vars(step)
