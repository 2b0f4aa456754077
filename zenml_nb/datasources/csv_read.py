"""The values of a CSV file: pyarrow splits it into texts, block by block; the types are found on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zenml_nb.datasources.columns import FLOAT, INTEGER, STRING, WIDER, arrow_type
from zenml_nb.datasources.csv_file import (
    CsvFile,
    check_quotes,
    check_utf8,
    check_widths,
    line_of_row,
    read_header,
)
from zenml_nb.datasources.snapshot import Restart
from zenml_nb.errors import DataError, shorten_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

#: Missing values of numeric columns.
NUMERIC_NULLS = ("NA", "N/A", "NaN", "nan", "null", "NULL", "None", "n/a")

BLOCK_BYTES = 1 << 20
# A record must fit into a block; pyarrow counts the bytes of a block in 32 bits.
_LARGEST_BLOCK = 1 << 30


@dataclass(frozen=True)
class Hint:
    """What an interrupted reading found: types by column name, and a block size that holds every record."""

    types: dict[str, str]
    block_bytes: int


def typed_batches(file: CsvFile, hint: Hint | None) -> Iterator[pa.RecordBatch]:
    """Read the rows with the types of ``hint``, or with types found from the first block.

    Raises:
        Restart: a later block does not fit these types; the rest of the file was read to find all of these.
        DataError: the file is malformed, or a value does not fit the type declared for its column.
    """
    import pyarrow as pa

    names = read_header(file)
    block_bytes = hint.block_bytes if hint else BLOCK_BYTES
    types = dict(hint.types) if hint else {name: file.column_types.get(name, INTEGER) for name in names}
    n_rows = 0
    stale = False
    block = None
    try:
        for block in _text_blocks(file, names, block_bytes):
            before = dict(types)
            columns = [
                _typed(file, name, texts, types, n_rows) for name, texts in zip(names, block.columns, strict=True)
            ]
            stale = stale or (n_rows > 0 and types != before)
            n_rows += block.num_rows
            if not stale:
                yield pa.record_batch(columns, pa.schema([(name, arrow_type(types[name])) for name in names]))
    except pa.ArrowInvalid as error:
        _explain(file, names, types, block_bytes, error)
    except OSError as error:
        path = shorten_path(file.path)
        raise DataError(f"The file cannot be read: {error}.", where=path, advice="Check the disk.") from error
    if block is not None and _ends_with_line_break(block):
        check_quotes(file)
    if stale:
        raise Restart(Hint(types, block_bytes))


def _ends_with_line_break(block: pa.RecordBatch) -> bool:
    """Tell whether a field of the last row holds a line break, as it does if its quote was never closed."""
    last = [texts[-1].as_py() or "" for texts in block.columns]
    return any("\n" in text or "\r" in text for text in last)


def _text_blocks(file: CsvFile, names: list[str], block_bytes: int) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    from pyarrow import csv

    options = {
        "read_options": csv.ReadOptions(block_size=block_bytes),
        "parse_options": csv.ParseOptions(delimiter=file.delimiter, newlines_in_values=True),
        "convert_options": csv.ConvertOptions(
            column_types={name: pa.string() for name in names},
            null_values=["", *file.null_values],
            strings_can_be_null=True,
        ),
    }
    # An opened file, because pyarrow unpacks a path that ends in .gz.
    with pa.OSFile(file.path, "rb") as opened, csv.open_csv(opened, **options) as reader:
        if reader.schema.names != names:
            raise pa.ArrowInvalid(f"pyarrow reads other column names: {reader.schema.names}")
        for block in reader:
            if block.num_rows:
                yield block


def _typed(file: CsvFile, name: str, texts: pa.Array, types: dict[str, str], n_rows: int) -> pa.Array:
    """Give the values of a block's column, after widening its type in ``types`` as far as needed."""
    while True:
        values = parse(texts, types[name])
        if values is not None:
            return values
        if name in file.column_types:
            _fail_value(file, name, texts, types[name], n_rows)
        types[name] = WIDER[types[name]]


def parse(texts: pa.Array, kind: str) -> pa.Array | None:
    """Read texts as values of a type: int64, float32 or string; None if one of them is no such value."""
    if kind == STRING:
        return texts
    values = _cast(texts, kind)
    return values if values is not None else _cast(_clean(texts), kind)


def _cast(texts: pa.Array, kind: str) -> pa.Array | None:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        if kind == FLOAT:
            # By way of float64, so that the rounding is that of Python and pandas.
            values = pc.cast(texts, pa.float64())
            return pc.if_else(pc.is_nan(values), None, values).cast(pa.float32(), safe=False)
        values = pc.cast(texts, pa.int64())
    except pa.ArrowInvalid:
        return None
    # Arrow reads 0x1F as 31; for every other reader of CSV files it is text.
    hexadecimal = pc.any(pc.match_substring(texts, "x", ignore_case=True)).as_py()
    return None if hexadecimal else values


def _clean(texts: pa.Array) -> pa.Array:
    """Make the words for missing values null, and drop blanks and plus signs around numbers."""
    import pyarrow as pa
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(texts)
    missing = pc.is_in(trimmed, value_set=pa.array(["", *NUMERIC_NULLS]))
    unsigned = pc.replace_substring_regex(trimmed, pattern=r"^\+([0-9.])", replacement=r"\1")
    return pc.if_else(missing, pa.scalar(None, pa.string()), unsigned)


def _fail_value(file: CsvFile, name: str, texts: pa.Array, kind: str, n_rows: int) -> None:
    low, high = 0, len(texts)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if parse(texts.slice(low, middle - low), kind) is None else (middle, high)
    raise DataError(
        f"The value {texts[low].as_py()!r} is no {kind}, which column_types declares.",
        where=file.at(line_of_row(file, n_rows + low), f"column {name!r}"),
        advice="Correct it, list it in null_values if it means a missing value, or declare STRING.",
    )


def _explain(file: CsvFile, names: list[str], types: dict[str, str], block_bytes: int, error: Any) -> None:
    """Find the line and column of what pyarrow refused; read a record longer than a block in longer ones."""
    check_utf8(file)
    check_quotes(file)
    check_widths(file, len(names))
    if "straddl" in str(error) and block_bytes < _LARGEST_BLOCK:
        raise Restart(Hint(types, min(block_bytes * 8, _LARGEST_BLOCK))) from None
    raise DataError(
        f"The file cannot be read as CSV: {error}",
        where=shorten_path(file.path),
        advice="Check how it is written.",
    ) from error
