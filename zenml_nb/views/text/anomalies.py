"""Anomalies as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zenml_nb.views.format import format_cell, visible
from zenml_nb.views.text.grid import cut, grid

#: A reason is a sentence, and longer than a cell.
_LONGEST = 400


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/anomalies@1``."""
    lines = [visible(document["title"]), *map(visible, document["notes"])]
    for anomaly in document["anomalies"]:
        lines += ["", *_anomaly(anomaly)]
    if document["distances"]:
        lines += ["", "Distances from other data", *_distances(document["distances"])]
    return "\n".join(lines)


def _anomaly(anomaly: Mapping[str, Any]) -> Iterator[str]:
    name = "(all data)" if anomaly["feature"] is None else anomaly["feature"]
    yield f"{anomaly['severity'].upper()}  {_line(name)}"
    for reason in anomaly["reasons"]:
        yield f"  {_line(reason['text'])}"
        for label, key in (("expected", "expected"), ("found", "found"), ("TFDV", "description")):
            if reason[key].strip():
                yield f"    {label + ':':<10}{_line(reason[key])}"


def _line(text: str) -> str:
    return visible(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)").strip()


def _distances(distances: list[Mapping[str, Any]]) -> Iterator[str]:
    head = ["Feature", "Comparison", "Measure", "Distance", "Allowed", "Result"]
    rows = []
    for own in distances:
        named = [cut(visible(own[key])) for key in ("feature", "comparison", "measure")]
        numbers = [format_cell(own[key], "number") for key in ("value", "threshold")]
        rows.append([*named, *numbers, "exceeded" if own["exceeded"] else "ok"])
    yield from grid(head, rows, [False, False, False, True, True, False])
