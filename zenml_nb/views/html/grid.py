"""Tables of HTML cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zenml_nb.views.html.elements import LINE, element, text

_CELL = "text-align:left; vertical-align:top; padding:4px 10px"
_LONGEST = 300


def grid(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str) -> str:
    """A table with a caption.

    Args:
        head: the headings, as text.
        rows: the cells, as HTML.
        caption: above the table, as text.
    """
    heads = "".join(
        element("th", text(word), f"{_CELL}; border-bottom:2px solid #80808099", scope="col") for word in head
    )
    style = f"{_CELL}; border-bottom:{LINE}; max-width:320px; overflow-wrap:anywhere"
    body = "\n".join("<tr>" + "".join(element("td", cell, style) for cell in row) + "</tr>" for row in rows)
    title = element("caption", f"<strong>{text(caption)}</strong>", "text-align:left; padding:4px 0")
    table = f"{title}\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody>"
    drawn = element("table", table, "border-collapse:collapse; margin:0")
    return element("div", drawn, "overflow-x:auto; margin:12px 0 0") + "\n"


def folded(summary: str, content: str) -> str:
    """HTML that is opened by a click, under a line of text."""
    return f"<details><summary>{text(summary)}</summary>{content}</details>"


def clipped(value: str, longest: int = _LONGEST) -> str:
    """Text of any length as HTML; what is cut is told."""
    if len(value) <= longest:
        return text(value)
    return text(f"{value[:longest]}… ({len(value):,} characters)")
