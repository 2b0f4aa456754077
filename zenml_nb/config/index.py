"""The pipelines of a repository, with their files read once: an index remembers what they hold."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zenml_nb.config.pipeline_file import DATA_PIPELINE, read_pipeline
from zenml_nb.errors import ConfigError, NotAvailableError, did_you_mean, shorten_path
from zenml_nb.repository import Repository, write_atomically
from zenml_nb.version import __version__

INDEX_FILE = "pipelines.json"
_FORMAT = 1
_ENDS = (".yaml", ".yml")


@dataclass(frozen=True)
class Entry:
    """One file of the pipelines directory.

    Attributes:
        path: the file.
        document: the pipeline document, of the present version; None for a file that is wrong.
        error: what is wrong with it.
    """

    path: Path
    document: Mapping[str, Any] | None
    error: ConfigError | None = None

    @property
    def declared(self) -> Mapping[str, Any]:
        """The declaration of the pipeline; empty for a file that is wrong."""
        found: Mapping[str, Any] = self.document["pipeline"] if self.document else {}
        return found

    @property
    def is_of_data(self) -> bool:
        """Whether it is what a datasource's views wrote, and no pipeline of the user's."""
        return self.declared.get("source") == DATA_PIPELINE


def pipeline_entries(repository: Repository) -> list[Entry]:
    """Every file of the pipelines directory, by name. Only those that changed since the last call are read.

    A file is known by its time, its size and its number on the disk: one that is written beside and renamed has
    another number, even where it is of the same size and instant.
    """
    path = repository.marker / INDEX_FILE
    known = _read(path)
    files: dict[str, dict[str, Any]] = {}
    for file in _files(repository.pipelines_dir):
        with contextlib.suppress(FileNotFoundError):
            state = _state(file)
            before = known.get(file.name)
            files[file.name] = before if before and before["state"] == state else _indexed(file, state)
    if files != known:
        # An index that cannot be written is one that is made anew the next time.
        with contextlib.suppress(OSError):
            write_atomically(path, json.dumps({"format": _FORMAT, "version": __version__, "files": files}))
    return [_entry(repository.pipelines_dir / name, indexed) for name, indexed in files.items()]


def entry_of(repository: Repository, name: str) -> Entry:
    """The file of a pipeline.

    Raises:
        NotAvailableError: there is none of this name; the nearest names are given.
        ConfigError: its file is wrong.
    """
    entries = pipeline_entries(repository)
    found = next((entry for entry in entries if entry.declared.get("name") == name), None)
    if found is not None:
        return found
    broken = next((entry.error for entry in entries if entry.error is not None and entry.path.stem == name), None)
    if broken is not None:
        raise broken
    raise NotAvailableError(
        f"There is no pipeline {name!r} in {shorten_path(repository.pipelines_dir)}.",
        advice=did_you_mean(name, [str(entry.declared["name"]) for entry in entries if entry.declared]),
    )


def datasource_name(entry: Entry) -> str | None:
    """The name of the datasource of a pipeline's file; None without one."""
    declared = entry.declared.get("datasource")
    name = (declared.get("args") or {}).get("name") if declared else None
    return str(name) if name is not None else None


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix in _ENDS and not path.name.startswith("."))


def _state(file: Path) -> list[int]:
    found = file.stat()
    return [found.st_mtime_ns, found.st_size, found.st_ino]


def _indexed(file: Path, state: list[int]) -> dict[str, Any]:
    try:
        document = read_pipeline(file, None).document
        # What YAML holds and JSON does not (dates) is no pipeline.
        json.dumps(document)
    except ConfigError as error:
        return {"state": state, "error": [error.what, error.where, error.advice]}
    except (TypeError, ValueError) as error:
        return {"state": state, "error": [f"The file holds what is no plain value: {error}.", str(file), None]}
    return {"state": state, "document": document}


def _entry(path: Path, indexed: Mapping[str, Any]) -> Entry:
    if "error" in indexed:
        what, where, advice = indexed["error"]
        return Entry(path, None, ConfigError(what, where=where, advice=advice))
    return Entry(path, indexed["document"])


def _read(path: Path) -> dict[str, dict[str, Any]]:
    """The files of the index; none of one that is damaged, or of another version of this package."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != _FORMAT or content["version"] != __version__:
            return {}
        files: dict[str, dict[str, Any]] = content["files"]
        return {name: entry for name, entry in files.items() if "state" in entry and {"document", "error"} & set(entry)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
