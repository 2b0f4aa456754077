"""Schema as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zenml_nb.views.format import MISSING, visible
from zenml_nb.views.text.grid import cut, grid


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/schema@1``."""
    lines = [visible(document["title"]), *map(visible, document["notes"])]
    if "difference" in document:
        lines += ["", *difference_lines(document["difference"])]
    head = ["Feature", "Type", "Presence", "Values a row", "Shape", "Domain"]
    rows = [_feature(feature, document) for feature in document["features"]]
    lines += ["", *_table("Features", head, rows)]
    if document["tensors"]:
        tensors = [[tensor[key] for key in ("group", "name", "kind", "text")] for tensor in document["tensors"]]
        lines += ["", *_table("Tensors", ["Group", "Tensor", "Kind", "Made of"], tensors)]
    if document["settings"]:
        settings = [[setting["label"], setting["text"]] for setting in document["settings"]]
        lines += ["", *_table("The whole schema", ["Setting", "Value"], settings)]
    return "\n".join(lines)


def _feature(feature: Mapping[str, Any], document: Mapping[str, Any]) -> list[str]:
    domain = feature["domain"]
    words = domain["text"]
    if "values" in domain:
        words += ": " + ", ".join(document["domains"][domain["values"]]["values"][:10])
    indented = "  " * (len(feature["path"]) - 1) + feature["path"][-1]
    kind = "" if feature["kind"] == "feature" else f" ({feature['kind']})"
    return [
        indented + kind,
        feature["type"],
        feature["presence"]["text"],
        feature["valency"],
        feature["shape"],
        words,
    ]


def difference_lines(difference: Mapping[str, Any]) -> Iterator[str]:
    """What was added, removed and changed from another schema."""
    new, old = difference["names"]
    if not difference["entries"]:
        yield visible(f"No differences from {old}: {difference['unchanged']} features are the same.")
        return
    rows = []
    for entry in difference["entries"]:
        named = [entry["change"], " › ".join(entry["path"]) or "the whole schema"]
        rows += [[*named, c["label"], c["old"] or "", c["new"] or ""] for c in entry["changes"]]
        for label, values in (("Values removed", entry["values_removed"]), ("Values added", entry["values_added"])):
            if values:
                sides = [", ".join(values[:10]), ""]
                rows.append([*named, label, *(sides if label == "Values removed" else reversed(sides))])
    yield from _table(f"Difference from {old}", ["Change", "Of", "What", f"In {old}", f"In {new}"], rows)


def _table(title: str, head: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield visible(title)
    shown = [[cut(visible(cell)) or MISSING for cell in row] for row in rows]
    yield from grid([cut(visible(word)) for word in head], shown, [False] * len(head))
    if not rows:
        yield "(none)"
