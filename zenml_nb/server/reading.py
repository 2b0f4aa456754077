"""What a store's own process answers: each call opens what it needs and gives a document."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml_nb.errors import ConfigError, NotAvailableError, StoreError
from zenml_nb.server.answers import Answer, RefusedError, answer_of
from zenml_nb.server.boundary import Boundary
from zenml_nb.version import __version__

if TYPE_CHECKING:
    from zenml_nb.records import Artifact, Run, Store
    from zenml_nb.records.catalog import Catalog
    from zenml_nb.viewmodels.artifact import Recorded

#: The status by which a store's process says that another process is to read an artifact; never sent to a browser.
TO_JOB = 202
_LARGE = 20_000_000
_LARGEST = 200_000_000


class Reading:
    """The open store of one process.

    Args:
        connection: see ``records.connection.connection_config``.
        boundary: the folders of its artifacts.
        large: from so many bytes on, an artifact is read by a process of its own.
        largest: bytes; larger ones are not read.
    """

    def __init__(
        self, connection: Mapping[str, Any], boundary: Boundary, large: int = _LARGE, largest: int = _LARGEST
    ) -> None:
        self._connection = connection
        self._boundary = boundary
        self._large = large
        self._largest = largest
        self._lock = threading.Lock()
        self._opened: tuple[Store, Catalog] | None = None

    @property
    def root(self) -> Path:
        """The folder that documents name files relative to."""
        return self._boundary.root

    def answer(self, call: str, arguments: Mapping[str, Any]) -> Answer:
        """Answer one call.

        Raises:
            ZenmlNbError: it cannot be answered.
        """
        calls: dict[str, Callable[..., Answer]] = {
            "check": self._check,
            "runs": self._runs,
            "run": self._run,
            "artifact": self._artifact,
            "lineage": self._lineage,
            "compare": self._compare,
            "cells": self._cells,
        }
        try:
            return calls[call](**arguments)
        except StoreError:
            # Whatever is wrong with it, the next call opens it anew.
            self._close()
            raise

    def _check(self) -> Answer:
        """Whether the store can be opened and read."""
        self._open()[0].runs(limit=1)
        return answer_of({})

    def _runs(self, offset: int, limit: int, since: str | None, before: str | None, **given: Any) -> Answer:
        from zenml_nb.records.catalog import Filters
        from zenml_nb.viewmodels.runs import runs_document

        filters = Filters(
            **{**given, "pipelines": tuple(given["pipelines"]), "states": tuple(given["states"])},
            since=datetime.fromisoformat(since) if since else None,
            before=datetime.fromisoformat(before) if before else None,
        )
        return answer_of(runs_document(self._open()[1].page(filters, offset, limit), offset))

    def _run(self, run: str) -> Answer:
        from zenml_nb.viewmodels.run import run_document

        return answer_of(run_document(self._open()[0].run(run), root=self.root))

    def _lineage(self, artifact: int) -> Answer:
        from zenml_nb.records.lineage import lineage_of
        from zenml_nb.viewmodels.lineage import lineage_document

        return answer_of(lineage_document(lineage_of(self._open()[0], artifact), self.root))

    def _compare(self, runs: list[str]) -> Answer:
        from zenml_nb.viewmodels.compare import compare_document

        store = self._open()[0]
        folders = [self.root, *self._boundary.roots]
        return answer_of(compare_document(store.runs_by_id(runs), root=self.root, folders=folders))

    def _cells(self, run: str, kind: str, folder: str) -> Answer:
        """The sources of notebook cells; ``folder`` is that of the notebook."""
        found = self._open()[0].run(run)
        cells = self._again_cells(found) if kind == "again" else self._open_cells(found, folder)
        return answer_of({"cells": cells})

    def _open_cells(self, run: Run, folder: str) -> list[str]:
        from zenml_nb.config.cells import open_cells
        from zenml_nb.records import vocabulary as v
        from zenml_nb.viewmodels.run import VIEWS

        place = os.path.relpath(self.root, folder)
        if v.VERSION in run.properties:
            # A notebook in the project, however deep, finds it by itself.
            is_inside = set(place.split(os.sep)) <= {os.curdir, os.pardir}
            return open_cells(run.id, repository=None if is_inside else place, pipeline=self._class_of(run))
        shown = [a for e in run.executions for a in e.outputs if a.type in VIEWS]
        if not shown:
            raise NotAvailableError("This run has no artifact with a view.", advice="Choose another run.")
        return open_cells(run.id, uris=[os.path.relpath(self._place_of(artifact), folder) for artifact in shown])

    def _class_of(self, run: Run) -> str:
        """The import path of the class of a run's pipeline; '' where its configuration cannot be read."""
        from zenml_nb.artifacts.run_files import configuration_text
        from zenml_nb.config.pipeline_file import parse_pipeline

        try:
            document = parse_pipeline(configuration_text(run, self.root) or "", Path("pipeline.yaml"))
        except ConfigError:
            return ""
        return str(document["pipeline"]["source"])

    def _again_cells(self, run: Run) -> list[str]:
        from zenml_nb.artifacts.run_files import configuration_text
        from zenml_nb.config.cells import again_cells
        from zenml_nb.config.pipeline_file import parse_pipeline

        text = configuration_text(run, self.root)
        if text is None:
            raise NotAvailableError(
                "The configuration of this run is not there.",
                advice="Runs of other tools have none; of this package's runs it lies in the run's folder.",
            )
        return again_cells(parse_pipeline(text, Path("pipeline.yaml")))

    def _artifact(self, uri: str, split: str | None, run: str | None) -> Answer:
        """A view document, or what a process of its own is to read."""
        from zenml_nb.artifacts.projected import projected_path
        from zenml_nb.viewmodels.artifact import document_of_recorded

        recorded = self._recorded(uri, run)
        summary = projected_path(recorded.artifact.uri, "model")
        size = sum(self._boundary.size(path) for path in [*map(_path, _all_of(recorded)), summary])
        if size > self._largest:
            raise RefusedError(
                413,
                f"This artifact has {size / 1e6:,.0f} MB; at most {self._largest / 1e6:,.0f} MB are read.",
                advice="Open it in a notebook (from zenml_nb.views import show), or allow more: "
                "c.RunBrowser.largest_artifact in jupyter_server_config.py.",
            )
        # Of a model that no summary lies beside only TensorFlow can tell.
        is_heavy = (_path(recorded.artifact) / "Format-Serving").is_dir() and not summary.is_file()
        if is_heavy or size > self._large:
            return dataclasses.replace(answer_of(_job(recorded, self.root, split, is_heavy)), status=TO_JOB)
        return answer_of(document_of_recorded(recorded, self.root, split))

    def _recorded(self, uri: str, run: str | None) -> Recorded:
        from zenml_nb.viewmodels.artifact import Recorded, recorded_in

        store = self._open()[0]
        artifact, path = self._registered(store, uri)
        recorded = recorded_in(store.run(run), artifact) if run else Recorded(artifact)
        beside = {name: self._beside(getattr(recorded, name)) for name in ("statistics", "schema", "anomalies")}
        return Recorded(dataclasses.replace(artifact, uri=str(path)), **beside)

    def _beside(self, artifact: Artifact | None) -> Artifact | None:
        """What belongs to an artifact, if it may be read and is there; without it less is shown."""
        with contextlib.suppress(RefusedError):
            if artifact is not None and (path := self._place_of(artifact)).exists():
                return dataclasses.replace(artifact, uri=str(path))
        return None

    def _registered(self, store: Store, uri: str) -> tuple[Artifact, Path]:
        """The newest artifact that the store has at a URI, and its path; links within views name a feature behind #."""
        whole = self._boundary.path_of(uri)
        for path in dict.fromkeys((whole, self._boundary.path_of(uri.partition("#")[0] or uri))):
            for name in self._names(path):
                found = store.artifacts_at(name)
                if found:
                    if not path.exists():
                        raise NotAvailableError(
                            "The files of this artifact are gone.", advice="Run the pipeline again to have them back."
                        )
                    return found[-1], path
        raise RefusedError(
            403, "The store has no artifact at this place.", advice="Use the uri as the run's document has it."
        )

    def _names(self, path: Path) -> Iterator[str]:
        """The names under which an artifact may be registered: absolute, as an address, or relative to the project."""
        for root in dict.fromkeys((str(self.root), os.path.realpath(self.root))):
            relative = os.path.relpath(path, self.root)
            whole = os.path.normpath(os.path.join(root, relative))
            for name in (whole, f"file://{whole}", relative, f"./{relative}"):
                yield name
                yield f"{name}/"

    def _place_of(self, artifact: Artifact) -> Path:
        """The path of an artifact that a record names."""
        path = Path(os.path.normpath(self.root / artifact.uri.removeprefix("file://")))
        return self._boundary.inside(path)

    def _open(self) -> tuple[Store, Catalog]:
        """The store, which notices by itself when its file is replaced."""
        from zenml_nb.records import Store
        from zenml_nb.records.catalog import Catalog

        with self._lock:
            if self._opened is None:
                store = Store(self._connection)
                self._opened = store, Catalog(store)
            return self._opened

    def _close(self) -> None:
        with self._lock:
            if self._opened is not None:
                self._opened[1].close()
            self._opened = None


def _all_of(recorded: Recorded) -> list[Artifact]:
    found = (recorded.artifact, recorded.statistics, recorded.schema, recorded.anomalies)
    return [artifact for artifact in found if artifact is not None]


def _path(artifact: Artifact) -> Path:
    return Path(artifact.uri)


def _job(recorded: Recorded, root: Path, split: str | None, is_heavy: bool) -> dict[str, Any]:
    """What another process needs to read an artifact, with a key that changes when any of its files does."""
    named: dict[str, Any] = {}
    for name in ("artifact", "statistics", "schema", "anomalies"):
        artifact = getattr(recorded, name)
        named[name] = None if artifact is None else {"type": artifact.type, "uri": artifact.uri}
    job = {"recorded": named, "root": str(root), "split": split, "is_heavy": is_heavy}
    seen = [_state_of(_path(artifact)) for artifact in _all_of(recorded)]
    key = hashlib.sha256(json.dumps([job, seen, __version__], sort_keys=True).encode()).hexdigest()
    return {**job, "key": key}


def _state_of(path: Path) -> list[tuple[str, int, int]]:
    """The names, sizes and times of an artifact's files."""
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    return [(str(file.relative_to(path.parent)), *_seen(file)) for file in files]


def _seen(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_size, found.st_mtime_ns
