"""YAML that is written well and still stands for no value: dates that there are not, and values inside themselves."""

from __future__ import annotations

from typing import Any

import yaml


def unreadable(root: Any) -> tuple[str, Any, str] | None:
    """The first node that cannot become a value.

    Args:
        root: of a document, as ``yaml.compose`` gives it.

    Returns:
        What is wrong with it, where (a mark of PyYAML), and what to do; None if all can be read.

    Raises:
        RecursionError: the nodes are nested too deeply.
    """
    return None if root is None else _unreadable(root, frozenset())


def _unreadable(node: Any, around: frozenset[int]) -> tuple[str, Any, str] | None:
    if id(node) in around:
        return "This value refers to itself", node.start_mark, "Write it out, without '&' and '*'."
    if isinstance(node, yaml.ScalarNode):
        return _unreadable_scalar(node)
    inner = around | {id(node)}
    for child in _children(node):
        found = _unreadable(child, inner)
        if found is not None:
            return found
    return None


def _children(node: Any) -> list[Any]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value)


def _unreadable_scalar(node: yaml.ScalarNode) -> tuple[str, Any, str] | None:
    try:
        yaml.constructor.SafeConstructor().construct_object(node)
    except (ValueError, OverflowError) as error:
        # PyYAML takes what looks like a date or a number for one.
        return f"{node.value!r:.80} is no value: {error}", node.start_mark, "Put a text into quotes."
    return None
