"""Plain text of a view document: for terminals, nbval and screen readers.

The same document gives the same text everywhere: no clock, no locale, no terminal width.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenml_nb.views import dispatch

_RENDERERS = {
    "zenml_nb/anomalies@1": "zenml_nb.views.text.anomalies",
    "zenml_nb/compare@1": "zenml_nb.views.text.compare",
    "zenml_nb/evaluation@1": "zenml_nb.views.text.evaluation",
    "zenml_nb/images@1": "zenml_nb.views.text.images",
    "zenml_nb/schema@1": "zenml_nb.views.text.schema",
    "zenml_nb/sequences@1": "zenml_nb.views.text.sequences",
    "zenml_nb/statistics@1": "zenml_nb.views.text.statistics",
    "zenml_nb/steps@1": "zenml_nb.views.text.steps",
    "zenml_nb/tables@1": "zenml_nb.views.text.tables",
    "zenml_nb/training@1": "zenml_nb.views.text.training",
}


def render_text(document: Mapping[str, Any]) -> str:
    """The document as aligned text; no line ends with a space.

    Raises:
        ValueError: the kind of the document is not known, or it is broken.
    """
    return dispatch.render(_RENDERERS, document)
