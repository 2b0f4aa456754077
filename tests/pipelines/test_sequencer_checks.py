"""What is told of a sequencer before the run, with the data at hand."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from zenml_nb.errors import DataError, DeclarationError
from zenml_nb.pipelines import sequence_splits
from zenml_nb.pipelines.sequencer_checks import check_sequencer
from zenml_nb.steps import (
    BaseSequencerStep,
    BaseSplit,
    CategoricalDomainSplit,
    RandomSplit,
    StandardPreprocesser,
    StandardSequencer,
    TFFeedForwardTrainer,
    TimeSplit,
)

DAY = 86_400
FRAME = pd.DataFrame(
    {
        "day": pd.date_range("2024-01-01", periods=20).strftime("%Y-%m-%d"),
        "city": ["Oslo", "Rome"] * 10,
        "degrees": [float(i) for i in range(20)],
        "count": pd.array([None if i % 3 else i for i in range(20)], dtype="Int64"),
    }
)
STEPS = {
    "split": TimeSplit("day", {"train": 0.6, "eval": 0.4}),
    "preprocesser": StandardPreprocesser(features=["count"], labels=["degrees"]),
    "trainer": TFFeedForwardTrainer(),
    "evaluator": None,
}


class Own(BaseSequencerStep):
    def sequence_fn(self, frame):
        return []


@pytest.fixture
def check(make, make_source):
    def check(sequencer, frame=FRAME, **steps):
        make(source=make_source(frame), **{**STEPS, "sequencer": sequencer, **steps}).check()

    return check


def test_sequences_that_fit_pass(check):
    check(StandardSequencer("day", gap_threshold=3 * DAY))
    check(StandardSequencer("day", "city", gap_threshold=3 * DAY, sequence_length=7))


@pytest.mark.parametrize("filled", [None, {"count": {"filling": {"method": "min"}}}])
def test_a_label_that_is_missing_is_not_made_up_by_the_sequencer(check, filled):
    labelled = StandardPreprocesser(features=["degrees"], labels=["count"], overwrite=filled)
    with pytest.raises(DeclarationError, match=r"label 'count' is missing in 13 rows(.|\n)*ahead={'count': 1}"):
        check(StandardSequencer("day", gap_threshold=3 * DAY), preprocesser=labelled)
    asked = StandardSequencer("day", overwrite={"count": {"filling": "forward"}}, gap_threshold=3 * DAY)
    check(asked, preprocesser=labelled)
    forecast = StandardPreprocesser(features=["degrees"], labels=["count_ahead"])
    check(StandardSequencer("day", gap_threshold=3 * DAY, ahead={"count": 1}), preprocesser=forecast)


@pytest.mark.parametrize(
    ("sequencer", "error", "text"),
    [
        (StandardSequencer("dya"), DeclarationError, r"'dya' \(timestamp_column\)(.|\n)*Did you mean 'day'"),
        (StandardSequencer("day", "town"), DeclarationError, r"'town' \(category_column\)(.|\n)*Valid names"),
        (StandardSequencer("city"), DataError, r"20 values are no timestamp, for example 'Oslo'(.|\n)*column 'city'"),
        (StandardSequencer("day"), DataError, r"4 steps of 1D(.|\n)*longest of 20 sessions has 1(.|\n)*gap_threshold"),
        (
            StandardSequencer("day", gap_threshold=3 * DAY, sequence_length=21),
            DataError,
            "of 1 sessions has 20",
        ),
        (StandardSequencer("day", "city", gap_threshold=DAY), DataError, "longest of 20 sessions has 1"),
        (StandardSequencer("day", overwrite={"city": {"resampling": "mean"}}), DeclarationError, "'mean' does not fit"),
        (Own(category_column="cities"), DeclarationError, "Did you mean 'city'"),
    ],
)
def test_what_cannot_run_is_told_before_the_run(check, sequencer, error, text):
    with pytest.raises(error, match=text):
        check(sequencer)


def test_steps_behind_see_the_columns_of_the_sequences(check):
    sequencer = StandardSequencer("day", gap_threshold=3 * DAY, ahead={"degrees": 1})
    check(sequencer, preprocesser=StandardPreprocesser(features=["count"], labels=["degrees_ahead"]))
    with pytest.raises(DeclarationError, match="Did you mean 'degrees_ahead'"):
        check(sequencer, preprocesser=StandardPreprocesser(features=["count"], labels=["degrees_ahed"]))
    vocabulary = {"count": {"transform": "compute_and_apply_vocabulary"}}
    with pytest.raises(DeclarationError, match=r"'compute_and_apply_vocabulary' does not fit(.|\n)*FLOAT"):
        check(sequencer, preprocesser=StandardPreprocesser(["count"], ["degrees"], overwrite=vocabulary))
    whole = StandardSequencer("day", gap_threshold=3 * DAY, overwrite={"count": {"resampling": "max"}})
    check(whole, preprocesser=StandardPreprocesser(["count"], ["degrees"], overwrite=vocabulary))


@pytest.mark.parametrize(
    ("method", "parameters", "fits"),
    [
        ("pca", {"output_dim": 8}, False),
        ("pca", {"output_dim": 3}, True),
        ("image_reshape", {"shape": [5]}, False),
        ("image_reshape", {"shape": [3, 1]}, True),
    ],
)
def test_what_does_not_fit_the_width_of_a_window_is_told(check, method, parameters, fits):
    transform = {"count": {"transform": [{"method": method, "parameters": parameters}]}}
    sequencer = StandardSequencer("day", gap_threshold=3 * DAY, sequence_length=3, ahead={"degrees": 1})
    steps = StandardPreprocesser(["count"], ["degrees_ahead"], overwrite=transform)
    if fits:
        check(sequencer, preprocesser=steps)
    else:
        with pytest.raises(DeclarationError, match=r"'count'(.|\n)* 3"):
            check(sequencer, preprocesser=steps)
    label = {"degrees": {"transform": [{"method": method, "parameters": parameters}]}}
    with pytest.raises(DeclarationError, match=r"'degrees'(.|\n)* (1|one)"):
        check(sequencer, preprocesser=StandardPreprocesser(["count"], ["degrees"], overwrite=label))


class Second(BaseSplit):
    """Reads a row as a run gives it."""

    def get_split_names(self):
        return ["train", "eval"]

    def partition_fn(self, element, num_partitions):
        assert set(element) == set(FRAME.columns)
        assert element["count"] is None or isinstance(element["count"], int)
        return -1 if element["count"] == 0 else int(element["day"] >= "2024-01-12")


@pytest.mark.parametrize(
    ("split", "length", "text"),
    [
        (TimeSplit("day", {"train": 0.7, "eval": 0.2, "test": 0.1}), 3, r"2 rows of the split 'test'(.|\n)*has 2"),
        (TimeSplit("day", {"train": 0.7, "eval": 0.3}), 7, r"6 rows of the split 'eval'(.|\n)*7 steps(.|\n)*share"),
        (Second(), 10, r"9 rows of the split 'eval'(.|\n)*has 9"),
        (Second(), 9, None),
        (CategoricalDomainSplit("city", {"train": ["Oslo"], "eval": ["Rome"]}), 19, None),
    ],
)
def test_a_split_without_sequences_is_told_before_the_run(check, monkeypatch, split, length, text):
    sequencer = StandardSequencer("day", gap_threshold=3 * DAY, sequence_length=length)
    if text is not None:
        with pytest.raises(DataError, match=text):
            check(sequencer, split=split)
        monkeypatch.setattr(sequence_splits, "MOST_ROWS", len(FRAME) - 1)
    check(sequencer, split=split)


@pytest.mark.parametrize("fails", [lambda rows: 1 / 0, lambda rows: [0], lambda rows: 0])
def test_a_split_that_fails_is_left_to_the_run(check, monkeypatch, fails):
    monkeypatch.setattr(Second, "partition", lambda self, rows: fails(rows))
    check(StandardSequencer("day", gap_threshold=3 * DAY, sequence_length=20), split=Second())


def test_a_split_that_tears_series_apart_is_noticed_once(check, capsys):
    frame = pd.concat([FRAME.assign(city=str(n)) for n in range(30)])
    sequencer = StandardSequencer("day", "city", gap_threshold=9 * DAY, sequence_length=2)
    check(sequencer, frame, split=RandomSplit({"train": 0.7, "eval": 0.3}))
    printed = capsys.readouterr().out
    assert printed.count("Notice: RandomSplit gives the rows of one series to different splits") == 1
    assert "TimeSplit('day'), or CategoricalDomainSplit('city', ...)" in printed
    check(sequencer, frame, split=TimeSplit("day", {"train": 0.7, "eval": 0.3}))
    assert "Notice" not in capsys.readouterr().out


def test_the_types_that_the_steps_behind_see(make_source, repository):
    source = make_source(FRAME)
    commit = source.get_commit(source.commit(repository), repository)
    columns, missing = check_sequencer(StandardSequencer("day", "city", gap_threshold=9 * DAY), commit)
    assert columns == {"day": "STRING", "city": "STRING", "degrees": "FLOAT", "count": "FLOAT"}
    assert set(missing.values()) == {0}


def test_columns_of_lists_are_told():
    column = SimpleNamespace(name="pixels", type="FLOAT", n_missing=0, many=True)
    commit = SimpleNamespace(columns=[column], n_rows=3)
    with pytest.raises(DeclarationError, match="column 'pixels' are lists"):
        check_sequencer(StandardSequencer("pixels"), commit)
