"""The page of one run: documents of the kind ``zenml_nb/run@1``."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from zenml_nb.artifacts.history import MODEL_RUN, histories
from zenml_nb.artifacts.run_files import configuration_text, log_lines
from zenml_nb.records import Artifact, Execution, Run
from zenml_nb.records import vocabulary as v
from zenml_nb.viewmodels.discretion import cut, shared_text, shared_uri
from zenml_nb.viewmodels.flow import slot_of
from zenml_nb.viewmodels.run_configuration import shown_yaml
from zenml_nb.viewmodels.step_errors import error_of_run
from zenml_nb.viewmodels.steps import steps_document
from zenml_nb.viewmodels.tables import json_cell

SCHEMA = "zenml_nb/run@1"
Document = dict[str, Any]

_STATES = (v.RUNNING, v.COMPLETE, v.FAILED, v.CANCELED, v.ABORTED)
_FINISHED = (v.COMPLETE, v.CACHED)
#: What a store says of a run where it says nothing that is known.
UNKNOWN = "UNKNOWN"
#: The view of each type of artifact.
VIEWS = {
    "ExampleStatistics": "statistics",
    "Schema": "schema",
    "ExampleAnomalies": "anomalies",
    "ModelEvaluation": "evaluation",
    "Model": "model",
    "Examples": "examples",
    MODEL_RUN: "training",
}
#: The views of a run, and the outputs that they are of: of sequences rather than of splits, and of these rather than
#: of the whole data.
_OF_RUN = {
    "statistics": (
        ("SequenceStatistics", "statistics"),
        ("SplitStatistics", "statistics"),
        ("DataStatistics", "statistics"),
    ),
    "schema": (("SequenceSchema", "schema"), ("SplitSchema", "schema"), ("DataSchema", "schema")),
    "anomalies": (("SplitAnomalies", "anomalies"),),
    "training": (),
    "evaluation": (("Evaluator", "evaluation"),),
}
_LONGEST = 400


def run_document(
    run: Run,
    *,
    root: Path,
    logs: Mapping[str, Sequence[str]] | None = None,
    yaml_text: str | None = None,
) -> Document:
    """Everything that is known of one run, of any tool.

    Args:
        run: with its executions.
        root: the project folder; all paths are relative to it.
        logs: the last lines of each component's log; by default they are read from the run's folder.
        yaml_text: the configuration; by default it is read from the run's folder. Of both, only what lies below
            ``root`` is read.
    """
    if logs is None:
        logs = log_lines(run, root)
    if yaml_text is None:
        yaml_text = configuration_text(run, root)
    shown = None if yaml_text is None else shown_yaml(yaml_text, root)
    trained = histories(run, root)
    known = run if run.state in _STATES else dataclasses.replace(run, state="")
    is_loadable = v.VERSION in run.properties and shown is not None
    return {
        "schema": SCHEMA,
        "title": cut(run.pipeline, _LONGEST),
        "run": _run(known, root),
        "error": _error(known, root),
        "steps": steps_document(pipeline=run.pipeline, run=known, logs=logs, histories=trained, root=root),
        "configuration": {"yaml": shown, "notes": _notes(run, yaml_text, shown)},
        "timeline": _timeline(known, root),
        "artifacts": [_artifact(execution, artifact, root, trained) for execution, artifact in _outputs(run)],
        "views": {name: _view_uri(run, name, root, trained) for name in _OF_RUN},
        "metrics": [{"name": cut(name, 200), "value": json_cell(value)} for name, value in run.metrics.items()],
        "cells": {"open": is_loadable, "again": is_loadable},
    }


def _run(run: Run, root: Path) -> Document:
    def told(name: str) -> str | None:
        value = run.properties.get(name)
        return shared_text(str(value), root, _LONGEST) if value not in (None, "") else None

    notebook = run.properties.get(v.NOTEBOOK)
    return {
        "id": run.id,
        "pipeline": run.pipeline,
        "state": run.state or UNKNOWN,
        "started": run.started.isoformat(timespec="milliseconds"),
        "finished": run.finished.isoformat(timespec="milliseconds") if run.finished else None,
        "seconds": max(0.0, (run.finished - run.started).total_seconds()) if run.finished else None,
        "user": told(v.USER),
        "host": told(v.HOST),
        "git_commit": told(v.GIT_COMMIT),
        "notebook": shared_uri(str(notebook), root) if notebook else None,
        "until": told(v.UNTIL),
        "version": told(v.VERSION),
        "config_hash": told(v.CONFIG_HASH),
        "failed_step": told(v.FAILED_STEP) or next((_step(run, e) for e in _broken(run)), None),
    }


def _error(run: Run, root: Path) -> Document | None:
    """Why a run failed; where nobody recorded that, which component it was."""
    if run.state not in (v.FAILED, v.ABORTED):
        return None
    broken = next(_broken(run), None)
    error = error_of_run(run, root, broken)
    if error is not None:
        return error
    if run.state == v.ABORTED:
        message = "The process of this run ended without a word: it was killed, or the machine went down."
    elif broken is not None:
        message = f"{cut(broken.component, 200)} failed; why is not recorded."
    else:
        message = "The run failed; why is not recorded."
    return {"message": message, "place": "", "source": "", "stack": "", "traceback": ""}


def _broken(run: Run) -> Iterator[Execution]:
    return (execution for execution in run.executions if execution.state in (v.FAILED, v.ABORTED))


def _step(run: Run, execution: Execution) -> str:
    """The step that a component belongs to; with other tools, each is its own."""
    return slot_of(run, execution.component)


def _notes(run: Run, text: str | None, shown: str | None) -> list[str]:
    if shown is not None:
        return []
    if text is not None:
        return ["The configuration of this run is damaged: it is no YAML."]
    if run.folder is None:
        return ["Another tool recorded this run, without a configuration. What each step ran with is in the steps."]
    return ["The configuration of this run is gone, or lies outside of the project folder."]


def _timeline(run: Run, root: Path) -> list[Document]:
    """What ran when. A clock that was set back does not draw anything before the start."""
    return [
        {
            "component": execution.component,
            "step": _step(run, execution),
            "state": execution.state,
            "start": max(0.0, (execution.started - run.started).total_seconds()),
            "seconds": None if execution.seconds is None else max(0.0, execution.seconds),
            "reason": shared_text(execution.reason, root, _LONGEST),
        }
        for execution in run.executions
    ]


def _outputs(run: Run) -> Iterable[tuple[Execution, Artifact]]:
    """What the run wrote, or took from the cache; the files of a component that failed are removed."""
    return ((e, artifact) for e in run.executions if e.state in _FINISHED for artifact in e.outputs)


def _artifact(execution: Execution, artifact: Artifact, root: Path, trained: Mapping[str, Any]) -> Document:
    return {
        "id": artifact.id,
        "component": execution.component,
        "key": artifact.key,
        "type": artifact.type,
        "uri": shared_uri(artifact.uri, root),
        "splits": list(artifact.splits),
        "state": execution.state,
        "cached": execution.state == v.CACHED,
        "view": _view(execution, artifact, trained),
    }


def _view(execution: Execution, artifact: Artifact, trained: Mapping[str, Any]) -> str | None:
    # Other tools' trainers keep no history that could be shown.
    is_shown = artifact.type != MODEL_RUN or execution.component in trained
    return VIEWS.get(artifact.type) if is_shown else None


def _view_uri(run: Run, view: str, root: Path, trained: Mapping[str, Any]) -> str | None:
    """The artifact that a view of the run shows: one of ours by its component, else the first of its type."""
    ours = (artifact for place in _OF_RUN[view] if (artifact := run.artifact(*place)) is not None)
    others = (artifact for execution, artifact in _outputs(run) if _view(execution, artifact, trained) == view)
    chosen = next(ours, None) or next(others, None)
    return shared_uri(chosen.uri, root) if chosen else None
