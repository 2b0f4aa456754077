"""Where in a YAML file a value stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from zenml_nb.errors import ZenmlNbError, shorten_path


class Places:
    """The lines and columns of a YAML file, by the keys that lead to them.

    Args:
        path: the file.
        root: its node, as ``yaml.compose`` gives it.
    """

    def __init__(self, path: Path, root: Any) -> None:
        self._path = path
        self._root = root

    def at(self, *keys: str) -> str:
        """The place of a key, as ``taxi.yaml, line 3, column 5``; of the deepest one that is there."""
        mark = getattr(self._root, "start_mark", None)
        node = self._root
        for key in keys:
            found = next(((k, v) for k, v in _pairs(node) if k.value == key), None)
            if found is None:
                break
            mark, node = found[0].start_mark, found[1]
        return place_of(self._path, mark)

    def named_in(self, message: str, *keys: str) -> str:
        """The place of the argument that a message is about.

        Whoever refuses an argument names it, and knows nothing of a file: so the first key below ``keys`` that the
        message has as a word is taken, then, below it, keys and values that it quotes.
        """
        node = self._root
        for key in keys:
            node = next((v for k, v in _pairs(node) if k.value == key), None)
        words = re.findall(r"\w+", message)
        named = [(words.index(k.value), k, v) for k, v in _pairs(node) if k.value in words]
        # Without the argument's name, what is in one of them and quoted is still a trace.
        traces = [(0, k, v) for k, v in _pairs(node) if next(_quoted(v, message), None)]
        if not named and not traces:
            return self.at(*keys)
        _, key_node, node = min(named or traces, key=lambda entry: entry[0])
        mark = key_node.start_mark
        while inner := next(_quoted(node, message), None):
            mark, node = inner
        return place_of(self._path, mark)


def place_of(path: Path, mark: Any) -> str:
    """A file with the line and column of a mark; without one, the file."""
    return shorten_path(path) + (f", line {mark.line + 1}, column {mark.column + 1}" if mark else "")


def placed(error: ZenmlNbError, where: str) -> ZenmlNbError:
    """The same error with its place in a file."""
    where = f"{where} ({error.where})" if error.where else where
    return type(error)(error.what, where=where, advice=error.advice)


def _pairs(node: Any) -> list[tuple[Any, Any]]:
    return list(node.value) if isinstance(node, yaml.MappingNode) else []


def _quoted(node: Any, message: str) -> Iterator[tuple[Any, Any]]:
    """The marks and nodes one level down whose text stands in a message in quotes."""
    for key, value in _pairs(node):
        if repr(key.value) in message:
            yield key.start_mark, value
    for item in node.value if isinstance(node, yaml.SequenceNode) else ():
        if isinstance(item, yaml.ScalarNode) and repr(item.value) in message:
            yield item.start_mark, item
