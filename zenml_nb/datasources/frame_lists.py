"""Columns of lists and of bytes in pandas frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from zenml_nb.datasources.arrow_values import Unfit, natural_kind, stored
from zenml_nb.datasources.columns import BYTES, INTEGER, Kind
from zenml_nb.datasources.plain_cells import plain_cells
from zenml_nb.datasources.python_values import as_arrow
from zenml_nb.errors import DataError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def nested_kind(series: pd.Series[Any], where: str) -> Kind | None:
    """The kind of a column of objects that holds lists (or tuples, or arrays) or bytes alone; None if it does not.

    Raises:
        DataError: the elements of lists are of unknown or mixed types, or missing.
    """
    values = plain_cells(series)
    present = [value for value in values if value is not None]
    if not present:
        return None
    if all(isinstance(value, bytes) for value in present):
        return Kind(BYTES)
    if not all(isinstance(value, list) for value in present):
        return None
    try:
        return natural_kind(as_arrow(values)) or Kind(INTEGER, many=True)
    except Unfit as unfit:
        _fail(where, unfit)


def nested_values(series: pd.Series[Any], kind: Kind, where: str) -> pa.Array:
    """The rows of a part of such a column."""
    try:
        return stored(as_arrow(plain_cells(series)), kind)
    except Unfit as unfit:
        _fail(where, unfit)


def _fail(where: str, unfit: Unfit) -> NoReturn:
    raise DataError(f"Row {unfit.row} {unfit.what}.", where=f"{where}, row {unfit.row}", advice=unfit.advice) from None
