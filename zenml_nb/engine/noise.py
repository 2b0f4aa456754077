"""Keeps TensorFlow's and Beam's chatter out of the cell: it goes to the log file of the run."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@contextlib.contextmanager
def quiet(log_file: Path) -> Iterator[Visible]:
    """Send everything that is printed or logged meanwhile to a file.

    C++ code writes to the file descriptors 1 and 2, Python code to sys.stdout, sys.stderr, logging and warnings: all
    of them are taken. What is still to be seen is written to the stream that this context gives.

    Args:
        log_file: appended to.

    Yields:
        The stream of the cell or the terminal.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    with open(log_file, "a", encoding="utf-8", errors="backslashreplace", buffering=1) as log:
        saved = [os.dup(1), os.dup(2)]
        visible = _visible_stream(saved[0])
        try:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
            with (
                contextlib.redirect_stdout(log),
                contextlib.redirect_stderr(log),
                _logging_to(log),
                warnings.catch_warnings(),
            ):
                yield visible
        finally:
            os.dup2(saved[0], 1)
            os.dup2(saved[1], 2)
            if visible.fileno_is_ours:
                visible.flush()
            for descriptor in saved:
                os.close(descriptor)


class Visible(io.TextIOBase):
    """Writes to where the user looks: the notebook's stream, or the terminal behind the saved descriptor."""

    def __init__(self, stream: IO[str], descriptor: int | None) -> None:
        self._stream = stream
        self._descriptor = descriptor
        self.fileno_is_ours = descriptor is not None

    def write(self, text: str) -> int:
        if self._descriptor is None:
            return self._stream.write(text)
        os.write(self._descriptor, text.encode("utf-8", "backslashreplace"))
        return len(text)

    def flush(self) -> None:
        if self._descriptor is None:
            self._stream.flush()

    def isatty(self) -> bool:
        return os.isatty(self._descriptor) if self._descriptor is not None else False


def _visible_stream(saved_stdout: int) -> Visible:
    """A terminal's stream ends in descriptor 1; a notebook's does not, nor does one that a test has put in place."""
    try:
        writes_to_stdout = sys.stdout.fileno() == 1 and sys.stdout is sys.__stdout__
    except (OSError, AttributeError, io.UnsupportedOperation):
        writes_to_stdout = False
    return Visible(sys.stdout, saved_stdout if writes_to_stdout else None)


@contextlib.contextmanager
def _logging_to(log: IO[str]) -> Iterator[None]:
    """Send the root logger and absl's, with all its children, to the file, and give back the former handlers."""
    handler = logging.StreamHandler(log)
    handler.setFormatter(logging.Formatter(_FORMAT))
    names = ("", "absl", "tensorflow")
    before = {name: (list(_logger(name).handlers), _logger(name).level) for name in names}
    for name in names:
        for old in before[name][0]:
            _logger(name).removeHandler(old)
    _logger("").addHandler(handler)
    _logger("").setLevel(logging.INFO)
    try:
        yield
    finally:
        for name in names:
            logger = _logger(name)
            for current in list(logger.handlers):
                logger.removeHandler(current)
            for old in before[name][0]:
                logger.addHandler(old)
            logger.setLevel(before[name][1])


def _logger(name: str) -> logging.Logger:
    return logging.getLogger(name) if name else logging.getLogger()
