"""The elements that static HTML is made of.

JupyterLab takes from an untrusted notebook every script, ``<style>`` and inline SVG, and from
``style=`` every ``var()`` and every property that its sanitizer does not list:
https://github.com/jupyterlab/jupyterlab/blob/main/packages/apputils/src/sanitizer.ts
So text inherits its colour from the theme, all else is drawn in half-transparent hex colours,
which are readable on light and on dark, and charts are images with their SVG as data.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import quote

from zenml_nb.views.format import state_level, visible

LINE = "1px solid #80808055"
#: One colour a split or model, readable on light and on dark; the same in labextension/src/views/style/base.ts.
SERIES = ("#3b82c4", "#e07b39", "#3f9e6b", "#b3569e", "#a08a2c", "#6f6fd0", "#c94f5d", "#4b9aa5")
_LEVEL_COLOURS = {
    "ok": "#2e9d3255",
    "warning": "#ed8a0055",
    "error": "#e5393555",
    "info": "#1e88e555",
}


def text(content: object) -> str:
    """Any text as HTML that shows it: markup and control characters are shown, not obeyed."""
    return escape(visible(str(content)))


def element(tag: str, content: str, style: str = "", **attributes: str) -> str:
    """An element; ``content`` is HTML, the values of the attributes are text."""
    named = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    styled = f' style="{style}"' if style else ""
    return f"<{tag}{named}{styled}>{content}</{tag}>"


def title(content: str) -> str:
    """The title of a view."""
    return element("div", f"<strong>{text(content)}</strong>", "font-size:larger")


def notes(paragraphs: Iterable[str]) -> str:
    """Remarks, one paragraph each."""
    return "".join(element("div", text(note), "opacity:0.75") + "\n" for note in paragraphs)


def badge(word: str, level: str = "") -> str:
    """A state as a coloured badge; the level is for words that do not tell it themselves."""
    colour = _LEVEL_COLOURS[level or state_level(word)]
    return element(
        "span", text(word), f"padding:1px 8px; border-radius:8px; white-space:nowrap; background-color:{colour}"
    )


def image(svg: str, alternative: str, width: int, height: int) -> str:
    """A chart: an image whose SVG is in the page.

    Args:
        svg: the source, whose texts are escaped; percent-encoding is shorter than base64 for it.
        alternative: what the image shows, for readers who do not see it.
        width, height: in CSS pixels.
    """
    source = "data:image/svg+xml," + quote(svg, safe=" =:/,.;()-'")
    return picture(source, alternative, width=str(width), height=str(height))


def picture(source: str, alternative: str, **attributes: str) -> str:
    """An image; ``source`` is a ``data:`` address, ``alternative`` what it shows for readers who do not see it."""
    named = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    # Simple quotes, of which drawings are full, end nothing here.
    address = source.replace("&", "&amp;").replace('"', "&quot;")
    return f'<img src="{address}" alt="{escape(visible(alternative))}"{named}>'
