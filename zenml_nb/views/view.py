"""A view document as a notebook, a terminal or a browser shows it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from zenml_nb.errors import NotAvailableError
from zenml_nb.views.html import render_html
from zenml_nb.views.page import Page, serve
from zenml_nb.views.text import render_text


class View:
    """One view document; displayed by a notebook as tables, by ``print`` as text.

    Attributes:
        document: the document, see ``viewmodels/schema``.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = dict(document)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": render_text(self.document), "text/html": render_html(self.document)}

    def __str__(self) -> str:
        return render_text(self.document)

    def __repr__(self) -> str:
        return str(self)

    def show(self, magic: bool, port: int) -> Page | None:
        """Show the view in the cell, or on a page of its own.

        Args:
            magic: in the cell, which needs a notebook.
            port: of the page, on this machine alone; 0 takes any free one.

        Returns:
            The page, with its ``url`` and ``stop()``; None in the cell, which would show a result once more.

        Raises:
            NotAvailableError: ``magic`` outside a notebook, or the port is in use.
        """
        if not magic:
            return serve(str(self.document.get("title", "zenml_nb")), render_html(self.document), str(self), port)
        if not in_ipython():
            raise NotAvailableError(
                "magic=True shows a view in a notebook's cell, and this is no notebook.",
                advice="Use magic=False for a page in the browser, or print() the result of view_schema() for text.",
            )
        from IPython.display import display

        display(self)  # type: ignore[no-untyped-call]
        return None


def in_ipython() -> bool:
    """Whether this code runs in IPython: a notebook, a console, nbconvert, papermill."""
    module = sys.modules.get("IPython")
    return module is not None and module.get_ipython() is not None
