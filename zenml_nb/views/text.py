"""Plain text of a view document: for terminals, nbval and screen readers.

The same document gives the same text everywhere: no clock, no locale, no terminal width.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zenml_nb.views import dispatch
from zenml_nb.views.format import checked_rows, format_cell, heading, is_numeric, visible

_MAX_CELL = 60
_GAP = "  "


def render_text(document: Mapping[str, Any]) -> str:
    """The document as aligned text; no line ends with a space.

    Raises:
        ValueError: the kind of the document is not known, or a row does not fit its columns.
    """
    return dispatch.render(_RENDERERS, document)


def _tables(document: Mapping[str, Any]) -> str:
    lines = [visible(document["title"]), *map(visible, document["notes"])]
    for section in document["sections"]:
        lines += ["", *_section(section)]
    return "\n".join(lines)


def _section(section: Mapping[str, Any]) -> Iterator[str]:
    columns = section["columns"]
    yield visible(section["title"])
    yield from map(visible, section["notes"])
    kinds = [column["kind"] for column in columns]
    rows = [
        [_cut(format_cell(cell, kind)) for cell, kind in zip(row, kinds, strict=True)] for row in checked_rows(section)
    ]
    yield from _grid([_cut(heading(column)) for column in columns], rows, columns)
    if not rows:
        yield "(no rows)"


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]], columns: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    widths = [max(map(len, cells)) for cells in zip(head, *rows, strict=True)]
    right = [is_numeric(column) for column in columns]
    for cells in (head, ["-" * width for width in widths], *rows):
        padded = [
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(cells, widths, right, strict=True)
        ]
        yield _GAP.join(padded).rstrip()


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_CELL else text[: _MAX_CELL - 1] + "…"


_RENDERERS: dict[str, dispatch.Renderer] = {"zenml_nb/tables@1": _tables}
