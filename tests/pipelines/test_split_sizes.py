"""Splits that would stay empty are told before a run."""

from __future__ import annotations

import pandas as pd
import pytest

from zenml_nb.errors import DataError
from zenml_nb.pipelines import split_sizes
from zenml_nb.steps import BaseSplit, RandomSplit


class Threshold(BaseSplit):
    """Gives the rows below a mass to train, the others to eval."""

    def __init__(self, at: int) -> None:
        self.at = at

    def get_split_names(self):
        return ["train", "eval"]

    def partition_fn(self, element, num_partitions):
        return int(element["mass"] >= self.at)


@pytest.fixture
def check(make, make_source):
    def run(split, n_rows=20):
        frame = pd.DataFrame({"species": ["a", "b"] * (n_rows // 2), "mass": range(n_rows)})
        make(
            source=make_source(frame), split=split, preprocesser=None, trainer=None, evaluator=None, deployer=None
        ).check(until="split")

    return run


def test_a_seed_may_leave_a_split_of_few_rows_empty(check):
    shares = {"train": 0.9, "eval": 0.05, "test": 0.05}
    with pytest.raises(DataError, match=r"none of the 20 rows(.|\n)*seed"):
        check(RandomSplit(shares, seed=1))


def test_rows_that_are_all_the_same_go_to_one_split(make, make_source):
    frame = pd.DataFrame({"a": [1] * 50})
    pipeline = make(source=make_source(frame), split=RandomSplit({"train": 0.5, "eval": 0.5}))
    with pytest.raises(DataError, match="none of the 50 rows"):
        pipeline.check(until="split")


def test_a_split_of_ones_own_is_left_to_the_run(check):
    check(Threshold(100))


def test_nothing_is_said_of_more_rows_than_are_read(make, make_source, monkeypatch):
    monkeypatch.setattr(split_sizes, "MOST_ROWS", 10)
    frame = pd.DataFrame({"a": [1] * 50})
    make(
        source=make_source(frame),
        split=RandomSplit({"train": 0.5, "eval": 0.5}),
        preprocesser=None,
        trainer=None,
        evaluator=None,
        deployer=None,
    ).check(until="split")
