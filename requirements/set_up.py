"""Set up the project's environment in .venv; a second call finds it ready and does nothing.

Called as ``python3 requirements/set_up.py``. With ``--node`` it ensures Node too and prints the folder of `node` and
`npm`; with ``--rebuild`` it replaces whatever .venv is there.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import List, Optional

from setup_environment import (
    Environment,
    alone,
    build,
    install_lock,
    read_stamp,
    refresh_project,
    refuse_foreign,
    say,
    step,
    what_is_missing,
)
from setup_machine import SetUpError, Version, choose, explain, interpreters, lacking, this_machine

NODE_NEEDED = (20, 19)


def set_up(environment: Environment, python: Optional[str] = None, rebuild: bool = False) -> None:
    """Bring the environment to what the locks say.

    Raises:
        SetUpError: the machine lacks something, or a step failed.
    """
    machine = this_machine()
    missing = "everything" if rebuild else what_is_missing(environment, machine)
    if missing == "project":
        refresh_project(environment, machine)
    elif missing == "everything":
        if not rebuild:
            refuse_foreign(environment)
        stack, interpreter = choose(machine, interpreters(python))
        lacks = lacking(machine, interpreter, environment.root)
        if lacks:
            raise SetUpError(explain(machine, interpreter, lacks))
        version = ".".join(str(part) for part in interpreter.version)
        say(f"{stack.title} on Python {version} ({interpreter.path})")
        build(environment, machine, stack, interpreter)


def _say_ready(environment: Environment) -> None:
    stamp = read_stamp(environment)
    if stamp:
        say(f".venv is ready: {stamp.stack.replace('tfx-', 'TFX ')}, Python {stamp.python}")


def node_folder(environment: Environment) -> Path:
    """The folder of a Node that is new enough: the machine's, or else one installed from wheels into .venv.

    Raises:
        SetUpError: it cannot be installed.
    """
    own = environment.folder / "bin"
    for folder in (_machines_node(), own):
        if folder and _node_version(folder) >= NODE_NEEDED and (folder / "npm").exists():
            return folder
    needed = ".".join(str(part) for part in NODE_NEEDED)
    with step(f"installing Node from wheels (the machine has none from {needed} on)"):
        install_lock(environment, "node")
    return own


def _machines_node() -> Optional[Path]:
    found = shutil.which("node")
    return Path(found).parent if found else None


def _node_version(folder: Path) -> Version:
    """The version of the Node in a folder; empty, and thus lower than any, if there is none that runs."""
    try:
        done = subprocess.run([str(folder / "node"), "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return ()
    found = re.match(r"v(\d+)\.(\d+)", done.stdout.decode(errors="replace"))
    return tuple(int(part) for part in found.groups()) if found else ()


def main(arguments: Optional[List[str]] = None) -> int:
    """Run from the command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Set up the project's environment in .venv.")
    parser.add_argument("--node", action="store_true", help="ensure Node too, and print the folder it is in")
    parser.add_argument("--rebuild", action="store_true", help="make .venv anew, whatever is in it")
    parser.add_argument("--python", metavar="COMMAND", help="use this interpreter")
    options = parser.parse_args(arguments)
    environment = Environment(Path(__file__).resolve().parent.parent)
    try:
        with alone(environment):
            set_up(environment, options.python, options.rebuild)
            if options.node:
                print(node_folder(environment))
            else:
                _say_ready(environment)
    except SetUpError as error:
        print(f"\nset-up stopped. {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nset-up interrupted; the next call goes on from a clean .venv", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
