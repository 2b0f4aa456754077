"""How a training is told in words; the same in every static renderer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zenml_nb.views.format import format_number


def columns_of(document: Mapping[str, Any]) -> list[str]:
    """The headings of the table of epochs."""
    return ["epoch", *(f"{name} ({side})" for name, side, _ in _columns(document))]


def rows_of(document: Mapping[str, Any]) -> Iterator[list[float | None]]:
    """The rows of the table of epochs."""
    columns = [values for _, _, values in _columns(document)]
    for index, epoch in enumerate(document["epochs"]):
        yield [epoch, *(values[index] if index < len(values) else None for values in columns)]


def best_text(metric: Mapping[str, Any]) -> str:
    """The best epoch in words."""
    best = metric["best"]
    return f"Best on the evaluation splits: {format_number(best['value'])} in epoch {best['epoch']:,}."


def _columns(document: Mapping[str, Any]) -> Iterator[tuple[str, str, list[float | None]]]:
    for metric in document["metrics"]:
        for side in ("train", "eval"):
            if metric[side]:
                yield metric["name"], side, metric[side]
