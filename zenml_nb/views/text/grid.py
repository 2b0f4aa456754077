"""Aligned columns of plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_MAX_CELL = 60
_GAP = "  "


def grid(head: Sequence[str], rows: Sequence[Sequence[str]], to_right: Sequence[bool]) -> Iterator[str]:
    """The lines of a table.

    Args:
        head: the headings.
        rows: the cells, as shown.
        to_right: for each column whether it is aligned to the right, as numbers are.
    """
    widths = [max(map(len, cells)) for cells in zip(head, *rows, strict=True)]
    for cells in (head, ["-" * width for width in widths], *rows):
        padded = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(cells, widths, to_right, strict=True)
        ]
        yield _GAP.join(padded).rstrip()


def cut(text: str) -> str:
    """A text that fits a column."""
    return text if len(text) <= _MAX_CELL else text[: _MAX_CELL - 1] + "…"
