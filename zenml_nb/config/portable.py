"""Paths in a configuration that is shared: relative to the project folder, wherever that lies."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: The arguments of datasources that are paths.
PATH_ARGUMENTS = ("path", "label_file")
#: The arguments of steps that are paths.
STEP_PATHS = ("output_dir",)


def to_portable(args: Mapping[str, Any], root: Path) -> dict[str, Any]:
    """Write the paths below a project folder relative to it, with forward slashes, and others as absolute ones.

    Args:
        args: recorded arguments; a relative path in them is relative to the working directory.
        root: the project folder.
    """
    return {name: _relative(value, root) if name in PATH_ARGUMENTS else value for name, value in args.items()}


def step_to_portable(args: Mapping[str, Any], root: Path) -> dict[str, Any]:
    """Write absolute paths of a step below a project folder relative to it, from where steps take relative ones."""
    found = dict(args)
    for name in STEP_PATHS:
        value = found.get(name)
        if isinstance(value, str) and os.path.isabs(value):
            found[name] = _below(Path(os.path.normpath(value)), root) or value
    return found


def from_portable(args: Mapping[str, Any], root: Path) -> dict[str, Any]:
    """Give the relative paths of a configuration back as absolute ones below a project folder."""
    return {name: _absolute(value, root) if name in PATH_ARGUMENTS else value for name, value in args.items()}


def _relative(value: Any, root: Path) -> Any:
    if not isinstance(value, str):
        return value
    # Not resolved: a link inside the project folder stays what the user calls it.
    path = Path(os.path.abspath(os.path.expanduser(value)))
    return _below(path, root) or str(path)


def _below(path: Path, root: Path) -> str | None:
    """A path relative to a folder above it; None where there is no such. The way to the folder may lead over a link."""
    if path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    with contextlib.suppress(OSError, RuntimeError, ValueError):
        return (path.parent.resolve() / path.name).relative_to(root.resolve()).as_posix()
    return None


def _absolute(value: Any, root: Path) -> Any:
    if not isinstance(value, str) or os.path.isabs(os.path.expanduser(value)):
        return value
    return os.path.normpath(root / value)
