"""What a repository holds: its pipelines and datasources, found through the index of their files."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from zenml_nb.artifacts.artifact_store import ArtifactStore
from zenml_nb.config.index import Entry, datasource_name, entry_of, pipeline_entries
from zenml_nb.config.pipeline_file import read_pipeline
from zenml_nb.config.places import placed
from zenml_nb.datasources import BaseDatasource
from zenml_nb.errors import NotAvailableError, ZenmlNbError, did_you_mean
from zenml_nb.pipelines.loading import viewable_of_config

if TYPE_CHECKING:
    from zenml_nb.pipelines.base import BasePipeline
    from zenml_nb.repository import Repository
    from zenml_nb.views.page import Page
    from zenml_nb.views.view import View


def get_pipelines(repository: Repository) -> list[BasePipeline]:
    """See ``Repository.get_pipelines``."""
    return _found(repository, lambda entry: True)


def _found(repository: Repository, fits: Callable[[Entry], bool]) -> list[BasePipeline]:
    """The pipelines whose entries fit; a file that is wrong is warned of and left out.

    Args:
        repository: the repository.
        fits: which ones; asked before anything of a pipeline is imported.
    """
    entries = pipeline_entries(repository)
    for entry in entries:
        if entry.error is not None:
            # Of the caller of the method of the repository.
            warnings.warn(f"A pipeline file is left out. {entry.error}", stacklevel=4)
    wanted = (entry for entry in entries if entry.error is None and not entry.is_of_data)
    return _made(filter(fits, wanted), repository)


def _made(entries: Iterable[Entry], repository: Repository, stacklevel: int = 5) -> list[BasePipeline]:
    """The pipelines of entries; a file whose declarations make none is warned of and left out."""
    made = []
    for entry in entries:
        try:
            made.append(_pipeline(entry, repository))
        except ZenmlNbError as error:
            place = read_pipeline(entry.path, None).places.at("pipeline")
            warnings.warn(f"A pipeline file is left out. {placed(error, place)}", stacklevel=stacklevel)
    return made


def get_pipeline_by_name(repository: Repository, name: str) -> BasePipeline:
    """See ``Repository.get_pipeline_by_name``."""
    entry = entry_of(repository, name)
    return _pipeline(entry, repository)


def get_pipelines_by_type(repository: Repository, kind: type | str) -> list[BasePipeline]:
    """See ``Repository.get_pipelines_by_type``."""
    if isinstance(kind, type):
        wanted = kind
        found = _found(repository, lambda entry: True)
        return [pipeline for pipeline in found if isinstance(pipeline, wanted)]
    return _found(repository, lambda entry: kind in (_last(entry.declared["source"]), entry.declared["source"]))


def get_pipelines_by_datasource(repository: Repository, datasource: BaseDatasource | str) -> list[BasePipeline]:
    """See ``Repository.get_pipelines_by_datasource``."""
    name = datasource if isinstance(datasource, str) else datasource.name
    return _found(repository, lambda entry: datasource_name(entry) == name)


def get_datasources(repository: Repository) -> list[BaseDatasource]:
    """See ``Repository.get_datasources``."""
    found: dict[str, Entry] = {}
    for entry in pipeline_entries(repository):
        if entry.declared.get("datasource"):
            key = json.dumps(entry.declared["datasource"])
            found.setdefault(key, entry)
    made = _made(found.values(), repository, stacklevel=4)
    return [pipeline.datasource for pipeline in made if pipeline.datasource is not None]


def get_datasource_by_name(repository: Repository, name: str) -> BaseDatasource:
    """See ``Repository.get_datasource_by_name``."""
    found = [source for source in get_datasources(repository) if source.name == name]
    if found:
        return found[-1]
    names = [known for entry in pipeline_entries(repository) if (known := datasource_name(entry))]
    raise NotAvailableError(
        f"No pipeline of this repository has a datasource {name!r}.", advice=did_you_mean(name, dict.fromkeys(names))
    )


def get_step_versions(repository: Repository) -> dict[str, list[str]]:
    """See ``Repository.get_step_versions``."""
    versions: dict[str, dict[str, None]] = {}
    for entry in pipeline_entries(repository):
        for step in entry.declared.get("steps", {}).values():
            versions.setdefault(step["source"], {})[str(step.get("code", ""))] = None
    return {source: sorted(found) for source, found in sorted(versions.items())}


def get_default_artifact_store(repository: Repository) -> ArtifactStore:
    """See ``Repository.get_default_artifact_store``."""
    return ArtifactStore(repository.artifact_store)


def compare_training_runs(
    repository: Repository, port: int | None, datasource: BaseDatasource | str | None
) -> View | Page:
    """See ``Repository.compare_training_runs``."""
    from zenml_nb.pipelines import compare

    return compare.compare_training_runs(repository=repository, port=port, datasource=datasource)


def _pipeline(entry: Entry, repository: Repository) -> BasePipeline:
    assert entry.document is not None, "files that are wrong were left out"
    pipeline = viewable_of_config(entry.document, repository.root, [repository.pipelines_dir])
    pipeline.use_repository(repository)
    return pipeline


def _last(source: str) -> str:
    return source.rpartition(".")[2]
