"""``zenml-nb pipeline``: the pipeline files of a repository."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml_nb.cli import run
from zenml_nb.cli.command import add_command, as_yaml, group, printed, repository_of, table
from zenml_nb.errors import NotAvailableError, did_you_mean, shorten_path

if TYPE_CHECKING:
    from zenml_nb.config.index import Entry

_COLUMNS = ("pipeline", "class", "datasource", "steps", "file")


def add(rooms: Any) -> None:
    """Add the group of commands."""
    commands = group(rooms, "pipeline", "list, show and compare pipelines")
    add_command(commands, "list", "list the pipelines of a project", _list)
    for name in ("show", "get"):
        show = add_command(commands, name, "show the declaration of a pipeline", _show)
        show.add_argument("name", metavar="NAME", help="the name of the pipeline")
    run.add_run(commands, "run a pipeline by its name, or by its file", "the name of the pipeline, or its YAML")
    compare = add_command(commands, "compare", "show the newest runs of pipelines side by side", _compare)
    compare.add_argument(
        "names", nargs="*", metavar="NAME", help="names of pipelines: the newest run of each; of one, or none: its runs"
    )
    compare.add_argument("--limit", type=int, default=10, metavar="N", help="at most so many runs (10)")
    schema = add_command(
        commands, "schema", "print the JSON schema of pipeline files, for completion in editors", _schema, False
    )
    schema.epilog = "Beside the pipeline files: zenml-nb pipeline schema > pipeline.schema.json"


def _list(given: argparse.Namespace) -> str:
    from zenml_nb.config.index import pipeline_entries

    entries = pipeline_entries(repository_of(given))
    rows = [_row(entry) for entry in entries if entry.error is None and not entry.is_of_data]
    wrong = [{"file": shorten_path(e.path), "error": str(e.error)} for e in entries if e.error is not None]
    document = {"pipelines": rows, "errors": wrong}
    return printed(document, given, _listed)


def _listed(document: Mapping[str, Any]) -> str:
    empty = "There is no pipeline file yet: a run of a pipeline writes one."
    text = table(document["pipelines"], _COLUMNS, empty)
    return "\n".join([text, *(f"\nLeft out: {entry['error']}" for entry in document["errors"])])


def _row(entry: Entry) -> dict[str, Any]:
    from zenml_nb.config.index import datasource_name

    declared = entry.declared
    return {
        "pipeline": declared["name"],
        "class": declared["source"].rpartition(".")[2],
        "datasource": datasource_name(entry),
        "steps": list(declared["steps"]),
        "file": shorten_path(entry.path),
    }


def _show(given: argparse.Namespace) -> str:
    from zenml_nb.config.index import entry_of

    entry = entry_of(repository_of(given), given.name)
    document = {"file": shorten_path(entry.path), **dict(entry.document or {})}
    return printed(document, given, as_yaml)


def _schema(given: argparse.Namespace) -> str:
    # The file is published with the package: nothing has to be imported for it.
    path = Path(__file__).resolve().parent.parent / "schema" / "pipeline.json"
    return path.read_text(encoding="utf-8").rstrip("\n")


def _compare(given: argparse.Namespace) -> str:
    from zenml_nb.cli.runs import compare_runs, store_of

    runs = store_of(repository_of(given)).runs()
    known = dict.fromkeys(run.pipeline for run in runs)
    for name in given.names:
        if name not in known:
            raise NotAvailableError(f"The pipeline {name!r} has not been run.", advice=did_you_mean(name, known))
    if len(given.names) > 1:
        chosen = [next(run for run in runs if run.pipeline == name) for name in dict.fromkeys(given.names)]
    else:
        chosen = [run for run in runs if not given.names or run.pipeline in given.names]
    if not chosen:
        raise NotAvailableError("There is no run yet.", advice="Run a pipeline first.")
    given.runs = [run.id for run in chosen[: max(1, given.limit)]]
    return compare_runs(given)
