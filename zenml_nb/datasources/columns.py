"""The three types of values that a tf.Example holds, and their Arrow types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zenml_nb.errors import DataError, DeclarationError, did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa

INTEGER = "INTEGER"
FLOAT = "FLOAT"
STRING = "STRING"
TYPES = (INTEGER, FLOAT, STRING)

#: What a column becomes when its values do not fit: a type that holds more.
WIDER = {INTEGER: FLOAT, FLOAT: STRING}


@dataclass(frozen=True)
class Column:
    """One column of a commit.

    Attributes:
        name: the column's name, unique in its commit.
        type: ``INTEGER`` (int64), ``FLOAT`` (float32, as tf.Example holds it) or ``STRING`` (UTF-8 text).
        n_missing: the number of rows without a value.
    """

    name: str
    type: str
    n_missing: int


def check_type(kind: object, where: str) -> str:
    """Return the name of a type if it is one of the three.

    Raises:
        DeclarationError: it is not; the nearest name is given.
    """
    if isinstance(kind, str) and kind in TYPES:
        return kind
    raise DeclarationError(f"{where} is {kind!r}, which is no type.", advice=did_you_mean(str(kind), TYPES))


def arrow_type(kind: str) -> pa.DataType:
    """Return the Arrow type of INTEGER, FLOAT or STRING."""
    import pyarrow as pa

    return {INTEGER: pa.int64(), FLOAT: pa.float32(), STRING: pa.string()}[kind]


def type_name(data_type: pa.DataType, column: str) -> str:
    """Return the name of an Arrow type.

    Raises:
        DataError: it is none of int64, float32 and string.
    """
    for kind in TYPES:
        if data_type == arrow_type(kind):
            return kind
    raise DataError(
        f"A datasource's batches hold values of the type {data_type}.",
        where=f"column {column!r}",
        advice="Let its read() yield int64, float32 and string columns only.",
    )
