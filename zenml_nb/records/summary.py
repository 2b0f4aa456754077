"""What a list shows of a run, what it can be narrowed by, and one page of it; plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run in a list. Small: tens of thousands are kept in memory.

    Attributes:
        id: the run's name, unique in its store.
        pipeline: the name of the pipeline.
        state: RUNNING, COMPLETE, FAILED, CANCELED or ABORTED; empty for runs of other tools without any execution.
        started, finished: UTC; finished is None while it runs.
        metrics: of the whole data of its evaluation, as recorded with the run; empty if there is none.
        failed_step: the step that failed or was interrupted; empty if none did.
        until: the step that the run was to stop after; empty if it was to run to the end.
        error: what the user was told; empty if nothing.
    """

    id: str
    pipeline: str
    state: str
    started: datetime
    finished: datetime | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    failed_step: str = ""
    until: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """What runs are listed; a run must meet all that is given.

    Attributes:
        pipelines: names, of which it is one.
        states: of which it is one.
        since, before: it started then or later; it started earlier. With a time zone.
        metric: it has this one.
        minimum, maximum: its value lies between them, both included; need a metric.
        search: a part of its id, of its pipeline's name or of its error, in any case.
    """

    pipelines: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    since: datetime | None = None
    before: datetime | None = None
    metric: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    search: str = ""

    def accept(self, run: RunSummary) -> bool:
        """Whether a run meets them."""
        return (
            (not self.pipelines or run.pipeline in self.pipelines)
            and (not self.states or run.state in self.states)
            and (self.since is None or run.started >= self.since)
            and (self.before is None or run.started < self.before)
            and (self.metric is None or self._in_range(run.metrics.get(self.metric)))
            and (not self.search or self._found_in(run))
        )

    def _in_range(self, value: float | None) -> bool:
        if value is None:
            return False
        # Written so that NaN, which compares as false with everything, lies in no range.
        at_least = self.minimum is None or value >= self.minimum
        return at_least and (self.maximum is None or value <= self.maximum)

    def _found_in(self, run: RunSummary) -> bool:
        wanted = self.search.casefold()
        return any(wanted in text.casefold() for text in (run.id, run.pipeline, run.error))


@dataclass(frozen=True, slots=True)
class Page:
    """Some runs of a store, and what there is to narrow the list by.

    Attributes:
        runs: newest first.
        total: how many runs meet the filters; None as long as that is not known.
        indexing: whether the store is still being read: another call may find more.
        revision: another text whenever anything of the store's runs has changed.
        pipelines: each pipeline with its number of runs in the whole store, by name.
        states: each state with its number of runs in the whole store.
        metrics: each metric with the number of runs that have it, the most frequent first.
    """

    runs: list[RunSummary]
    total: int | None
    indexing: bool
    revision: str
    pipelines: tuple[tuple[str, int], ...] = ()
    states: tuple[tuple[str, int], ...] = ()
    metrics: tuple[tuple[str, int], ...] = ()
