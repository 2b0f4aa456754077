"""The step graph: documents of the kind ``zenml_nb/steps@1``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from zenml_nb.artifacts.history import MODEL_RUN, History
from zenml_nb.records import Artifact, Execution, Run
from zenml_nb.records import vocabulary as v
from zenml_nb.viewmodels.declarations import argument_text, other_properties, recorded_declaration
from zenml_nb.viewmodels.discretion import cut, shared_text, shared_uri, without_secrets
from zenml_nb.viewmodels.flow import Part, recorded_parts, slot_of
from zenml_nb.viewmodels.step_errors import error_of_execution, error_of_run
from zenml_nb.viewmodels.training import history_of, loss_curve

SCHEMA = "zenml_nb/steps@1"
Document = dict[str, Any]

#: A run goes on and has not come to the component yet.
PENDING = "PENDING"
#: No run has come to it, or the last one ended before.
NOT_RUN = "NOT_RUN"
#: A step that a whole run needs was not added yet.
NOT_DECLARED = "NOT_DECLARED"

_FINISHED = (v.COMPLETE, v.CACHED)
#: What begins before the first component.
LOADING = "(loading)"
#: The types of artifacts that have a view of their own.
VIEWED = ("ExampleStatistics", "Schema", "ExampleAnomalies", "ModelEvaluation")
_ROWS = "rows_"


@dataclass(frozen=True)
class DeclaredStep:
    """A slot of a pipeline as its user declared it.

    Attributes:
        slot: its name.
        method: the pipeline's method that fills it.
        declared: whether it is filled; False for a mandatory one that is not.
        source: the import path of the step's class.
        args: the recorded arguments of the step.
        parts: the components that it compiles to.
    """

    slot: str
    method: str
    declared: bool = True
    source: str = ""
    args: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()


class Progress(Protocol):
    """What a running pipeline last told of a component, or, without a component, of the run as a whole."""

    @property
    def state(self) -> str:
        """RUNNING, COMPLETE, CACHED, FAILED or CANCELED."""

    @property
    def seconds(self) -> float:
        """Since it began."""

    @property
    def detail(self) -> str:
        """Why it ran, or how far it is."""

    @property
    def done(self) -> int | None:
        """The number of units that are done."""

    @property
    def total(self) -> int | None:
        """The number of units that there are."""

    @property
    def unit(self) -> str:
        """What is counted, for example rows."""

    @property
    def epochs(self) -> Sequence[Mapping[str, float]]:
        """Of a training, the metrics of each epoch so far."""


def steps_document(
    *,
    pipeline: str,
    declared: Sequence[DeclaredStep] = (),
    run: Run | None = None,
    progress: Mapping[str, Progress] | None = None,
    logs: Mapping[str, Sequence[str]] | None = None,
    histories: Mapping[str, History] | None = None,
    root: Path,
) -> Document:
    """The steps of a pipeline as a graph.

    Args:
        pipeline: its name.
        declared: its slots in their order; empty for runs of other tools, whose components become the steps.
        run: its latest run, if there is one; it may still go on.
        progress: what a running pipeline told last, by component; '' is the run as a whole.
        logs: the last lines of each component's log.
        histories: of components that trained a model, the metrics of each epoch.
        root: the project folder; all paths are relative to it.
    """
    return _Graph(pipeline, declared, run, progress or {}, logs or {}, histories or {}, root).document()


class _Graph:
    def __init__(
        self,
        pipeline: str,
        declared: Sequence[DeclaredStep],
        run: Run | None,
        progress: Mapping[str, Progress],
        logs: Mapping[str, Sequence[str]],
        histories: Mapping[str, History],
        root: Path,
    ) -> None:
        self.pipeline = pipeline
        self.run = run
        self.progress = progress
        self.logs = logs
        self.histories = histories
        self.root = root
        self.executions = {e.component: e for e in run.executions} if run else {}
        self.state = progress[""].state if "" in progress else run.state if run else ""
        self.steps = _steps_of(declared, run)
        self.reach = _reach(self.steps, run)
        self.step_of = {part.component: step.slot for step in self.steps for part in step.parts}
        # Cached outputs are those of an earlier run: here they belong to the component that gave them again.
        self.made_by = {a.id: e.component for e in reversed(tuple(self.executions.values())) for a in e.outputs}

    def document(self) -> Document:
        return {
            "schema": SCHEMA,
            "title": self.pipeline,
            "notes": self._notes(),
            "run": self._run(),
            "steps": [self._step(step) for step in self.steps],
            "edges": self._edges(),
        }

    def _notes(self) -> list[str]:
        notes = []
        missing = [f"{step.method}(...)" for step in self.steps if not step.declared]
        if missing:
            notes.append(f"For a whole run, call {', '.join(missing)}.")
        loading = self.progress.get(LOADING)
        if loading is not None and loading.state == v.RUNNING:
            notes.append(f"Loading {loading.detail}.")
        return notes

    def _run(self) -> dict[str, Any] | None:
        run, told = self.run, self.progress.get("")
        if run is None:
            return None
        seconds = (run.finished - run.started).total_seconds() if run.finished else None
        return {
            "id": run.id,
            "state": self.state or PENDING,
            "started": run.started.isoformat(timespec="seconds"),
            "seconds": told.seconds if told and seconds is None else seconds,
            "until": run.properties.get(v.UNTIL) or None,
            # A failure that belongs to no step, for example that TFX cannot be imported.
            "error": None if run.properties.get(v.FAILED_STEP) else error_of_run(run, self.root),
        }

    def _step(self, step: DeclaredStep) -> dict[str, Any]:
        components = [self._component(step, part) for part in step.parts]
        executions = [e for part in step.parts if (e := self.executions.get(part.component))]
        seconds = [c["seconds"] for c in components if c["seconds"] is not None]
        return {
            "name": step.slot,
            "state": self._step_state(step, [c["state"] for c in components]),
            "method": step.method or None,
            "configuration": _configuration(step, executions, self.root),
            "seconds": sum(seconds) if seconds else None,
            "rows": _rows(executions),
            "progress": next((p for c in components if (p := self._progress(c["id"], c["state"]))), None),
            "curve": next((c for part in components if (c := self._curve(part["id"], part["state"]))), None),
            "error": self._step_error(step, executions),
            "components": components,
        }

    def _step_state(self, step: DeclaredStep, states: list[str]) -> str:
        if not step.declared:
            return NOT_DECLARED
        for state in (v.FAILED, v.CANCELED, v.ABORTED, v.RUNNING):
            if state in states:
                return state
        finished = [state for state in states if state in _FINISHED]
        if states and len(finished) == len(states):
            return v.CACHED if set(states) == {v.CACHED} else v.COMPLETE
        if finished:
            # Between two of its components: it goes on, or ended there as the run did.
            return v.RUNNING if PENDING in states else self.state if self.state in _BAD else NOT_RUN
        return PENDING if PENDING in states else NOT_RUN

    def _component(self, step: DeclaredStep, part: Part) -> dict[str, Any]:
        execution, told = self.executions.get(part.component), self.progress.get(part.component)
        state = self._component_state(step, execution, told)
        reason = execution.reason if execution else ""
        if told and not reason and state in _FINISHED:
            reason = told.detail
        finished = state in (*_FINISHED, v.FAILED, v.CANCELED, v.ABORTED)
        log = self.logs.get(part.component, ()) if finished else ()
        return {
            "id": part.component,
            "label": _label(step, part.component),
            "state": state,
            "seconds": _seconds(execution, told),
            "reason": shared_text(reason, self.root, 400),
            "inputs": [self._artifact(a) for a in execution.inputs] if execution else _declared_inputs(part),
            # The files of a step that did not finish are removed.
            "outputs": [self._artifact(a) for a in execution.outputs] if execution and state in _FINISHED else [],
            "log": [shared_text(line, self.root, 400) for line in log],
        }

    def _component_state(self, step: DeclaredStep, execution: Execution | None, told: Progress | None) -> str:
        if told and (execution is None or execution.state == v.RUNNING):
            return told.state
        if execution is not None:
            return execution.state
        return PENDING if self.state == v.RUNNING and step.declared and step.slot in self.reach else NOT_RUN

    def _progress(self, component: str, state: str) -> dict[str, Any] | None:
        told = self.progress.get(component)
        if told is None or state != v.RUNNING or told.done is None:
            return None
        return {"done": told.done, "total": told.total, "unit": told.unit}

    def _curve(self, component: str, state: str) -> dict[str, Any] | None:
        told = self.progress.get(component)
        if state in _FINISHED and component in self.histories:
            return loss_curve(self.histories[component])
        return loss_curve(history_of(told.epochs)) if told else None

    def _step_error(self, step: DeclaredStep, executions: list[Execution]) -> dict[str, Any] | None:
        failed = next((e for e in executions if e.state in (v.FAILED, v.ABORTED)), None)
        if self.run and self.run.properties.get(v.FAILED_STEP) == step.slot and self.run.state != v.CANCELED:
            return error_of_run(self.run, self.root, failed)
        return error_of_execution(failed, self.root) if failed else None

    def _artifact(self, artifact: Artifact) -> dict[str, Any]:
        uri = shared_uri(artifact.uri, self.root)
        is_training = artifact.type == MODEL_RUN and self.made_by.get(artifact.id) in self.histories
        return {
            "key": artifact.key,
            "type": artifact.type,
            "from": self.made_by.get(artifact.id, ""),
            "splits": list(artifact.splits),
            "uri": uri,
            "view": f"from zenml_nb.views import show; show({uri!r})" if artifact.type in VIEWED or is_training else "",
        }

    def _edges(self) -> list[dict[str, Any]]:
        """What flows from step to step: as recorded where a component ran, as declared where it did not."""
        flows: dict[tuple[str, str], list[str]] = {}
        for step in self.steps:
            for part in step.parts:
                execution = self.executions.get(part.component)
                inputs = [(self.made_by.get(a.id, ""), a.type) for a in execution.inputs] if execution else part.inputs
                for component, kind in inputs:
                    source = self.step_of.get(component, step.slot)
                    kinds = flows.setdefault((source, step.slot), []) if source != step.slot else []
                    kinds += [] if kind in kinds else [kind]
        return [{"from": a, "to": b, "artifacts": kinds} for (a, b), kinds in flows.items()]


_BAD = (v.FAILED, v.CANCELED, v.ABORTED)


def _steps_of(declared: Sequence[DeclaredStep], run: Run | None) -> list[DeclaredStep]:
    """The declared steps, and those of a run that are not declared (any more), each with what it consists of."""
    recorded = recorded_parts(run)
    steps = [replace(step, parts=recorded.get(step.slot, step.parts)) for step in declared]
    known = {part.component for step in steps for part in step.parts}
    recorded_part = {part.component: part for parts in recorded.values() for part in parts}
    extra: dict[str, list[Part]] = {}
    for execution in run.executions if run else ():
        if execution.component not in known:
            slot = slot_of(run, execution.component) if run else execution.component
            parts = extra.setdefault(slot, [])
            if execution.component not in {part.component for part in parts}:
                parts.append(recorded_part.get(execution.component, Part(execution.component)))
    slots = {step.slot for step in steps}
    steps += [
        # A component of another tool may have the name of a slot.
        DeclaredStep(slot if slot not in slots else f"{slot} (run)", "", parts=tuple(parts))
        for slot, parts in extra.items()
    ]
    return steps


def _reach(steps: Sequence[DeclaredStep], run: Run | None) -> set[str]:
    """The slots that the run goes through."""
    slots = [step.slot for step in steps]
    until = run.properties.get(v.UNTIL) if run else None
    return set(slots[: slots.index(until) + 1] if until in slots else slots)


def _label(step: DeclaredStep, component: str) -> str:
    """The part of a component's name that says more than its step does."""
    head = step.parts[0].component
    return component.removeprefix(head) if component != head and component.startswith(head) else component


def _seconds(execution: Execution | None, told: Progress | None) -> float | None:
    if told and (execution is None or execution.state == v.RUNNING or execution.seconds is None):
        return told.seconds
    return execution.seconds if execution else None


def _rows(executions: Sequence[Execution]) -> list[dict[str, Any]]:
    """The sizes of the splits that a step wrote, as the engine notes them on the artifact."""
    for execution in executions:
        for artifact in execution.outputs if execution.state in _FINISHED else ():
            rows = [
                {"split": split, "rows": int(artifact.properties[_ROWS + split])}
                for split in artifact.splits
                if str(artifact.properties.get(_ROWS + split, "")).isdigit()
            ]
            if rows:
                return rows
    return []


def _declared_inputs(part: Part) -> list[dict[str, Any]]:
    return [
        {"key": "", "type": kind, "from": component, "splits": [], "uri": "", "view": ""}
        for component, kind in part.inputs
    ]


def _configuration(step: DeclaredStep, executions: Sequence[Execution], root: Path) -> dict[str, Any] | None:
    """What the step ran with, as recorded; what is declared where that is not recorded."""
    recorded = next((r for e in executions if (r := recorded_declaration(e))), None)
    source, args = (step.source, dict(step.args)) if recorded is None else (recorded.source, dict(recorded.args))
    if recorded is None and not step.source and executions:
        args = other_properties(executions[0])
    if not source and not args:
        return None
    changed = recorded is not None and bool(step.source) and (source, args) != (step.source, _plain(step.args))
    return {
        "source": source,
        "args": [
            {"name": cut(str(name), 200), "value": shared_text(argument_text(value), root)}
            for name, value in without_secrets(args).items()
        ],
        "changed": changed,
    }


def _plain(args: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as they come back from a record."""
    return dict(json.loads(json.dumps(dict(args))))
