"""Python side of the views: the hosts, and the static renderers for HTML and plain text.

``show`` and ``view_of`` take any artifact of TFX, also of a pipeline that knows nothing of this package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zenml_nb.views.view import View

__all__ = ["set_default_host", "show", "view_of"]


def view_of(thing: Any, split: str | None = None) -> View:
    """The view of an artifact, see ``views.artifacts.view_of``."""
    from zenml_nb.views.artifacts import view_of as find_view

    return find_view(thing, split)


def show(thing: Any, split: str | None = None) -> None:
    """Show the view of an artifact in the notebook's cell; outside a notebook its text is printed.

    Args:
        thing: the URI of an artifact (a path), a TFX ``Artifact`` or ``Channel``, or statistics, a schema or anomalies
            as protos of tensorflow_metadata.
        split: only this split; by default all of them (of anomalies: ``eval``, or the first).

    Raises:
        NotAvailableError: there is no such artifact or split, or this kind of thing has no view.
    """
    shown = view_of(thing, split)
    from zenml_nb.views.view import in_ipython

    if not in_ipython():
        print(shown)
        return
    from IPython.display import display

    display(shown)  # type: ignore[no-untyped-call]


def set_default_host(host: str) -> None:
    """Choose what a view is in a cell's output, see ``views.view.set_default_host``."""
    from zenml_nb.views.view import set_default_host as set_host

    set_host(host)
