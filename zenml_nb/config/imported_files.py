"""The modules of the user's that a piece of code imports, with their whole text."""

from __future__ import annotations

import ast
import functools
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from zenml_nb.config.user_files import is_user_file


class ImportedFiles:
    """Follows imports to files of the user's; packages that are installed are not followed.

    Attributes:
        texts: the text of each file by the name of its module; '' for a package without a file of its own.
        packages: the modules that have modules inside.
    """

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.packages: set[str] = set()
        self._tops: dict[str, bool] = {}

    def follow_module(self, name: str) -> None:
        """Take in a module, if it is a file of the user's, with the packages around it and all that it imports."""
        if name in self.texts or name == "__main__" or not self._may_be_of_user(name):
            return
        found = _file_of(name)
        if found is None:
            return
        file, is_package = found
        if file is not None and not _is_python_of_user(file):
            return
        try:
            text = file.read_text(encoding="utf-8") if file is not None else ""
        except (OSError, UnicodeDecodeError):
            return
        self.texts[name] = text
        if is_package:
            self.packages.add(name)
        parent = name.rpartition(".")[0]
        if parent:
            self.follow_module(parent)
        self.follow_imports_of(text, name if is_package else parent)

    def follow_imports_of(self, text: str, package: str) -> None:
        """Take in the modules that a text imports, anywhere in it.

        Args:
            text: Python.
            package: what relative imports start from.
        """
        for name in _imports(text, package):
            self.follow_module(name)

    def _may_be_of_user(self, name: str) -> bool:
        top = name.partition(".")[0]
        if top not in self._tops:
            found = _file_of(top)
            self._tops[top] = found is not None and (found[0] is None or _is_python_of_user(found[0]))
        return self._tops[top]


def _is_python_of_user(file: Path) -> bool:
    return file.suffix == ".py" and is_user_file(str(file))


@functools.lru_cache(maxsize=1024)
def _imports(text: str, package: str) -> tuple[str, ...]:
    # A declaration is read many times in a run, and its text is nearly always the same.
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return ()
    return tuple(_names(tree, package))


def _names(tree: ast.AST, package: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            try:
                base = importlib.util.resolve_name(module, package) if node.level else module
            except ImportError:
                continue
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names if alias.name != "*")


def _file_of(name: str) -> tuple[Path | None, bool] | None:
    """The file of a module and whether it is a package; found without importing anything.

    The file is None for a package that is only a folder of the user's.
    """
    module = sys.modules.get(name)
    if module is not None:
        return _place(getattr(module, "__file__", None), getattr(module, "__path__", None))
    path = None
    parent = name.rpartition(".")[0]
    if parent:
        around = sys.modules.get(parent)
        path = getattr(around, "__path__", None) if around is not None else _search_path(parent)
        if path is None:
            return None
    try:
        spec = importlib.machinery.PathFinder.find_spec(name, path)
    except (ImportError, ValueError):
        return None
    return None if spec is None else _place(spec.origin, spec.submodule_search_locations)


def _search_path(name: str) -> list[str] | None:
    found = _file_of(name)
    if found is None or not found[1] or found[0] is None:
        return None
    return [str(found[0].parent)]


def file_of(name: str) -> Path | None:
    """The file that a module has today, found without importing it; None if there is none."""
    found = _file_of(name)
    return found[0] if found else None


def _place(file: str | None, path: object) -> tuple[Path | None, bool] | None:
    if file and os.path.exists(file):
        return Path(file), path is not None
    folders = list(path) if isinstance(path, (list, tuple)) or hasattr(path, "__iter__") else []
    if file or not any(is_user_file(str(folder)) for folder in folders):
        return None
    return None, True
