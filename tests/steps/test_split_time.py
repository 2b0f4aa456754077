from __future__ import annotations

import datetime
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml_nb.errors import DataError, DeclarationError
from zenml_nb.steps import NoSplit, TimeSplit
from zenml_nb.steps.distinct import Distinct

SHARES = {"train": 0.6, "eval": 0.3, "test": 0.1}


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"split_map": {"train": 0.6}}, r"shares of TimeSplit sum to 0\.6"),
        ({"split_map": SHARES, "starts": {"train": None}}, "not both"),
        ({"starts": {}}, "at least one name"),
        ({"starts": {"train": None, "eval": None}}, r"starts\['eval'\] is None"),
        ({"starts": {"train": None, "eval": "soon"}}, "'soon', which is no time"),
        ({"starts": {"train": "2020-01-02", "eval": "2020-01-01"}}, "'eval' does not start after"),
        ({"starts": {"train": 1, "eval": 1}}, "'eval' does not start after"),
        ({"starts": {"train": 1, "eval": "2020-01-01"}}, "mixes texts and numbers"),
        ({"starts": {"train": True}}, "True, which is no time"),
        ({"starts": [1, 2]}, r"starts is \[1, 2\]"),
        ({"gap": -1}, "gap is -1"),
        ({"gap": "1D"}, "gap is '1D'"),
        ({"timestamp_column": None}, "timestamp_column is None"),
    ],
)
def test_a_wrong_declaration_is_told(arguments, text):
    with pytest.raises(DeclarationError, match=text):
        TimeSplit(**{"timestamp_column": "t", **arguments})


def test_a_column_that_does_not_fit_is_told():
    with pytest.raises(DeclarationError, match=r"'tim'(.|\n)*Did you mean 'time'"):
        TimeSplit("tim").check_columns({"time": "INTEGER"})
    with pytest.raises(DeclarationError, match=r"'2020-01-01'; the column 't' is of type INTEGER"):
        TimeSplit("t", starts={"train": None, "eval": "2020-01-01"}).check_columns({"t": "INTEGER"})
    with pytest.raises(DeclarationError, match="type STRING"):
        TimeSplit("t", starts={"train": 0, "eval": 1}).check_columns({"t": "STRING"})
    for kind in ("INTEGER", "FLOAT", "STRING"):
        TimeSplit("t").check_columns({"t": kind})


@pytest.fixture(scope="session")
def divide(make_rows):
    """Fits a split to times, and gives the split of each and what was learned."""

    def divide(split, times, kind=None, cut=0):
        kind = kind or pa.int64()
        batches = [
            make_rows(t=pa.array([None if t is None else [t] for t in part], pa.list_(kind)))
            for part in (times[:cut], times[cut:])
            if part
        ]
        fitted = split.fit(iter(batches))
        return [int(index) for rows in batches for index in fitted.partition(rows)], fitted.learned

    return divide


def check_no_leakage(times, chosen, gap=0):
    """Every row of a split lies before all rows of later splits, by at least the gap."""
    for early, late in ((0, 1), (0, 2), (1, 2)):
        before = [t for t, index in zip(times, chosen, strict=True) if index == early]
        after = [t for t, index in zip(times, chosen, strict=True) if index == late]
        if before and after:
            assert max(before) < min(after)
            assert min(after) - max(before) >= gap


whole = st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(0, 30), min_size=3, max_size=60).filter(
    lambda times: len(set(times)) >= 3
)


@given(times=whole, data=st.data())
def test_no_row_of_a_split_lies_after_one_of_the_next(divide, times, data):
    chosen, learned = divide(TimeSplit("t", SHARES), times)
    check_no_leakage(times, chosen)
    assert sorted(set(chosen)) == [0, 1, 2], "every row is in a split, and no split is empty"
    assert len(set(zip(times, chosen, strict=True))) == len(set(times)), "equal times stay together"
    assert list(learned["rows"].values()) == [chosen.count(index) for index in range(3)]
    order = data.draw(st.permutations(range(len(times))))
    again = divide(TimeSplit("t", SHARES), [times[i] for i in order], cut=data.draw(st.integers(0, len(times))))
    assert again == ([chosen[i] for i in order], learned)


@given(times=whole, gap=st.integers(0, 5) | st.integers(0, 2**64) | st.floats(0, 10))
def test_rows_in_a_gap_are_left_out_and_no_others(divide, times, gap):
    chosen, learned = divide(TimeSplit("t", SHARES, gap=gap), times)
    without, _ = divide(TimeSplit("t", SHARES), times)
    check_no_leakage(times, chosen, gap)
    starts = [start for start in learned["starts"].values() if start is not None]
    for time, index, whole_index in zip(times, chosen, without, strict=True):
        in_gap = any(time < start and start - time <= Fraction(gap) for start in starts)
        assert index == (-1 if in_gap else whole_index)


floats = st.lists(st.floats(-1e9, 1e9, width=32), min_size=3, max_size=40).filter(lambda times: len(set(times)) >= 3)


@given(times=floats, gap=st.floats(0, 5))
def test_numbers_with_fractions_do_not_leak(divide, times, gap):
    chosen, _ = divide(TimeSplit("t", SHARES, gap=gap), times, pa.float32())
    check_no_leakage(times, chosen)


moments = st.lists(
    st.datetimes(datetime.datetime(1, 1, 2), datetime.datetime(9999, 12, 30)), min_size=3, max_size=30
).filter(lambda times: len(set(times)) >= 3)


@given(times=moments, gap=st.integers(0, 86_400))
def test_text_is_split_by_the_time_that_it_tells(divide, times, gap):
    zones = [datetime.timezone.utc, datetime.timezone(datetime.timedelta(hours=2)), None]
    texts = []
    for position, time in enumerate(times):
        zone = zones[position % 3]
        aware = time.replace(tzinfo=datetime.timezone.utc)
        shown = aware.astimezone(zone) if zone else time
        texts.append(shown.isoformat().replace("+00:00", "Z").encode())
    chosen, _ = divide(TimeSplit("t", SHARES, gap=gap), texts, pa.binary())
    seconds = [(time - datetime.datetime(1970, 1, 1)) // datetime.timedelta(microseconds=1) for time in times]
    check_no_leakage(seconds, chosen, gap * 1_000_000)
    assert chosen == divide(TimeSplit("t", SHARES, gap=gap * 1_000_000), seconds)[0]


@given(times=moments)
def test_text_without_a_zone_is_taken_for_utc(divide, times):
    texts = [time.isoformat(" ").encode() for time in times]
    aware = [f"{time.isoformat()}+00:00".encode() for time in times]
    split = TimeSplit("t", SHARES, gap=3600)
    assert divide(split, texts, pa.binary()) == divide(split, aware, pa.binary())


@given(times=whole, starts=st.lists(st.integers(0, 30), min_size=2, max_size=2, unique=True).map(sorted))
def test_given_starts_are_kept(divide, times, starts):
    split = TimeSplit("t", starts={"train": None, "eval": starts[0], "test": starts[1]})
    assert divide(split, times)[0] == [(time >= starts[0]) + (time >= starts[1]) for time in times]


def test_shares_are_met_where_times_allow(divide):
    times = list(np.random.default_rng(0).permutation(1000))
    chosen, learned = divide(TimeSplit("t", SHARES), [int(time) for time in times])
    assert np.bincount(chosen).tolist() == [600, 300, 100]
    assert learned["starts"] == {"train": None, "eval": 600, "test": 900}


def test_what_was_learned_of_text_is_text(divide):
    days = [f"2024-05-{day:02d}".encode() for day in range(1, 11)]
    _, learned = divide(TimeSplit("t", SHARES, gap=86_400), days, pa.binary())
    assert learned["starts"]["eval"] == "2024-05-07T00:00:00+00:00"
    assert learned["ends"]["train"] == "2024-05-06T00:00:00+00:00"
    assert learned["rows"] == {"train": 5, "eval": 2, "test": 1}
    assert learned["left_out"] == {"in a gap or before the first start": 2, "without a time": 0}


def test_rows_before_the_first_start_or_without_a_time_are_left_out(divide):
    chosen, learned = divide(TimeSplit("t", starts={"train": 2, "eval": 4}), [1, 2, None, 4])
    assert chosen == [-1, 0, -1, 1]
    assert learned["left_out"] == {"in a gap or before the first start": 1, "without a time": 1}
    assert divide(TimeSplit("t", starts={"train": 2.5, "eval": 4.5}), [2, 3, 4, 5])[0] == [-1, 0, 0, 1]


def test_a_batch_without_any_time(make_rows):
    fitted = TimeSplit("t", starts={"train": None}).fit([])
    assert fitted.partition(make_rows(n=[[1]])).tolist() == [-1]


@pytest.mark.parametrize(
    ("times", "split", "text"),
    [
        (["2024-01-01", "yesterday"], TimeSplit("t"), r"'yesterday' is no time(.|\n)*2024-05-31"),
        ([5, 5, 6, 6], TimeSplit("t"), "2 different times, too few for 3 splits"),
        ([1, 2], TimeSplit("t", starts={"train": None, "eval": 3}), "split 'eval' would stay empty"),
        ([1, 2], TimeSplit("t", {"train": 0.5, "eval": 0.5}, gap=10), "split 'train' would stay empty"),
        ([None, None], TimeSplit("t"), "0 different times"),
    ],
)
def test_what_the_values_cannot_fill_is_told_before_the_run(committed, times, split, text):
    with pytest.raises(DataError, match=text):
        split.check_data(committed(t=times))


def test_what_fits_passes_the_check(committed):
    TimeSplit("t").check_data(committed(t=[1.5, 2.5, 3.5]))
    TimeSplit("t").check_data(committed(t=["2024-01-01", "2024-01-02T03:04:05.5", "2024-01-02T03:04:05.6+01:00"]))


@given(batches=st.lists(st.lists(st.integers(-5, 5), max_size=8), max_size=12))
def test_values_are_counted_over_batches(batches):
    distinct = Distinct()
    for batch in batches:
        distinct.add(np.array(batch, dtype=np.int64))
    values, counts = distinct.merged()
    expected = np.unique([value for batch in batches for value in batch], return_counts=True)
    assert values.tolist() == [int(value) for value in expected[0]]
    assert counts.tolist() == expected[1].tolist()


def test_no_split_keeps_all_rows_together(make_rows):
    assert NoSplit().get_split_names() == ["train"]
    assert NoSplit("whole").get_split_names() == ["whole"]
    assert NoSplit().partition(make_rows(a=[[1], None])).tolist() == [0, 0]
    with pytest.raises(DeclarationError, match="'a b' cannot be the name"):
        NoSplit("a b")
