"""Runs, executions and artifacts as read from a store; plain immutable values."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml_nb.records import vocabulary as v

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Artifact:
    """One artifact of an execution.

    Attributes:
        id: its number in the store.
        type: its type, for example ``Examples``.
        key: the name of the output or input it is bound to, for example ``statistics``.
        uri: where its files are.
        splits: the names of its splits; empty if it has none.
        properties: all its properties, custom ones included.
    """

    id: int
    type: str
    key: str
    uri: str
    splits: tuple[str, ...] = ()
    properties: dict[str, Any] = field(default_factory=dict)

    def split_path(self, split: str) -> Path:
        """The folder of one split, as TFX lays it out."""
        return Path(self.uri) / f"Split-{split}"


@dataclass(frozen=True)
class Execution:
    """One execution of one component.

    Attributes:
        id: its number in the store.
        component: the id of the component, for example ``Trainer``.
        state: RUNNING, COMPLETE, CACHED, FAILED, CANCELED or ABORTED.
        started, finished: UTC; finished is None while it runs.
        reason: why it ran or was taken from the cache; '' in records of other tools.
        error: the traceback of a failed execution.
        properties: its execution properties, as strings.
    """

    id: int
    component: str
    state: str
    started: datetime
    finished: datetime | None
    reason: str = ""
    error: str = ""
    properties: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[Artifact, ...] = ()
    outputs: tuple[Artifact, ...] = ()

    @property
    def seconds(self) -> float | None:
        """The duration; None while it runs."""
        recorded = self.properties.get(v.SECONDS)
        if recorded is not None:
            return float(recorded)
        return None if self.finished is None else (self.finished - self.started).total_seconds()


@dataclass(frozen=True)
class Run:
    """One run of a pipeline.

    Attributes:
        id: the run's name, unique in its store.
        pipeline: the name of the pipeline.
        state: RUNNING, COMPLETE, FAILED, CANCELED or ABORTED.
        started, finished: UTC; finished is None while it runs.
        properties: everything else that is recorded: config_hash, config_uri, git_commit, notebook, user, host, until.
        executions: in the order they were started.
    """

    id: str
    pipeline: str
    state: str
    started: datetime
    finished: datetime | None
    properties: dict[str, Any] = field(default_factory=dict)
    executions: tuple[Execution, ...] = ()

    @property
    def folder(self) -> Path | None:
        """The folder with the run's log and configuration; None for runs of other tools."""
        uri = self.properties.get(v.CONFIG_URI)
        return Path(uri).parent if uri else None

    @property
    def metrics(self) -> dict[str, float]:
        """The numbers of its evaluation over the whole data; empty without one, and for runs of other tools."""
        recorded = (
            (name, value) for name, value in sorted(self.properties.items()) if name.startswith(v.METRIC_PREFIX)
        )
        numbers = ((name.removeprefix(v.METRIC_PREFIX), _number(value)) for name, value in recorded)
        return {name: number for name, number in numbers if number is not None}

    def execution(self, component: str) -> Execution | None:
        """The run's execution of a component; None if it has none."""
        return next((e for e in reversed(self.executions) if e.component == component), None)

    def artifact(self, component: str, key: str) -> Artifact | None:
        """An output of a component that ended well; None if there is none."""
        execution = self.execution(component)
        if execution is None or execution.state not in (v.COMPLETE, v.CACHED):
            return None
        return next((artifact for artifact in execution.outputs if artifact.key == key), None)

    @functools.cached_property
    def artifacts(self) -> pandas.DataFrame:
        """All outputs: a frame with the columns component, output, type, splits, state, id, uri."""
        import pandas as pd

        rows = [
            (e.component, a.key, a.type, ", ".join(a.splits), e.state, a.id, a.uri)
            for e in self.executions
            for a in e.outputs
        ]
        columns = ["component", "output", "type", "splits", "state", "id", "uri"]
        frame: pandas.DataFrame = pd.DataFrame(rows, columns=columns)
        return frame

    def __str__(self) -> str:
        lines = [f"Run {self.id} of {self.pipeline}: {self.state}"]
        for execution in self.executions:
            duration = "" if execution.seconds is None else f"{execution.seconds:8.1f} s"
            lines.append(f"  {execution.component:<20} {execution.state:<9}{duration:>11}  {execution.reason}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)


def from_milliseconds(value: int) -> datetime:
    """Milliseconds since the epoch, as ML Metadata keeps them, to a time in UTC."""
    return datetime.fromtimestamp(value / 1000, tz=timezone.utc)


def _number(value: Any) -> float | None:
    """A number that is recorded as a text, or by another hand as a number; None if it is something else."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    # The same object each time: two that are not would make equal runs differ.
    return math.nan if math.isnan(number) else number
