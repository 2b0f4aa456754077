"""Schema: what TFDV infers from the statistics, with the types that are known from the whole data.

A column without any value in the training split tells nothing of its type, and TFX's own SchemaGen takes it for bytes;
the first row of another split that has a number there then ends the run.
"""

from __future__ import annotations

import json
import os
from typing import Any

import tensorflow_data_validation as tfdv
from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2, statistics_pb2
from tfx.dsl.components.base import base_component, base_executor, executor_spec
from tfx.types import Channel, artifact_utils, standard_artifacts
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter

from zenml_nb.engine.components.statistics import FILE_NAME as STATISTICS_FILE

FILE_NAME = "schema.pbtxt"
_TYPES = {
    "INTEGER": schema_pb2.INT,
    "FLOAT": schema_pb2.FLOAT,
    "STRING": schema_pb2.BYTES,
    "BYTES": schema_pb2.BYTES,
}


class SchemaSpec(ComponentSpec):
    """Parameters, all as JSON: the columns, the splits to learn from, and the widths of columns of fixed width."""

    PARAMETERS = {
        "columns": ExecutionParameter(type=str),
        "splits": ExecutionParameter(type=str),
        "widths": ExecutionParameter(type=str, optional=True),
    }
    INPUTS = {"statistics": ChannelParameter(type=standard_artifacts.ExampleStatistics)}
    OUTPUTS = {"schema": ChannelParameter(type=standard_artifacts.Schema)}


class SchemaExecutor(base_executor.BaseExecutor):
    """Infers one schema from the statistics of some splits."""

    def Do(self, input_dict: Any, output_dict: Any, exec_properties: dict[str, Any]) -> None:
        """Write the schema; see ``tfx.dsl.components.base.base_executor.BaseExecutor.Do``."""
        statistics = artifact_utils.get_single_instance(input_dict["statistics"])
        schema: schema_pb2.Schema | None = None
        for split in json.loads(exec_properties["splits"]):
            read = _read(os.path.join(statistics.uri, f"Split-{split}", STATISTICS_FILE))
            if schema is None:
                schema = tfdv.infer_schema(read, infer_feature_shape=False)
            else:
                schema = tfdv.update_schema(schema, read, infer_feature_shape=False)
            _give_types(schema, read, json.loads(exec_properties["columns"]))
        if schema is not None:
            _give_widths(schema, json.loads(exec_properties.get("widths") or "{}"))
        uri = artifact_utils.get_single_uri(output_dict["schema"])
        with open(os.path.join(uri, FILE_NAME), "w", encoding="utf-8") as file:
            file.write(text_format.MessageToString(schema))


def _read(path: str) -> statistics_pb2.DatasetFeatureStatisticsList:
    with open(path, "rb") as file:
        return statistics_pb2.DatasetFeatureStatisticsList.FromString(file.read())


def _give_types(
    schema: schema_pb2.Schema, statistics: statistics_pb2.DatasetFeatureStatisticsList, columns: dict[str, str]
) -> None:
    """Give the features that have no value in the statistics the type of their column."""
    present = {
        feature.path.step[0]
        for feature in statistics.datasets[0].features
        if getattr(feature, feature.WhichOneof("stats")).common_stats.num_non_missing
    }
    for feature in schema.feature:
        if feature.name not in present and feature.name in columns:
            feature.type = _TYPES[columns[feature.name]]


def _give_widths(schema: schema_pb2.Schema, widths: dict[str, int]) -> None:
    """Fix the shape of the features that have so many values in every row: Transform reads those as dense tensors."""
    for feature in schema.feature:
        if feature.name in widths:
            feature.presence.min_fraction = 1.0
            feature.presence.min_count = 1
            feature.shape.Clear()
            feature.shape.dim.add(size=widths[feature.name])


class Schema(base_component.BaseComponent):
    """Infers a schema from the statistics of the splits to learn from."""

    SPEC_CLASS = SchemaSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(SchemaExecutor)

    def __init__(
        self, statistics: Any, columns: dict[str, str], splits: list[str], widths: dict[str, int] | None = None
    ) -> None:
        # Without widths there is no such parameter: what ran before there was one stays in the cache.
        fixed = {"widths": json.dumps(widths)} if widths else {}
        super().__init__(
            spec=SchemaSpec(
                statistics=statistics,
                columns=json.dumps(columns),
                splits=json.dumps(splits),
                schema=Channel(type=standard_artifacts.Schema),
                **fixed,
            )
        )
