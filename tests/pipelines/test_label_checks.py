"""What the label's values tell before a run."""

from __future__ import annotations

import pandas as pd
import pytest

from zenml_nb.errors import DataError, DeclarationError
from zenml_nb.steps import (
    CategoricalDomainSplit,
    NoSplit,
    StandardPreprocesser,
    TFFeedForwardTrainer,
)

SPARSE = {"loss": "sparse_categorical_crossentropy", "last_activation": "softmax"}
BINARY = {"loss": "binary_crossentropy"}


@pytest.fixture
def check(make, make_source):
    """Checks a pipeline whose label, ``species``, has the values; arguments replace those of the trainer."""

    def run(values, trainer, preprocesser=None, **steps):
        frame = pd.DataFrame({"species": values, "mass": range(len(values))})
        steps = {"split": NoSplit(), "evaluator": None, "deployer": None, **steps}
        mapping = {"train_splits": ["train"], "eval_splits": ["train"]} if isinstance(steps["split"], NoSplit) else None
        make(
            source=make_source(frame),
            preprocesser=preprocesser or StandardPreprocesser(labels=["species"], split_mapping=mapping),
            trainer=TFFeedForwardTrainer(split_mapping=mapping, **trainer),
            **steps,
        ).check()

    return run


@pytest.mark.parametrize("values", [["a"] * 9, [1] * 9, [0.0] * 9])
@pytest.mark.parametrize("trainer", [BINARY, {**SPARSE, "output_units": 2}])
def test_a_label_with_one_class_is_told_before_the_run(check, values, trainer):
    with pytest.raises(DataError, match=r"'species' is the same in all 9 rows of the data(.|\n)*two classes"):
        check(values, trainer)


def test_a_number_that_is_no_class_may_be_the_same_everywhere(check):
    check([1.5] * 9, {"loss": "mse", "last_activation": "linear"})


def test_one_class_is_told_whatever_the_split_leaves_out(check):
    split = CategoricalDomainSplit("mass", {"train": [0, 1], "eval": [2]})
    with pytest.raises(DataError, match="the same in all 3 rows"):
        check(["a"] * 3, BINARY, split=split)


@pytest.mark.parametrize(
    ("values", "trainer", "text"),
    [
        (["a", "b", "c"], BINARY, r"'species' has 3 classes(.|\n)*output_units=3, last_activation='softmax'"),
        (["a", "b", "c"], {**SPARSE, "output_units": 2}, r"has 3 classes(.|\n)*Use output_units=3"),
        ([0, 1, 2], {**SPARSE, "output_units": 2}, r"values from 0 to 2(.|\n)*output_units=3"),
        ([1, -1, 1], {**SPARSE, "output_units": 2}, r"values from -1 to 1(.|\n)*compute_and_apply_vocabulary"),
        (["Gentoo", "Adelie"], {**BINARY, "class_weights": {"Adelle": 2.0}}, r"'Adelle'(.|\n)*Adelie"),
    ],
)
def test_classes_that_do_not_fit_the_trainer_are_told_before_the_run(check, values, trainer, text):
    with pytest.raises(DeclarationError, match=text):
        check(values * 3, trainer)


def test_what_only_the_splits_can_tell_is_left_to_the_training(check):
    # The training split has two of the three classes.
    check(["a", "b", "c"], BINARY, split=CategoricalDomainSplit("species", {"train": ["a", "b"], "eval": ["c"]}))
    top = StandardPreprocesser(
        labels=["species"],
        split_mapping={"train_splits": ["train"], "eval_splits": ["train"]},
        overwrite={"species": {"transform": [{"method": "compute_and_apply_vocabulary", "parameters": {"top_k": 2}}]}},
    )
    check(["a", "b", "c"], BINARY, preprocesser=top)


def test_a_text_label_without_a_transform_is_told_before_the_run(make):
    preprocesser = StandardPreprocesser(labels=["species"], overwrite={"species": {"transform": ["no_transform"]}})
    with pytest.raises(DeclarationError, match="label 'species' stays text"):
        make(preprocesser=preprocesser).check()


def test_labels_that_fit_pass(check):
    check(["a", "b"] * 5, {**BINARY, "class_weights": {"a": 2.0}})
    check([0, 1, 2] * 5, {**SPARSE, "output_units": 3})
    check([0.0, 1.0] * 5, BINARY)
    check(["a", "b", "c"] * 5, {**SPARSE, "output_units": 4})
