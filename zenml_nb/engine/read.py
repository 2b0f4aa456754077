"""A process that reads what takes TensorFlow, for the server: ``python -m zenml_nb.engine.read``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenml_nb.server.read import Tell, recorded_of, serve_job
from zenml_nb.viewmodels.tables import model_tables


def model_document(job: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """The signatures of a model that no summary lies beside, as one of plain TFX."""
    tell("Loading TensorFlow", 0.1)
    from zenml_nb.engine.project import model_of

    uri = recorded_of(job).artifact.uri
    tell("Reading the signatures of the model", 0.8)
    return model_tables(model_of(uri))


if __name__ == "__main__":
    serve_job(model_document)
