"""ML Metadata as the engine writes it: one open store a run, cached outputs by key, failures as failures.

TFX looks a cached execution up by reading all executions of the pipeline: ten seconds once there are 18,000. Here each
distinct combination of component, execution properties and input artifacts has a context named by its hash, which
holds the executions that may be reused; a look-up reads that context alone.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

from ml_metadata.proto import metadata_store_pb2 as pb
from tfx.dsl.io import fileio
from tfx.orchestration import metadata as tfx_metadata

from zenml_nb.engine.live import without_snapshot
from zenml_nb.engine.reasons import LastTime, explain
from zenml_nb.engine.verdict import remark_of
from zenml_nb.records import vocabulary as v
from zenml_nb.version import __version__

_MAX_ERROR = 60_000
_FILES = "zenml_nb_files"
_STATES = {v.FAILED: (pb.Execution.FAILED, "failed"), v.CANCELED: (pb.Execution.CANCELED, "canceled")}
_STATES[v.ABORTED] = (pb.Execution.FAILED, "aborted")


class RunMetadata(tfx_metadata.Metadata):
    """The metadata of one run.

    Args:
        connection: ML Metadata's connection configuration.
        open_store: opens the store. A SQLite file stays open for the whole run: a run has many components, and each
            opening costs as much as a look-up. A server is connected to anew for each, as it ends idle connections and
            a training may take hours.
    """

    def __init__(self, connection: Any, open_store: Callable[[], Any]) -> None:
        super().__init__(connection)
        self._open_store = open_store
        self._stays_open = connection.DESCRIPTOR.name == "ConnectionConfig" and connection.HasField("sqlite")
        self._store = open_store()
        self.reason = ""
        self.cached = False
        self.execution_id: int | None = None
        self._cache_key = ""
        self._began = 0.0
        self._enable_cache = True
        #: Set by a driver: why cached outputs cannot be taken; '' if they can.
        self.is_outdated: Callable[[dict[str, list[Any]]], str] = lambda outputs: ""
        self._code = ""

    def __enter__(self) -> RunMetadata:
        if not self._stays_open:
            self._store = self._open_store()
        return self

    def __exit__(self, *_: object) -> None:
        """Keep the store."""

    def start_component(self, enable_cache: bool, code: str = "") -> None:
        """Forget what belongs to the component before.

        Args:
            enable_cache: whether its outputs may be taken from the cache.
            code: a fingerprint of its code where that is the user's.
        """
        self._code = code
        self.reason, self.cached, self.execution_id, self._cache_key = "", False, None, ""
        self._began = time.monotonic()
        self._enable_cache = enable_cache
        self.is_outdated = lambda outputs: ""

    def register_execution(
        self,
        pipeline_info: Any,
        component_info: Any,
        contexts: Any,
        exec_properties: Any = None,
        input_artifacts: Any = None,
    ) -> Any:
        """Register a new execution; also work out under which key its outputs may be reused, and why it runs."""
        execution = super().register_execution(
            pipeline_info, component_info, contexts, exec_properties, input_artifacts
        )
        self.execution_id = execution.id
        self._cache_key = cache_key(component_info, exec_properties or {}, input_artifacts or {}, self._code)
        step = f"{pipeline_info.pipeline_name}.{component_info.component_id}"
        self._step_context = self._context(v.STEP_TYPE, step)
        self._this_time = LastTime.of(exec_properties or {}, input_artifacts or {}, execution.id, self._code)
        before = LastTime.read(self._step_context)
        self.reason = explain(before, self._this_time, self._enable_cache)
        return execution

    def get_cached_outputs(
        self, input_artifacts: Any, exec_properties: Any, pipeline_info: Any, component_info: Any
    ) -> Any:
        """The outputs of the newest finished execution with the same key; None if there is none."""
        context = self.store.get_context_by_type_and_name(v.CACHE_TYPE, self._cache_key)
        if context is None:
            return None
        executions = self.store.get_executions_by_context(context.id)
        finished = [e for e in executions if e.last_known_state == pb.Execution.COMPLETE]
        for execution in sorted(finished, key=lambda e: e.id, reverse=True):
            outputs = self.get_outputs_of_execution(execution.id)
            is_there = outputs and _on_disk(outputs)
            outdated = self.is_outdated(outputs) if is_there else "its outputs were removed from the disk"
            if not outdated:
                self.cached = True
                self.reason = "nothing changed"
                return dict(outputs)
            self.reason = outdated
        return None

    def update_execution(self, execution: Any, component_info: Any, **kwargs: Any) -> None:
        """Update an execution; why it ran, what came of it and how long are put on it on the way."""
        said = remark_of(kwargs.get("output_artifacts") or {})
        if said and said not in self.reason:
            self.reason = f"{self.reason}; {said}" if self.reason else said
        if self.reason:
            execution.custom_properties[v.REASON].string_value = self.reason
        if kwargs.get("execution_state") in (
            tfx_metadata.EXECUTION_STATE_COMPLETE,
            tfx_metadata.EXECUTION_STATE_CACHED,
        ):
            execution.custom_properties[v.SECONDS].double_value = time.monotonic() - self._began
            self._remember()
        if kwargs.get("execution_state") == tfx_metadata.EXECUTION_STATE_COMPLETE and self._cache_key:
            _count_files(kwargs.get("output_artifacts") or {})
            # In the same transaction as the outputs: an execution is reusable if and only if it is complete.
            kwargs["contexts"] = [*(kwargs.get("contexts") or []), self._context(v.CACHE_TYPE, self._cache_key)]
        super().update_execution(execution, component_info, **kwargs)

    def fail(self, execution_id: int, state: str, error: str) -> None:
        """Record that an execution failed, was canceled or was aborted, with its traceback."""
        with self:
            [execution] = self.store.get_executions_by_id([execution_id])
        execution.last_known_state, text = _STATES[state]
        execution.properties["state"].string_value = text
        execution.custom_properties[v.ERROR].string_value = error[-_MAX_ERROR:]
        execution.custom_properties[v.SECONDS].double_value = time.monotonic() - self._began
        self.store.put_executions([execution])

    def _remember(self) -> None:
        self._this_time.write(self._step_context)
        self.store.put_contexts([self._step_context])

    def _context(self, type_name: str, name: str) -> Any:
        found = self.store.get_context_by_type_and_name(type_name, name)
        return found or self._register_context_if_not_exist(type_name, name, {})


def cache_key(
    component_info: Any, exec_properties: dict[str, Any], inputs: dict[str, list[Any]], code: str = ""
) -> str:
    """The name under which equal work is found again: component and its code, properties, inputs, our version."""
    parts = {
        "type": component_info.component_type,
        "version": __version__,
        "properties": {key: without_snapshot(key, value) for key, value in exec_properties.items()},
        "inputs": {key: sorted(artifact.id for artifact in artifacts) for key, artifacts in inputs.items()},
    }
    if code:
        parts["code"] = code
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _count_files(outputs: dict[str, list[Any]]) -> None:
    """Note on artifacts how much there is of them: some have no files at all, and others may be removed later."""
    for artifacts in outputs.values():
        for artifact in artifacts:
            artifact.set_int_custom_property(_FILES, _n_entries(artifact.uri))


def _on_disk(outputs: dict[str, list[Any]]) -> bool:
    """Whether artifacts are still there: a cleaned-up store may leave empty folders behind."""
    return all(
        fileio.exists(artifact.uri) and _n_entries(artifact.uri) >= artifact.get_int_custom_property(_FILES)
        for artifacts in outputs.values()
        for artifact in artifacts
    )


def _n_entries(uri: str) -> int:
    return len(fileio.listdir(uri)) if fileio.isdir(uri) else 1
