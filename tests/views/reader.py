"""Reads static HTML as a browser does, and says whether a sanitizer would leave it as it is."""

from __future__ import annotations

import re
from html.parser import HTMLParser

TAGS = {"div", "strong", "table", "caption", "thead", "tbody", "tr", "th", "td", "span", "br", "img", "details"}
TAGS |= {"summary"}
ATTRIBUTES = {"style", "scope", "title", "colspan", "src", "alt", "width", "height"}


class Reader(HTMLParser):
    """The tags, their attributes and the texts of a page whose elements are all closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("br", "img"):
            self.open.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def assert_safe(read: Reader) -> None:
    """Nothing but what an untrusted notebook keeps; pictures have their content with them."""
    assert set(read.tags) <= TAGS
    assert {name for name, _ in read.attributes} <= ATTRIBUTES
    sources = [value or "" for name, value in read.attributes if name == "src"]
    assert all(re.match(r"data:image/(svg\+xml,|(png|jpeg|gif);base64,[\w+/]+=*$)", source) for source in sources)
    styles = [value or "" for name, value in read.attributes if name == "style"]
    assert not [style for style in styles if re.search(r"var\(|rgba?\(|url\(|color-mix|(^|[; ])color:", style)]
