"""Tables as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zenml_nb.views.format import checked_rows, format_cell, heading, is_numeric, visible
from zenml_nb.views.text.grid import cut, grid


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/tables@1``."""
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
        [cut(format_cell(cell, kind)) for cell, kind in zip(row, kinds, strict=True)] for row in checked_rows(section)
    ]
    yield from grid([cut(heading(column)) for column in columns], rows, [is_numeric(column) for column in columns])
    if not rows:
        yield "(no rows)"
