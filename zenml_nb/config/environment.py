"""What results depend on beside the pipeline: Python, the packages, the machine and the state of the project's code."""

from __future__ import annotations

import functools
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_PACKAGES = (
    "zenml-nb",
    "tfx",
    "tensorflow",
    "tensorflow-cpu",
    "tensorflow-transform",
    "tensorflow-data-validation",
    "tensorflow-model-analysis",
    "keras",
    "apache-beam",
    "torch",
    "scikit-learn",
    "pyarrow",
    "pandas",
    "numpy",
)
#: Their first number stands still: the second one tells what other packages tell by the first.
_BY_SECOND_NUMBER = ("python", "tfx", "tensorflow", "tensorflow-cpu", "apache-beam")


def environment(root: Path | None = None) -> dict[str, Any]:
    """The versions of Python and of the packages that results depend on, the machine, and the commit of the code.

    Args:
        root: the project folder; without one, or where it is no git repository, there is no ``git``.
    """
    git = git_state(root) if root is not None else None
    return {
        "python": platform.python_version(),
        "platform": f"{sys.platform}-{platform.machine()}",
        "packages": dict(_versions()),
        **({"git": git} if git else {}),
    }


@functools.lru_cache(maxsize=1)
def _versions() -> dict[str, str]:
    from importlib import metadata

    versions = {}
    for package in _PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return versions


def git_state(folder: Path) -> dict[str, Any] | None:
    """The commit that a folder is at, and whether files differ from it; None without git."""
    # Most folders need no process to tell.
    if "GIT_DIR" not in os.environ and not any((place / ".git").exists() for place in (folder, *folder.parents)):
        return None
    try:
        asked = subprocess.run(
            ["git", "-C", str(folder), "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"],
            capture_output=True,
            text=True,
            timeout=5,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    commit, _, mark = asked.stdout.strip().partition("-")
    return {"commit": commit, "dirty": mark == "dirty"}


def differences(recorded: Any, present: Mapping[str, Any] | None = None) -> list[str]:
    """Where the environment of a file differs so much from this one that results may.

    Args:
        recorded: ``environment`` of a pipeline document, whatever it holds.
        present: what it is compared with; by default this process.

    Returns:
        For example ``tfx 1.16.0, here 1.21.0``: one text each for Python and the packages whose major version is
        another one. A package that is missing on one side is none.
    """
    before, here = _flat(recorded), _flat(environment() if present is None else present)
    return [
        f"{name} {version}, here {here[name]}"
        for name, version in before.items()
        if name in here and _major(name, version) != _major(name, here[name])
    ]


def _flat(recorded: Any) -> dict[str, str]:
    if not isinstance(recorded, Mapping):
        return {}
    packages = recorded.get("packages")
    versions = {"python": recorded.get("python"), **(packages if isinstance(packages, Mapping) else {})}
    return {str(name): str(version) for name, version in versions.items() if version is not None}


def _major(name: str, version: str) -> list[str]:
    return version.split(".")[: 2 if name in _BY_SECOND_NUMBER or version.startswith("0.") else 1]
