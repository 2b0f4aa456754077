"""How a model was trained, epoch by epoch: documents of the kind ``zenml_nb/training@1``, and the curve of a step."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from zenml_nb.artifacts.history import History
from zenml_nb.viewmodels.discretion import cut

SCHEMA = "zenml_nb/training@1"
Document = dict[str, Any]

_EVAL = "val_"
#: So many epochs of a step's curve can be told from each other.
_MOST_IN_STEP = 120
#: A document with more of them would be slow to draw, and nobody reads as many rows.
_MOST = 2000
_MOST_METRICS = 40


def training_document(history: History, *, title: str = "Training", run: str = "") -> Document:
    """The metrics of each epoch, on the training and on the evaluation splits.

    Args:
        history: metric to its values; those of the evaluation begin with ``val_``.
        title: of the view.
        run: the run that it is of; empty if it is not known.
    """
    n_epochs = max(map(len, history.values()), default=0)
    chosen = _chosen(n_epochs, _MOST)
    names = [name for name in history if not (name.startswith(_EVAL) and name.removeprefix(_EVAL) in history)]
    notes = [f"Run {run}."] if run else []
    if not names:
        notes.append("No metric was reported.")
    if len(chosen) < n_epochs:
        notes.append(f"{len(chosen):,} of {n_epochs:,} epochs are shown, evenly chosen.")
    if len(names) > _MOST_METRICS:
        notes.append(f"The first {_MOST_METRICS} of {len(names)} metrics are shown.")
    return {
        "schema": SCHEMA,
        "title": cut(title, 200),
        "notes": notes,
        "epochs": [index + 1 for index in chosen],
        "metrics": [_metric(history, name, chosen) for name in names[:_MOST_METRICS]],
    }


def _metric(history: History, name: str, chosen: Sequence[int]) -> Document:
    # A metric of the evaluation alone has no twin.
    own, other = (name, _EVAL + name) if not name.startswith(_EVAL) else ("", name)
    evaluation = history.get(other, [])
    best = None
    finite = [(value, index) for index, value in enumerate(evaluation) if value is not None]
    # Only of a loss is it known which way is better.
    if "loss" in name and finite:
        value, index = min(finite)
        best = {"epoch": index + 1, "value": value}
    return {
        "name": cut(name.removeprefix(_EVAL), 200),
        "train": _values(history.get(own, []), chosen),
        "eval": _values(evaluation, chosen),
        "best": best,
    }


def _values(values: Sequence[float | None], chosen: Sequence[int]) -> list[float | None]:
    return [values[index] if index < len(values) else None for index in chosen] if values else []


def _chosen(count: int, most: int) -> list[int]:
    """Evenly chosen indices, the first and the last among them."""
    if count <= most:
        return list(range(count))
    return sorted({round(place * (count - 1) / (most - 1)) for place in range(most)})


def history_of(epochs: Sequence[Mapping[str, float]]) -> History:
    """What a running training told of each epoch, by metric."""
    names = dict.fromkeys(name for epoch in epochs for name in epoch)
    return {name: [_finite(epoch.get(name)) for epoch in epochs] for name in names}


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def loss_curve(history: History) -> Document | None:
    """The loss as the step graph shows it; None where there is none."""
    train, evaluation = history.get("loss", []), history.get("val_loss", [])
    count = max(len(train), len(evaluation))
    if not count:
        return None
    chosen = _chosen(count, _MOST_IN_STEP)
    return {
        "epochs": [index + 1 for index in chosen],
        "train": _values(train, chosen),
        "eval": _values(evaluation, chosen),
    }
