"""Reads runs from a metadata store: our own, and those of TFX's InteractiveContext and DAG runners."""

from __future__ import annotations

import dataclasses
import heapq
import itertools
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from zenml_nb.errors import NotAvailableError, did_you_mean
from zenml_nb.records import listing
from zenml_nb.records import vocabulary as v
from zenml_nb.records.liveness import is_alive
from zenml_nb.records.model import Artifact, Execution, Run, from_milliseconds
from zenml_nb.records.reader import Reader

_STATE_OF_EXECUTION = {1: v.RUNNING, 2: v.RUNNING, 3: v.COMPLETE, 4: v.FAILED, 5: v.CACHED, 6: v.CANCELED}
_INPUT_EVENTS = (2, 3, 5)
_OUTPUT_EVENTS = (1, 4, 6)
#: So many records are asked for at once.
_BATCH = 400


class Store:
    """A metadata store, opened for reading; several threads may use it.

    Args:
        metadata: the connection, see ``connection_config``.

    Raises:
        StoreError: it does not exist, is damaged, or cannot be reached.
    """

    def __init__(self, metadata: Mapping[str, Any]) -> None:
        self._reader = Reader(metadata)

    @property
    def generation(self) -> int:
        """Another number once the file at the place of the store is another one: all that was read is void."""
        return self._reader.generation

    def runs(self, pipeline: str | None = None, limit: int | None = None) -> list[Run]:
        """Runs without their executions, newest first.

        Args:
            pipeline: only runs of this pipeline.
            limit: at most so many.
        """
        runs = (self.run_alone(context) for context in self._newest_first(pipeline, limit))
        return list(itertools.islice((run for run in runs if pipeline is None or run.pipeline == pipeline), limit))

    def _newest_first(self, pipeline: str | None, limit: int | None) -> Iterator[Any]:
        """The contexts of all runs; where few are wanted, few are read."""
        if limit is None:
            contexts = [c for kind in v.RUN_TYPES for c in self._read("get_contexts_by_type", kind)]
            return iter(sorted(contexts, key=_place, reverse=True))
        size = limit if pipeline is None else listing.MOST
        return heapq.merge(*(self._of_type(kind, size) for kind in v.RUN_TYPES), key=_place, reverse=True)

    def _of_type(self, kind: str, size: int) -> Iterator[Any]:
        """The contexts of one type: the newest by themselves, and all the others at once."""
        contexts, token = self.slice_of(listing.contexts, listing.CREATED, max(1, size), "", kind)
        yield from sorted(contexts, key=_place, reverse=True)
        if token:
            known = {context.id for context in contexts}
            rest = (context for context in self._read("get_contexts_by_type", kind) if context.id not in known)
            yield from sorted(rest, key=_place, reverse=True)

    def run(self, run_id: str) -> Run:
        """One run with its executions and their artifacts.

        Raises:
            NotAvailableError: there is no such run; the nearest ids are named.
        """
        return self.runs_by_id([run_id])[0]

    def runs_by_id(self, run_ids: Sequence[str]) -> list[Run]:
        """Runs with their executions and their artifacts, in the order of their ids, read together.

        Raises:
            NotAvailableError: there is no such run; the nearest ids are named.
        """
        contexts = [self._context_of(run_id) for run_id in run_ids]
        executions = self._executions(contexts)
        return [
            dataclasses.replace(_run(context, own, self._pipeline(context)), executions=own)
            for context, own in zip(contexts, executions, strict=True)
        ]

    def _context_of(self, run_id: str) -> Any:
        found = (self.context(kind, run_id) for kind in v.RUN_TYPES)
        context = next((context for context in found if context is not None), None)
        if context is None:
            ids = [run.name for run in itertools.islice(self._newest_first(None, 1000), 1000)]
            raise NotAvailableError(f"There is no run {run_id!r} in this store.", advice=did_you_mean(run_id, ids))
        return context

    def latest_run(self, pipeline: str) -> Run | None:
        """The newest run of a pipeline with its executions; None if it never ran."""
        newest = self.runs(pipeline, limit=1)
        return self.run(newest[0].id) if newest else None

    def artifacts_at(self, uri: str) -> list[Artifact]:
        """The artifacts that are registered at exactly this URI, oldest first; their ``key`` is empty."""
        return [_artifact(a, "") for a in sorted(self._read("get_artifacts_by_uri", uri), key=lambda a: a.id)]

    def slice_of(
        self, what: Callable[..., tuple[list[Any], str]], order: str, limit: int, token: str = "", kind: str = ""
    ) -> tuple[list[Any], str]:
        """A slice of ML Metadata's own records; see ``records.listing``, whose functions ``what`` is one of."""
        given = (kind,) if kind else ()
        return self._reader.use(lambda store: what(store, order, limit, token, *given)) or ([], "")

    def context(self, kind: str, name: str) -> Any:
        """The context of a type with a name; None if there is none."""
        return self._read("get_context_by_type_and_name", kind, name)

    def contexts_by_number(self, numbers: Iterable[int]) -> list[Any]:
        """The contexts with these numbers, as far as there are any."""
        return list(self._in_batches("get_contexts_by_id", numbers))

    def contexts_of_execution(self, number: int) -> list[Any]:
        """The contexts of an execution. That costs more the more executions there are: they have no index for it."""
        return list(self._read("get_contexts_by_execution", number))

    def run_alone(self, context: Any) -> Run:
        """A run without its executions; those of other tools are read all the same, for the state is theirs."""
        if v.STATE in context.custom_properties:
            return _run(context, (), self._pipeline(context))
        executions = self._read("get_executions_by_context", context.id)
        states = tuple(_execution(e, "", False, (), ()) for e in sorted(executions, key=lambda e: e.id))
        return _run(context, states, self._pipeline(context))

    def _pipeline(self, context: Any) -> str:
        """The pipeline of a run: a property in interactive runs, a parent of the context in runs of a DAG."""
        properties = _properties(context)
        name = properties.get(v.PIPELINE) or properties.get("pipeline_name")
        if name:
            return str(name)
        parents = self._read("get_parent_contexts_by_context", context.id)
        executions = [] if _pipelines(parents) else self._read("get_executions_by_context", context.id)
        near = [c for e in executions[:1] for c in self._read("get_contexts_by_execution", e.id)]
        return next(iter(_pipelines([*parents, *near])), context.name)

    def _executions(self, contexts: Iterable[Any]) -> list[tuple[Execution, ...]]:
        """The executions of each of several runs."""
        found = [(c, sorted(self._read("get_executions_by_context", c.id), key=lambda e: e.id)) for c in contexts]
        ids = dict.fromkeys(execution.id for _, executions in found for execution in executions)
        events = list(self._in_batches("get_events_by_execution_ids", ids))
        numbers = sorted({event.artifact_id for event in events})
        artifacts = {a.id: a for a in self._in_batches("get_artifacts_by_id", numbers)}
        bound: dict[tuple[int, bool], list[Artifact]] = defaultdict(list)
        for event in events:
            key = next((step.key for step in event.path.steps if step.key), "")
            if event.artifact_id in artifacts and event.type in _INPUT_EVENTS + _OUTPUT_EVENTS:
                where = (event.execution_id, event.type in _OUTPUT_EVENTS)
                bound[where].append(_artifact(artifacts[event.artifact_id], key))
        return [
            tuple(
                _execution(e, self._component(e), dead, tuple(bound[e.id, False]), tuple(bound[e.id, True]))
                for e in executions
            )
            for dead, executions in ((_state(_properties(c)) == v.ABORTED, executions) for c, executions in found)
        ]

    def _component(self, execution: Any) -> str:
        """The component's id: a property in interactive runs, the name of the node's context in runs of a DAG."""
        name = _properties(execution).get("component_id")
        if name:
            return str(name)
        contexts = self._read("get_contexts_by_execution", execution.id)
        node = str(next((context.name for context in contexts if context.type == v.NODE_TYPE), ""))
        for pipeline in _pipelines(contexts):
            node = node.removeprefix(f"{pipeline}.")
        return node or str(execution.type)

    def _in_batches(self, method: str, numbers: Iterable[int]) -> Iterator[Any]:
        listed = [*numbers]
        for start in range(0, len(listed), _BATCH):
            yield from self._read(method, listed[start : start + _BATCH])

    def _read(self, method: str, *args: Any) -> Any:
        found = self._reader.read(method, *args)
        return [] if found is None and method != "get_context_by_type_and_name" else found


def _place(context: Any) -> tuple[int, int]:
    return context.create_time_since_epoch, context.id


def _pipelines(contexts: Iterable[Any]) -> list[str]:
    return [str(context.name) for context in contexts if context.type == v.PIPELINE_TYPE]


def _run(context: Any, executions: tuple[Execution, ...], pipeline: str) -> Run:
    """A run whose times and state are those of its executions where its own record has none."""
    properties = _properties(context)
    started = _time(properties.pop(v.STARTED, None)) or from_milliseconds(context.create_time_since_epoch)
    finished = _time(properties.pop(v.FINISHED, None))
    state = _state(properties) or _state_from(executions)
    if finished is None and state not in (v.RUNNING, "") and executions:
        finished = max(e.finished or e.started for e in executions)
    for name in (v.STATE, v.PIPELINE):
        properties.pop(name, None)
    return Run(
        id=context.name,
        pipeline=pipeline,
        state=state,
        started=started,
        finished=finished,
        properties=properties,
    )


def _time(value: Any) -> datetime | None:
    """A recorded time; None where a foreign hand wrote something else under its name."""
    try:
        return from_milliseconds(int(value)) if value else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _state(properties: Mapping[str, Any]) -> str:
    """The recorded state; a run whose process is gone while it says RUNNING was aborted. '' in others' records."""
    state = str(properties.get(v.STATE) or "")
    return v.ABORTED if state == v.RUNNING and not is_alive(properties) else state


def _state_from(executions: tuple[Execution, ...]) -> str:
    states = {execution.state for execution in executions}
    for state in (v.FAILED, v.CANCELED, v.RUNNING):
        if state in states:
            return state
    return v.COMPLETE if states else ""


def _execution(
    e: Any, component: str, dead: bool, inputs: tuple[Artifact, ...], outputs: tuple[Artifact, ...]
) -> Execution:
    properties = _properties(e)
    state = _STATE_OF_EXECUTION.get(e.last_known_state, v.RUNNING)
    if dead and state == v.RUNNING:
        state = v.ABORTED
    return Execution(
        id=e.id,
        component=component,
        state=state,
        started=from_milliseconds(e.create_time_since_epoch),
        finished=None if state == v.RUNNING else from_milliseconds(e.last_update_time_since_epoch),
        reason=str(properties.get(v.REASON, "")),
        error=str(properties.get(v.ERROR, "")),
        properties=properties,
        inputs=inputs,
        outputs=outputs,
    )


def _artifact(artifact: Any, key: str) -> Artifact:
    properties = _properties(artifact)
    try:
        names = json.loads(str(properties.get("split_names") or "[]"))
    except ValueError:
        names = []
    splits = tuple(map(str, names)) if isinstance(names, list) else ()
    return Artifact(artifact.id, artifact.type, key, artifact.uri, splits, properties)


def _properties(node: Any) -> dict[str, Any]:
    """Properties and custom properties in one dictionary: interactive runs use the first, runs of a DAG the second."""
    values = {}
    for mapping in (node.properties, node.custom_properties):
        for key, value in mapping.items():
            kind = value.WhichOneof("value")
            values[key] = getattr(value, kind) if kind else None
    return values
