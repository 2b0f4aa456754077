"""What results depend on beside the pipeline: the versions of Python and of the packages."""

from __future__ import annotations

import platform
import sys
from typing import Any

_PACKAGES = ("zenml-nb", "tfx", "tensorflow", "tensorflow-cpu", "keras", "pyarrow", "pandas", "numpy")


def environment() -> dict[str, Any]:
    """The versions of Python and of the packages that results depend on."""
    from importlib import metadata

    versions = {}
    for package in _PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return {"python": platform.python_version(), "system": sys.platform, "packages": versions}
