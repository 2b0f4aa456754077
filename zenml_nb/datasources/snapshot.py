"""Writing a commit: streamed into a folder beside its place, which is renamed when it is complete."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import socket
import uuid
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml_nb.datasources.columns import Column, arrow_type, kind_of
from zenml_nb.datasources.commits import COMMIT_FILE, DATA_FILE, Commit, describe, list_commits
from zenml_nb.datasources.hashing import ColumnHash, commit_id
from zenml_nb.errors import DataError, StoreError, shorten_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

ROWS_PER_GROUP = 65_536
# Rows with long texts: a row group is closed earlier, because it is held in memory as a whole.
_BYTES_PER_GROUP = 64 << 20
_TEMPORARY = ".tmp-"


class Restart(Exception):
    """A source found that it must be read from its start again; ``hint`` is what it learnt."""

    def __init__(self, hint: Any) -> None:
        super().__init__(hint)
        self.hint = hint


def write_commit(home: Path, name: str, read: Callable[[Any], Iterator[pa.RecordBatch]], origin: str | None) -> str:
    """Stream batches into a commit in ``home`` and return its id; a commit of equal content is left as it is.

    ``read`` is called with None, and again with the hint of each Restart that it raises.

    Raises:
        DataError: there is no row, or a batch is unfit.
        StoreError: the snapshot cannot be written; nothing of it is left.
    """
    hint: Any = None
    while True:
        with _temporary_folder(home) as folder:
            try:
                writer = _write_data(folder, name, read(hint))
            except Restart as restart:
                hint = restart.hint
                continue
            with _store_errors(home):
                return _publish(home, folder, writer.describe(name, origin))


def read_until_settled(read: Callable[[Any], Iterator[pa.RecordBatch]]) -> Iterator[pa.RecordBatch]:
    """Read once to learn all that a Restart would tell, then yield the batches."""
    hint: Any = None
    while True:
        try:
            for _ in read(hint):
                pass
            break
        except Restart as restart:
            hint = restart.hint
    yield from read(hint)


class SnapshotWriter:
    """Writes batches into row groups of equal size and hashes their content."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        names = schema.names
        if len(set(names)) != len(names) or not names:
            raise DataError("A datasource's batches need columns with unique names.", advice="Correct its read().")
        self.n_rows = 0
        self._path = path
        self._given = schema.remove_metadata()
        self._kinds = [kind_of(field.type, field.name) for field in schema]
        # Lists name their elements, and not all sources name them alike.
        self._schema = pa.schema([(n, arrow_type(*kind)) for n, kind in zip(names, self._kinds, strict=True)])
        self._hashes = [ColumnHash(*kind) for kind in self._kinds]
        self._pending: list[pa.RecordBatch] = []
        self._pending_rows = 0
        self._pending_bytes = 0
        self._parquet = pq.ParquetWriter(str(path), self._schema)

    def add(self, batch: pa.RecordBatch) -> None:
        """Hash and write a batch."""
        if batch.schema.remove_metadata() != self._given:
            raise DataError("A datasource's batches differ in their columns.", advice="Correct its read().")
        batch = self._as_stored(batch)
        for column_hash, values in zip(self._hashes, batch.columns, strict=True):
            column_hash.add(values)
        self.n_rows += batch.num_rows
        self._hold(batch)
        while self._pending_rows >= ROWS_PER_GROUP or self._pending_bytes >= _BYTES_PER_GROUP:
            self._write_group()

    def close(self) -> None:
        """Write what is left, and the file's end, to the disk."""
        if self._pending_rows:
            self._write_group()
        self._parquet.close()
        with open(self._path, "rb+") as file:
            os.fsync(file.fileno())

    def abandon(self) -> None:
        """Close the file after a failure, without a word on what else is wrong with it."""
        with contextlib.suppress(Exception):
            self._parquet.close()

    def describe(self, name: str, origin: str | None) -> Commit:
        """Describe the commit; its folder is not known yet."""
        names = self._schema.names
        columns = [
            Column(name, kind.type, column_hash.n_missing, kind.many)
            for name, kind, column_hash in zip(names, self._kinds, self._hashes, strict=True)
        ]
        kinds = [f"{kind.type}[]" if kind.many else kind.type for kind in self._kinds]
        return Commit(
            id=commit_id(self.n_rows, names, kinds, self._hashes),
            datasource=name,
            created=datetime.now(timezone.utc).isoformat(timespec="microseconds"),
            n_rows=self.n_rows,
            n_bytes=self._path.stat().st_size,
            columns=tuple(columns),
            folder=self._path.parent,
            origin=origin,
        )

    def _as_stored(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with the names of this file for the elements of lists; a list has no missing elements."""
        import pyarrow as pa

        columns = []
        for name, kind, values in zip(self._schema.names, self._kinds, batch.columns, strict=True):
            if kind.many and values.flatten().null_count:
                raise DataError(
                    "A list holds a missing value, which tf.Example cannot.",
                    where=f"column {name!r}",
                    advice="Correct the datasource's read(): leave it out of the list, or fill it.",
                )
            columns.append(values.cast(arrow_type(*kind)) if kind.many else values)
        return pa.RecordBatch.from_arrays(columns, schema=self._schema)

    def _hold(self, batch: pa.RecordBatch) -> None:
        self._pending.append(batch)
        self._pending_rows += batch.num_rows
        self._pending_bytes += batch.nbytes

    def _write_group(self) -> None:
        import pyarrow as pa

        table = pa.Table.from_batches(self._pending, self._schema)
        self._parquet.write_table(table.slice(0, ROWS_PER_GROUP), row_group_size=ROWS_PER_GROUP)
        self._pending, self._pending_rows, self._pending_bytes = [], 0, 0
        for batch in table.slice(ROWS_PER_GROUP).to_batches():
            self._hold(batch)


def _write_data(folder: Path, name: str, batches: Iterator[pa.RecordBatch]) -> SnapshotWriter:
    """Write ``data.parquet``. Only the writing is watched for errors of the store: a source has its own."""
    writer: SnapshotWriter | None = None
    try:
        for batch in batches:
            with _store_errors(folder.parent):
                if writer is None:
                    writer = SnapshotWriter(folder / DATA_FILE, batch.schema)
                writer.add(batch)
        if writer is None or not writer.n_rows:
            raise DataError("The data has no rows.", where=f"datasource {name!r}", advice="Give some rows.")
        with _store_errors(folder.parent):
            writer.close()
        return writer
    except BaseException:
        if writer is not None:
            writer.abandon()
        raise


def _publish(home: Path, folder: Path, commit: Commit) -> str:
    """Rename a complete folder to its place; if another process was first with equal content, its stays."""
    final = home / commit.id
    if (final / COMMIT_FILE).exists():
        return commit.id
    sequence = max((known.sequence for known in list_commits(home)), default=0) + 1
    with open(folder / COMMIT_FILE, "w", encoding="utf-8") as file:
        json.dump({**describe(commit), "sequence": sequence}, file, indent=1, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.rename(folder, final)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST) or not (final / COMMIT_FILE).exists():
            raise
    return commit.id


@contextlib.contextmanager
def _temporary_folder(home: Path) -> Iterator[Path]:
    """Make a folder beside the commits; it is removed at the end if it was not renamed."""
    folder = home / f"{_TEMPORARY}{_host()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    with _store_errors(home):
        home.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(home)
        folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_leftovers(home: Path) -> None:
    """Remove the folders of processes of this machine that died while they wrote."""
    for path in home.glob(f"{_TEMPORARY}{_host()}-*"):
        pid = path.name.rsplit("-", 2)[-2]
        if pid.isdigit() and not _is_alive(int(pid)):
            shutil.rmtree(path, ignore_errors=True)


def _host() -> str:
    """A process id means something on its own machine only; a store may be shared by several."""
    return "".join(c if c.isalnum() else "_" for c in socket.gethostname()) or "host"


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


@contextlib.contextmanager
def _store_errors(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error)
        cause = "the disk is full" if full else str(error.strerror or error)
        fix = "Free some space" if full else "Check the permissions of this folder"
        raise StoreError(
            f"The data cannot be committed: {cause}. Nothing half-written was left.",
            where=shorten_path(home),
            advice=f"{fix}, or set artifact_store in .zenml_nb/config.yaml to another place.",
        ) from error
