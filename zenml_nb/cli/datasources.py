"""``zenml-nb datasource``: the datasources of a repository's pipelines, and their commits."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zenml_nb.cli.command import add_command, as_yaml, group, printed, repository_of, table
from zenml_nb.errors import NotAvailableError, did_you_mean

if TYPE_CHECKING:
    from zenml_nb.datasources import Commit
    from zenml_nb.repository import Repository

_COLUMNS = ("datasource", "class", "commits", "rows", "latest", "pipelines")
_COMMIT_COLUMNS = ("commit", "created", "rows", "bytes", "columns")


def add(rooms: Any) -> None:
    """Add the group of commands."""
    commands = group(rooms, "datasource", "list and show datasources")
    add_command(commands, "list", "list the datasources of a project", _list)
    for name in ("show", "get"):
        show = add_command(commands, name, "show a datasource and its commits", _show)
        show.add_argument("name", metavar="NAME", help="the name of the datasource")


def _list(given: argparse.Namespace) -> str:
    repository = repository_of(given)
    rows = [_row(name, found, repository) for name, found in _datasources(repository).items()]
    empty = "There is no datasource yet: a pipeline with one has to be run, or a datasource committed."
    return printed({"datasources": rows}, given, lambda _: table(rows, _COLUMNS, empty, ("commits", "rows")))


def _row(name: str, found: Mapping[str, Any], repository: Repository) -> dict[str, Any]:
    commits = _commits(name, repository)
    return {
        "datasource": name,
        "class": found["source"].rpartition(".")[2] if found["source"] else None,
        "commits": len(commits),
        "rows": commits[-1].n_rows if commits else None,
        "latest": commits[-1].id if commits else None,
        "pipelines": found["pipelines"],
    }


def _show(given: argparse.Namespace) -> str:
    repository = repository_of(given)
    known = _datasources(repository)
    if given.name not in known:
        raise NotAvailableError(f"There is no datasource {given.name!r}.", advice=did_you_mean(given.name, known))
    commits = [
        {
            "commit": commit.id,
            "created": commit.created,
            "rows": commit.n_rows,
            "bytes": commit.n_bytes,
            "columns": len(commit.columns),
        }
        for commit in _commits(given.name, repository)
    ]
    return printed({"datasource": given.name, **known[given.name], "commits": commits}, given, _shown)


def _shown(document: Mapping[str, Any]) -> str:
    head = {key: value for key, value in document.items() if key != "commits"}
    commits = table(document["commits"], _COMMIT_COLUMNS, "It has no commit yet.", ("rows", "bytes", "columns"))
    return f"{as_yaml(head)}\n\n{commits}"


def _datasources(repository: Repository) -> dict[str, dict[str, Any]]:
    """By name: what the pipelines' files declare, and what was committed without any pipeline."""
    from zenml_nb.config.index import datasource_name, pipeline_entries

    found: dict[str, dict[str, Any]] = {}
    for entry in pipeline_entries(repository):
        name = datasource_name(entry)
        if name is not None:
            declared = entry.declared["datasource"]
            known = found.setdefault(name, {"source": declared["source"], "args": declared["args"], "pipelines": []})
            known["pipelines"] += [] if entry.is_of_data else [entry.declared["name"]]
    folder = repository.artifact_store / "datasources"
    for home in sorted(folder.iterdir()) if folder.is_dir() else ():
        if home.is_dir() and not home.name.startswith("."):
            found.setdefault(home.name, {"source": "", "args": None, "pipelines": []})
    return dict(sorted(found.items()))


def _commits(name: str, repository: Repository) -> list[Commit]:
    from zenml_nb.datasources.commits import list_commits

    return list_commits(repository.artifact_store / "datasources" / name)
