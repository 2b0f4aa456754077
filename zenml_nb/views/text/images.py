"""Images as plain text: their names, labels and sizes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenml_nb.views.format import visible
from zenml_nb.views.text.grid import cut, grid

_MOST_ROWS = 12


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/images@1``."""
    lines = [visible(document["title"]), *map(visible, document["notes"])]
    keys = ["name", *(["label"] if document["labels"] else []), "details"]
    rows = [[cut(visible(image[key] or "")) for key in keys] for image in document["images"][:_MOST_ROWS]]
    if rows:
        lines += ["", *grid([key.capitalize() for key in keys], rows, [False] * len(keys))]
    rest = len(document["images"]) - len(rows)
    if rest > 0:
        lines.append(f"and {rest} more")
    return "\n".join(lines)
