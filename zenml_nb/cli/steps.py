"""``zenml-nb step list``: what a pipeline can be made of."""

from __future__ import annotations

import argparse
from typing import Any

from zenml_nb.cli.command import add_command, group, printed, table


def add(rooms: Any) -> None:
    """Add the group of commands."""
    commands = group(rooms, "step", "list the steps of this package")
    add_command(commands, "list", "list the steps of this package, with one line each", _list, in_repository=False)


def _list(given: argparse.Namespace) -> str:
    from zenml_nb.pipelines.builtin import built_in_steps, summary

    rows = [
        {"slot": kind.slot, "step": kind.__name__, "what it does": summary(kind), "source": _source(kind)}
        for kind in built_in_steps()
    ]
    return printed({"steps": rows}, given, lambda _: table(rows, ("slot", "step", "what it does"), "There is none."))


def _source(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
