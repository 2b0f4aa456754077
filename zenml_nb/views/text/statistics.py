"""Statistics as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenml_nb.views.format import visible


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/statistics@1``."""
    return visible(document["title"])
