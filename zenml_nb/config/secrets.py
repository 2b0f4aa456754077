"""Secrets of a configuration: named by environment variables, and never written to a file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from zenml_nb.errors import ConfigError

#: The key of a reference: ``{env: NAME}`` stands for the text in the environment variable NAME.
ENV = "env"

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SECRET_KEY = re.compile(
    r"(?:^|_)(?:(?:password|passwd|pwd|passphrase|secret|credential)s?|token|authorization|api_?key|access_?key"
    r"|secret_?key|private_?key)$",
    re.IGNORECASE,
)
#: Under these even a number is one.
_PASSWORD_KEY = re.compile(r"(?:^|_)(?:password|passwd|pwd|passphrase)s?$", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|-")
# A user and a password before the host of an address: RFC 3986, section 3.2.1. Some drivers also take passwords that
# hold what ends one there; a port is none.
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#\s:@]*:(?!\d+[/?#])[^\s@]+@")
# The settings of a driver in one text: "host=h password=...", "UID=u;PWD=...", "?apikey=...".
_SETTING = re.compile(
    r"(?:^|[;&?{\s])\w*(?:password|passwd|pwd|passphrase|api_?key|access_?key|secret_?key|private_?key)\s*=\s*[^\s;&]",
    re.IGNORECASE,
)
_HEADER = re.compile(r"\s*(?:bearer|basic)\s+\S{6,}", re.IGNORECASE)
#: Texts in which "password = ..." is a condition, or words.
_STATEMENTS = frozenset({"query", "description"})
#: Arguments whose keys are names of columns, splits or labels: a column may well be called 'token'.
_NAMES_OF_DATA = frozenset({"column_types", "metrics", "output_mapping", "overwrite", "split_map", "split_mapping"})


def is_reference(value: Any) -> bool:
    """Whether a value is ``{env: NAME}``."""
    if not isinstance(value, Mapping) or set(value) != {ENV}:
        return False
    return isinstance(value[ENV], str) and bool(_VARIABLE.fullmatch(value[ENV]))


def resolve(value: Any, where: str) -> Any:
    """The text behind a reference; any other value as it is.

    Raises:
        ConfigError: the environment variable is not set.
    """
    if not is_reference(value):
        return value
    variable = value[ENV]
    if variable in os.environ:
        return os.environ[variable]
    raise ConfigError(
        f"The environment variable {variable} is not set.",
        where=where,
        advice=f"Set it before: export {variable}=..., or os.environ[{variable!r}] = ... in a notebook.",
    )


def refuse_secrets(document: Mapping[str, Any]) -> None:
    """Refuse to write what looks like a secret.

    Args:
        document: a pipeline document.

    Raises:
        ConfigError: a value under a key such as ``password`` is a text, or an address or the settings of a driver
            hold a password. The value itself is not repeated.
    """
    for keys, value in _texts(document, ()):
        if keys[:1] == ("environment",) or keys[-1:] == ("source",):
            continue
        if any(key in _NAMES_OF_DATA for key in keys[:-1]):
            is_secret = False
        else:
            is_secret = bool(keys and value and _SECRET_KEY.search(_words(keys[-1])))
        if is_secret or _URL.search(value):
            raise _refusal(keys, is_secret)
        if keys[-1:] and keys[-1] not in _STATEMENTS and holds_secret(value):
            raise _refusal(keys, is_secret=True)


def holds_secret(text: str) -> bool:
    """Whether a text names a secret inside: a driver's settings, also quoted in an address, or a header."""
    return bool(_SETTING.search(unquote_plus(text)) or _HEADER.match(text))


def _words(key: str) -> str:
    """``dbPassword`` and ``api-key`` as ``db_Password`` and ``api_key``."""
    return _CAMEL.sub("_", key)


def _refusal(keys: tuple[str, ...], is_secret: bool) -> ConfigError:
    what = "looks like a secret" if is_secret else "is an address with a password"
    name = keys[-1]
    variable = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper() or "SECRET"
    if keys[:1] == ("metadata",):
        advice = f"Name an environment variable that holds it: password_env: {variable}."
    else:
        advice = f"Name an environment variable that holds it: {name}={{'{ENV}': '{variable}'}}."
    return ConfigError(
        f"The value of {name!r} {what}, and would be written to a file in plain text.",
        where=".".join(keys),
        advice=advice,
    )


def _texts(value: Any, keys: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The texts of a document, each with the keys that lead to it; those in a list under the list's key."""
    if isinstance(value, str):
        yield keys, value
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        if keys and _PASSWORD_KEY.search(_words(keys[-1])):
            yield keys, str(value)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*keys, str(key)))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item, keys)
