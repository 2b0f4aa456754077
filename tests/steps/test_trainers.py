"""Trainers as they are declared; their training is tested in tests/engine."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml_nb.errors import DeclarationError, EnvironmentMissingError
from zenml_nb.steps import PyTorchTrainer, SklearnTrainer, TFFeedForwardTrainer
from zenml_nb.steps.array_trainers import by_class


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"metrics": ["acuracy"]}, "no metric 'acuracy'(.|\n)*Did you mean 'accuracy'"),
        ({"hidden_activation": "rellu"}, "no hidden_activation 'rellu'(.|\n)*Did you mean 'relu'"),
        ({"last_activation": "softmac"}, "no last_activation 'softmac'(.|\n)*'softmax'"),
        ({"class_weights": "balance"}, "class_weights is 'balance'"),
        ({"class_weights": {"a": -1}}, r"class_weights\['a'\] is -1"),
        ({"class_weights": {0: 1.0}}, "Use text as the keys"),
        ({"class_weights": [1, 2]}, "class_weights is"),
        ({"early_stopping_patience": -1}, "early_stopping_patience holds -1"),
        ({"early_stopping_monitor": "val_los"}, "Did you mean 'val_loss'"),
        ({"early_stopping_monitor": "val_accuracy"}, "no monitored value 'val_accuracy'"),
        ({"list_pooling": "avg"}, "no list_pooling 'avg'"),
    ],
)
def test_what_is_wrong_with_a_network_is_told_at_once(arguments, text):
    with pytest.raises(DeclarationError, match=text):
        TFFeedForwardTrainer(**arguments)


def test_metrics_named_by_their_class_can_be_monitored_as_keras_reports_them():
    step = TFFeedForwardTrainer(metrics=["BinaryAccuracy", "AUC"], early_stopping_monitor="val_binary_accuracy")
    assert step.early_stopping_monitor == "val_binary_accuracy"


@pytest.mark.parametrize("trainer", [TFFeedForwardTrainer, PyTorchTrainer])
@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"last_activation": "softmax"}, "always predicts 1"),
        ({"loss": "binary_crossentropy", "last_activation": "softmax", "output_units": 2}, "each output by itself"),
    ],
)
def test_outputs_that_cannot_learn_are_told_before_the_run(monkeypatch, trainer, arguments, text):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    with pytest.raises(DeclarationError, match=text):
        trainer(**arguments).check_declared(["y"])


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"estimator": "Forest"}, "import path of a class"),
        ({"estimator": "sklearn.ensemble.RandomForestClasifier"}, "Did you mean 'RandomForestClassifier'"),
        ({"estimator": "sklearn.ensembl.RandomForestClassifier"}, "module sklearn.ensembl cannot be imported"),
        ({"estimator": "sklearn.linear_model.Ridge", "params": {"alfa": 1}}, "no parameter 'alfa'(.|\n)*'alpha'"),
        ({"estimator": "sklearn.linear_model.Ridge", "params": [1]}, "params is"),
        ({"estimator": "sklearn.ensemble.os.system"}, "no estimator|cannot be imported"),
    ],
)
def test_what_is_wrong_with_an_estimator_is_told_before_the_run(arguments, text):
    with pytest.raises(DeclarationError, match=text):
        SklearnTrainer(**arguments).check_declared(["y"])


def test_an_estimator_of_a_package_that_is_not_installed_is_told():
    with pytest.raises(EnvironmentMissingError, match="not_there is not installed"):
        SklearnTrainer("not_there.models.Tree").check_declared(["y"])


def test_one_label_is_learned():
    with pytest.raises(DeclarationError, match="names 2"):
        SklearnTrainer("sklearn.linear_model.Ridge").check_declared(["a", "b"])


def test_without_pytorch_a_trainer_is_declared_and_refused_before_the_run(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    trainer = PyTorchTrainer(lr=0.1)
    assert "torch" not in sys.modules or trainer.args["lr"] == 0.1
    with pytest.raises(EnvironmentMissingError, match=r"zenml-nb\[pytorch\]"):
        trainer.check_declared(["y"])


def test_the_seed_is_the_estimators_own_where_it_takes_one():
    model = SklearnTrainer("sklearn.tree.DecisionTreeClassifier", params={"max_depth": 2}, seed=7).model_fn(None)
    assert (model.random_state, model.max_depth) == (7, 2)
    given = SklearnTrainer("sklearn.tree.DecisionTreeClassifier", params={"random_state": 1}, seed=7).model_fn(None)
    assert given.random_state == 1
    assert SklearnTrainer("sklearn.naive_bayes.GaussianNB", seed=7).model_fn(None) is not None


@given(st.lists(st.integers(0, 20), min_size=2, max_size=6, unique=True).map(sorted))
def test_probabilities_stand_at_the_index_of_their_class(classes):
    probabilities = np.arange(1, 2 * len(classes) + 1, dtype=float).reshape(2, -1)
    placed = by_class(probabilities, classes)
    if classes == [0, 1]:
        assert placed.tolist() == probabilities[:, 1].tolist()
        return
    assert placed.shape == (2, max(classes) + 1)
    assert placed[:, classes].tolist() == probabilities.tolist()
    assert placed.sum() == probabilities.sum()


def test_classes_that_are_no_whole_numbers_keep_their_order():
    probabilities = np.array([[0.25, 0.75]])
    assert by_class(probabilities, [-1.0, 0.5]) is probabilities
