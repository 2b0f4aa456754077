"""``zenml-nb run FILE``: a pipeline file, run without any notebook."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml_nb.cli.command import add_command
from zenml_nb.errors import ZenmlNbError

if TYPE_CHECKING:
    from zenml_nb.pipelines import BasePipeline
    from zenml_nb.records import Run
    from zenml_nb.repository import Repository


def add(rooms: Any) -> None:
    """Add the command."""
    add_run(rooms, "run a pipeline file, without any notebook", "the YAML of a pipeline").set_defaults(by_name=False)


def add_run(commands: Any, what: str, file: str) -> argparse.ArgumentParser:
    """Add a command that runs a pipeline; by name too, unless ``by_name`` is set to False.

    Args:
        commands: what it is added to.
        what: what it does, in a few words.
        file: what its argument is.
    """
    command = add_command(commands, "run", what, _run)
    command.add_argument("file", metavar="FILE", help=file)
    command.set_defaults(by_name=True)
    command.add_argument("--until", metavar="STEP", help="the last step to run, for example 'split'; by default all")
    return command


def _run(given: argparse.Namespace) -> str:
    if not given.json:
        return _told(*_ran(given))
    try:
        # Standard output is for the document alone. Of standard error a copy: a run sends the noise that comes through
        # it to its log, and what is told of the progress is no noise.
        with (
            open(os.dup(2), "w", encoding="utf-8", errors="backslashreplace", buffering=1) as told,
            contextlib.redirect_stdout(told),
        ):
            run, repository = _ran(given)
    except ZenmlNbError as error:
        document = {"type": type(error).__name__, "what": error.what, "where": error.where, "advice": error.advice}
        print(json.dumps({"error": document}, indent=2, ensure_ascii=False))
        raise
    from zenml_nb.viewmodels.run import run_document

    return json.dumps(run_document(run, root=repository.root), indent=2, ensure_ascii=False, allow_nan=False)


def _ran(given: argparse.Namespace) -> tuple[Run, Repository]:
    path = _file(given)
    pipeline = _loaded(path, given)
    return pipeline.run(until=given.until), pipeline.repository


def _file(given: argparse.Namespace) -> Path:
    """The file that is named, or that of the pipeline of this name in the repository.

    Raises:
        NotAvailableError: there is no pipeline of this name; the nearest are given.
    """
    path = Path(given.file).expanduser()
    is_path = path.is_file() or path.suffix in (".yaml", ".yml") or len(path.parts) > 1
    if is_path or not given.by_name:
        return path
    from zenml_nb.cli.command import repository_of
    from zenml_nb.config.index import entry_of

    return entry_of(repository_of(given), given.file).path


def _loaded(path: Path, given: argparse.Namespace) -> BasePipeline:
    """The pipeline, with the repository that it runs in: the one named, that of the file, or that of this folder."""
    from zenml_nb.cli.command import repository_of
    from zenml_nb.repository import find_repository, get_repository

    home = repository_of(given) if given.repository else find_repository(path.resolve().parent)
    # Modules of the user's own lie beside the project; an installed command does not look there by itself.
    for folder in (str(home.root) if home else "", str(Path.cwd())):
        if folder and folder not in sys.path:
            sys.path.insert(0, folder)
    from zenml_nb.pipelines import BasePipeline

    pipeline = BasePipeline.load(path)
    pipeline.use_repository(home or get_repository())
    return pipeline


def _told(run: Run, repository: Repository) -> str:
    return f"{run}\nLook at it: zenml-nb runs show {run.id}"
