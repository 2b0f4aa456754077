from __future__ import annotations

import pytest

from zenml_nb.errors import DeclarationError, NotAvailableError
from zenml_nb.steps import AgnosticEvaluator, BaseEvaluatorStep, BaseTrainerStep, TFMAEvaluator, TFServingDeployer


class Counting(BaseEvaluatorStep):
    """An evaluator of a user's own."""

    def evaluate_fn(self, context):
        return {"rows": len(context.frame())}


class Forest(BaseTrainerStep):
    """A trainer whose models are no SavedModels."""

    format = "arrays"
    stores_predictions = True

    def run_fn(self, context):
        return None


class OwnTrainer(BaseTrainerStep):
    """A trainer of SavedModels."""

    def model_fn(self, context):
        return None


def test_evaluators_of_ones_own_may_run(make):
    make(evaluator=Counting()).check()


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"prediction_key": "scoer", "label_key": "mass"}, "'scoer', which the data does not have"),
        ({"prediction_key": "bill", "label_key": "mass"}, "'bill' has no value in 10 rows"),
        ({"prediction_key": "mass", "label_key": "species"}, "'species' is text"),
        ({"prediction_key": "mass", "label_key": "mass", "slices": [["spcies"]]}, "Did you mean 'species'"),
    ],
)
def test_stored_predictions_are_checked_against_the_data(make, arguments, text):
    with pytest.raises(DeclarationError, match=text):
        make(evaluator=AgnosticEvaluator(**arguments)).check()


def test_stored_predictions_may_be_columns_of_the_data_or_come_from_the_trainer(make):
    make(evaluator=AgnosticEvaluator(prediction_key="mass", label_key="mass")).check()
    make(evaluator=AgnosticEvaluator(), trainer=Forest(), deployer=None).check()


def test_a_baseline_that_is_no_run_is_told_before_the_run(make):
    with pytest.raises(NotAvailableError, match=r"no run 'penguins.1' to compare with(.|\n)*'last_blessed'"):
        make(evaluator=TFMAEvaluator(baseline="penguins.1")).check()
    make(evaluator=TFMAEvaluator(baseline="last_blessed")).check()


def test_a_model_that_cannot_be_served_is_told_before_the_run(make):
    deployer = TFServingDeployer("serving", "penguins")
    with pytest.raises(NotAvailableError, match=r"serves Keras models, and Forest trains none(.|\n)*LocalDirectory"):
        make(trainer=Forest(), evaluator=None, deployer=deployer).check()
    make(trainer=OwnTrainer(), evaluator=None, deployer=deployer).check()
