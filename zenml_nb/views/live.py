"""A view in the outputs of notebook cells that is updated where it stands, by IPython's own display messages.

JupyterLab keeps the renderer of an output whose MIME type stays the same, so what a person has selected in it stays
selected. A notebook that is saved keeps the last update; no widget is needed for it.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Mapping
from typing import Any

from zenml_nb.views.html import render_html
from zenml_nb.views.text import render_text
from zenml_nb.views.view import MIME_TYPE

#: The newest outputs alone are kept up to date: a pipeline that is displayed in every cell must not slow its run.
_MOST = 8


def bundle(document: Mapping[str, Any]) -> dict[str, Any]:
    """What is sent: never a widget, which would be a new one at each update; other front-ends update the HTML."""
    return {
        MIME_TYPE: dict(document),
        "text/html": render_html(document),
        "text/plain": render_text(document),
    }


class LiveView:
    """One document, shown in some outputs."""

    def __init__(self) -> None:
        self._handles: deque[Any] = deque(maxlen=_MOST)

    @property
    def is_shown(self) -> bool:
        """Whether any output would be updated."""
        return bool(self._handles)

    def show(self, document: Mapping[str, Any]) -> None:
        """Show the document as an output of the current cell; outside a notebook it stays as it is shown now."""
        from IPython.display import display

        handle = display(bundle(document), raw=True, display_id=in_notebook() or None)  # type: ignore[no-untyped-call]
        if handle is not None:
            self._handles.append(handle)

    def update(self, document: Mapping[str, Any]) -> None:
        """Show the document in all outputs; one that cannot be updated is left alone from then on."""
        content = bundle(document)
        for handle in list(self._handles):
            try:
                handle.update(content, raw=True)
            except Exception:
                # A run is never ended by what is drawn of it.
                self._handles.remove(handle)


def in_notebook() -> bool:
    """Whether this code runs in a kernel, whose outputs can be updated."""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module else None
    return hasattr(shell, "kernel")
