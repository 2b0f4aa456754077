"""The configuration of a run as its page shows it: the YAML line by line, without secrets and private paths."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from zenml_nb.viewmodels.discretion import HIDDEN, is_secret, shared_text

_LONGEST = 2_000_000
#: A text in YAML, so that what is written around it stays YAML.
_QUOTED = f'"{HIDDEN}"'


def shown_yaml(text: str, root: Path) -> str | None:
    """A YAML text that may be shared; None if it is no YAML, for then nobody knows what in it is secret.

    Comments, order and line breaks stay; the values of secret keys are replaced, however deep they are.

    Args:
        text: the content of the file.
        root: the project folder; paths below it become relative to it.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return None
    for start, end in reversed(_secrets(node)):
        kept = text[start:end].rstrip()
        text = text[:start] + _QUOTED + text[start + len(kept) :]
    return shared_text(text, root, _LONGEST).replace(_QUOTED, HIDDEN)


def _secrets(node: Any) -> list[tuple[int, int]]:
    """Where the values of secret keys stand, in their order; none within another one."""
    found: set[tuple[int, int]] = set()
    seen: set[int] = set()
    waiting = [] if node is None else [node]
    while waiting:
        # An alias is the very node that it stands for: each is looked at once.
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, yaml.SequenceNode):
            waiting += current.value
        elif isinstance(current, yaml.MappingNode):
            for key, value in current.value:
                if isinstance(key, yaml.ScalarNode) and is_secret(key.value):
                    found.add((value.start_mark.index, value.end_mark.index))
                else:
                    waiting += [key, value]
    outermost: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if not outermost or start >= outermost[-1][1]:
            outermost.append((start, end))
    return outermost
