"""The cells of frames and of arrays of objects as plain values of Python."""

from __future__ import annotations

import decimal
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

# By their names: pandas need not be there, and both refuse to be compared.
_MISSING = ("NAType", "NaTType")


def plain_cells(values: Iterable[Any]) -> list[Any]:
    """Values of cells: NA, NaT and NaN are None; arrays of any depth are lists, in which NaN is kept.

    Times of NumPy become those of Python, rounded down to microseconds: as whole numbers they would lose their unit.
    What is unknown here stays as it is.
    """
    return [None if _is_nan(value) else _plain(value) for value in values]


def _plain(value: Any) -> Any:
    import numpy as np

    if value is None or isinstance(value, (str, bytes, int, float, dict, set)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if type(value).__name__ in _MISSING:
        return None
    if isinstance(value, (np.ndarray, np.generic)) or (hasattr(value, "tolist") and getattr(value, "ndim", 0) == 1):
        return _of_array(np.asarray(value))
    return value


def _of_array(array: np.ndarray[Any, Any]) -> Any:
    """An array as lists; one without dimensions as its value."""
    if array.ndim > 1:
        return [_of_array(row) for row in array]
    kind = array.dtype.kind
    if kind == "O":
        return [_plain(item) for item in array] if array.ndim else _plain(array[()])
    return array.astype(f"{kind}8[us]").tolist() if kind in "mM" and _has_python_times(array) else _numbers(array)


def _has_python_times(array: np.ndarray[Any, Any]) -> bool:
    """Whether Python has all of the times; its years are those from 1 to 9999."""
    import numpy as np

    if array.dtype.kind == "m":
        return True
    # In seconds: the first year does not fit into nanoseconds.
    values = array[~np.isnat(array)].astype("datetime64[s]")
    first, last = np.datetime64("0001-01-01", "s"), np.datetime64("9999-12-31T23:59:59", "s")
    return bool(np.all((values >= first) & (values <= last)))


def _numbers(array: np.ndarray[Any, Any]) -> Any:
    """The values of an array of numbers or texts; of times, the seconds since 1970-01-01."""
    import numpy as np

    if array.dtype.kind != "M":
        return array.tolist()
    missing, seconds = np.isnat(array), array.astype("datetime64[s]").astype("int64").astype(object)
    seconds[missing] = None
    return seconds.tolist()


def _is_nan(value: Any) -> bool:
    if isinstance(value, decimal.Decimal):
        return value.is_nan()
    return (isinstance(value, float) and value != value) or _is_small_nan(value)


def _is_small_nan(value: Any) -> bool:
    """Whether it is NaN of a type of NumPy that is no float of Python: float32, float16, longdouble."""
    import numpy as np

    return isinstance(value, np.floating) and bool(np.isnan(value))
