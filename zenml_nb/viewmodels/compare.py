"""Runs side by side: documents of the kind ``zenml_nb/compare@1``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from zenml_nb.errors import NotAvailableError, did_you_mean
from zenml_nb.records import Run
from zenml_nb.viewmodels.compare_artifacts import Reading
from zenml_nb.viewmodels.compare_metrics import metric_rows, slice_part
from zenml_nb.viewmodels.compare_pairs import pair_part
from zenml_nb.viewmodels.compare_parameters import declarations_of, parameter_rows
from zenml_nb.viewmodels.discretion import cut

SCHEMA = "zenml_nb/compare@1"
Document = dict[str, Any]

_MOST_RUNS = 500
#: Of more runs, the rest is in the tables alone: each pair reads two schemas, and statistics of two runs.
_MOST_PAIRS = 4


def compare_document(
    runs: Sequence[Run],
    *,
    root: Path,
    baseline: str | None = None,
    title: str | None = None,
    folders: Sequence[Path] | None = None,
) -> Document:
    """Runs side by side. What is missing or damaged becomes a gap with a note.

    Args:
        runs: with their executions, in the order in which they are shown.
        root: the project folder; all paths are relative to it.
        baseline: the id of the run that the others are compared with; by default the first.
        title: of the view.
        folders: only artifacts in these folders are read; by default wherever the store says they are.

    Raises:
        NotAvailableError: the baseline is none of the runs.
    """
    shown = list({run.id: run for run in runs}.values())[:_MOST_RUNS]
    first = _place(baseline, [run.id for run in shown])
    labels = _labels(shown)
    by_id = {run.id: label for run, label in zip(shown, labels, strict=True)}
    reading = Reading(root, folders)
    declared = [declarations_of(run, root) for run in shown]
    parameters, left_out = parameter_rows(declared, root)
    metrics = metric_rows(shown, reading)
    slices = slice_part(shown, first, reading)
    others = [index for index in range(len(shown)) if index != first]
    pairs = [pair_part(shown, labels, declared, first, other, reading) for other in others[:_MOST_PAIRS]]
    return {
        "schema": SCHEMA,
        "title": title or f"Comparison of {len(shown):,} run{'' if len(shown) == 1 else 's'}",
        "notes": [*_notes(len(runs), len(shown), len(others), left_out), *reading.notes(by_id)],
        "baseline": first,
        "runs": [_run(run, label) for run, label in zip(shown, labels, strict=True)],
        "metrics": metrics,
        "parameters": parameters,
        "slices": slices,
        "pairs": pairs,
    }


def _place(baseline: str | None, ids: Sequence[str]) -> int:
    if baseline is None:
        return 0
    if baseline not in ids:
        raise NotAvailableError(
            f"The baseline {baseline!r} is none of the runs that are compared.", advice=did_you_mean(baseline, ids)
        )
    return ids.index(baseline)


def _labels(runs: Sequence[Run]) -> list[str]:
    """The ids, without the name of the pipeline where all runs are of the same one."""
    prefixes = {f"{run.pipeline}." for run in runs}
    prefix = prefixes.pop() if len(prefixes) == 1 else ""
    short = all(run.id.startswith(prefix) and len(run.id) > len(prefix) for run in runs)
    return [cut(run.id[len(prefix) :] if short else run.id, 200) for run in runs]


def _run(run: Run, label: str) -> Document:
    return {
        "id": run.id,
        "label": label,
        "pipeline": run.pipeline,
        "state": run.state,
        "started": run.started.isoformat(timespec="seconds"),
        "seconds": (run.finished - run.started).total_seconds() if run.finished else None,
    }


def _notes(given: int, shown: int, others: int, parameters: int) -> Iterable[str]:
    if shown == _MOST_RUNS and given > shown:
        yield f"Of {given:,} runs the first {shown:,} are compared."
    if parameters:
        yield f"{parameters:,} more parameters are not shown."
    if others > _MOST_PAIRS:
        yield (
            f"Configuration, code, schema and distributions are compared for {_MOST_PAIRS} runs with the baseline; "
            "compare fewer runs to see those of others."
        )
