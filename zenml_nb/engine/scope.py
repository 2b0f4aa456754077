"""What the executors of the current run may know of it: TFX hands them artifacts and strings alone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zenml_nb.datasources import Commit
    from zenml_nb.engine.progress import Progress


@dataclass(frozen=True)
class RunScope:
    """The current run.

    Attributes:
        run_id: its name.
        pipeline: the name of the pipeline.
        repository: the folder of the project.
        commit: the data that the run is of.
        progress: where rows and epochs are reported to.
    """

    run_id: str
    pipeline: str
    repository: Path
    commit: Commit
    progress: Progress


_current: ContextVar[RunScope] = ContextVar("zenml_nb_run")


def current_scope() -> RunScope:
    """The run that executes here.

    Raises:
        LookupError: none does.
    """
    return _current.get()


@contextlib.contextmanager
def entered(scope: RunScope) -> Iterator[RunScope]:
    """Make a run the current one."""
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)


def report_rows(done: int, total: int | None = None, unit: str = "rows") -> None:
    """Tell the progress line how far a component is; does nothing outside a run."""
    scope = _current.get(None)
    if scope is not None:
        scope.progress.advance(done, total, unit)


def report_epoch(epoch: int, epochs: int, values: Mapping[str, float]) -> None:
    """Tell how an epoch of a training went; does nothing outside a run."""
    scope = _current.get(None)
    if scope is not None:
        scope.progress.advance_epoch(epoch, epochs, values)
