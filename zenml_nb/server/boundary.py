"""Which files a store's artifacts may be read from: those below its folders, by whatever way they are named."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from zenml_nb.server.answers import RefusedError
from zenml_nb.viewmodels.discretion import shared_uri

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_MOST_FILES = 20_000
#: Files that are read whole; of examples only the first rows are, and of a model its description.
_WHOLE = re.compile(
    r"FeatureStats\.pb|SchemaDiff\.pb|schema\.pbtxt|stats_tfrecord.*|(metrics|plots|validations)[^/]*|eval_config\.json"
)
_ADD_ROOT = (
    "Artifacts are shown from the store's own folder. Add their folder to the allowed ones: 'roots' when the store is "
    "added, or c.RunBrowser.roots in jupyter_server_config.py."
)


@dataclass(frozen=True)
class Boundary:
    """The folders that a store's artifacts are shown from.

    Attributes:
        root: the folder that documents name artifacts relative to; it is allowed itself.
        roots: further folders.
    """

    root: Path
    roots: tuple[Path, ...] = ()

    def path_of(self, uri: str) -> Path:
        """The path of an artifact, named as documents name it.

        Raises:
            RefusedError: 403; it is named in another way, or lies outside of the folders.
        """
        if not uri or "\0" in uri or "\\" in uri or os.path.isabs(uri) or _SCHEME.match(uri):
            raise RefusedError(
                403,
                "An artifact is named by its path, relative to the folder of the project.",
                advice="Use the uri as the run's document has it; absolute paths and addresses are refused.",
            )
        # Of stores with relative paths, as TFX writes them for a relative pipeline root.
        uri = uri.removeprefix("./").rstrip("/")
        named = os.path.expanduser(uri) if uri.startswith("~/") else os.path.join(self.root, uri)
        path = Path(os.path.normpath(named))
        # Nothing wanders through folders on its way to a place.
        if uri not in (shared_uri(str(path), self.root), Path(os.path.relpath(path, self.root)).as_posix()):
            raise RefusedError(
                403, "This is not how an artifact is named.", advice="Use the uri as the run's document has it."
            )
        return self.inside(path)

    def inside(self, path: Path) -> Path:
        """A path whose real place, behind all links, is allowed.

        Raises:
            RefusedError: 403, it is not.
        """
        real = os.path.realpath(path)
        for folder in (self.root, *self.roots):
            allowed = os.path.realpath(folder)
            if real == allowed or real.startswith(allowed.rstrip(os.sep) + os.sep):
                return path
        raise RefusedError(403, "This artifact lies outside the allowed folders.", advice=_ADD_ROOT)

    def size(self, path: Path) -> int:
        """The bytes of the files that are read whole to show an artifact, after each of its files was checked.

        Raises:
            RefusedError: 403, a link leads out of the folders or something is no file; 413, there are too many files.
        """
        self.inside(path)
        if not path.is_dir():
            return _bytes(path)
        total = count = 0
        for folder, folders, files in os.walk(path):
            count += len(folders) + len(files)
            if count > _MOST_FILES:
                raise RefusedError(413, f"This artifact has more than {_MOST_FILES:,} files.", advice=_OPEN_THERE)
            for name in folders:
                self._check_link(Path(folder, name))
            for name in files:
                self._check_link(Path(folder, name))
                size = _bytes(Path(folder, name))
                total += size if _WHOLE.fullmatch(name) else 0
        return total

    def _check_link(self, path: Path) -> None:
        if path.is_symlink():
            self.inside(path)


_OPEN_THERE = "Open it in a notebook: from zenml_nb.views import show."


def _bytes(path: Path) -> int:
    try:
        found = path.stat()
    except OSError:
        return 0
    # A pipe or a device would never end.
    if not stat.S_ISREG(found.st_mode):
        raise RefusedError(403, "This artifact has something in it that is no file.", advice="Remove it.")
    return found.st_size


def allowed_folders(folders: Sequence[str]) -> tuple[Path, ...]:
    """Folders that a user allows, as absolute paths.

    Raises:
        RefusedError: 400, one does not exist, is not absolute, or is the whole machine.
    """
    found = []
    for name in folders:
        path = Path(os.path.realpath(os.path.expanduser(name)))
        if not os.path.isabs(os.path.expanduser(name)) or not path.is_dir() or path == Path(path.anchor):
            raise RefusedError(
                400,
                f"{name[:200]!r} is no folder for artifacts.",
                advice="Give the absolute path of a folder.",
            )
        found.append(path)
    return tuple(found)
