"""Tables as static HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from zenml_nb.views.format import checked_rows, format_cell, full_number, heading, is_number, is_numeric
from zenml_nb.views.html.elements import LINE, badge, element, notes, text, title


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/tables@1``."""
    sections = "\n".join(_section(section) for section in document["sections"])
    return f"<div>\n{title(document['title'])}\n{notes(document['notes'])}{sections}\n</div>"


def _section(section: Mapping[str, Any]) -> str:
    columns = section["columns"]
    caption = f"<strong>{text(section['title'])}</strong>\n{notes(section['notes'])}"
    head = "".join(_header(column) for column in columns)
    body = "\n".join(_row(columns, row) for row in checked_rows(section))
    table = (
        f"{element('caption', caption, 'text-align:left; padding:4px 0')}\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body or _no_rows(len(columns))}\n</tbody>"
    )
    drawn = element("table", table, "border-collapse:collapse; margin:0")
    return element("div", drawn, "overflow-x:auto; margin:12px 0 0")


def _header(column: Mapping[str, Any]) -> str:
    style = f"{_cell_style(column)}; border-bottom:2px solid #80808099; white-space:nowrap"
    return element("th", escape(heading(column)), style, scope="col")


def _row(columns: Iterable[Mapping[str, Any]], row: Iterable[object]) -> str:
    cells = "".join(_cell(column, cell) for column, cell in zip(columns, row, strict=True))
    return f"<tr>{cells}</tr>"


def _cell(column: Mapping[str, Any], cell: object) -> str:
    shown = format_cell(cell, column["kind"])
    content = escape(shown)
    if column["kind"] == "state" and cell is not None:
        content = badge(shown)
    attributes = {}
    if is_number(cell) and full_number(cell) != shown:
        attributes["title"] = full_number(cell)
    return element("td", content, f"{_cell_style(column)}; border-bottom:{LINE}", **attributes)


def _cell_style(column: Mapping[str, Any]) -> str:
    align = "right; white-space:nowrap" if is_numeric(column) else "left"
    return f"text-align:{align}; vertical-align:top; padding:4px 10px"


def _no_rows(columns: int) -> str:
    return f'<tr><td colspan="{max(columns, 1)}" style="padding:4px 10px">No rows</td></tr>'
