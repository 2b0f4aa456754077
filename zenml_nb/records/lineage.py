"""Where an artifact comes from and what was made of it, over all runs of a store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from zenml_nb.errors import NotAvailableError
from zenml_nb.records import vocabulary as v
from zenml_nb.records.model import Artifact, Execution
from zenml_nb.records.store import (
    _INPUT_EVENTS,
    _OUTPUT_EVENTS,
    _STATE_OF_EXECUTION,
    Store,
    _artifact,
    _execution,
    _properties,
)

#: So many records are asked for at once.
_BATCH = 400
#: In a store of thousands of runs nearly all that read an artifact are taken from the cache: so many are looked at to
#: find one that is shown.
_LOOKED_AT = 25


@dataclass(frozen=True)
class LineageNode:
    """An artifact or an execution; the other one is None.

    Attributes:
        depth: steps from the focus; negative where it comes from, positive where it goes to.
        type: of the artifact, or of the component.
        run: the id of its run, of an artifact the one that wrote it; None if it is not known.
    """

    depth: int
    type: str
    artifact: Artifact | None = None
    execution: Execution | None = None
    run: str | None = None

    @property
    def key(self) -> str:
        """Its id among the nodes: a and the number of an artifact, or e and the number of an execution."""
        return f"a{self.artifact.id}" if self.artifact else f"e{self.execution.id if self.execution else 0}"


@dataclass(frozen=True)
class Lineage:
    """A graph without circles.

    Attributes:
        focus: the number of the artifact in its middle.
        nodes: the nearest first.
        edges: pairs of keys, in the direction of the flow.
        truncated: whether there is more than was asked for.
    """

    focus: int
    nodes: tuple[LineageNode, ...]
    edges: tuple[tuple[str, str], ...]
    truncated: bool


def lineage_of(store: Store, artifact_id: int, limit: int = 200) -> Lineage:
    """What an artifact was made of, and what was made of it.

    An execution that was taken from the cache made nothing: what it gave again belongs to the one that wrote it.

    Args:
        store: whose runs.
        artifact_id: the number of the artifact.
        limit: at most so many artifacts and executions, the nearest.

    Raises:
        NotAvailableError: there is no such artifact.
        StoreError: the store cannot be read.
    """
    search = _Search(store, artifact_id, max(1, limit))
    if artifact_id not in search.artifacts:
        raise NotAvailableError(
            f"There is no artifact {artifact_id} in this store.", advice="Take one from the artifacts of a run."
        )
    search.go()
    return search.result()


@dataclass
class _Events:
    """What an execution reads and writes, as pairs of an artifact's number and the name it is bound to."""

    reads: dict[int, str] = field(default_factory=dict)
    writes: dict[int, str] = field(default_factory=dict)

    @property
    def makes(self) -> list[int]:
        """What it writes and did not read: a resolver gives on what it was given."""
        return [number for number in self.writes if number not in self.reads]


class _Search:
    def __init__(self, store: Store, focus: int, limit: int) -> None:
        self.store = store
        self.focus = focus
        self.limit = limit
        self.truncated = False
        self.artifacts: dict[int, Any] = {}
        self.executions: dict[int, Any] = {}
        self.events: dict[int, _Events] = {}
        #: The depth of each node, by its key; in the order in which they were found.
        self.depths: dict[str, int] = {}
        self._keep_artifacts([focus], 0)

    def go(self) -> None:
        """One level up and one level down in turns, so that a broad side leaves room for the other one."""
        above, below, depth = [self.focus], [self.focus], 0
        while (above or below) and self._room > 0:
            depth += 1
            above = self._up(above, depth)
            below = self._down(below, depth)

    @property
    def _room(self) -> int:
        return self.limit - len(self.depths)

    def _up(self, artifacts: list[int], depth: int) -> list[int]:
        makers = self._executions_of(artifacts, _OUTPUT_EVENTS)
        kept = self._keep_executions(self._originals(artifacts, makers), 1 - 2 * depth)
        return self._keep_artifacts([a for e in kept for a in self.events[e].reads], -2 * depth)

    def _down(self, artifacts: list[int], depth: int) -> list[int]:
        readers = self._executions_of(artifacts, _INPUT_EVENTS)
        fresh = [number for number in readers if not self._is_cached(number)]
        kept = self._keep_executions(fresh, 2 * depth - 1)
        return self._keep_artifacts([a for e in kept for a in self.events[e].makes], 2 * depth)

    def _executions_of(self, artifacts: list[int], kinds: tuple[int, ...]) -> list[int]:
        """The executions that write or read artifacts; their records and events are read with them."""
        events = self._in_batches("get_events_by_artifact_ids", artifacts)
        found = sorted({event.execution_id for event in events if event.type in kinds})
        most = self.limit * _LOOKED_AT
        self.truncated = self.truncated or len(found) > most
        found = found[:most]
        new = [number for number in found if number not in self.executions]
        for execution in self._in_batches("get_executions_by_id", new):
            self.executions[execution.id] = execution
            self.events[execution.id] = _Events()
        for event in self._in_batches("get_events_by_execution_ids", [e for e in new if e in self.executions]):
            key = next((step.key for step in event.path.steps if step.key), "")
            own = self.events[event.execution_id]
            if event.type in _INPUT_EVENTS:
                own.reads[event.artifact_id] = key
            elif event.type in _OUTPUT_EVENTS:
                own.writes[event.artifact_id] = key
        return [number for number in found if number in self.executions]

    def _originals(self, artifacts: list[int], makers: list[int]) -> list[int]:
        """Of all that gave an artifact, the ones that wrote it; the first one, if all took it from the cache."""
        chosen: dict[int, None] = {}
        for artifact in artifacts:
            own = [e for e in makers if artifact in self.events[e].makes]
            wrote = [number for number in own if not self._is_cached(number)]
            chosen.update(dict.fromkeys(wrote or own[:1]))
        return list(chosen)

    def _is_cached(self, execution: int) -> bool:
        return _STATE_OF_EXECUTION.get(self.executions[execution].last_known_state) == v.CACHED

    def _keep_executions(self, numbers: Iterable[int], depth: int) -> list[int]:
        return self._keep([(number, f"e{number}") for number in numbers], depth)

    def _keep_artifacts(self, numbers: Iterable[int], depth: int) -> list[int]:
        distinct = list(dict.fromkeys(numbers))
        for artifact in self._in_batches("get_artifacts_by_id", [n for n in distinct if n not in self.artifacts]):
            self.artifacts[artifact.id] = artifact
        return self._keep([(number, f"a{number}") for number in distinct if number in self.artifacts], depth)

    def _keep(self, found: list[tuple[int, str]], depth: int) -> list[int]:
        """Those that are new and for which there is room."""
        new = [(number, key) for number, key in found if key not in self.depths]
        self.truncated = self.truncated or len(new) > self._room
        kept = new[: max(0, self._room)]
        self.depths.update((key, depth) for _, key in kept)
        return [number for number, _ in kept]

    def result(self) -> Lineage:
        edges = list(_without_circles(self.depths, self._edges()))
        makers = {to: source for source, to in edges if source.startswith("e")}
        runs = {key: self._run(int(key[1:])) for key in self.depths if key.startswith("e")}
        nodes = [self._node(key, depth, runs.get(makers.get(key, key))) for key, depth in self.depths.items()]
        nodes.sort(key=lambda node: abs(node.depth))
        return Lineage(self.focus, tuple(nodes), tuple(edges), self.truncated)

    def _edges(self) -> Iterator[tuple[str, str]]:
        for key in self.depths:
            own = self.events.get(int(key[1:])) if key.startswith("e") else None
            if own is None:
                continue
            yield from ((f"a{number}", key) for number in own.reads if f"a{number}" in self.depths)
            yield from ((key, f"a{number}") for number in own.makes if f"a{number}" in self.depths)

    def _node(self, key: str, depth: int, run: str | None) -> LineageNode:
        number = int(key[1:])
        if key.startswith("e"):
            recorded = self.executions[number]
            execution = _execution(recorded, self.store._component(recorded), False, (), ())
            return LineageNode(depth, str(recorded.type), execution=execution, run=run)
        name = next((own.writes[number] for own in self.events.values() if number in own.writes), "")
        artifact = _artifact(self.artifacts[number], name)
        return LineageNode(depth, artifact.type, artifact=artifact, run=run)

    def _run(self, execution: int) -> str | None:
        """The run of an execution: by its properties where they say it, else by its contexts."""
        properties = _properties(self.executions[execution])
        pipeline, run = properties.get("pipeline_name"), properties.get("run_id")
        if pipeline and run:
            return f"{pipeline}.{run}"
        contexts = self.store._read("get_contexts_by_execution", execution)
        return next((str(context.name) for context in contexts if context.type in v.RUN_TYPES), None)

    def _in_batches(self, method: str, numbers: Iterable[int]) -> Iterator[Any]:
        listed = list(numbers)
        for start in range(0, len(listed), _BATCH):
            yield from self.store._read(method, listed[start : start + _BATCH])


def _without_circles(nodes: Iterable[str], edges: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The edges but those that would close a circle; no tool writes one, a damaged store may have it."""
    following: dict[str, list[str]] = {key: [] for key in nodes}
    for source, to in edges:
        following[source].append(to)
    state: dict[str, str] = {}
    for start in following:
        if start in state:
            continue
        state[start] = "open"
        waiting = [(start, iter(following[start]))]
        while waiting:
            key, rest = waiting[-1]
            for to in rest:
                if state.get(to) == "open":
                    continue
                yield key, to
                if to not in state:
                    state[to] = "open"
                    waiting.append((to, iter(following[to])))
                    break
            else:
                state[key] = "closed"
                waiting.pop()
