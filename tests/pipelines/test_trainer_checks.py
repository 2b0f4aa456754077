from __future__ import annotations

import pandas as pd
import pytest

from zenml_nb.errors import DeclarationError, NotAvailableError
from zenml_nb.pipelines.predictions import predicted_splits, stores_predictions
from zenml_nb.steps import RandomSplit, SklearnTrainer, StandardPreprocesser, TFFeedForwardTrainer, TFMAEvaluator

FOREST = "sklearn.ensemble.RandomForestClassifier"
FRAME = pd.DataFrame({"label": ["a", "b"] * 10, "mass": range(20)})


def test_a_whole_pipeline_of_scikit_learn_passes(make):
    make(trainer=SklearnTrainer(FOREST), evaluator=None).check()


def test_tfma_is_refused_for_a_model_that_is_not_keras(make):
    pipeline = make(trainer=SklearnTrainer(FOREST))
    with pytest.raises(NotAvailableError, match=r"TFMAEvaluator evaluates Keras models(.|\n)*AgnosticEvaluator"):
        pipeline.check()
    # As far as the trainer there is nothing to evaluate.
    pipeline.check(until="trainer")


@pytest.mark.parametrize(
    ("trainer", "text"),
    [
        (SklearnTrainer(FOREST, params={"n_estimator": 5}), "Did you mean 'n_estimators'"),
        (TFFeedForwardTrainer(last_activation="softmax"), "always predicts 1"),
    ],
)
def test_a_trainer_checks_itself_before_the_run(make, trainer, text):
    with pytest.raises(DeclarationError, match=text):
        make(trainer=trainer, evaluator=None).check()


def test_columns_called_like_those_of_predictions_are_refused(make, make_source):
    made = {"trainer": SklearnTrainer(FOREST), "evaluator": None}
    source = make_source(FRAME.rename(columns={"mass": "prediction"}))
    pipeline = make(source=source, preprocesser=StandardPreprocesser(labels=["label"]), **made)
    with pytest.raises(DeclarationError, match="a column 'prediction', as the stored predictions have"):
        pipeline.check()
    feature = make(source=make_source(FRAME), preprocesser=StandardPreprocesser(labels=["mass"]), **made)
    with pytest.raises(DeclarationError, match="a column 'label'"):
        feature.check()


def test_a_label_may_be_called_label(make, make_source):
    preprocesser = StandardPreprocesser(labels=["label"])
    make(source=make_source(FRAME), preprocesser=preprocesser, trainer=SklearnTrainer(FOREST), evaluator=None).check()


def test_predictions_are_kept_where_somebody_wants_them(make_steps):
    class Reading(TFMAEvaluator):
        reads_predictions = True

    assert not stores_predictions(make_steps())
    assert stores_predictions(make_steps(trainer=SklearnTrainer(FOREST)))
    assert stores_predictions(make_steps(evaluator=Reading()))


def test_the_splits_that_test_and_evaluate_are_predicted(make_steps):
    split = RandomSplit({"train": 0.5, "eval": 0.2, "test": 0.2, "more": 0.1})
    assert predicted_splits(make_steps(split=split)) == ["eval", "test"]
    evaluator = TFMAEvaluator(split_mapping={"eval_splits": ["more"]})
    assert predicted_splits(make_steps(split=split, evaluator=evaluator)) == ["eval", "test", "more"]
    assert predicted_splits(make_steps()) == ["eval"]
