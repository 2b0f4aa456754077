"""TFRecord files of tf.Examples."""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zenml_nb.datasources.arrow_values import Unfit
from zenml_nb.datasources.base import BaseDatasource
from zenml_nb.datasources.columns import BYTES, Kind, check_column_types
from zenml_nb.datasources.files import check_path, find_files, hash_files
from zenml_nb.datasources.python_values import as_arrow
from zenml_nb.datasources.settle import Block, settled_batches
from zenml_nb.datasources.snapshot import read_until_settled
from zenml_nb.datasources.tf_examples import open_records, parse_features, records_of
from zenml_nb.errors import DataError, shorten_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

# Part of a commit's origin: raise it when the same file gives other values than before.
_READER_VERSION = 1
_ADVICE = "Give a TFRecord file of tf.Examples."
_ENDINGS = (".tfrecord", ".tfrecords", ".tfrecord.gz", ".tfrecords.gz", ".gz")
_ROWS_PER_BLOCK = 4096
_BYTES_PER_BLOCK = 16 << 20


class TFRecordDatasource(BaseDatasource):
    """TFRecord files of tf.Examples, plain or packed by gzip; they are read without TensorFlow.

    Features become columns, in the order of their names: integers INTEGER, floats FLOAT, bytes STRING if all of a
    feature are UTF-8, else BYTES. A feature that has several values in any record is a column of lists. A record
    without a feature has no value there, and neither has one with an empty feature, unless the column is of lists.

    Args:
        name: names the datasource and the folder of its commits.
        path: the file, relative to the working directory; or a folder, for its files that end with ``.tfrecord``,
            ``.tfrecords`` or ``.gz``; or a pattern such as ``Split-train/*``. Several files follow each other by name.
        column_types: the types of some features, see ``CSVDatasource``; ``{'image': 'BYTES'}`` for bytes that may
            happen to be text.

    Raises:
        DeclarationError: an argument is invalid. The files themselves are looked at when they are read.
    """

    def __init__(self, name: str, path: str | os.PathLike[str], column_types: Mapping[str, str] | None = None) -> None:
        super().__init__(name)
        self.path = check_path(path, "a TFRecord file")
        self.column_types = check_column_types(column_types)

    def read(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows in batches; the files are read twice, because the types are known only at their end.

        Raises:
            DataError: a file is missing, cut off, damaged, or holds something else; with the record's number.
        """
        return read_until_settled(self._attempt)

    def _attempt(self, hint: dict[str, Kind | None] | None) -> Iterator[pa.RecordBatch]:
        hint = dict(sorted(hint.items())) if hint else None
        many = {name for name, kind in (hint or {}).items() if kind is not None and kind.many}
        blocks = (block for path in self._paths() for block in _blocks(path, self.column_types, many))
        return settled_batches(blocks, self.column_types, hint, mixes_lists=True)

    def _origin(self) -> str:
        options = sorted(self.column_types.items())
        content = json.dumps(["tfrecord", _READER_VERSION, hash_files(self._paths(), _ADVICE), options])
        return hashlib.sha256(content.encode("ascii")).hexdigest()

    def _paths(self) -> list[str]:
        return find_files(self.path, _ENDINGS, "TFRecord files")


def _blocks(path: str, declared: Mapping[str, str], many: set[str]) -> Iterator[Block]:
    rows: list[dict[str, list[Any] | None]] = []
    n_bytes = n_rows = 0
    for record in records_in(path):
        rows.append(_features(path, record, n_rows + len(rows) + 1))
        n_bytes += len(record)
        if len(rows) >= _ROWS_PER_BLOCK or n_bytes >= _BYTES_PER_BLOCK:
            yield _block(path, rows, n_rows, declared, many)
            n_rows += len(rows)
            rows, n_bytes = [], 0
    if rows:
        yield _block(path, rows, n_rows, declared, many)
    elif not n_rows:
        raise DataError("The file has no records.", where=shorten_path(path), advice=_ADVICE)


def records_in(path: str) -> Iterator[bytes]:
    """The records of a file.

    Raises:
        DataError: it is missing, cut off or damaged, with the record's number from 1.
    """
    number = 0
    try:
        with open_records(path) as file:
            for record in records_of(file):
                number += 1
                yield record
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise DataError(
            f"The TFRecord file cannot be read: {error}.",
            where=f"{shorten_path(path)}, record {number + 1}",
            advice="Copy it again from where it came from." if number else _ADVICE,
        ) from error


def parsed_record(path: str, record: bytes, number: int) -> dict[str, list[Any] | None]:
    """The features of a record, ``number`` counts from 1.

    Raises:
        DataError: it is no tf.Example.
    """
    from google.protobuf.message import DecodeError

    try:
        return parse_features(record)
    except DecodeError as error:
        raise DataError(
            f"The record is no tf.Example: {error}.", where=f"{shorten_path(path)}, record {number}", advice=_ADVICE
        ) from error


def _features(path: str, record: bytes, number: int) -> dict[str, list[Any] | None]:
    features = parsed_record(path, record, number)
    if not features or not all(name.strip() for name in features):
        what = "The tf.Example has a feature without a name." if features else "The tf.Example has no features."
        raise DataError(what, where=f"{shorten_path(path)}, record {number}", advice=_ADVICE)
    return features


def _block(
    path: str, rows: list[dict[str, list[Any] | None]], start: int, declared: Mapping[str, str], many: set[str]
) -> Block:
    def place(row: int) -> str:
        return f"{shorten_path(path)}, record {start + row + 1}"

    columns = {}
    for name in sorted({name for row in rows for name in row}):
        values = [row.get(name) for row in rows]
        # Once a feature had several values, it has lists in all blocks that follow; those before are read again.
        if any(len(items or ()) > 1 for items in values):
            many.add(name)
        try:
            columns[name] = _column(values, declared.get(name), name in many)
        except Unfit as unfit:
            where = f"{place(unfit.row)}, feature {name!r}"
            raise DataError(f"The feature {name!r} {unfit.what}.", where=where, advice=unfit.advice) from None
    return Block(columns, len(rows), place)


def _column(values: list[list[Any] | None], declared: str | None, is_many: bool) -> pa.Array:
    given: list[Any] = list(values) if is_many else [items[0] if items else None for items in values]
    if declared != BYTES:
        given = _as_texts(given)
    return as_arrow(given, declared)


def _as_texts(values: list[Any]) -> list[Any]:
    """Bytes as texts, if all of them are UTF-8."""

    def text(value: Any) -> Any:
        if isinstance(value, list):
            return [text(item) for item in value]
        return value.decode("utf-8") if isinstance(value, bytes) else value

    try:
        return [text(value) for value in values]
    except UnicodeDecodeError:
        return values
