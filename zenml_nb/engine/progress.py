"""The progress line of each step, and the events behind it."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, Protocol

from zenml_nb.views.live import in_notebook

_REFRESH_SECONDS = 0.5


@dataclass(frozen=True)
class Event:
    """A change of a step's state.

    Attributes:
        component: the id of the component, or '' for the run as a whole.
        state: RUNNING, COMPLETE, CACHED, FAILED, CANCELED.
        seconds: since the step began.
        detail: why it ran, or how far it is.
        done, total, unit: how far it is, in numbers; None where it does not tell.
        epochs: of a training, the metrics of each epoch so far.
    """

    component: str
    state: str
    seconds: float
    detail: str = ""
    done: int | None = None
    total: int | None = None
    unit: str = ""
    epochs: tuple[Mapping[str, float], ...] = ()


Listener = Callable[[Event], None]


class Lines(Protocol):
    """Where lines are drawn; the last one may be drawn again."""

    def draw(self, line: str, final: bool) -> None:
        """Draw the last line anew; a final one stays, and the next begins below it."""

    def redraw(self) -> None:
        """Draw anew what stands beside the lines, if anything does."""


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

    def redraw(self) -> None:
        """See ``Lines``."""


class CellLines:
    """Lines in one output of a notebook's cell, which is updated: what is saved is how it looked at the end.

    Args:
        picture: gives what is drawn where more than text can be, by MIME type; the lines are the text beside it.
    """

    def __init__(self, picture: Callable[[], Mapping[str, Any]] = dict) -> None:
        self._picture = picture
        self._shown: list[str] = []
        self._last_is_final = True
        self._handle: Any = None

    def draw(self, line: str, final: bool) -> None:
        """See ``Lines``."""
        if not self._last_is_final:
            self._shown.pop()
        self._shown.append(line)
        self._last_is_final = final
        self.redraw()

    def redraw(self) -> None:
        """Draw the picture anew, with the same lines."""
        from IPython.display import display

        content = {**self._picture(), "text/plain": "\n".join(self._shown)}
        if self._handle is None:
            self._handle = display(content, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(content, raw=True)


def lines_for(stream: IO[str] | io.TextIOBase, picture: Callable[[], Mapping[str, Any]] = dict) -> Lines:
    """The lines that fit where this code runs: a notebook's cell, with a picture, or a stream."""
    return CellLines(picture) if in_notebook() else StreamLines(stream)


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
    _run_began: float = field(default_factory=time.monotonic)
    _epochs: list[Mapping[str, float]] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Print one line."""
        self.lines.draw(text, final=True)

    def begin_run(self) -> None:
        """The run is recorded and starts."""
        self._tell_all(Event("", "RUNNING", 0.0))

    def end_run(self, state: str) -> None:
        """The run is recorded as ended."""
        self._tell_all(Event("", state, time.monotonic() - self._run_began))
        self.lines.redraw()

    def begin(self, component: str, detail: str = "") -> None:
        """A step starts."""
        self._component = component
        self._epochs = []
        self._began = time.monotonic()
        self._tell("RUNNING", detail)
        self._draw("...", detail)

    def advance(self, done: int, total: int | None, unit: str) -> None:
        """A step is ``done`` of ``total`` units far; drawn at most twice a second."""
        if time.monotonic() - self._drawn_at < _REFRESH_SECONDS:
            return
        of_total = f" of {total:,}" if total else ""
        detail = f"{done:,}{of_total} {unit}{self._losses()}"
        epochs = tuple(self._epochs)
        self._tell_all(Event(self._component, "RUNNING", self.seconds, detail, done, total, unit, epochs))
        self._draw("...", detail)

    def advance_epoch(self, epoch: int, epochs: int, values: Mapping[str, float]) -> None:
        """An epoch of a training is over; none is lost, but not each is drawn."""
        self._epochs.append(dict(values))
        self.advance(epoch, epochs, "epochs")

    def _losses(self) -> str:
        last = self._epochs[-1] if self._epochs else {}
        return "".join(f", {name} {last[name]:.4g}" for name in ("loss", "val_loss") if name in last)

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
        self._tell_all(Event(self._component, state, self.seconds, detail, epochs=tuple(self._epochs)))

    def _tell_all(self, event: Event) -> None:
        for listener in list(self.listeners):
            listener(event)

    def _draw(self, sign: str, detail: str, final: bool = False) -> None:
        line = f"  {self._component:<16} {sign:<8} {self.seconds:7.1f} s   {detail}".rstrip()
        self.lines.draw(line, final)
        self._drawn_at = time.monotonic()
