"""Finds the renderer for a document by its ``schema``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Document = Mapping[str, Any]
Renderer = Callable[[Document], str]


def render(renderers: Mapping[str, Renderer], document: Document) -> str:
    """Draws the document; raises ValueError for a kind or version that is not known."""
    schema = document.get("schema")
    renderer = renderers.get(schema) if isinstance(schema, str) else None
    if renderer is None:
        known = ", ".join(renderers)
        raise ValueError(f"cannot show documents of the kind {schema!r}; known are {known}")
    return renderer(document)
