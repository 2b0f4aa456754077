"""The module that draws every view, built from ``labextension/``."""

from __future__ import annotations

from pathlib import Path

from zenml_nb.errors import EnvironmentMissingError, shorten_path

_MODULE = Path(__file__).parent / "static" / "views.js"


def module_path() -> Path:
    """The file of the module.

    Raises:
        EnvironmentMissingError: it was not built, as in a fresh checkout.
    """
    if not _MODULE.is_file():
        raise EnvironmentMissingError(
            "The views' script has not been built.",
            where=shorten_path(_MODULE),
            advice="In a checkout, run `make build`; otherwise install zenml-nb again.",
        )
    return _MODULE
