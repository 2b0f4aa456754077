"""The summaries of all runs of a store in memory: in order, counted, filtered."""

from __future__ import annotations

import bisect
import secrets
from collections import Counter, OrderedDict
from collections.abc import Sequence

from zenml_nb.records import vocabulary as v
from zenml_nb.records.summary import Filters, RunSummary

#: So many filtered lists are remembered: a person who scrolls asks for one again and again.
_REMEMBERED = 8

#: When a run was created, in milliseconds, and the number of its context: its place among the others.
Place = tuple[int, int]


class Index:
    """Knows each run once, by the number of its context. Not made for several threads at once."""

    def __init__(self) -> None:
        self._runs: dict[int, RunSummary] = {}
        self._places: list[Place] = []
        self._counts = {"pipeline": Counter[str](), "state": Counter[str](), "metric": Counter[str]()}
        self._selected: OrderedDict[Filters, Sequence[RunSummary]] = OrderedDict()
        self._key = secrets.token_hex(4)
        self._changes = 0

    def __len__(self) -> int:
        return len(self._runs)

    @property
    def revision(self) -> str:
        """Another text after each change; never that of another index."""
        return f"{self._key}.{self._changes}"

    def put(self, place: Place, run: RunSummary) -> bool:
        """Add a run, or replace it; tells whether anything changed."""
        before = self._runs.get(place[1])
        if before == run:
            return False
        if before is None:
            bisect.insort(self._places, place)
        else:
            self._count(before, -1)
        self._runs[place[1]] = run
        self._count(run, 1)
        self._changes += 1
        self._selected.clear()
        return True

    def select(self, filters: Filters, offset: int, limit: int) -> tuple[list[RunSummary], int]:
        """Some of the runs that meet filters, newest first, and how many meet them."""
        if filters == Filters():
            end = max(0, len(self._places) - offset)
            places = self._places[max(0, end - limit) : end]
            return [self._runs[number] for _, number in reversed(places)], len(self._places)
        found = self._selected.get(filters)
        if found is None:
            runs = (self._runs[number] for _, number in reversed(self._places))
            found = tuple(run for run in runs if filters.accept(run))
            self._selected[filters] = found
            if len(self._selected) > _REMEMBERED:
                self._selected.popitem(last=False)
        self._selected.move_to_end(filters)
        return list(found[offset : offset + limit]), len(found)

    def pipelines(self) -> tuple[tuple[str, int], ...]:
        """Each pipeline with its number of runs, by name."""
        return tuple(sorted(self._counts["pipeline"].items()))

    def states(self) -> tuple[tuple[str, int], ...]:
        """Each state with its number of runs, in the order in which they are told."""
        found = self._counts["state"]
        return tuple(
            (state, found[state]) for state in (*v.RUN_STATES, *sorted(set(found) - set(v.RUN_STATES))) if found[state]
        )

    def metrics(self) -> tuple[tuple[str, int], ...]:
        """Each metric with the number of runs that have it, the most frequent first."""
        return tuple(sorted(self._counts["metric"].items(), key=lambda item: (-item[1], item[0])))

    def _count(self, run: RunSummary, by: int) -> None:
        for kind, names in (("pipeline", (run.pipeline,)), ("state", (run.state,)), ("metric", run.metrics)):
            counter = self._counts[kind]
            for name in names:
                counter[name] += by
                if not counter[name]:
                    del counter[name]
