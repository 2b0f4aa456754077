from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml_nb.errors import DataError, DeclarationError
from zenml_nb.steps import BaseSplit, RandomSplit
from zenml_nb.steps.row_hash import hash_rows
from zenml_nb.steps.row_values import as_listed


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"split_map": {"train": 0.7, "eval": 0.2}}, r"sum to 0\.9, not to 1 \(0\.7 \+ 0\.2\)"),
        ({"split_map": {"train": 0.7, "eval": 0.4}}, r"sum to 1\.1"),
        ({"split_map": {"train": 1.5, "eval": -0.5}}, "share of split 'train' is 1.5"),
        ({"split_map": {"train": 1, "eval": 0}}, "share of split 'eval' is 0"),
        ({"split_map": {"train": "1"}}, "share of split 'train' is '1'"),
        ({"split_map": {"train": True}}, "share of split 'train' is True"),
        ({"split_map": {"train": None}}, "share of split 'train' is None"),
        ({"split_map": {}}, "at least one name"),
        ({"split_map": {"1st": 1.0}}, "'1st' cannot be the name of a split"),
        ({"split_map": {"a/b": 1.0}}, "'a/b' cannot be"),
        ({"split_map": {"": 1.0}}, "'' cannot be"),
        ({"split_map": {"train\n": 1.0}}, "cannot be the name"),
        ({"split_map": {"x" * 65: 1.0}}, "cannot be the name"),
        ({"split_map": [0.7, 0.3]}, r"split_map is \[0\.7, 0\.3\]"),
        ({"split_map": 0.7}, "split_map is 0.7"),
        ({"seed": "one"}, "seed holds 'one'"),
        ({"seed": 1.5}, "seed holds 1.5"),
        ({"seeds": 1}, "Did you mean 'seed'"),
    ],
)
def test_a_wrong_declaration_is_told(arguments, text):
    with pytest.raises(DeclarationError, match=text):
        RandomSplit(**arguments)


def test_shares_may_be_numbers_of_numpy_and_rounded():
    split = RandomSplit({"train": np.float32(0.5), "eval": np.float64(0.5)}, seed=np.int64(3))
    assert split.args == {"split_map": {"train": 0.5, "eval": 0.5}, "seed": 3}
    assert RandomSplit(dict.fromkeys("abc", 1 / 3)).get_split_names() == ["a", "b", "c"]


def test_the_default_split():
    assert RandomSplit().split_map == {"train": 0.7, "eval": 0.2, "test": 0.1}


@pytest.mark.parametrize("seed", [0, 1, -1, 10**80])
def test_shares_are_respected(make_rows, seed):
    shares = {"train": 0.7, "eval": 0.2, "test": 0.1}
    chosen = RandomSplit(shares, seed=seed).partition(make_rows(a=[[i] for i in range(10_000)]))
    assert chosen.dtype == np.int64
    assert chosen.shape == (10_000,)
    for index, share in enumerate(shares.values()):
        # Five standard deviations of a binomial distribution.
        assert abs((chosen == index).sum() - 10_000 * share) < 5 * (10_000 * share * (1 - share)) ** 0.5


def test_splits_of_different_seeds_are_independent(make_rows):
    rows = make_rows(a=[[i] for i in range(10_000)])
    one, other = (RandomSplit({"a": 0.5, "b": 0.5}, seed=seed).partition(rows) for seed in (0, 1))
    assert 4700 < (one == other).sum() < 5300


def test_the_same_split_in_every_process_unlike_in_zenml_0_3_8(make_rows):
    rows = make_rows(a=[[1], [2], [-3]], b=[[0.5], [0.25], None], c=[[b"x"], None, [b"y"]])
    split = RandomSplit({f"s{index}": 0.125 for index in range(8)}, seed=7)
    assert split.partition(rows).tolist() == [7, 0, 5]  # recorded once: a change would move rows in users' splits


def test_no_rows_are_no_problem(make_rows):
    empty = make_rows(a=pa.array([], type=pa.list_(pa.int64())))
    assert RandomSplit().partition(empty).tolist() == []


cells = st.none() | st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=3)
texts = st.none() | st.lists(st.binary(max_size=3), min_size=1, max_size=2)
tables = st.lists(st.tuples(cells, texts), min_size=1, max_size=30)

SPLIT = RandomSplit({"train": 0.5, "eval": 0.3, "test": 0.2}, seed=5)


@pytest.fixture(scope="session")
def choose(make_rows):
    """The splits of a table of integers and bytes, as a list."""

    def choose(table):
        numbers = pa.array([row[0] for row in table], type=pa.list_(pa.int64()))
        words = pa.array([row[1] for row in table], type=pa.list_(pa.binary()))
        return SPLIT.partition(make_rows(a=numbers, b=words)).tolist()

    return choose


@given(table=tables, data=st.data())
def test_the_order_of_the_rows_changes_no_split(choose, table, data):
    order = data.draw(st.permutations(range(len(table))))
    expected = choose(table)
    assert choose([table[i] for i in order]) == [expected[i] for i in order]


@given(table=tables, data=st.data())
def test_the_batches_that_rows_come_in_change_no_split(choose, table, data):
    cut = data.draw(st.integers(0, len(table)))
    assert choose(table[:cut]) + choose(table[cut:]) == choose(table)


@given(table=tables)
def test_duplicates_stay_together(choose, table):
    chosen = choose(table + table)
    assert chosen[: len(table)] == chosen[len(table) :]


def test_a_split_of_ones_own_is_asked_row_by_row(make_rows, make_split):
    rows = make_rows(year=[[2019], [2020], None, [2021]])
    split = make_split(lambda row: -1 if row["year"] is None else int(row["year"] >= 2020))
    chosen = split.partition(rows)
    assert chosen.dtype == np.int64
    assert chosen.tolist() == [0, 1, -1, 1]


def test_a_split_may_choose_by_numbers_of_numpy(make_rows, make_split):
    split = make_split(lambda row: np.int32(1))
    assert split.partition(make_rows(a=[[1], [2]])).tolist() == [1, 1]


@pytest.mark.parametrize("chosen", [None, 0.5, "eval"])
def test_a_partition_fn_that_gives_no_index_is_told(make_rows, make_split, chosen):
    with pytest.raises(DataError, match=rf"OwnSplit.partition_fn gave {chosen!r}.(.|\n)*step split"):
        make_split(lambda row: chosen).partition(make_rows(a=[[1]]))


def test_the_base_class_says_what_to_define(make_rows):
    with pytest.raises(NotImplementedError, match=r"must define get_split_names"):
        BaseSplit().get_split_names()
    with pytest.raises(NotImplementedError, match=r"must define partition_fn"):
        BaseSplit().partition_fn({}, 2)


def test_too_few_rows_are_told_before_the_run():
    split = RandomSplit({"train": 0.9, "eval": 0.1})
    split.check_rows(10)
    with pytest.raises(DataError, match=r"split 'eval' would stay empty: 0\.1 of 9 rows"):
        split.check_rows(9)


def test_committed_rows_are_split_as_those_of_a_run():
    flat = pa.RecordBatch.from_pydict(
        {"n": pa.array([1, None, 3]), "s": pa.array(["x", None, "é"]), "f": pa.array([None, 1.5, 2], pa.float32())}
    )
    in_a_run = pa.RecordBatch.from_pydict(
        {
            "f": pa.array([None, [1.5], [2]], pa.list_(pa.float32())),
            "n": pa.array([[1], None, [3]], pa.list_(pa.int64())),
            "s": pa.array([[b"x"], None, ["é".encode()]], pa.list_(pa.binary())),
        }
    )
    listed = as_listed(flat)
    assert listed.examples() == [
        {"n": 1, "s": "x", "f": None},
        {"n": None, "s": None, "f": 1.5},
        {"n": 3, "s": "é", "f": 2.0},
    ]
    for seed in range(9):
        assert hash_rows(listed.batch, seed).tolist() == hash_rows(in_a_run, seed).tolist()
