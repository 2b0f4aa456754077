from __future__ import annotations

import pandas as pd
import pytest

from zenml_nb.errors import DataError, DeclarationError
from zenml_nb.steps import (
    BasePreprocesserStep,
    CategoricalDomainSplit,
    NoSplit,
    RandomSplit,
    StandardPreprocesser,
    TFFeedForwardTrainer,
    TFMAEvaluator,
    TimeSplit,
)


def labels(**arguments):
    return StandardPreprocesser(**{"labels": ["species"], **arguments})


class OwnPreprocesser(BasePreprocesserStep):
    def preprocessing_fn(self, inputs, context):
        return {}


def test_a_whole_pipeline_passes(make):
    make().check()


@pytest.mark.parametrize(
    ("steps", "error", "text"),
    [
        (
            {"split": RandomSplit({"train": 0.5, "evals": 0.5})},
            DeclarationError,
            r"trainer reads the split 'eval' \(eval_splits\), which RandomSplit(.|\n)*Did you mean 'evals'",
        ),
        (
            {"preprocesser": labels(split_mapping={"train_splits": ["trian"]})},
            DeclarationError,
            r"step preprocesser reads the split 'trian'(.|\n)*Did you mean 'train'",
        ),
        (
            {"trainer": TFFeedForwardTrainer(split_mapping={"train_splits": ["train", "more"]})},
            DeclarationError,
            "step trainer reads the split 'more'",
        ),
        (
            {"evaluator": TFMAEvaluator(split_mapping={"eval_splits": ["test"]})},
            DeclarationError,
            "step evaluator reads the split 'test'",
        ),
        (
            {"split": RandomSplit({"train": 0.96, "eval": 0.04})},
            DataError,
            "split 'eval' would stay empty: 0.04 of 20 rows",
        ),
        (
            {"trainer": TFFeedForwardTrainer(split_mapping={"test_splits": ["tran"]})},
            DeclarationError,
            r"step trainer reads the split 'tran' \(test_splits\)(.|\n)*Did you mean 'train'",
        ),
        (
            {"preprocesser": labels(split_mapping={"test_splits": ["test"]})},
            DeclarationError,
            "step preprocesser reads the split 'test'",
        ),
        ({"split": NoSplit()}, DeclarationError, r"trainer reads the split 'eval' \(eval_splits\), which NoSplit"),
        ({"split": TimeSplit("mas", {"train": 0.5, "eval": 0.5})}, DeclarationError, r"'mas'(.|\n)*mean 'mass'"),
        (
            {"split": TimeSplit("mass", starts={"train": None, "eval": 20})},
            DataError,
            "split 'eval' would stay empty: no row",
        ),
        (
            {"split": CategoricalDomainSplit("species", {"train": ["a"], "eval": ["B"]})},
            DataError,
            r"No row has the category 'B'(.|\n)*Did you mean 'b'",
        ),
        ({"preprocesser": labels(labels=["specis"])}, DeclarationError, r"'specis'(.|\n)*Did you mean 'species'"),
        ({"preprocesser": labels(labels=["bill"])}, DeclarationError, "label 'bill' is missing in 10 rows"),
        ({"preprocesser": labels(labels=[])}, DeclarationError, r"no label to train on(.|\n)*labels=\['...'\]"),
        ({"evaluator": TFMAEvaluator(slices=["mas"])}, DeclarationError, r"'mas'(.|\n)*Did you mean 'mass'"),
        ({"evaluator": TFMAEvaluator({"mass": ["AUC"]})}, DeclarationError, "'mass', which is no label"),
    ],
)
def test_what_cannot_run_is_told_before_the_run(make, steps, error, text):
    with pytest.raises(error, match=text):
        make(**steps).check()


def test_steps_after_the_last_one_are_not_checked(make):
    wrong = make(
        split=RandomSplit({"train": 0.5, "evaluation": 0.5}),
        preprocesser=labels(labels=["specis"]),
        evaluator=TFMAEvaluator(slices=["mas"]),
    )
    wrong.check("split")
    with pytest.raises(DeclarationError, match="'specis'"):
        wrong.check("preprocesser")


def test_labels_of_a_preprocesser_of_ones_own_are_known_only_after_it_ran(make):
    make(preprocesser=OwnPreprocesser(), evaluator=None).check()


def test_mapped_splits_are_the_ones_that_are_read(make):
    mapping = {"train_splits": ["a", "b"], "eval_splits": ["c"]}
    pipeline = make(
        split=RandomSplit({"a": 0.4, "b": 0.3, "c": 0.3}),
        preprocesser=labels(split_mapping=mapping),
        trainer=TFFeedForwardTrainer(split_mapping=mapping),
        evaluator=TFMAEvaluator(split_mapping=mapping),
    )
    pipeline.check()
    assert pipeline.train_splits() == ["a", "b"]


def test_the_evaluator_asks_for_a_label_that_nothing_names(make):
    with pytest.raises(DeclarationError, match="no label to evaluate"):
        make(preprocesser=OwnPreprocesser(), evaluator=TFMAEvaluator()).check()
    make(preprocesser=OwnPreprocesser(), evaluator=TFMAEvaluator(metrics={"species": ["Accuracy"]})).check()


def test_a_column_without_any_value_cannot_be_learned_from(make, make_source):
    pipeline = make()
    frame = pd.DataFrame({"species": ["a", "b"] * 10, "mass": range(20), "bill": [None] * 20})
    pipeline.add_datasource(make_source(frame))
    with pytest.raises(DeclarationError, match="'bill' has no value in any of the 20 rows"):
        pipeline.check()


def test_pca_of_a_column_with_one_value_a_row_is_told_before_the_run(make):
    with pytest.raises(DeclarationError, match=r"2 components of the column 'mass'(.|\n)*one_hot_encode"):
        make(preprocesser=labels(overwrite={"mass": {"transform": ["pca"]}})).check()
    one = {"method": "pca", "parameters": {"output_dim": 1}}
    make(preprocesser=labels(overwrite={"mass": {"transform": [one]}})).check()
