"""Older versions of a pipeline document, made into the present one."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

#: What this package writes.
VERSION = 2


def migrated(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document of any known version as one of the present version; the one given is left as it is."""
    found = copy.deepcopy(dict(document))
    while found["version"] != VERSION:
        found = _STEPS[found["version"]](found)
    return found


def is_known(version: Any) -> bool:
    """Whether a version can be read."""
    # True is 1 for Python, and not for a reader of the file.
    return isinstance(version, int) and not isinstance(version, bool) and (version == VERSION or version in _STEPS)


def _from_1(document: dict[str, Any]) -> dict[str, Any]:
    """Version 1 knew of a machine its system alone, and nothing of git."""
    environment = document.get("environment")
    if isinstance(environment, dict) and "system" in environment:
        renamed = {"platform" if key == "system" else key: value for key, value in environment.items()}
        document["environment"] = renamed
    return {**document, "version": 2}


_STEPS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_1}
