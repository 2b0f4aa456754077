"""Every exception that zenml_nb raises: what happened, where, and what to do about it."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from typing import Any

__all__ = [
    "AlreadyExistsError",
    "ConfigError",
    "DataError",
    "DeclarationError",
    "EnvironmentMissingError",
    "NotAvailableError",
    "RepositoryError",
    "RunCanceledError",
    "StepFailedError",
    "StoreError",
    "ZenmlNbError",
    "did_you_mean",
    "shorten_path",
]


class ZenmlNbError(Exception):
    """Base of all errors of this package.

    Args:
        what: one sentence that says what happened.
        where: the place: a file with line and column, a step, a column of the data.
        advice: what the reader can do about it.
    """

    def __init__(self, what: str, *, where: str | None = None, advice: str | None = None) -> None:
        self.what = what
        self.where = where
        self.advice = advice
        super().__init__(what, where, advice)

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.advice:
            lines.append(f"  to do: {self.advice}")
        return "\n".join(lines)

    def __reduce__(self) -> tuple[Any, ...]:
        # Exception's own way passes the arguments by position only: unpickling in another process would fail.
        return (_rebuild, (type(self), self.args, self.__dict__.copy()))

    def _render_traceback_(self) -> list[str]:
        """IPython draws these lines instead of a stack: a mistake in a declaration or the data needs none."""
        return [f"{type(self).__name__}: {self}"]


class DeclarationError(ZenmlNbError, ValueError):
    """A pipeline, a step or one of their arguments is declared wrongly."""


class DataError(ZenmlNbError, ValueError):
    """The data itself is missing, unreadable or unfit for the pipeline."""


class ConfigError(ZenmlNbError, ValueError):
    """A configuration file cannot be read or means nothing to this version."""


class RepositoryError(ZenmlNbError):
    """The project folder cannot be found, created or written."""


class StoreError(ZenmlNbError):
    """The metadata store or the artifact store cannot be opened, read or written."""


class NotAvailableError(ZenmlNbError):
    """What was asked for does not exist (yet): no run, no evaluator, no such split."""


class AlreadyExistsError(ZenmlNbError):
    """Something would be overwritten that the user did not say may be."""


class EnvironmentMissingError(ZenmlNbError):
    """A package or a tool that this operation needs is not installed."""


class RunCanceledError(ZenmlNbError, KeyboardInterrupt):
    """The user interrupted a run. It is recorded as canceled.

    It is a KeyboardInterrupt too: whatever reacts to one (a notebook that stops its other cells, a shell)
    still does.
    """


class StepFailedError(ZenmlNbError):
    """A step of a run failed. The run is recorded as failed, with the traceback.

    Args:
        what: one sentence with the step's name and the cause.
        where: the file and line of the user's own code, where there is one.
        advice: what the reader can do about it.
        step: the name of the failed step, for example ``trainer``.
        user_traceback: the formatted stack from the user's first line on; empty if it has no line of theirs.
    """

    def __init__(
        self,
        what: str,
        *,
        step: str,
        where: str | None = None,
        advice: str | None = None,
        user_traceback: str = "",
    ) -> None:
        super().__init__(what, where=where, advice=advice)
        self.step = step
        self.user_traceback = user_traceback

    def _render_traceback_(self) -> list[str]:
        stack = self.user_traceback.rstrip().splitlines()
        return [*stack, *([""] if stack else []), f"{type(self).__name__}: {self}"]


def _rebuild(cls: type[ZenmlNbError], args: tuple[Any, ...], state: dict[str, Any]) -> ZenmlNbError:
    error = cls.__new__(cls, *args)
    error.__dict__.update(state)
    return error


def did_you_mean(name: str, valid: Iterable[str]) -> str:
    """Name the valid names nearest to a misspelled one.

    Returns a sentence such as ``Did you mean 'species'? Valid names: island, species.``; it lists at most 20.
    """
    names = [str(candidate) for candidate in valid]
    if not names:
        return "There are no valid names here."
    lowered = {candidate.casefold(): candidate for candidate in reversed(names)}
    near = [lowered[key] for key in difflib.get_close_matches(str(name).casefold(), list(lowered), n=3, cutoff=0.6)]
    guess = f"Did you mean {' or '.join(repr(candidate) for candidate in near)}? " if near else ""
    listed = ", ".join(names[:20]) + (f", and {len(names) - 20} more" if len(names) > 20 else "")
    return f"{guess}Valid names: {listed}."


def shorten_path(path: str | os.PathLike[str]) -> str:
    """Give a path as the reader would type it: relative to the working directory if below it, else whole."""
    text = os.fspath(path)
    relative = os.path.relpath(text) if os.path.isabs(text) else text
    return text if relative.split(os.sep)[0] == os.pardir else relative
