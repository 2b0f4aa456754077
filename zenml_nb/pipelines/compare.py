"""Runs side by side in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml_nb.config.pipeline_file import read_pipeline
from zenml_nb.datasources import BaseDatasource
from zenml_nb.errors import DeclarationError, NotAvailableError, ZenmlNbError, did_you_mean
from zenml_nb.pipelines.loading import repository_at
from zenml_nb.records import Run
from zenml_nb.repository import Repository

if TYPE_CHECKING:
    from zenml_nb.records import Store
    from zenml_nb.views.page import Page
    from zenml_nb.views.view import View

_LIMIT = 20
_CALL = "compare_training_runs(repository='path/to/project')"


def compare_training_runs(
    runs: Sequence[str | Run] | None = None,
    pipeline: str | Sequence[str] | None = None,
    limit: int = _LIMIT,
    repository: str | Path | Repository | None = None,
    baseline: str | None = None,
    port: int | None = None,
    datasource: BaseDatasource | str | None = None,
) -> View | Page:
    """Runs side by side: parameters, metrics, slices, and how they differ from the first.

    Args:
        runs: ids of runs, or what ``run()`` gave, in the order in which they are shown; by default the newest ones.
        pipeline: only runs of this pipeline, or of these; for the newest ones.
        limit: how many of the newest.
        repository: where the runs are recorded; by default the repository of the working directory.
        baseline: the id of the run that the others are compared with; by default the first.
        port: show them on a page of their own, in the browser; 0 takes any free one. By default the cell shows them.
        datasource: only runs over this datasource, or one of this name; for the newest ones.

    Returns:
        The view; with ``port``, the page, with its ``url`` and ``stop()``.

    Raises:
        NotAvailableError: there is no such run, pipeline or datasource (the nearest ones are named), nothing was run
            yet, or the port is in use.
        DeclarationError: the arguments mean nothing.
        RepositoryError: there is no repository.
    """
    place = repository if isinstance(repository, Repository) else repository_at(repository, _CALL)
    return in_place(compare_view(place, runs, pipeline, limit, baseline, datasource), port)


def in_place(view: View, port: int | None) -> View | Page:
    """A view as it is, or, with a port, on a page of its own."""
    if port is None:
        return view
    page = view.show(magic=False, port=port)
    assert page is not None, "only what a cell shows has no page"
    return page


def compare_view(
    repository: Repository,
    runs: Sequence[str | Run] | None = None,
    pipeline: str | Sequence[str] | None = None,
    limit: int = _LIMIT,
    baseline: str | None = None,
    datasource: BaseDatasource | str | None = None,
) -> View:
    """The view of runs of one repository, see ``compare_training_runs``."""
    _check(runs, limit)
    if runs is not None and datasource is not None:
        raise DeclarationError(
            "datasource chooses among the newest runs, and the runs are named.", advice="Leave one of them out."
        )
    from zenml_nb.viewmodels.compare import compare_document
    from zenml_nb.views.view import View

    store = _store(repository)
    found = _newest(store, repository, pipeline, limit, datasource) if runs is None else _named(store, runs)
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


def _newest(
    store: Store,
    repository: Repository,
    pipeline: str | Sequence[str] | None,
    limit: int,
    datasource: BaseDatasource | str | None,
) -> list[Run]:
    names = None if pipeline is None else [pipeline] if isinstance(pipeline, str) else list(pipeline)
    everything = store.runs()
    chosen = [run for run in everything if names is None or run.pipeline in names]
    for name in names or ():
        if all(run.pipeline != name for run in chosen):
            known = dict.fromkeys(run.pipeline for run in everything)
            raise NotAvailableError(f"The pipeline {name!r} has not been run.", advice=did_you_mean(name, known))
    if not chosen:
        raise NotAvailableError("Nothing was run in this repository yet.", advice="Call run() of a pipeline first.")
    if datasource is not None:
        chosen = _over(chosen, repository, datasource, limit)
    return _whole(store, [run.id for run in chosen[:limit]])


def _over(runs: Sequence[Run], repository: Repository, datasource: BaseDatasource | str, limit: int) -> list[Run]:
    """The first runs over a datasource. What a run was over is in its own configuration: a pipeline may change.

    Raises:
        NotAvailableError: none was; the nearest names are given.
        DeclarationError: it is no datasource.
    """
    wanted = datasource.name if isinstance(datasource, BaseDatasource) else datasource
    if not isinstance(wanted, str):
        raise DeclarationError(
            f"datasource is a {type(datasource).__name__}.", advice="Give a datasource, or the name of one."
        )
    found: list[Run] = []
    known: dict[str, None] = {}
    for run in runs:
        name = _datasource_of(run, repository)
        known.update({name: None} if name else {})
        found += [run] if name == wanted else []
        if len(found) == limit:
            break
    if not found:
        raise NotAvailableError(f"No run is over the datasource {wanted!r}.", advice=did_you_mean(wanted, known))
    return found


def _datasource_of(run: Run, repository: Repository) -> str | None:
    """The name of the datasource in a run's configuration; None without one, and for runs of other tools."""
    from zenml_nb.pipelines.loading import configuration_of

    try:
        path = configuration_of(run, repository)
        declared: Any = read_pipeline(path, None).document["pipeline"].get("datasource")
    except ZenmlNbError:
        return None
    name = (declared or {}).get("args", {}).get("name")
    return name if isinstance(name, str) else None


def _named(store: Store, runs: Iterable[str | Run]) -> list[Run]:
    given = list(runs)
    if not given:
        raise DeclarationError("There are no runs to compare.", advice="Give ids of runs, or none for the newest.")
    # A run that was given as a record is read anew: a list of runs comes without their executions.
    return _whole(store, [run if isinstance(run, str) else run.id for run in given])


def _whole(store: Store, ids: Sequence[str]) -> list[Run]:
    return store.runs_by_id(list(dict.fromkeys(ids)))
