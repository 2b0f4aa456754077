"""Where artifacts are kept: a folder of this machine."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from urllib.parse import unquote

from zenml_nb.errors import AlreadyExistsError, DeclarationError, NotAvailableError, StoreError, shorten_path

_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://")


def local_path(uri: str | os.PathLike[str]) -> Path:
    """The path that an address on this machine stands for: a path, or ``file://`` and a path.

    Raises:
        NotAvailableError: it is on another machine: ``gs://``, ``s3://`` and the like.
        DeclarationError: it is no address.
    """
    text = os.fspath(uri) if isinstance(uri, (str, os.PathLike)) else None
    if not isinstance(text, str) or not text.strip() or "\0" in text:
        raise DeclarationError(f"{uri!r} is no address.", advice="Give the path of a folder.")
    found = _SCHEME.match(text)
    if found is None:
        return Path(text).expanduser()
    rest = text[found.end() :]
    if found["scheme"].lower() == "file" and (rest.startswith(("/", "localhost/"))):
        return Path(unquote(rest.removeprefix("localhost")))
    raise NotAvailableError(
        f"This version keeps artifacts in folders of this machine, and {text!r} is none.",
        advice="Mount the storage as a folder (gcsfuse, s3fs, rclone) and give the path of that folder.",
    )


class ArtifactStore:
    """A folder of artifacts.

    Args:
        path: the folder, which need not exist yet; ``~`` is the home of who runs. Remote ones are refused.

    Attributes:
        path: the folder, absolute.

    Raises:
        NotAvailableError: the path is that of a remote store.
        DeclarationError: it is no path.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(os.path.abspath(local_path(path)))

    def __repr__(self) -> str:
        return f"ArtifactStore({str(self.path)!r})"

    def resolve_uri_locally(self, uri: str, path: str | os.PathLike[str] | None = None) -> str:
        """Give an address within this store as a path of this machine.

        Args:
            uri: a folder or a file of the store.
            path: copy it to this path, which must not exist; by default nothing is copied.

        Returns:
            The path of the copy, or, without ``path``, of the original: leave that one as it is.

        Raises:
            NotAvailableError: the address is not in this store, or there is nothing.
            AlreadyExistsError: there is something at ``path`` already; it was not touched.
            StoreError: the copy cannot be written; nothing of it is left.
        """
        source = local_path(uri)
        source = source if source.is_absolute() else self.path / source
        real, store = Path(os.path.realpath(source)), Path(os.path.realpath(self.path))
        if not real.is_relative_to(store):
            raise NotAvailableError(
                f"{str(uri)!r} is not in this artifact store.",
                where=shorten_path(self.path),
                advice="Ask the store that it was written to, or use the path as it is.",
            )
        if not real.exists():
            raise NotAvailableError("There is nothing at this address.", where=shorten_path(source))
        return str(source) if path is None else str(_copied(real, local_path(path)))


def _copied(source: Path, target: Path) -> Path:
    """Copy a file or a folder; what appears under the name of the target is whole."""
    if os.path.lexists(target):
        raise AlreadyExistsError(
            "There is something here already.", where=shorten_path(target), advice="Name another path, or remove it."
        )
    beside: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        whole = beside / "copy"
        if source.is_dir():
            shutil.copytree(source, whole)
        else:
            shutil.copy2(source, whole)
        os.rename(whole, target)
    except OSError as error:
        raise StoreError(
            f"The copy cannot be written: {error.strerror or error}.",
            where=shorten_path(target),
            advice="Check that the folder may be written to and that the disk is not full.",
        ) from error
    finally:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)
    return target
