"""The code behind a declared class: its text, its fingerprint, and the way back from a recorded import path."""

from __future__ import annotations

import ast
import contextlib
import dis
import functools
import hashlib
import importlib
import inspect
import json
import linecache
import os
import sys
import textwrap
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zenml_nb.config.imported_files import ImportedFiles
from zenml_nb.config.pins import pin_of
from zenml_nb.config.taken_apart import name_of, taken_apart
from zenml_nb.config.user_files import is_user_file
from zenml_nb.errors import ConfigError, did_you_mean
from zenml_nb.version import __version__

_PACKAGE = __name__.partition(".")[0]
#: Every module has variables of these names, and most code that has such a name means an attribute of something else.
MODULE_ATTRIBUTES = frozenset(
    {"__name__", "__doc__", "__package__", "__loader__", "__spec__", "__file__", "__cached__", "__path__"}
    | {"__builtins__", "__annotations__", "__dict__", "__class__"}
)
#: What was met already: objects by their ids, modules also by their names. An object that is kept keeps its id.
Seen = dict[int | str, Any]
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
    except Exception as error:
        # What a module of the user's runs may raise anything, also a SyntaxError.
        raise ConfigError(
            f"The class {source} cannot be imported: {type(error).__name__}: {error}.",
            advice=f"Mend the module {module_name}: it stops while it is imported.",
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
    found = _source_through_methods(cls)
    if found:
        return found
    try:
        return textwrap.dedent(inspect.getsource(cls))
    except (OSError, TypeError):
        return _source_in_cells(cls)


def function_source(function: types.FunctionType) -> str:
    """The text of a function with its decorators; '' if it cannot be found."""
    try:
        # Of the code: the source of a decorated function would be that of the one inside.
        return textwrap.dedent(inspect.getsource(function.__code__))
    except (OSError, TypeError):
        return ""


def code_fingerprint(cls: type) -> str:
    """A hash of all code of the user's that a class runs: its own text, its bases', and what they refer to.

    Functions, classes and constants are followed through the globals and closures of the methods; a module of the
    user's counts with its whole file, and so do the modules of the user's that any of these import, also inside a
    function. Installed packages do not count; classes of this package count by its version.
    """
    return hashlib.sha256(json.dumps(code_parts(cls), sort_keys=True).encode()).hexdigest()[:16]


def code_parts(cls: type) -> dict[str, str]:
    """What ``code_fingerprint`` is made of: a hash by the name of each class, function, constant and module."""
    package = {
        f"{ancestor.__qualname__} of {_PACKAGE}": __version__ for ancestor in cls.__mro__ if _is_of_package(ancestor)
    }
    return {**user_parts(cls), **package}


def user_parts(cls: type) -> dict[str, str]:
    """The code of the user's alone: a hash by the name of each class, function, constant and module.

    A class that was executed from a snapshot has the parts that were recorded with it.
    """
    pin = pin_of(cls)
    if pin is not None:
        return dict(pin.parts)
    digests: dict[str, Any] = {}
    for name, text in _parts(cls):
        digest = digests.setdefault(name, hashlib.sha256())
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    parts = {name: digest.hexdigest()[:12] for name, digest in sorted(digests.items())}
    for ancestor in cls.__mro__:
        pinned = pin_of(ancestor)
        parts.update(pinned.parts if pinned else {})
    return parts


def is_user_class(cls: type) -> bool:
    """Whether a class is code of the user's: of a cell, a script, a module of theirs, or a snapshot of one."""
    return pin_of(cls) is not None or is_of_user(cls)


def _parts(cls: type) -> Iterator[tuple[str, str]]:
    seen: Seen = {}
    for ancestor in cls.__mro__:
        if is_of_user(ancestor):
            yield from _object_parts(ancestor, seen)


def _is_of_package(cls: type) -> bool:
    return cls.__module__.partition(".")[0] == _PACKAGE


def is_of_user(thing: Any) -> bool:
    """Whether a class or a function is defined in code of the user's."""
    # functools.wraps gives the function of a decorator the name of the user's module; its globals tell.
    is_function = isinstance(thing, types.FunctionType)
    name = thing.__globals__.get("__name__") if is_function else getattr(thing, "__module__", None)
    module = sys.modules.get(name or "")
    if module is None or getattr(module, "__name__", "") == "__main__":
        return module is not None
    filename = getattr(module, "__file__", None)
    return bool(filename) and is_user_file(str(filename))


def _own_name(thing: Any) -> str:
    """The name that a reader knows a class or a function by, wherever it was defined."""
    return str(thing.__qualname__).rpartition("<locals>.")[2]


def _object_parts(thing: Any, seen: Seen) -> Iterator[tuple[str, str]]:
    if id(thing) in seen:
        return
    seen[id(thing)] = thing
    own = _own_name(thing)
    if isinstance(thing, type):
        text = class_source(thing)
        yield own, text or own
        yield from _imported_parts(text, sys.modules.get(thing.__module__), seen)
        for name, member in vars(thing).items():
            if name.startswith("__") and not callable(member):
                continue  # where the class was defined is not what it does
            yield from _value_parts(f"{own}.{name}", member, seen)
    elif isinstance(thing, types.FunctionType):
        text = function_source(thing)
        yield own, text or _code_text(thing.__code__)
        yield from _imported_parts(text, sys.modules.get(thing.__globals__.get("__name__", "")), seen)
        yield from _referenced(thing, seen)


def functions_of(member: Any) -> Iterator[types.FunctionType]:
    """The functions in a member of a class or a global: of methods, properties, caches and other decorators."""
    members = (
        [member.fget, member.fset, member.fdel]
        if isinstance(member, property)
        else [getattr(member, "__func__", member)]
    )
    for one in members:
        while one is not None and not isinstance(one, type):
            if isinstance(one, types.FunctionType):
                yield one
            one = one.func if isinstance(one, functools.partial) else getattr(one, "__dict__", {}).get("__wrapped__")


def _referenced(function: types.FunctionType, seen: Seen) -> Iterator[tuple[str, str]]:
    names = _names(function.__code__)
    found = [name for name in _globals_in(function.__code__) if name in function.__globals__]
    reached = {name: function.__globals__[name] for name in found}
    reached.update(closure_of(function))
    for name in sorted(reached):
        yield from _value_parts(name, reached[name], seen)
        yield from _submodule_parts(reached[name], names, seen)
    for default in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
        yield from _value_parts(_own_name(function), default, seen)


def closure_of(function: types.FunctionType) -> dict[str, Any]:
    """The variables that a function took from the functions around it."""
    found = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        with contextlib.suppress(ValueError):  # not filled yet
            found[name] = cell.cell_contents
    return found


def _value_parts(name: str, value: Any, seen: Seen) -> Iterator[tuple[str, str]]:
    if isinstance(value, _CONSTANTS):
        yield name, f"={value!r}"
    elif isinstance(value, (tuple, list, dict, set, frozenset)):
        if id(value) not in seen:
            seen[id(value)] = value
            yield name, f"={type(value).__name__} of {len(value)}"
            yield from _item_parts(name, value, seen)
    elif isinstance(value, type) and is_of_user(value):
        yield from _object_parts(value, seen)
    elif isinstance(value, types.ModuleType) and is_user_file(vars(value).get("__file__") or "<built-in>"):
        yield from _module_parts(value, seen)
    elif isinstance(value, (types.ModuleType, type, types.BuiltinFunctionType)):
        yield name, f"={name_of(value)}"
    else:
        yield from _callable_parts(name, value, seen) if callable(value) else _inner_parts(name, value, seen)


def _callable_parts(name: str, value: Any, seen: Seen) -> Iterator[tuple[str, str]]:
    """The code of the user's behind a function, or what a decorator made of one; of others their names."""
    functions = list(functions_of(value))
    own = [function for function in functions if is_of_user(function)]
    if isinstance(value, functools.partial):
        yield from _item_parts(name, [*value.args, *value.keywords.values()], seen)
    if isinstance(value, types.MethodType):
        yield from _value_parts(name, value.__self__, seen)
    for function in own:
        yield from _object_parts(function, seen)
    if own:
        return
    if functions or isinstance(value, functools.partial):
        yield name, f"={name_of(functions[-1] if functions else value.func)}"
    else:
        yield from _inner_parts(name, value, seen)


def _inner_parts(name: str, value: Any, seen: Seen) -> Iterator[tuple[str, str]]:
    if id(value) in seen:
        return
    seen[id(value)] = value
    text, inner = taken_apart(value, is_of_user(type(value)))
    yield name, f"={text}"
    yield from _item_parts(name, inner, seen)


def _item_parts(name: str, value: Any, seen: Seen) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _value_parts(name, key, seen)
            yield from _value_parts(name, item, seen)
    elif isinstance(value, (set, frozenset)):
        # A set has another order in each process.
        yield from sorted(part for item in value for part in _value_parts(name, item, seen))
    else:
        for item in value:
            yield from _value_parts(name, item, seen)


def _submodule_parts(value: Any, names: set[str], seen: Seen) -> Iterator[tuple[str, str]]:
    """The modules that are reached through a package: ``package.module.function``."""
    if isinstance(value, types.ModuleType) and is_user_file(getattr(value, "__file__", None) or "<built-in>"):
        for name in sorted(names):
            inner = vars(value).get(name)
            if isinstance(inner, types.ModuleType) and inner is not value:
                yield from _module_parts(inner, seen)
                yield from _submodule_parts(inner, names - {name}, seen)


def _module_parts(module: types.ModuleType, seen: Seen) -> Iterator[tuple[str, str]]:
    filename = getattr(module, "__file__", None)
    if not filename or not is_user_file(filename) or id(module) in seen:
        return
    seen[id(module)] = module
    try:
        text = Path(filename).read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    if module.__name__ not in seen:
        seen[module.__name__] = module
        yield module.__name__, text
    yield from _imported_parts(text, module, seen)
    for value in list(vars(module).values()):
        owner = (
            value if isinstance(value, types.ModuleType) else sys.modules.get(getattr(value, "__module__", None) or "")
        )
        if isinstance(owner, types.ModuleType) and owner.__name__ != "__main__":
            yield from _module_parts(owner, seen)


def _imported_parts(text: str, module: types.ModuleType | None, seen: Seen) -> Iterator[tuple[str, str]]:
    """The modules that a text of a module imports, wherever in it: one inside a function is loaded when that runs."""
    imported = ImportedFiles()
    imported.follow_imports_of(text, getattr(module, "__package__", None) or "")
    for name, inner in sorted(imported.texts.items()):
        if name not in seen:
            seen[name] = inner
            yield name, inner


def _names(code: types.CodeType) -> set[str]:
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _names(constant)
    return names


def _globals_in(code: types.CodeType) -> set[str]:
    """The global variables that code reads. An attribute of the same name is none of them."""
    names = {
        instruction.argval
        for instruction in dis.get_instructions(code)
        if instruction.opname == "LOAD_NAME" or ("LOAD" in instruction.opname and "GLOBAL" in instruction.opname)
    }
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _globals_in(constant)
    return names - MODULE_ATTRIBUTES


def _code_text(code: types.CodeType) -> str:
    """What code does, where its text is unknown; the repr of inner code objects would hold their addresses."""
    constants = [_code_text(c) if isinstance(c, types.CodeType) else _constant_text(c) for c in code.co_consts]
    return repr((code.co_code, code.co_names, constants))


def _constant_text(constant: Any) -> str:
    return repr(sorted(map(repr, constant)) if isinstance(constant, frozenset) else constant)


def _source_through_methods(cls: type) -> str:
    """Find a class of a notebook cell: ``inspect`` looks for a module's file, but its methods know their cell."""
    for function in (function for member in vars(cls).values() for function in functions_of(member)):
        lines = linecache.getlines(function.__code__.co_filename)
        node = _class_at_line("".join(lines), cls.__name__, function.__code__.co_firstlineno)
        if node is not None:
            return _lines_of(lines, node)
    return ""


def _class_at_line(text: str, name: str, line: int | None) -> ast.ClassDef | None:
    """The class of this name around a line, or anywhere in the text."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if not (isinstance(node, ast.ClassDef) and node.name == name):
            continue
        if line is None or node.lineno <= line <= (node.end_lineno or 0):
            return node
    return None


def _source_in_cells(cls: type) -> str:
    """Find a class of a cell that has no methods of its own: in the newest cell that defines one of its name."""
    if cls.__module__ != "__main__":
        return ""
    cells = [name for name in linecache.cache if is_user_file(name) and not os.path.exists(name)]
    for filename in reversed(cells):
        lines = linecache.getlines(filename)
        node = _class_at_line("".join(lines), cls.__name__, None)
        if node is not None:
            return _lines_of(lines, node)
    return ""


def _lines_of(lines: list[str], node: ast.ClassDef) -> str:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return textwrap.dedent("".join(lines[first - 1 : node.end_lineno]))
