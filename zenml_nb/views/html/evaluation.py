"""Evaluation as static HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zenml_nb.views.evaluation_words import (
    STATES,
    check_counts,
    checked_slices,
    clipped,
    columns_of,
    full_text,
    interval_text,
    number_of,
    overall_of,
    value_text,
)
from zenml_nb.views.html.bars import Bar, bars, short
from zenml_nb.views.html.elements import LINE, badge, element, notes, text, title
from zenml_nb.views.html.evaluation_charts import plots
from zenml_nb.views.html.grid import folded, grid

_LEVELS = {"passed": "ok", "failed": "error", "unchecked": "info"}
_MOST_CHARTS = 4
_MOST_BARS = 40
_LONGEST_NAME = 22
_CELL = "text-align:right; vertical-align:top; padding:4px 10px; white-space:nowrap"
_NAME = (
    "text-align:left; vertical-align:top; padding:4px 10px; min-width:180px; max-width:320px; overflow-wrap:anywhere"
)


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/evaluation@1``."""
    slices = checked_slices(document)
    parts = [title(clipped(document["title"])), notes(document["notes"])]
    for entry in document["entries"]:
        parts.append(_entry(entry, len(document["entries"]) > 1))
    overall = overall_of(slices, document)
    if overall is not None:
        parts.append(_overall(overall, document))
    if len(slices) > 1:
        parts.append(_slices(slices, document))
        parts.append(_charts(slices, document))
    at = slices.index(overall) if overall is not None else 0
    parts.append(plots(document, at))
    return "<div>\n" + "\n".join(part for part in parts if part) + "\n</div>"


def _entry(entry: Mapping[str, Any], is_named: bool) -> str:
    name = clipped(entry["name"], 80)
    rows = [[text(clipped(fact["label"], 80)), text(clipped(fact["value"]))] for fact in entry["facts"]]
    about = folded(f"About {name}" if is_named else "About", grid(["What", "Value"], rows, "Facts"))
    if entry["validation"] is None:
        return about
    return _validation(entry["validation"], f"{name}: " if is_named else "") + about


def _validation(validation: Mapping[str, Any], head: str) -> str:
    state = badge(f"{head}{STATES[validation['state']]}", _LEVELS[validation["state"]])
    parts = [element("div", f"{state} {text(check_counts(validation))}", "margin:6px 0"), notes(validation["notes"])]
    if validation["missing"]:
        names = "; ".join(clipped(name, 80) for name in validation["missing"])
        parts.append(element("div", text(f"No data for the slices with thresholds: {names}")))
    for wanted, caption in (("failed", "Failed checks"), ("passed", "Passed checks")):
        rows = [
            [
                *(text(clipped(check[key], 120)) for key in ("slice", "metric", "threshold")),
                element("span", text(value_text(check["value"])), title=full_text(check["value"])),
                text(clipped(check["message"])),
            ]
            for check in validation["checks"]
            if check["state"] == wanted
        ]
        if rows:
            table = grid(["Slice", "Metric", "Threshold", "Value", "Remark"], rows, caption)
            parts.append(table if wanted == "failed" else folded(caption, table))
    if validation["more"]:
        parts.append(notes([f"{validation['more']:,} more checks passed."]))
    return "".join(parts)


def _overall(overall: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    heads = ["Metric", *(clipped(one["name"], 60) or "Value" for one in document["series"])]
    rows = [
        [element("th", text(clipped(metric["label"], 80)), f"{_NAME}; border-bottom:{LINE}", scope="row")]
        + [_cell(cell) for cell in row]
        for metric, row in zip(document["metrics"], overall["values"], strict=True)
    ]
    error = element("div", text(clipped(overall["error"]))) if overall["error"] else ""
    return error + _table("Overall", heads, rows)


def _slices(slices: Sequence[Mapping[str, Any]], document: Mapping[str, Any]) -> str:
    columns = list(columns_of(document))
    rows = []
    for entry in slices:
        name = text(clipped(entry["name"]))
        if entry["error"]:
            name += element("div", text(clipped(entry["error"])), "opacity:0.75")
        cells = [element("th", name, f"{_NAME}; border-bottom:{LINE}", scope="row"), _cell(entry["count"])]
        rows.append(cells + [_cell(entry["values"][metric][series]) for metric, series, _ in columns])
    return _table("Slices", ["Slice", "Examples", *(heading for _, _, heading in columns)], rows)


def _cell(cell: Any) -> str:
    shown, interval = value_text(cell), interval_text(cell)
    is_text = isinstance(cell, str) and cell not in ("NaN", "Infinity", "-Infinity")
    content = text(shown) + (element("div", text(interval), "opacity:0.75; font-size:smaller") if interval else "")
    full = full_text(cell)
    attributes = {"title": clipped(full, 1200)} if full not in ("", shown) else {}
    return element("td", content, f"{_NAME if is_text else _CELL}; border-bottom:{LINE}", **attributes)


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(
        element("th", text(word), f"{_CELL if index else _NAME}; border-bottom:2px solid #80808099", scope="col")
        for index, word in enumerate(heads)
    )
    body = "\n".join(f"<tr>{''.join(cells)}</tr>" for cells in rows)
    named = element("caption", f"<strong>{text(caption)}</strong>", "text-align:left; padding:4px 0")
    table = f"{named}\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>"
    drawn = element("table", table, "border-collapse:collapse; margin:0")
    return element("div", drawn, "overflow-x:auto; margin:12px 0 0")


def _charts(slices: Sequence[Mapping[str, Any]], document: Mapping[str, Any]) -> str:
    """The first metrics as bars, one a slice and series."""
    metrics = [
        index
        for index, metric in enumerate(document["metrics"])
        if metric["kind"] == "number" and not metric["is_count"]
    ]
    return "\n".join(_chart(metric, slices, document) for metric in metrics[:_MOST_CHARTS])


def _chart(metric: int, slices: Sequence[Mapping[str, Any]], document: Mapping[str, Any]) -> str:
    shown = [series for series, one in enumerate(document["series"]) if not one["is_diff"]]
    kept = slices[: max(_MOST_BARS // max(len(shown), 1), 1)]
    values = [number_of(entry["values"][metric][series]) for entry in kept for series in shown]
    most = max((abs(value) for value in values if abs(value) < float("inf")), default=0) or 1.0
    rows = []
    for entry in kept:
        for series in shown:
            cell = entry["values"][metric][series]
            value = number_of(cell)
            share = abs(value) / most if abs(value) < float("inf") else 0.0
            said = value_text(cell)
            name = document["series"][series]["name"]
            # The name is on the first of the slice's bars alone, so each tells its series.
            at = _end(entry["name"]) if series == shown[0] else ""
            rows.append(Bar(at, [(share, series % 8)], f"{short(name, 16)}: {said}" if name else said))
    label = clipped(document["metrics"][metric]["label"], 80)
    more = f" (the first {len(kept)} slices)" if len(kept) < len(slices) else ""
    caption = element("div", f"<strong>{text(label)}</strong>{text(more)}", "margin:12px 0 2px")
    return caption + bars(rows, label)


def _end(name: str) -> str:
    """The end of a name that is too long for its bar: slices of one way to slice begin alike."""
    return name if len(name) <= _LONGEST_NAME else "…" + name[-_LONGEST_NAME + 1 :]
