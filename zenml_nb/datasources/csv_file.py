"""A CSV file as it lies on the disk: what can be told about it before its values are read."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import itertools
import sys
from collections import Counter
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, NoReturn

from zenml_nb.datasources.files import CHUNK, fail_utf8, open_file
from zenml_nb.errors import DataError, did_you_mean, shorten_path

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKED = {b"PK": "zip", b"BZ": "bzip2", b"\x28\xb5": "zstd", b"\xfd7": "xz"}
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_ADVICE = "Give a CSV file with a header line and rows."
# A line that no file holds, put behind the last: if it ends up in a field, that field's quote is still open.
# Of code points that are no characters; NUL, which would be one too, is refused by the csv module of Python 3.10.
_SENTINEL = "\ufdd0\ufdd1" * 8


@dataclass(frozen=True)
class CsvFile:
    """A file and how to read it; the attributes are those of ``CSVDatasource``."""

    path: str
    delimiter: str
    null_values: tuple[str, ...]
    column_types: dict[str, str]

    def at(self, line: int, column: str = "") -> str:
        """Name a place in the file; lines count from 1."""
        return f"{shorten_path(self.path)}, line {line}" + (f", {column}" if column else "")


@dataclass(frozen=True)
class Record:
    """One record of the file: the physical line it begins in, counted from 1, and its fields."""

    line: int
    fields: list[str]


def check_bytes(file: CsvFile) -> str:
    """Read the file's (unpacked) bytes once: return their SHA-256, and refuse what no CSV file holds.

    Raises:
        DataError: the file is missing, empty, compressed, not text, or has a quote that is never closed.
    """
    digest = hashlib.sha256()
    n_bytes = n_quotes = n_lines = 0
    with open_bytes(file) as opened:
        while chunk := opened.read(CHUNK):
            if not n_bytes:
                _check_begin(file, chunk)
            if b"\0" in chunk:
                _fail_nul(file, chunk, n_bytes, n_lines)
            digest.update(chunk)
            n_bytes += len(chunk)
            n_quotes += chunk.count(b'"')
            n_lines += chunk.count(b"\n")
    if not n_bytes:
        _fail_empty(file)
    if n_quotes % 2:
        check_quotes(file)
    return digest.hexdigest()


@contextlib.contextmanager
def open_bytes(file: CsvFile) -> Iterator[IO[bytes]]:
    """Open the file.

    Raises:
        DataError: it is missing, a folder, empty, damaged, or may not be read; or reading it fails.
    """
    with open_file(file.path, _ADVICE) as opened:
        yield opened


def records(file: CsvFile) -> Iterator[Record]:
    """Read the records exactly, in Python; many times slower than pyarrow.

    Bytes that are not UTF-8 become lone surrogates. Empty lines are skipped, as pyarrow does.
    """
    with _no_field_limit(), open_bytes(file) as opened:
        lines = io.TextIOWrapper(opened, encoding="utf-8-sig", errors="surrogateescape", newline="")
        reader = csv.reader(itertools.chain(lines, [_SENTINEL]), delimiter=file.delimiter)
        line = 1
        for fields in reader:
            if fields == [_SENTINEL]:
                return
            if fields and fields[-1].endswith(_SENTINEL):
                _fail_open_quote(file, Record(line, fields))
            if fields:
                yield Record(line, fields)
            line = reader.line_num + 1


def read_header(file: CsvFile) -> list[str]:
    """Read the names of the columns.

    Raises:
        DataError: the file has no header or no further line, a name is empty, occurs twice or is not UTF-8;
            or ``column_types`` names a column that there is not.
    """
    found = list(itertools.islice(records(file), 2))
    if not found or not any(field.strip() for record in found for field in record.fields):
        _fail_empty(file)
    header = found[0]
    check_header_text(file, header)
    _check_names(file, header)
    if len(found) < 2:
        raise DataError("The file has a header and no rows.", where=file.at(header.line), advice="Add rows to it.")
    for name in file.column_types:
        if name not in header.fields:
            raise DataError(
                f"column_types names {name!r}, and there is no such column.",
                where=file.at(header.line),
                advice=did_you_mean(name, header.fields),
            )
    return header.fields


def check_same_header(file: CsvFile, names: list[str], first: CsvFile, expected: list[str]) -> None:
    """Refuse a file whose header is not that of the first file.

    Raises:
        DataError: it differs; with the line and the first column that differs.
    """
    if names == expected:
        return
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(names, expected, strict=False))
    position = len(list(same))
    mine = repr(names[position]) if position < len(names) else "nothing"
    theirs = repr(expected[position]) if position < len(expected) else "nothing"
    line = next(records(file)).line
    raise DataError(
        f"The header differs from that of {shorten_path(first.path)}: {mine} instead of {theirs}.",
        where=file.at(line, f"column {position + 1}"),
        advice="Give files with the same columns in the same order, or a pattern that leaves this one out.",
    )


def check_header_text(file: CsvFile, header: Record) -> None:
    """Refuse a header that is not UTF-8."""
    if any("\udc80" <= character <= "\udcff" for field in header.fields for character in field):
        check_utf8(file)


def check_utf8(file: CsvFile) -> None:
    """Find the first byte that is not UTF-8.

    Raises:
        DataError: there is one; with its line, its place in the line and in the file, and a likely encoding.
    """
    offset, number = 0, 1
    with open_bytes(file) as opened:
        for line in opened:
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                fail_utf8(file.path, line, error.start, offset, number + line[: error.start].count(b"\r"))
            offset += len(line)
            # A lone carriage return ends a line too, as in files of old Macintoshes.
            number += 1 + line.rstrip(b"\r\n").count(b"\r")


def check_quotes(file: CsvFile) -> None:
    """Find a quote that is never closed: pyarrow takes the whole rest of the file for one field then.

    Raises:
        DataError: there is one.
    """
    for _ in records(file):
        pass


def check_widths(file: CsvFile, n_columns: int) -> None:
    """Find records that have not as many fields as the header.

    Raises:
        DataError: there are some; with the physical lines and the numbers of fields of the first five.
    """
    wrong = (record for record in records(file) if len(record.fields) != n_columns)
    first = list(itertools.islice(wrong, 6))
    if not first:
        return
    listed = ", ".join(f"line {record.line} has {len(record.fields)}" for record in first[:5])
    count = "more than 5 rows" if len(first) > 5 else "1 row" if len(first) == 1 else f"{len(first)} rows"
    raise DataError(
        f"The header has {n_columns} fields, and {count} not: {listed}.",
        where=file.at(first[0].line),
        advice=f"Quote fields that hold {file.delimiter!r} or line breaks, or give the right delimiter=.",
    )


def line_of_row(file: CsvFile, row: int) -> int:
    """Return the physical line in which a row begins; rows count from 0 without the header."""
    return next(itertools.islice(records(file), row + 1, None)).line


def _check_names(file: CsvFile, header: Record) -> None:
    where = file.at(header.line)
    for position, name in enumerate(header.fields, 1):
        if not name.strip():
            raise DataError(
                f"The name of column {position} of {len(header.fields)} is empty.",
                where=f"{where}, column {position}",
                advice="Name every column in the header; a delimiter at the line's end makes one too many.",
            )
    twice = [name for name, count in Counter(header.fields).items() if count > 1]
    if twice:
        positions = {name: [i for i, n in enumerate(header.fields, 1) if n == name] for name in twice}
        listed = "; ".join(f"{name!r} at columns {', '.join(map(str, at))}" for name, at in positions.items())
        raise DataError(
            f"Columns have the same name: {listed}.",
            where=f"{where}, column {positions[twice[0]][1]}",
            advice="Rename them in the header; if the file has no header, add one.",
        )


def _check_begin(file: CsvFile, chunk: bytes) -> None:
    if chunk[:2] in _UTF16:
        fail_utf8(file.path, chunk, 0, 0, 1)
    for magic, name in _PACKED.items():
        # Text may begin with these letters; a packed file has NUL bytes soon.
        if chunk.startswith(magic) and b"\0" in chunk:
            raise DataError(
                f"The file is compressed by {name}.", where=shorten_path(file.path), advice="Unpack it first."
            )


def _fail_empty(file: CsvFile) -> NoReturn:
    raise DataError(
        "The file is empty.",
        where=shorten_path(file.path),
        advice=_ADVICE,
    )


def _fail_nul(file: CsvFile, chunk: bytes, offset: int, n_lines: int) -> NoReturn:
    position = chunk.index(b"\0")
    line = n_lines + chunk.count(b"\n", 0, position) + 1
    raise DataError(
        f"The file holds a NUL byte at byte offset {offset + position}: it is no text in UTF-8.",
        where=file.at(line),
        advice="If it is UTF-16: iconv -f UTF-16 -t UTF-8 old.csv > new.csv; else remove these bytes.",
    )


def _fail_open_quote(file: CsvFile, record: Record) -> NoReturn:
    raise DataError(
        'A quote (") is opened and never closed.',
        where=file.at(record.line, f"column {len(record.fields)}"),
        advice='Close it, or double a quote that belongs to the text ("").',
    )


@contextlib.contextmanager
def _no_field_limit() -> Iterator[Any]:
    """Python's csv module refuses fields above 128 kB, which pyarrow reads."""
    before = csv.field_size_limit(sys.maxsize)
    try:
        yield None
    finally:
        csv.field_size_limit(before)
