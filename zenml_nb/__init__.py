"""Build ML training pipelines on TFX cell by cell, and see every artifact as a view that needs no internet."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from zenml_nb.version import __version__

if TYPE_CHECKING:
    from zenml_nb.artifacts.artifact_store import ArtifactStore
    from zenml_nb.datasources import (
        BigQueryDatasource,
        CSVDatasource,
        ImageDatasource,
        JSONLinesDatasource,
        NumPyDatasource,
        PandasDatasource,
        ParquetDatasource,
        SQLDatasource,
        TFDSDatasource,
        TFRecordDatasource,
    )
    from zenml_nb.pipelines import BasePipeline, BatchInferencePipeline, TrainingPipeline
    from zenml_nb.pipelines.compare import compare_training_runs
    from zenml_nb.repository import create_repository, find_repository, get_repository

__all__ = [
    "ArtifactStore",
    "BasePipeline",
    "BatchInferencePipeline",
    "BigQueryDatasource",
    "CSVDatasource",
    "ImageDatasource",
    "JSONLinesDatasource",
    "NumPyDatasource",
    "PandasDatasource",
    "ParquetDatasource",
    "SQLDatasource",
    "TFDSDatasource",
    "TFRecordDatasource",
    "TrainingPipeline",
    "__version__",
    "compare_training_runs",
    "create_repository",
    "find_repository",
    "get_repository",
]

_ROOMS = {
    "ArtifactStore": "zenml_nb.artifacts.artifact_store",
    "BasePipeline": "zenml_nb.pipelines",
    "BatchInferencePipeline": "zenml_nb.pipelines",
    "BigQueryDatasource": "zenml_nb.datasources",
    "CSVDatasource": "zenml_nb.datasources",
    "ImageDatasource": "zenml_nb.datasources",
    "JSONLinesDatasource": "zenml_nb.datasources",
    "NumPyDatasource": "zenml_nb.datasources",
    "PandasDatasource": "zenml_nb.datasources",
    "ParquetDatasource": "zenml_nb.datasources",
    "SQLDatasource": "zenml_nb.datasources",
    "TFDSDatasource": "zenml_nb.datasources",
    "TFRecordDatasource": "zenml_nb.datasources",
    "TrainingPipeline": "zenml_nb.pipelines",
    "compare_training_runs": "zenml_nb.pipelines.compare",
    "create_repository": "zenml_nb.repository",
    "find_repository": "zenml_nb.repository",
    "get_repository": "zenml_nb.repository",
}


def __getattr__(name: str) -> Any:
    """Import a public name at its first use (PEP 562)."""
    if name in _ROOMS:
        return getattr(importlib.import_module(_ROOMS[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Where a Jupyter server finds the extension; nobody else imports it."""
    from zenml_nb.server.extension import RunBrowser

    return [{"module": "zenml_nb.server.extension", "app": RunBrowser}]
