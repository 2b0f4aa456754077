"""Commits: the versions of a datasource's data, and how they are read back."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml_nb.datasources.columns import BYTES, Column
from zenml_nb.errors import ConfigError, DataError, StoreError, did_you_mean, shorten_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa
    import pyarrow.parquet as pq

DATA_FILE = "data.parquet"
COMMIT_FILE = "commit.json"
BATCH_BYTES = 64 << 20
FORMAT_VERSION = 2
# Of commits that the first version of this format can say: neither lists nor bytes. They are still written so.
_PLAIN_VERSION = 1


@dataclass(frozen=True)
class Commit:
    """One version of a datasource's data; it never changes.

    Attributes:
        id: 16 hexadecimal digits, a hash of the content: equal data have equal ids, wherever they come from.
        datasource: the name of the datasource.
        created: when it was committed, ISO 8601 in UTC.
        n_rows: the number of rows.
        n_bytes: the size of the snapshot on disk.
        columns: the columns in their order.
        folder: the folder of the snapshot.
        sequence: orders commits of the same instant.
        origin: a hash of what was read (a file's bytes and the options), where the datasource has one.
    """

    id: str
    datasource: str
    created: str
    n_rows: int
    n_bytes: int
    columns: tuple[Column, ...]
    folder: Path
    sequence: int = 0
    origin: str | None = None

    def rows_that_fit(self, n_bytes: int) -> int:
        """The number of rows of average size that take so many bytes on the disk; at least one."""
        return max(1, n_bytes * self.n_rows // max(self.n_bytes, 1))

    def column(self, name: str) -> Column:
        """Return a column by its name.

        Raises:
            DataError: there is none; the nearest names are given.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise DataError(
            f"There is no column {name!r}.",
            where=f"datasource {self.datasource!r}, commit {self.id}",
            advice=did_you_mean(name, [column.name for column in self.columns]),
        )

    def record_batches(self, max_rows: int = 16384, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Read the rows in their order, at most ``max_rows`` in a batch, with bounded memory.

        With ``columns``, only these are read. They are int64, float32, string or binary arrays, or lists of these; a
        missing value is null.

        Raises:
            DataError: ``max_rows`` is not positive.
            StoreError: the snapshot is missing or damaged.
        """
        if max_rows < 1:
            raise DataError(f"max_rows is {max_rows}.", advice="Give the largest number of rows a batch may have.")
        return self._read_batches(max_rows, columns)

    def rows(self, numbers: Sequence[int], columns: Sequence[str]) -> list[dict[str, Any]]:
        """Some rows as Python's values by column; only the parts of the snapshot that they are in are read.

        Args:
            numbers: of the rows, from 0, ascending.
            columns: those that are read.

        Raises:
            StoreError: the snapshot is missing or damaged.
        """
        found: list[dict[str, Any]] = []
        at = 0
        with self._opened() as file:
            for group in range(file.num_row_groups):
                end = at + file.metadata.row_group(group).num_rows
                if any(at <= number < end for number in numbers):
                    for batch in file.iter_batches(self._most_rows(16384), row_groups=[group], columns=columns):
                        own = [number - at for number in numbers if at <= number < at + batch.num_rows]
                        found += batch.take(own).to_pylist() if own else []
                        at += batch.num_rows
                at = end
        return found

    def _most_rows(self, wanted: int) -> int:
        """The rows of a batch: rows may hold images, batches of them have fewer."""
        return min(wanted, self.rows_that_fit(BATCH_BYTES))

    def _read_batches(self, max_rows: int, columns: Sequence[str] | None) -> Iterator[pa.RecordBatch]:
        with self._opened() as file:
            for batch in file.iter_batches(batch_size=self._most_rows(max_rows), columns=columns):
                if batch.num_rows:
                    yield batch.replace_schema_metadata(None)

    @contextmanager
    def _opened(self) -> Iterator[pq.ParquetFile]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.folder / DATA_FILE
        try:
            with open(path, "rb") as opened:
                yield pq.ParquetFile(opened)
        except (OSError, pa.ArrowInvalid) as error:
            raise StoreError(
                f"The data of commit {self.id} cannot be read: {error}",
                where=shorten_path(path),
                advice="Remove the folder of this commit and commit the datasource again.",
            ) from error


def describe(commit: Commit) -> dict[str, Any]:
    """Give the content of a commit's ``commit.json``."""
    is_plain = all(c.type != BYTES and not c.many for c in commit.columns)
    return {
        "version": _PLAIN_VERSION if is_plain else FORMAT_VERSION,
        "id": commit.id,
        "datasource": commit.datasource,
        "created": commit.created,
        "sequence": commit.sequence,
        "origin": commit.origin,
        "n_rows": commit.n_rows,
        "n_bytes": commit.n_bytes,
        "columns": [_describe_column(column) for column in commit.columns],
    }


def _describe_column(column: Column) -> dict[str, Any]:
    described: dict[str, Any] = {"name": column.name, "type": column.type, "n_missing": column.n_missing}
    return {**described, "many": True} if column.many else described


def load_commit(folder: Path) -> Commit:
    """Read the description of a commit.

    Raises:
        ConfigError: a newer version of this package wrote it.
        StoreError: it is missing or damaged.
    """
    path = folder / COMMIT_FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        version = content["version"]
        if version in (_PLAIN_VERSION, FORMAT_VERSION):
            return _from_description(content, folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"The description of a commit cannot be read: {type(error).__name__}: {error}",
            where=shorten_path(path),
            advice="Remove the folder of this commit and commit the datasource again.",
        ) from error
    raise ConfigError(
        f"This commit has the format {version}; this version of zenml_nb reads {FORMAT_VERSION}.",
        where=shorten_path(path),
        advice="Install the version of zenml_nb that wrote it, or a newer one.",
    )


def list_commits(home: Path) -> list[Commit]:
    """Load all commits of a datasource whose folder is ``home``, oldest first.

    Raises:
        ConfigError: a newer version of this package wrote one.
        StoreError: one is damaged, or the folder cannot be read.
    """
    try:
        folders = (
            [path for path in home.iterdir() if path.is_dir() and not path.name.startswith(".")]
            if home.is_dir()
            else []
        )
    except OSError as error:
        raise StoreError(
            f"The commits of a datasource cannot be listed: {error.strerror}.",
            where=shorten_path(home),
            advice="Check the permissions of this folder.",
        ) from error
    return sorted(map(load_commit, folders), key=lambda commit: (commit.created, commit.sequence, commit.id))


def _from_description(content: dict[str, Any], folder: Path) -> Commit:
    return Commit(
        id=content["id"],
        datasource=content["datasource"],
        created=content["created"],
        n_rows=content["n_rows"],
        n_bytes=content["n_bytes"],
        columns=tuple(Column(c["name"], c["type"], c["n_missing"], c.get("many", False)) for c in content["columns"]),
        folder=folder,
        sequence=content["sequence"],
        origin=content["origin"],
    )
