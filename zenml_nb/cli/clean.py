"""``zenml-nb clean``: removes what runs left on the disk, after showing what."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml_nb.cli.command import add_command, printed, repository_of, table
from zenml_nb.errors import NotAvailableError, StoreError, shorten_path

if TYPE_CHECKING:
    from zenml_nb.records import Run
    from zenml_nb.repository import Repository

_BAD_ENDS = ("FAILED", "CANCELED", "ABORTED")


@dataclass(frozen=True)
class Item:
    """One thing to remove.

    Attributes:
        path: a folder or a file.
        why: what it is.
        n_bytes: its size on the disk.
    """

    path: Path
    why: str
    n_bytes: int


def add(rooms: Any) -> None:
    """Add the command."""
    command = add_command(rooms, "clean", "show, and remove, what bad runs left on the disk", _clean)
    command.add_argument("--everything", action="store_true", help="all artifacts, data and records of the project")
    command.add_argument("--yes", action="store_true", help="remove it, and do not ask; else nothing is removed")
    command.epilog = (
        "Pipeline files and settings stay, and so does everything outside the project's store. "
        "An artifact of a failed run that a good run uses stays too."
    )


def _clean(given: argparse.Namespace) -> str:
    repository = repository_of(given)
    runs = _runs(repository)
    _refuse_while_running(runs)
    items = list(everything_of(repository) if given.everything else left_by_bad_runs(repository, runs))
    total = sum(item.n_bytes for item in items)
    is_wanted = given.yes or (bool(items) and not given.json and _asked(items, total))
    if is_wanted:
        for item in items:
            _remove(item.path)
    document = {"removed": is_wanted, "bytes": total, "items": [_row(item) for item in items]}
    return printed(document, given, _told)


def _asked(items: list[Item], total: int) -> bool:
    if not sys.stdin.isatty():
        return False
    print(_plan([_row(item) for item in items], total))
    return input("Remove this? [y/N] ").strip().lower() in ("y", "yes")


def _told(document: Mapping[str, Any]) -> str:
    items, total = document["items"], document["bytes"]
    if not items:
        return "There is nothing to remove."
    if document["removed"]:
        return f"Removed {len(items):,} thing{'s' if len(items) != 1 else ''}, {_size(total)}."
    if sys.stdin.isatty():
        return "Nothing was removed."
    return f"{_plan(items, total)}\nNothing was removed. To remove it: zenml-nb clean --yes"


def _plan(rows: list[dict[str, Any]], total: int) -> str:
    shown = table(rows, ("path", "what", "bytes"), "", ("bytes",))
    return f"{shown}\n\nTogether {_size(total)}."


def _row(item: Item) -> dict[str, Any]:
    return {"path": shorten_path(item.path), "what": item.why, "bytes": item.n_bytes}


def left_by_bad_runs(repository: Repository, runs: Iterable[Run]) -> Iterator[Item]:
    """The outputs of runs that failed, were canceled or aborted, but for those that another run uses.

    What is outside the pipelines' part of the artifact store is left alone, whatever the records say.
    """
    store = repository.artifact_store / "pipelines"
    bad: dict[str, str] = {}
    used: set[Path] = set()
    for run in runs:
        for execution in run.executions:
            if run.state in _BAD_ENDS:
                bad.update({artifact.uri: run.id for artifact in execution.outputs})
            else:
                used.update(_real(artifact.uri) for artifact in (*execution.inputs, *execution.outputs))
    kept = {folder for path in used for folder in (path, *path.parents)}
    for uri, run_id in sorted(bad.items()):
        path = Path(uri)
        is_used = _real(uri) in kept or not used.isdisjoint(_real(uri).parents)
        # Below the folder of a pipeline, never that folder itself.
        if not is_used and is_within(path, store, depth=2):
            yield Item(path, f"of the run {run_id}", _bytes(path))


def everything_of(repository: Repository) -> Iterator[Item]:
    """All that runs and datasources have written: artifacts, commits, records, logs. Not pipelines and settings.

    Raises:
        StoreError: the artifact store is a folder that holds the project itself.
    """
    store = repository.artifact_store
    for kept in (repository.root, repository.pipelines_dir):
        if kept.resolve().is_relative_to(store.resolve()):
            raise StoreError(
                f"The artifact store holds {shorten_path(kept)}: what is not of runs cannot be told apart there.",
                where=shorten_path(store),
                advice="Remove by hand what you do not need.",
            )
    yield from _items(store, {"pipelines": "artifacts of pipelines", "datasources": "commits of datasources"})
    kinds = {"runs": "logs and configurations of runs", "active": "marks of runs", "pipelines.json": "the index"}
    yield from _items(repository.marker, kinds)
    if repository.metadata["type"] == "sqlite":
        database = Path(repository.metadata["uri"])
        names = [f"{database.name}{end}" for end in ("", "-wal", "-shm", "-journal", ".lock")]
        # A store that several projects share is not of this one alone.
        if is_within(database, repository.root):
            yield from _items(database.parent, dict.fromkeys(names, "the records of all runs"))


def is_within(path: Path, folder: Path, depth: int = 1) -> bool:
    """Whether there is such a path truly below a folder, so many levels or more; a link is none."""
    if path.is_symlink() or not path.exists():
        return False
    real, limit = _real(path), _real(folder)
    return real.is_relative_to(limit) and len(real.relative_to(limit).parts) >= depth


def _real(path: str | Path) -> Path:
    return Path(os.path.realpath(path))


def _items(folder: Path, names: Mapping[str, str]) -> Iterator[Item]:
    for name, why in names.items():
        path = folder / name
        if is_within(path, folder):
            yield Item(path, why, _bytes(path))


def _runs(repository: Repository) -> list[Run]:
    """All runs, with their executions; none where nothing was recorded yet."""
    from zenml_nb.records import Store

    metadata = repository.metadata
    if metadata.get("type") == "sqlite" and not Path(metadata["uri"]).exists():
        return []
    store = Store(metadata)
    return store.runs_by_id([run.id for run in store.runs()])


def _refuse_while_running(runs: Iterable[Run]) -> None:
    running = next((run for run in runs if run.state == "RUNNING"), None)
    if running is not None:
        raise NotAvailableError(
            f"The run {running.id} is running, and may use what would be removed.",
            advice="Wait for its end, or interrupt it.",
        )


def _remove(path: Path) -> None:
    try:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"It cannot be removed: {error.strerror or error}.",
            where=shorten_path(path),
            advice="What stands before it in the list was removed; see who may write to this folder.",
        ) from error


def _bytes(path: Path) -> int:
    """The size of a file, or of all files in a folder; links are not followed."""
    if not path.is_dir():
        return path.lstat().st_size
    return sum((Path(folder) / name).lstat().st_size for folder, _, names in os.walk(path) for name in names)


def _size(n_bytes: int) -> str:
    for power, unit in ((3, "GB"), (2, "MB"), (1, "kB")):
        if n_bytes >= 1000**power:
            return f"{n_bytes / 1000**power:,.1f} {unit}"
    return f"{n_bytes} bytes"
