"""Pipeline documents that come from Python rather than from a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenml_nb.config.migration import VERSION, is_known
from zenml_nb.errors import ConfigError

_ADVICE = "Give what to_config() gave; TrainingPipeline.load(path) reads a file."


def check_document(document: Any) -> None:
    """Check the shape of a pipeline document; what its classes take is checked when they are made.

    Raises:
        ConfigError: it is none, or of a version that this package does not read.
    """
    if not isinstance(document, Mapping):
        raise ConfigError(f"A pipeline document is a dictionary, not a {type(document).__name__}.", advice=_ADVICE)
    version = document.get("version")
    if not is_known(version):
        is_newer = isinstance(version, int) and version > VERSION
        raise ConfigError(
            f"The document has the version {version!r}; this zenml_nb reads the versions 1 to {VERSION}.",
            advice="A newer zenml_nb wrote it: install that one." if is_newer else _ADVICE,
        )
    declared = _mapping(document, "pipeline", "the document", ("name", "source", "steps"))
    for slot in _mapping(declared, "steps", "pipeline", ()):
        _mapping(declared["steps"], slot, "steps", ("source", "args"))
    if declared.get("datasource") is not None:
        _mapping(declared, "datasource", "pipeline", ("source", "args"))


def _mapping(around: Mapping[str, Any], key: str, what: str, required: tuple[str, ...]) -> Mapping[str, Any]:
    found = around.get(key)
    if not isinstance(found, Mapping):
        raise ConfigError(f"{key!r} of {what} must be a dictionary, and is {found!r:.100}.", advice=_ADVICE)
    for name in required:
        if name not in found:
            raise ConfigError(f"{key!r} of {what} lacks {name!r}.", advice=_ADVICE)
    return found
