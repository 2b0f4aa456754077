"""What the label's values tell before a run."""

from __future__ import annotations

import pandas as pd
import pytest

from zenml_nb.errors import DataError, DeclarationError
from zenml_nb.pipelines.label_checks import check_label
from zenml_nb.steps import (
    CategoricalDomainSplit,
    CategoricalRatioSplit,
    NoSplit,
    PyTorchTrainer,
    StandardPreprocesser,
    TFFeedForwardTrainer,
    TimeSplit,
)

SPARSE = {"loss": "sparse_categorical_crossentropy", "last_activation": "softmax"}
BINARY = {"loss": "binary_crossentropy"}
REAL = {"loss": "mse", "last_activation": "linear"}


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
    check([1.5] * 9, REAL)


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
        ([0.5, 1.2, 0], {**SPARSE, "output_units": 2}, r"no whole numbers(.|\n)*last_activation='linear'"),
        ([1, 2], BINARY, r"values from 1 to 2(.|\n)*0, 1 and probabilities(.|\n)*'num_oov_buckets': 0"),
        ([0, 1, 2], BINARY, r"values from 0 to 2(.|\n)*0, 1 and probabilities"),
        ([0.5, -0.25], BINARY, "values from -0.25 to 0.5"),
        (["a", "b"], {**BINARY, "output_units": 2}, r"1 value a row(.|\n)*Use output_units=1, or for several classes"),
        ([0, 1], {**BINARY, "output_units": 2}, "Use output_units=1"),
        ([0.5, 1.5], {**REAL, "output_units": 3}, r"loss='mse' with output_units=3(.|\n)*Use output_units=1"),
        ([0, 1, 2], {"loss": "categorical_crossentropy", "output_units": 3}, "sparse_categorical_crossentropy"),
        ([3.5, 40], {}, r"values from 3.5 to 40, and outputs with last_activation='sigmoid' are from 0 to 1"),
        ([-3, 0], {"loss": "mae", "last_activation": "tanh"}, "are from -1 to 1"),
        (["a", "b", "c"], {}, r"'species' has 3 classes(.|\n)*sparse_categorical_crossentropy"),
        (["a", "b", "c"], REAL, r"loss='mse'(.|\n)*sparse_categorical_crossentropy"),
        (["a", "b", "c"], {**REAL, "loss": "hinge"}, r"loss='hinge'(.|\n)*sparse_categorical_crossentropy"),
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
    check(["a", "b"] * 5, {})
    check([0.0, 0.25, 1.0] * 5, {})
    check([0.0, 0.25, 1.0] * 5, BINARY)
    check([-5.5, 80.0] * 5, REAL)
    check([-1.0, 0.25, 1.0] * 5, {"last_activation": "tanh"})
    check([0, 4, 9] * 5, {"loss": "poisson", "last_activation": "exponential"})
    check([-1, 1] * 5, {"loss": "hinge", "last_activation": "tanh"})


def labelled(transform):
    """A preprocesser with transforms of the label."""
    mapping = {"train_splits": ["train"], "eval_splits": ["train"]}
    return StandardPreprocesser(labels=["species"], overwrite={"species": transform}, split_mapping=mapping)


def test_a_label_of_several_values_has_as_many_outputs(check):
    vector = {"transform": {"method": "one_hot_encode", "parameters": {"top_k": 2}}}
    loss = {"loss": "categorical_crossentropy", "last_activation": "softmax"}
    check(["a", "b"] * 5, {**loss, "output_units": 3}, labelled(vector))
    check(["a", "b"] * 5, {"output_units": 3}, labelled(vector))
    with pytest.raises(DeclarationError, match=r"3 values a row(.|\n)*Use output_units=3"):
        check(["a", "b"] * 5, {**loss, "output_units": 2}, labelled(vector))
    with pytest.raises(DeclarationError, match="Use output_units=3"):
        check(["a", "b"] * 5, BINARY, labelled(vector))
    with pytest.raises(DeclarationError, match="loss='categorical_crossentropy', output_units=3"):
        check(["a", "b"] * 5, {**SPARSE, "output_units": 3}, labelled(vector))


def test_numbers_that_the_preprocesser_scales_or_makes_classes_of_fit(check):
    check([3.5, 40.0] * 5, {}, labelled({"transform": "scale_to_0_1"}))
    classes = {"method": "compute_and_apply_vocabulary", "parameters": {"num_oov_buckets": 0}}
    check([1, 2] * 5, BINARY, labelled({"transform": classes}))


@pytest.mark.parametrize(
    "split",
    [
        TimeSplit("mass", {"train": 0.6, "eval": 0.4}),
        CategoricalDomainSplit("mass", {"train": [0, 1, 2, 3], "eval": [4, 5]}),
        CategoricalRatioSplit("species", ["a", "b", "c"], {"train": 0.5, "eval": 0.5}),
    ],
)
def test_classes_are_counted_whatever_column_the_rows_are_split_by(check, split):
    preprocesser = StandardPreprocesser(labels=["species"])
    with pytest.raises(DeclarationError, match="has 3 classes"):
        check(["a", "b", "c"] * 2, BINARY, preprocesser, split=split)


@pytest.mark.parametrize(
    "split",
    [
        # Rows 2 and 5, which have the third class, reach no split.
        CategoricalDomainSplit("mass", {"train": [0, 1], "eval": [3, 4]}),
        CategoricalRatioSplit("species", ["a", "b"], {"train": 0.5, "eval": 0.5}),
        TimeSplit("mass", starts={"train": 3, "eval": 4}),
        TimeSplit("mass", {"train": 0.6, "eval": 0.4}, gap=1),
    ],
)
def test_rows_that_are_left_out_are_not_counted(check, split):
    check(["a", "b", "c"] * 2, BINARY, StandardPreprocesser(labels=["species"]), split=split)


@pytest.mark.parametrize(
    ("values", "arguments", "text"),
    [
        (["a", "b", "c"], {**SPARSE, "output_units": 2}, "Use output_units=3"),
        ([3.5, 40], {}, "outputs with last_activation='sigmoid' are from 0 to 1"),
        ([0.5, 1.0], {**REAL, "output_units": 3}, "Use output_units=1"),
        ([1, 2], BINARY, "0, 1 and probabilities"),
    ],
)
def test_the_label_of_a_pytorch_trainer_is_checked_as_that_of_keras(make, make_source, values, arguments, text):
    source = make_source(pd.DataFrame({"species": values * 3, "mass": range(3 * len(values))}))
    pipeline = make(source=source, trainer=PyTorchTrainer(**arguments))
    # Where PyTorch is not installed, the whole check would say this first.
    with pytest.raises(DeclarationError, match=text):
        check_label(pipeline.steps, ["trainer"], pipeline.commit())
