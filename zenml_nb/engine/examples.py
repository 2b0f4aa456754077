"""Examples artifacts, batch by batch: gzip TFRecords of tf.Example, written and read with bounded memory.

The layout is TFX's own: ``<uri>/Split-<name>/data_tfrecord-00000-of-00001.gz``. Encoding and decoding is done by
tfx_bsl's C++ coders, on one thread (they hold the interpreter's lock), while TensorFlow reads ahead on another.
Decoding takes most of the time, so the rows of a commit that the run has at hand are not decoded again.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import tensorflow as tf
from tfx.components.util import examples_utils
from tfx.proto import example_gen_pb2
from tfx.types import artifact_utils
from tfx_bsl.coders import example_coder

from zenml_nb.datasources import Commit
from zenml_nb.datasources.arrow_values import with_elements
from zenml_nb.datasources.commits import DATA_FILE
from zenml_nb.engine.scope import current_scope

BATCH_ROWS = 4096
# Rows may hold images: no batch is much larger than this.
_BATCH_BYTES = 64 << 20
# The decoder parses all rows of a call before it makes columns of them: so few stay in the processor's cache, and are
# decoded in two thirds of the time.
_ROWS_DECODED_AT_ONCE = 256
#: The custom property of an Examples artifact that holds exactly the rows of a commit.
COMMIT_PROPERTY = "commit_id"
_FILE = "data_tfrecord-00000-of-00001.gz"
# The fastest level: a third of the default's time, for files a quarter larger.
_OPTIONS = tf.io.TFRecordOptions(compression_type="GZIP", compression_level=1)


class SplitWriter:
    """Writes the serialized rows of one split of an Examples artifact.

    Attributes:
        count: the rows written so far.
    """

    def __init__(self, uri: str, split: str) -> None:
        folder = os.path.join(uri, f"Split-{split}")
        os.makedirs(folder, exist_ok=True)
        self._writer = tf.io.TFRecordWriter(os.path.join(folder, _FILE), _OPTIONS)
        self.count = 0

    def write(self, rows: Sequence[bytes]) -> None:
        """Append serialized tf.Examples."""
        for row in rows:
            self._writer.write(row)
        self.count += len(rows)

    def close(self) -> None:
        """Flush the file."""
        self._writer.close()


class SerializedRows:
    """A batch of serialized rows, decoded at the first look; see ``steps.split.Rows``.

    Args:
        serialized: tf.Examples.
        decoded: the same rows, where they are known already.
    """

    def __init__(self, serialized: npt.NDArray[np.object_], decoded: pa.RecordBatch | None = None) -> None:
        self.serialized: Sequence[bytes] = serialized  # type: ignore[assignment]
        if decoded is not None and decoded.num_rows != len(serialized):
            raise ValueError(f"{len(serialized)} rows are not the {decoded.num_rows} rows of the commit")
        self._decoded = decoded

    def __len__(self) -> int:
        return len(self.serialized)

    @functools.cached_property
    def batch(self) -> pa.RecordBatch:
        """The rows as Arrow list columns."""
        return decode(self.serialized) if self._decoded is None else self._decoded

    def examples(self) -> list[dict[str, Any]]:
        """The rows as dictionaries; see ``steps.split.Rows``."""
        columns = {name: _values(self.batch.column(i)) for i, name in enumerate(self.batch.schema.names)}
        return [{name: values[row] for name, values in columns.items()} for row in range(len(self))]


def _values(column: pa.Array) -> list[Any]:
    """Single values as values, none as None, several as a list; bytes that are UTF-8 as text."""

    def text(value: Any) -> Any:
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else value

    rows = column.to_pylist()
    return [None if not row else text(row[0]) if len(row) == 1 else [text(item) for item in row] for row in rows]


def decode(serialized: Sequence[bytes]) -> pa.RecordBatch:
    """Serialized tf.Examples as list columns, in the order of their names; a column without any value has no type."""
    decoder = example_coder.ExamplesToRecordBatchDecoder()
    starts = range(0, len(serialized), _ROWS_DECODED_AT_ONCE)
    pieces = [decoder.DecodeBatch(serialized[start : start + _ROWS_DECODED_AT_ONCE]) for start in starts]
    names = sorted({name for piece in pieces for name in piece.schema.names})
    return pa.RecordBatch.from_arrays([_joined(pieces, name) for name in names], names)


def _joined(pieces: list[pa.RecordBatch], name: str) -> pa.Array:
    """A column of several batches; the type is that of the batches that have values in it."""
    indices = [piece.schema.get_field_index(name) for piece in pieces]
    columns = [p.column(i) if i >= 0 else pa.nulls(p.num_rows) for p, i in zip(pieces, indices, strict=True)]
    kind = next((column.type for column in columns if not pa.types.is_null(column.type)), pa.null())
    typed = [pa.nulls(len(column), kind) if pa.types.is_null(column.type) else column for column in columns]
    return pa.concat_arrays(typed)


def encode(batch: pa.RecordBatch) -> list[bytes]:
    """Serialize a commit's batch as tf.Examples; a missing value becomes a feature without values."""
    lists = [_as_list(column) for column in batch.columns]
    encoder = example_coder.RecordBatchToExamplesEncoder()
    return list(encoder.encode(pa.RecordBatch.from_arrays(lists, batch.schema.names)))


def as_decoded(batch: pa.RecordBatch) -> pa.RecordBatch:
    """What ``decode(encode(batch))`` gives, up to the width of the offsets in its lists."""
    names = sorted(batch.schema.names)
    columns = [batch.column(batch.schema.get_field_index(name)) for name in names]
    lists = [pa.nulls(len(c)) if c.null_count == len(c) else _as_list(c) for c in columns]
    return pa.RecordBatch.from_arrays(lists, names)


def _as_list(column: pa.Array) -> pa.Array:
    """A column as lists, of one value if it is flat, or null, in the types of a tf.Example: int64, float32, bytes."""
    if pa.types.is_list(column.type):
        return with_elements(column, _as_values(column.flatten()))
    column = _as_values(column)
    if not column.null_count:
        return pa.ListArray.from_arrays(pa.array(np.arange(len(column) + 1, dtype=np.int32)), column)
    present = column.is_valid().to_numpy(zero_copy_only=False)
    offsets = np.zeros(len(column) + 1, dtype=np.int32)
    np.cumsum(present, out=offsets[1:])
    # A null offset makes its list null: an empty list would be counted as a value that is there, and empty.
    masked = pa.array(offsets, mask=np.append(~present, False))
    return pa.ListArray.from_arrays(masked, column.drop_null())


def _as_values(column: pa.Array) -> pa.Array:
    if pa.types.is_floating(column.type):
        return column.cast(pa.float32())
    return column.cast(pa.int64() if pa.types.is_integer(column.type) else pa.binary())


def read_split(artifact: Any, split: str, rows: int = BATCH_ROWS) -> Iterator[SerializedRows]:
    """Read one split of an Examples artifact in batches of at most ``rows`` rows, fewer where these are large."""
    pattern = os.path.join(artifact_utils.get_split_uri([artifact], split), "*")
    files = sorted(tf.io.gfile.glob(pattern))
    rows = min(rows, _rows_that_fit(artifact, split, files))
    dataset = tf.data.TFRecordDataset(files, compression_type="GZIP").batch(rows).prefetch(4)
    commit = _commit_behind(artifact)
    if commit is None:
        yield from map(SerializedRows, dataset.as_numpy_iterator())
        return
    known = _in_batches_of(rows, commit.record_batches(rows))
    for batch, decoded in zip(dataset.as_numpy_iterator(), known, strict=True):
        yield SerializedRows(batch, as_decoded(decoded))


def _rows_that_fit(artifact: Any, split: str, files: list[str]) -> int:
    """How many rows take the bytes of a batch, by the sizes of the (packed) files."""
    count = artifact.get_int_custom_property(f"rows_{split}")
    size = sum(tf.io.gfile.stat(file).length for file in files)
    return max(1, _BATCH_BYTES * count // size) if count and size else BATCH_ROWS


def read_columns(artifact: Any, split: str) -> Iterator[pa.RecordBatch]:
    """Read one split of an Examples artifact as list columns, without the serialized rows."""
    commit = _commit_behind(artifact)
    if commit:
        yield from map(as_decoded, commit.record_batches(BATCH_ROWS))
    else:
        for rows in read_split(artifact, split):
            yield rows.batch


def _commit_behind(artifact: Any) -> Commit | None:
    """The commit of the current run, if an artifact holds its rows, all of them in their order."""
    try:
        commit = current_scope().commit
    except LookupError:
        return None
    is_it = artifact.get_string_custom_property(COMMIT_PROPERTY) == commit.id
    return commit if is_it and (commit.folder / DATA_FILE).exists() else None


def _in_batches_of(rows: int, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Cut batches anew: each has exactly ``rows`` rows but the last. A snapshot's batches may end with its groups."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        while (missing := rows - sum(part.num_rows for part in held[:-1])) <= held[-1].num_rows:
            rest = held[-1].slice(missing)
            yield _one_batch([*held[:-1], held[-1].slice(0, missing)])
            held = [rest]
    if any(part.num_rows for part in held):
        yield _one_batch(held)


def _one_batch(parts: list[pa.RecordBatch]) -> pa.RecordBatch:
    whole = [part for part in parts if part.num_rows]
    return whole[0] if len(whole) == 1 else pa.Table.from_batches(whole).combine_chunks().to_batches()[0]


def describe(artifact: Any, splits: Sequence[str], counts: Sequence[int]) -> None:
    """Put on an Examples artifact what other TFX components, and people, want to know of it."""
    artifact.split_names = artifact_utils.encode_split_names(list(splits))
    examples_utils.set_payload_format(artifact, example_gen_pb2.FORMAT_TF_EXAMPLE)
    examples_utils.set_file_format(artifact, "tfrecords_gzip")
    for split, count in zip(splits, counts, strict=True):
        artifact.set_int_custom_property(f"rows_{split}", count)
