"""CSV files."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zenml_nb.datasources.base import BaseDatasource
from zenml_nb.datasources.columns import check_column_types
from zenml_nb.datasources.csv_file import CsvFile, check_bytes
from zenml_nb.datasources.csv_read import typed_batches
from zenml_nb.datasources.files import check_path, find_files
from zenml_nb.datasources.snapshot import read_until_settled
from zenml_nb.errors import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

# Part of a commit's origin: raise it when the same file gives other values than before.
_READER_VERSION = 2


class CSVDatasource(BaseDatasource):
    r"""CSV files in UTF-8 with a header line.

    A column is INTEGER if all its values are whole numbers of 64 bits, else FLOAT if all are numbers, else
    STRING with the text unchanged (dates and true/false too). A column without any value is INTEGER. FLOAT
    values have 32 bits, as tf.Example holds them: larger numbers than 3.4e38 become infinite. Quoted fields
    may hold line breaks. Empty lines are skipped. Files packed by gzip are unpacked as they are read.

    An empty field is missing. In numeric columns so are NA, N/A, n/a, NaN, nan, null, NULL, None and blanks;
    in text columns these are text unless ``null_values`` lists them.

    Args:
        name: names the datasource and the folder of its commits.
        path: the file, relative to the working directory; or a folder, for its files that end with ``.csv`` or
            ``.csv.gz``; or a pattern such as ``logs/2024-*.csv``. Several files follow each other by name, and all
            have the same header.
        delimiter: the character between two fields, for example ``;`` or ``\t``.
        null_values: further texts that mean a missing value, in all columns.
        column_types: the types of some columns, for example ``{'zip': 'STRING'}``: INTEGER, FLOAT, STRING, BYTES
            (the text's UTF-8), DATETIME (a time such as ``2024-01-31 12:30+01:00``) or TIMESTAMP (such a time, or
            seconds). Times become INTEGER, seconds since 1970-01-01 UTC; without a zone they are UTC.

    Raises:
        DeclarationError: an argument is invalid. The file itself is looked at when it is read.
    """

    def __init__(
        self,
        name: str,
        path: str | os.PathLike[str],
        delimiter: str = ",",
        null_values: Sequence[str] = (),
        column_types: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(name)
        self.path = check_path(path, "a CSV file")
        self.delimiter = _check_delimiter(delimiter)
        self.null_values = _check_null_values(null_values)
        self.column_types = check_column_types(column_types)

    def read(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows in batches, about 1 MB of the file each.

        The file is read twice: the types are known only at its end.

        Raises:
            DataError: the file is missing, unreadable or malformed; with line and column where there are.
        """
        for file in self._files():
            check_bytes(file)
        yield from read_until_settled(self._attempt)

    def _attempt(self, hint: Any) -> Iterator[pa.RecordBatch]:
        return typed_batches(self._files(), hint)

    def _origin(self) -> str:
        options = [self.delimiter, sorted(self.null_values), sorted(self.column_types.items())]
        digests = [check_bytes(file) for file in self._files()]
        content = json.dumps(["csv", _READER_VERSION, digests, options])
        return hashlib.sha256(content.encode("ascii")).hexdigest()

    def _files(self) -> list[CsvFile]:
        paths = find_files(self.path, (".csv", ".csv.gz"), "CSV files")
        return [CsvFile(path, self.delimiter, self.null_values, self.column_types) for path in paths]


def _check_delimiter(delimiter: object) -> str:
    if isinstance(delimiter, str) and len(delimiter) == 1 and delimiter.isascii() and delimiter not in '"\r\n\0':
        return delimiter
    raise DeclarationError(
        f"delimiter is {delimiter!r}.", advice=r"Give one ASCII character, for example ',', ';' or '\t'."
    )


def _check_null_values(null_values: object) -> tuple[str, ...]:
    listed = isinstance(null_values, Sequence) and not isinstance(null_values, str)
    if listed and all(isinstance(value, str) for value in null_values):  # type: ignore[attr-defined]
        return tuple(null_values)  # type: ignore[arg-type]
    raise DeclarationError(f"null_values is {null_values!r}.", advice="Give a list of texts, for example ['?', '-'].")
