"""A view as an ipywidget: for VS Code, Colab and other front-ends, and where Python talks to the view."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zenml_nb.views.answers import answer
from zenml_nb.views.bundle import module_path

if TYPE_CHECKING:
    import anywidget


def view_widget(document: Mapping[str, Any]) -> anywidget.AnyWidget:
    """A widget that shows a document; assigning ``widget.view_document`` shows another one in its place.

    Raises:
        EnvironmentMissingError: the views' script has not been built.
    """
    widget: anywidget.AnyWidget = _widget_class()(view_document=dict(document))
    return widget


@functools.lru_cache(maxsize=1)
def _widget_class() -> Any:
    """The class is made at the first use: ipywidgets takes a third of a second to import."""
    import anywidget
    import traitlets

    class ViewWidget(anywidget.AnyWidget):
        """The traits are the protocol of ``labextension/src/hosts/anywidget.ts``."""

        _esm = module_path()
        view_document = traitlets.Dict().tag(sync=True)
        asked = traitlets.Dict().tag(sync=True)
        opened = traitlets.Dict().tag(sync=True)
        problem = traitlets.Unicode().tag(sync=True)

        @traitlets.observe("asked")
        def _open(self, change: Any) -> None:
            if change["new"]:
                self.opened, self.problem = answer(change["new"])

    return ViewWidget
