"""A page of the list of runs: documents of the kind ``zenml_nb/runs@1``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from zenml_nb.records.summary import Page, RunSummary
from zenml_nb.viewmodels.discretion import shared_text
from zenml_nb.viewmodels.tables import json_cell

SCHEMA = "zenml_nb/runs@1"
_LONGEST_ERROR = 200


def runs_document(page: Page, offset: int, root: Path | None = None) -> dict[str, Any]:
    """The document of a page.

    Args:
        page: of the catalog of a store.
        offset: how many runs are before it.
        root: the project folder, where there is one: paths in errors are told from there.
    """
    notes = ["The store is being read: older runs follow."] if page.indexing else []
    return {
        "schema": SCHEMA,
        "revision": page.revision,
        "indexing": page.indexing,
        "total": page.total,
        "offset": offset,
        "runs": [_run(run, root or Path(os.sep)) for run in page.runs],
        "pipelines": [{"name": name, "runs": runs} for name, runs in page.pipelines],
        "states": [{"state": state, "runs": runs} for state, runs in page.states],
        "metrics": [name for name, _ in page.metrics],
        "notes": notes,
    }


def _run(run: RunSummary, root: Path) -> dict[str, Any]:
    return {
        "id": run.id,
        "pipeline": run.pipeline,
        "state": run.state,
        "started": run.started.isoformat(),
        "seconds": _seconds(run),
        "metrics": [{"name": name, "value": json_cell(value)} for name, value in run.metrics.items()],
        "failed_step": run.failed_step or None,
        "until": run.until or None,
        "error": shared_text(run.error, root, _LONGEST_ERROR) or None,
    }


def _seconds(run: RunSummary) -> float | None:
    """Never below zero: the clock of the machine may have been set back."""
    return None if run.finished is None else max(0.0, (run.finished - run.started).total_seconds())
