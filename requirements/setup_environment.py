"""The project's environment in .venv: what is installed in it, and the steps that install it.

A stamp in .venv says what was installed. It is written as "building" first and as "ready" last, so that an
interrupted installation is known as one and made again.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence

from setup_machine import Interpreter, Machine, SetUpError, Stack

# To be raised when the steps below change so that existing environments must be made again.
RECIPE = 1
STAMP = "zenml-nb-stamp.json"
BUILD_TABLES = ("build-system", "project", "tool.hatch")


@dataclass(frozen=True)
class Stamp:
    """What is installed in an environment."""

    state: str  # "building" or "ready"
    stack: str
    python: str
    machine: str
    location: str
    packages: str  # digest of the locks
    project: str  # digest of what the project's own installation depends on


@dataclass(frozen=True)
class Environment:
    """The .venv of a project folder."""

    root: Path

    @property
    def folder(self) -> Path:
        """The virtual environment."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def stamp_file(self) -> Path:
        """Where it says what is installed."""
        return self.folder / STAMP

    def lock(self, name: str) -> Path:
        """A lock file by its name, for example ``tfx-1.16``."""
        return self.root / "requirements" / f"{name}.txt"


def read_stamp(environment: Environment) -> Optional[Stamp]:
    """What the environment says is installed; None if it has no stamp that can be read."""
    try:
        return Stamp(**json.loads(environment.stamp_file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_stamp(environment: Environment, stamp: Stamp) -> None:
    """Write the stamp in one step, so that no half of it is ever read."""
    draft = environment.stamp_file.with_suffix(".draft")
    draft.write_text(json.dumps(asdict(stamp), indent=2) + "\n", encoding="utf-8")
    draft.replace(environment.stamp_file)


def expected_stamp(environment: Environment, machine: Machine, stack: str, python: str) -> Stamp:
    """The stamp of a finished installation from the files as they are now."""
    return Stamp(
        state="ready",
        stack=stack,
        python=python,
        machine=machine.key,
        location=str(environment.root),
        packages=_digest(str(RECIPE), *(environment.lock(name).read_text() for name in (stack, "uv"))),
        project=_digest(*_project_parts(environment.root)),
    )


def _project_parts(root: Path) -> List[str]:
    pyproject = (root / "pyproject.toml").read_text(encoding="utf-8")
    return [build_parts(pyproject), (root / "zenml_nb" / "version.py").read_text(encoding="utf-8")]


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def build_parts(pyproject: str) -> str:
    """The tables of pyproject.toml that an installation depends on; by line, as tomllib is too new to rely on."""
    kept: List[str] = []
    keeps = False
    for line in pyproject.splitlines():
        if line.startswith("["):
            table = line.strip("[] ")
            keeps = any(table == name or table.startswith(f"{name}.") for name in BUILD_TABLES)
        if keeps and line.strip():
            kept.append(line.rstrip())
    return "\n".join(kept)


def what_is_missing(environment: Environment, machine: Machine) -> str:
    """``nothing``, ``project`` (our own package only) or ``everything``; starts no process, to be quick."""
    stamp = read_stamp(environment)
    if stamp is None or stamp.state != "ready" or not environment.lock(stamp.stack).is_file():
        return "everything"
    expected = expected_stamp(environment, machine, stamp.stack, stamp.python)
    # `exists` follows the link: the interpreter it was made from may have been removed.
    if asdict(stamp) == asdict(expected):
        return "nothing" if environment.python.exists() else "everything"
    only_project = {**asdict(stamp), "project": expected.project} == asdict(expected)
    return "project" if only_project and environment.python.exists() else "everything"


def refuse_foreign(environment: Environment) -> None:
    """Protect a .venv that was not made here: it may hold somebody's work.

    Raises:
        SetUpError: there is one.
    """
    folder = environment.folder
    if folder.exists() and not environment.stamp_file.exists() and any(folder.iterdir()):
        raise SetUpError(
            f"{folder} was not made by this set-up and would be replaced.\n"
            "Move it away, or have it replaced:  python3 requirements/set_up.py --rebuild"
        )


@contextlib.contextmanager
def alone(environment: Environment) -> Iterator[None]:
    """Let only one set-up work on the folder at a time; a second one waits and then finds it done."""
    with (environment.root / ".venv.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another set-up works in this folder; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def build(environment: Environment, machine: Machine, stack: Stack, interpreter: Interpreter) -> None:
    """Make the environment anew.

    Raises:
        SetUpError: a step failed; the next call starts from the beginning.
    """
    version = ".".join(str(part) for part in interpreter.minor)
    stamp = expected_stamp(environment, machine, stack.name, version)
    with step("creating .venv"):
        _clear(environment)
        write_stamp(environment, Stamp(**{**asdict(stamp), "state": "building"}))
        run([interpreter.path, "-m", "venv", str(environment.folder)])
    with step("installing uv"):
        pip = [str(environment.python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        run([*pip, "--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(environment.lock("uv"))])
    with step(f"installing {stack.title} and what belongs to it (1 GB to download the first time)"):
        install_lock(environment, stack.name)
    with step("installing zenml-nb"):
        install_project(environment)
    write_stamp(environment, stamp)


def _clear(environment: Environment) -> None:
    # The stamp goes first: what is left of an interrupted removal must not look ready.
    with contextlib.suppress(FileNotFoundError):
        environment.stamp_file.unlink()
    if environment.folder.is_symlink():
        environment.folder.unlink()
    elif environment.folder.exists():
        shutil.rmtree(environment.folder)
    environment.folder.mkdir()


def install_lock(environment: Environment, name: str) -> None:
    """Install exactly what a lock lists.

    Byte-code is compiled now: without it, and with PYTHONDONTWRITEBYTECODE set, each `import tfx` costs five times as
    much. Packages that come as source are built with the build tools of the same lock, nothing newer.
    """
    lock = str(environment.lock(name))
    exact = ["--no-deps", "--require-hashes", "--build-constraints", lock, "-r", lock]
    uv(environment, "install", "--compile-bytecode", *exact)


def install_project(environment: Environment) -> None:
    """Install zenml-nb as an editable package, built by the locked back-end."""
    uv(environment, "install", "--no-deps", "--no-build-isolation", "--editable", str(environment.root))


def refresh_project(environment: Environment, machine: Machine) -> None:
    """Install only the project again, after a change in what its installation depends on."""
    stamp = read_stamp(environment)
    if stamp is None:
        raise SetUpError(f"{environment.folder} has no stamp")
    with step("installing zenml-nb"):
        install_project(environment)
    write_stamp(environment, expected_stamp(environment, machine, stamp.stack, stamp.python))


def uv(environment: Environment, command: str, *arguments: str) -> None:
    """Run `uv pip` on the environment, with its progress shown to a person and kept from a log."""
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    program = str(environment.folder / "bin" / "uv")
    run([program, "pip", command, *quiet, "--python", str(environment.python), *arguments])


def run(command: Sequence[str]) -> None:
    """Run a step's command.

    Raises:
        SetUpError: it failed.
    """
    # Standard output belongs to our own answer (`--node`), so what commands print goes to standard error.
    done = subprocess.run(command, env=_clean_environment(), stdout=sys.stderr.fileno())
    if done.returncode != 0:
        raise SetUpError(
            f"This command failed (its message is above):\n  {' '.join(command)}\n"
            "Without a way to pypi.org, name your mirror with PIP_INDEX_URL and UV_DEFAULT_INDEX."
        )


def _clean_environment() -> Dict[str, str]:
    # An activated environment, or another project's settings, must not redirect what is installed here.
    dropped = {"VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PIP_USER"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "UV_PYTHON_DOWNLOADS": "never"}


def say(text: str) -> None:
    """Print a line of progress."""
    print(f"[set-up] {text}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step and print its time when it is done."""
    say(f"{title} ...")
    begin = time.monotonic()
    yield
    say(f"{title.partition(' (')[0]}: {time.monotonic() - begin:.1f} s")
