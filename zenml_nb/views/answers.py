"""What Python answers a widget or page whose view asks for another artifact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenml_nb.errors import ZenmlNbError


def answer(asked: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Open what a link of a view names.

    Args:
        asked: ``{"uri": ...}``, as the view sent it.

    Returns:
        The document of the artifact and '', or an empty document and why there is none.
    """
    from zenml_nb.views.artifacts import view_of

    try:
        return view_of(str(asked.get("uri", ""))).document, ""
    except ZenmlNbError as error:
        return {}, str(error)
