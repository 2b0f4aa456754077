"""The progress line of each step, and the events behind it.

In a notebook a line is rewritten in place while its step runs; in a terminal with a carriage return; anywhere else
(a log, nbconvert's output) only finished lines are printed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO

_REFRESH_SECONDS = 0.5


@dataclass(frozen=True)
class Event:
    """A change of a step's state.

    Attributes:
        component: the id of the component, or '' for the run as a whole.
        state: RUNNING, COMPLETE, CACHED, FAILED, CANCELED.
        seconds: since the step began.
        detail: why it ran, or how far it is.
    """

    component: str
    state: str
    seconds: float
    detail: str = ""


Listener = Callable[[Event], None]


@dataclass
class Progress:
    """Draws the lines and tells the listeners.

    Args:
        stream: where the lines go; the terminal or the cell.
        listeners: called at each change, in the thread of the run.
    """

    stream: IO[str] = field(default_factory=lambda: sys.stdout)
    listeners: list[Listener] = field(default_factory=list)
    _component: str = ""
    _began: float = 0.0
    _drawn_at: float = 0.0
    _open: bool = False

    def say(self, text: str) -> None:
        """Print one line."""
        self._finish_line()
        print(text, file=self.stream, flush=True)

    def begin(self, component: str, detail: str = "") -> None:
        """A step starts."""
        self._component = component
        self._began = time.monotonic()
        self._drawn_at = 0.0
        self._tell("RUNNING", detail)
        self._draw("...", detail)

    def advance(self, done: int, total: int | None, unit: str) -> None:
        """A step is ``done`` of ``total`` units far; drawn at most twice a second."""
        if time.monotonic() - self._drawn_at < _REFRESH_SECONDS:
            return
        of_total = f" of {total:,}" if total else ""
        detail = f"{done:,}{of_total} {unit}"
        self._tell("RUNNING", detail)
        self._draw("...", detail)

    def end(self, state: str, detail: str = "") -> None:
        """A step ends."""
        self._tell(state, detail)
        sign = {"COMPLETE": "done", "CACHED": "cached", "FAILED": "FAILED", "CANCELED": "CANCELED"}.get(state, state)
        self._draw(sign, detail, final=True)

    @property
    def seconds(self) -> float:
        """Since the current step began."""
        return time.monotonic() - self._began

    def _tell(self, state: str, detail: str) -> None:
        for listener in list(self.listeners):
            listener(Event(self._component, state, self.seconds, detail))

    def _draw(self, sign: str, detail: str, final: bool = False) -> None:
        line = f"  {self._component:<16} {sign:<8} {self.seconds:7.1f} s   {detail}".rstrip()
        if final:
            start = "\r\x1b[K" if self._open else ""
            print(f"{start}{line}", file=self.stream, flush=True)
            self._open = False
        elif self._rewrites():
            print(f"\r\x1b[K{line}", end="", file=self.stream, flush=True)
            self._open = True
        self._drawn_at = time.monotonic()

    def _rewrites(self) -> bool:
        """Whether a line can be drawn over: in a terminal and in a live notebook, not in a file."""
        return bool(getattr(self.stream, "isatty", lambda: False)()) or _in_notebook()

    def _finish_line(self) -> None:
        if self._open:
            print(file=self.stream)
            self._open = False


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython")
    active = shell.get_ipython() if shell else None
    return active is not None and hasattr(active, "kernel")
