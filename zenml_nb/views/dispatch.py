"""Finds the renderer for a document by its ``schema``."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]


def render(renderers: Mapping[str, str], document: Document) -> str:
    """Draws the document.

    Args:
        renderers: schema to the module whose function ``render`` draws such documents; imported at the first use.
        document: a view document.

    Raises:
        ValueError: the kind or version of the document is not known.
    """
    schema = document.get("schema")
    module = renderers.get(schema) if isinstance(schema, str) else None
    if module is None:
        known = ", ".join(renderers)
        raise ValueError(f"cannot show documents of the kind {schema!r}; known are {known}")
    rendered: str = importlib.import_module(module).render(document)
    return rendered
