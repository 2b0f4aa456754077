"""The files of a run beside its artifacts: its configuration and its log."""

from __future__ import annotations

import os
from pathlib import Path

from zenml_nb.artifacts.run_log import last_lines
from zenml_nb.records import Run
from zenml_nb.records import vocabulary as v
from zenml_nb.repository import MARKER

#: No configuration that a person wrote is longer.
_LONGEST = 2_000_000


def configuration_text(run: Run, root: Path) -> str | None:
    """The YAML that a run was recorded with; None if it has none, or the file is gone or cannot be read.

    Args:
        run: any; those of other tools have none.
        root: the project folder; files outside of it are not looked at.
    """
    for folder in _folders(run, root):
        try:
            with open(folder / v.CONFIG_FILE, encoding="utf-8") as file:
                text = file.read(_LONGEST + 1)
        except (OSError, ValueError):
            continue
        if len(text) <= _LONGEST:
            return text
    return None


def log_lines(run: Run, root: Path) -> dict[str, list[str]]:
    """The last lines of each component's part of a run's log; nothing where there is no log.

    Args:
        run: any; those of other tools have none.
        root: the project folder; files outside of it are not looked at.
    """
    return next((lines for folder in _folders(run, root) if (lines := last_lines(folder / v.LOG_FILE))), {})


def _folders(run: Run, root: Path) -> list[Path]:
    """Where the files may be: as recorded, or below the project folder, which may have been moved since."""
    if run.folder is None:
        return []
    home = os.path.realpath(root)
    places = [run.folder, root / MARKER / "runs" / run.id]
    return [place for place in places if _is_below(place, home)]


def _is_below(place: Path, home: str) -> bool:
    try:
        real = os.path.realpath(place)
    except (OSError, ValueError):
        return False
    return real.startswith(home.rstrip(os.sep) + os.sep)
