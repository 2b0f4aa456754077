"""A training as static HTML: a chart for each metric, and a table of the epochs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zenml_nb.views.format import format_cell, visible
from zenml_nb.views.html.elements import element, notes, text, title
from zenml_nb.views.html.evaluation_charts import curve_image
from zenml_nb.views.html.grid import folded, grid
from zenml_nb.views.training_words import best_text, columns_of, rows_of

Point = tuple[float, float]
#: Differences of such values are no numbers any more.
_TOO_FAR = 1e300
#: An image has no room for more points.
_MOST_POINTS = 200


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/training@1``."""
    parts = [title(document["title"]), notes(document["notes"])]
    for metric in document["metrics"]:
        lines = _lines(document["epochs"], metric["train"], metric["eval"])
        name = visible(metric["name"])
        drawn = curve_image(name, "epoch", name, lines) if lines else text("no finite value")
        best = element("div", text(best_text(metric)), "opacity:0.75") if metric["best"] else ""
        heading = element("div", f"<strong>{text(name)}</strong>")
        parts.append(element("div", heading + drawn + best, "margin:8px 0 0"))
    if document["metrics"]:
        rows = ([text(format_cell(cell, "number")) for cell in row] for row in rows_of(document))
        parts.append(folded("Epochs", grid(columns_of(document), rows, "Metrics of each epoch")))
    return "<div>\n" + "\n".join(parts) + "\n</div>"


def loss_image(curve: Mapping[str, Any]) -> str:
    """The loss curve of a step; nothing where no value is finite."""
    lines = _lines(curve["epochs"], curve["train"], curve["eval"])
    return element("div", curve_image("Loss", "epoch", "loss", lines)) if lines else ""


def _lines(
    epochs: Sequence[int], train: Sequence[float | None], evaluation: Sequence[float | None]
) -> list[tuple[str, list[Point]]]:
    lines = []
    for name, values in (("train", train), ("eval", evaluation)):
        points = [(float(x), y) for x, y in zip(epochs, values, strict=False) if y is not None and abs(y) < _TOO_FAR]
        if points:
            step = -(-len(points) // _MOST_POINTS)
            lines.append((name, points[::-step][::-1]))
    return lines
