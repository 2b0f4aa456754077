"""What pandas frames give."""

from __future__ import annotations

import datetime
import decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zenml_nb.datasources import PandasDatasource, frames
from zenml_nb.errors import DataError, DeclarationError, NotAvailableError

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

CASES = {
    "bool": (pd.Series([True, False]), "INTEGER", [1, 0]),
    "boolean": (pd.Series([True, None], dtype="boolean"), "INTEGER", [1, None]),
    "bool objects": (pd.Series([True, None], dtype=object), "INTEGER", [1, None]),
    "int8": (pd.Series([1, -2], dtype="int8"), "INTEGER", [1, -2]),
    "Int64": (pd.Series([2**62 + 1, None], dtype="Int64"), "INTEGER", [2**62 + 1, None]),
    "int objects": (pd.Series([2**62 + 1, None], dtype=object), "INTEGER", [2**62 + 1, None]),
    "uint64": (pd.Series([1, 2**63], dtype="uint64"), "FLOAT", [1.0, 2.0**63]),
    "small uint64": (pd.Series([1, 2], dtype="uint64"), "INTEGER", [1, 2]),
    "big objects": (pd.Series([1, 2**80], dtype=object), "FLOAT", [1.0, 2.0**80]),
    "float": (pd.Series([0.1, np.nan, np.inf]), "FLOAT", [float(np.float32(0.1)), None, np.inf]),
    "Float64": (pd.Series([0.5, None], dtype="Float64"), "FLOAT", [0.5, None]),
    "float16": (pd.Series([0.5, 1], dtype="float16"), "FLOAT", [0.5, 1.0]),
    "mixed numbers": (pd.Series([1, 0.5, None], dtype=object), "FLOAT", [1.0, 0.5, None]),
    "text": (pd.Series(["a", None, "", np.nan, "ä"], dtype=object), "STRING", ["a", None, "", None, "ä"]),
    "string": (pd.Series(["a", None], dtype="string"), "STRING", ["a", None]),
    "nothing": (pd.Series([None, None], dtype=object), "STRING", [None, None]),
    "nan": (pd.Series([np.nan, np.nan]), "FLOAT", [None, None]),
    "text category": (pd.Series(["a", None, "b", "a"], dtype="category"), "STRING", ["a", None, "b", "a"]),
    "int category": (
        pd.Series([2**62 + 1, None, 3], dtype="Int64").astype("category"),
        "INTEGER",
        [2**62 + 1, None, 3],
    ),
    "float category": (pd.Series([1.0, None, 2.0], dtype="category"), "FLOAT", [1.0, None, 2.0]),
    "bool category": (pd.Series([True, None], dtype="category"), "INTEGER", [1, None]),
    "sparse": (pd.Series(pd.arrays.SparseArray([0, 0, 3])), "INTEGER", [0, 0, 3]),
    "NA objects": (pd.Series([pd.NA, 1.5, None], dtype=object), "FLOAT", [None, 1.5, None]),
    "times": (
        pd.Series(pd.to_datetime(["1970-01-02 00:00:00.0", None, "1969-12-31 23:59:59.5"])),
        "INTEGER",
        [86400, None, -1],
    ),
    "zoned times": (
        pd.Series(pd.to_datetime(["1970-01-01 01:00", "1970-01-01 02:00"])).dt.tz_localize("Europe/Berlin"),
        "INTEGER",
        [0, 3600],
    ),
    "time objects": (
        pd.Series([datetime.datetime(1970, 1, 1, 0, 1), None], dtype=object),
        "INTEGER",
        [60, None],
    ),
    "date objects": (pd.Series([datetime.date(1970, 1, 2), None], dtype=object), "INTEGER", [86400, None]),
    "time category": (
        pd.Series(pd.to_datetime(["1970-01-02", None]), dtype="category"),
        "INTEGER",
        [86400, None],
    ),
}


@pytest.fixture
def make_source(repository):
    return lambda frame, name="frame": PandasDatasource(name, df=frame)


@pytest.mark.parametrize("case", CASES)
def test_types(make_source, values_of, case):
    series, kind, expected = CASES[case]
    values, types = values_of(make_source(pd.DataFrame({"a": series})))
    assert types == {"a": kind}
    assert values["a"] == expected


@pytest.mark.skipif(not hasattr(pd, "ArrowDtype"), reason="pandas older than 2 reads no Arrow columns")
def test_arrow_columns(make_source, values_of):
    frame = pd.DataFrame({"i": pd.Series([2**62 + 1, None], dtype="int64[pyarrow]")})
    frame["s"] = pd.Series(["a", None], dtype="string[pyarrow]")
    assert values_of(make_source(frame)) == (
        {"i": [2**62 + 1, None], "s": ["a", None]},
        {"i": "INTEGER", "s": "STRING"},
    )


def test_the_index_is_no_data(make_source, values_of):
    frame = pd.DataFrame({"a": pd.Series(["x", "y"], dtype="category"), "b": [1, 2]})
    frame.index = pd.Index([7, 7])
    assert values_of(make_source(frame))[0] == {"a": ["x", "y"], "b": [1, 2]}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([None, "a", "b", 3], ["row 1 holds the text 'a'", "row 3 the number 3", "column 'a'"]),
        ([1.5, "a"], ["row 0 holds the number 1.5", "row 1 the text 'a'"]),
        ([1, True], ["row 0 holds the number 1", "row 1 the boolean True"]),
        (["a", [1]], ["Row 1 holds a list", "explode"]),
        ([None, {"x": 1}], ["Row 1 holds a dict"]),
        ([[1], [1, None]], ["Row 1 holds a list with a missing value"]),
        ([[1], [1, "a"]], ["Row 1 has a list that holds a text", "column 'a'"]),
        ([[[1]]], ["Row 0 holds a list<item: list<item: int64>>"]),
        ([decimal.Decimal(1)], ["Row 0 holds a Decimal", "astype(float)"]),
        ([datetime.datetime(2020, 1, 1), "x"], ["the time", "the text 'x'"]),
        (["a", "\ud800"], ["cannot be written as UTF-8"]),
    ],
)
def test_objects_that_fit_no_type(make_source, values, words):
    source = make_source(pd.DataFrame({"a": pd.Series(values, dtype=object)}))
    with pytest.raises(DataError) as caught:
        source.commit()
    for word in words:
        assert word in str(caught.value)
    assert source.get_commits() == []


@pytest.mark.skipif(int(pd.__version__.split(".")[0]) > 2, reason="pandas 3 reads all times of Python")
def test_a_time_that_pandas_cannot_hold(make_source):
    times = pd.Series([datetime.datetime(9999, 1, 1), None], dtype=object)
    with pytest.raises(DataError, match="A time cannot be read"):
        make_source(pd.DataFrame({"a": times})).commit()


@pytest.mark.parametrize(
    "series",
    [
        pd.to_timedelta(pd.Series([1, 2])),
        pd.Series([1j, 2]),
        pd.cut(pd.Series([1, 2]), 2),
        pd.Series(pd.period_range("2020", periods=2)),
    ],
)
def test_types_that_fit_none(make_source, series):
    with pytest.raises(DataError, match=r"neither(.|\n)*column 'a'"):
        make_source(pd.DataFrame({"a": series})).commit()


@pytest.mark.parametrize(
    ("frame", "word"),
    [
        (pd.DataFrame(), "empty"),
        (pd.DataFrame({"a": []}), "0 rows, 1 columns"),
        (pd.DataFrame(index=[1, 2]), "2 rows, 0 columns"),
        (pd.DataFrame([[1, 2]]), "column 1 is 0"),
        (pd.DataFrame([[1, 2]], columns=["a", ""]), "column 2 is ''"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "Columns 1 and 2 have the same name, 'a'"),
        (pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "b"), ("a", "c")])), "('a', 'b')"),
    ],
)
def test_frames_that_are_unfit(make_source, frame, word):
    with pytest.raises(DataError) as caught:
        make_source(frame).commit()
    assert word in str(caught.value)


def test_only_frames_are_taken():
    with pytest.raises(DeclarationError, match="df is a list"):
        PandasDatasource("x", df=[1])


def test_without_its_frame_it_works_from_its_commits(make_source):
    made = make_source(pd.DataFrame({"a": [1, 2]}))
    made.commit()
    assert made.args == {"name": "frame"}
    loaded = PandasDatasource(**made.args)
    assert loaded == made
    assert loaded.n_datapoints == 2
    assert loaded.sample_data()["a"].tolist() == [1, 2]
    with pytest.raises(NotAvailableError, match=r"without its frame(.|\n)*df="):
        loaded.commit()


texts = st.one_of(st.none(), st.text(st.characters(exclude_categories=("Cs",)), max_size=5))
columns = {
    "i": st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)),
    "f": st.one_of(st.none(), st.floats(width=32, allow_nan=False)),
    "s": texts,
}
rows = st.lists(st.fixed_dictionaries(columns), min_size=1, max_size=30)


def _frame(values):
    return pd.DataFrame(
        {
            "i": pd.Series([row["i"] for row in values], dtype="Int64"),
            "f": pd.Series([row["f"] for row in values], dtype="float64"),
            "s": pd.Series([row["s"] for row in values], dtype=object),
        }
    )


@FEW
@given(values=rows)
def test_any_frame_comes_back(make_source, values_of, values):
    found, types = values_of(make_source(_frame(values)))
    assert types == {"i": "INTEGER", "f": "FLOAT", "s": "STRING"}
    assert found == {name: [row[name] for row in values] for name in columns}


@FEW
@given(values=rows, size=st.integers(1, 7))
def test_the_id_does_not_depend_on_the_batches(make_source, values, size):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frames, "_ROWS_PER_BATCH", size)
        small = make_source(_frame(values), "small").commit()
    assert make_source(_frame(values), "large").commit() == small
