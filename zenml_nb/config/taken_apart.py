"""What a value is and what it is made of, without knowing its class: as pickle takes it apart."""

from __future__ import annotations

import copyreg
import hashlib
import sys
import types
from collections.abc import Iterator
from typing import Any

#: Values of these packages say by their parts what they are, the same in each process. Others may write the time of
#: day into theirs, or be connections: of them only the class counts.
_KNOWN = frozenset({"numpy", "pandas", "pyarrow", "sklearn"}) | sys.stdlib_module_names
_PROTOCOL = 4


def name_of(thing: Any) -> str:
    """The module and the name of a class, a function or a module."""
    if isinstance(thing, types.ModuleType):
        # Modules that are loaded when they are first used stay unused.
        return f"module {vars(thing).get('__name__')}"
    name = getattr(thing, "__qualname__", None) or getattr(thing, "__name__", None) or type(thing).__qualname__
    return f"{getattr(thing, '__module__', None)}.{name}"


def taken_apart(value: Any, is_of_user: bool) -> tuple[str, list[Any]]:
    """Take an object apart: a pattern, a path, a date, an array, an instance of a class of the user's.

    Args:
        value: no plain constant, no container, class, function or module.
        is_of_user: whether its class is code of the user's.

    Returns:
        What can be said of it as text, and the values that it is made of.
    """
    kind = type(value)
    # A class of the user's may live in another module when its code was loaded from a snapshot.
    told = kind.__qualname__.rpartition("<locals>.")[2] if is_of_user else name_of(kind)
    if not is_of_user and str(kind.__module__).partition(".")[0] not in _KNOWN:
        return told, []
    if kind.__module__ == "numpy" and kind.__name__ == "ndarray":
        if value.dtype.hasobject:
            return f"{told} {value.dtype} {value.shape}", [value.tolist()]
        return f"{told} {value.dtype.descr} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}", []
    try:
        reduced = _reduced(value)
    except Exception:
        # An open file, a lock, a connection; or code of the user's that raises.
        return told, []
    if isinstance(reduced, str):
        return f"{told} {reduced}", []
    return told, [list(part) if isinstance(part, Iterator) else part for part in reduced]


def _reduced(value: Any) -> Any:
    special = copyreg.dispatch_table.get(type(value))
    return special(value) if special else value.__reduce_ex__(_PROTOCOL)
