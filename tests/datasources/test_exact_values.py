"""Values that come back as they were given, from every kind of source."""

from __future__ import annotations

import decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zenml_nb.datasources import JSONLinesDatasource, ParquetDatasource
from zenml_nb.datasources.python_values import as_arrow

LARGE = 123456789012345678


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
