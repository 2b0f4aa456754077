from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from zenml_nb.views.html import render_html

Document = dict[str, Any]
MakeTable = Callable[..., Document]

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "</td></table><b>out</b>",
    '" style="color:red" onclick="alert(1)',
    "' onmouseover='x",
    "&lt;b&gt;",
]


class Reader(HTMLParser):
    """Collects the tags, their attributes and the text as a browser would."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


ALLOWED_TAGS = {"div", "strong", "table", "caption", "thead", "tbody", "tr", "th", "td", "span"}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_everywhere(make_table: MakeTable, text: str) -> None:
    document = make_table([(text, "text"), ("s", "state")], [[text, text]], title=text)
    document["notes"] = document["sections"][0]["notes"] = [text]
    document["sections"][0]["columns"][0]["unit"] = text
    read = Reader(render_html(document))
    assert set(read.tags) <= ALLOWED_TAGS
    assert {name for name, _ in read.attributes} <= {"style", "scope", "title", "colspan"}
    assert "".join(read.texts).count(text) == 8
    assert read.open == []


def test_styles_keep_what_an_untrusted_notebook_keeps(sample: Document) -> None:
    read = Reader(render_html(sample))
    styles = [value or "" for name, value in read.attributes if name == "style"]
    assert styles
    assert not [style for style in styles if re.search(r"var\(|rgba?\(|url\(|color-mix", style)]
    # Text takes its colour from the theme: a fixed one is unreadable on light or on dark.
    assert not [style for style in styles if re.search(r"(^|[; ])color:", style)]


def test_characters_that_hide_or_reorder_text_are_visible(make_table: MakeTable) -> None:
    html = render_html(make_table([("a", "text")], [["x\u202ey\x00z\ud800"]]))
    assert "x\\u202ey\\x00z\\ud800" in html
    html.encode("utf-8")


def test_a_rounded_number_keeps_its_full_value(make_table: MakeTable) -> None:
    rows: list[list[Any]] = [[0.123456789], [5], [True], [None], ["NaN"]]
    html = render_html(make_table([("a", "number")], rows))
    assert re.findall(r'title="([^"]*)"', html) == ["0.123456789"]
    assert re.findall(r"<td[^>]*>([^<]*)</td>", html) == ["0.123457", "5", "true", "—", "NaN"]


def test_numbers_are_aligned_right_and_text_left(make_table: MakeTable) -> None:
    html = render_html(make_table([("a", "text"), ("b", "percent")], [["x", 0.5]]))
    cells = re.findall(r'<t[hd][^>]*text-align:(\w+)[^"]*"[^>]*>([^<]*)<', html)
    assert cells == [("left", "a"), ("right", "b"), ("left", "x"), ("right", "50%")]


def test_states_differ_in_colour(make_table: MakeTable) -> None:
    rows = [["ok"], ["warning"], ["error"], ["other"]]
    html = render_html(make_table([("a", "state")], rows))
    assert len(set(re.findall(r"background-color:(#\w+)", html))) == 4


def test_an_empty_table_says_so(make_table: MakeTable) -> None:
    html = render_html(make_table([("a", "text"), ("b", "text")], []))
    assert re.search(r'colspan="2"[^>]*>No rows<', html)
    Reader(render_html(make_table([], [])))


def test_the_same_document_gives_the_same_html(sample: Document) -> None:
    assert render_html(sample) == render_html(dict(sample))


@pytest.mark.parametrize("schema", ["zenml_nb/tables@2", "__class__", None, 3, ["x"]])
def test_an_unknown_kind_is_refused_with_the_known_ones(schema: object) -> None:
    with pytest.raises(ValueError, match=r"known are .*zenml_nb/tables@1"):
        render_html({"schema": schema})


def test_a_row_of_another_length_is_refused(make_table: MakeTable) -> None:
    with pytest.raises(ValueError, match="row 1 of 'T' has 1 cells for 2 columns"):
        render_html(make_table([("a", "text"), ("b", "text")], [["x", "y"], ["x"]]))
