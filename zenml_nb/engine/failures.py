"""From an exception inside TFX to an error that begins at the user's line of code."""

from __future__ import annotations

import linecache
import os
import sys
import traceback
from types import TracebackType

from zenml_nb.config.user_files import is_user_file
from zenml_nb.errors import StepFailedError, ZenmlNbError, shorten_path


def step_failed(step: str, error: BaseException, log_file: str) -> StepFailedError:
    """Describe the failure of a step.

    Args:
        step: the name of the step's slot, for example ``trainer``.
        error: what the executor raised.
        log_file: where the noise of the run is.

    Returns:
        An error whose stack, if any, begins at the user's first line; raise it from ``error``.
    """
    cause = _root(error)
    frames = _user_frames(cause) or _user_frames(error)
    advice = f"Correct it and run again: the steps before are taken from the cache. Log: {shorten_path(log_file)}"
    if any(words in str(cause) for words in ("No space left on device", "disk is full")):
        advice = f"The disk is full: free some space and run again. Log: {shorten_path(log_file)}"
    if isinstance(cause, ZenmlNbError):
        return StepFailedError(
            f"The step {step} failed: {cause.what}",
            step=step,
            where=cause.where or _place(frames),
            advice=f"{cause.advice} (log: {shorten_path(log_file)})" if cause.advice else advice,
        )
    return StepFailedError(
        f"The step {step} failed: {type(cause).__name__}: {_first_lines(str(cause))}",
        step=step,
        where=_place(frames),
        advice=advice,
        user_traceback=_formatted(frames, cause),
    )


def cut_to_user_code(error: BaseException) -> None:
    """Let the traceback of an exception begin at the user's first line.

    Where there is none the stack says nothing to the user; it is in the log and in the record of the run.
    """
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        current.__traceback__ = _first_user_entry(current.__traceback__)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _first_user_entry(entry: TracebackType | None) -> TracebackType | None:
    while entry is not None and not is_user_file(entry.tb_frame.f_code.co_filename):
        entry = entry.tb_next
    return entry


def _root(error: BaseException) -> BaseException:
    """The exception at the end of the chain: Beam and TFX wrap what user code raises."""
    seen: set[int] = set()
    while error.__cause__ is not None and id(error) not in seen and not isinstance(error, ZenmlNbError):
        seen.add(id(error))
        error = error.__cause__
    return error


def _user_frames(error: BaseException) -> list[traceback.FrameSummary]:
    """The stack below the run, from the user's first line on.

    The cell or script that called ``run`` is user code too, but it lies above us: the frames begin below the engine.
    """
    frames = list(traceback.extract_tb(error.__traceback__))
    inside = next((i for i, frame in enumerate(frames) if _is_ours(frame.filename)), 0)
    first = next((i for i, frame in enumerate(frames) if i >= inside and is_user_file(frame.filename)), None)
    return [] if first is None else frames[first:]


def _is_ours(filename: str) -> bool:
    return os.path.realpath(filename).startswith(os.path.dirname(os.path.realpath(__file__)) + os.sep)


def _place(frames: list[traceback.FrameSummary]) -> str | None:
    own = [frame for frame in frames if is_user_file(frame.filename)]
    if not own:
        return None
    line = linecache.getline(own[-1].filename, own[-1].lineno or 0).strip()
    return f"{_cell_or_file(own[-1].filename)}, line {own[-1].lineno}: {line}"


def _cell_or_file(filename: str) -> str:
    """A cell's file has a name that says nothing; IPython keeps the numbers that people see beside the cells."""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module else None
    numbers = getattr(getattr(shell, "compile", None), "_filename_map", {})
    return f"cell In[{numbers[filename]}]" if filename in numbers else shorten_path(filename)


def _formatted(frames: list[traceback.FrameSummary], error: BaseException) -> str:
    if not frames:
        return ""
    stack = "".join(traceback.format_list(frames))
    for filename in {frame.filename for frame in frames}:
        stack = stack.replace(f'File "{filename}"', f'File "{_cell_or_file(filename)}"')
    return "".join(["Traceback (your code first):\n", stack, *traceback.format_exception_only(type(error), error)])


def _first_lines(text: str, limit: int = 600) -> str:
    short = "\n".join(text.strip().splitlines()[:8])
    return short if len(short) <= limit else short[:limit] + "…"
