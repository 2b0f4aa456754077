"""The log of a run, divided by component: the engine writes a heading before each, this reads what follows it."""

from __future__ import annotations

import re
from collections import deque
from pathlib import Path

_HEADING = "=== zenml_nb component {} ==="
_FOUND = re.compile(_HEADING.replace("{}", "(.+)"))
#: Of a longer log only the end is read: nobody waits for a picture because a library is talkative.
_READ = 2_000_000


def heading(component: str) -> str:
    """The line that begins the part of a component."""
    return _HEADING.format(component)


def last_lines(path: Path, count: int = 40) -> dict[str, list[str]]:
    """The last lines of each component; nothing of a log that cannot be read.

    Args:
        path: the log file.
        count: lines a component.
    """
    try:
        with open(path, "rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _READ))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return {}
    parts: dict[str, deque[str]] = {}
    current: deque[str] = deque(maxlen=count)
    for line in text.split("\n"):
        found = _FOUND.fullmatch(line)
        if found:
            current = parts[found[1]] = deque(maxlen=count)
        elif line.strip():
            # A progress bar draws over its line: only what was drawn last was to be seen.
            current.append(line.rstrip("\r").rsplit("\r", 1)[-1])
    return {component: list(lines) for component, lines in parts.items()}
