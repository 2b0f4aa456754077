"""What CSV files give: types, missing values, restarts."""

from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zenml_nb.datasources import CSVDatasource, csv_read
from zenml_nb.errors import DeclarationError

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(csv_read, "BLOCK_BYTES", 64)


def test_types_are_integer_float_and_text_unchanged(make_csv, values_of):
    source = make_csv("i,f,s,b,d\n1,1.5,x,true,2020-01-01\n-2,2,,false,2020-01-02\n")
    values, types = values_of(source)
    assert types == {"i": "INTEGER", "f": "FLOAT", "s": "STRING", "b": "STRING", "d": "STRING"}
    assert values["i"] == [1, -2]
    assert values["f"] == [1.5, 2.0]
    assert values["s"] == ["x", None]
    assert values["b"] == ["true", "false"]
    assert values["d"] == ["2020-01-01", "2020-01-02"]


@pytest.mark.parametrize("word", ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "n/a", '""', "  "])
@pytest.mark.parametrize(("number", "kind"), [("7", "INTEGER"), ("7.5", "FLOAT")])
def test_missing_numbers(make_csv, values_of, word, number, kind):
    values, types = values_of(make_csv(f"a,b\n{number},x\n{word},y\n"))
    assert types["a"] == kind
    assert values["a"] == [float(number), None]


def test_words_for_missing_values_stay_in_text(make_csv, values_of):
    values, _ = values_of(make_csv("a,b\nNA,1\n,2\nnull,3\nx,4\n"))
    assert values["a"] == ["NA", None, "null", "x"]


def test_null_values_apply_to_all_columns(make_csv, values_of):
    values, types = values_of(make_csv("a,b\n?,1\nx,?\nNA,3\n", null_values=["?", "NA"]))
    assert values == {"a": [None, "x", None], "b": [1, None, 3]}
    assert types["b"] == "INTEGER"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("99999999999999999999", "FLOAT", float(np.float32(1e20))),
        ("9223372036854775807", "INTEGER", 2**63 - 1),
        ("-9223372036854775808", "INTEGER", -(2**63)),
        ("-inf", "FLOAT", float("-inf")),
        ("1e3", "FLOAT", 1000.0),
        (" 5 ", "INTEGER", 5),
        ("+5", "INTEGER", 5),
        ("007", "INTEGER", 7),
        ("0x1F", "STRING", "0x1F"),
        ("1_000", "STRING", "1_000"),
        ("1,5", "STRING", "1,5"),
    ],
)
def test_unusual_numbers(make_csv, values_of, text, kind, value):
    values, types = values_of(make_csv(f'a;b\n"{text}";1\n', delimiter=";"))
    assert (types["a"], values["a"]) == (kind, [value])


def test_a_column_without_values_is_integer(make_csv, values_of):
    values, types = values_of(make_csv("a,b\n,1\n,2\n"))
    assert (types["a"], values["a"]) == ("INTEGER", [None, None])


@pytest.mark.parametrize(
    ("late", "kind"), [("1", "INTEGER"), ("1.5", "FLOAT"), ("x", "STRING"), ("99999999999999999999", "FLOAT")]
)
@pytest.mark.parametrize("early", ["", "3"])
def test_a_later_block_widens_a_column(make_csv, values_of, small_blocks, early, late, kind):
    text = "a,b\n" + f"{early},filler\n" * 200 + f"{late},filler\n"
    source = make_csv(text)
    values, types = values_of(source)
    assert types["a"] == kind
    convert = {"INTEGER": int, "FLOAT": lambda t: float(np.float32(t)), "STRING": str}[kind]
    assert values["a"] == [convert(early) if early else None] * 200 + [convert(late)]
    committed = next(source.get_commit().record_batches())
    assert next(source.read()).schema == committed.schema


def test_many_columns_widen_in_two_passes(make_csv, values_of, small_blocks, monkeypatch):
    passes = []
    read = csv_read._text_blocks
    monkeypatch.setattr(csv_read, "_text_blocks", lambda *args: passes.append(1) or read(*args))
    rows = ["1,1,1,1"] * 50 + ["1.5,1,1,1"] * 50 + ["1,x,1,1"] * 50 + ["1,1,1.5,y"] * 50
    _, types = values_of(make_csv("a,b,c,d\n" + "\n".join(rows)))
    assert list(types.values()) == ["FLOAT", "STRING", "FLOAT", "STRING"]
    assert len(passes) == 2


def test_words_return_when_a_column_becomes_text(make_csv, values_of, small_blocks):
    values, types = values_of(make_csv("a,b\n" + "NA,filler\n1.50,filler\n" * 50 + "x,filler\n"))
    assert types["a"] == "STRING"
    assert values["a"] == ["NA", "1.50"] * 50 + ["x"]


def test_declared_types_win(make_csv, values_of):
    source = make_csv("zip,n\n01234,1\nNA,2\n", column_types={"zip": "STRING", "n": "FLOAT"})
    values, types = values_of(source)
    assert types == {"zip": "STRING", "n": "FLOAT"}
    assert values == {"zip": ["01234", "NA"], "n": [1.0, 2.0]}


def test_a_byte_order_mark_quoted_line_breaks_and_empty_lines(make_csv, values_of):
    values, _ = values_of(make_csv('\ufeff"a","b ""c"""\r\n1,"x\r\ny"\r\n\r\n2,"p, ""q"""\r\n'))
    assert values == {"a": [1, 2], 'b "c"': ["x\r\ny", 'p, "q"']}


def test_a_record_longer_than_a_block(make_csv, values_of, small_blocks):
    long = "z\n" * 2000
    values, _ = values_of(make_csv(f'a,b\n1,x\n2,"{long}"\n3,y\n'))
    assert values == {"a": [1, 2, 3], "b": ["x", long, "y"]}


def test_a_name_that_ends_in_gz_is_not_unpacked(make_csv, values_of):
    values, _ = values_of(make_csv("a\n1\n", file="data.csv.gz"))
    assert values == {"a": [1]}


cells = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=6)


@FEW
@given(rows=st.lists(st.tuples(cells, cells), min_size=1, max_size=20), end=st.sampled_from(["\n", "\r\n"]))
def test_any_text_comes_back(make_csv, values_of, rows, end):
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b"), *rows])
    source = make_csv(file.getvalue(), column_types={"a": "STRING", "b": "STRING"})
    values, _ = values_of(source)
    assert list(zip(values["a"], values["b"], strict=True)) == [(a or None, b or None) for a, b in rows]


# Up to where float64 is exact: beyond it, pandas rounds whole numbers in a column that has missing values.
numbers = st.one_of(st.none(), st.integers(-(2**53), 2**53), st.floats(width=32))


@FEW
@given(rows=st.lists(st.tuples(numbers, numbers), min_size=1, max_size=20))
def test_numbers_are_read_as_pandas_reads_them(make_csv, values_of, rows):
    file = io.StringIO(newline="")
    pd.DataFrame(rows, columns=["a", "b"], dtype=object).to_csv(file, index=False)
    values, types = values_of(make_csv(file.getvalue()))
    expected = pd.read_csv(io.StringIO(file.getvalue()), float_precision="round_trip")
    for name in ("a", "b"):
        with np.errstate(over="ignore"):
            wanted = expected[name].to_numpy("float64").astype("float32")
        found = np.array([np.nan if v is None else v for v in values[name]], dtype="float64").astype("float32")
        np.testing.assert_array_equal(found, wanted)
        if expected[name].dtype == "int64":
            assert types[name] == "INTEGER"
            assert values[name] == expected[name].tolist()


def test_the_taxi_data(taxi_csv, repository):
    source = CSVDatasource("taxi", path=taxi_csv)
    commit = source.get_commit(source.commit())
    assert (commit.n_rows, len(commit.columns)) == (15_002, 18)
    assert commit.column("company").type == "STRING"
    assert commit.column("trip_start_timestamp").type == "INTEGER"
    frame = source.sample_data()
    expected = pd.read_csv(taxi_csv)
    for name in expected.columns:
        assert commit.column(name).n_missing == expected[name].isna().sum()
    np.testing.assert_array_equal(frame["fare"], expected["fare"].astype("float32"))
    np.testing.assert_array_equal(frame["trip_start_timestamp"], expected["trip_start_timestamp"])


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"path": ""}, "path"),
        ({"path": "https://host/data.csv"}, "Download"),
        ({"delimiter": ",,"}, "delimiter"),
        ({"delimiter": '"'}, "delimiter"),
        ({"null_values": "NA"}, "null_values"),
        ({"null_values": [1]}, "null_values"),
        ({"column_types": ["a"]}, "column_types"),
        ({"column_types": {"a": "INTEGR"}}, "Did you mean 'INTEGER'"),
        ({"delimitr": ";"}, "Did you mean 'delimiter'"),
        ({"name": "../x"}, "name a datasource"),
        ({"name": "a" * 101}, "name a datasource"),
        ({"name": ""}, "name a datasource"),
    ],
)
def test_wrong_arguments_fail_at_once(options, word):
    with pytest.raises(DeclarationError, match=word):
        CSVDatasource(**{"name": "x", "path": "x.csv", **options})


def test_the_configuration_is_plain(tmp_path):
    source = CSVDatasource("x", path=tmp_path / "x.csv", null_values=("?",), column_types={"a": "STRING"})
    assert source.to_config() == {
        "source": "zenml_nb.datasources.csv.CSVDatasource",
        "args": {
            "name": "x",
            "path": str(tmp_path / "x.csv"),
            "delimiter": ",",
            "null_values": ["?"],
            "column_types": {"a": "STRING"},
        },
    }
    assert CSVDatasource(**source.args) == source
