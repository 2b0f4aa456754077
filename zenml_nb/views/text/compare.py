"""Comparison of runs as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zenml_nb.views.comparison import CODE_WORDS, Line, cell_text, delta_text, is_numeric, lines_of
from zenml_nb.views.format import visible
from zenml_nb.views.text.grid import cut, grid
from zenml_nb.views.text.schema import difference_lines

#: More runs are rows, with what differs among them.
_MOST_COLUMNS = 6
_MOST_RUNS, _MOST_FIELDS, _MOST_SLICES, _MOST_DIFF, _MOST_FEATURES = 200, 8, 40, 60, 20


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/compare@1``."""
    lines = [cell_text(document["title"]), *(cell_text(note, 1000) for note in document["notes"])]
    rows = lines_of(document)
    if not document["runs"]:
        return "\n".join([*lines, "(no runs)"])
    labels = [_label(run) for run in document["runs"]]
    lines += ["", *(_columns(labels, rows) if len(labels) <= _MOST_COLUMNS else _rows(labels, rows))]
    if document["slices"]:
        lines += ["", *_slices(document, labels)]
    for pair in document["pairs"]:
        lines += ["", f"{labels[pair['run']]} compared with {labels[document['baseline']]}", *_pair(pair)]
    return "\n".join(line.rstrip() for line in lines)


def _label(run: Mapping[str, Any]) -> str:
    return cut(visible(run["label"]))


def _columns(labels: Sequence[str], rows: Sequence[Line]) -> Iterator[str]:
    cells = [
        [cut(visible(row.group)), cut(visible(row.name)), "≠" if row.differs else ""]
        + [cut(cell_text(cell)) for cell in row.cells]
        for row in rows
    ]
    yield from grid(["", "Parameter", "", *labels], cells, [False] * (3 + len(labels)))


def _rows(labels: Sequence[str], rows: Sequence[Line]) -> Iterator[str]:
    """The metrics, and as many of the parameters that differ as there is room for."""
    metrics = [row for row in rows if row.group == "Metrics"]
    others = [row for row in rows if row.group not in ("Metrics", "Run") and row.differs]
    shown = [rows[0], *[*metrics[:_MOST_FIELDS], *others][: 2 * _MOST_FIELDS]]
    heads = ["Run", *(cut(visible(row.name)) for row in shown)]
    cells = [
        [label, *(cut(cell_text(row.cells[index], 40)) for row in shown)]
        for index, label in enumerate(labels[:_MOST_RUNS])
    ]
    yield from grid(heads, cells, [False, *map(is_numeric, shown)])
    if len(labels) > _MOST_RUNS:
        yield f"and {len(labels) - _MOST_RUNS:,} more runs"


def _slices(document: Mapping[str, Any], labels: Sequence[str]) -> Iterator[str]:
    found = document["slices"]
    base = found["runs"].index(document["baseline"]) if document["baseline"] in found["runs"] else 0
    for metric, name in enumerate(found["metrics"][:3]):
        yield f"{cut(visible(name))} by slice, with the difference from {labels[found['runs'][base]]}"
        rows = []
        for entry in found["slices"][:_MOST_SLICES]:
            values = entry["values"][metric]
            cells = [
                cell_text(value) if index == base else f"{cell_text(value)} {delta_text(value, values[base])}".strip()
                for index, value in enumerate(values)
            ]
            rows.append([cut(visible(entry["name"])), *cells])
        heads = ["Slice", *(labels[run] for run in found["runs"])]
        yield from grid(heads, rows, [False, *(True for _ in heads[1:])])
        if len(found["slices"]) > _MOST_SLICES:
            yield f"… {len(found['slices']):,} slices in all"
    yield from (cell_text(note, 400) for note in found["notes"])


def _pair(pair: Mapping[str, Any]) -> Iterator[str]:
    configuration, code = pair["configuration"], pair["code"]
    yield "Configuration"
    yield from (f"  {cell_text(line, 200)}" for line in configuration["lines"][:_MOST_DIFF])
    if len(configuration["lines"]) > _MOST_DIFF:
        yield f"  … {len(configuration['lines']):,} lines in all"
    yield from _note(configuration["note"])
    yield "Code of the steps"
    for step in code["steps"]:
        said = CODE_WORDS.get(step["state"], step["state"])
        change = "" if step["state"] == "same" else f" ({cell_text(step['old'])} -> {cell_text(step['new'])})"
        yield f"  {cut(visible(step['step']))}: {said}{change}"
    yield from _note(code["note"])
    yield "Schema"
    if pair["schema"]["difference"]:
        yield from (f"  {line}" for line in difference_lines(pair["schema"]["difference"]))
    yield from _note(pair["schema"]["note"])
    yield "Distributions"
    features = pair["distributions"]["features"]
    if features:
        rows = [
            [cut(visible(own["name"])), cut(visible(own["split"])), own["type"], cell_text(own["distance"])]
            for own in features[:_MOST_FEATURES]
        ]
        drawn = grid(["Feature", "Split", "Type", "Distance"], rows, [False, False, False, True])
        yield from (f"  {line}" for line in drawn)
        if len(features) > _MOST_FEATURES:
            yield f"  … {len(features):,} in all"
    yield from _note(pair["distributions"]["note"])


def _note(note: str) -> Iterator[str]:
    if note:
        yield f"  {cell_text(note, 400)}"
