"""Arrow arrays of any type as columns of a commit: int64, float32, string, binary, or lists of these."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from zenml_nb.datasources.columns import (
    BYTES,
    DATETIME,
    FLOAT,
    INTEGER,
    STRING,
    TIMESTAMP,
    Kind,
    arrow_type,
    stored_type,
)
from zenml_nb.datasources.texts import parse, seconds

if TYPE_CHECKING:
    import pyarrow as pa


_FLATTEN = "Give lists of numbers or texts: flatten what is nested."


class Unfit(Exception):
    """A value has no place in a column.

    Args:
        row: counted from 0 in the array.
        what: what the value is, for example ``holds a dict``.
        advice: what to do about it.
    """

    def __init__(self, row: int, what: str, advice: str) -> None:
        super().__init__(row, what, advice)
        self.row = row
        self.what = what
        self.advice = advice


def simplified(raw: pa.Array) -> pa.Array:
    """The same values without dictionaries, extensions and the less common kinds of lists and texts."""
    import pyarrow as pa

    if isinstance(raw.type, pa.BaseExtensionType):
        return simplified(raw.storage)
    if pa.types.is_dictionary(raw.type):
        return simplified(raw.dictionary_decode())
    if pa.types.is_large_string(raw.type):
        return raw.cast(pa.string())
    if pa.types.is_large_binary(raw.type) or pa.types.is_fixed_size_binary(raw.type):
        return raw.cast(pa.binary())
    if pa.types.is_large_list(raw.type) or pa.types.is_fixed_size_list(raw.type):
        return simplified(pa.array(raw.to_pylist(), pa.list_(raw.type.value_type)))
    if pa.types.is_list(raw.type):
        return with_elements(raw, simplified(raw.flatten()))
    return raw


def natural_kind(raw: pa.Array) -> Kind | None:
    """The kind that the values have by themselves; None if there is no value.

    Args:
        raw: simplified.

    Raises:
        Unfit: the values are of no type that a tf.Example holds: structures, lists of lists, durations.
    """
    import pyarrow as pa

    if pa.types.is_list(raw.type):
        element = _natural_type(raw.flatten())
        if element is None:
            return Kind(INTEGER, many=True) if raw.null_count < len(raw) else None
        if element == "":
            raise Unfit(_first(raw), f"holds a {raw.type}", _advice(raw.type.value_type, _FLATTEN))
        return Kind(element, many=True)
    single = _natural_type(raw)
    if single == "":
        advice = _advice(raw.type, "Spread its parts over columns of their own, or leave it out.")
        name = "nested value" if pa.types.is_nested(raw.type) else f"value of the type {raw.type}"
        raise Unfit(_first(raw), f"holds a {name}", advice)
    return Kind(single) if single else None


def _advice(data_type: pa.DataType, other: str) -> str:
    import pyarrow as pa

    is_span = pa.types.is_duration(data_type) or pa.types.is_time(data_type)
    return "Convert it to a number of seconds." if is_span else other


def stored(raw: pa.Array, kind: Kind) -> pa.Array:
    """The values as a column of a kind; its type may be any that can be declared.

    NaN is a missing value, but not inside lists, which have none.

    Args:
        raw: simplified.

    Raises:
        Unfit: a value does not fit.
    """
    import pyarrow as pa

    target = arrow_type(stored_type(kind.type), kind.many)
    if pa.types.is_null(raw.type) or raw.null_count == len(raw):
        return pa.nulls(len(raw), target)
    is_list = pa.types.is_list(raw.type)
    if is_list and not kind.many:
        raise Unfit(_first(raw), "holds a list", "Give single values in all rows, or lists in all rows.")
    if not kind.many:
        return _fitting(raw, kind.type)
    if not is_list:
        raw = _as_lists_of_one(raw)
    elements = raw.flatten()
    if elements.null_count:
        _fail_missing_element(raw)
    try:
        return with_elements(raw, _fitting(elements, kind.type, in_list=True))
    except Unfit as unfit:
        raise Unfit(_row_of_element(raw, unfit.row), unfit.what, unfit.advice) from None


def _natural_type(raw: pa.Array) -> str | None:
    """The name of a single value's type; None if there is no value, '' if there is no such type."""
    import pyarrow as pa
    import pyarrow.compute as pc

    data_type, types = raw.type, pa.types
    if types.is_null(data_type) or raw.null_count == len(raw):
        return None
    if types.is_uint64(data_type) and pc.max(raw).as_py() > 2**63 - 1:
        return FLOAT
    table: list[tuple[Callable[[pa.DataType], bool], str]] = [
        (types.is_boolean, INTEGER),
        (types.is_integer, INTEGER),
        (types.is_floating, FLOAT),
        (types.is_decimal, FLOAT),
        (types.is_string, STRING),
        (types.is_binary, BYTES),
        (types.is_timestamp, INTEGER),
        (types.is_date, INTEGER),
    ]
    return next((name for fits, name in table if fits(data_type)), "")


def _fitting(raw: pa.Array, kind: str, in_list: bool = False) -> pa.Array:
    """Single values of one type.

    Raises:
        Unfit: a value does not fit.
    """
    values = _converted(raw, kind, in_list)
    if values is not None:
        return values
    low, high = 0, len(raw)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _converted(raw.slice(low, middle - low), kind, in_list) is None else (middle, high)
    raise Unfit(low, f"holds {raw[low].as_py()!r}, which is no {kind}", "Correct it, or declare another type.")


def _converted(raw: pa.Array, kind: str, in_list: bool) -> pa.Array | None:
    import pyarrow as pa

    types = pa.types
    if types.is_null(raw.type):
        return pa.nulls(len(raw), arrow_type(stored_type(kind)))
    try:
        if types.is_string(raw.type):
            return parse(raw, kind)
        if kind == STRING:
            return raw.cast(pa.string())
        if kind == BYTES:
            return raw if types.is_binary(raw.type) else None
        if types.is_timestamp(raw.type) or types.is_date(raw.type):
            return seconds(raw) if kind != FLOAT else None
        if types.is_binary(raw.type) or kind == DATETIME:
            return None
        if kind == FLOAT:
            return _floats(raw, in_list)
        return _whole(raw, kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None


def _floats(raw: pa.Array, in_list: bool) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    # By way of float64, so that the rounding is that of Python and pandas.
    values = pc.cast(raw, pa.float64(), safe=False)
    if not in_list:
        values = pc.if_else(pc.is_nan(values), None, values)
    return values.cast(pa.float32(), safe=False)


def _whole(raw: pa.Array, kind: str) -> pa.Array:
    """Numbers as int64; those of a TIMESTAMP are rounded down."""
    import pyarrow as pa
    import pyarrow.compute as pc

    # Not by way of float64, which rounds large decimals.
    is_decimal = pa.types.is_decimal(raw.type)
    if pa.types.is_floating(raw.type):
        raw = pc.cast(raw, pa.float64(), safe=False)
        raw = pc.if_else(pc.is_nan(raw), None, raw)
    if kind == TIMESTAMP and (is_decimal or pa.types.is_floating(raw.type)):
        raw = pc.floor(raw)
    return raw.cast(pa.int64())


def _as_lists_of_one(raw: pa.Array) -> pa.Array:
    """Single values as lists of one; a missing value is a missing list."""
    import numpy as np
    import pyarrow as pa

    present = raw.is_valid().to_numpy(zero_copy_only=False)
    offsets = np.zeros(len(raw) + 1, dtype=np.int32)
    np.cumsum(present, out=offsets[1:])
    return pa.ListArray.from_arrays(pa.array(offsets, mask=np.append(~present, False)), raw.drop_null())


def with_elements(lists: pa.Array, elements: pa.Array) -> pa.Array:
    """Lists of the same lengths with other elements; ``elements`` are those of all lists one after the other."""
    import numpy as np
    import pyarrow as pa

    offsets = np.concatenate([[0], np.cumsum(_lengths(lists))]).astype(np.int32)
    missing = lists.is_null().to_numpy(zero_copy_only=False)
    masked = pa.array(offsets, mask=np.append(missing, False)) if missing.any() else pa.array(offsets)
    return pa.ListArray.from_arrays(masked, elements)


def _lengths(lists: pa.Array) -> list[int]:
    import pyarrow.compute as pc

    lengths: list[int] = pc.list_value_length(lists).fill_null(0).to_pylist()
    return lengths


def _row_of_element(lists: pa.Array, element: int) -> int:
    """The list that holds an element, counted over all lists."""
    for row, length in enumerate(_lengths(lists)):
        if element < length:
            return row
        element -= length
    return len(lists) - 1


def _fail_missing_element(lists: pa.Array) -> None:
    for row, items in enumerate(lists.to_pylist()):
        if items is not None and None in items:
            raise Unfit(
                row,
                "holds a list with a missing value, which tf.Example has no place for",
                "Leave it out of the list, or fill it.",
            )


def _first(raw: pa.Array) -> int:
    """The first row with a value."""
    return int(raw.is_valid().to_pylist().index(True))
