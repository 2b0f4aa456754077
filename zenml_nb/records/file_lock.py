"""Whether another process keeps a SQLite file locked, asked without touching its locks.

ML Metadata waits for a locked file inside a call that holds Python's interpreter lock: nothing else of the process
runs, for seconds. So a reader looks first, and waits where others can go on.
"""

from __future__ import annotations

import os
import struct
import sys
import threading
import time
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - not on POSIX; TFX does not run there either
    fcntl = None  # type: ignore[assignment]

#: A reader takes both for a moment; a writer keeps one or both until its transaction is on the disk. Their places in
#: the file are part of SQLite's file format (sqlite.org/src/file/src/os.h).
_PENDING = (0x40000000, 1)
_SHARED = (0x40000002, 510)
_SHORTEST, _LONGEST = 0.001, 0.05

#: Closing any descriptor of a file drops all of a process's locks on it, those of ML Metadata's SQLite included
#: (sqlite.org/howtocorrupt.html, section 2.2.1). So these stay open: one for each file, as long as the process lives.
_descriptors: dict[tuple[int, int], int] = {}
_guard = threading.Lock()


def is_locked(path: Path) -> bool:
    """Whether another process keeps readers out; False where that cannot be asked."""
    descriptor = _descriptor(path)
    if descriptor is None:
        return False
    try:
        return any(_is_held(descriptor, *place) for place in (_PENDING, _SHARED))
    except OSError:
        return False


def wait_until_readable(path: Path, deadline: float) -> bool:
    """Wait as long as another process keeps readers out.

    Args:
        path: of the SQLite file.
        deadline: by ``time.monotonic``.

    Returns:
        False if it still does at the deadline.
    """
    pause = _SHORTEST
    while is_locked(path):
        if time.monotonic() >= deadline:
            return False
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST)
    return True


def _descriptor(path: Path) -> int | None:
    if fcntl is None or _record() is None:
        return None
    try:
        status = path.stat()
        with _guard:
            key = (status.st_dev, status.st_ino)
            if key not in _descriptors:
                _descriptors[key] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            return _descriptors[key]
    except OSError:
        return None


def _is_held(descriptor: int, start: int, length: int) -> bool:
    layout, order = _record() or ("", ())
    values = {"type": fcntl.F_RDLCK, "whence": os.SEEK_SET, "start": start, "length": length, "pid": 0}
    asked = struct.pack(layout, *(values[name] for name in order))
    answer = struct.unpack(layout, fcntl.fcntl(descriptor, fcntl.F_GETLK, asked))
    return bool(dict(zip(order, answer, strict=True))["type"] != fcntl.F_UNLCK)


def _record() -> tuple[str, tuple[str, ...]] | None:
    """The layout of the C library's ``struct flock``; None where it is not known."""
    if sys.platform == "linux" and sys.maxsize > 2**32:
        return "hhqqi4x", ("type", "whence", "start", "length", "pid")
    if sys.platform == "darwin":
        return "qqihh", ("start", "length", "pid", "type", "whence")
    return None
