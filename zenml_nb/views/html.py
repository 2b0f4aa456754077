"""Static HTML of a view document: for nbconvert, GitHub, and notebooks without a kernel.

JupyterLab takes from an untrusted notebook every script, ``<style>`` and inline SVG, and from
``style=`` every ``var()`` and every property that its sanitizer does not list:
https://github.com/jupyterlab/jupyterlab/blob/main/packages/apputils/src/sanitizer.ts
So text inherits its colour from the theme, and all else is drawn in half-transparent hex colours,
which are readable on light and on dark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from zenml_nb.views import dispatch
from zenml_nb.views.format import (
    checked_rows,
    format_cell,
    full_number,
    heading,
    is_number,
    is_numeric,
    state_level,
    visible,
)

_LINE = "1px solid #80808055"
_BADGE = "padding:1px 8px; border-radius:8px; white-space:nowrap"
_LEVEL_COLOURS = {
    "ok": "#2e9d3255",
    "warning": "#ed8a0055",
    "error": "#e5393555",
    "info": "#1e88e555",
}


def render_html(document: Mapping[str, Any]) -> str:
    """The document as one ``<div>`` without script and without a style element.

    Raises:
        ValueError: the kind of the document is not known, or a row does not fit its columns.
    """
    return dispatch.render(_RENDERERS, document)


def _tables(document: Mapping[str, Any]) -> str:
    sections = "\n".join(_section(section) for section in document["sections"])
    title = _element("div", f"<strong>{_text(document['title'])}</strong>", "font-size:larger")
    return f"<div>\n{title}\n{_notes(document['notes'])}{sections}\n</div>"


def _section(section: Mapping[str, Any]) -> str:
    columns = section["columns"]
    caption = f"<strong>{_text(section['title'])}</strong>\n{_notes(section['notes'])}"
    head = "".join(_header(column) for column in columns)
    body = "\n".join(_row(columns, row) for row in checked_rows(section))
    table = (
        f"{_element('caption', caption, 'text-align:left; padding:4px 0')}\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body or _no_rows(len(columns))}\n</tbody>"
    )
    drawn = _element("table", table, "border-collapse:collapse; margin:0")
    return _element("div", drawn, "overflow-x:auto; margin:12px 0 0")


def _header(column: Mapping[str, Any]) -> str:
    style = f"{_cell_style(column)}; border-bottom:2px solid #80808099; white-space:nowrap"
    return _element("th", escape(heading(column)), style, scope="col")


def _row(columns: Iterable[Mapping[str, Any]], row: Iterable[object]) -> str:
    cells = "".join(_cell(column, cell) for column, cell in zip(columns, row, strict=True))
    return f"<tr>{cells}</tr>"


def _cell(column: Mapping[str, Any], cell: object) -> str:
    shown = format_cell(cell, column["kind"])
    content = escape(shown)
    if column["kind"] == "state" and cell is not None:
        colour = _LEVEL_COLOURS[state_level(shown)]
        content = _element("span", content, f"{_BADGE}; background-color:{colour}")
    attributes = {}
    if is_number(cell) and full_number(cell) != shown:
        attributes["title"] = full_number(cell)
    return _element("td", content, f"{_cell_style(column)}; border-bottom:{_LINE}", **attributes)


def _cell_style(column: Mapping[str, Any]) -> str:
    align = "right; white-space:nowrap" if is_numeric(column) else "left"
    return f"text-align:{align}; vertical-align:top; padding:4px 10px"


def _no_rows(columns: int) -> str:
    return f'<tr><td colspan="{max(columns, 1)}" style="padding:4px 10px">No rows</td></tr>'


def _notes(notes: Iterable[str]) -> str:
    return "".join(_element("div", _text(note), "opacity:0.75") + "\n" for note in notes)


def _text(text: str) -> str:
    return escape(visible(text))


def _element(tag: str, content: str, style: str, **attributes: str) -> str:
    named = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f'<{tag}{named} style="{style}">{content}</{tag}>'


_RENDERERS: dict[str, dispatch.Renderer] = {"zenml_nb/tables@1": _tables}
