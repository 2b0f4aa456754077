"""What the benchmarks share: processes of their own, peak memory, temporary folders, tables."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

Task = Callable[..., dict[str, Any]]


def child_environment() -> dict[str, str]:
    """The environment of a measured process: it may keep byte-code, as any installed package does, and finds us."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "2"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def run_child(script: str, task: str, **arguments: Any) -> dict[str, Any]:
    """Run one task of a benchmark in a process of its own, in an empty folder that is removed afterwards.

    Raises:
        SystemExit: the task failed; with the end of what it printed.
    """
    with tempfile.TemporaryDirectory(prefix="zenml_nb_bench_") as folder:
        result = Path(folder) / "result.json"
        command = [sys.executable, str(Path(script).resolve()), "--task", task, str(result), json.dumps(arguments)]
        work = Path(folder) / "work"
        work.mkdir()
        began = time.perf_counter()
        done = subprocess.run(command, cwd=work, env=child_environment(), capture_output=True, text=True)
        seconds = time.perf_counter() - began
        if done.returncode or not result.exists():
            raise SystemExit(f"{' '.join(command)} failed:\n{(done.stdout + done.stderr)[-6000:]}")
        return {**json.loads(result.read_text(encoding="utf-8")), "process_seconds": seconds}


def serve_child(tasks: dict[str, Task]) -> bool:
    """In a process that ``run_child`` started, run its task; tells whether this is such a process."""
    if sys.argv[1:2] != ["--task"]:
        return False
    _, _, task, result, arguments = sys.argv
    Path(result).write_text(json.dumps(tasks[task](**json.loads(arguments))), encoding="utf-8")
    return True


def reset_peak_memory() -> None:
    """Let ``peak_memory`` count from now on, where the kernel can (Linux)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_memory() -> float:
    """The largest resident memory of this process since the last reset, in MB."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        import resource

        # In kB on Linux and in bytes on macOS, and never reset there: an upper bound.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found.group(1)) / 1024 if found else 0.0


@contextlib.contextmanager
def measured(into: dict[str, Any], name: str) -> Iterator[None]:
    """Put the seconds and the peak memory of a block under a name."""
    reset_peak_memory()
    began = time.perf_counter()
    yield
    into[name] = {"seconds": time.perf_counter() - began, "peak": peak_memory()}


def print_table(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table: the first column to the left, the others to the right."""
    cells = [[str(cell) for cell in row] for row in [headers, *rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headers))]
    for number, row in enumerate(cells):
        first, *others = (
            cell.ljust(width) if not column else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  ".join([first, *others]).rstrip())
        if not number:
            print("  ".join("-" * width for width in widths))


def print_target(what: str, value: float, limit: float, unit: str = "", at_least: bool = False) -> bool:
    """Print a figure beside its target, and tell whether it is met."""
    met = value >= limit if at_least else value <= limit
    word = "at least" if at_least else "at most"
    print(f"{'met   ' if met else 'MISSED'}  {what}: {value:.3g}{unit} (target: {word} {limit:g}{unit})")
    return met
