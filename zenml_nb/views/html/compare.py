"""Comparison of runs as static HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zenml_nb.views.comparison import CODE_WORDS, Line, cell_text, delta_text, is_numeric, lines_of
from zenml_nb.views.format import MISSING
from zenml_nb.views.html.compare_charts import parallel_image
from zenml_nb.views.html.elements import LINE, SERIES, badge, element, notes, text, title
from zenml_nb.views.html.grid import clipped, folded, grid
from zenml_nb.views.html.schema import difference_grid

#: More runs are rows, with what differs among them.
_MOST_COLUMNS = 8
_MOST_FIELDS, _MOST_ROWS = 16, 100
_MOST_SLICES, _MOST_METRICS = 40, 3
_CELL = "vertical-align:top; padding:4px 10px; max-width:320px; overflow-wrap:anywhere"
_CODE_LEVELS = {"same": "ok", "changed": "warning", "another class": "warning"}


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/compare@1``."""
    parts = [title(cell_text(document["title"])), notes(cell_text(note, 1000) for note in document["notes"])]
    lines = lines_of(document)
    names = [_name(index, run) for index, run in enumerate(document["runs"])]
    if names:
        parts.append(_columns(names, lines) if len(names) <= _MOST_COLUMNS else _rows(names, lines))
    if len(names) > 1:
        parts.append(parallel_image([run["label"] for run in document["runs"]], lines))
    if document["slices"]:
        parts += _slices(document, names)
    for pair in document["pairs"]:
        head = f"{names[pair['run']]} compared with {names[document['baseline']]}"
        parts.append(element("div", head, "margin:16px 0 4px"))
        parts += _pair(pair)
    return "<div>\n" + "\n".join(part for part in parts if part) + "\n</div>"


def _name(index: int, run: Mapping[str, Any]) -> str:
    """The label of a run with its colour."""
    colour = SERIES[index % len(SERIES)]
    mark = element("span", "&nbsp;&nbsp;&nbsp;", f"background-color:{colour}; border-radius:4px; margin-right:6px")
    return mark + element("strong", text(cell_text(run["label"], 80)), title=cell_text(run["id"], 300))


def _columns(names: Sequence[str], lines: Sequence[Line]) -> str:
    rows = []
    group = None
    for line in lines:
        if line.group != group:
            group = line.group
            rows.append([_th(f"<strong>{text(cell_text(group, 80))}</strong>", colspan=str(len(names) + 1))])
        mark = " ≠" if line.differs else ""
        rows.append([_th(text(cell_text(line.name, 80) + mark)), *(_td(line, cell) for cell in line.cells)])
    heads = [_head("Parameter"), *map(_head, names)]
    return _table("Parameters and metrics; ≠ marks what differs", heads, rows)


def _rows(names: Sequence[str], lines: Sequence[Line]) -> str:
    facts = [line for line in lines if line.group == "Run"]
    metrics = [line for line in lines if line.group == "Metrics"]
    others = [line for line in lines if line.group not in ("Run", "Metrics") and line.differs]
    shown = [*facts, *[*metrics, *others][:_MOST_FIELDS]]
    rows = [
        [_th(name), *(_td(line, line.cells[index]) for line in shown)] for index, name in enumerate(names[:_MOST_ROWS])
    ]
    heads = [_head("Run"), *(_head(text(cell_text(line.name, 60))) for line in shown)]
    left_out = len(names) - len(rows)
    more = notes([f"{left_out:,} more runs are shown where this view is interactive."]) if left_out else ""
    return _table("Runs, their metrics, and the first parameters that differ", heads, rows) + more


def _head(content: str) -> str:
    return element("th", content, f"text-align:left; {_CELL}; border-bottom:2px solid #80808099", scope="col")


def _th(content: str, **attributes: str) -> str:
    scope = "rowgroup" if attributes else "row"
    return element("th", content, f"text-align:left; {_CELL}; border-bottom:{LINE}", scope=scope, **attributes)


def _td(line: Line, cell: Any) -> str:
    shade = "; background-color:#ed8a0022" if line.differs else ""
    side = "right" if is_numeric(line) else "left"
    return element("td", text(cell_text(cell)), f"text-align:{side}; {_CELL}; border-bottom:{LINE}{shade}")


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    body = "\n".join(f"<tr>{''.join(cells)}</tr>" for cells in rows)
    named = element("caption", f"<strong>{text(caption)}</strong>", "text-align:left; padding:4px 0")
    drawn = f"{named}\n<thead><tr>{''.join(heads)}</tr></thead>\n<tbody>\n{body}\n</tbody>"
    table = element("table", drawn, "border-collapse:collapse; margin:0")
    return element("div", table, "overflow-x:auto; margin:12px 0 0")


def _slices(document: Mapping[str, Any], names: Sequence[str]) -> Iterator[str]:
    found = document["slices"]
    base = found["runs"].index(document["baseline"]) if document["baseline"] in found["runs"] else 0
    for metric, name in enumerate(found["metrics"][:_MOST_METRICS]):
        rows = []
        for entry in found["slices"][:_MOST_SLICES]:
            values = entry["values"][metric]
            cells = [_delta(value, values[base], index == base) for index, value in enumerate(values)]
            rows.append([_th(clipped(entry["name"])), *cells])
        heads = [_head("Slice"), *(_head(names[run]) for run in found["runs"])]
        table = _table(f"{cell_text(name, 80)} by slice", heads, rows)
        yield table if metric == 0 else folded(f"{cell_text(name, 80)} by slice", table)
    left_out = len(found["slices"]) > _MOST_SLICES or len(found["metrics"]) > _MOST_METRICS
    more = ["All slices and metrics are shown where this view is interactive."] if left_out else []
    yield notes([*(cell_text(note, 400) for note in found["notes"]), *more])


def _delta(value: Any, base: Any, is_base: bool) -> str:
    delta = "" if is_base else delta_text(value, base)
    shown = text(cell_text(value)) + (element("div", text(delta), "opacity:0.75; font-size:smaller") if delta else "")
    return element("td", shown, f"text-align:right; {_CELL}; border-bottom:{LINE}")


def _pair(pair: Mapping[str, Any]) -> Iterator[str]:
    configuration, code = pair["configuration"], pair["code"]
    if configuration["lines"]:
        yield folded("Configuration", "\n".join(map(_diff_line, configuration["lines"])))
    yield _note(configuration["note"])
    rows = [
        [
            clipped(step["step"]),
            badge(CODE_WORDS.get(step["state"], step["state"]), _CODE_LEVELS.get(step["state"], "info")),
            clipped(step["old"]) or MISSING,
            clipped(step["new"]) or MISSING,
        ]
        for step in code["steps"]
    ]
    if rows:
        yield grid(["Step", "Result", "Baseline", "Run"], rows, "Code of the steps, by its fingerprints")
    yield _note(code["note"])
    if pair["schema"]["difference"]:
        yield difference_grid(pair["schema"]["difference"])
    yield _note(pair["schema"]["note"])
    features = [
        [clipped(own["name"]), clipped(own["split"]), clipped(own["type"]), text(cell_text(own["distance"]))]
        for own in pair["distributions"]["features"]
    ]
    if features:
        yield grid(["Feature", "Split", "Type", "Distance"], features, "Distances of the distributions")
    yield _note(pair["distributions"]["note"])


def _diff_line(line: str) -> str:
    """A line of a unified diff, whose first character says what it is."""
    colour = {"+": "; background-color:#2e9d3233", "-": "; background-color:#e5393533"}.get(line[:1], "")
    style = f"font-family:monospace; white-space:pre-wrap; padding:0 8px{colour}"
    return element("div", text(cell_text(line, 600)) or "&nbsp;", style)


def _note(note: str) -> str:
    return notes([cell_text(note, 1000)]) if note else ""
