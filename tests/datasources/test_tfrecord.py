"""TFRecord files, written here byte by byte."""

from __future__ import annotations

import gzip
import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.artifacts.conftest import encode, framed, masked
from zenml_nb.datasources import TFRecordDatasource, tfrecord


@pytest.fixture
def make(write):
    def make(*rows, file="d.tfrecord", packed=False, **options):
        content = framed([encode(row) for row in rows])
        write(file, gzip.compress(content) if packed else content)
        return TFRecordDatasource("tf", path=file, **options)

    return make


@pytest.mark.parametrize("packed", [False, True])
def test_features(make, values_of, packed):
    rows = [
        {"s": ["é".encode()], "i": [-5], "f": [0.5], "b": [b"\xff"], "l": [1, 2], "m": []},
        {"s": [], "i": [2**62], "b": [b"text"], "l": []},
    ]
    values, types = values_of(make(*rows, packed=packed))
    assert list(types) == ["b", "f", "i", "l", "m", "s"]
    assert types == {"b": "BYTES", "f": "FLOAT", "i": "INTEGER", "l": "INTEGER", "m": "INTEGER", "s": "STRING"}
    assert values["s"] == ["é", None]
    assert values["i"] == [-5, 2**62]
    assert values["f"] == [0.5, None]
    assert values["b"] == [b"\xff", b"text"]
    assert values["l"] == [[1, 2], None]
    assert values["m"] == [None, None]


def test_a_later_record_with_several_values_makes_lists_of_all(make, values_of, monkeypatch):
    monkeypatch.setattr(tfrecord, "_ROWS_PER_BLOCK", 2)
    values, types = values_of(make({"a": [1]}, {"a": [2]}, {"a": [3], "0": [1]}, {"a": [4, 5]}, {"a": [6]}))
    assert values["a"] == [[1], [2], [3], [4, 5], [6]]
    assert list(types) == ["0", "a"]


def test_a_later_record_with_bytes_makes_bytes_of_all(make, values_of, monkeypatch):
    monkeypatch.setattr(tfrecord, "_ROWS_PER_BLOCK", 1)
    values, types = values_of(make({"a": [b"x"]}, {"a": [b"\xff"]}))
    assert (values["a"], types["a"]) == ([b"x", b"\xff"], "BYTES")


def test_declared_bytes(make, values_of):
    values, types = values_of(make({"a": [b"x"]}, column_types={"a": "BYTES"}))
    assert (values["a"], types["a"]) == ([b"x"], "BYTES")


def test_a_folder(make, values_of):
    make({"a": [1]}, file="d/1.tfrecord")
    make({"a": [2]}, file="d/2.gz", packed=True)
    assert values_of(TFRecordDatasource("s", path="d"))[0] == {"a": [1, 2]}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("cut", [-1, -5, 13])
def test_a_file_that_is_cut_off(make, fault_of, repository, packed, cut):
    source = make(*[{"a": [number]} for number in range(50)], packed=packed)
    path = repository.root / "d.tfrecord"
    path.write_bytes(path.read_bytes()[:cut])
    text = fault_of(source)
    assert "cannot be read" in text
    assert "d.tfrecord, record" in text


def test_a_damaged_record_is_told_by_its_number(make, fault_of, repository):
    pytest.importorskip("google_crc32c")
    source = make({"a": [b"x" * 100]}, {"a": [b"y" * 100]})
    path = repository.root / "d.tfrecord"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"yyyy", b"yzyy", 1))
    text = fault_of(source)
    assert "checksum is wrong" in text
    assert "record 2" in text


@pytest.mark.parametrize("content", [b"a,b\n1,2\n3,4\n5,6\n", b"\0" * 100, gzip.compress(b"a,b\n1,2\n" * 9)])
def test_a_foreign_file(write, fault_of, content):
    write("d.tfrecord", content)
    assert "record 1" in fault_of(TFRecordDatasource("s", path="d.tfrecord"))


@pytest.mark.parametrize("packed", [False, True])
def test_a_length_that_lies_takes_no_memory(write, fault_of, packed):
    length = struct.pack("<Q", 2**62)
    content = length + masked(length) + b"x" * 100
    write("d.tfrecord", gzip.compress(content) if packed else content)
    assert "in the middle of a record" in fault_of(TFRecordDatasource("s", path="d.tfrecord"))


def test_a_long_record(make, values_of):
    content = bytes(range(256)) * (17 << 12)
    values, _ = values_of(make({"a": [content]}))
    assert values["a"] == [content]


def test_an_empty_file(write, fault_of):
    write("d.tfrecord", "")
    assert "empty" in fault_of(TFRecordDatasource("s", path="d.tfrecord"))


def test_records_of_another_message(write, fault_of):
    write("d.tfrecord", framed([encode({"a": [1]}), b"no message"]))
    text = fault_of(TFRecordDatasource("s", path="d.tfrecord"))
    assert "no tf.Example" in text
    assert "record 2" in text


def test_a_feature_of_mixed_types(make, fault_of):
    text = fault_of(make({"a": [1]}, {"a": [b"x"]}))
    assert "record 2, feature 'a'" in text


values = st.one_of(
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=3),
    st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=3),
    st.lists(st.binary(max_size=4), min_size=1, max_size=3),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(row=st.dictionaries(st.text("abc", min_size=1, max_size=2), values, min_size=1, max_size=4))
def test_any_example_comes_back(make, values_of, row):
    found, types = values_of(make(row))
    for name, items in row.items():
        stored = found[name][0] if len(items) > 1 else [found[name][0]]
        assert [v.encode() if isinstance(v, str) else v for v in stored] == items
        assert types[name] in ("INTEGER", "FLOAT", "STRING", "BYTES")
