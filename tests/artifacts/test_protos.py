from __future__ import annotations

import pytest
from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import anomalies_pb2, schema_pb2, statistics_pb2

from zenml_nb.artifacts.protos import read_anomalies, read_schema, read_statistics
from zenml_nb.errors import NotAvailableError
from zenml_nb.records import Artifact


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "Split-eval").mkdir()
    return tmp_path


@pytest.fixture
def artifact(folder):
    return Artifact(1, "X", "x", str(folder), ("eval",))


@pytest.fixture
def files(folder):
    """The three kinds: the reader, its file, and a proto."""
    statistics = statistics_pb2.DatasetFeatureStatisticsList()
    dataset = statistics.datasets.add(num_examples=7)
    dataset.features.add().path.step.append("fare")
    schema = schema_pb2.Schema()
    schema.feature.add(name="fare", type=schema_pb2.FLOAT)
    anomalies = anomalies_pb2.Anomalies(baseline=schema)
    anomalies.anomaly_info["fare"].description = "odd"
    return {
        "statistics": (lambda a: read_statistics(a, "eval"), folder / "Split-eval" / "FeatureStats.pb", statistics),
        "schema": (read_schema, folder / "schema.pbtxt", schema),
        "anomalies": (lambda a: read_anomalies(a, "eval"), folder / "Split-eval" / "SchemaDiff.pb", anomalies),
    }


def content(proto):
    is_schema = isinstance(proto, schema_pb2.Schema)
    return text_format.MessageToString(proto).encode() if is_schema else proto.SerializeToString()


@pytest.mark.parametrize("kind", ["statistics", "schema", "anomalies"])
def test_what_was_written_is_read(files, artifact, kind):
    read, path, proto = files[kind]
    path.write_bytes(content(proto))
    assert read(artifact) == (proto.datasets[0] if kind == "statistics" else proto)


@pytest.mark.parametrize("kind", ["statistics", "schema", "anomalies"])
@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "foreign", "folder"])
def test_a_damaged_file_is_told(files, artifact, kind, damage):
    read, path, proto = files[kind]
    if damage == "folder":
        path.mkdir()
    elif damage != "missing":
        whole = content(proto)
        path.write_bytes({"empty": b"", "truncated": whole[:-3], "foreign": b"\xff\xfe\x00PK"}[damage])
    with pytest.raises(NotAvailableError, match=r"An artifact cannot be read") as caught:
        read(artifact)
    assert caught.value.where.endswith(path.name)
    assert "Expected a" in caught.value.advice


def test_statistics_of_nothing_are_told(files, artifact):
    read, path, _ = files["statistics"]
    path.write_bytes(b"\x12\x00")  # an unknown field
    with pytest.raises(NotAvailableError, match="statistics are empty"):
        read(artifact)


def test_an_unknown_split_is_told(artifact):
    with pytest.raises(NotAvailableError, match="Split-test"):
        read_statistics(artifact, "test")
