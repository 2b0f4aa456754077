"""Timestamps of time series: from the values of a column to nanoseconds, and back to the column's own form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zenml_nb.errors import DataError, DeclarationError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas

    Times = npt.NDArray[np.int64]

SECOND = 1_000_000_000
_ISO = r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?"
#: What 64 bits of nanoseconds since 1970 hold.
_LIMIT = 2**63 // SECOND - 86_400


def to_nanoseconds(values: pandas.Series[Any], kind: str, column: str) -> Times:
    """Read timestamps; none of them may be missing.

    Args:
        values: INTEGER or FLOAT: seconds since 1970-01-01 UTC; STRING: ISO 8601 dates with or without time, as UTC
            where they name no time zone.
        kind: the type of the column.
        column: its name, for the error.

    Returns:
        int64 nanoseconds since 1970-01-01 UTC, shape (rows,).

    Raises:
        DataError: a value is no timestamp; an example is given.
    """
    import numpy as np

    if kind == "STRING":
        return _from_text(values, column)
    # Nullable integers without a gap would become objects, which are slow.
    seconds = values.to_numpy(dtype=np.int64 if kind == "INTEGER" else np.float64)
    wrong = ~np.isfinite(seconds) | (np.abs(seconds.astype(np.float64)) > _LIMIT)
    if wrong.any():
        raise _unreadable(
            column,
            seconds[wrong],
            "Numbers are seconds since 1970-01-01, within the years 1678 to 2261. Divide milliseconds by 1000.",
        )
    whole: Times = seconds.astype(np.int64) * SECOND
    if kind == "INTEGER":
        return whole
    fractional: Times = np.rint(seconds * 1000).astype(np.int64) * (SECOND // 1000)
    return fractional


def _from_text(values: pandas.Series[Any], column: str) -> Times:
    import numpy as np
    import pandas as pd

    readable = values.str.fullmatch(_ISO).to_numpy(dtype=bool)
    # Fractions are of the second: what pandas takes for another form of ISO 8601 differs between its versions.
    form = {} if pd.__version__.startswith("1.") else {"format": "ISO8601"}
    times = pd.to_datetime(values.where(readable), utc=True, errors="coerce", **form)  # type: ignore[call-overload]
    wrong = times.isna().to_numpy()
    if wrong.any():
        raise _unreadable(
            column,
            values.to_numpy()[wrong],
            "Text is read as ISO 8601: '2024-05-31' or '2024-05-31T13:45:00'. Convert the column, for example with "
            "pandas.to_datetime(..., format=...).",
        )
    nanoseconds: Times = times.dt.tz_localize(None).to_numpy().astype("datetime64[ns]").astype(np.int64)
    return nanoseconds


def _unreadable(column: str, values: npt.NDArray[Any], advice: str) -> DataError:
    count = f"{len(values)} values are" if len(values) > 1 else "One value is"
    return DataError(
        f"{count} no timestamp, for example {values[0]!r}.", where=f"step sequencer, column {column!r}", advice=advice
    )


def from_nanoseconds(times: Times, kind: str, like: str = "") -> npt.NDArray[Any]:
    """Write timestamps in the form of their column.

    Args:
        times: nanoseconds since 1970-01-01 UTC.
        kind: the type of the column; numbers become seconds.
        like: a text of the column, whose form is kept: with 'T' or a space, as a date alone where it is one and all
            times are midnights, with 'Z' where it names a time zone.
    """
    import numpy as np

    if kind == "INTEGER":
        return times // SECOND
    if kind == "FLOAT":
        return (times / SECOND).astype(np.float32)
    if len(like) == len("2024-05-31") and not (times % (86_400 * SECOND)).any():
        return times.astype("datetime64[ns]").astype("datetime64[D]").astype(np.str_).astype(np.object_)
    unit = "ms" if (times % SECOND).any() else "s"
    text = times.astype("datetime64[ns]").astype(f"datetime64[{unit}]").astype(np.str_).astype(np.object_)
    zone = "Z" if len(like) > 10 and (like.endswith("Z") or "+" in like or "-" in like[10:]) else ""
    separator = " " if " " in like else "T"
    return np.array([value.replace("T", separator) + zone for value in text], dtype=np.object_)


def read_frequency(text: Any) -> Any:
    """The pandas offset of a frequency.

    Raises:
        DeclarationError: it is none, or goes backwards.
    """
    import warnings

    import pandas as pd
    from pandas.tseries.frequencies import to_offset

    advice = "For example '1D', '15min', '7D' or 'MS' (the begin of each month); see pandas' offset aliases."
    try:
        if not isinstance(text, str):
            raise ValueError
        with warnings.catch_warnings():
            # Newer versions of pandas rename aliases and warn of the old ones, which they still know.
            warnings.simplefilter("ignore", FutureWarning)
            offset = to_offset(text)
            start = pd.Timestamp("2000-01-01")
            is_forward = offset is not None and start + offset > start
    except (ValueError, OverflowError):
        raise DeclarationError(f"resampling_freq is {text!r}, which is no frequency.", advice=advice) from None
    if not is_forward:
        raise DeclarationError(f"resampling_freq is {text!r}, which does not go forward in time.", advice=advice)
    return offset
