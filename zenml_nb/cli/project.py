"""``zenml-nb init`` and ``zenml-nb version``."""

from __future__ import annotations

import argparse
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from zenml_nb.cli.command import add_command, printed
from zenml_nb.errors import shorten_path
from zenml_nb.version import __version__


def add(rooms: Any) -> None:
    """Add the commands."""
    init = add_command(rooms, "init", "make a folder a zenml_nb repository", _init, in_repository=False)
    init.add_argument("path", nargs="?", default=".", metavar="PATH", help="the folder; by default this one")
    add_command(rooms, "version", "print the versions that results depend on", _version, in_repository=False)


def _init(given: argparse.Namespace) -> str:
    from zenml_nb.repository import MARKER, create_repository, find_repository

    folder = Path(given.path).expanduser()
    above = find_repository(folder)
    with redirect_stdout(sys.stderr):
        made = create_repository(folder)
    is_new = above is None or above.root != made.root
    words = [
        f"Created a zenml_nb repository in {made.root}."
        if is_new
        else f"{made.root} is a zenml_nb repository already.",
        f"Settings: {shorten_path(made.marker / 'config.yaml')}, or 'zenml-nb config get'.",
    ]
    if is_new and above is not None:
        words.append(f"It lies in the repository {above.root}; from its folders this one is found first.")
    document = {"root": str(made.root), "marker": MARKER, "created": is_new}
    return printed(document, given, lambda _: "\n".join(words))


def _version(given: argparse.Namespace) -> str:
    from zenml_nb.config.environment import environment

    found = environment()
    document = {"zenml-nb": __version__, "python": found["python"], "platform": found["platform"]}
    document.update({name: version for name, version in found["packages"].items() if name != "zenml-nb"})
    width = max(map(len, document))
    return printed(document, given, lambda _: "\n".join(f"{key:<{width}}  {text}" for key, text in document.items()))
