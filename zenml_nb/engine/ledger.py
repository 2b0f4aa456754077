"""The record of a run: its context in ML Metadata, its folder, its lock; and the end of runs that were killed."""

from __future__ import annotations

import contextlib
import datetime
import getpass
import itertools
import json
import os
import platform
import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ml_metadata.proto import metadata_store_pb2 as pb

from zenml_nb.config.environment import git_state
from zenml_nb.errors import ConfigError, StoreError, ZenmlNbError, shorten_path
from zenml_nb.records import vocabulary as v
from zenml_nb.records.connection import open_store
from zenml_nb.records.liveness import hold, is_alive
from zenml_nb.repository import Repository, write_atomically
from zenml_nb.version import __version__
from zenml_nb.viewmodels.flow import plain_parts

_ACTIVE = "active"
#: MySQL keeps no longer texts.
_MAX_TEXT = 15_000
#: Nor longer names of properties than 255, the prefix included.
_MAX_NAME = 240


def open_for_writing(repository: Repository) -> Any:
    """Open the repository's metadata store, and create it first where it is a SQLite file that is not there.

    Raises:
        StoreError: it is damaged, cannot be written or cannot be reached.
        ConfigError: it is a PostgreSQL database.
    """
    metadata = repository.metadata
    if metadata.get("type") == "postgresql":
        # It quotes texts with a backslash wrongly (1.16 and 1.21); TFX's own execution properties have them.
        raise ConfigError(
            "Runs cannot be recorded in PostgreSQL: ML Metadata cannot write a text with a backslash there.",
            where=shorten_path(repository.marker / "config.yaml"),
            advice="Use a sqlite or mysql metadata store. Runs that are in PostgreSQL already can be read.",
        )
    if metadata.get("type") != "sqlite":
        return open_store(metadata)
    path = Path(metadata["uri"])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _exclusive(path.with_name(f"{path.name}.lock")):
            if not path.exists():
                _create_with_write_ahead_log(path)
            return open_store(metadata)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"The metadata store cannot be written: {error}.",
            where=shorten_path(path),
            advice="Check that its folder may be written to and that the disk is not full.",
        ) from error


@contextlib.contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    """One process at a time: two that create the tables of a store at once get in each other's way."""
    import fcntl

    with open(path, "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _create_with_write_ahead_log(path: Path) -> None:
    """Let readers and one writer work at the same time: 35 ms beside a busy writer instead of 2.6 s.

    The mode persists in the file, so it is set once, before ML Metadata opens it; see ``records.connection``.
    """
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


class Ledger:
    """Writes the record of one run.

    Args:
        repository: where its folder is.
        store: the open metadata store.
        pipeline: the name of the pipeline.
    """

    def __init__(self, repository: Repository, store: Any, pipeline: str) -> None:
        self._store = store
        self._repository = repository
        self._is_file = repository.metadata.get("type") == "sqlite"
        self.pipeline = pipeline
        now = datetime.datetime.now(datetime.timezone.utc)
        self.suffix = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        self.run_id = f"{pipeline}.{self.suffix}"
        self.folder = repository.runs_dir / self.run_id
        self._lock = -1

    def open_store(self) -> Any:
        """The open store where it is a file; a server, which may have ended the connection, is connected to anew."""
        return self._store if self._is_file else open_for_writing(self._repository)

    @property
    def log_file(self) -> Path:
        """Where the noise of the run goes."""
        return self.folder / v.LOG_FILE

    def begin(self, config_text: str, config_hash: str, until: str | None) -> None:
        """Make the run's folder, take its lock and record it as running.

        Raises:
            StoreError: the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True)
            self._lock = hold(self.folder)
            write_atomically(self._pointer, "")
            write_atomically(self.folder / v.CONFIG_FILE, config_text)
        except OSError as error:
            raise StoreError(
                f"The run cannot be recorded: {error.strerror or error}.",
                where=shorten_path(self.folder),
                advice="Check that the folder may be written to and that the disk is not full.",
            ) from error
        properties: dict[str, str | float] = {
            v.PIPELINE: self.pipeline,
            v.STATE: v.RUNNING,
            v.STARTED: _now(),
            v.CONFIG_HASH: config_hash,
            v.CONFIG_URI: str(self.folder / v.CONFIG_FILE),
            v.USER: _user(),
            v.HOST: platform.node(),
            v.VERSION: __version__,
            v.GIT_COMMIT: _git_commit(self._repository.root),
            v.NOTEBOOK: _notebook(),
            v.UNTIL: until or "",
        }
        self._register({key: value for key, value in properties.items() if value != ""})

    def finish(self, state: str, failed_step: str = "", error: BaseException | None = None) -> None:
        """Record how the run ended, and release its lock.

        Args:
            state: how.
            failed_step: the name of the slot whose step failed or was interrupted.
            error: what the user is told of it.
        """
        properties: dict[str, str | float] = {v.STATE: state, v.FINISHED: _now()}
        if failed_step:
            properties[v.FAILED_STEP] = failed_step
        properties.update(_told(error))
        try:
            _put(self.open_store(), self.run_id, properties)
        finally:
            self._pointer.unlink(missing_ok=True)
            os.close(self._lock)
            (self.folder / v.LOCK_FILE).unlink(missing_ok=True)

    def record_metrics(self, metrics: Mapping[str, float | str]) -> None:
        """Record numbers of the run's evaluation with the run, so that a list of runs need not read evaluations.

        They are recorded as texts: ML Metadata keeps six decimals of a number, and no NaN.

        Args:
            metrics: by name; NaN and infinities as ``plain_metrics`` gives them.
        """
        named = {name: value for name, value in metrics.items() if len(name) <= _MAX_NAME}
        kept = itertools.islice(named.items(), v.MOST_METRICS)
        texts = {f"{v.METRIC_PREFIX}{name}": repr(float(value)) for name, value in kept}
        if texts:
            _put(self.open_store(), self.run_id, texts)

    def record_components(self, planned: Mapping[str, list[Any]]) -> None:
        """Record what the slots of the run consist of, where that does not follow from their names.

        Args:
            planned: ``{slot: [[id, [[from, type of artifact], ...]], ...]}``.
        """
        own = {slot: parts for slot, parts in planned.items() if parts != plain_parts(slot)}
        text = json.dumps(own)
        if own and len(text) <= _MAX_TEXT:
            _put(self.open_store(), self.run_id, {v.COMPONENTS: text})

    @property
    def _pointer(self) -> Path:
        """An empty file for each run that has not ended, so that killed runs are found without reading all."""
        return self._repository.marker / _ACTIVE / self.run_id

    def _register(self, properties: Mapping[str, str | float]) -> None:
        kind = pb.ContextType(name=v.RUN_TYPES[0])
        kind.properties["pipeline_name"] = pb.STRING
        kind.properties["run_id"] = pb.STRING
        type_id = self._store.put_context_type(kind, can_add_fields=True, can_omit_fields=True)
        context = pb.Context(type_id=type_id, name=self.run_id)
        context.properties["pipeline_name"].string_value = self.pipeline
        context.properties["run_id"].string_value = self.suffix
        _set(context, properties)
        self._store.put_contexts([context])


def seal_aborted_runs(repository: Repository, store: Any) -> list[str]:
    """Record the end of runs whose process is gone, and remove what their unfinished steps left on the disk.

    Returns:
        The ids of the runs.
    """
    folder = repository.marker / _ACTIVE
    sealed = []
    for pointer in sorted(folder.iterdir()) if folder.is_dir() else []:
        properties = {v.CONFIG_URI: str(repository.runs_dir / pointer.name / v.CONFIG_FILE), v.HOST: platform.node()}
        if pointer.name.startswith(".") or is_alive(properties):
            continue
        context = store.get_context_by_type_and_name(v.RUN_TYPES[0], pointer.name)
        if context is not None:
            _abort_executions(store, context)
            _put(store, pointer.name, {v.STATE: v.ABORTED, v.FINISHED: _now()})
            sealed.append(pointer.name)
        pointer.unlink(missing_ok=True)
    return sealed


def _abort_executions(store: Any, context: Any) -> None:
    for execution in store.get_executions_by_context(context.id):
        if execution.last_known_state not in (pb.Execution.NEW, pb.Execution.RUNNING):
            continue
        execution.last_known_state = pb.Execution.FAILED
        execution.properties["state"].string_value = "aborted"
        execution.custom_properties[v.ERROR].string_value = "The process of the run ended while this step ran."
        store.put_executions([execution])
        events = store.get_events_by_execution_ids([execution.id])
        ids = [e.artifact_id for e in events if e.type in (pb.Event.OUTPUT, pb.Event.PENDING_OUTPUT)]
        if ids:
            remove_outputs([artifact.uri for artifact in store.get_artifacts_by_id(ids)])


def remove_outputs(uris: Iterable[str]) -> None:
    """Remove the output folders of a step that did not finish: nobody may take them for results."""
    for uri in uris:
        shutil.rmtree(uri, ignore_errors=True)


def _put(store: Any, run_id: str, properties: Mapping[str, str | float]) -> None:
    context = store.get_context_by_type_and_name(v.RUN_TYPES[0], run_id)
    _set(context, properties)
    store.put_contexts([context])


def _set(context: Any, properties: Mapping[str, str | float]) -> None:
    for key, value in properties.items():
        if isinstance(value, float):
            context.custom_properties[key].double_value = value
        else:
            context.custom_properties[key].string_value = value


def _told(error: BaseException | None) -> dict[str, str]:
    """What the user is told, for those who look at the run later, when the notebook's output may be gone."""
    if error is None:
        return {}
    what = error.what if isinstance(error, ZenmlNbError) else f"{type(error).__name__}: {error}"
    told = {v.ERROR: what, v.ERROR_WHERE: getattr(error, "where", "")}
    told[v.ERROR_STACK] = getattr(error, "user_traceback", "")
    return {key: text[:_MAX_TEXT] for key, text in told.items() if isinstance(text, str) and text}


def _now() -> float:
    """Milliseconds since the epoch; a float, because ML Metadata keeps integers in 32 bits on MySQL."""
    return float(round(time.time() * 1000))


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def _git_commit(folder: Path) -> str:
    """The commit that the project is at, marked where files differ from it; '' without git."""
    git = git_state(folder)
    return f"{git['commit']}{'-dirty' if git['dirty'] else ''}" if git else ""


def _notebook() -> str:
    """The path of the notebook, where the front-end tells it."""
    return os.environ.get("JPY_SESSION_NAME", "")
