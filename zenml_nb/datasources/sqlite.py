"""SQLite files, opened so that nothing can be changed."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from zenml_nb.datasources.files import GZIP, open_file
from zenml_nb.datasources.settle import Block
from zenml_nb.datasources.sql_rows import ROWS_AT_ONCE, check_names, places_in, row_blocks, unknown_name
from zenml_nb.errors import DataError, did_you_mean, shorten_path

_ADVICE = "Give a SQLite file with the table."
_HEADER = 100
_MAGIC = b"SQLite format 3\0"
# What a statement may do that only reads; the numbers are those of sqlite3.h.
_RECURSIVE = 33
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, _RECURSIVE}


def sqlite_blocks(path: str, query: str | None, table: str | None, declared: Mapping[str, str]) -> Iterator[Block]:
    """The rows of a query, or of a table, in blocks.

    Raises:
        DataError: the file is missing, no SQLite file, or damaged; the query is wrong, with its place; or a value has
            a type that no column holds.
    """
    _check_file(path)
    where = f"{shorten_path(path)}, {'the query' if query else f'table {table!r}'}"
    statement = query if query is not None else f"SELECT * FROM {_quoted(str(table))}"
    try:
        with contextlib.closing(_opened(path)) as connection:
            connection.set_authorizer(_authorize)
            cursor = connection.execute(statement)
            names = [column[0] for column in cursor.description or ()]
            check_names(names, where)
            yield from row_blocks(names, _groups(cursor), declared, where)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise _explained(path, query, table, where, error) from error


def _opened(path: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)


def _check_file(path: str) -> None:
    with open_file(path, _ADVICE) as file:
        header = file.read(_HEADER)
    place = shorten_path(path)
    if not header.startswith(_MAGIC):
        raise DataError("The file is no SQLite database.", where=place, advice=_ADVICE)
    with open(path, "rb") as raw:
        if raw.read(len(GZIP)) == GZIP:
            what = "The SQLite database is packed by gzip."
            raise DataError(what, where=place, advice="Unpack it first: gunzip --keep FILE.gz.")
    wanted, size = _size_of(header), os.path.getsize(path)
    # What a journal beside it holds may still have to be written into the file.
    if size < wanted and not any(os.path.exists(path + end) for end in ("-wal", "-journal")):
        raise DataError(
            f"The SQLite file is cut off: it has {size:,} of {wanted:,} bytes.",
            where=place,
            advice="Copy it again from where it came from.",
        )


def _size_of(header: bytes) -> int:
    """The size of a file in bytes by its header (https://sqlite.org/fileformat.html); 0 if it does not tell.

    The number of pages counts only if the version that wrote it is that of the last change.
    """
    if len(header) < _HEADER or header[24:28] != header[92:96]:
        return 0
    page = int.from_bytes(header[16:18], "big")
    # 65,536 does not fit into two bytes.
    return (1 << 16 if page == 1 else page) * int.from_bytes(header[28:32], "big")


def _authorize(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _groups(cursor: sqlite3.Cursor) -> Iterator[Sequence[Sequence[Any]]]:
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        yield rows


def _quoted(table: str) -> str:
    schema, dot, name = table.rpartition(".")
    parts = [schema, name] if schema in ("main", "temp") and dot else [table]
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def _explained(path: str, query: str | None, table: str | None, where: str, error: Exception) -> DataError:
    message = str(error)
    if "not authorized" in message or "prohibited" in message:
        what = "The query does more than read, and was refused."
        return DataError(what, where=where, advice="Give a SELECT; a datasource never changes its database.")
    if "one statement" in message:
        return DataError("The query holds several statements.", where=where, advice="Give one SELECT.")
    place = places_in(query, message) if query else ""
    advice = "Correct the query." if place or query else _ADVICE
    unknown = unknown_name(message)
    if unknown:
        advice = did_you_mean(unknown[1], _names(path, unknown[0]))
    elif "malformed" in message or "not a database" in message or "disk I/O" in message:
        advice = "The file is damaged or cut off: copy it again from where it came from."
    elif "Could not decode" in message:
        advice = "A text is not UTF-8: read it as bytes, SELECT CAST(column AS BLOB) AS column."
    elif "locked" in message or "busy" in message:
        advice = "Another program writes to it: try again when it is done."
    if table is not None and unknown:
        return DataError(f"There is no table {table!r}.", where=shorten_path(path), advice=advice)
    return DataError(f"SQLite refuses the query: {message}.", where=f"{where}{place and ', ' + place}", advice=advice)


def _names(path: str, word: str) -> list[str]:
    """The names of all tables and views, or of all of their columns."""
    tables = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
    columns = f"SELECT DISTINCT info.name FROM ({tables}) AS found, pragma_table_info(found.name) AS info"
    try:
        with contextlib.closing(_opened(path)) as connection:
            return [row[0] for row in connection.execute(tables if word == "table" else columns)]
    except sqlite3.Error:
        return []
