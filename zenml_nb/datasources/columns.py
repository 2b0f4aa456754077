"""The types of values that a tf.Example holds, and their Arrow types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from zenml_nb.errors import DataError, DeclarationError, did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa

INTEGER = "INTEGER"
FLOAT = "FLOAT"
STRING = "STRING"
BYTES = "BYTES"
#: The types of a commit's columns.
TYPES = (INTEGER, FLOAT, STRING, BYTES)

TIMESTAMP = "TIMESTAMP"
DATETIME = "DATETIME"
#: The types that ``column_types`` may declare; the two of times become INTEGER, seconds since 1970-01-01 UTC.
DECLARABLE = (*TYPES, TIMESTAMP, DATETIME)

#: What a column of texts becomes when its values do not fit: a type that holds more.
WIDER = {INTEGER: FLOAT, FLOAT: STRING}


class Kind(NamedTuple):
    """The type of a column's values, and whether a row holds a list of them."""

    type: str
    many: bool = False


@dataclass(frozen=True)
class Column:
    """One column of a commit.

    Attributes:
        name: the column's name, unique in its commit.
        type: ``INTEGER`` (int64), ``FLOAT`` (float32, as tf.Example holds it), ``STRING`` (UTF-8 text) or ``BYTES``.
        n_missing: the number of rows without a value.
        many: whether a row holds a list of values, of any length; then ``type`` is that of its elements.
    """

    name: str
    type: str
    n_missing: int
    many: bool = False


def check_columns(columns: object) -> list[str]:
    """Return the names of the columns that are read, each once.

    Raises:
        DeclarationError: it is no list of names, or an empty one.
    """
    listed = isinstance(columns, Sequence) and not isinstance(columns, str) and len(columns) > 0
    if not listed or not all(isinstance(name, str) and name.strip() for name in columns):  # type: ignore[attr-defined]
        raise DeclarationError(f"columns is {columns!r}.", advice="Give a list of names.")
    names: list[str] = list(columns)  # type: ignore[call-overload]
    if len(set(names)) < len(names):
        raise DeclarationError(f"columns names a column twice: {names}.", advice="Name each column once.")
    return names


def check_type(kind: object, where: str) -> str:
    """Return the name of a type if it is one that can be declared.

    Raises:
        DeclarationError: it is not; the nearest name is given.
    """
    if isinstance(kind, str) and kind in DECLARABLE:
        return kind
    raise DeclarationError(f"{where} is {kind!r}, which is no type.", advice=did_you_mean(str(kind), DECLARABLE))


def check_column_types(column_types: object) -> dict[str, str]:
    """Return declared types by column name.

    Raises:
        DeclarationError: they are no mapping, or name no type.
    """
    if column_types is None:
        return {}
    if isinstance(column_types, Mapping):
        return {name: check_type(kind, f"column_types[{name!r}]") for name, kind in column_types.items()}
    raise DeclarationError(
        f"column_types is {column_types!r}.", advice="Give a dictionary, for example {'zip': 'STRING'}."
    )


def stored_type(declared: str) -> str:
    """Return the type of the column that a declared type makes."""
    return INTEGER if declared in (TIMESTAMP, DATETIME) else declared


def arrow_type(kind: str, many: bool = False) -> pa.DataType:
    """Return the Arrow type of a column of a commit."""
    import pyarrow as pa

    single = {INTEGER: pa.int64(), FLOAT: pa.float32(), STRING: pa.string(), BYTES: pa.binary()}[kind]
    return pa.list_(single) if many else single


def kind_of(data_type: pa.DataType, column: str) -> Kind:
    """Return the kind of an Arrow type.

    Raises:
        DataError: it is none of int64, float32, string and binary, nor a list of these.
    """
    import pyarrow as pa

    many = pa.types.is_list(data_type)
    single = data_type.value_type if many else data_type
    for kind in TYPES:
        if single == arrow_type(kind):
            return Kind(kind, many)
    raise DataError(
        f"A datasource's batches hold values of the type {data_type}.",
        where=f"column {column!r}",
        advice="Let its read() yield int64, float32, string and binary columns, or lists of these.",
    )
