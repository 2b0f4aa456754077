from __future__ import annotations

import gzip
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml_nb.artifacts.examples import parse_example, read_records, sample
from zenml_nb.errors import NotAvailableError

from .conftest import encode, framed

RECORDS = [b"one", b"", b"x" * 1000]
# Written once by tf.io.TFRecordWriter: a file of the record b"one".
KNOWN = bytes.fromhex("0300000000000000b099490e6f6e6501405508")


@pytest.mark.parametrize("compressed", [True, False])
def test_records_are_read_as_they_were_written(write, compressed):
    assert list(read_records(write(RECORDS, compressed))) == RECORDS


def test_an_empty_file_has_no_records(write):
    path = write([])
    assert path.stat().st_size == 0
    assert list(read_records(path)) == []


def test_a_plain_file_may_begin_like_gzip(write):
    record = b"y" * 0x8B1F
    path = write([record])
    assert path.read_bytes().startswith(b"\x1f\x8b")
    assert list(read_records(path)) == [record]


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("end", [-1, -4, -5, 7, 3])
def test_a_truncated_file_is_told(write, compressed, end):
    path = write(RECORDS, compressed)
    path.write_bytes(path.read_bytes()[:end])
    with pytest.raises(NotAvailableError, match=r"An artifact cannot be read(.|\n)*part-0(.|\n)*Expected a TFRecord"):
        list(read_records(path))


@pytest.mark.parametrize(
    "content",
    [
        b"a,b,c\n1,2,3\n4,5,6\n",
        b"\xff" * 100,
        b"\x00" * 100,
        b"PAR1" * 10,
        b"\x1f\x8b" + b"broken gzip" * 5,
        gzip.compress(b"a,b,c\n1,2,3\n4,5,6\n"),
    ],
)
def test_a_foreign_file_is_told(write, content):
    path = write([])
    path.write_bytes(content)
    with pytest.raises(NotAvailableError, match="An artifact cannot be read"):
        list(read_records(path))


def test_damaged_compressed_bytes_are_told(write):
    path = write([bytes(range(256)) * 50], compressed=True)
    content = bytearray(path.read_bytes())
    content[20:60] = b"\xff" * 40
    path.write_bytes(content)
    with pytest.raises(NotAvailableError, match="An artifact cannot be read"):
        list(read_records(path))


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(NotAvailableError, match="No such file"):
        list(read_records(tmp_path / "none"))


values = (
    st.lists(st.integers(-(2**63), 2**63 - 1), max_size=3)
    | st.lists(st.floats(width=32, allow_nan=False), max_size=3)
    | st.lists(st.binary(max_size=5), max_size=3)
)


@given(row=st.dictionaries(st.text(max_size=5), values, max_size=4))
def test_an_example_is_parsed_by_its_field_numbers(row):
    assert parse_example(encode(row)) == row


def test_an_example_may_hold_numbers_that_are_not_finite():
    [value] = parse_example(encode({"a": [float("nan")]}))["a"]
    assert math.isnan(value)


def test_a_sample_has_a_column_for_each_feature(write, artifact):
    rows = [
        {"whole": [1], "number": [0.5], "text": ["ä".encode()], "raw": [b"\xff"], "none": []},
        {"whole": [], "number": [], "text": [], "raw": [], "none": []},
        {"whole": [2**62 + 1], "number": [1.0], "text": [b""]},
    ]
    write(rows, compressed=True)
    frame = sample(artifact, "eval", 10)
    assert list(frame.columns) == ["none", "number", "raw", "text", "whole"]
    assert frame["whole"].dtype == "Int64"
    assert frame["whole"].isna().tolist() == [False, True, False]
    assert frame["whole"][2] == 2**62 + 1
    assert frame["number"].dtype == np.float64
    assert frame["number"].tolist()[::2] == [0.5, 1.0]
    assert frame["text"].tolist() == ["ä", None, ""]
    assert frame["raw"].tolist() == [b"\xff", None, None]
    assert frame["none"].isna().all()


def test_features_of_several_values_are_lists(write, artifact):
    write([{"a": [1, 2], "t": [b"x"]}, {"a": [3], "t": [b"y", b"z"]}, {}])
    frame = sample(artifact, "eval", 10)
    assert frame["a"].tolist() == [[1, 2], [3], []]
    assert frame["t"].tolist() == [["x"], ["y", "z"], []]


def test_columns_come_in_the_given_order(write, artifact):
    write([{"a": [1], "b": [2], "c": [3], "d": [4]}])
    assert list(sample(artifact, "eval", 1, ["d", "none", "b"]).columns) == ["d", "b", "a", "c"]


def test_the_first_rows_are_read_over_all_files(write, artifact):
    write([{"a": [3]}, {"a": [4]}], name="part-1")
    write([{"a": [1]}, {"a": [2]}], name="part-0", compressed=True)
    assert [sample(artifact, "eval", size)["a"].tolist() for size in (1, 2, 3, 9)] == [
        [1],
        [1, 2],
        [1, 2, 3],
        [1, 2, 3, 4],
    ]
    assert len(sample(artifact, "eval", 0)) == 0
    (artifact.split_path("eval") / "part-1").write_bytes(b"damaged")
    assert sample(artifact, "eval", 2)["a"].tolist() == [1, 2]
    with pytest.raises(NotAvailableError, match="part-1"):
        sample(artifact, "eval", 3)


def test_an_unknown_split_is_told(write, artifact):
    write([])
    with pytest.raises(NotAvailableError, match=r"no split 'evall'(.|\n)*Did you mean 'eval'"):
        sample(artifact, "evall", 1)


def test_a_split_whose_files_are_gone_is_told(artifact):
    with pytest.raises(NotAvailableError, match="files of the split are gone"):
        sample(artifact, "train", 1)


def test_records_that_are_no_examples_are_told(write, artifact):
    write([b"\xff\xff\xff"])
    with pytest.raises(NotAvailableError, match=r"An artifact cannot be read(.|\n)*part-0"):
        sample(artifact, "eval", 1)


def test_the_frame_is_that_of_tensorflow():
    assert framed([b"one"]) == KNOWN
