"""Static HTML of a view document: for nbconvert, GitHub, and notebooks without a kernel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenml_nb.views import dispatch

_RENDERERS = {
    "zenml_nb/anomalies@1": "zenml_nb.views.html.anomalies",
    "zenml_nb/compare@1": "zenml_nb.views.html.compare",
    "zenml_nb/evaluation@1": "zenml_nb.views.html.evaluation",
    "zenml_nb/images@1": "zenml_nb.views.html.images",
    "zenml_nb/schema@1": "zenml_nb.views.html.schema",
    "zenml_nb/sequences@1": "zenml_nb.views.html.sequences",
    "zenml_nb/statistics@1": "zenml_nb.views.html.statistics",
    "zenml_nb/steps@1": "zenml_nb.views.html.steps",
    "zenml_nb/tables@1": "zenml_nb.views.html.tables",
    "zenml_nb/training@1": "zenml_nb.views.html.training",
}


def render_html(document: Mapping[str, Any]) -> str:
    """The document as one ``<div>`` without script and without a style element.

    Raises:
        ValueError: the kind of the document is not known, or it is broken.
    """
    return dispatch.render(_RENDERERS, document)
