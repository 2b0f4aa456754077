"""Secrets in the text of code, which would be copied into a snapshot."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from zenml_nb.config.snapshot_values import has_secret

#: Shorter texts, and those with spaces, are words and marks rather than secrets.
_LEAST = 6


def secret_in(text: str) -> tuple[str, int] | None:
    """The first text in code that looks like a secret.

    Args:
        text: Python.

    Returns:
        The name that it is known by and its line, from 1; None if there is none.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return None
    told = [(name, value.lineno) for name, value in _named(tree) if _looks_secret(name, value)]
    return min(told, key=lambda found: found[1]) if told else None


def _looks_secret(name: str, node: ast.Constant) -> bool:
    text = node.value
    return isinstance(text, str) and len(text) >= _LEAST and not any(map(str.isspace, text)) and has_secret(name, text)


def _named(tree: ast.AST) -> Iterator[tuple[str, ast.Constant]]:
    """The constants in code, each with the variable, the argument or the key that it is given to, or ''."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _pair(_name(target), node.value)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
            yield from _pair(_name(node.target), node.value)
        elif isinstance(node, ast.keyword):
            yield from _pair(node.arg or "", node.value)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                yield from _pair(_name(key), value)
        elif isinstance(node, ast.arguments):
            given = [*node.posonlyargs, *node.args]
            for argument, default in zip(given[len(given) - len(node.defaults) :], node.defaults, strict=True):
                yield from _pair(argument.arg, default)
            for argument, only in zip(node.kwonlyargs, node.kw_defaults, strict=True):
                yield from _pair(argument.arg, only)
        elif isinstance(node, ast.Constant):
            # An address with a password, or what the environment holds under a secret's name.
            yield "", node


def _pair(name: str, node: ast.AST | None) -> Iterator[tuple[str, ast.Constant]]:
    if isinstance(node, ast.Constant):
        yield name, node


def _name(node: ast.AST | None) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        return _name(node.slice)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
