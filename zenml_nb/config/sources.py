"""Pinned sources: written once beside the YAML that names them, executed when a pipeline is loaded.

Loading a pipeline executes the code that its file pins, as importing a module does: load only what you trust.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from zenml_nb.config import pins
from zenml_nb.config.imported_files import file_of
from zenml_nb.config.recorded_modules import RecordedModules
from zenml_nb.config.snapshots import HEADER, NotPinnedError, Snapshot, build_snapshot, content_hash
from zenml_nb.config.source_code import code_fingerprint, import_class, is_user_class, user_parts
from zenml_nb.errors import ConfigError, StoreError, shorten_path
from zenml_nb.repository import write_atomically

FOLDER = "sources"
_NAME = re.compile(rf"{FOLDER}/([0-9a-f]{{32}})\.py")

_built: dict[type, tuple[dict[str, str], Snapshot]] = {}
_texts: dict[str, str] = {}
_classes: dict[str, type] = {}
_written: dict[str, Path] = {}
_lock = threading.RLock()


# What a class is recorded with.


def pinned(cls: type) -> dict[str, Any]:
    """The entries of a declaration that pin the code of a class: ``code``, its fingerprint, and ``snapshot``.

    Classes of packages have no snapshot; one of the user's whose source cannot be written down has an empty one.
    """
    found: dict[str, Any] = {"code": code_fingerprint(cls)}
    if is_user_class(cls):
        try:
            snapshot = snapshot_of(cls)
        except NotPinnedError:
            snapshot = None
        found["snapshot"] = f"{FOLDER}/{snapshot.sha}.py" if snapshot else None
    return found


def pins_of(part: object) -> dict[str, Any]:
    """See ``pinned``; of a part that stands in for a missing class, what was recorded of that."""
    recorded: dict[str, Any] | None = getattr(part, "recorded_pins", None)
    return pinned(type(part)) if recorded is None else dict(recorded)


def pins_of_user(part: object) -> dict[str, Any]:
    """See ``pins_of``; none for a part whose class is no code of the user's."""
    return pins_of(part) if is_user_class(type(part)) else {}


def snapshot_of(cls: type) -> Snapshot | None:
    """The snapshot of a class; None for one that is no code of the user's.

    Raises:
        NotPinnedError: see ``build_snapshot``.
    """
    if not is_user_class(cls):
        return None
    pin = pins.pin_of(cls)
    if pin is not None:
        return Snapshot(pin.sha, _files_in_memory(pin.sha))
    parts = user_parts(cls)
    with _lock:
        known = _built.get(cls)
        if known is None or known[0] != parts:
            _built[cls] = known = (parts, build_snapshot(cls))
            _texts.update(known[1].files)
    return known[1]


def write_snapshots(classes: Iterable[type], folders: Sequence[Path]) -> list[str]:
    """Write the snapshots of classes into folders, each file once.

    Args:
        classes: of any kind; those of packages are left out.
        folders: the folders of the YAML files.

    Returns:
        What to tell the user: one line for each class whose source cannot be written down.

    Raises:
        StoreError: a file cannot be written.
    """
    told = []
    for cls in dict.fromkeys(classes):
        try:
            snapshot = snapshot_of(cls)
        except NotPinnedError as error:
            told.append(f"Not pinned: {error.what} {error.advice}")
            continue
        if snapshot is None:
            continue
        for folder in folders:
            _write(snapshot, folder / FOLDER)
            _written[snapshot.sha] = (folder / FOLDER / f"{snapshot.sha}.py").absolute()
    return told


def written_file(cls: type) -> Path | None:
    """Where the snapshot of a class was last written to in this process; None if it was not."""
    with contextlib.suppress(NotPinnedError):
        snapshot = snapshot_of(cls)
        return _written.get(snapshot.sha) if snapshot else None
    return None


def _write(snapshot: Snapshot, folder: Path) -> None:
    for sha, text in snapshot.files.items():
        path = folder / f"{sha}.py"
        try:
            # One that was changed by hand is made right again.
            if not (path.is_file() and path.read_text(encoding="utf-8", errors="replace") == text):
                write_atomically(path, text)
        except OSError as error:
            raise StoreError(
                f"The source of a step cannot be written: {error.strerror or error}.",
                where=shorten_path(path),
                advice="Check that the folder may be written to and that the disk is not full.",
            ) from error


# The way back.


def recorded_class(declared: Mapping[str, Any], base: type, folders: Sequence[Path] = ()) -> type:
    """The class of a declaration with the code that it was recorded with.

    Today's class where its code is still the same, else the one of the snapshot; importing the one and executing the
    other both run code of the user's.

    Args:
        declared: the entries ``source``, and as far as there are any ``code`` and ``snapshot``.
        base: what it must be a subclass of.
        folders: where the snapshot may be: the folders of YAML files.

    Raises:
        ConfigError: there is no such class; the snapshot is missing or was changed; or the code is another one today
            and was not pinned.
    """
    source, code, name = str(declared["source"]), declared.get("code"), declared.get("snapshot")
    try:
        today = import_class(source, base)
    except ConfigError:
        if not name:
            raise
        today = None
    if name is None:
        return _unpinned(today, source, code)
    sha = _sha(name, source)
    manifest = _manifest(_text(sha, folders, source))
    if today is not None and user_parts(today) == manifest.get("parts"):
        return today
    found = _load(sha, folders, source)
    if not issubclass(found, base):
        raise ConfigError(f"{source} is not a {base.__name__}.", advice=f"Name a subclass of {base.__name__}.")
    return found


def _unpinned(today: type | None, source: str, code: Any) -> type:
    assert today is not None, "a class without a snapshot was imported, or the import has raised"
    if code and is_user_class(today) and code_fingerprint(today) != str(code):
        raise ConfigError(
            f"The code of {source} is another one than that of the run, whose code was not kept.",
            advice="Bring the code of that time back, or remove the line 'code' to run the code of today.",
        )
    return today


def _load(sha: str, folders: Sequence[Path], source: str) -> type:
    with _lock:
        if sha not in _classes:
            manifest = _manifest(_text(sha, folders, source))
            texts = {key: _text(inner, folders, source) for key, inner in manifest["modules"].items()}
            paths = {key: _path(inner, folders) for key, inner in manifest["modules"].items()}
            homes = {key: file_of(key) for key in texts}
            modules = RecordedModules(sha, texts, paths, homes, manifest["packages"])
            try:
                module = modules.execute(_text(sha, folders, source), _path(sha, folders))
                found = vars(module)[manifest["class"]]
            except Exception as error:
                raise ConfigError(
                    f"The recorded code of {source} cannot be loaded: {type(error).__name__}: {error}.",
                    where=shorten_path(_path(sha, folders)),
                    advice="Install what it imports, in the version of that time.",
                ) from error
            pins.remember(found, pins.Pin(manifest["source"], manifest["parts"], sha))
            _classes[sha] = found
        return _classes[sha]


def _sha(name: Any, source: str) -> str:
    found = _NAME.fullmatch(name) if isinstance(name, str) else None
    if found is None:
        raise ConfigError(
            f"The snapshot of {source} is {name!r}.", advice=f"Give it as it was written: {FOLDER}/<hash>.py."
        )
    return found[1]


def _text(sha: str, folders: Sequence[Path], source: str) -> str:
    """The text of a snapshot, from its file or, where there is none any more, from the memory of this process."""
    path = _path(sha, folders)
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        if sha in _texts:
            return _texts[sha]
        raise ConfigError(
            f"The recorded code of {source} is not there.",
            where=shorten_path(path),
            advice="Bring the folder 'sources' of that time back beside the file; each run keeps a copy of it.",
        ) from None
    except OSError as error:
        raise ConfigError(
            f"The recorded code of {source} cannot be read: {error}.", where=shorten_path(path)
        ) from error
    if content_hash(text) != sha:
        raise ConfigError(
            f"The recorded code of {source} was changed after it was written.",
            where=shorten_path(path),
            advice="Bring the file back as it was. To run changed code, define the class in a cell or a module.",
        )
    _texts[sha] = text
    return text


def _path(sha: str, folders: Sequence[Path]) -> Path:
    paths = [folder / FOLDER / f"{sha}.py" for folder in folders] or [Path(FOLDER) / f"{sha}.py"]
    return next((path for path in paths if path.is_file()), paths[0]).absolute()


def _manifest(text: str) -> dict[str, Any]:
    line = text.split("\n", 2)[1] if text.count("\n") > 1 else ""
    try:
        found = json.loads(line.removeprefix(HEADER)) if line.startswith(HEADER) else None
    except ValueError:
        found = None
    if not isinstance(found, dict) or {"class", "source", "parts", "modules", "packages"} - set(found):
        raise ConfigError("A recorded source has no head that says what it is.", advice="Name a file of 'sources'.")
    return found


def _files_in_memory(sha: str) -> dict[str, str]:
    inner = set(_manifest(_texts[sha])["modules"].values())
    return {sha: _texts[sha], **{one: _texts[one] for one in inner}}
