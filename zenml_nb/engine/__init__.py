"""The only room that imports TensorFlow, TFX, Beam, TFDV and TFMA: compiles pipelines and runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zenml_nb.datasources import Commit
    from zenml_nb.pipelines.base import BasePipeline
    from zenml_nb.records import Run

__all__ = ["predict_rows", "run_pipeline"]


def run_pipeline(pipeline: BasePipeline, commit: Commit, until: str | None = None) -> Run:
    """Run a checked pipeline up to a step, see ``BasePipeline.run``."""
    from zenml_nb.engine.conductor import conduct

    return conduct(pipeline, commit, until)


def predict_rows(model: Path, examples: str, splits: Sequence[str], n_rows: int) -> int:
    """Load a SavedModel and let it predict the first rows of splits.

    Returns:
        How many rows there were.

    Raises:
        DataError: it cannot predict, a prediction is no finite number, or there are no rows.
    """
    from zenml_nb.engine.prediction import first_rows, predict_with_copy

    rows = first_rows(examples, splits, n_rows)
    predict_with_copy(model, rows)
    return len(rows)
