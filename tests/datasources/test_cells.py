"""Cells of frames and of arrays of objects: arrays in them, and every way of pandas and NumPy to say 'missing'."""

from __future__ import annotations

import datetime
import decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from zenml_nb.datasources import NumPyDatasource, PandasDatasource

DAY = 1577836800
TIME = pd.Timestamp("2020-01-01")


def objects(*values):
    array = np.empty(len(values), dtype=object)
    for row, value in enumerate(values):
        array[row] = value
    return array


@pytest.fixture(params=["frame", "arrays"])
def make(repository, request):
    """A datasource of a column of objects, as a frame and as an array."""

    def make(*values):
        array = objects(*values)
        if request.param == "frame":
            return PandasDatasource("d", pd.DataFrame({"a": pd.Series(array, dtype=object)}))
        return NumPyDatasource("d", {"a": array})

    return make


@pytest.mark.parametrize(
    "cell",
    [
        np.array(["2020-01-01"], "datetime64[ns]"),
        np.array(["2020-01-01"], "datetime64[D]"),
        [np.datetime64("2020-01-01", "ns")],
        [TIME],
        objects(TIME),
        pd.Series([TIME]),
        [datetime.datetime(2020, 1, 1)],
    ],
    ids=repr,
)
def test_lists_of_times_are_seconds(make, values_of, cell):
    assert values_of(make(cell, [TIME])) == ({"a": [[DAY], [DAY]]}, {"a": "INTEGER"})


def test_times_before_1970_are_rounded_down(make, values_of):
    assert values_of(make(np.array(["1969-12-31T23:59:59.999999999"], "datetime64[ns]")))[0] == {"a": [[-1]]}


def test_times_beyond_those_of_python(make, values_of):
    assert values_of(make(np.array(["20000-01-01"], "datetime64[s]")))[0] == {"a": [[568971820800]]}


@pytest.mark.parametrize(
    "cell", [np.array([1], "timedelta64[ns]"), [np.timedelta64(1, "ns")], [pd.Timedelta(1)]], ids=repr
)
def test_lists_of_durations_are_refused(make, fault_of, cell):
    text = fault_of(make(cell))
    assert "duration" in text
    assert "number of seconds" in text


@pytest.mark.parametrize(
    "cells",
    [
        [np.zeros((2, 2)), np.zeros((2, 2))],
        [np.zeros((2, 2, 2))],
        [None, [np.array([1, 2])]],
        [objects(np.array([1, 2]), np.array([3]))],
        [np.array([["a", "b"]])],
    ],
    ids=repr,
)
def test_what_is_nested_is_told(make, fault_of, cells):
    text = fault_of(make(*cells))
    assert "flatten what is nested" in text
    assert f"row {len(cells) - 1 if cells[0] is None else 0}" in text


@pytest.mark.parametrize("missing", [None, pd.NA, pd.NaT, np.nan, np.float32("nan")], ids=repr)
@pytest.mark.parametrize("value", [[1, 2], b"\xff", ["a"]], ids=repr)
def test_all_that_is_missing(make, values_of, missing, value):
    assert values_of(make(missing, value))[0] == {"a": [None, value]}


@pytest.mark.parametrize("cell", [[TIME, pd.NaT], [1, pd.NA], np.array(["2020", "NaT"], "datetime64[ns]")], ids=repr)
def test_lists_have_no_missing_values(make, fault_of, cell):
    assert "a list with a missing value" in fault_of(make(cell))


def test_nan_in_lists_is_kept(make, values_of):
    found = values_of(make([1.0, np.nan]))[0]["a"]
    assert found[0][0] == 1.0
    assert np.isnan(found[0][1])


@pytest.mark.parametrize(
    ("values", "stored"),
    [
        ([1, pd.NA], [1, None]),
        ([TIME, pd.NaT], [DAY, None]),
        ([np.datetime64("NaT"), np.datetime64("2020-01-01")], [None, DAY]),
        (["a", pd.NA, np.nan], ["a", None, None]),
    ],
)
def test_single_values(make, values_of, values, stored):
    assert values_of(make(*values))[0] == {"a": stored}


@pytest.mark.parametrize("cell", [pd.DataFrame({"a": [1]}), {"a": 1}], ids=["frame", "dict"])
def test_what_is_no_value_is_told(make, fault_of, cell):
    assert fault_of(make("a", cell))


@pytest.mark.skipif(not hasattr(pd, "ArrowDtype"), reason="this pandas has no columns of Arrow")
@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([[1], None], pa.list_(pa.int64())),
        ([["a", "b"], None], pa.list_(pa.string())),
        ([b"\xff", None], pa.binary()),
    ],
)
def test_columns_of_arrow_with_nulls(repository, values_of, values, kind):
    column = pd.Series(values, dtype=pd.ArrowDtype(kind))
    assert values_of(PandasDatasource("d", pd.DataFrame({"a": column})))[0] == {"a": values}


@pytest.mark.skipif(not hasattr(pd, "ArrowDtype"), reason="this pandas has no columns of Arrow")
@pytest.mark.parametrize(
    ("value", "kind", "word"),
    [
        (decimal.Decimal("1.5"), pa.decimal128(5, 2), "astype(float)"),
        ({"a": 1}, pa.struct([("a", pa.int64())]), "dict"),
    ],
)
def test_columns_of_arrow_that_fit_no_type(repository, fault_of, value, kind, word):
    column = pd.Series([None, value], dtype=pd.ArrowDtype(kind))
    assert word in fault_of(PandasDatasource("d", pd.DataFrame({"a": column})))
