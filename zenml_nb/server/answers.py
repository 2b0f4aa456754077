"""What is answered: a JSON body with a status, and errors that say what to do without saying too much."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zenml_nb.errors import ConfigError, DeclarationError, NotAvailableError, StoreError, ZenmlNbError
from zenml_nb.viewmodels.discretion import shared_text

_LONGEST = 600
_STATUS: tuple[tuple[type[ZenmlNbError], int], ...] = (
    (ConfigError, 400),
    (DeclarationError, 400),
    (NotAvailableError, 404),
    (StoreError, 503),
)


class RefusedError(ZenmlNbError):
    """A request that is not served, with the HTTP status that says so.

    Args:
        status: 400 a bad parameter, 403 not allowed, 404 nothing there, 413 too large, 503 busy, 504 out of time.
    """

    def __init__(self, status: int, what: str, *, where: str | None = None, advice: str | None = None) -> None:
        super().__init__(what, where=where, advice=advice)
        self.status = status


@dataclass(frozen=True)
class Answer:
    """A whole answer.

    Attributes:
        status: of HTTP.
        body: JSON.
        etag: a hash of the body.
        log: for the server's log alone, for example a traceback.
    """

    status: int
    body: bytes
    etag: str = ""
    log: str = ""


def answer_of(document: Mapping[str, Any], status: int = 200) -> Answer:
    """A document as an answer."""
    body = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")
    return Answer(status, body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def answer_of_error(error: Exception, root: Path, log: str = "") -> Answer:
    """An error as an answer: short, paths relative to the folder of the project, secrets hidden.

    Args:
        error: of this package; of any other, nothing is told but that it happened.
        root: the folder that paths are told relative to.
        log: the traceback, for the log.
    """
    if isinstance(error, MemoryError):
        error = RefusedError(413, "This needs more memory than there is.", advice="Open it in a notebook instead.")
    if not isinstance(error, ZenmlNbError):
        return _refusal(
            500,
            "The server could not answer this.",
            None,
            "The log of the Jupyter server has the traceback.",
            shared_text(log or f"{type(error).__name__}: {error}", root, 20_000),
        )
    status = getattr(error, "status", None) or next((s for kind, s in _STATUS if isinstance(error, kind)), 500)
    told = [None if text is None else told_text(text, root) for text in (error.what, error.where, error.advice)]
    return _refusal(status, told[0] or type(error).__name__, told[1], told[2])


def told_text(text: str, root: Path) -> str:
    """A text of an error: no path outside the project, no secret, and short."""
    shared = shared_text(text, root, _LONGEST)
    return " ".join(_without_place(word) for word in shared.split(" "))


def _without_place(word: str) -> str:
    """The last part of an absolute path: where things lie on a machine is told to its log alone."""
    bare = word.strip("'\"()[],;:.!?")
    if not os.path.isabs(bare) or bare.count("/") < 2:
        return word
    return word.replace(bare, f"…/{os.path.basename(bare.rstrip('/'))}")


def _refusal(status: int, what: str, where: str | None, hint: str | None, log: str = "") -> Answer:
    answer = answer_of({"error": what, "where": where, "hint": hint}, status)
    return Answer(status, answer.body, "", log)
