"""Statistics: TFDV's own generators over batches, as a TFX ExampleStatistics artifact.

The generators are those that TFDV uses in memory: their accumulators are bounded (quantile sketches, Misra-Gries and
KMV sketches), and one accumulator takes all batches, so that memory does not grow with the rows.
"""

from __future__ import annotations

import os
from typing import Any

import tensorflow_data_validation as tfdv
from tensorflow_data_validation.statistics import stats_impl
from tensorflow_metadata.proto.v0 import schema_pb2, statistics_pb2
from tfx.dsl.components.base import base_component, base_executor, executor_spec
from tfx.types import Channel, artifact_utils, standard_artifacts
from tfx.types.component_spec import ChannelParameter, ComponentSpec

from zenml_nb.datasources.columns import BYTES
from zenml_nb.engine.examples import read_columns
from zenml_nb.engine.scope import current_scope, report_rows

FILE_NAME = "FeatureStats.pb"


class StatisticsSpec(ComponentSpec):
    """The names of TFX's own StatisticsGen, so that every TFX tool finds its way."""

    PARAMETERS: dict[str, Any] = {}
    INPUTS = {"examples": ChannelParameter(type=standard_artifacts.Examples)}
    OUTPUTS = {"statistics": ChannelParameter(type=standard_artifacts.ExampleStatistics)}


class StatisticsExecutor(base_executor.BaseExecutor):
    """Computes the statistics of each split."""

    def Do(self, input_dict: Any, output_dict: Any, exec_properties: dict[str, Any]) -> None:
        """Write the statistics; see ``tfx.dsl.components.base.base_executor.BaseExecutor.Do``."""
        examples = artifact_utils.get_single_instance(input_dict["examples"])
        statistics = artifact_utils.get_single_instance(output_dict["statistics"])
        splits = artifact_utils.decode_split_names(examples.split_names)
        statistics.split_names = examples.split_names
        statistics.span = examples.span
        for split in splits:
            computed = statistics_of(examples, split)
            folder = os.path.join(statistics.uri, f"Split-{split}")
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, FILE_NAME), "wb") as file:
                file.write(computed.SerializeToString())


def statistics_of(examples: Any, split: str) -> statistics_pb2.DatasetFeatureStatisticsList:
    """The statistics of one split of an Examples artifact, read batch by batch."""
    generators = stats_impl.get_generators(_options(), in_memory=True)
    accumulators = [generator.create_accumulator() for generator in generators]
    done = 0
    for batch in read_columns(examples, split):
        accumulators = [
            generator.add_input(accumulator, batch)
            for generator, accumulator in zip(generators, accumulators, strict=True)
        ]
        done += batch.num_rows
        report_rows(done)
    return stats_impl.extract_statistics_output(accumulators, generators)


def _options() -> tfdv.StatsOptions:
    """Of columns of bytes the sizes alone are computed: as words, sketches would keep thousands of images in memory."""
    try:
        columns = current_scope().commit.columns
    except LookupError:
        return tfdv.StatsOptions()
    names = [column.name for column in columns if column.type == BYTES]
    if not names:
        return tfdv.StatsOptions()
    schema = schema_pb2.Schema()
    for name in names:
        # The only domain by which TFDV tells bytes from texts.
        schema.feature.add(name=name, type=schema_pb2.BYTES).image_domain.SetInParent()
    return tfdv.StatsOptions(schema=schema)


class Statistics(base_component.BaseComponent):
    """Computes the statistics of every split of an Examples artifact."""

    SPEC_CLASS = StatisticsSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(StatisticsExecutor)

    def __init__(self, examples: Any) -> None:
        statistics = Channel(type=standard_artifacts.ExampleStatistics)
        super().__init__(spec=StatisticsSpec(examples=examples, statistics=statistics))
