"""Several CSV files, packed ones, and the types that columns of texts can be declared as."""

from __future__ import annotations

import gzip

import pytest

from zenml_nb.datasources import CSVDatasource, csv_read


def test_the_files_of_a_folder_follow_each_other_by_name(write, values_of):
    write("d/b.csv", "a,b\n3,z\n")
    write("d/a.csv.gz", gzip.compress(b"a,b\n1,x\n2,y\n"))
    write("d/notes.txt", "no data")
    write("d/.hidden.csv", "other\n1\n")
    values, types = values_of(CSVDatasource("s", path="d"))
    assert values == {"a": [1, 2, 3], "b": ["x", "y", "z"]}
    assert types == {"a": "INTEGER", "b": "STRING"}


def test_a_pattern(write, values_of):
    for month in ("01", "02", "11"):
        write(f"logs/2024-{month}.csv", f"a\n{int(month)}\n")
    assert values_of(CSVDatasource("s", path="logs/2024-0*.csv"))[0] == {"a": [1, 2]}


def test_a_name_with_brackets_is_no_pattern(write, values_of):
    write("data[1].csv", "a\n1\n")
    assert values_of(CSVDatasource("s", path="data[1].csv"))[0] == {"a": [1]}


def test_a_pattern_that_fits_nothing(write, fault_of):
    write("logs/2024-01.csv", "a\n1\n")
    text = fault_of(CSVDatasource("s", path="logs/2025-*.csv"))
    assert "No file fits 'logs/2025-*.csv'" in text
    assert "2024-01.csv" in text


@pytest.mark.parametrize("late", ["1.5", "x"])
def test_a_later_file_widens_a_column(write, values_of, late):
    write("d/1.csv", "a\n1\n")
    write("d/2.csv", f"a\n{late}\n")
    values, types = values_of(CSVDatasource("s", path="d"))
    assert values["a"] == ([1.0, 1.5] if late == "1.5" else ["1", "x"])
    assert types["a"] == ("FLOAT" if late == "1.5" else "STRING")


def test_a_packed_file_equals_the_plain_one(write):
    text = "a,b\n" + "".join(f"{i},t{i}\n" for i in range(1000))
    write("p.csv", text)
    write("p.csv.gz", gzip.compress(text.encode()))
    assert CSVDatasource("s", path="p.csv").commit() == CSVDatasource("t", path="p.csv.gz").commit()


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("a,c", ["'c' instead of 'b'", "column 2"]),
        ("a", ["nothing instead of 'b'", "column 2"]),
        ("a,b,c", ["'c' instead of nothing", "column 3"]),
        ("b,a", ["'b' instead of 'a'", "column 1"]),
    ],
)
def test_headers_that_differ(write, fault_of, header, words):
    write("d/1.csv", "a,b\n1,2\n")
    write("d/2.csv", "\n" + header + "\n" + ",".join("1" for _ in header.split(",")) + "\n")
    text = fault_of(CSVDatasource("s", path="d"))
    assert "d/2.csv, line 2" in text
    assert "d/1.csv" in text
    for word in words:
        assert word in text


def test_the_place_of_a_fault_is_in_its_own_file(write, fault_of, monkeypatch):
    monkeypatch.setattr(csv_read, "BLOCK_BYTES", 64)
    write("d/1.csv", "a\n" + "1\n" * 100)
    write("d/2.csv.gz", gzip.compress(b"a\n" + b"2\n" * 50 + b"x\n"))
    text = fault_of(CSVDatasource("s", path="d", column_types={"a": "INTEGER"}))
    assert "d/2.csv.gz, line 52, column 'a'" in text


def test_latin_1_in_a_packed_file(write, fault_of):
    write("d.csv.gz", gzip.compress("a,b\n1,é\n".encode("latin-1")))
    assert "d.csv.gz, line 2, byte 3 of the line" in fault_of(CSVDatasource("s", path="d.csv.gz"))


def test_an_empty_packed_file(write, fault_of):
    write("d.csv.gz", gzip.compress(b""))
    assert "The file is empty." in fault_of(CSVDatasource("s", path="d.csv.gz"))


def test_declared_times(write, values_of):
    write("t.csv", "d,t\n2024-01-31,60\n1969-12-31 23:59:59.5,2024-01-31T00:00:30Z\n,\n2024-01-31 02:00+02:00,NA\n")
    types = {"d": "DATETIME", "t": "TIMESTAMP"}
    values, found = values_of(CSVDatasource("s", path="t.csv", column_types=types))
    assert found == {"d": "INTEGER", "t": "INTEGER"}
    assert values["d"] == [1706659200, -1, None, 1706659200]
    assert values["t"] == [60, 1706659230, None, None]


@pytest.mark.parametrize("value", ["60", "31.1.2024", "2024-13-01", "2024-01-31 25:00"])
def test_what_is_no_time(write, fault_of, value):
    write("t.csv", f"d\n2024-01-31\n{value}\n")
    text = fault_of(CSVDatasource("s", path="t.csv", column_types={"d": "DATETIME"}))
    assert f"The value '{value}' is no DATETIME" in text
    assert "line 3, column 'd'" in text


def test_declared_bytes(write, values_of):
    write("t.csv", "a\né\n")
    values, types = values_of(CSVDatasource("s", path="t.csv", column_types={"a": "BYTES"}))
    assert (values["a"], types["a"]) == (["é".encode()], "BYTES")
