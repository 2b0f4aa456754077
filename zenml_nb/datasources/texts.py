"""Texts as values of a type: numbers, times, bytes."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from zenml_nb.datasources.columns import BYTES, DATETIME, FLOAT, INTEGER, STRING, TIMESTAMP

if TYPE_CHECKING:
    import pyarrow as pa

#: Missing values of numeric columns and of times.
NUMERIC_NULLS = ("NA", "N/A", "NaN", "nan", "null", "NULL", "None", "n/a")

_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?", re.ASCII
)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_SECONDS = re.compile(r"[+-]?\d+", re.ASCII)


def parse(texts: pa.Array, kind: str) -> pa.Array | None:
    """Read texts as values of a type that can be declared; None if one of them is no such value.

    TIMESTAMP takes a time or the seconds since 1970-01-01 UTC, DATETIME a time: ``2024-01-31``, with or without
    ``12:30``, ``12:30:59.5`` and a zone (``Z``, ``+02:00``); without a zone it is UTC.

    Returns:
        int64, float32, string or binary values; times as seconds since 1970-01-01 UTC, rounded down.
    """
    if kind == STRING:
        return texts
    if kind == BYTES:
        return texts.cast("binary")
    read = {INTEGER: _integers, FLOAT: _floats, TIMESTAMP: _timestamps, DATETIME: _times}[kind]
    values = read(texts)
    return values if values is not None else read(_clean(texts))


def seconds(times: pa.Array) -> pa.Array:
    """Arrow dates and timestamps as seconds since 1970-01-01 UTC, rounded down."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_date32(times.type):
        days = times.cast(pa.int32()).cast(pa.int64())
        return pc.multiply(days, 86_400)
    unit = "ms" if pa.types.is_date64(times.type) else times.type.unit
    return _floor_divide(times.cast(pa.int64()), {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit])


def _floor_divide(numbers: pa.Array, by: int) -> pa.Array:
    import pyarrow as pa

    if by == 1:
        return numbers
    missing = numbers.is_null().to_numpy(zero_copy_only=False)
    return pa.array(numbers.fill_null(0).to_numpy() // by, pa.int64(), mask=missing)


def _integers(texts: pa.Array) -> pa.Array | None:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        values = pc.cast(texts, pa.int64())
    except pa.ArrowInvalid:
        return None
    # Arrow reads 0x1F as 31; for every other reader of CSV files it is text.
    hexadecimal = pc.any(pc.match_substring(texts, "x", ignore_case=True)).as_py()
    return None if hexadecimal else values


def _floats(texts: pa.Array) -> pa.Array | None:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        # By way of float64, so that the rounding is that of Python and pandas.
        values = pc.cast(texts, pa.float64())
    except pa.ArrowInvalid:
        return None
    return pc.if_else(pc.is_nan(values), None, values).cast(pa.float32(), safe=False)


def _timestamps(texts: pa.Array) -> pa.Array | None:
    numbers = _integers(texts)
    return numbers if numbers is not None else _times(texts, numbers_too=True)


def _times(texts: pa.Array, numbers_too: bool = False) -> pa.Array | None:
    import pyarrow as pa
    import pyarrow.compute as pc

    for zone in (None, "UTC"):
        try:
            return seconds(pc.cast(texts, pa.timestamp("us", zone)))
        except pa.ArrowInvalid:
            continue
    # With and without a zone in one column: Arrow reads either, but not both.
    try:
        instants = [None if text is None else _instant(text, numbers_too) for text in texts.to_pylist()]
        return pa.array(instants, pa.int64())
    except (ValueError, OverflowError, pa.ArrowInvalid):
        return None


def _instant(text: str, numbers_too: bool) -> int:
    """The seconds of one time since 1970-01-01 UTC.

    Raises:
        ValueError: it is none.
    """
    if numbers_too and _SECONDS.fullmatch(text):
        return int(text)
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError(text)
    *parts, zone = found.groups()
    offset = timedelta()
    if zone and zone != "Z":
        digits = zone[1:].replace(":", "").ljust(4, "0")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:])) * (-1 if zone[0] == "-" else 1)
    time = datetime(*(int(part or 0) for part in parts), tzinfo=timezone.utc)  # type: ignore[arg-type,misc]
    return (time - offset - _EPOCH) // timedelta(seconds=1)


def _clean(texts: pa.Array) -> pa.Array:
    """Make the words for missing values null, and drop blanks and plus signs around numbers."""
    import pyarrow as pa
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(texts)
    missing = pc.is_in(trimmed, value_set=pa.array(["", *NUMERIC_NULLS]))
    unsigned = pc.replace_substring_regex(trimmed, pattern=r"^\+([0-9.])", replacement=r"\1")
    return pc.if_else(missing, pa.scalar(None, pa.string()), unsigned)
