"""Schema as static HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zenml_nb.views.format import MISSING
from zenml_nb.views.html.bars import Bar, bars
from zenml_nb.views.html.elements import badge, element, notes, title
from zenml_nb.views.html.grid import clipped, folded, grid

#: Of a domain with more values, the rest is counted.
_MOST_VALUES = 1000
_PRESENCE = ("required", "partial", "optional")
_LEVEL_OF = {"added": "ok", "removed": "error", "changed": "warning"}


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/schema@1``."""
    parts = [title(document["title"]), notes(document["notes"]), _chart(document["features"])]
    if "difference" in document:
        parts.append(difference_grid(document["difference"]))
    parts.append(_features(document))
    tensors = [
        [clipped(t["group"]), clipped(t["name"]), clipped(t["kind"]), clipped(t["text"])] for t in document["tensors"]
    ]
    if tensors:
        parts.append(grid(["Group", "Tensor", "Kind", "Made of"], tensors, "Tensors"))
    if document["settings"]:
        rows = [[clipped(setting["label"]), clipped(setting["text"])] for setting in document["settings"]]
        parts.append(grid(["Setting", "Value"], rows, "The whole schema"))
    return f"<div>\n{''.join(parts)}\n</div>"


def _chart(features: Sequence[Mapping[str, Any]]) -> str:
    """How many features have each type, and how many of these are required."""
    counts = Counter((feature["type"] or feature["kind"], feature["presence"]["level"]) for feature in features)
    totals = Counter(feature["type"] or feature["kind"] for feature in features)
    if not totals:
        return ""
    most = max(totals.values())
    rows = []
    for kind, total in totals.most_common():
        shown = [(counts[kind, level], index, level) for index, level in enumerate(_PRESENCE) if counts[kind, level]]
        words = ", ".join(f"{count} {level}" for count, _, level in shown)
        parts = [(count / most, index) for count, index, _ in shown]
        rows.append(Bar(kind, parts, words if len(shown) == 1 or len(words) <= 30 else f"{total} features"))
    return element("div", bars(rows, "Features by type and presence"), "margin:8px 0 0")


def _features(document: Mapping[str, Any]) -> str:
    head = ["Feature", "Type", "Presence", "Values a row", "Shape", "Domain", "Environments", "Stage", "More"]
    rows = [_feature(feature, document["domains"]) for feature in document["features"]]
    # A column that says nothing of any feature is left out.
    kept = [index for index in range(len(head)) if (index < 6 and index != 4) or any(row[index] for row in rows)]
    shown = ([row[index] or MISSING for index in kept] for row in rows)
    return grid([head[index] for index in kept], shown, "Features")


def _feature(feature: Mapping[str, Any], domains: Sequence[Mapping[str, Any]]) -> list[str]:
    name, depth = feature["path"][-1], len(feature["path"]) - 1
    kind = "" if feature["kind"] == "feature" else f" ({feature['kind']})"
    return [
        element("span", clipped(name + kind), f"padding-left:{16 * depth}px"),
        clipped(feature["type"]),
        clipped(feature["presence"]["text"]),
        clipped(feature["valency"]),
        clipped(feature["shape"]),
        _domain(feature["domain"], domains),
        clipped(feature["environments"]),
        clipped(feature["stage"]),
        "<br>".join(clipped(f"{detail['label']}: {detail['text']}") for detail in feature["details"]),
    ]


def _domain(domain: Mapping[str, Any], domains: Sequence[Mapping[str, Any]]) -> str:
    if "values" not in domain:
        return clipped(domain["text"])
    return folded(domain["text"], _values(domains[domain["values"]]["values"]))


def _values(values: Sequence[str]) -> str:
    rest = len(values) - _MOST_VALUES
    shown = ", ".join(clipped(value) for value in values[:_MOST_VALUES])
    return shown + (f", and {rest:,} more values" if rest > 0 else "")


def difference_grid(difference: Mapping[str, Any]) -> str:
    """What was added, removed and changed from another schema."""
    new, old = difference["names"]
    caption = f"Difference from {old}"
    if not difference["entries"]:
        return grid(
            ["Result"], [[clipped(f"No differences: {difference['unchanged']} features are the same.")]], caption
        )
    rows = [row for entry in difference["entries"] for row in _changes(entry)]
    return grid(["Change", "Of", "What", f"In {old}", f"In {new}"], rows, caption)


def _changes(entry: Mapping[str, Any]) -> Iterator[list[str]]:
    change = badge(entry["change"], _LEVEL_OF[entry["change"]])
    name = clipped(" › ".join(entry["path"]) or "the whole schema")
    lines = [
        [
            clipped(c["label"]),
            MISSING if c["old"] is None else clipped(c["old"]),
            MISSING if c["new"] is None else clipped(c["new"]),
        ]
        for c in entry["changes"]
    ]
    if entry["values_removed"]:
        lines.append(["Values removed", _values(entry["values_removed"]), MISSING])
    if entry["values_added"]:
        lines.append(["Values added", MISSING, _values(entry["values_added"])])
    for line in lines or [["Feature", MISSING, MISSING]]:
        yield [change, name, *line]
