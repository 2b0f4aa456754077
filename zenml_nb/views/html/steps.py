"""Steps as static HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenml_nb.views.html.elements import title


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/steps@1``."""
    return f"<div>{title(document['title'])}</div>"
