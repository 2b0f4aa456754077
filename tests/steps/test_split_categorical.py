from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml_nb.errors import DataError, DeclarationError
from zenml_nb.steps import CategoricalDomainSplit, CategoricalRatioSplit

DOMAIN = {"train": ["a", "b"], "eval": ["c"]}
RATIO = {"train": 0.7, "eval": 0.2, "test": 0.1}


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"split_map": {}}, "at least one name"),
        ({"split_map": {"train": "ab"}}, "Give a list"),
        ({"split_map": {"train": []}}, "'train' has no category"),
        ({"split_map": {"train": ["a"], "eval": ["a"]}}, "category 'a' twice"),
        ({"split_map": {"train": ["a", 1]}}, "mixes texts and numbers"),
        ({"split_map": {"train": [1.5]}}, r"split_map holds 1\.5"),
        ({"split_map": {"train": [True]}}, "split_map holds True"),
        ({"split_map": {"train": [2**63]}}, "at most 64 bits"),
        ({"split_map": {"skip": ["a"]}}, "cannot be named 'skip'"),
        ({"unknown_category_policy": "evl"}, "Did you mean 'eval'"),
        ({"categorical_column": ""}, "name of a column"),
        ({"categorical_column": 3}, "categorical_column is 3"),
    ],
)
def test_a_wrong_domain_split_is_told(arguments, text):
    with pytest.raises(DeclarationError, match=text):
        CategoricalDomainSplit(**{"categorical_column": "kind", "split_map": DOMAIN, **arguments})


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"split_ratio": {"train": 0.7}}, r"shares of CategoricalRatioSplit sum to 0\.7"),
        ({"split_ratio": {"train": 0.7}}, "Change split_ratio"),
        ({"categories": []}, "names no category"),
        ({"categories": "abc"}, "Give a list"),
        ({"categories": ["a", "a"]}, "'a' twice"),
        ({"unknown_category_policy": None}, "which is no split"),
        ({"seed": "x"}, "seed holds 'x'"),
    ],
)
def test_a_wrong_ratio_split_is_told(arguments, text):
    given = {"categorical_column": "kind", "categories": ["a"], "split_ratio": RATIO}
    with pytest.raises(DeclarationError, match=text):
        CategoricalRatioSplit(**{**given, **arguments})


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        ({"kinds": "STRING"}, r"'kind', which the data does not have(.|\n)*Did you mean 'kinds'"),
        ({"kind": "FLOAT"}, "type FLOAT, which has no categories"),
        ({"kind": "INTEGER"}, r"are texts; the column 'kind' is of type INTEGER(.|\n)*whole numbers"),
    ],
)
def test_a_column_that_does_not_fit_is_told(columns, text):
    with pytest.raises(DeclarationError, match=text):
        CategoricalDomainSplit("kind", DOMAIN).check_columns(columns)
    CategoricalDomainSplit("kind", DOMAIN).check_columns({"kind": "STRING"})


def test_whole_categories_go_to_their_splits(make_rows):
    rows = make_rows(kind=[[b"a"], [b"c"], None, [b"z"], [b"b"]], n=[[1]] * 5)
    assert CategoricalDomainSplit("kind", DOMAIN).partition(rows).tolist() == [0, 1, -1, -1, 0]
    assert CategoricalDomainSplit("kind", DOMAIN, "eval").partition(rows).tolist() == [0, 1, 1, 1, 0]


def test_a_split_may_take_all_that_is_not_named(make_rows):
    split = CategoricalDomainSplit("kind", {"train": ["a"], "rest": []}, unknown_category_policy="rest")
    assert split.partition(make_rows(kind=[[b"a"], [b"b"], None])).tolist() == [0, 1, 1]


def test_categories_may_be_whole_numbers(make_rows):
    split = CategoricalDomainSplit("year", {"train": [2007, 2008], "eval": [2009]})
    assert split.partition(make_rows(year=[[2009], [2007], None, [2010]])).tolist() == [1, 0, -1, -1]


def test_a_batch_without_any_value_has_only_unknown_categories(make_rows):
    split = CategoricalDomainSplit("kind", DOMAIN)
    assert split.partition(make_rows(kind=pa.nulls(2), n=[[1], [2]])).tolist() == [-1, -1]
    assert split.partition(make_rows(n=[[1], [2]])).tolist() == [-1, -1]


def test_several_values_or_other_types_are_told(make_rows):
    with pytest.raises(DataError, match="a row with 2 values"):
        CategoricalDomainSplit("kind", DOMAIN).partition(make_rows(kind=[[b"a", b"b"]]))
    with pytest.raises(DataError, match="holds int64"):
        CategoricalDomainSplit("kind", DOMAIN).partition(make_rows(kind=[[1]]))
    with pytest.raises(DataError, match="holds binary"):
        CategoricalDomainSplit("kind", {"train": [1]}).partition(make_rows(kind=[[b"1"]]))


@pytest.mark.parametrize(
    ("kinds", "split", "text"),
    [
        ("aabc", CategoricalDomainSplit("kind", {"train": ["A", "a"], "eval": ["c"]}), r"category 'A'(.|\n)*mean 'a'"),
        ("aabc", CategoricalRatioSplit("kind", ["a", "d"], {"train": 0.5, "eval": 0.5}), "No row has the category 'd'"),
        ("abc", CategoricalRatioSplit("kind", ["a", "b"], {"train": 0.9, "eval": 0.1}), "'eval' would stay empty"),
        ("aac", CategoricalDomainSplit("kind", {"train": ["a", "c"], "x": []}, "x"), "'x' would stay empty"),
    ],
)
def test_what_the_values_cannot_fill_is_told_before_the_run(committed, kinds, split, text):
    with pytest.raises(DataError, match=text):
        split.check_data(committed(kind=list(kinds)))


def test_what_fits_passes_the_check(committed):
    CategoricalDomainSplit("kind", DOMAIN).check_data(committed(kind=["a", "b", "c", None, "d"]))
    CategoricalDomainSplit("kind", {"train": ["a"], "rest": []}, "rest").check_data(committed(kind=["a", None]))
    CategoricalRatioSplit("kind", ["a"], {"train": 0.5, "eval": 0.5}).check_data(committed(kind=["a", "a"]))


tables = st.lists(st.tuples(st.sampled_from([None, "a", "b", "z"]), st.integers(0, 40)), min_size=1, max_size=60)


@pytest.fixture(scope="session")
def divide(make_rows):
    """Fits a split to a table of (kind, number), and gives the split of each row and what was learned."""

    def divide(split, table, cut=0):
        def batch(rows):
            kinds = pa.array([None if kind is None else [kind.encode()] for kind, _ in rows], pa.list_(pa.binary()))
            return make_rows(kind=kinds, n=pa.array([[n] for _, n in rows], pa.list_(pa.int64())))

        batches = [batch(part) for part in (table[:cut], table[cut:]) if part]
        fitted = split.fit(iter(batches))
        return [int(index) for one in batches for index in fitted.partition(one)], fitted.learned

    return divide


STRATIFIED = CategoricalRatioSplit("kind", ["a", "b"], RATIO, unknown_category_policy="test", seed=2)


@given(table=tables, data=st.data())
def test_order_and_batches_change_no_split(divide, table, data):
    order = data.draw(st.permutations(range(len(table))))
    expected, learned = divide(STRATIFIED, table)
    again = divide(STRATIFIED, [table[i] for i in order], cut=data.draw(st.integers(0, len(table))))
    assert again == ([expected[i] for i in order], learned)


@given(table=tables)
def test_each_row_is_in_one_split_and_equal_rows_stay_together(divide, table):
    chosen, learned = divide(STRATIFIED, table)
    assert set(chosen) <= {0, 1, 2}
    assert len(set(zip(table, chosen, strict=True))) == len(set(table))
    found = Counter((kind, index) for (kind, _), index in zip(table, chosen, strict=True))
    for kind in "ab":
        assert list(learned["rows"][kind].values()) == [found[kind, index] for index in range(3)]
    assert all(index == 2 for (kind, _), index in zip(table, chosen, strict=True) if kind in (None, "z"))


@given(sizes=st.tuples(st.integers(1, 90), st.integers(1, 90)), seed=st.integers(0, 2**32))
def test_each_category_is_divided_in_the_ratio_to_one_row(divide, sizes, seed):
    table = [(kind, n) for kind, size in zip("ab", sizes, strict=True) for n in range(size)]
    chosen, _ = divide(CategoricalRatioSplit("kind", ["a", "b"], RATIO, seed=seed), table)
    for kind, size in zip("ab", sizes, strict=True):
        of_it = [index for (own, _), index in zip(table, chosen, strict=True) if own == kind]
        for index, share in enumerate(RATIO.values()):
            assert abs(of_it.count(index) - share * size) <= 1


def test_splits_of_different_seeds_differ(divide):
    table = [("a", n) for n in range(1000)]
    halves = {"train": 0.5, "eval": 0.5}
    one, other = (divide(CategoricalRatioSplit("kind", ["a"], halves, seed=seed), table)[0] for seed in (0, 1))
    assert 400 < np.equal(one, other).sum() < 600
    assert divide(CategoricalRatioSplit("kind", ["a"], halves), table)[0] == one


def test_other_categories_are_left_out(divide):
    split = CategoricalRatioSplit("kind", ["a"], {"train": 1.0})
    assert divide(split, [("a", 1), ("b", 1), (None, 1)])[0] == [0, -1, -1]
