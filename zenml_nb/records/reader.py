"""The one way to ML Metadata for reading: patient with a busy store, connected anew where the connection is lost."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from zenml_nb.errors import StoreError, shorten_path
from zenml_nb.records.connection import open_store, place_of, reason_of
from zenml_nb.records.file_lock import wait_until_readable

T = TypeVar("T")

#: Seconds that a reader waits for a store that another process writes to.
PATIENCE = 10.0
#: What ML Metadata says of it where it gives no code: SQLite's words, and its own while it opens a store.
_BUSY = ("database is locked", "Concurrent writes aborted")
_FIRST_PAUSE, _LONGEST_PAUSE = 0.01, 0.5


class Reader:
    """An open store. One call at a time, whatever the thread: a connection is no place for two.

    Args:
        metadata: the connection, see ``connection_config``.

    Attributes:
        generation: another number once the file at the place of the store is another one.

    Raises:
        StoreError: the store does not exist, is damaged, busy, or cannot be reached.
    """

    def __init__(self, metadata: Mapping[str, Any]) -> None:
        self._metadata = dict(metadata)
        self._path = Path(str(metadata["uri"])) if metadata.get("type") == "sqlite" and metadata.get("uri") else None
        self._lock = threading.RLock()
        self.generation = 0
        self._open()

    def read(self, method: str, *args: Any) -> Any:
        """Call a method of ML Metadata's store.

        Returns:
            What it returns; None where it found nothing.

        Raises:
            StoreError: the store is busy, damaged or gone.
        """
        return self.use(lambda store: getattr(store, method)(*args))

    def use(self, call: Callable[[Any], T]) -> T | None:
        """Do something with ML Metadata's own store; see ``read``."""
        import ml_metadata.errors as mlmd_errors

        with self._lock:
            if self._path is not None and _identity(self._path) != self._identity:
                self._open()
                self.generation += 1
            try:
                return self._patiently(lambda: call(self._store))
            except mlmd_errors.NotFoundError:
                return None
            except mlmd_errors.StatusError as error:
                return self._once_more(call, error)

    def _once_more(self, call: Callable[[Any], T], error: Exception) -> T | None:
        """A server ends connections that are idle: connect again, once. A file has no such excuse."""
        import ml_metadata.errors as mlmd_errors

        try:
            if self._path is None:
                self._open()
                return self._patiently(lambda: call(self._store))
        except mlmd_errors.NotFoundError:
            return None
        except mlmd_errors.StatusError as again:
            error = again
        raise StoreError(
            f"The metadata store cannot be read: {reason_of(error)}.",
            where=place_of(self._metadata),
            advice="If the file is damaged, put a copy back or move it away; else try again."
            if self._path is not None
            else "Check that the server runs, and the settings of the connection.",
        ) from error

    def _open(self) -> None:
        self._identity = _identity(self._path) if self._path is not None else None
        self._store = self._patiently(lambda: open_store(self._metadata, read_only=True))

    def _patiently(self, call: Callable[[], T]) -> T:
        """Wait and try again while another process writes.

        Raises:
            StoreError: it still does after ``PATIENCE`` seconds.
        """
        deadline = time.monotonic() + PATIENCE
        pause = _FIRST_PAUSE
        while True:
            if self._path is not None and not wait_until_readable(self._path, deadline):
                raise self._busy()
            try:
                return call()
            except Exception as error:
                if not _is_busy(error):
                    raise
                if time.monotonic() >= deadline:
                    raise self._busy() from error
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _busy(self) -> StoreError:
        return StoreError(
            f"The metadata store is busy: another process has been writing to it for {PATIENCE:g} seconds.",
            where=shorten_path(self._path) if self._path is not None else place_of(self._metadata),
            advice="Try again in a moment. If nothing writes to it, end the process that keeps it locked.",
        )


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _is_busy(error: BaseException | None) -> bool:
    """Whether ML Metadata gave up waiting for other writers."""
    import ml_metadata.errors as mlmd_errors

    while error is not None:
        if isinstance(error, mlmd_errors.AbortedError) or any(words in str(error) for words in _BUSY):
            return True
        error = error.__cause__
    return False
