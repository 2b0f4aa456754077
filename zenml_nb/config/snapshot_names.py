"""Which variables of its surroundings a piece of code refers to."""

from __future__ import annotations

import ast
import symtable
import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_FUTURE = "from __future__ import annotations\n"


@dataclass(frozen=True)
class Names:
    """What one class or function refers to.

    Attributes:
        text: its source.
        defined: the name that the source gives it.
        early: variables that are needed when it is defined: decorators, bases, defaults, the body of a class.
        late: those that are needed when it runs.
        annotations: those that only annotations have.
        bases: the names of its bases in their order; '' for one that is no plain name.
        defaults: by the name of a function, the names that its last defaults are; '' for one that is no plain name.
        chains: dotted names, such as ``os.path.join``.
        is_decorated: whether decorators stand above it.
    """

    text: str
    defined: str
    early: frozenset[str]
    late: frozenset[str]
    annotations: frozenset[str]
    bases: tuple[str, ...]
    defaults: Mapping[str, tuple[str, ...]]
    chains: frozenset[str]
    is_decorated: bool


def names_of(text: str, name: str) -> Names | None:
    """Read the source of a class, of a function, or of a lambda that was given a name.

    Args:
        text: the source.
        name: the variable that it is known by, which a lambda must be assigned to.

    Returns:
        None where the text is no such thing.
    """
    try:
        body = ast.parse(text).body
        table = symtable.symtable(_FUTURE + text, "<snapshot>", "exec")
    except (SyntaxError, ValueError):
        return None
    if len(body) != 1:
        return None
    node = body[0]
    defined = _defined(node, name)
    if defined is None:
        return None
    early = {s.get_name() for s in table.get_symbols() if s.is_referenced() and not s.is_assigned()}
    late: set[str] = set()
    for inner in table.get_children():
        if inner.get_type() == "class":
            early |= {s.get_name() for s in inner.get_symbols() if s.is_global() and s.is_referenced()}
            late |= {name for method in inner.get_children() for name in _globals(method)}
        else:
            late |= set(_globals(inner))
    return Names(
        text,
        defined,
        frozenset(early - {defined}),
        frozenset(late - {defined}),
        frozenset(_in_annotations(node)),
        tuple(base.id if isinstance(base, ast.Name) else "" for base in getattr(node, "bases", ())),
        dict(_defaults(node)),
        frozenset(_chains(node)),
        bool(getattr(node, "decorator_list", ())),
    )


def _defined(node: ast.stmt, name: str) -> str | None:
    if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        return node.name
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda) and len(node.targets) == 1:
        target = node.targets[0]
        return name if isinstance(target, ast.Name) and target.id == name else None
    return None


def _globals(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        if symbol.is_global():
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _globals(inner)


def _in_annotations(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        annotation = getattr(part, "annotation", None) or getattr(part, "returns", None)
        if isinstance(annotation, ast.AST):
            yield from (inner.id for inner in ast.walk(annotation) if isinstance(inner, ast.Name))


def _defaults(node: ast.stmt) -> Iterator[tuple[str, tuple[str, ...]]]:
    functions = node.body if isinstance(node, ast.ClassDef) else [node]
    for function in functions:
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) and function.args.defaults:
            names = (default.id if isinstance(default, ast.Name) else "" for default in function.args.defaults)
            yield function.name, tuple(names)


def _chains(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        names: list[str] = []
        while isinstance(part, ast.Attribute):
            names.append(part.attr)
            part = part.value
        if names and isinstance(part, ast.Name):
            yield ".".join([part.id, *reversed(names)])


def submodules_used(chains: Iterable[str], space: Mapping[str, Any]) -> list[str]:
    """The modules that dotted names reach through a package: ``xml.dom`` of ``xml.dom.minidom``."""
    found: set[str] = set()
    for chain in chains:
        first, *names = chain.split(".")
        module = space.get(first)
        for name in names:
            if not isinstance(module, types.ModuleType):
                break
            inner = vars(module).get(name)
            if isinstance(inner, types.ModuleType) and inner.__name__ == f"{module.__name__}.{name}":
                found.add(inner.__name__)
            module = inner
    return sorted(found)
