"""Anomalies as static HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zenml_nb.views.format import MISSING, format_cell
from zenml_nb.views.html.bars import Bar, bars
from zenml_nb.views.html.elements import badge, element, notes, text, title
from zenml_nb.views.html.grid import clipped, folded, grid

#: The chart shows as many; the table has all.
_MOST_BARS = 40
_RED, _BLUE = 6, 0
_LONGEST_REASON = 1000


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/anomalies@1``."""
    parts = [title(document["title"]), notes(document["notes"]), _chart(document)]
    if document["anomalies"]:
        rows = [row for anomaly in document["anomalies"] for row in _reasons(anomaly)]
        parts.append(grid(["Severity", "Feature", "Reason", "Expected", "Found"], rows, "Anomalies"))
    if document["distances"]:
        head = ["Feature", "Comparison", "Measure", "Distance", "Allowed", "Result"]
        parts.append(grid(head, [_distance(own) for own in document["distances"]], "Distances from other data"))
    checked = [[clipped(c["feature"]), text(format_cell(c["present"], "percent"))] for c in document["checked"]]
    if checked:
        parts.append(folded("Features checked", grid(["Feature", "Rows with a value"], checked, "Features checked")))
    return f"<div>\n{''.join(parts)}\n</div>"


def _reasons(anomaly: Mapping[str, Any]) -> Iterator[list[str]]:
    name = "(all data)" if anomaly["feature"] is None else anomaly["feature"]
    for reason in anomaly["reasons"]:
        own = [reason["short"], reason["description"]]
        said = "TFDV: " + " – ".join(part.strip() for part in own if part.strip())
        words = clipped(reason["text"], _LONGEST_REASON)
        if any(part.strip() for part in own):
            words += element("div", clipped(said, _LONGEST_REASON), "opacity:0.75")
        found = clipped(reason["found"]) or MISSING
        if len(reason["values"]) > 1:
            values = ", ".join(clipped(f"{v['value']} ({format_cell(v['count'], 'number')})") for v in reason["values"])
            found += folded(f"all {len(reason['values'])} values", values)
        yield [badge(anomaly["severity"]), clipped(name), words, clipped(reason["expected"]) or MISSING, found]


def _distance(own: Mapping[str, Any]) -> list[str]:
    numbers = [text(format_cell(own[side], "number")) for side in ("value", "threshold")]
    named = [clipped(own[key]) for key in ("feature", "comparison", "measure")]
    return [*named, *numbers, badge("exceeded", "error") if own["exceeded"] else badge("ok")]


def _chart(document: Mapping[str, Any]) -> str:
    """The share of rows that each anomaly affects; without anomalies, the share that each feature has values in."""
    anomalies = document["anomalies"]
    rows = [_affected(anomaly) for anomaly in anomalies] if anomalies else _present(document["checked"])
    what = "Rows affected by each anomaly" if anomalies else "Rows with a value, by feature"
    if not rows:
        return ""
    more = f", the first {_MOST_BARS} of {len(rows)}" if len(rows) > _MOST_BARS else ""
    heading = element("div", text(what + more), "opacity:0.75")
    return element("div", heading + bars(rows[:_MOST_BARS], what + more), "margin:8px 0 0")


def _affected(anomaly: Mapping[str, Any]) -> Bar:
    shares = [reason["share"] for reason in anomaly["reasons"] if reason["share"] is not None]
    name = "(all data)" if anomaly["feature"] is None else anomaly["feature"]
    if not shares:
        return Bar(name, [], "share not known")
    return Bar(name, [(max(shares), _RED)], format_cell(max(shares), "percent"))


def _present(checked: Sequence[Mapping[str, Any]]) -> list[Bar]:
    return [Bar(c["feature"], [(c["present"] or 0, _BLUE)], format_cell(c["present"], "percent")) for c in checked]
