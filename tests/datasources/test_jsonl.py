"""JSON Lines files."""

from __future__ import annotations

import gzip
import json
import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zenml_nb.datasources import JSONLinesDatasource, PandasDatasource, jsonl


@pytest.fixture
def make(write):
    def make(content, file="d.jsonl", **options):
        write(file, content)
        return JSONLinesDatasource("json", path=file, **options)

    return make


def lines(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_types(make, values_of):
    rows = [
        {"i": 1, "f": 1, "s": "é", "b": True, "big": 2**70, "n": None},
        {"i": -(2**63), "f": 0.5, "s": None, "b": None, "big": 1, "n": None},
    ]
    values, types = values_of(make(lines(*rows)))
    assert types == {"i": "INTEGER", "f": "FLOAT", "s": "STRING", "b": "INTEGER", "big": "FLOAT", "n": "INTEGER"}
    assert values["i"] == [1, -(2**63)]
    assert values["f"] == [1.0, 0.5]
    assert values["s"] == ["é", None]
    assert values["b"] == [1, None]
    assert values["big"] == [float(np.float32(2.0**70)), 1.0]


def test_keys_that_lines_lack(make, values_of, monkeypatch):
    monkeypatch.setattr(jsonl, "_ROWS_PER_BLOCK", 2)
    values, _ = values_of(make(lines({"a": 1}, {"a": 2}, {"b": "x"}, {"a": 3, "c": [1]})))
    assert values == {"a": [1, 2, None, 3], "b": [None, None, "x", None], "c": [None, None, None, [1]]}


@pytest.mark.parametrize(("late", "kind"), [(1, "INTEGER"), (1.5, "FLOAT"), ("x", "STRING")])
def test_a_later_block_settles_a_type(make, values_of, monkeypatch, late, kind):
    monkeypatch.setattr(jsonl, "_ROWS_PER_BLOCK", 3)
    source = make(lines(*[{"a": None}] * 7, {"a": late}))
    values, types = values_of(source)
    assert (values["a"], types["a"]) == ([None] * 7 + [late], kind)
    assert next(source.read()).schema == next(source.get_commit().record_batches()).schema


def test_lists(make, values_of):
    source = make(lines({"a": [1, 2.5], "b": ["x"]}, {"a": [], "b": None}, {"b": []}))
    values, types = values_of(source)
    assert values == {"a": [[1.0, 2.5], [], None], "b": [["x"], None, []]}
    assert types == {"a": "FLOAT", "b": "STRING"}
    assert [(c.many, c.n_missing) for c in source.get_commit().columns] == [(True, 1), (True, 1)]
    assert source.sample_data()["b"].tolist() == [["x"], None, []]


def test_declared_types(make, values_of):
    rows = [{"zip": 123, "t": "2024-01-31", "l": [1]}, {"zip": "0123", "t": None, "l": [2]}]
    source = make(lines(*rows), column_types={"zip": "STRING", "t": "DATETIME", "l": "FLOAT"})
    values, types = values_of(source)
    assert values == {"zip": ["123", "0123"], "t": [1706659200, None], "l": [[1.0], [2.0]]}
    assert types == {"zip": "STRING", "t": "INTEGER", "l": "FLOAT"}


def test_a_packed_file_a_folder_and_empty_lines(write, values_of):
    write("d/1.jsonl.gz", gzip.compress(b'\xef\xbb\xbf{"a": 1}\n\n  \n{"a": 2}'))
    write("d/2.ndjson", '{"a": 3}\r\n')
    assert values_of(JSONLinesDatasource("s", path="d"))[0] == {"a": [1, 2, 3]}


def test_an_unchanged_file_is_not_parsed_again(make, monkeypatch):
    source = make('{"a": 1}\n')
    first = source.commit()
    monkeypatch.setattr(type(source), "_attempt", lambda *_: pytest.fail("was read"))
    assert source.commit() == first


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ["empty"]),
        ("\n\n", ["no rows"]),
        ('{"a": 1}\n{"a": x}\n', ["no JSON", "d.jsonl, line 2, column 7"]),
        ('{"a": 1}\n[1]\n', ["holds a list", "line 2"]),
        ('{"a": 1}\nnull\n', ["holds a null", "line 2"]),
        ('[\n{"a": 1}\n]', ["jq -c", "line 1"]),
        ('{"a": 1}\n{}\n', ["no keys", "line 2"]),
        ('{"": 1}\n', ["key is empty"]),
        ('{"a": 1, "b": 2, "a": 3}\n', ["'a' is there twice", "line 1"]),
        ('\n{"a": {"b": 1}}\n', ["nested", "line 2, column 'a'"]),
        ('{"a": [[1]]}\n', ["lists of numbers", "line 1, column 'a'"]),
        ('{"a": [1]}\n\n{"a": [1, null]}\n', ["a list with a missing value", "line 3, column 'a'"]),
        ('{"a": [1]}\n{"a": [1, "x"]}\n', ["has a list that holds a text", "line 2, column 'a'"]),
        ('{"a": 1}\n{"a": "x"}\n', ["holds a text ('x')", "line 2, column 'a'", "STRING"]),
        ('{"a": [1]}\n{"a": 1}\n', ["line 2, column 'a'"]),
        ('{"a": "\\ud800"}\n', ["surrogate", "line 1, column 'a'"]),
        ('{"a": 1}\n{"é": 1}\n'.encode("latin-1"), ["0xe9 at byte offset 11", "line 2, byte 3", "iconv -f latin-1"]),
        ('{"a": 1}\n'.encode("utf-16"), ["iconv -f UTF-16"]),
        (gzip.compress(b'{"a": 1}\n' * 99)[:-9], ["cut off"]),
        (b"[" * 100_000, ["nested too deeply", "line 1"]),
    ],
)
def test_faults(make, fault_of, content, words):
    text = fault_of(make(content))
    for word in words:
        assert word in text


@pytest.mark.parametrize("block", [2, 100])
def test_mixed_types_name_both_places(make, fault_of, monkeypatch, block):
    monkeypatch.setattr(jsonl, "_ROWS_PER_BLOCK", block)
    text = fault_of(make(lines({"a": 1}, {"a": 2}, {"a": 3}, {"a": "x"})))
    assert "d.jsonl, line 4, column 'a'" in text


def test_a_value_that_does_not_fit_its_declared_type(make, fault_of):
    text = fault_of(make(lines(*[{"a": "1"}] * 9, {"a": "x"}), column_types={"a": "INTEGER"}))
    assert "holds 'x', which is no INTEGER" in text
    assert "line 10, column 'a'" in text


def test_an_unknown_declared_column(make, fault_of):
    text = fault_of(make('{"species": 1}\n', column_types={"specie": "STRING"}))
    assert "Did you mean 'species'?" in text


def test_a_missing_file_names_the_nearest(write, fault_of):
    write("penguins.jsonl", "{}")
    assert "Did you mean 'penguins.jsonl'" in fault_of(JSONLinesDatasource("s", path="pengins.jsonl"))


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=5)
numbers = st.one_of(st.integers(-(2**63), 2**63 - 1), st.floats(width=32, allow_nan=False))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {"k": st.integers(-9, 9)},
            optional={
                "t": st.none() | texts,
                "n": st.none() | numbers,
                "l": st.none() | st.lists(st.integers(-9, 9), max_size=3),
            },
        ),
        min_size=1,
        max_size=12,
    ),
    block=st.sampled_from([1, 3, 100]),
)
def test_any_rows_come_back(make, values_of, rows, block):
    before, jsonl._ROWS_PER_BLOCK = jsonl._ROWS_PER_BLOCK, block
    try:
        values, types = values_of(make(lines(*rows)))
    finally:
        jsonl._ROWS_PER_BLOCK = before
    for name in values:
        given_values = [row.get(name) for row in rows]
        if types[name] == "FLOAT":
            given_values = [None if v is None else float(np.float32(v)) for v in given_values]
        assert values[name] == given_values
        assert not any(isinstance(v, float) and math.isnan(v) for v in values[name])


def test_the_same_rows_have_the_id_of_a_frame(make):
    import pandas as pd

    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": [[1.5], []]})
    ids = PandasDatasource("f", df=frame).commit(), make(frame.to_json(orient="records", lines=True)).commit()
    assert ids[0] == ids[1]


@pytest.mark.parametrize("late", [["a"], [1.5], [2]])
def test_lists_without_elements_take_the_type_of_later_ones(make, values_of, monkeypatch, late):
    monkeypatch.setattr(jsonl, "_ROWS_PER_BLOCK", 2)
    values = [[], None, [], late, [], []]
    assert values_of(make(lines(*[{"a": value} for value in values])))[0] == {"a": values}


def test_single_values_and_lists_without_elements_do_not_go_together(make, fault_of, monkeypatch):
    monkeypatch.setattr(jsonl, "_ROWS_PER_BLOCK", 1)
    assert "mixed types: lists here, and INTEGER" in fault_of(make(lines({"a": 1}, {"a": []})))
    assert "mixed types: STRING here, and lists" in fault_of(make(lines({"a": []}, {"a": "x"})))


def test_lists_without_elements_alone_are_whole_numbers(make, values_of):
    assert values_of(make(lines({"a": []}, {"a": []}))) == ({"a": [[], []]}, {"a": "INTEGER"})
