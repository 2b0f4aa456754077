"""The values of a CSV file: pyarrow splits it into texts, block by block; the types are found on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zenml_nb.datasources.columns import INTEGER, WIDER, arrow_type, stored_type
from zenml_nb.datasources.csv_file import (
    CsvFile,
    check_quotes,
    check_same_header,
    check_utf8,
    check_widths,
    line_of_row,
    open_bytes,
    read_header,
)
from zenml_nb.datasources.snapshot import Restart
from zenml_nb.datasources.texts import parse
from zenml_nb.errors import DataError, shorten_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

BLOCK_BYTES = 1 << 20
# A record must fit into a block; pyarrow counts the bytes of a block in 32 bits.
_LARGEST_BLOCK = 1 << 30


@dataclass(frozen=True)
class Hint:
    """What an interrupted reading found: types by column name, and a block size that holds every record."""

    types: dict[str, str]
    block_bytes: int


def typed_batches(files: Sequence[CsvFile], hint: Hint | None) -> Iterator[pa.RecordBatch]:
    """Read the rows of all files with the types of ``hint``, or with types found from the first block.

    Raises:
        Restart: a later block does not fit these types; the rest was read to find all of these.
        DataError: a file is malformed, the headers differ, or a value does not fit the type declared for its column.
    """
    import pyarrow as pa

    names = read_header(files[0])
    types = dict(hint.types) if hint else {name: files[0].column_types.get(name, INTEGER) for name in names}
    reading = _Reading(names, types, hint.block_bytes if hint else BLOCK_BYTES)
    schema = None
    for file in files:
        if file is not files[0]:
            check_same_header(file, read_header(file), files[0], names)
        for columns in reading.blocks(file):
            found = pa.schema([(name, arrow_type(stored_type(types[name]))) for name in names])
            # Once a batch is out, other types cannot follow it; the rest is read to learn all of them.
            schema = schema or found
            if schema == found:
                yield pa.record_batch(columns, schema)
    if schema is not None and [arrow_type(stored_type(types[name])) for name in names] != schema.types:
        raise Restart(Hint(types, reading.block_bytes))


class _Reading:
    """The state of one reading of several files: the types so far, by column name, which grow wider."""

    def __init__(self, names: list[str], types: dict[str, str], block_bytes: int) -> None:
        self.names = names
        self.types = types
        self.block_bytes = block_bytes

    def blocks(self, file: CsvFile) -> Iterator[list[pa.Array]]:
        """The columns of one file, block by block."""
        import pyarrow as pa

        n_rows = 0
        block = None
        try:
            for block in _text_blocks(file, self.names, self.block_bytes):
                yield [
                    _typed(file, name, texts, self.types, n_rows)
                    for name, texts in zip(self.names, block.columns, strict=True)
                ]
                n_rows += block.num_rows
        except pa.ArrowInvalid as error:
            _explain(file, self.names, self.types, self.block_bytes, error)
        except OSError as error:
            path = shorten_path(file.path)
            raise DataError(f"The file cannot be read: {error}.", where=path, advice="Check the disk.") from error
        if block is not None and _ends_with_line_break(block):
            check_quotes(file)


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
    # An opened file, because pyarrow goes by a path's ending.
    with open_bytes(file) as opened, csv.open_csv(pa.PythonFile(opened, "r"), **options) as reader:
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
