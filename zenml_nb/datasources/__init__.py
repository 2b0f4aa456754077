"""Where data comes from: datasources, and the versions of their data that they commit."""

from __future__ import annotations

from zenml_nb.datasources.base import BaseDatasource
from zenml_nb.datasources.bigquery import BigQueryDatasource
from zenml_nb.datasources.columns import Column
from zenml_nb.datasources.commits import Commit
from zenml_nb.datasources.csv import CSVDatasource
from zenml_nb.datasources.images import ImageDatasource
from zenml_nb.datasources.jsonl import JSONLinesDatasource
from zenml_nb.datasources.numpy import NumPyDatasource
from zenml_nb.datasources.pandas import PandasDatasource
from zenml_nb.datasources.parquet import ParquetDatasource
from zenml_nb.datasources.sql import SQLDatasource
from zenml_nb.datasources.tfds import TFDSDatasource
from zenml_nb.datasources.tfrecord import TFRecordDatasource

__all__ = [
    "BaseDatasource",
    "BigQueryDatasource",
    "CSVDatasource",
    "Column",
    "Commit",
    "ImageDatasource",
    "JSONLinesDatasource",
    "NumPyDatasource",
    "PandasDatasource",
    "ParquetDatasource",
    "SQLDatasource",
    "TFDSDatasource",
    "TFRecordDatasource",
]
