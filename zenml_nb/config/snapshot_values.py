"""Constants as Python text."""

from __future__ import annotations

import enum
import functools
import logging
import math
import os
import pathlib
import re
from collections.abc import Callable, Iterator
from typing import Any

_DEEPEST = 50
_SECRET_NAME = re.compile(
    r"(?:^|_)(?:password|passwd|pwd|passphrase|secret|credentials?|(?:api|access|secret|private)_?key"
    r"|(?:api|access|auth|bearer|refresh)_?token)$|^token$",
    re.IGNORECASE,
)
# A user and a password before the host of an address: RFC 3986, section 3.2.1.
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#\s:@]*:[^/?#\s@]+@")
#: Shorter texts are found in the environment by chance.
_LEAST_SECRET = 6


def has_secret(name: str, value: Any) -> bool:
    """Whether a constant looks like a secret: by its name or a key in it, an address, or the environment.

    Args:
        name: the variable.
        value: the constant.
    """
    variables = {text for key, text in os.environ.items() if _SECRET_NAME.search(key) and len(text) >= _LEAST_SECRET}
    return any(
        text and (_SECRET_NAME.search(key) or _URL.search(text) or text in variables)
        for key, text in _texts(name, value)
    )


def _texts(name: str, value: Any, depth: int = 0) -> Iterator[tuple[str, str]]:
    """The texts in a constant, each with the key or the variable that it stands under."""
    if isinstance(value, (str, bytes)):
        yield name, value if isinstance(value, str) else value.decode("utf-8", "replace")
    elif isinstance(value, dict) and depth < _DEEPEST:
        for key, item in value.items():
            yield from _texts(key if isinstance(key, str) else name, item, depth + 1)
    elif isinstance(value, (list, tuple, set, frozenset)) and depth < _DEEPEST:
        for item in value:
            yield from _texts(name, item, depth + 1)


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
