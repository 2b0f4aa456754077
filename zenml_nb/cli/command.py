"""What all commands have in common: options, the repository, how something is printed."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from zenml_nb.errors import RepositoryError, did_you_mean, shorten_path
from zenml_nb.views.format import visible
from zenml_nb.views.text.grid import grid

if TYPE_CHECKING:
    from zenml_nb.repository import Repository

_CHOICES = re.compile(r"invalid choice: '(?P<given>.*?)' \(choose from (?P<names>.*)\)")


class Parser(argparse.ArgumentParser):
    """A parser that names the nearest command for a misspelled one."""

    def error(self, message: str) -> NoReturn:
        """Tell what is wrong with the command line, and exit with 2."""
        found = _CHOICES.search(message)
        if found:
            names = [name.strip(" '") for name in found["names"].split(",")]
            message = f"there is no command {found['given']!r}. {did_you_mean(found['given'], names)}"
        super().error(message)


def group(rooms: Any, name: str, what: str) -> Any:
    """Add a group of commands; the commands are added to what this gives."""
    room = rooms.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
    return room.add_subparsers(title="commands", required=True, metavar="COMMAND")


def add_command(
    commands: Any, name: str, what: str, do: Callable[[argparse.Namespace], str], in_repository: bool = True
) -> argparse.ArgumentParser:
    """Add a command with the options that all have.

    Args:
        commands: what it is added to.
        name: its name.
        what: what it does, in a few words.
        do: does it, and gives what is printed.
        in_repository: whether it works in a repository.
    """
    command: argparse.ArgumentParser = commands.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
    command.add_argument("--json", action="store_true", help="print the document as JSON")
    if in_repository:
        command.add_argument(
            "--repository", metavar="FOLDER", help="the project folder, or one in it; by default that of this folder"
        )
    command.set_defaults(do=do)
    return command


def repository_of(given: argparse.Namespace) -> Repository:
    """The repository that a command works in.

    Raises:
        RepositoryError: there is none.
    """
    from zenml_nb.repository import find_repository

    start = Path(given.repository).expanduser() if given.repository else Path.cwd()
    found = find_repository(start) if start.is_dir() else None
    if found is None:
        raise RepositoryError(
            "There is no zenml_nb repository here or above.",
            where=shorten_path(start),
            advice="Change to the project folder, name it (--repository FOLDER), or create one: zenml-nb init.",
        )
    return found


def printed(document: Any, given: argparse.Namespace, render: Callable[[Any], Any]) -> str:
    """A document as JSON, where that was asked for, or as text."""
    if given.json:
        return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    return str(render(document))


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], empty: str, numbers: Sequence[str] = ()) -> str:
    """Rows as aligned text.

    Args:
        rows: column to value; a list is joined by commas.
        columns: those that are shown, in their order.
        empty: what is told without any row.
        numbers: the columns that are aligned to the right.
    """
    if not rows:
        return empty
    cells = [[cell(row.get(column)) for column in columns] for row in rows]
    return "\n".join(grid(list(columns), cells, [column in numbers for column in columns]))


def cell(value: Any) -> str:
    """A value on one line; names are what users and files make them, so what drives a terminal is shown as text."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(cell, value))
    return visible(f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value))


def as_yaml(value: Any) -> str:
    """A value as YAML, safe to print: what is no ordinary text is escaped."""
    import yaml

    text = str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=110)).rstrip("\n")
    return "\n".join(map(visible, text.removesuffix("\n...").split("\n")))
