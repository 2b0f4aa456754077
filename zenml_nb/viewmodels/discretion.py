"""Keeps what is nobody's business out of documents that are shared: secrets, and where things lie on a machine."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

HIDDEN = "(hidden)"
_LONGEST = 4_000

_SECRET_NAME = re.compile(r"passw(or)?d|secret|token|credential|api_?key|access_?key|private_?key|^key$", re.IGNORECASE)
_SECRETS = (
    # name = value, "name": "value", --name=value
    re.compile(
        r"""((?:passw(?:or)?d|secret|token|credentials?|api[_-]?key|access[_-]?key|private[_-]?key)["']?\s*[=:]\s*)"""
        r"""("[^"\n]*"|'[^'\n]*'|[^\s,;&"')\]}]+)""",
        re.IGNORECASE,
    ),
    re.compile(r"(\b(?:bearer|basic)\s+)([A-Za-z0-9._~+/=-]{8,})", re.IGNORECASE),
    # scheme://user:password@host
    re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s/:@]*:)([^\s/@]+)(?=@)", re.IGNORECASE),
)
_INSTALLED = re.compile(r"(?:/[^\s\"':,]*)?/((?:site|dist)-packages/|lib/python3\.\d+/)")


def is_secret(name: str) -> bool:
    """Whether a parameter of this name holds what nobody is to see."""
    return _SECRET_NAME.search(name) is not None


def without_secrets(value: Any) -> Any:
    """A plain value without the secrets in it, at any depth."""
    if isinstance(value, dict):
        return {key: HIDDEN if is_secret(str(key)) else without_secrets(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    return value


def shared_text(text: str, root: Path, longest: int = _LONGEST) -> str:
    """A text from a log or an error: paths shortened, secrets hidden, and not endless.

    Args:
        text: any.
        root: the project folder; paths below it become relative to it.
        longest: the number of characters that are kept.
    """
    for folder in {str(root), os.path.realpath(root)} - {os.sep}:
        text = text.replace(folder + os.sep, "").replace(folder, ".")
    text = _INSTALLED.sub(r"…/\1", text)
    home = os.path.expanduser("~")
    if len(home) > 1:
        text = re.sub(re.escape(home) + r"(?=[/\s\"':,]|$)", "~", text)
    for pattern in _SECRETS:
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return cut(text, longest)


def shared_uri(uri: str, root: Path) -> str:
    """Where an artifact lies, seen from the project folder; addresses of other stores stay as they are."""
    uri = uri.removeprefix("file://")
    if not os.path.isabs(uri):
        return uri
    for folder in (str(root), os.path.realpath(root)):
        if os.path.commonpath([folder, uri]) == folder:
            return Path(os.path.relpath(uri, folder)).as_posix()
    home = os.path.expanduser("~")
    if len(home) > 1 and os.path.commonpath([home, uri]) == home:
        return "~/" + Path(os.path.relpath(uri, home)).as_posix()
    return Path(os.path.relpath(uri, root)).as_posix()


def cut(text: str, longest: int = _LONGEST) -> str:
    """The beginning of a text, with its full length where something is left out."""
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text):,} characters)"
