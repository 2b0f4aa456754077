"""The progress line of each step, and the events behind it."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any, Protocol

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


class Lines(Protocol):
    """Where lines are drawn; the last one may be drawn again."""

    def draw(self, line: str, final: bool) -> None:
        """Draw the last line anew; a final one stays, and the next begins below it."""


class StreamLines:
    """Lines in a terminal, where the last one is drawn over; in a file only final ones are written."""

    def __init__(self, stream: IO[str] | io.TextIOBase) -> None:
        self._stream = stream
        self._rewrites = bool(getattr(stream, "isatty", lambda: False)())

    def draw(self, line: str, final: bool) -> None:
        """See ``Lines``."""
        if self._rewrites:
            print(f"\r\x1b[K{line}", end="\n" if final else "", file=self._stream, flush=True)
        elif final:
            print(line, file=self._stream, flush=True)


class CellLines:
    """Lines in one output of a notebook's cell, which is updated: what is saved is how it looked at the end."""

    def __init__(self) -> None:
        self._final: list[str] = []
        self._handle: Any = None

    def draw(self, line: str, final: bool) -> None:
        """See ``Lines``."""
        from IPython.display import display

        content = {"text/plain": "\n".join([*self._final, line])}
        if final:
            self._final.append(line)
        if self._handle is None:
            self._handle = display(content, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(content, raw=True)


def lines_for(stream: IO[str] | io.TextIOBase) -> Lines:
    """The lines that fit where this code runs: a notebook's cell, or a stream."""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module else None
    return CellLines() if hasattr(shell, "kernel") else StreamLines(stream)


@dataclass
class Progress:
    """Draws the lines and tells the listeners.

    Args:
        lines: where the lines are drawn.
        listeners: called at each change, in the thread of the run.
    """

    lines: Lines
    listeners: list[Listener] = field(default_factory=list)
    _component: str = ""
    _began: float = 0.0
    _drawn_at: float = 0.0

    def say(self, text: str) -> None:
        """Print one line."""
        self.lines.draw(text, final=True)

    def begin(self, component: str, detail: str = "") -> None:
        """A step starts."""
        self._component = component
        self._began = time.monotonic()
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
        self.lines.draw(line, final)
        self._drawn_at = time.monotonic()
