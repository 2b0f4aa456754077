"""A training as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenml_nb.views.format import format_cell, visible
from zenml_nb.views.text.grid import cut, grid
from zenml_nb.views.training_words import best_text, columns_of, rows_of


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/training@1``: one line an epoch."""
    lines = [visible(document["title"]), *map(visible, document["notes"])]
    lines += [f"{visible(metric['name'])}: {best_text(metric)}" for metric in document["metrics"] if metric["best"]]
    if document["metrics"]:
        heads = [cut(visible(name)) for name in columns_of(document)]
        rows = [[format_cell(cell, "number") for cell in row] for row in rows_of(document)]
        lines += ["", *grid(heads, rows, [True] * len(heads))]
    return "\n".join(line.rstrip() for line in lines)
