"""JSON Lines files."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zenml_nb.datasources.arrow_values import Unfit
from zenml_nb.datasources.base import BaseDatasource
from zenml_nb.datasources.columns import check_column_types
from zenml_nb.datasources.files import BOM, check_path, fail_utf8, find_files, hash_files, lines_of, open_file
from zenml_nb.datasources.python_values import as_arrow
from zenml_nb.datasources.settle import Block, settled_batches
from zenml_nb.datasources.snapshot import read_until_settled
from zenml_nb.errors import DataError, shorten_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

# Part of a commit's origin: raise it when the same file gives other values than before.
_READER_VERSION = 2
_ADVICE = "Give a file with one JSON object a line."
_ROWS_PER_BLOCK = 16_384
_BYTES_PER_BLOCK = 4 << 20


class JSONLinesDatasource(BaseDatasource):
    """JSON Lines files: one JSON object a line, in UTF-8; its keys are the columns.

    Numbers become INTEGER if all of a column are whole, else FLOAT (32 bits, as tf.Example holds them); true and
    false 1 and 0; texts STRING. A list of numbers or of texts is a column of lists. ``null``, NaN and a key that a
    line lacks are missing. Objects and lists of lists are refused. Files packed by gzip are unpacked as they are read.

    Args:
        name: names the datasource and the folder of its commits.
        path: the file, relative to the working directory; or a folder, for its files that end with ``.jsonl``,
            ``.ndjson`` or ``.json``, packed (``.gz``) or not; or a pattern such as ``logs/2024-*.jsonl``. Several
            files follow each other by name.
        column_types: the types of some columns, see ``CSVDatasource``; of a column of lists, that of the elements.
            As STRING, numbers become their JSON text.

    Raises:
        DeclarationError: an argument is invalid. The files themselves are looked at when they are read.
    """

    def __init__(self, name: str, path: str | os.PathLike[str], column_types: Mapping[str, str] | None = None) -> None:
        super().__init__(name)
        self.path = check_path(path, "a JSON Lines file")
        self.column_types = check_column_types(column_types)

    def read(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows in batches; the files are read twice, because the types are known only at their end.

        Raises:
            DataError: a file is missing, unreadable or malformed; with line and column.
        """
        return read_until_settled(self._attempt)

    def _attempt(self, hint: Any) -> Iterator[pa.RecordBatch]:
        blocks = (block for path in self._paths() for block in _blocks(path, self.column_types))
        return settled_batches(blocks, self.column_types, hint)

    def _origin(self) -> str:
        options = sorted(self.column_types.items())
        content = json.dumps(["jsonl", _READER_VERSION, hash_files(self._paths(), _ADVICE), options])
        return hashlib.sha256(content.encode("ascii")).hexdigest()

    def _paths(self) -> list[str]:
        endings = [f"{ending}{packed}" for ending in (".jsonl", ".ndjson", ".json") for packed in ("", ".gz")]
        return find_files(self.path, endings, "JSON Lines files")


def _blocks(path: str, declared: Mapping[str, str]) -> Iterator[Block]:
    rows: list[dict[str, Any]] = []
    lines: list[int] = []
    n_bytes = n_rows = 0
    with open_file(path, _ADVICE) as file:
        for number, offset, line in lines_of(file):
            row = _row(path, number, offset, line)
            if row is None:
                continue
            rows.append(row)
            lines.append(number)
            n_bytes += len(line)
            if len(rows) >= _ROWS_PER_BLOCK or n_bytes >= _BYTES_PER_BLOCK:
                yield _block(path, rows, lines, declared)
                n_rows += len(rows)
                rows, lines, n_bytes = [], [], 0
    if rows:
        yield _block(path, rows, lines, declared)
    elif not n_rows:
        raise DataError("The file has no rows.", where=shorten_path(path), advice=_ADVICE)


def _block(path: str, rows: list[dict[str, Any]], lines: list[int], declared: Mapping[str, str]) -> Block:
    def place(row: int) -> str:
        return f"{shorten_path(path)}, line {lines[row]}"

    columns = {}
    for name in dict.fromkeys(name for row in rows for name in row):
        values = [row.get(name) for row in rows]
        try:
            columns[name] = as_arrow(values, declared.get(name))
        except Unfit as unfit:
            where = f"{place(unfit.row)}, column {name!r}"
            raise DataError(f"The column {name!r} {unfit.what}.", where=where, advice=unfit.advice) from None
    return Block(columns, len(rows), place)


def _row(path: str, number: int, offset: int, line: bytes) -> dict[str, Any] | None:
    """One line as a dictionary; None for an empty one."""
    where = f"{shorten_path(path)}, line {number}"
    try:
        text = line.removeprefix(BOM if number == 1 else b"").decode("utf-8")
    except UnicodeDecodeError as error:
        skipped = len(BOM) if number == 1 and line.startswith(BOM) else 0
        fail_utf8(path, line, error.start + skipped, offset, number)
    if not text.strip():
        return None
    try:
        value = json.loads(text, object_pairs_hook=_unique)
    except _Twice as twice:
        raise DataError(
            f"The key {twice.args[0]!r} is there twice.", where=where, advice="Keep one of them, or rename one."
        ) from None
    except json.JSONDecodeError as error:
        whole = number == 1 and text.strip() in ("[", "{")
        raise DataError(
            f"The line is no JSON: {error.msg}.",
            where=f"{where}, column {error.colno}",
            advice="A file of one JSON document has to be rewritten: jq -c '.[]' old.json > new.jsonl."
            if whole
            else _ADVICE,
        ) from None
    except ValueError:
        # Python reads whole numbers of at most 4,300 digits.
        what = "A whole number has too many digits."
        raise DataError(what, where=where, advice="Write it as a text.") from None
    except RecursionError:
        raise DataError("The line is nested too deeply.", where=where, advice=_ADVICE) from None
    if not isinstance(value, dict):
        what = {list: "list", str: "text", type(None): "null"}.get(type(value), "number")
        raise DataError(f"The line holds a {what}, not an object with the columns.", where=where, advice=_ADVICE)
    if not value or not all(name.strip() for name in value):
        what = "The object has no keys." if not value else "A key is empty."
        raise DataError(what, where=where, advice="Name every column.")
    for name in value:
        if any("\ud800" <= mark <= "\udfff" for mark in name):
            what = f"The key {name!r} holds a lone surrogate, which no UTF-8 holds."
            raise DataError(what, where=where, advice="Name the column otherwise.")
    return value


class _Twice(Exception):
    """A key of an object is there twice."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        seen: set[str] = set()
        raise _Twice(next(name for name, _ in pairs if name in seen or seen.add(name)))  # type: ignore[func-returns-value]
    return row
