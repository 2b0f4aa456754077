"""Which metadata stores there are: the repository's, those of the settings, and those that the user added."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zenml_nb.errors import NotAvailableError, ZenmlNbError, did_you_mean
from zenml_nb.repository import MARKER, Repository, find_repository
from zenml_nb.server.answers import RefusedError, told_text
from zenml_nb.server.boundary import Boundary, allowed_folders
from zenml_nb.version import __version__
from zenml_nb.viewmodels.discretion import cut, is_secret, shared_text, shared_uri

SCHEMA = "zenml_nb/stores@1"
_MOST_ADDED = 50
_LONGEST_NAME = 100
_LONGEST = 1_000
#: How far below the Jupyter server's folder repositories are looked for, and how many folders are looked into.
_DEPTH = 3
_MOST_FOLDERS = 400
_MOST_REPOSITORIES = 20
_SKIPPED = {"node_modules", "__pycache__", "site-packages"}
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class KnownStore:
    """A metadata store that runs can be read from.

    Attributes:
        name: what people see.
        connection: see ``records.connection.connection_config``.
        boundary: which folders its artifacts are read from.
        origin: ``repository``, ``settings`` or ``user``.
    """

    name: str
    connection: Mapping[str, Any]
    boundary: Boundary
    origin: str

    @property
    def id(self) -> str:
        """A name for addresses, the same as long as the connection is."""
        return hashlib.sha256(json.dumps(dict(self.connection), sort_keys=True).encode()).hexdigest()[:12]

    def place(self, seen_from: Path) -> str:
        """Where it is, without any secret."""
        if self.connection.get("type") == "sqlite":
            return shared_uri(str(self.connection["uri"]), seen_from)
        server = ":".join(str(self.connection[key]) for key in ("host", "port") if self.connection.get(key))
        return shared_text("/".join(str(p) for p in (server, self.connection.get("database")) if p), seen_from)


class Stores:
    """The stores that a Jupyter server knows.

    Args:
        folder: the Jupyter server's root folder.
        settings: stores of its configuration, each ``{"name", "connection", "roots"}``.
        roots: further folders that artifacts of every store may be read from.
        file: where those are kept that the user adds.
    """

    def __init__(self, folder: Path, settings: Sequence[Mapping[str, Any]], roots: Sequence[str], file: Path) -> None:
        self._folder = folder
        self._roots = allowed_folders(roots)
        self._settings = [self._declared(entry, "settings") for entry in settings]
        self._file = file
        self._lock = threading.Lock()
        self._known: dict[str, KnownStore] = {}

    def document(self) -> dict[str, Any]:
        """All stores, as a document."""
        known, notes = self._find()
        return {
            "schema": SCHEMA,
            "version": __version__,
            "stores": [
                {
                    "id": store.id,
                    "name": store.name,
                    "type": str(store.connection["type"]),
                    "place": store.place(self._folder),
                    "origin": store.origin,
                    "removable": store.origin == "user",
                }
                for store in known
            ],
            "notes": notes,
        }

    def get(self, store_id: str) -> KnownStore:
        """A store by its id.

        Raises:
            NotAvailableError: there is none.
        """
        if store_id not in self._known:
            self._find()
        with self._lock:
            if store_id in self._known:
                return self._known[store_id]
        raise NotAvailableError("There is no such metadata store any more.", advice="Load the list of stores again.")

    def declared(self, entry: Any) -> KnownStore:
        """A store as a user gives it, checked and not yet kept.

        Raises:
            RefusedError: something is wrong with it.
        """
        return self._declared(entry, "user")

    def add(self, store: KnownStore) -> None:
        """Keep a store that the user gave.

        Raises:
            RefusedError: there are too many.
        """
        with self._lock:
            kept = [entry for entry in self._kept() if self._declared(entry, "user").id != store.id]
            if len(kept) >= _MOST_ADDED:
                raise RefusedError(413, f"There are {len(kept)} stores already.", advice="Remove one first.")
            roots = [str(folder) for folder in store.boundary.roots if folder not in self._roots]
            self._keep([*kept, {"name": store.name, "connection": dict(store.connection), "roots": roots}])
            self._known[store.id] = store

    def remove(self, store_id: str) -> None:
        """Forget a store that the user added.

        Raises:
            RefusedError: it comes from the repository or the settings.
            NotAvailableError: there is none.
        """
        if self.get(store_id).origin != "user":
            raise RefusedError(
                403,
                "This store was not added here.",
                advice="It comes from the project folder or the settings of the Jupyter server; change it there.",
            )
        with self._lock:
            self._keep([entry for entry in self._kept() if self._declared(entry, "user").id != store_id])
            self._known.pop(store_id, None)

    def _find(self) -> tuple[list[KnownStore], list[str]]:
        notes: list[str] = []
        found = [*self._of_repositories(notes), *self._settings, *self._added(notes)]
        known: dict[str, KnownStore] = {}
        for store in found:
            known.setdefault(store.id, store)
        with self._lock:
            self._known = known
        return list(known.values()), notes

    def _of_repositories(self, notes: list[str]) -> Iterator[KnownStore]:
        for folder in self._folders():
            try:
                repository = find_repository(folder)
            except ZenmlNbError as error:
                notes.append(told_text(f"{error.what} {error.where or ''} {error.advice or ''}", self._folder))
                continue
            if repository is not None:
                yield self._of(repository)

    def _folders(self) -> list[Path]:
        """The folder of the repository that Jupyter runs in; else those of repositories close below."""
        for folder in (self._folder, *self._folder.parents):
            if (folder / MARKER).is_dir():
                return [folder]
        return list(_below(self._folder))

    def _of(self, repository: Repository) -> KnownStore:
        boundary = Boundary(repository.root, (repository.artifact_store, *self._roots))
        return KnownStore(_visible(repository.root.name or "/"), repository.metadata, boundary, "repository")

    def _added(self, notes: list[str]) -> Iterator[KnownStore]:
        try:
            kept = self._kept()
        except RefusedError as error:
            notes.append(told_text(f"{error.what} {error.advice or ''}", self._folder))
            return
        for entry in kept:
            try:
                yield self._declared(entry, "user")
            except ZenmlNbError as error:
                notes.append(told_text(f"A store that was added is left out: {error.what}", self._folder))

    def _declared(self, entry: Any, origin: str) -> KnownStore:
        _check_entry(entry)
        connection = dict(entry["connection"])
        roots = allowed_folders([str(folder) for folder in entry.get("roots") or ()])
        if connection.get("type") == "sqlite":
            path = self._folder / os.path.expanduser(str(connection.get("uri", "")))
            connection["uri"] = str(Path(os.path.normpath(path)))
            root = _home_of(Path(connection["uri"]))
        else:
            root = roots[0] if roots else self._folder
        name = _visible(str(entry.get("name") or "")) or _named(connection)
        return KnownStore(name, connection, Boundary(root, (*roots, *self._roots)), origin)

    def _kept(self) -> list[Any]:
        try:
            content = json.loads(self._file.read_text(encoding="utf-8"))
            kept = content["stores"]
            if not isinstance(kept, list):
                raise ValueError("no list")
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RefusedError(
                503,
                "The list of stores that were added cannot be read.",
                advice=f"Correct or remove {self._file.name} in Jupyter's configuration folder (jupyter --config-dir).",
            ) from error
        return kept

    def _keep(self, entries: list[Any]) -> None:
        text = json.dumps({"version": 1, "stores": entries}, indent=1)
        try:
            write_privately(self._file, text.encode())
        except OSError as error:
            raise RefusedError(
                503,
                f"The list of stores cannot be written: {error.strerror or error}.",
                advice="Jupyter's configuration folder (jupyter --config-dir) must be writable.",
            ) from error


def write_privately(path: Path, content: bytes) -> None:
    """Write a file that its owner alone may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.tmp")
    with contextlib.suppress(FileNotFoundError):
        beside.unlink()
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _check_entry(entry: Any) -> None:
    """Refuse what is no declaration of a store; what its connection lacks is told when it is opened."""
    if not isinstance(entry, Mapping) or not isinstance(entry.get("connection"), Mapping):
        raise RefusedError(
            400,
            "This is no metadata store.",
            advice='Give {"name": "...", "connection": {"type": ...}}.',
        )
    for key in entry:
        if key not in ("name", "connection", "roots"):
            raise RefusedError(
                400,
                f"A store has no setting {str(key)[:80]!r}.",
                advice=did_you_mean(str(key), ("name", "connection", "roots")),
            )
    connection, roots = entry["connection"], entry.get("roots") or []
    for key, value in connection.items():
        _check_setting(str(key), value)
    if connection.get("type") == "sqlite" and not connection.get("uri"):
        raise RefusedError(400, "A sqlite metadata store lacks the setting 'uri'.", advice="Give the path of its file.")
    if not isinstance(entry.get("name") or "", str) or len(entry.get("name") or "") > _LONGEST_NAME:
        raise RefusedError(400, "The name of the store is too long.", advice=f"At most {_LONGEST_NAME} characters.")
    if not isinstance(roots, list) or not all(isinstance(folder, str) for folder in roots) or len(roots) > 20:
        raise RefusedError(400, "roots is no list of folders.", advice="Give at most 20 absolute paths of folders.")


def _check_setting(key: str, value: Any) -> None:
    if key == "password_env":
        if value is not None and not (isinstance(value, str) and _VARIABLE.fullmatch(value)):
            raise RefusedError(
                400,
                "password_env is no name of an environment variable.",
                advice="Set the variable before you start Jupyter, and give its name here, for example MLMD_PASSWORD.",
            )
    elif is_secret(key):
        raise RefusedError(
            400,
            "Passwords are not kept here.",
            advice="Set an environment variable before you start Jupyter, and give its name as password_env.",
        )
    elif not isinstance(value, (str, int, type(None))) or len(str(value)) > _LONGEST or "\0" in str(value):
        raise RefusedError(400, f"The setting {key[:80]!r} of the connection is no short text or number.")


def _below(folder: Path) -> Iterator[Path]:
    """Folders close below that hold a repository; links and hidden folders are passed over."""
    level, looked, found = [folder], 0, 0
    for _ in range(_DEPTH):
        deeper: list[Path] = []
        for parent in level:
            for path in _subfolders(parent):
                looked += 1
                if looked > _MOST_FOLDERS or found >= _MOST_REPOSITORIES:
                    return
                if (path / MARKER).is_dir():
                    found += 1
                    yield path
                else:
                    deeper.append(path)
        level = deeper


def _subfolders(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            names = [e.name for e in entries if not e.name.startswith(".") and e.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    return [folder / name for name in sorted(names) if name not in _SKIPPED]


def _home_of(file: Path) -> Path:
    """The folder that a SQLite store's artifacts are below: its repository, or the one that TFX put it into."""
    try:
        repository = find_repository(file.parent)
    except ZenmlNbError:
        repository = None
    if repository is not None and repository.metadata.get("uri") == str(file):
        return repository.root
    return file.parent


def _named(connection: Mapping[str, Any]) -> str:
    if connection.get("type") == "sqlite":
        path = Path(str(connection["uri"]))
        return _visible(path.parent.name if path.stem == "metadata" and path.parent.name else path.name)
    return _visible(str(connection.get("database") or connection.get("host") or connection.get("type")))


def _visible(name: str) -> str:
    """A name for people: one line, and not endless."""
    return cut(" ".join(name.split()), _LONGEST_NAME)
