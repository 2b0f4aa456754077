"""Statistics as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zenml_nb.views.distributions import figure_text, hidden_note, shown_datasets
from zenml_nb.views.format import format_cell, visible
from zenml_nb.views.text.grid import cut, grid

_MOST_FEATURES = 200


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/statistics@1``."""
    lines = [visible(document["title"]), *map(visible, document["notes"]), *hidden_note(document)]
    for dataset in document["datasets"]:
        unit = "by weight" if dataset["weighted"] else "rows"
        lines.append(f"{cut(visible(dataset['label']))}: {format_cell(dataset['rows'], 'number')} {unit}")
    lines += _flags(document["flags"])
    room = _MOST_FEATURES
    for section in document["sections"]:
        lines += ["", *_section(document, section, room)]
        room = max(0, room - len(section["features"]))
    if not document["sections"]:
        lines.append("(no features)")
    return "\n".join(lines)


def _section(document: Mapping[str, Any], section: Mapping[str, Any], room: int) -> Iterator[str]:
    columns, features = section["columns"], section["features"]
    yield f"{section['title']} ({len(features):,})"
    if room:
        head = ["Feature", "Type", "Dataset", *(column["label"] for column in columns)]
        rows = [row for feature in features[:room] for row in _rows(document, section, feature)]
        yield from grid(head, rows, [False] * 3 + [column["kind"] != "text" for column in columns])
    if len(features) > room:
        yield f"and {len(features) - room:,} more"
    for feature in features[:room]:
        yield from _flags(feature.get("flags", ()), feature["name"])


def _rows(document: Mapping[str, Any], section: Mapping[str, Any], feature: Mapping[str, Any]) -> Iterator[list[str]]:
    for place, index in enumerate(shown_datasets(document)):
        data = feature["data"][index]
        first = [feature["name"], feature["type"]] if place == 0 else ["", ""]
        names = [cut(visible(cell)) for cell in (*first, document["datasets"][index]["label"])]
        if data is None:
            yield [*names, *[""] * len(section["columns"])]
        else:
            cells = zip(section["columns"], data["figures"], strict=True)
            yield [*names, *(cut(figure_text(column, data, cell)) for column, cell in cells)]


def _flags(flags: Any, feature: str = "") -> Iterator[str]:
    for flag in flags:
        name = flag.get("feature") or feature
        where = f"{name}, {flag['split']}" if name else flag["split"]
        said = f"{flag['severity']}: {where}: {flag['what']}: {flag['why']}"
        yield visible(said if len(said) <= 300 else f"{said[:299]}…")
