"""How the step graph is told in words; the same as in labextension/src/views/steps/words.ts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenml_nb.views.format import MISSING, format_number

_WORDS = {"PENDING": "pending", "NOT_RUN": "not run", "NOT_DECLARED": "not added"}
SIGNS = {
    "PENDING": "○",
    "RUNNING": "▶",
    "COMPLETE": "✓",
    "CACHED": "↺",
    "FAILED": "✗",
    "CANCELED": "■",
    "ABORTED": "!",
    "NOT_RUN": "○",
    "NOT_DECLARED": "+",
}


def state_word(state: str) -> str:
    """A state for people; those of a record keep their names."""
    return _WORDS.get(state, state)


def duration(seconds: float | None) -> str:
    """A time as people say it: 0.25 s, 12.3 s, 2 min 5 s, 1 h 2 min."""
    if seconds is None:
        return MISSING
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    whole = int(seconds + 0.5)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    minutes = int(seconds / 60 + 0.5)
    return f"{minutes // 60} h {minutes % 60} min"


def rows_text(rows: list[Mapping[str, Any]]) -> str:
    """The sizes of splits: 344 rows, or train 224, eval 120 rows."""
    if not rows:
        return ""
    if len(rows) == 1:
        return f"{rows[0]['rows']:,} rows"
    return ", ".join(f"{entry['split']} {entry['rows']:,}" for entry in rows) + " rows"


def progress_text(progress: Mapping[str, Any]) -> str:
    """How far a step is: 3 of 10 epochs."""
    of_total = f" of {progress['total']:,}" if progress["total"] else ""
    return f"{progress['done']:,}{of_total} {progress['unit']}"


def curve_text(curve: Mapping[str, Any] | None) -> str:
    """How the loss went: loss 0.61 → 0.2, val_loss 0.5 → 0.3; empty where it is not known."""
    if not curve:
        return ""
    told = []
    for name, values in (("loss", curve["train"]), ("val_loss", curve["eval"])):
        finite = [value for value in values if value is not None]
        if finite:
            first, last = (format_number(float(f"{value:.4g}")) for value in (finite[0], finite[-1]))
            told.append(f"{name} {first} → {last}" if len(finite) > 1 else f"{name} {last}")
    return ", ".join(told)


def run_text(run: Mapping[str, Any] | None) -> str:
    """The run in one line."""
    if run is None:
        return "Not run yet."
    until = f", until {run['until']}" if run["until"] else ""
    seconds = "" if run["seconds"] is None else f", {duration(run['seconds'])}"
    return f"{run['id']}: {state_word(run['state'])}{until}{seconds}"


def class_name(step: Mapping[str, Any]) -> str:
    """The class of a step without its module."""
    configuration = step["configuration"]
    return str(configuration["source"]).rpartition(".")[2] if configuration else ""
