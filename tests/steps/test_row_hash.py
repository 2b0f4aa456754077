from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from zenml_nb.steps.row_hash import hash_rows, mix


@pytest.fixture(scope="session")
def hashes(make_rows):
    """The hashes of the rows of columns, as a list."""
    return lambda seed=0, **columns: hash_rows(make_rows(**columns).batch, seed).tolist()


INTEGERS = pa.list_(pa.int64())


@pytest.mark.parametrize(
    "values",
    [
        [[0], [1], [-1], [2**63 - 1], [-(2**63)], None],
        [[0.0], [1.0], [-1.0], [float("inf")], [float("-inf")], [float("nan")], None],
        [[b""], [b"a"], [b"b"], [b"ab"], [b"\xff\x00"], None],
        [[1], [2], [1, 2], [2, 1], [1, 1], [1, 2, 1], None],
        [[b"a", b"b"], [b"ab"], [b"b", b"a"], [b"", b"ab"]],
    ],
)
def test_different_values_have_different_hashes(hashes, values):
    found = hashes(a=values)
    assert len(set(found)) == len(values)
    assert hashes(a=values) == found
    assert set(hashes(seed=1, a=values)).isdisjoint(found)


def test_hashes_are_64_bits_and_uniform(make_rows):
    found = hash_rows(make_rows(a=[[i] for i in range(20_000)]).batch, 0)
    assert found.dtype == np.uint64
    ones = [int(((found >> np.uint64(bit)) & np.uint64(1)).sum()) for bit in range(64)]
    assert min(ones) > 9_600
    assert max(ones) < 10_400


def test_a_column_without_values_is_as_no_column(hashes):
    rows = [[1], [2]]
    expected = hashes(a=rows)
    for nothing in (
        pa.array([None, None], type=INTEGERS),
        pa.array([[], []], type=INTEGERS),
        pa.array([None, []], type=pa.list_(pa.binary())),
        pa.nulls(2),
    ):
        assert hashes(a=rows, b=nothing) == expected


def test_an_empty_list_is_a_missing_value(hashes):
    assert hashes(a=[[1], None, [2]]) == hashes(a=[[1], [], [2]])


def test_the_order_of_columns_does_not_matter_but_their_names_do(hashes):
    assert hashes(a=[[1]], b=[[2]]) == hashes(b=[[2]], a=[[1]])
    assert hashes(a=[[1]], b=[[2]]) != hashes(a=[[2]], b=[[1]])
    assert hashes(a=[[1]]) != hashes(b=[[1]])


def test_equal_numbers_are_equal_in_any_width(hashes):
    values = [[1.5], [-2.0], None]
    expected = hashes(a=pa.array(values, type=pa.list_(pa.float32())))
    assert hashes(a=pa.array(values, type=pa.list_(pa.float64()))) == expected
    assert hashes(a=[[1], None]) == hashes(a=pa.array([[1], None], type=pa.list_(pa.int8())))


def test_zeros_and_nans_have_one_hash_each(hashes):
    zero, minus_zero = hashes(a=[[0.0], [-0.0]])
    assert zero == minus_zero
    other_nan = np.array([0x7FC00001], dtype=np.uint32).view(np.float32)[0]
    one, other = hashes(a=pa.array([[float("nan")], [other_nan]], type=pa.list_(pa.float32())))
    assert one == other


@pytest.mark.parametrize("kind", [pa.string(), pa.binary(), pa.large_string(), pa.large_binary()])
@pytest.mark.parametrize("of_list", [pa.list_, pa.large_list])
def test_text_has_the_hash_of_its_bytes(hashes, kind, of_list):
    assert hashes(a=pa.array([["ä"], None, ["b", ""]], type=of_list(kind))) == hashes(
        a=[["ä".encode()], None, [b"b", b""]]
    )


def test_a_slice_of_a_batch_has_the_hashes_of_its_rows(make_rows):
    batch = make_rows(a=[[1], None, [2, 3], [], [4]], b=[[b"x"], [b"y"], None, [b"z"], [b"x"]]).batch
    expected = hash_rows(batch, 0).tolist()
    for start in range(5):
        assert hash_rows(batch.slice(start, 2), 0).tolist() == expected[start : start + 2]


def test_mix_is_the_finalizer_of_splitmix64():
    # The first outputs of Vigna's splitmix64.c for the states 0 and 1234567.
    states = np.array([0, 1234567], dtype=np.uint64)
    assert mix(states).tolist() == [16294208416658607535, 6457827717110365317]
