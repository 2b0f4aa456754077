"""The pipeline of a datasource alone: its data, statistics and schema, without any step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml_nb.errors import NotAvailableError
from zenml_nb.pipelines import components as ids
from zenml_nb.pipelines.base import BasePipeline

if TYPE_CHECKING:
    from zenml_nb.datasources import BaseDatasource
    from zenml_nb.records import Artifact
    from zenml_nb.repository import Repository
    from zenml_nb.views.view import View

_PREFIX = "datasource."


class DataPipeline(BasePipeline):
    """Computes what is shown of a datasource; a run of it is recorded like any other."""

    slots = ()


def data_statistics_view(datasource: BaseDatasource, commit_id: str | None, repository: Repository | None) -> View:
    """The statistics of a commit, see ``BaseDatasource.view_statistics``."""
    from zenml_nb.views.artifacts import statistics_view

    return statistics_view(data_artifact(datasource, ids.DATA_STATISTICS, "statistics", commit_id, repository))


def data_schema_view(datasource: BaseDatasource, commit_id: str | None, repository: Repository | None) -> View:
    """The schema of a commit, see ``BaseDatasource.view_schema``."""
    from zenml_nb.views.artifacts import schema_view

    return schema_view(data_artifact(datasource, ids.DATA_SCHEMA, "schema", commit_id, repository))


def data_images_view(
    datasource: BaseDatasource,
    n: int,
    commit_id: str | None,
    repository: Repository | None,
    image_column: str | None,
    label_column: str | None,
) -> View:
    """The first images of a commit, see ``BaseDatasource.view_images``; no pipeline has to run for them."""
    from zenml_nb.views.artifacts import images_view

    commit = datasource.get_commit(commit_id or datasource.commit(repository), repository)
    return images_view(commit, n, image_column, label_column)


def data_artifact(
    datasource: BaseDatasource, component: str, key: str, commit_id: str | None, repository: Repository | None
) -> Artifact:
    """What was computed of a commit; computed now, unless the pipeline's latest run was of this commit.

    Args:
        datasource: whose data it is.
        component, key: the id of the component and the name of its output.
        commit_id: the version of the data; by default that of today.
        repository: where it is recorded; by default that of the working directory.

    Raises:
        DataError: the data is missing or unfit.
        NotAvailableError: there is no such commit.
    """
    pipeline = DataPipeline(f"{_PREFIX}{datasource.name}"[:100])
    if repository is not None:
        pipeline.use_repository(repository)
    pipeline.add_datasource(datasource, commit_id)
    wanted = pipeline.commit().id
    if _commit_of_latest_run(pipeline) != wanted:
        pipeline.run()
    return pipeline.artifact(component, key, "data")


def _commit_of_latest_run(pipeline: DataPipeline) -> str | None:
    try:
        run = pipeline.last_run
    except NotAvailableError:
        return None
    data, schema = run.artifact(ids.DATA, "examples"), run.artifact(ids.DATA_SCHEMA, "schema")
    return str(data.properties.get("commit_id")) if data is not None and schema is not None else None
