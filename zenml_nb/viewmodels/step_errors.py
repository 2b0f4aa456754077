"""Why a step failed: the message, the line of the user's code, and the stack."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from zenml_nb.records import Execution, Run
from zenml_nb.records import vocabulary as v
from zenml_nb.viewmodels.discretion import shared_text

_LONGEST_STACK = 20_000
_PLACE = re.compile(r"(?s)(.*, line \d+): (.*)")
_FRAME = re.compile(r'^  File "([^"\n]+)", line (\d+)[^\n]*\n(?:    ([^\n]+))?', re.MULTILINE)
_INSTALLED = ("site-packages", "dist-packages", "<frozen ", "/lib/python3.")


def error_of_run(run: Run, root: Path, execution: Execution | None = None) -> dict[str, Any] | None:
    """What ended a run, as our engine records it; of other records, what ended the execution."""
    message = run.properties.get(v.ERROR)
    if not message:
        return error_of_execution(execution, root) if execution else None
    where = str(run.properties.get(v.ERROR_WHERE) or "")
    split = _PLACE.fullmatch(where)
    place, source = split.groups() if split else (where, "")
    stack = str(run.properties.get(v.ERROR_STACK) or "")
    return _error(str(message), place, source, stack, execution.error if execution else "", root)


def error_of_execution(execution: Execution, root: Path) -> dict[str, Any] | None:
    """What ended an execution, read from its traceback."""
    text = execution.error.strip()
    if not text:
        return None
    frames = [frame for frame in _FRAME.findall(text) if not any(part in frame[0] for part in _INSTALLED)]
    place, source = (f"{frames[-1][0]}, line {frames[-1][1]}", frames[-1][2]) if frames else ("", "")
    return _error(text.splitlines()[-1], place, source, "", text if "\n" in text else "", root)


def _error(message: str, place: str, source: str, stack: str, traceback: str, root: Path) -> dict[str, Any]:
    return {
        "message": shared_text(message, root),
        "place": shared_text(place, root, 400),
        "source": shared_text(source, root, 400),
        "stack": shared_text(stack, root, _LONGEST_STACK),
        # The end of a traceback says most.
        "traceback": shared_text(traceback[-_LONGEST_STACK:], root, _LONGEST_STACK),
    }
