"""Runs side by side in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zenml_nb.errors import DeclarationError, NotAvailableError, did_you_mean
from zenml_nb.pipelines.loading import repository_at
from zenml_nb.records import Run
from zenml_nb.repository import Repository

if TYPE_CHECKING:
    from zenml_nb.records import Store
    from zenml_nb.views.view import View

_LIMIT = 20
_CALL = "compare_training_runs(repository='path/to/project')"


def compare_training_runs(
    runs: Sequence[str | Run] | None = None,
    pipeline: str | Sequence[str] | None = None,
    limit: int = _LIMIT,
    repository: str | Path | Repository | None = None,
    baseline: str | None = None,
) -> View:
    """Runs side by side: parameters, metrics, slices, and how they differ from the first.

    Args:
        runs: ids of runs, or what ``run()`` gave, in the order in which they are shown; by default the newest ones.
        pipeline: only runs of this pipeline, or of these; for the newest ones.
        limit: how many of the newest.
        repository: where the runs are recorded; by default the repository of the working directory.
        baseline: the id of the run that the others are compared with; by default the first.

    Raises:
        NotAvailableError: there is no such run or pipeline (the nearest ones are named), or nothing was run yet.
        DeclarationError: the arguments mean nothing.
        RepositoryError: there is no repository.
    """
    place = repository if isinstance(repository, Repository) else repository_at(repository, _CALL)
    return compare_view(place, runs, pipeline, limit, baseline)


def compare_view(
    repository: Repository,
    runs: Sequence[str | Run] | None = None,
    pipeline: str | Sequence[str] | None = None,
    limit: int = _LIMIT,
    baseline: str | None = None,
) -> View:
    """The view of runs of one repository, see ``compare_training_runs``."""
    _check(runs, limit)
    from zenml_nb.viewmodels.compare import compare_document
    from zenml_nb.views.view import View

    store = _store(repository)
    found = _newest(store, pipeline, limit) if runs is None else _named(store, runs)
    return View(compare_document(found, root=repository.root, baseline=baseline))


def _check(runs: Sequence[str | Run] | None, limit: int) -> None:
    if isinstance(runs, (str, Run)):
        raise DeclarationError("runs is a single run.", advice="Give a list: compare_training_runs([first, second]).")
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise DeclarationError(f"limit={limit!r} is no number of runs.", advice="Give a whole number from 1.")
    for run in runs or ():
        if not isinstance(run, (str, Run)):
            raise DeclarationError(
                f"runs holds a {type(run).__name__}.", advice="Give ids of runs, or what run() or last_run gave."
            )


def _store(repository: Repository) -> Store:
    from zenml_nb.records import Store

    if repository.metadata.get("type") == "sqlite" and not Path(repository.metadata["uri"]).exists():
        raise NotAvailableError("Nothing was run in this repository yet.", advice="Call run() of a pipeline first.")
    return Store(repository.metadata)


def _newest(store: Store, pipeline: str | Sequence[str] | None, limit: int) -> list[Run]:
    names = None if pipeline is None else [pipeline] if isinstance(pipeline, str) else list(pipeline)
    everything = store.runs()
    chosen = [run for run in everything if names is None or run.pipeline in names]
    for name in names or ():
        if all(run.pipeline != name for run in chosen):
            known = dict.fromkeys(run.pipeline for run in everything)
            raise NotAvailableError(f"The pipeline {name!r} has not been run.", advice=did_you_mean(name, known))
    if not chosen:
        raise NotAvailableError("Nothing was run in this repository yet.", advice="Call run() of a pipeline first.")
    return _whole(store, [run.id for run in chosen[:limit]])


def _named(store: Store, runs: Iterable[str | Run]) -> list[Run]:
    given = list(runs)
    if not given:
        raise DeclarationError("There are no runs to compare.", advice="Give ids of runs, or none for the newest.")
    # A run that was given as a record is read anew: a list of runs comes without their executions.
    return _whole(store, [run if isinstance(run, str) else run.id for run in given])


def _whole(store: Store, ids: Sequence[str]) -> list[Run]:
    return store.runs_by_id(list(dict.fromkeys(ids)))
