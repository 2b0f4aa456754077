"""``zenml-nb runs``: past runs in a terminal."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from zenml_nb.cli.command import add_command, group, printed, repository_of
from zenml_nb.errors import NotAvailableError, did_you_mean

if TYPE_CHECKING:
    from zenml_nb.records import Store
    from zenml_nb.repository import Repository

_STATES = ("RUNNING", "COMPLETE", "FAILED", "CANCELED", "ABORTED")
_LATEST = "latest"


def add(rooms: Any) -> None:
    """Add the group of commands."""
    commands = group(rooms, "runs", "list, show and compare runs")
    _add_list(commands)
    show = add_command(commands, "show", "show one run: its steps, artifacts and metrics", _show)
    show.add_argument("run", help=f"the id of a run, or '{_LATEST}'")
    compare = add_command(commands, "compare", "show parameters and metrics of some runs side by side", compare_runs)
    compare.add_argument(
        "runs", nargs="+", metavar="run", help="the ids of two runs or more; the first is the baseline"
    )


def _add_list(commands: Any) -> None:
    command = add_command(commands, "list", "list the runs of a project, newest first", _list)
    command.add_argument("--pipeline", action="append", default=[], help="only runs of this pipeline; may be repeated")
    command.add_argument("--state", action="append", default=[], type=_state, help=f"only in this state: {_STATES}")
    command.add_argument(
        "--since", type=_time, metavar="TIME", help="started then or later: 2026-01-31, or with a time"
    )
    command.add_argument("--before", type=_time, metavar="TIME", help="started before")
    command.add_argument("--metric", metavar="NAME", help="only runs that have this metric")
    command.add_argument("--min", type=float, metavar="NUMBER", help="and it is at least this")
    command.add_argument("--max", type=float, metavar="NUMBER", help="and it is at most this")
    command.add_argument("--search", default="", metavar="TEXT", help="in the id, the pipeline or the error")
    command.add_argument("--limit", type=_count, default=20, metavar="N", help="at most so many (20)")
    command.add_argument("--offset", type=_count, default=0, metavar="N", help="leave out so many of the newest")


def _state(text: str) -> str:
    if text.upper() not in _STATES:
        raise argparse.ArgumentTypeError(f"there is no state {text!r}. {did_you_mean(text, _STATES)}")
    return text.upper()


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 2026-01-31 or 2026-01-31T18:00") from None
    # Without a zone it is a time of this machine.
    return found.astimezone(timezone.utc)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0")
    return int(text)


def _list(given: argparse.Namespace) -> str:
    from zenml_nb.records.catalog import Catalog, Filters
    from zenml_nb.viewmodels.runs import runs_document
    from zenml_nb.views.text.runs import render

    filters = Filters(
        pipelines=tuple(given.pipeline),
        states=tuple(given.state),
        since=given.since,
        before=given.before,
        metric=given.metric,
        minimum=given.min,
        maximum=given.max,
        search=given.search,
    )
    catalog = Catalog(store_of(repository_of(given)))
    try:
        # Nobody can ask a command again, as a sidebar does, for what was not read yet.
        catalog.complete()
        page = catalog.page(filters, given.offset, given.limit)
    finally:
        catalog.close()
    return printed(runs_document(page, given.offset), given, render)


def _show(given: argparse.Namespace) -> str:
    from zenml_nb.viewmodels.run import run_document
    from zenml_nb.views.text.run import render

    repository = repository_of(given)
    store = store_of(repository)
    run = store.run(_named(store, [given.run])[0])
    return printed(run_document(run, root=repository.root), given, render)


def compare_runs(given: argparse.Namespace) -> str:
    """Compare the runs that the command names."""
    from zenml_nb.viewmodels.compare import compare_document
    from zenml_nb.views.text import render_text

    repository = repository_of(given)
    store = store_of(repository)
    runs = store.runs_by_id(_named(store, given.runs))
    return printed(compare_document(runs, root=repository.root), given, render_text)


def _named(store: Store, names: Sequence[str]) -> list[str]:
    """The ids of runs; ``latest`` is the newest of all."""
    if _LATEST not in names:
        return list(names)
    newest = store.runs(limit=1)
    if not newest:
        raise NotAvailableError("There is no run yet.", advice="Run a pipeline first.")
    return [newest[0].id if name == _LATEST else name for name in names]


def store_of(repository: Repository) -> Store:
    """The store of a repository, opened for reading."""
    from zenml_nb.records import Store

    return Store(repository.metadata)
