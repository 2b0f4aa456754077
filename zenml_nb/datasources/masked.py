"""Masked arrays of NumPy as ordinary ones that hold what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


def unmasked(given: Any) -> Any:
    """An array, or a mapping of some, whose masked values are NaN, NaT or None; ordinary arrays stay as they are.

    One with named fields becomes a dictionary of arrays.
    """
    import numpy as np

    if isinstance(given, Mapping):
        return {name: unmasked(array) for name, array in given.items()}
    if not isinstance(given, np.ma.MaskedArray):
        return np.asarray(given)
    if given.dtype.names:
        return {name: _filled(given[name]) for name in given.dtype.names}
    return _filled(given)


def _filled(array: np.ma.MaskedArray[Any, Any]) -> np.ndarray[Any, Any]:
    import numpy as np

    mask = np.ma.getmaskarray(array)  # type: ignore[no-untyped-call]
    values = np.asarray(array.data)
    if not mask.any():
        return values
    if values.dtype.kind in "mM":
        return np.where(mask, np.array("NaT", values.dtype), values)
    if values.dtype.kind == "f" and values.ndim == 1:
        return np.where(mask, np.array(np.nan, values.dtype), values)
    # NaN is a value in lists, and other types have none: None is missing everywhere.
    objects = (values.astype("float64") if values.dtype.kind == "f" else values).astype(object)
    objects[mask] = None
    return objects
