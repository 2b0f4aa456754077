"""Images as static HTML: each with its label and its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zenml_nb.views.format import visible
from zenml_nb.views.html.elements import LINE, element, notes, picture, text, title
from zenml_nb.views.html.grid import clipped

_SIDE = 112
#: A saved document is anybody's: nothing is fetched for it.
_SOURCE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/]+=*")


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/images@1``."""
    cards = "\n".join(map(_card, document["images"]))
    return f"<div>\n{title(document['title'])}{notes(document['notes'])}{cards}\n</div>"


def _card(image: Mapping[str, Any]) -> str:
    name, label, details = image["name"], image["label"], image["details"]
    if image["source"] is not None and _SOURCE.fullmatch(image["source"]):
        # One side alone: the browser knows the proportions, also of a photograph that it turns.
        is_wide = (image["width"] or 1) >= (image["height"] or 1)
        side = {"width": str(_SIDE)} if is_wide else {"height": str(_SIDE)}
        shown = picture(image["source"], name if label is None else f"{name}: {label}", title=visible(details), **side)
    else:
        shown = element("span", text(details), "opacity:0.75")
    parts = [shown, *([element("strong", clipped(label, 120))] if label is not None else []), clipped(name, 120)]
    style = f"display:inline-block; vertical-align:top; width:{_SIDE + 24}px; padding:4px 8px; border:{LINE}"
    return element("div", "<br>".join(parts), f"{style}; overflow-wrap:anywhere")
