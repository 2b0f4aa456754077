"""Python values, as JSON and databases give them, as Arrow arrays."""

from __future__ import annotations

import datetime
import decimal
import json
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from zenml_nb.datasources.arrow_values import Unfit
from zenml_nb.datasources.columns import FLOAT, INTEGER, STRING, TIMESTAMP

if TYPE_CHECKING:
    import pyarrow as pa

_FAMILIES: list[tuple[tuple[type, ...], str]] = [
    ((str,), "text"),
    ((bool, int, float, decimal.Decimal), "number"),
    ((bytes, bytearray, memoryview), "bytes"),
    ((datetime.date,), "time"),
    ((list, tuple), "list"),
]
_INT64 = (-(2**63), 2**63 - 1)


def as_arrow(values: Sequence[Any], declared: str | None = None) -> pa.Array:
    """Python values as an array of the type that they have; None is a missing value.

    Args:
        values: numbers, texts, bytes, times, or lists of one of these.
        declared: the type that the user declared. As STRING, numbers among texts become texts.

    Raises:
        Unfit: values are of unknown or of mixed types, or a text is no UTF-8.
    """
    import pyarrow as pa

    if declared == STRING:
        values = [_as_text(value) for value in values]
    try:
        found = pa.array(values)
        return _slowly(values, declared) if _loses_times(found.type, values) else found
    except (pa.ArrowException, OverflowError, UnicodeEncodeError, TypeError, ValueError):
        return _slowly(values, declared)


def _loses_times(found: pa.DataType, values: Sequence[Any]) -> bool:
    """Whether Arrow cuts times down to dates, as it does where a date comes first."""
    import pyarrow as pa

    if pa.types.is_list(found):
        return any(_loses_times(found.value_type, items) for items in values if items is not None)
    return pa.types.is_date(found) and any(isinstance(value, datetime.datetime) for value in values)


def _as_text(value: Any) -> Any:
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    if isinstance(value, (list, tuple)):
        return [_as_text(item) for item in value]
    return value


def _number_as_text(value: Any, declared: str) -> Any:
    """A number as a text that is read as the declared type; NaN is missing, and other values stay."""
    if not isinstance(value, (bool, int, float, decimal.Decimal)):
        return value
    if value != value:
        return None
    if not math.isfinite(value):
        return str(value)
    if declared == TIMESTAMP or value == int(value):
        return str(math.floor(value))
    return str(value)


def _slowly(values: Sequence[Any], declared: str | None) -> pa.Array:
    """Values of one family, but of more types than Arrow mixes; else an error with its row."""
    import pyarrow as pa

    if all(value is None or isinstance(value, (str, bytes)) for value in values):
        values = _as_bytes(values)
    if declared in (INTEGER, FLOAT, TIMESTAMP) and any(isinstance(value, str) for value in values):
        values = [_number_as_text(value, declared) for value in values]
    family = _one_family(values, declared)
    if family == "number":
        if declared == INTEGER:
            values = [None if v != v else v for v in values]
        if declared != FLOAT and all(v is None or _is_whole(v, declared) for v in values):
            return pa.array([None if v is None else int(v) for v in values], pa.int64())
        return pa.array([None if v is None else _float(v) for v in values], pa.float64())
    if family == "time":
        return pa.array([None if v is None else _instant(v) for v in values], pa.timestamp("us", "UTC"))
    if family == "bytes":
        return pa.array([None if v is None else bytes(v) for v in values], pa.binary())
    if family == "list":
        return _lists(values, declared)
    for row, value in enumerate(values):
        try:
            pa.array([value])
        except (pa.ArrowException, UnicodeEncodeError, OverflowError) as error:
            advice = "Replace lone surrogates, which no UTF-8 holds."
            raise Unfit(row, f"holds {str(value)[:60]!r}, which cannot be read: {error}", advice) from None
    return pa.array(values, pa.string())


def _as_bytes(values: Sequence[Any]) -> Sequence[Any]:
    """Texts among bytes as their UTF-8; texts alone as they are."""
    if not any(isinstance(value, bytes) for value in values):
        return values
    return [value.encode("utf-8", "replace") if isinstance(value, str) else value for value in values]


def _one_family(values: Sequence[Any], declared: str | None) -> str:
    first: tuple[int, str] | None = None
    for row, value in enumerate(values):
        if value is None:
            continue
        family = next((name for kinds, name in _FAMILIES if isinstance(value, kinds)), None)
        if family is None:
            raise Unfit(
                row,
                f"holds a {type(value).__name__}, which is neither a number nor a text nor a time",
                "Spread its parts over columns of their own, or leave it out.",
            )
        if first is not None and first[1] != family:
            raise Unfit(
                row,
                f"holds a {family} ({str(value)[:60]!r}), but a {first[1]} came before it",
                "Give one type in a column, or declare column_types={...: 'STRING'}."
                if declared is None and {family, first[1]} == {"text", "number"}
                else "Give one type in a column.",
            )
        first = first or (row, family)
    return first[1] if first else "text"


def _lists(values: Sequence[Any], declared: str | None) -> pa.Array:
    import pyarrow as pa

    elements = [item for value in values if value is not None for item in value]
    rows = [row for row, value in enumerate(values) if value is not None for _ in value]
    try:
        flat = as_arrow(elements, declared)
    except Unfit as unfit:
        raise Unfit(rows[unfit.row], f"has a list that {unfit.what}", unfit.advice) from None
    offsets: list[int | None] = []
    position = 0
    for value in values:
        offsets.append(None if value is None else position)
        position += len(value or ())
    return pa.ListArray.from_arrays(pa.array([*offsets, position], pa.int32()), flat)


def _is_whole(value: Any, declared: str | None) -> bool:
    """Whether a number is one of 64 bits; 2.0 is if whole numbers were declared: float64 would round large ones."""
    is_int = isinstance(value, int) or (declared == INTEGER and math.isfinite(value) and value == int(value))
    return is_int and _INT64[0] <= value <= _INT64[1]


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _instant(value: datetime.date) -> datetime.datetime:
    if not isinstance(value, datetime.datetime):
        value = datetime.datetime(value.year, value.month, value.day)
    return value.astimezone(datetime.timezone.utc) if value.tzinfo else value.replace(tzinfo=datetime.timezone.utc)
