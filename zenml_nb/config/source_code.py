"""The code behind a declared class: its text, its fingerprint, and the way back from a recorded import path."""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib
import inspect
import linecache
import os
import sys
import sysconfig
import textwrap
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zenml_nb.errors import ConfigError, did_you_mean
from zenml_nb.version import __version__

_PACKAGE = __name__.partition(".")[0]
_CONSTANTS = (bool, int, float, complex, str, bytes, type(None))


def import_class(source: str, base: type) -> type:
    """Find a class by its recorded import path.

    Raises:
        ConfigError: there is no such module or class, or it is not a subclass of ``base``.
    """
    module_name, _, name = source.rpartition(".")
    try:
        module = importlib.import_module(module_name)
    except (ImportError, ValueError) as error:
        raise ConfigError(
            f"The class {source} cannot be imported: {error}.",
            advice="Put its module on the Python path, or correct 'source' in the file.",
        ) from error
    found = getattr(module, name, None)
    if found is None and module_name == "__main__":
        raise ConfigError(
            f"The class {name} was defined in a notebook or script and does not exist here.",
            advice=f"Run the cell that defines {name} first, or move the class to a module and import it from there.",
        )
    if found is None:
        classes = [key for key, value in vars(module).items() if isinstance(value, type) and issubclass(value, base)]
        raise ConfigError(f"The module {module_name} has no class {name!r}.", advice=did_you_mean(name, classes))
    if not (isinstance(found, type) and issubclass(found, base)):
        raise ConfigError(f"{source} is not a {base.__name__}.", advice=f"Name a subclass of {base.__name__}.")
    return found


def class_source(cls: type) -> str:
    """The text of a class, also of one that was defined in a notebook cell; '' if it cannot be found."""
    try:
        return textwrap.dedent(inspect.getsource(cls))
    except (OSError, TypeError):
        return _source_through_methods(cls)


def code_fingerprint(cls: type) -> str:
    """A hash of all code of the user's that a class runs: its own text, its bases', and what they refer to.

    Functions, classes and constants are followed through the globals of the methods; a module of the user's counts
    with its whole file. Installed packages do not count; classes of this package count by its version.
    """
    digest = hashlib.sha256()
    for part in _parts(cls):
        digest.update(part.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.hexdigest()[:16]


def is_user_file(filename: str) -> bool:
    """Whether a file holds code of the user's: not of this package, of Python, or of an installed package."""
    if filename.startswith("<") and not filename.startswith("<ipython"):
        return False
    path = os.path.realpath(filename)
    return not any(path.startswith(folder) for folder in _foreign_folders())


@functools.lru_cache(maxsize=1)
def _foreign_folders() -> tuple[str, ...]:
    own = Path(__file__).resolve().parent.parent
    paths = sysconfig.get_paths()
    folders = {str(own), *(paths[key] for key in ("stdlib", "platstdlib", "purelib", "platlib") if key in paths)}
    folders.add(os.path.dirname(os.path.realpath(os.__file__)))
    folders.update(entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages")))
    return tuple(os.path.realpath(folder) + os.sep for folder in folders)


def _parts(cls: type) -> Iterator[str]:
    seen: set[int] = set()
    for ancestor in cls.__mro__:
        if _is_of_user(ancestor):
            yield from _object_parts(ancestor, seen)
        elif ancestor.__module__.partition(".")[0] == _PACKAGE:
            yield f"{ancestor.__qualname__} of {_PACKAGE} {__version__}"


def _is_of_user(thing: Any) -> bool:
    module = sys.modules.get(getattr(thing, "__module__", None) or "")
    if module is None or getattr(module, "__name__", "") == "__main__":
        return module is not None
    filename = getattr(module, "__file__", None)
    return bool(filename) and is_user_file(str(filename))


def _object_parts(thing: Any, seen: set[int]) -> Iterator[str]:
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, type):
        yield class_source(thing) or thing.__qualname__
        for member in vars(thing).values():
            function = getattr(member, "__func__", None) or getattr(member, "fget", None) or member
            if isinstance(function, types.FunctionType):
                yield from _referenced(function, seen)
    elif isinstance(thing, types.FunctionType):
        yield _function_source(thing)
        yield from _referenced(thing, seen)


def _referenced(function: types.FunctionType, seen: set[int]) -> Iterator[str]:
    for name in sorted(_names(function.__code__)):
        if name not in function.__globals__:
            continue
        value = function.__globals__[name]
        if isinstance(value, _CONSTANTS) or (
            isinstance(value, (tuple, list, dict)) and len(repr(value)) < 100_000 and id(value) not in seen
        ):
            yield f"{name}={value!r}"
        elif isinstance(value, types.ModuleType):
            filename = getattr(value, "__file__", None)
            if filename and is_user_file(filename) and id(value) not in seen:
                seen.add(id(value))
                yield Path(filename).read_text(encoding="utf-8", errors="replace")
        elif isinstance(value, (type, types.FunctionType)) and _is_of_user(value):
            yield from _object_parts(value, seen)


def _names(code: types.CodeType) -> set[str]:
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _names(constant)
    return names


def _function_source(function: types.FunctionType) -> str:
    try:
        return textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError):
        return repr((function.__code__.co_code, function.__code__.co_consts))


def _source_through_methods(cls: type) -> str:
    """Find a class of a notebook cell: ``inspect`` looks for a module's file, but its methods know their cell."""
    for member in vars(cls).values():
        code = getattr(getattr(member, "__func__", None) or getattr(member, "fget", None) or member, "__code__", None)
        if code is None:
            continue
        text = "".join(linecache.getlines(code.co_filename))
        node = _class_at_line(text, cls.__name__, code.co_firstlineno)
        if node is not None:
            return textwrap.dedent(ast.get_source_segment(text, node, padded=True) or "")
    return ""


def _class_at_line(text: str, name: str, line: int) -> ast.ClassDef | None:
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == name and node.lineno <= line <= (node.end_lineno or 0):
            return node
    return None
