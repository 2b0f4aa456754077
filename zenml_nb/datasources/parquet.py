"""Parquet files."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zenml_nb.datasources.base import BaseDatasource
from zenml_nb.datasources.columns import check_column_types, check_columns
from zenml_nb.datasources.files import check_path, find_files, hash_files, open_file
from zenml_nb.datasources.settle import Block, settled_batches
from zenml_nb.datasources.snapshot import read_until_settled
from zenml_nb.errors import DataError, did_you_mean, shorten_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

# Part of a commit's origin: raise it when the same file gives other values than before.
_READER_VERSION = 2
_ADVICE = "Give a Parquet file with rows."
_ROWS_PER_BLOCK = 16_384


class ParquetDatasource(BaseDatasource):
    """Parquet files.

    Whole numbers and booleans (1 and 0) become INTEGER, other numbers FLOAT (32 bits, as tf.Example holds them),
    texts STRING, binary values BYTES, dates and timestamps INTEGER, the seconds since 1970-01-01 UTC, rounded down.
    Lists of these are columns of lists. NaN is missing, as null is. Structures, maps, durations and lists of lists
    are refused.

    Args:
        name: names the datasource and the folder of its commits.
        path: the file, relative to the working directory; or a folder, for its files that end with ``.parquet``; or
            a pattern such as ``taxi/2024-*.parquet``. Several files follow each other by name and have the same
            columns.
        columns: the columns to read, in this order; all by default.
        column_types: the types of some columns, see ``CSVDatasource``; of a column of lists, that of the elements.

    Raises:
        DeclarationError: an argument is invalid. The files themselves are looked at when they are read.
    """

    def __init__(
        self,
        name: str,
        path: str | os.PathLike[str],
        columns: list[str] | None = None,
        column_types: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(name)
        self.path = check_path(path, "a Parquet file")
        self.columns = None if columns is None else check_columns(columns)
        self.column_types = check_column_types(column_types)

    def read(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows in batches of at most 16,384.

        Raises:
            DataError: a file is missing, unreadable, or has other columns than the first.
        """
        return read_until_settled(self._attempt)

    def _attempt(self, hint: Any) -> Iterator[pa.RecordBatch]:
        return settled_batches(self._blocks(), self.column_types, hint)

    def _origin(self) -> str:
        options = [self.columns, sorted(self.column_types.items())]
        content = json.dumps(["parquet", _READER_VERSION, hash_files(self._paths(), _ADVICE), options])
        return hashlib.sha256(content.encode("ascii")).hexdigest()

    def _paths(self) -> list[str]:
        return find_files(self.path, (".parquet", ".pq"), "Parquet files")

    def _blocks(self) -> Iterator[Block]:
        paths = self._paths()
        first: list[str] | None = None
        for path in paths:
            for block in _file_blocks(path, self.columns):
                if first is None:
                    first = list(block.columns)
                _check_same(path, list(block.columns), paths[0], first)
                yield block


def _file_blocks(path: str, wanted: list[str] | None) -> Iterator[Block]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    place = shorten_path(path)
    n_rows = 0
    with open_file(path, _ADVICE):
        pass
    try:
        with open(path, "rb") as file:
            parquet = pq.ParquetFile(file)
            names = _names(parquet.schema_arrow.names, wanted, place)
            for batch in parquet.iter_batches(batch_size=_ROWS_PER_BLOCK, columns=names):
                columns = {name: batch.column(batch.schema.get_field_index(name)) for name in names}
                if batch.num_rows:
                    yield Block(columns, batch.num_rows, lambda row, n=n_rows: f"{place}, row {n + row + 1}")  # type: ignore[misc]
                n_rows += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise DataError(
            f"The file cannot be read as Parquet: {str(error).splitlines()[0]}",
            where=place,
            advice="Check that it is a Parquet file, and whole: copy it again from where it came from.",
        ) from error
    if not n_rows:
        raise DataError("The file has no rows.", where=place, advice=_ADVICE)


def _names(present: list[str], wanted: list[str] | None, place: str) -> list[str]:
    twice = [name for name, count in Counter(present).items() if count > 1]
    if twice:
        raise DataError(f"Columns have the same name: {twice[0]!r}.", where=place, advice="Write it with unique names.")
    empty = [position for position, name in enumerate(present, 1) if not name.strip()]
    if empty:
        raise DataError(f"The name of column {empty[0]} is empty.", where=place, advice="Name every column.")
    for name in wanted or ():
        if name not in present:
            raise DataError(f"There is no column {name!r}.", where=place, advice=did_you_mean(name, present))
    return present if wanted is None else wanted


def _check_same(path: str, names: list[str], first_path: str, first: list[str]) -> None:
    if set(names) == set(first):
        return
    odd = sorted(set(names) ^ set(first))[0]
    lacks, has = (path, first_path) if odd in first else (first_path, path)
    raise DataError(
        f"The files have different columns: {shorten_path(lacks)} lacks {odd!r}, which {shorten_path(has)} has.",
        where=f"{shorten_path(path)}, column {odd!r}",
        advice="Give files with the same columns, or name the ones to read: columns=[...].",
    )
