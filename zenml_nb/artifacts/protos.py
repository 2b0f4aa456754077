"""Statistics, schemas and anomalies as TFX writes them, read as protos of tensorflow_metadata."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml_nb.artifacts.damage import unreadable
from zenml_nb.artifacts.examples import read_records
from zenml_nb.errors import NotAvailableError, shorten_path
from zenml_nb.records import Artifact

if TYPE_CHECKING:
    from tensorflow_metadata.proto.v0 import anomalies_pb2, schema_pb2, statistics_pb2


def read_statistics(artifact: Artifact, split: str) -> statistics_pb2.DatasetFeatureStatistics:
    """The statistics of one whole split of an ExampleStatistics artifact.

    Raises:
        NotAvailableError: there is no such split, or the file is missing or damaged.
    """
    return read_statistics_list(artifact, split).datasets[0]


def read_statistics_list(artifact: Artifact, split: str) -> statistics_pb2.DatasetFeatureStatisticsList:
    """The statistics of one split with those of its slices, if it was sliced.

    Raises:
        NotAvailableError: there is no such split, or the file is missing, damaged or without any statistics.
    """
    return read_statistics_file(artifact.split_path(split) / "FeatureStats.pb")


def read_statistics_file(path: Path) -> statistics_pb2.DatasetFeatureStatisticsList:
    """The statistics in one file: a serialized proto, or TFRecords of it, as TFDV writes both.

    Raises:
        NotAvailableError: the file is missing, damaged or without any statistics.
    """
    from tensorflow_metadata.proto.v0 import statistics_pb2

    listed = statistics_pb2.DatasetFeatureStatisticsList()
    if path.name.startswith("stats_tfrecord"):
        for record in read_records(path):
            listed.MergeFromString(record)
    else:
        listed = _parse(path, listed)
    if not listed.datasets:
        raise NotAvailableError(
            "These statistics are empty.", where=shorten_path(path), advice="Compute them again from the data."
        )
    return listed


def read_schema(artifact: Artifact) -> schema_pb2.Schema:
    """The schema of a Schema artifact.

    Raises:
        NotAvailableError: the file is missing or damaged.
    """
    return read_schema_file(Path(artifact.uri) / "schema.pbtxt")


def read_schema_file(path: Path) -> schema_pb2.Schema:
    """The schema in one file.

    Raises:
        NotAvailableError: the file is missing or damaged.
    """
    from google.protobuf import text_format
    from tensorflow_metadata.proto.v0 import schema_pb2

    try:
        return text_format.Parse(_not_empty(path.read_bytes()).decode("utf-8"), schema_pb2.Schema())
    except (OSError, ValueError, text_format.ParseError) as error:
        raise unreadable(path, "a schema in protobuf's text format", error) from error


def read_anomalies(artifact: Artifact, split: str) -> anomalies_pb2.Anomalies:
    """The anomalies of one split of an ExampleAnomalies artifact.

    Raises:
        NotAvailableError: there is no such split, or the file is missing or damaged.
    """
    return read_anomalies_file(artifact.split_path(split) / "SchemaDiff.pb")


def read_anomalies_file(path: Path) -> anomalies_pb2.Anomalies:
    """The anomalies in one file.

    Raises:
        NotAvailableError: the file is missing or damaged.
    """
    from tensorflow_metadata.proto.v0 import anomalies_pb2

    return _parse(path, anomalies_pb2.Anomalies())


def _parse(path: Path, proto: Any) -> Any:
    from google.protobuf.message import DecodeError

    try:
        proto.ParseFromString(_not_empty(path.read_bytes()))
    except (OSError, ValueError, DecodeError) as error:
        raise unreadable(path, f"a serialized {type(proto).__name__}", error) from error
    return proto


def _not_empty(content: bytes) -> bytes:
    """TFX writes none of these protos without content, but an empty file could be parsed as one."""
    if not content:
        raise ValueError("the file is empty")
    return content
