"""Statistics as static HTML: all figures, one chart a feature, and all values under a line that opens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from zenml_nb.views.distributions import (
    category_bars,
    figure_text,
    hidden_note,
    quantile_bars,
    shown_datasets,
    standard_bars,
    value_texts,
)
from zenml_nb.views.format import format_cell
from zenml_nb.views.html import charts
from zenml_nb.views.html.elements import LINE, SERIES, badge, element, notes, text, title

_LEFT = "text-align:left"
_LONGEST = 200
#: A thousand features have sixteen thousand cells: what all of them share stands in the table and its rows.
_TABLE = '<table cellpadding="3" style="border-collapse:collapse; margin:0; font-size:12px">'


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/statistics@1``."""
    datasets = document["datasets"]
    remarks = [*document["notes"], *hidden_note(document)]
    if not document["sections"]:
        remarks.append("These statistics have no features.")
    sections = "".join(_section(document, section) for section in document["sections"])
    legend = "".join(_legend(index, dataset) for index, dataset in enumerate(datasets))
    flags = "".join(_flag(flag) for flag in document["flags"])
    return f"<div>\n{title(document['title'])}\n{notes(remarks)}<div>{legend}</div>\n{flags}{sections}</div>"


def _legend(index: int, dataset: Mapping[str, Any]) -> str:
    unit = "by weight" if dataset["weighted"] else "rows"
    name = f"<strong>{_cut(dataset['label'])}</strong> {format_cell(dataset['rows'], 'number')} {unit}"
    return element("span", f"{_mark(index)} {name}", "margin-right:16px") + " "


def _mark(index: int) -> str:
    colour = SERIES[index % len(SERIES)]
    return f'<span style="color:{colour}">■</span>'


def _section(document: Mapping[str, Any], section: Mapping[str, Any]) -> str:
    names = ["Feature", "Distribution", "Dataset", *(column["label"] for column in section["columns"])]
    head = "".join(
        element("th", text(name), _LEFT if index < 2 else "text-align:right") for index, name in enumerate(names)
    )
    shown = shown_datasets(document)
    rows = "\n".join(_feature(document, section, feature, shown) for feature in section["features"])
    caption = f"<strong>{text(section['title'])}</strong> ({len(section['features']):,})"
    body = f'<tbody align="right" valign="top">\n{rows}\n</tbody>'
    table = f"{_TABLE}<thead><tr>{head}</tr></thead>\n{body}</table>"
    return f'<div style="margin:14px 0 4px">{caption}</div>\n<div style="overflow-x:auto">{table}</div>\n'


def _feature(
    document: Mapping[str, Any], section: Mapping[str, Any], feature: Mapping[str, Any], shown: Sequence[int]
) -> str:
    """One row a dataset; the name and the chart stand beside all of them."""
    span = f' rowspan="{len(shown)}"' if len(shown) > 1 else ""
    name = f"<strong>{_cut(feature['name']) or '(no name)'}</strong> {text(feature['type'])}"
    first = f"<td{span}>{_left(name)}</td>"
    chart = f"<td{span}>{_chart(document, section, feature)}</td>"
    rows = []
    for place, index in enumerate(shown):
        cells = _figures(section, feature["data"][index])
        dataset = f"<td>{_cut(document['datasets'][index]['label'])}</td>"
        if place == 0:
            rows.append(f'<tr style="border-top:{LINE}">{first}{chart}{dataset}{cells}</tr>')
        else:
            rows.append(f"<tr>{dataset}{cells}</tr>")
    return "\n".join([*rows, *_values(document, section, feature, shown)])


def _left(content: str) -> str:
    """Aligned to the left in a cell: JupyterLab aligns all cells to the right, whatever their attributes say."""
    return f'<div align="left">{content}</div>'


def _figures(section: Mapping[str, Any], data: Mapping[str, Any] | None) -> str:
    columns = section["columns"]
    if data is None:
        return f'<td colspan="{len(columns)}">{_left("not in this dataset, or of another type")}</td>'
    cells = zip(columns, data["figures"], strict=True)
    return "".join(f"<td>{_figure(column, data, cell)}</td>" for column, cell in cells)


def _figure(column: Mapping[str, Any], data: Mapping[str, Any], cell: object) -> str:
    shown = _cut(figure_text(column, data, cell))
    # A share and its count stay on one line.
    return shown.replace(" ", "\u00a0") if column["kind"] == "share" else shown


def _chart(document: Mapping[str, Any], section: Mapping[str, Any], feature: Mapping[str, Any]) -> str:
    """All datasets that are shown at first, over each other."""
    present = [
        (index, data)
        for index, data in enumerate(feature["data"])
        if data is not None and document["datasets"][index]["shown"]
    ]
    alternative = f"Distribution of {feature['name'][:60]}"
    labels = feature.get("labels")
    if labels:
        return charts.categories([(index, category_bars(data)) for index, data in present], len(labels), alternative)
    if section["kind"] != "numeric":
        return ""
    bars = [(index, standard_bars(section, data) or quantile_bars(section, data)) for index, data in present]
    return charts.histogram(bars, alternative)


def _values(
    document: Mapping[str, Any], section: Mapping[str, Any], feature: Mapping[str, Any], shown: Iterable[int]
) -> Iterator[str]:
    """A row below: the anomalies, and all values under a line that opens."""
    flags = "".join(_flag(flag) for flag in feature.get("flags", ()))
    lines = []
    for index in shown:
        data = feature["data"][index]
        found = [] if data is None else list(value_texts(section, feature, data))
        if found:
            label = _cut(document["datasets"][index]["label"])
            lines.append("<br>".join([f"<em>{label}</em>", *map(text, found)]))
    folded = f"<details><summary>values</summary>{'<br>'.join(lines)}</details>" if lines else ""
    if flags or folded:
        yield f'<tr><td colspan="{len(section["columns"]) + 3}">{_left(flags + folded)}</td></tr>'


def _flag(flag: Mapping[str, str]) -> str:
    feature = f"{_cut(flag['feature'])} in " if flag.get("feature") else "in "
    where = f"{feature}{_cut(flag['split'])}"
    said = f"{badge(flag['severity'])} <strong>{_cut(flag['what'])}</strong> {where}: {_cut(flag['why'], 1000)}"
    return f"<div>{said}</div>"


def _cut(content: str, longest: int = _LONGEST) -> str:
    """A text of any length as HTML; what is cut is told."""
    return text(content if len(content) <= longest else f"{content[:longest]}… ({len(content):,} characters)")
