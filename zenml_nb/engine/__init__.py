"""The only room that imports TensorFlow, TFX, Beam, TFDV and TFMA: compiles pipelines and runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zenml_nb.datasources import Commit
    from zenml_nb.pipelines.base import BasePipeline
    from zenml_nb.records import Run

__all__ = ["run_pipeline"]


def run_pipeline(pipeline: BasePipeline, commit: Commit, until: str | None = None) -> Run:
    """Run a checked pipeline up to a step, see ``BasePipeline.run``."""
    from zenml_nb.engine.conductor import conduct

    return conduct(pipeline, commit, until)
