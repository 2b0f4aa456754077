"""The command ``zenml-nb``: past runs in a terminal. It imports no TensorFlow."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml_nb.errors import NotAvailableError, RepositoryError, ZenmlNbError, did_you_mean, shorten_path
from zenml_nb.version import __version__

if TYPE_CHECKING:
    from zenml_nb.records import Store
    from zenml_nb.repository import Repository

_STATES = ("RUNNING", "COMPLETE", "FAILED", "CANCELED", "ABORTED")
_LATEST = "latest"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: what follows the name of the command; by default those of this process.

    Returns:
        0; 1 where something is missing or wrong, which is told on standard error; 2 for a wrong command line.
    """
    given = _parser().parse_args(arguments)
    try:
        print(given.do(given))
        sys.stdout.flush()
    except ZenmlNbError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader of the pipe has seen enough; what is still to be flushed at exit has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="zenml-nb", description="Past runs of pipelines, in a terminal.")
    parser.add_argument("--version", action="version", version=f"zenml-nb {__version__}")
    rooms = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    runs = rooms.add_parser("runs", help="list, show and compare runs", description="Past runs of pipelines.")
    commands = runs.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_list(commands)
    show = _command(commands, "show", "one run: its steps, artifacts and metrics", _show)
    show.add_argument("run", help=f"the id of a run, or '{_LATEST}'")
    compare = _command(commands, "compare", "parameters and metrics of some runs side by side", _compare)
    compare.add_argument(
        "runs", nargs="+", metavar="run", help="the ids of two runs or more; the first is the baseline"
    )
    return parser


def _command(commands: Any, name: str, what: str, do: Any) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=what, description=f"Shows {what}.")
    command.add_argument("--json", action="store_true", help="print the document as JSON")
    command.add_argument(
        "--repository", metavar="FOLDER", help="the project folder, or one in it; by default that of this folder"
    )
    command.set_defaults(do=do)
    return command


def _add_list(commands: Any) -> None:
    command = _command(commands, "list", "the runs of a project, newest first", _list)
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
    catalog = Catalog(_store(_repository(given.repository)))
    try:
        # Nobody can ask a command again, as a sidebar does, for what was not read yet.
        catalog.complete()
        page = catalog.page(filters, given.offset, given.limit)
    finally:
        catalog.close()
    return _printed(runs_document(page, given.offset), given, render)


def _show(given: argparse.Namespace) -> str:
    from zenml_nb.viewmodels.run import run_document
    from zenml_nb.views.text.run import render

    repository = _repository(given.repository)
    store = _store(repository)
    run = store.run(_named(store, [given.run])[0])
    return _printed(run_document(run, root=repository.root), given, render)


def _compare(given: argparse.Namespace) -> str:
    from zenml_nb.viewmodels.compare import compare_document
    from zenml_nb.views.text import render_text

    repository = _repository(given.repository)
    store = _store(repository)
    runs = store.runs_by_id(_named(store, given.runs))
    return _printed(compare_document(runs, root=repository.root), given, render_text)


def _printed(document: dict[str, Any], given: argparse.Namespace, render: Any) -> str:
    if given.json:
        return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    return str(render(document))


def _named(store: Store, names: Sequence[str]) -> list[str]:
    """The ids of runs; ``latest`` is the newest of all."""
    if _LATEST not in names:
        return list(names)
    newest = store.runs(limit=1)
    if not newest:
        raise NotAvailableError("There is no run yet.", advice="Run a pipeline first.")
    return [newest[0].id if name == _LATEST else name for name in names]


def _repository(folder: str | None) -> Repository:
    from zenml_nb.repository import find_repository

    start = Path(folder).expanduser() if folder else Path.cwd()
    found = find_repository(start) if start.is_dir() else None
    if found is None:
        raise RepositoryError(
            "There is no zenml_nb repository here or above.",
            where=shorten_path(start),
            advice="Change to the project folder, or name it: --repository FOLDER.",
        )
    return found


def _store(repository: Repository) -> Store:
    from zenml_nb.records import Store

    return Store(repository.metadata)
