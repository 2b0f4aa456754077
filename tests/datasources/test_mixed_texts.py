"""Numbers as texts and numbers in one column, where the type is declared; and other hostile JSON Lines."""

from __future__ import annotations

import json

import numpy as np
import pytest

from zenml_nb.datasources import JSONLinesDatasource


@pytest.fixture
def make(write):
    def make(*values, **options):
        write("d.jsonl", "".join(json.dumps({"t": value}) + "\n" for value in values))
        return JSONLinesDatasource("d", "d.jsonl", **options)

    return make


@pytest.mark.parametrize(
    ("kind", "values", "stored"),
    [
        ("TIMESTAMP", ["2024-01-01T00:00:00Z", 1700000000, None], [1704067200, 1700000000, None]),
        ("TIMESTAMP", [1700000000.5, "2024-01-01T00:00:00Z"], [1700000000, 1704067200]),
        ("INTEGER", ["12", 5, 2.0, True, float("nan"), 2**62 + 1], [12, 5, 2, 1, None, 2**62 + 1]),
        ("FLOAT", ["1.5", 5, 2.5], [1.5, 5.0, 2.5]),
        ("INTEGER", [["1", 2], [3]], [[1, 2], [3]]),
    ],
)
def test_declared_types_take_texts_and_numbers(make, values_of, kind, values, stored):
    assert values_of(make(*values, column_types={"t": kind}))[0] == {"t": stored}


@pytest.mark.parametrize(("kind", "values"), [("INTEGER", ["12x", 5]), ("DATETIME", ["2024-01-01T00:00:00Z", 5])])
def test_what_does_not_fit_is_told_without_advice_that_cannot_help(make, fault_of, kind, values):
    assert "'STRING'" not in fault_of(make(*values, column_types={"t": kind}))


def test_lists_among_texts_get_no_advice_that_cannot_help(make, fault_of):
    assert "'STRING'" not in fault_of(make("a", [1]))
    assert "'STRING'" in fault_of(make("a", 1))


@pytest.mark.parametrize(
    ("line", "word"), [('{"\\ud800": 1}', "surrogate"), ('{"a": %s}' % ("1" * 5000), "digits")], ids=["key", "digits"]
)
def test_lines_that_no_commit_holds(write, fault_of, line, word):
    write("d.jsonl", line + "\n")
    text = fault_of(JSONLinesDatasource("d", "d.jsonl"))
    assert word in text
    assert "line 1" in text


def test_a_stray_file_beside_commits(make):
    source = make(1, 2)
    first = source.commit()
    (source.get_commit().folder.parent / "notes.txt").write_text("mine")
    assert source.commit() == first


def test_a_sample_of_a_size_of_numpy(make):
    assert len(make(1, 2, 3).sample_data(np.int64(2))) == 2
