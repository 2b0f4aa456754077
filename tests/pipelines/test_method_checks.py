"""Steps of one's own that lack a method, or name their splits wrongly, are told before a run."""

from __future__ import annotations

import pytest

from zenml_nb.errors import DeclarationError
from zenml_nb.steps import (
    BaseDeployerStep,
    BasePreprocesserStep,
    BaseSequencerStep,
    BaseSplit,
    BaseTrainerStep,
)
from zenml_nb.steps.array_trainers import BaseArrayTrainerStep


class Nameless(BaseSplit):
    def partition_fn(self, element, num_partitions):
        return 0


class Undivided(BaseSplit):
    def get_split_names(self):
        return ["train", "eval"]


class Trainer(BaseTrainerStep):
    pass


class ArrayTrainer(BaseArrayTrainerStep):
    pass


class Deployer(BaseDeployerStep):
    pass


class Preprocesser(BasePreprocesserStep):
    pass


class Sequencer(BaseSequencerStep):
    pass


@pytest.mark.parametrize(
    ("slot", "step", "method"),
    [
        ("split", Nameless(), "get_split_names"),
        ("split", Undivided(), "partition_fn"),
        ("sequencer", Sequencer(), "sequence_fn"),
        ("preprocesser", Preprocesser(), "preprocessing_fn"),
        ("trainer", Trainer(), "model_fn"),
        ("trainer", ArrayTrainer(), "model_fn"),
        ("deployer", Deployer(), "deploy"),
    ],
)
def test_a_missing_method_is_told(make, slot, step, method):
    pattern = rf"{type(step).__name__} does not define {method}(.|\n)*where: step {slot}"
    with pytest.raises(DeclarationError, match=pattern):
        make(**{slot: step}).check()


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["train", "eval", "train"], "named twice"),
        (["train", "../../x"], "'../../x' cannot be the name"),
        (["train", "eval", 5], "5 cannot be the name"),
        ([], "at least one name"),
        ("train", "gave 'train'"),
        (None, "gave None"),
    ],
)
def test_names_that_can_be_no_splits_are_told(make, names, text):
    class Own(BaseSplit):
        def get_split_names(self):
            return names

        def partition_fn(self, element, num_partitions):
            return 0

    with pytest.raises(DeclarationError, match=rf"{text}(.|\n)*Own.get_split_names"):
        make(split=Own()).check()


def test_a_step_after_the_last_one_is_not_asked(make):
    make(trainer=Trainer()).check("preprocesser")
