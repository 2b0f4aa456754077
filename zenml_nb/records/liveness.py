"""Whether the process of a run still lives: it holds a lock on a file in the run's folder."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zenml_nb.records import vocabulary as v

try:
    import fcntl
except ImportError:  # pragma: no cover - not on POSIX; TFX does not run there either
    fcntl = None  # type: ignore[assignment]


def hold(folder: Path) -> int:
    """Take the lock of a run; it ends with the process, however that ends.

    Returns:
        The file descriptor; closing it releases the lock.
    """
    descriptor = os.open(folder / v.LOCK_FILE, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
    if fcntl is not None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def is_alive(properties: Mapping[str, Any]) -> bool:
    """Whether the process that wrote a run's properties still runs.

    A run of another machine is taken for alive: only its own machine can tell.
    """
    uri = properties.get(v.CONFIG_URI)
    if fcntl is None or not uri or properties.get(v.HOST) != platform.node():
        return True
    try:
        descriptor = os.open(Path(str(uri)).parent / v.LOCK_FILE, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)
