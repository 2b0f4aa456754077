"""The project folder: found upwards from the working directory, created on first use."""

from __future__ import annotations

import copy
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml_nb.errors import ConfigError, RepositoryError, did_you_mean, shorten_path

if TYPE_CHECKING:
    from zenml_nb.artifacts.artifact_store import ArtifactStore
    from zenml_nb.datasources import BaseDatasource
    from zenml_nb.pipelines.base import BasePipeline
    from zenml_nb.views.page import Page
    from zenml_nb.views.view import View

MARKER = ".zenml_nb"
_CONFIG = "config.yaml"

DEFAULT_CONFIG: dict[str, Any] = {
    "version": 1,
    "pipelines_dir": "pipelines",
    "artifact_store": f"{MARKER}/artifacts",
    "metadata": {"type": "sqlite", "uri": f"{MARKER}/metadata.sqlite"},
}

#: The types of metadata stores, each with the settings that it needs and those that it may have.
CONNECTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "sqlite": (("uri",), ()),
    "mysql": (("host", "database", "username"), ("port", "password_env", "socket")),
    "postgresql": (("host", "database", "username"), ("port", "password_env")),
    "grpc": (("host", "port"), ()),
}

_HEADER = (
    "# The defaults of this zenml_nb repository. Paths are relative to the folder that holds .zenml_nb.\n"
    "# metadata may be {type: sqlite, uri}, {type: mysql, host, port, database, username, password_env},\n"
    "# the same with type: postgresql (to read runs alone), or {type: grpc, host, port}.\n"
    "# password_env names an environment variable: no password belongs here.\n"
)


@dataclass(frozen=True)
class Repository:
    """One project folder and its defaults.

    Attributes:
        root: the folder that holds the marker folder ``.zenml_nb``.
        config: the content of ``.zenml_nb/config.yaml``, completed by the defaults.
    """

    root: Path
    config: dict[str, Any]

    @property
    def marker(self) -> Path:
        """The folder of the repository's own files."""
        return self.root / MARKER

    @property
    def artifact_store(self) -> Path:
        """Where artifacts are written."""
        return self.root / str(self.config["artifact_store"])

    @property
    def pipelines_dir(self) -> Path:
        """Where the readable YAML of each pipeline is written."""
        return self.root / str(self.config["pipelines_dir"])

    @property
    def runs_dir(self) -> Path:
        """One folder a run: its log, its configuration, its lock."""
        return self.marker / "runs"

    @property
    def metadata(self) -> dict[str, Any]:
        """The connection to the metadata store, with the path of a SQLite file made absolute."""
        connection = dict(self.config["metadata"])
        if connection.get("type") == "sqlite":
            connection["uri"] = str(self.root / str(connection["uri"]))
        return connection

    # The ways up from here: pipelines are what a repository is for. Their files are read once, see ``config.index``.

    def get_pipelines(self) -> list[BasePipeline]:
        """The pipelines of the pipelines directory, by name; a file that is wrong is warned of and left out.

        Where the class of a step is not to be had here, because a notebook defined it, the pipeline can be looked
        at, and not be run.
        """
        from zenml_nb.pipelines import getters

        return getters.get_pipelines(self)

    def get_pipeline_by_name(self, name: str) -> BasePipeline:
        """The pipeline of this name.

        Raises:
            NotAvailableError: there is none; the nearest names are given.
            ConfigError: its file is wrong.
        """
        from zenml_nb.pipelines import getters

        return getters.get_pipeline_by_name(self, name)

    def get_pipelines_by_type(self, kind: type | str) -> list[BasePipeline]:
        """The pipelines of a class, or of a class of this name."""
        from zenml_nb.pipelines import getters

        return getters.get_pipelines_by_type(self, kind)

    def get_pipelines_by_datasource(self, datasource: BaseDatasource | str) -> list[BasePipeline]:
        """The pipelines over a datasource, or over one of this name."""
        from zenml_nb.pipelines import getters

        return getters.get_pipelines_by_datasource(self, datasource)

    def get_datasources(self) -> list[BaseDatasource]:
        """The datasources of the pipelines, each once."""
        from zenml_nb.pipelines import getters

        return getters.get_datasources(self)

    def get_datasource_by_name(self, name: str) -> BaseDatasource:
        """The datasource of this name.

        Raises:
            NotAvailableError: no pipeline has it; the nearest names are given.
        """
        from zenml_nb.pipelines import getters

        return getters.get_datasource_by_name(self, name)

    def get_step_versions(self) -> dict[str, list[str]]:
        """The import paths of all steps of the pipelines, each with the fingerprints of its code."""
        from zenml_nb.pipelines import getters

        return getters.get_step_versions(self)

    def get_default_artifact_store(self) -> ArtifactStore:
        """Where artifacts are written, as a store that gives addresses as paths; see ``artifact_store``."""
        from zenml_nb.pipelines import getters

        return getters.get_default_artifact_store(self)

    def get_default_metadata_store(self) -> dict[str, Any]:
        """The connection to the metadata store; see ``metadata``. A password is never in it."""
        return self.metadata

    def get_default_pipelines_dir(self) -> Path:
        """Where the readable YAML of each pipeline is written; see ``pipelines_dir``."""
        return self.pipelines_dir

    def compare_training_runs(
        self, port: int | None = None, datasource: BaseDatasource | str | None = None
    ) -> View | Page:
        """The newest runs of this repository side by side; see ``zenml_nb.compare_training_runs``.

        Args:
            port: show them on a page of their own, in the browser; 0 takes any free one. By default the cell shows
                them.
            datasource: only runs over this datasource, or one of this name.

        Raises:
            NotAvailableError: nothing was run yet, no run is over the datasource, or the port is in use.
        """
        from zenml_nb.pipelines import getters

        return getters.compare_training_runs(self, port, datasource)


def find_repository(start: str | os.PathLike[str] | None = None) -> Repository | None:
    """Find the repository that ``start`` (the working directory by default) lies in.

    Raises:
        ConfigError: its configuration file cannot be read.
    """
    folder = _folder(start)
    for candidate in (folder, *folder.parents):
        if (candidate / MARKER).is_dir():
            return _open(candidate)
    return None


def get_repository(start: str | os.PathLike[str] | None = None) -> Repository:
    """Find the repository of ``start``, or create one there and say so.

    Raises:
        RepositoryError: the folder cannot be written.
        ConfigError: the configuration of an existing repository cannot be read.
    """
    return find_repository(start) or create_repository(start)


def create_repository(folder: str | os.PathLike[str] | None = None) -> Repository:
    """Create a repository in ``folder``; an existing one is opened unchanged.

    Raises:
        RepositoryError: the folder cannot be written.
    """
    root = _folder(folder)
    try:
        (root / MARKER).mkdir(parents=True, exist_ok=True)
        is_new = _write_once(root / MARKER / _CONFIG, _HEADER + _dump(DEFAULT_CONFIG))
        _write_once(root / MARKER / ".gitignore", "*\n!config.yaml\n!.gitignore\n")
    except OSError as error:
        raise RepositoryError(
            f"No zenml_nb repository can be created: {error.strerror or error}.",
            where=str(root),
            advice="Change to a folder that you may write to, or free some space.",
        ) from error
    if is_new:
        print(f"Created a zenml_nb repository in {shorten_path(root)} (settings: {MARKER}/{_CONFIG}).")
    return _open(root)


def write_atomically(path: Path, text: str) -> None:
    """Write a file beside its place and rename it, so that no reader and no crash ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.tmp")
    try:
        with open(beside, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _folder(path: str | os.PathLike[str] | None) -> Path:
    try:
        return Path(path or os.getcwd()).resolve()
    except FileNotFoundError as error:
        raise RepositoryError(
            "The working directory does not exist any more.",
            advice="Change to another folder: %cd, os.chdir.",
        ) from error


def _write_once(path: Path, text: str) -> bool:
    if path.exists():
        return False
    write_atomically(path, text)
    return True


def _dump(values: dict[str, Any]) -> str:
    import yaml

    return str(yaml.safe_dump(values, sort_keys=False))


def _open(root: Path) -> Repository:
    import yaml

    path = root / MARKER / _CONFIG
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ConfigError(
            f"The repository's settings cannot be read: {getattr(error, 'problem', None) or error}.",
            where=f"{shorten_path(path)}{place}",
            advice="Correct the file, or remove it to get the defaults back.",
        ) from error
    settings = {} if loaded is None else loaded
    check_settings(settings, shorten_path(path))
    return Repository(root, {**copy.deepcopy(DEFAULT_CONFIG), **settings})


def settings_file(root: Path) -> Path:
    """Where the settings of a repository are."""
    return root / MARKER / _CONFIG


def check_settings(settings: Any, where: str) -> None:
    """Check the settings of a repository.

    Args:
        settings: what the file holds.
        where: the file, for the error.

    Raises:
        ConfigError: they mean nothing to this version.
    """
    if not isinstance(settings, dict):
        raise ConfigError(
            "The repository's settings are not a mapping.",
            where=where,
            advice="Write 'key: value' lines, or remove the file to get the defaults back.",
        )
    for name in settings:
        if name not in DEFAULT_CONFIG:
            raise ConfigError(
                f"There is no setting {name!r}.", where=where, advice=did_you_mean(str(name), DEFAULT_CONFIG)
            )
    version = settings.get("version", DEFAULT_CONFIG["version"])
    if version != DEFAULT_CONFIG["version"]:
        raise ConfigError(
            f"The settings have the version {version!r}; this zenml_nb reads {DEFAULT_CONFIG['version']}.",
            where=where,
            advice="Install the version of zenml_nb that wrote them.",
        )
    for name in ("pipelines_dir", "artifact_store"):
        if not isinstance(settings.get(name, "-"), str) or not settings.get(name, "-").strip():
            raise ConfigError(f"{name} is {settings[name]!r}.", where=where, advice="Give the path of a folder.")
    _check_metadata(settings.get("metadata", DEFAULT_CONFIG["metadata"]), where)


def _check_metadata(connection: Any, where: str) -> None:
    kind = connection.get("type") if isinstance(connection, dict) else None
    if not isinstance(kind, str) or kind not in CONNECTIONS:
        raise ConfigError(
            f"The setting metadata is no connection{f' of a known type: {kind!r}' if kind else ''}.",
            where=where,
            advice=f"Give its type. {did_you_mean(str(kind), CONNECTIONS)}",
        )
    valid = ("type", *CONNECTIONS[kind][0], *CONNECTIONS[kind][1])
    for name in connection:
        if name not in valid:
            raise ConfigError(
                f"A {kind} connection of metadata has no setting {name!r}.",
                where=where,
                advice="Name an environment variable that holds it: password_env."
                if str(name).startswith("pass") and "password_env" in valid
                else did_you_mean(str(name), valid),
            )
    missing = [name for name in CONNECTIONS[kind][0] if connection.get(name) is None]
    if missing:
        raise ConfigError(
            f"The {kind} connection of metadata has no {' and no '.join(missing)}.",
            where=where,
            advice=f"Add {', '.join(missing)} to it.",
        )
    for name, value in connection.items():
        _check_setting(str(name), value, where)


def _check_setting(name: str, value: Any, where: str) -> None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if name == "port" and value is not None and not isinstance(value, dict) and not (is_number and 0 < value < 65536):
        raise ConfigError(f"metadata.port is {value!r}.", where=where, advice="Give a number from 1 to 65535.")
    if name in ("uri", "host", "database") and (not isinstance(value, (str, dict)) or value == ""):
        raise ConfigError(f"metadata.{name} is {value!r}.", where=where, advice="Give a text.")
