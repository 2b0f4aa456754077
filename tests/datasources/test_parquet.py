"""Parquet files."""

from __future__ import annotations

import datetime
import decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zenml_nb.datasources import ParquetDatasource


@pytest.fixture
def make(repository):
    def make(content, file="d.parquet", **options):
        table = content if isinstance(content, pa.Table) else pa.table(content)
        path = repository.root / file
        path.parent.mkdir(exist_ok=True)
        pq.write_table(table, path, row_group_size=3)
        return ParquetDatasource("parquet", path=file, **options)

    return make


TIME = datetime.datetime(1969, 12, 31, 23, 59, 59, 500_000)


@pytest.mark.parametrize(
    ("values", "kind", "stored"),
    [
        (pa.array([True, None]), "INTEGER", [1, None]),
        (pa.array([1, 255], pa.uint8()), "INTEGER", [1, 255]),
        (pa.array([1, 2**64 - 1], pa.uint64()), "FLOAT", [1.0, 2.0**64]),
        (pa.array([1.5, float("nan")]), "FLOAT", [1.5, None]),
        (pa.array([decimal.Decimal("1.50"), None]), "FLOAT", [1.5, None]),
        (pa.array(["a", "b"]).dictionary_encode(), "STRING", ["a", "b"]),
        (pa.array(["a", None], pa.large_string()), "STRING", ["a", None]),
        (pa.array([b"\xff", b""]), "BYTES", [b"\xff", b""]),
        (pa.array([b"ab", None], pa.binary(2)), "BYTES", [b"ab", None]),
        (pa.array([TIME, None], pa.timestamp("ns")), "INTEGER", [-1, None]),
        (pa.array([TIME, None], pa.timestamp("ms", "Europe/Berlin")), "INTEGER", [-1, None]),
        (pa.array([datetime.date(2024, 1, 31), None]), "INTEGER", [1706659200, None]),
        (pa.array([[1], None, []][:2]), "INTEGER", [[1], None]),
        (pa.array([["a"], []]), "STRING", [["a"], []]),
        (pa.array([[1.5, float("nan")], None]), "FLOAT", None),
        (pa.array([None, None], pa.string()), "INTEGER", [None, None]),
    ],
)
def test_types(make, values_of, values, kind, stored):
    found, types = values_of(make({"a": values}))
    assert types["a"] == kind
    if stored is not None:
        assert found["a"] == stored


def test_a_folder_of_files_and_columns_by_name(make, values_of, repository):
    make({"a": [1], "b": ["x"], "c": [0]}, "d/1.parquet")
    make({"b": ["y"], "a": [1.5], "c": [0]}, "d/2.parquet")
    source = ParquetDatasource("s", path="d", columns=["b", "a"])
    values, types = values_of(source)
    assert values == {"b": ["x", "y"], "a": [1.0, 1.5]}
    assert list(types) == ["b", "a"]


def test_an_unknown_column_of_those_to_read(make, fault_of):
    assert "Did you mean 'species'" in fault_of(make({"species": [1]}, columns=["specie"]))


def test_files_with_other_columns(make, fault_of):
    make({"a": [1], "b": [1]}, "d/1.parquet")
    make({"a": [1]}, "d/2.parquet")
    text = fault_of(ParquetDatasource("s", path="d"))
    assert "d/2.parquet lacks 'b'" in text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (pa.array([None, {"x": 1}]), ["nested", "row 2"]),
        (pa.array([[[1]]]), ["list"]),
        (pa.array([datetime.timedelta(1)]), ["number of seconds"]),
        (pa.array([[1], [1, None]]), ["missing value", "row 2"]),
    ],
)
def test_values_of_no_type(make, fault_of, values, words):
    text = fault_of(make({"a": values}))
    assert "column 'a'" in text
    for word in words:
        assert word in text


@pytest.mark.parametrize("cut", [0, 4, -1, 100])
def test_a_damaged_file(make, fault_of, repository, cut):
    source = make({"a": list(range(1000))})
    path = repository.root / "d.parquet"
    path.write_bytes(path.read_bytes()[:cut])
    text = fault_of(source)
    assert "d.parquet" in text
    assert ("empty" if cut == 0 else "cannot be read as Parquet") in text


def test_damage_in_the_middle(make, fault_of, repository):
    source = make({"a": [f"text {i}" for i in range(1000)]})
    path = repository.root / "d.parquet"
    content = bytearray(path.read_bytes())
    content[20:200] = b"\xff" * 180
    path.write_bytes(content)
    assert "cannot be read as Parquet" in fault_of(source)


def test_a_file_without_rows(make, fault_of):
    assert "no rows" in fault_of(make({"a": pa.array([], pa.int64())}))


def test_columns_of_one_name(make, fault_of):
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], ["a", "a"])
    assert "same name: 'a'" in fault_of(make(table))


def test_no_parquet_file(write, fault_of):
    write("d.parquet", "a,b\n1,2\n")
    assert "Check that it is a Parquet file" in fault_of(ParquetDatasource("s", path="d.parquet"))
