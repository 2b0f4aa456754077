"""CSV files."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zenml_nb.datasources.base import BaseDatasource
from zenml_nb.datasources.columns import check_type
from zenml_nb.datasources.csv_file import CsvFile, check_bytes
from zenml_nb.datasources.csv_read import typed_batches
from zenml_nb.datasources.snapshot import Restart
from zenml_nb.errors import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

# Part of a commit's origin: raise it when the same file gives other values than before.
_READER_VERSION = 1


class CSVDatasource(BaseDatasource):
    r"""A CSV file in UTF-8 with a header line.

    A column is INTEGER if all its values are whole numbers of 64 bits, else FLOAT if all are numbers, else
    STRING with the text unchanged (dates and true/false too). A column without any value is INTEGER. FLOAT
    values have 32 bits, as tf.Example holds them: larger numbers than 3.4e38 become infinite. Quoted fields
    may hold line breaks. Empty lines are skipped.

    An empty field is missing. In numeric columns so are NA, N/A, n/a, NaN, nan, null, NULL, None and blanks;
    in text columns these are text unless ``null_values`` lists them.

    Args:
        name: names the datasource and the folder of its commits.
        path: the file, relative to the working directory.
        delimiter: the character between two fields, for example ``;`` or ``\t``.
        null_values: further texts that mean a missing value, in all columns.
        column_types: the types of some columns, for example ``{'zip': 'STRING'}``; INTEGER, FLOAT, STRING.

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
        self.path = _check_path(path)
        self.delimiter = _check_delimiter(delimiter)
        self.null_values = _check_null_values(null_values)
        self.column_types = _check_column_types(column_types)

    def read(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows in batches, about 1 MB of the file each.

        The file is read twice: the types are known only at its end.

        Raises:
            DataError: the file is missing, unreadable or malformed; with line and column where there are.
        """
        check_bytes(self._file())
        hint: Any = None
        while True:
            try:
                for _ in self._attempt(hint):
                    pass
                break
            except Restart as restart:
                hint = restart.hint
        yield from self._attempt(hint)

    def _attempt(self, hint: Any) -> Iterator[pa.RecordBatch]:
        return typed_batches(self._file(), hint)

    def _origin(self) -> str:
        options = [self.delimiter, sorted(self.null_values), sorted(self.column_types.items())]
        content = json.dumps(["csv", _READER_VERSION, check_bytes(self._file()), options])
        return hashlib.sha256(content.encode("ascii")).hexdigest()

    def _file(self) -> CsvFile:
        return CsvFile(os.path.expanduser(self.path), self.delimiter, self.null_values, self.column_types)


def _check_path(path: object) -> str:
    if isinstance(path, (str, os.PathLike)) and isinstance(text := os.fspath(path), str) and text:
        if "://" not in text:
            return text
        raise DeclarationError(f"{text!r} is no file.", advice="Download it and give the path of the copy.")
    raise DeclarationError(f"path is {path!r}.", advice="Give the path of a CSV file.")


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


def _check_column_types(column_types: object) -> dict[str, str]:
    if column_types is None:
        return {}
    if isinstance(column_types, Mapping):
        return {name: check_type(kind, f"column_types[{name!r}]") for name, kind in column_types.items()}
    raise DeclarationError(
        f"column_types is {column_types!r}.", advice="Give a dictionary, for example {'zip': 'STRING'}."
    )
