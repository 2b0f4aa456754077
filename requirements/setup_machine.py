"""What this machine offers: its platform, its Python interpreters, and what is lacking for an installation.

Only the standard library, and only what Python 3.8 understands: an interpreter that is too old or too new for TFX
must still be able to run this and to say so.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, Iterator, List, Optional, Tuple

Version = Tuple[int, ...]

PROBE = """
import importlib.util, json, os, sys, sysconfig
print(json.dumps({
    "path": getattr(sys, "_base_executable", None) or sys.executable,
    "version": list(sys.version_info[:3]),
    "standard": sys.implementation.name == "cpython" and not sysconfig.get_config_var("Py_GIL_DISABLED"),
    "venv": all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")),
    "headers": os.path.isfile(os.path.join(sysconfig.get_config_var("INCLUDEPY") or "", "Python.h")),
}))
"""


class SetUpError(Exception):
    """The set-up cannot go on; the text says what to do."""


@dataclass(frozen=True)
class Machine:
    """The platform, as far as it decides which wheels install."""

    system: str
    architecture: str
    glibc: Optional[Version]

    @property
    def key(self) -> str:
        """A text that changes when wheels installed here may no longer fit."""
        libc = ".".join(str(part) for part in self.glibc) if self.glibc else "other"
        return f"{self.system}-{self.architecture}-{libc}"


@dataclass(frozen=True)
class Stack:
    """One locked set of packages and the Python versions it was locked for."""

    name: str
    pythons: Tuple[Version, ...]

    @property
    def title(self) -> str:
        """The name as a reader writes it."""
        return self.name.replace("tfx-", "TFX ")


@dataclass(frozen=True)
class Interpreter:
    """A Python interpreter that was run, and what it brought."""

    path: str
    version: Version
    has_venv: bool
    has_headers: bool

    @property
    def minor(self) -> Version:
        """Major and minor version."""
        return self.version[:2]

    @property
    def is_the_systems(self) -> bool:
        """Whether the system's package manager installed it, and thus what belongs to it."""
        return Path(self.path).parent in (Path("/usr/bin"), Path("/bin"))


TFX_1_21 = Stack("tfx-1.21", ((3, 11), (3, 12), (3, 13)))
TFX_1_16 = Stack("tfx-1.16", ((3, 11), (3, 10)))
SPACE_NEEDED = 4 * 1000**3


def this_machine() -> Machine:
    """Describe the machine this runs on."""
    return Machine(platform.system(), platform.machine(), _glibc())


def _glibc() -> Optional[Version]:
    try:
        text = os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, ValueError, OSError):  # not glibc: macOS, musl
        return None
    number = text.rpartition(" ")[2]
    return tuple(int(part) for part in number.split(".")) if number else None


def stacks_for(machine: Machine) -> List[Stack]:
    """The stacks whose wheels install on this platform, the preferred one first.

    Raises:
        SetUpError: there is none.
    """
    if machine.system == "Darwin" and machine.architecture == "arm64":
        return [TFX_1_21]
    if machine.system == "Linux" and machine.architecture == "x86_64" and machine.glibc:
        # TFDV's wheels ask for glibc 2.38, those of ml-metadata 1.21 are tagged manylinux_2_39.
        return [TFX_1_21, TFX_1_16] if machine.glibc >= (2, 39) else [TFX_1_16]
    raise SetUpError(
        f"TFX has no wheels for this platform ({machine.key}).\n"
        "It needs Linux on x86_64 with glibc (Debian 12 or 13, Ubuntu) or macOS on arm64; "
        "elsewhere, use a container or a virtual machine with one of these."
    )


def candidates(named: Optional[str] = None) -> Iterator[str]:
    """Commands that may be a fitting Python, the most likely first; only the named one if there is one."""
    if named:
        yield named
        return
    yield sys.executable
    versions = sorted({*TFX_1_21.pythons, *TFX_1_16.pythons})
    names = ["python3", *(f"python{major}.{minor}" for major, minor in versions)]
    # Every folder of PATH: a version manager's shim may come first and fail, with a working interpreter behind it.
    for name in names:
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            path = shutil.which(name, path=folder) if folder else None
            if path:
                yield path


def probe(command: str) -> Optional[Interpreter]:
    """Run a candidate and ask it what it is; None if it does not run or is no standard CPython."""
    try:
        done = subprocess.run(
            [command, "-c", PROBE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60, check=True
        )
        found = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    if not found["standard"]:
        return None
    return Interpreter(found["path"], tuple(found["version"]), found["venv"], found["headers"])


def interpreters(named: Optional[str] = None) -> Iterator[Interpreter]:
    """The interpreters of this machine that run, each once."""
    seen = set()
    for command in candidates(named):
        found = probe(command)
        if found and found.path not in seen:
            seen.add(found.path)
            yield found


def choose(machine: Machine, found: Iterable[Interpreter]) -> Tuple[Stack, Interpreter]:
    """Choose the stack and the interpreter for it; one that lacks nothing comes before one that does.

    Raises:
        SetUpError: no interpreter fits any stack of this platform.
    """
    stacks = stacks_for(machine)
    have = []
    for interpreter in found:
        have.append(interpreter)
        # The usual case ends here, without a start of every other interpreter.
        if interpreter.minor in stacks[0].pythons and interpreter.has_venv and interpreter.has_headers:
            return stacks[0], interpreter
    for stack in stacks:
        fitting = [one for one in have if one.minor in stack.pythons]
        if fitting:
            return stack, max(fitting, key=lambda one: one.has_venv and one.has_headers)
    raise SetUpError(_no_interpreter(stacks, have))


def _no_interpreter(stacks: List[Stack], have: List[Interpreter]) -> str:
    wanted = "; ".join(f"{stack.title}: Python {_versions(stack.pythons)}" for stack in stacks)
    there = ", ".join(f"{_dotted(one.version)} ({one.path})" for one in have) or "none"
    major, minor = stacks[0].pythons[0]
    return (
        f"No fitting Python on this machine.\n  needed here: {wanted}\n  found: {there}\n"
        f"Install Python {major}.{minor} with the system's package manager or with pyenv, and run this again; "
        "an interpreter that is not on PATH can be named: make PYTHON=/path/to/python"
    )


def _versions(pythons: Tuple[Version, ...]) -> str:
    return " or ".join(_dotted(version) for version in sorted(pythons))


def _dotted(version: Version) -> str:
    return ".".join(str(part) for part in version)


@dataclass(frozen=True)
class Lack:
    """Something that must be installed on the machine first, and the Debian package that brings it."""

    what: str
    package: str = ""


def lacking(machine: Machine, interpreter: Interpreter, root: Path) -> List[Lack]:
    """Everything the machine lacks, so that it can be said at once and not one by one."""
    python = f"python{_dotted(interpreter.minor)}"
    lacks = []
    if not interpreter.has_venv:
        lacks.append(Lack(f"the modules venv and ensurepip of {interpreter.path}", f"{python}-venv"))
    if not _has_compiler(machine):
        lacks.append(Lack("a C++ compiler (some packages are only published as source)", "g++"))
    if not interpreter.has_headers:
        lacks.append(Lack(f"Python.h, the headers of {interpreter.path}", f"{python}-dev"))
    free = shutil.disk_usage(root).free
    if free < SPACE_NEEDED:
        lacks.append(Lack(f"free space: {free / 1e9:.1f} GB here, about {SPACE_NEEDED / 1e9:.0f} GB are needed"))
    return lacks


def _has_compiler(machine: Machine) -> bool:
    if machine.system != "Darwin":
        return shutil.which("g++") is not None
    # On macOS, /usr/bin/c++ is there without the tools, and then only opens a dialogue.
    return shutil.which("xcode-select") is not None and _succeeds("xcode-select", "-p")


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def explain(machine: Machine, interpreter: Interpreter, lacks: List[Lack]) -> str:
    """One message with all that is missing and the command that installs it."""
    listed = "\n".join(f"  - {lack.what}" for lack in lacks)
    text = f"This machine lacks:\n{listed}"
    packages = [lack.package for lack in lacks if lack.package]
    return f"{text}\n{_remedy(machine, interpreter, packages)}\nThen run this again." if packages else text


def _remedy(machine: Machine, interpreter: Interpreter, packages: List[str]) -> str:
    if machine.system == "Darwin":
        return "Install the command line tools:\n  xcode-select --install"
    of_python = [package for package in packages if package != "g++"]
    if of_python and not interpreter.is_the_systems:
        return f"Install them; {interpreter.path} does not come from the system, so reinstall it with headers and pip."
    if shutil.which("apt-get") is None:
        return f"Install them with the system's package manager; on Debian they are: {' '.join(packages)}"
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"Install them:\n  {sudo}apt-get update && {sudo}apt-get install -y {' '.join(packages)}"
