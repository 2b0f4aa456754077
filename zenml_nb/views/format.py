"""How values become text, in every static renderer.

The same rules as ``labextension/src/views/format.ts``; both are tested against
``tests/views/display_cases.json``.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any, TypeGuard

MISSING = "—"

_DIGITS = 6
# Half up on the exact binary value is what JavaScript does, so both sides show the same.
_EXACT = Context(prec=1100, rounding=ROUND_HALF_UP)
# From here on a double has no exact units, and nobody counts digits any more.
_EXPONENT_FROM = Decimal(10) ** 15
_EXPONENT_BELOW = Decimal("0.0001")

_LEVELS = {
    "ok": "ok",
    "complete": "ok",
    "cached": "ok",
    "passed": "ok",
    "warning": "warning",
    "canceled": "warning",
    "error": "error",
    "failed": "error",
}

# Control, invisible, lone surrogate and separator characters: they reorder or hide the text
# around them, drive a terminal, or cannot be encoded.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# The zero-width joiners stay: several scripts and most emoji need them.
_JOINERS = frozenset("\u200c\u200d")


def format_cell(cell: object, kind: str) -> str:
    """The text of one cell of a column of this kind (text, number, percent or state)."""
    if cell is None:
        return MISSING
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if is_number(cell):
        return f"{format_number(cell * 100)}%" if kind == "percent" else format_number(cell)
    return visible(str(cell))


def is_number(cell: object) -> TypeGuard[float]:
    """Whether the cell is a number; Python counts booleans among them, JSON does not."""
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def format_number(value: float) -> str:
    """Six significant digits, whole numbers in full, thousands grouped by commas.

    Examples: ``0.1 + 0.2`` is 0.3, ``1234567`` is 1,234,567 and ``1.5e-7`` is 1.5e-7.
    """
    if isinstance(value, float) and not math.isfinite(value):
        return full_number(value)
    with localcontext(_EXACT):
        return ("-" if value < 0 else "") + _format_magnitude(abs(Decimal(value)))


def full_number(value: float) -> str:
    """All digits, and the words that JSON documents use for what is not finite."""
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    if isinstance(value, float) and math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return str(value).removesuffix(".0")


def _format_magnitude(size: Decimal) -> str:
    if size == 0:
        return "0"
    if size >= _EXPONENT_FROM or size < _EXPONENT_BELOW:
        mantissa, exponent = f"{size:.{_DIGITS - 1}e}".split("e")
        return f"{_trim_zeros(mantissa)}e{exponent}"
    if size == size.to_integral_value():
        return f"{size:,.0f}"
    # All digits before the point are kept, even where there are more than six.
    decimals = max(0, _DIGITS - 1 - size.adjusted())
    return _trim_zeros(f"{size:,.{decimals}f}")


def _trim_zeros(decimal: str) -> str:
    return decimal.rstrip("0").rstrip(".") if "." in decimal else decimal


def visible(text: str) -> str:
    """The text with control, invisible and direction-changing characters written as escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(char) if _is_unsafe(char) else char for char in text)


def _is_unsafe(char: str) -> bool:
    return char not in _JOINERS and unicodedata.category(char) in _UNSAFE_CATEGORIES


def _escape(char: str) -> str:
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def state_level(word: str) -> str:
    """How serious the word of a state cell is: ok, warning, error, or else info."""
    return _LEVELS.get(word.lower(), "info")


def is_numeric(column: Mapping[str, Any]) -> bool:
    """Whether the cells of this column are aligned as numbers."""
    return column["kind"] in ("number", "percent")


def heading(column: Mapping[str, Any]) -> str:
    """The label of a column with its unit."""
    unit = column.get("unit")
    return visible(f"{column['label']} ({unit})" if unit else column["label"])


def checked_rows(section: Mapping[str, Any]) -> Sequence[Sequence[object]]:
    """The rows of a section; raises ValueError where a row does not fit the columns.

    JSON Schema has no words for this rule, so every renderer checks it.
    """
    width = len(section["columns"])
    for index, row in enumerate(section["rows"]):
        if len(row) != width:
            where = f"row {index} of {section['title']!r}"
            raise ValueError(f"{where} has {len(row)} cells for {width} columns")
    rows: Sequence[Sequence[object]] = section["rows"]
    return rows
