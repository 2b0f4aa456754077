"""Which files hold code of the user's."""

from __future__ import annotations

import functools
import linecache
import os
import sys
import sysconfig
from pathlib import Path


def is_user_file(filename: str) -> bool:
    """Whether a file holds code of the user's: not of this package, of Python, or of an installed package."""
    if filename.startswith("<"):
        return filename.startswith("<ipython")
    # Compiled extensions name sources that are not there; cells have no file either, but linecache knows their text.
    if not (os.path.exists(filename) or (os.path.isabs(filename) and filename in linecache.cache)):
        return False
    path = os.path.realpath(filename)
    return not any(path.startswith(folder) for folder in _foreign_folders())


@functools.lru_cache(maxsize=1)
def _foreign_folders() -> tuple[str, ...]:
    own = Path(__file__).resolve().parent.parent
    paths = sysconfig.get_paths()
    folders = {str(own), *(paths[key] for key in ("stdlib", "platstdlib", "purelib", "platlib") if key in paths)}
    folders.add(os.path.dirname(os.path.realpath(os.__file__)))
    folders.update(entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages")))
    return tuple(os.path.realpath(folder) + os.sep for folder in folders)
