"""Data: a commit of a datasource as a TFX Examples artifact."""

from __future__ import annotations

import json
from typing import Any

from tfx.dsl.components.base import base_component, base_executor, executor_spec
from tfx.types import Channel, artifact_utils, standard_artifacts
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter

from zenml_nb.engine.examples import BATCH_ROWS, COMMIT_PROPERTY, SplitWriter, describe, encode
from zenml_nb.engine.scope import current_scope, report_rows

SPLIT = "examples"


class DataSpec(ComponentSpec):
    """The commit is the parameter: its id follows from its content."""

    PARAMETERS = {
        "datasource": ExecutionParameter(type=str),
        "commit_id": ExecutionParameter(type=str),
    }
    INPUTS: dict[str, Any] = {}
    OUTPUTS = {"examples": ChannelParameter(type=standard_artifacts.Examples)}


class DataExecutor(base_executor.BaseExecutor):
    """Streams the snapshot of a commit into one gzip TFRecord file."""

    def Do(self, input_dict: Any, output_dict: Any, exec_properties: dict[str, Any]) -> None:
        """Write the examples; see ``tfx.dsl.components.base.base_executor.BaseExecutor.Do``."""
        commit = current_scope().commit
        artifact = artifact_utils.get_single_instance(output_dict["examples"])
        writer = SplitWriter(artifact.uri, SPLIT)
        try:
            for batch in commit.record_batches(max_rows=BATCH_ROWS):
                writer.write(encode(batch))
                report_rows(writer.count, commit.n_rows)
        finally:
            writer.close()
        describe(artifact, [SPLIT], [writer.count])
        artifact.set_string_custom_property(COMMIT_PROPERTY, commit.id)
        artifact.set_string_custom_property("columns", json.dumps({c.name: c.type for c in commit.columns}))


class Data(base_component.BaseComponent):
    """Writes a commit of a datasource as tf.Examples, all in the split ``examples``."""

    SPEC_CLASS = DataSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(DataExecutor)

    def __init__(self, datasource: str, commit_id: str) -> None:
        examples = Channel(type=standard_artifacts.Examples)
        super().__init__(spec=DataSpec(datasource=datasource, commit_id=commit_id, examples=examples))
