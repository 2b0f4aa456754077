"""Constants as Python text."""

from __future__ import annotations

import enum
import functools
import logging
import math
import pathlib
import re
from collections.abc import Callable
from typing import Any

_DEEPEST = 50


class NotLiteralError(ValueError):
    """A value cannot be written as text.

    Args:
        kind: its type.
    """

    def __init__(self, kind: type) -> None:
        super().__init__(kind.__qualname__)
        self.kind = kind


def literal(value: Any, reference: Callable[[Any], str | None], depth: int = 0) -> str:
    """A constant as Python text: numbers, texts, containers of them, paths, patterns, partial functions.

    Args:
        value: the constant.
        reference: gives the name of a class, a function or a module inside it, or None.
        depth: how many containers are around it.

    Raises:
        NotLiteralError: something in it cannot be written as text.
    """
    if depth > _DEEPEST:
        raise NotLiteralError(type(value))
    if isinstance(value, enum.Enum):
        return f"{reference(type(value))}.{value.name}"
    kind = type(value)
    if kind is float and not math.isfinite(value):
        return f'float("{value!r}")'
    if kind in (type(None), bool, int, float, complex, str, bytes, range, type(...)):
        return "..." if value is ... else repr(value)
    inner = functools.partial(literal, reference=reference, depth=depth + 1)
    if kind is dict:
        return "{" + ", ".join(f"{inner(key)}: {inner(item)}" for key, item in value.items()) + "}"
    if kind is list:
        return "[" + ", ".join(map(inner, value)) + "]"
    if kind is tuple:
        return "(" + ", ".join(map(inner, value)) + ("," if len(value) == 1 else "") + ")"
    if kind in (set, frozenset):
        # A set has another order in each process.
        items = ", ".join(sorted(map(inner, value)))
        return f"frozenset([{items}])" if kind is frozenset else f"set([{items}])"
    return reference(value) or _constructed(value, inner)


def _constructed(value: Any, inner: Callable[[Any], str]) -> str:
    # The modules are named in place: a variable of the user's may have any name.
    if isinstance(value, pathlib.PurePath) and type(value).__module__.startswith("pathlib"):
        kind = "PurePath" if not isinstance(value, pathlib.Path) else "Path"
        return f'__import__("pathlib").{kind}({str(value)!r})'
    if isinstance(value, re.Pattern):
        return f'__import__("re").compile({value.pattern!r}, {int(value.flags)})'
    if type(value) is functools.partial:
        keywords = [f"{name}={inner(item)}" for name, item in value.keywords.items()]
        return f'__import__("functools").partial({", ".join([inner(value.func), *map(inner, value.args), *keywords])})'
    if type(value) is logging.Logger:
        return f'__import__("logging").getLogger({value.name!r})'
    if type(value).__module__ == "numpy" and getattr(value, "ndim", 1) == 0 and hasattr(value, "item"):
        plain = value.item()
        if isinstance(plain, (bool, int, float, str)):
            return f'__import__("numpy").{type(value).__name__}({inner(plain)})'
    raise NotLiteralError(type(value))
