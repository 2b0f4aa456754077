"""Reads runs from a metadata store: our own, and those of TFX's InteractiveContext and DAG runners."""

from __future__ import annotations

import dataclasses
import itertools
import json
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from zenml_nb.errors import NotAvailableError, StoreError, did_you_mean
from zenml_nb.records import vocabulary as v
from zenml_nb.records.connection import open_store
from zenml_nb.records.liveness import is_alive
from zenml_nb.records.model import Artifact, Execution, Run, from_milliseconds

_STATE_OF_EXECUTION = {1: v.RUNNING, 2: v.RUNNING, 3: v.COMPLETE, 4: v.FAILED, 5: v.CACHED, 6: v.CANCELED}
_INPUT_EVENTS = (2, 3, 5)
_OUTPUT_EVENTS = (1, 4, 6)


class Store:
    """A metadata store, opened for reading; several threads may use it.

    Args:
        metadata: the connection, see ``connection_config``.

    Raises:
        StoreError: it does not exist, is damaged, or cannot be reached.
    """

    def __init__(self, metadata: Mapping[str, Any]) -> None:
        self._store = open_store(metadata, read_only=True)
        # ML Metadata does not say that a store may be used by two threads at once.
        self._lock = threading.Lock()

    def runs(self, pipeline: str | None = None, limit: int | None = None) -> list[Run]:
        """Runs without their executions, newest first.

        Args:
            pipeline: only runs of this pipeline.
            limit: at most so many.
        """
        contexts = [c for kind in v.RUN_TYPES for c in self._read("get_contexts_by_type", kind)]
        contexts.sort(key=lambda context: (context.create_time_since_epoch, context.id), reverse=True)
        runs = (self._run_alone(context) for context in contexts)
        return list(itertools.islice((run for run in runs if pipeline is None or run.pipeline == pipeline), limit))

    def run(self, run_id: str) -> Run:
        """One run with its executions and their artifacts.

        Raises:
            NotAvailableError: there is no such run; the nearest ids are named.
        """
        for kind in v.RUN_TYPES:
            context = self._read("get_context_by_type_and_name", kind, run_id)
            if context is not None:
                executions = self._executions(context)
                return dataclasses.replace(_run(context, executions, self._pipeline(context)), executions=executions)
        ids = [run.id for run in self.runs(limit=1000)]
        raise NotAvailableError(f"There is no run {run_id!r} in this store.", advice=did_you_mean(run_id, ids))

    def latest_run(self, pipeline: str) -> Run | None:
        """The newest run of a pipeline with its executions; None if it never ran."""
        newest = self.runs(pipeline, limit=1)
        return self.run(newest[0].id) if newest else None

    def artifacts_at(self, uri: str) -> list[Artifact]:
        """The artifacts that are registered at exactly this URI, oldest first; their ``key`` is empty."""
        return [_artifact(a, "") for a in sorted(self._read("get_artifacts_by_uri", uri), key=lambda a: a.id)]

    def _run_alone(self, context: Any) -> Run:
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

    def _executions(self, context: Any) -> tuple[Execution, ...]:
        executions = sorted(self._read("get_executions_by_context", context.id), key=lambda execution: execution.id)
        ids = [execution.id for execution in executions]
        events = self._read("get_events_by_execution_ids", ids) if ids else []
        artifacts = self._artifacts({event.artifact_id for event in events})
        bound: dict[tuple[int, bool], list[Artifact]] = defaultdict(list)
        for event in events:
            key = next((step.key for step in event.path.steps if step.key), "")
            if event.artifact_id in artifacts and event.type in _INPUT_EVENTS + _OUTPUT_EVENTS:
                where = (event.execution_id, event.type in _OUTPUT_EVENTS)
                bound[where].append(_artifact(artifacts[event.artifact_id], key))
        dead = _state(context) == v.ABORTED
        return tuple(
            _execution(e, self._component(e), dead, tuple(bound[e.id, False]), tuple(bound[e.id, True]))
            for e in executions
        )

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

    def _artifacts(self, ids: Iterable[int]) -> dict[int, Any]:
        listed = sorted(ids)
        return {a.id: a for a in self._read("get_artifacts_by_id", listed)} if listed else {}

    def _read(self, method: str, *args: Any) -> Any:
        import ml_metadata.errors as mlmd_errors

        try:
            with self._lock:
                return getattr(self._store, method)(*args)
        except mlmd_errors.NotFoundError:
            return None if method == "get_context_by_type_and_name" else []
        except mlmd_errors.StatusError as error:
            raise StoreError(
                f"The metadata store cannot be read: {error}.",
                advice="If the file is damaged, put a copy back or move it away; else try again.",
            ) from error


def _pipelines(contexts: Iterable[Any]) -> list[str]:
    return [str(context.name) for context in contexts if context.type == v.PIPELINE_TYPE]


def _run(context: Any, executions: tuple[Execution, ...], pipeline: str) -> Run:
    """A run whose times and state are those of its executions where its own record has none."""
    properties = _properties(context)
    started = properties.pop(v.STARTED, None) or context.create_time_since_epoch
    finished = properties.pop(v.FINISHED, None)
    state = _state(context) or _state_from(executions)
    if finished is None and state not in (v.RUNNING, "") and executions:
        finished = max(int((e.finished or e.started).timestamp() * 1000) for e in executions)
    for name in (v.STATE, v.PIPELINE):
        properties.pop(name, None)
    return Run(
        id=context.name,
        pipeline=pipeline,
        state=state,
        started=from_milliseconds(int(started)),
        finished=None if finished is None else from_milliseconds(int(finished)),
        properties=properties,
    )


def _state(context: Any) -> str:
    """The recorded state; a run whose process is gone while it says RUNNING was aborted. '' in others' records."""
    state = str(_properties(context).get(v.STATE, ""))
    return v.ABORTED if state == v.RUNNING and not is_alive(_properties(context)) else state


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
