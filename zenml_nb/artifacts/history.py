"""What a trainer reported of each epoch: the ``history.json`` in a ModelRun artifact."""

from __future__ import annotations

import contextlib
import json
import math
from pathlib import Path
from typing import Any

from zenml_nb.errors import NotAvailableError, shorten_path
from zenml_nb.records import Run

HISTORY_FILE = "history.json"
#: The type of the artifact.
MODEL_RUN = "ModelRun"
#: The folder of the logs for TensorBoard in a ModelRun artifact.
LOGS_FOLDER = "tensorboard"
#: No training that people look at epoch by epoch is longer.
_MOST_BYTES = 50_000_000

History = dict[str, list[float | None]]


def read_history(uri: str) -> History:
    """The values of each epoch by metric; None where a value was not a finite number.

    Args:
        uri: the folder of a ModelRun artifact.

    Raises:
        NotAvailableError: there is no history, or it is damaged.
    """
    path = Path(uri) / HISTORY_FILE
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError("the file is too large")
        return _checked(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise NotAvailableError(
            "What happened in each epoch is not known: the history of the training is missing or damaged.",
            where=shorten_path(path),
            advice="Run the trainer again; trainers of your own report epochs by context.fit or context.report_epoch.",
        ) from error


def histories(run: Run, root: Path | None = None) -> dict[str, History]:
    """The histories of the components of a run that trained a model; those that cannot be read are left out.

    Args:
        run: of any tool.
        root: only what lies below this folder is read; by default all is.
    """
    found = {}
    for execution in run.executions:
        for artifact in execution.outputs:
            if artifact.type == MODEL_RUN and (root is None or _is_below(artifact.uri, root)):
                with contextlib.suppress(NotAvailableError):
                    found[execution.component] = read_history(artifact.uri)
    return found


def _is_below(uri: str, root: Path) -> bool:
    try:
        return Path(uri).resolve().is_relative_to(root.resolve())
    except (OSError, ValueError):
        return False


def _checked(content: Any) -> History:
    if not isinstance(content, dict) or not all(isinstance(values, list) for values in content.values()):
        raise ValueError("no lists by metric")
    return {name: [_number(value) for value in values] for name, values in content.items()}


def _number(value: Any) -> float | None:
    if value is None or isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) else None
