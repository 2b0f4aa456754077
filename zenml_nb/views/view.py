"""A view document as a notebook, a terminal or a browser shows it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zenml_nb.errors import DeclarationError, NotAvailableError, did_you_mean
from zenml_nb.views.html import render_html
from zenml_nb.views.text import render_text

if TYPE_CHECKING:
    import anywidget

    from zenml_nb.views.page import Page

#: Drawn by this package's JupyterLab extension, labextension/src/hosts/mime.ts.
MIME_TYPE = "application/vnd.zenml-nb.view.v1+json"
_HOSTS = ("mime", "widget")
_default_host = "mime"


def set_default_host(host: str) -> None:
    """Choose what a view is in a cell's output.

    Args:
        host: ``mime`` (drawn by the JupyterLab extension, also when the kernel is gone; other front-ends show HTML), or
            ``widget``, an ipywidget, for front-ends that know no extension of JupyterLab: VS Code, Colab.

    Raises:
        DeclarationError: there is no such host.
    """
    global _default_host
    if host not in _HOSTS:
        raise DeclarationError(f"There is no host {host!r} for views.", advice=did_you_mean(str(host), _HOSTS))
    _default_host = host


class View:
    """One view document; a notebook draws it, ``print`` gives its text.

    Attributes:
        document: the document, see ``viewmodels/schema``.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = dict(document)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": render_text(self.document)}
        if _default_host == "widget":
            # Beside the view of a widget nothing else is shown by any front-end, so it needs no HTML.
            widget: Any = self.widget()
            return {**widget._repr_mimebundle_()[0], **bundle}
        return {MIME_TYPE: self.document, "text/html": render_html(self.document), **bundle}

    def __str__(self) -> str:
        return render_text(self.document)

    def __repr__(self) -> str:
        return str(self)

    def widget(self) -> anywidget.AnyWidget:
        """The view as an ipywidget, for front-ends other than JupyterLab; assigning ``.view_document`` changes it."""
        from zenml_nb.views.widget import view_widget

        return view_widget(self.document)

    def show(self, magic: bool, port: int = 0) -> Page | None:
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
            from zenml_nb.views.page import serve

            return serve(self.document, str(self), port)
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
