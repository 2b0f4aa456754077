"""BigQuery's own way into TFX, for pipelines that run where Beam reads from Google."""

from __future__ import annotations

from typing import Any

from zenml_nb.datasources.bigquery import BigQueryDatasource
from zenml_nb.errors import EnvironmentMissingError

_ROWS = "examples"


def example_gen(datasource: BigQueryDatasource) -> Any:
    """TFX's component that reads the same rows by Beam into one split, ``examples``.

    Args:
        datasource: its query becomes the component's; Beam is told the project by its own arguments.

    Raises:
        EnvironmentMissingError: TFX's BigQuery extension cannot be imported.
    """
    try:
        from tfx.extensions.google_cloud_big_query.example_gen.component import BigQueryExampleGen
        from tfx.proto import example_gen_pb2
    except ImportError as error:
        raise EnvironmentMissingError(
            f"TFX's BigQuery component cannot be imported: {error}.",
            advice="Install what it needs: pip install google-cloud-bigquery 'apache-beam[gcp]'.",
        ) from error
    # An input with splits of its own is not split further.
    splits = [example_gen_pb2.Input.Split(name=_ROWS, pattern=datasource.statement)]
    return BigQueryExampleGen(input_config=example_gen_pb2.Input(splits=splits))
