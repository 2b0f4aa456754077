"""The rows that are not decoded again are those that decoding gives."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from tests.engine.conftest import working_in
from zenml_nb import CSVDatasource
from zenml_nb.engine.examples import _in_batches_of, as_decoded, decode, encode
from zenml_nb.repository import create_repository


def same(left: pa.RecordBatch, right: pa.RecordBatch) -> bool:
    """Equal values and types; the decoder's lists have offsets of 64 bits."""
    return left.schema.names == right.schema.names and all(
        mine.type == theirs.type == pa.null() or mine.to_pylist() == theirs.to_pylist()
        for mine, theirs in zip(left.columns, right.columns, strict=True)
    )


def test_the_rows_of_a_commit_are_as_if_decoded(taxi_csv: Path, tmp_path: Path) -> None:
    create_repository(tmp_path)
    with working_in(tmp_path):
        datasource = CSVDatasource(name="taxi", path=str(taxi_csv))
        datasource.commit()
        batches = list(datasource.get_commit().record_batches(4096))
    for batch in batches:
        assert same(as_decoded(batch), decode(encode(batch)))


def test_a_column_may_have_values_in_some_pieces_only() -> None:
    values = [None] * 300 + [1.5] * 10 + [None] * 600
    batch = pa.record_batch([pa.array(values, pa.float32()), pa.nulls(len(values), pa.int64())], ["b", "a"])
    decoded = decode(encode(batch))
    assert same(decoded, as_decoded(batch))
    assert decoded.column(1).to_pylist() == [None if value is None else [value] for value in values]


@pytest.mark.parametrize("sizes", [[4, 4, 2], [1, 9], [10], [3, 3, 3, 1], [4, 4, 4], [0, 5]])
def test_batches_are_cut_anew(sizes: list[int]) -> None:
    rows = pa.record_batch([pa.array(range(sum(sizes)))], ["x"])
    starts = [sum(sizes[:index]) for index in range(len(sizes))]
    cut = list(_in_batches_of(4, (rows.slice(a, n) for a, n in zip(starts, sizes, strict=True))))
    assert [value for batch in cut for value in batch.column(0).to_pylist()] == list(range(sum(sizes)))
    assert all(batch.num_rows == 4 for batch in cut[:-1])
    assert 0 < cut[-1].num_rows <= 4
