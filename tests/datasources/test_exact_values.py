"""Values that come back as they were given, from every kind of source."""

from __future__ import annotations

import datetime
import decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zenml_nb.datasources import JSONLinesDatasource, NumPyDatasource, ParquetDatasource
from zenml_nb.datasources.python_values import as_arrow

LARGE = 123456789012345678
DAY = 1577836800


@pytest.mark.parametrize("kind", [pa.decimal128(20, 0), pa.decimal128(25, 2), pa.decimal256(40, 3)])
def test_large_decimals_declared_whole(repository, values_of, kind):
    values = pa.array([decimal.Decimal(LARGE), None, decimal.Decimal(-LARGE)], kind)
    pq.write_table(pa.table({"a": values}), "d.parquet")
    source = ParquetDatasource("d", "d.parquet", column_types={"a": "INTEGER"})
    assert values_of(source) == ({"a": [LARGE, None, -LARGE]}, {"a": "INTEGER"})


@pytest.mark.parametrize("wrong", [decimal.Decimal("1.5"), decimal.Decimal(2**63)])
def test_decimals_that_are_not_whole_are_refused(repository, fault_of, wrong):
    pq.write_table(pa.table({"a": pa.array([decimal.Decimal(1), wrong], pa.decimal128(25, 1))}), "d.parquet")
    text = fault_of(ParquetDatasource("d", "d.parquet", column_types={"a": "INTEGER"}))
    assert "which is no INTEGER" in text
    assert "row 2" in text


def test_seconds_in_decimals_are_rounded_down(repository, values_of):
    pq.write_table(pa.table({"a": pa.array([decimal.Decimal("1.5"), decimal.Decimal("-1.5")])}), "d.parquet")
    assert values_of(ParquetDatasource("d", "d.parquet", column_types={"a": "TIMESTAMP"}))[0] == {"a": [1, -2]}


def test_large_whole_numbers_among_others_declared_whole(repository, values_of):
    repository.root.joinpath("d.jsonl").write_text(f'{{"a": {LARGE}}}\n{{"a": 2.0}}\n')
    assert values_of(JSONLinesDatasource("d", "d.jsonl", column_types={"a": "INTEGER"}))[0] == {"a": [LARGE, 2]}


@pytest.mark.parametrize(
    "values", [[decimal.Decimal(LARGE), 2.0], [LARGE, decimal.Decimal("2.00")], [LARGE, 2, float("nan")]]
)
def test_large_decimals_among_other_numbers(values):
    # As drivers of databases give them.
    assert as_arrow(values, "INTEGER").cast(pa.int64()).to_pylist() == [LARGE, 2, None][: len(values)]


@pytest.mark.parametrize("order", [1, -1])
def test_dates_among_times_keep_the_times(repository, values_of, order):
    values = [datetime.date(2020, 1, 1), datetime.datetime(2020, 1, 1, 12)][::order]
    array = np.array(values, dtype=object)
    assert values_of(NumPyDatasource("d", {"a": array}))[0] == {"a": [DAY, DAY + 43200][::order]}
    cell = np.empty(1, dtype=object)
    cell[0] = values
    assert values_of(NumPyDatasource("l", {"a": cell}))[0] == {"a": [[DAY, DAY + 43200][::order]]}


MASK = [False, True]


@pytest.mark.parametrize(
    ("values", "stored"),
    [
        ([2**62 + 1, 2], [2**62 + 1, None]),
        ([1.5, 2.5], [1.5, None]),
        ([True, False], [1, None]),
        (["a", "b"], ["a", None]),
        ([b"a", b"b"], [b"a", None]),
        (np.array(["2020-01-01", "2021-01-01"], "datetime64[ns]"), [DAY, None]),
        (np.array([1.5, 2.5], "float32"), [1.5, None]),
        (np.array([2**64 - 1, 2], "uint64"), [2.0**64, None]),
    ],
)
def test_masked_arrays_keep_their_mask(repository, values_of, values, stored):
    assert values_of(NumPyDatasource("d", {"a": np.ma.array(values, mask=MASK)}))[0] == {"a": stored}


def test_a_masked_matrix(repository, values_of, fault_of):
    matrix = np.ma.array([[1, 2], [3, 4]], mask=[[0, 1], [0, 0]])
    assert values_of(NumPyDatasource("d", matrix, columns=["a", "b"]))[0] == {"a": [1, 3], "b": [None, 4]}
    for values in (matrix, matrix.astype("float64"), matrix.astype("datetime64[s]")):
        assert "a list with a missing value" in fault_of(NumPyDatasource("l", {"a": values}))


def test_masked_fields(repository, values_of):
    array = np.ma.array([(1, "x"), (2, "y")], [("n", "i4"), ("s", "U1")], mask=[(0, 1), (1, 0)])
    assert values_of(NumPyDatasource("d", array))[0] == {"n": [1, None], "s": [None, "y"]}
