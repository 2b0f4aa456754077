"""NumPy arrays in memory and in files."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from zenml_nb.datasources import NumPyDatasource, PandasDatasource, numpy
from zenml_nb.errors import DeclarationError, NotAvailableError


@pytest.fixture
def saved(repository):
    """Save one array, or arrays by name, and give the path."""

    def save(content, **options):
        if isinstance(content, dict):
            np.savez(repository.root / "a.npz", **content)
            return "a.npz"
        np.save(repository.root / "a.npy", content, **options)
        return "a.npy"

    return save


@pytest.mark.parametrize(
    ("array", "kind", "stored"),
    [
        (np.array([True, False]), "INTEGER", [1, 0]),
        (np.array([1, 2], "uint8"), "INTEGER", [1, 2]),
        (np.array([1, 2], ">i4"), "INTEGER", [1, 2]),
        (np.array([1, 2**64 - 1], "uint64"), "FLOAT", [1.0, 2.0**64]),
        (np.array([1.5, np.nan], "float16"), "FLOAT", [1.5, None]),
        (np.array([1.5, np.inf], ">f8"), "FLOAT", [1.5, np.inf]),
        (np.array(["a", "é"]), "STRING", ["a", "é"]),
        (np.array([b"a", b"\xff"]), "BYTES", [b"a", b"\xff"]),
        (np.array(["a", None, np.nan], object), "STRING", ["a", None, None]),
        (np.array(["2024-01-31", "NaT"], "datetime64[D]"), "INTEGER", [1706659200, None]),
        (np.array(["1969-12-31T23:59:59.5"], "datetime64[ns]"), "INTEGER", [-1]),
        (np.array([[1, 2], [3, 4]]), "INTEGER", [[1, 2], [3, 4]]),
        (np.array([[1, 2], [3, 4]], order="F"), "INTEGER", [[1, 2], [3, 4]]),
        (np.array([["a", "b"]]), "STRING", [["a", "b"]]),
    ],
)
def test_types(values_of, array, kind, stored):
    values, types = values_of(NumPyDatasource("np", {"a": array}))
    assert (types["a"], values["a"]) == (kind, stored)


def test_one_array_with_names_for_its_columns(values_of):
    values, _ = values_of(NumPyDatasource("np", np.arange(6).reshape(3, 2), columns=["a", "b"]))
    assert values == {"a": [0, 2, 4], "b": [1, 3, 5]}


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("block", [2, 100])
def test_files_equal_arrays_in_memory(saved, monkeypatch, order, block):
    monkeypatch.setattr(numpy, "_ROWS_PER_BLOCK", block)
    arrays = {"a": np.arange(7), "b": np.arange(14.0).reshape(7, 2, order=order), "s": np.array(list("abcdefg"))}
    assert NumPyDatasource("f", path=saved(arrays)).commit() == NumPyDatasource("m", arrays).commit()
    matrix = np.asarray(np.arange(12).reshape(4, 3), order=order)
    names = ["x", "y", "z"]
    ids = NumPyDatasource("g", path=saved(matrix), columns=names).commit(), NumPyDatasource("n", matrix, names).commit()
    assert ids[0] == ids[1]


def test_a_compressed_file(repository, values_of):
    np.savez_compressed(repository.root / "c.npz", a=np.arange(50_000))
    assert values_of(NumPyDatasource("s", path="c.npz"))[0]["a"] == list(range(50_000))


def test_fields(saved, values_of):
    array = np.array([(1, "x"), (2, "y")], [("n", "i4"), ("s", "U1")])
    assert values_of(NumPyDatasource("s", path=saved(array)))[0] == {"n": [1, 2], "s": ["x", "y"]}


def test_the_columns_to_read(saved, values_of):
    path = saved({"a": np.arange(2), "b": np.arange(2)})
    assert list(values_of(NumPyDatasource("s", path=path, columns=["b"]))[0]) == ["b"]


def test_equal_values_have_the_id_of_a_frame_unlike_in_zenml_0_3_8(repository):
    import pandas as pd

    frame = pd.DataFrame({"a": [1, 2], "b": [0.5, None]})
    arrays = {name: frame[name].to_numpy() for name in frame}
    assert NumPyDatasource("n", arrays).commit() == PandasDatasource("p", df=frame).commit()


def test_python_objects_in_a_file_are_never_unpickled(saved, fault_of):
    for content in (np.array([{"a": 1}], object), {"a": np.array([{"a": 1}], object)}):
        text = fault_of(NumPyDatasource("s", path=saved(content), columns=["a"]))
        assert "could run code" in text


@pytest.mark.parametrize("cut", [3, 20, -1])
@pytest.mark.parametrize("content", [np.arange(100), {"a": np.arange(100)}], ids=["npy", "npz"])
def test_files_that_are_cut_off(saved, fault_of, repository, content, cut):
    path = repository.root / saved(content)
    path.write_bytes(path.read_bytes()[:cut])
    text = fault_of(NumPyDatasource("s", path=path.name, columns=["a"]))
    assert path.name in text


def test_a_member_that_is_cut_off(repository, fault_of):
    whole = io.BytesIO()
    np.save(whole, np.arange(100))
    with zipfile.ZipFile(repository.root / "a.npz", "w") as archive:
        archive.writestr("a.npy", whole.getvalue()[:-5])
    assert "in the middle of an array" in fault_of(NumPyDatasource("s", path="a.npz"))


@pytest.mark.parametrize(
    ("arrays", "columns", "words"),
    [
        ({"a": np.arange(2), "b": np.arange(3)}, None, ["different lengths", "'b' has 3"]),
        ({"a": np.array([])}, None, ["no rows"]),
        ({}, None, ["no rows"]),
        ({"a": np.array(1)}, None, ["single value"]),
        ({"a": np.zeros((2, 2, 2))}, None, ["reshape"]),
        ({"a": np.array([1j])}, None, ["complex", "column 'a'"]),
        ({"a": np.array([1], "timedelta64[s]")}, None, ["timedelta"]),
        ({" ": np.arange(2), "b": np.arange(2)}, None, ["name ' '"]),
        ({1: np.arange(2)}, None, ["name 1"]),
        (np.zeros((2, 2)), None, ["needs 2 column names"]),
        (np.zeros((2, 2)), ["a"], ["needs 2 column names, and has 1"]),
        ({"alpha": np.arange(2)}, ["alfa"], ["Did you mean 'alpha'"]),
    ],
)
def test_faults(fault_of, arrays, columns, words):
    text = fault_of(NumPyDatasource("s", arrays, columns))
    for word in words:
        assert word in text


def test_declarations(repository):
    for options in ({"arrays": [1]}, {"arrays": {}, "path": "a.npy"}, {"columns": ["a", "a"]}, {"columns": "ab"}):
        with pytest.raises(DeclarationError):
            NumPyDatasource("s", **options)
    with pytest.raises(NotAvailableError, match="without its arrays"):
        NumPyDatasource("s").commit()
    assert "arrays" not in NumPyDatasource("s", {"a": np.arange(2)}).args
