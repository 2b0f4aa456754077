"""Pipelines given back: from a declarative configuration, from the YAML of a pipeline, from the record of a run."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from zenml_nb.config.environment import differences
from zenml_nb.config.migration import migrated
from zenml_nb.config.pipeline_file import read_pipeline
from zenml_nb.config.places import Places, placed
from zenml_nb.config.portable import from_portable
from zenml_nb.config.source_code import import_class
from zenml_nb.config.sources import recorded_class
from zenml_nb.datasources import BaseDatasource
from zenml_nb.errors import (
    ConfigError,
    DeclarationError,
    NotAvailableError,
    RepositoryError,
    did_you_mean,
    shorten_path,
)
from zenml_nb.pipelines.constructing import check_bound, class_of, made_of
from zenml_nb.pipelines.documents import check_document
from zenml_nb.pipelines.recorded_arguments import constructor_call
from zenml_nb.records import Run, Store
from zenml_nb.records import vocabulary as v
from zenml_nb.repository import Repository, find_repository
from zenml_nb.steps import BaseStep

if TYPE_CHECKING:
    from zenml_nb.pipelines.base import BasePipeline

_CALL = "TrainingPipeline.load(run=..., repository='path/to/project')"
_Pipeline = TypeVar("_Pipeline", bound="BasePipeline")


def pipeline_of_config(
    cls: type[_Pipeline],
    document: Mapping[str, Any],
    root: Path | None,
    places: Places | None = None,
    folder: Path | None = None,
) -> _Pipeline:
    """See ``BasePipeline.from_config``.

    Args:
        cls, document, root: as there.
        places: of the file that the document is from, so that a mistake is told with its line.
        folder: of that file; recorded sources lie beside it.
    """
    if places is None:
        check_document(document)
    declared = migrated(document)["pipeline"]
    here = find_repository(root)
    folders = [*([folder] if folder else []), *([here.pipelines_dir] if here else [])]
    pipeline = _named(cls, declared, folders, places)
    if places is not None:
        _check_slots(pipeline, declared["steps"], places)
    if declared.get("datasource"):
        source = declared["datasource"]
        keys: tuple[str, ...] = ("pipeline", "datasource")
        args = from_portable(source["args"] or {}, root or (here.root if here else Path.cwd()))
        kind = class_of(source, BaseDatasource, folders, places, *keys)
        pipeline.add_datasource(made_of(kind, args, places, *keys), declared.get("datasource_commit_id"))
        pipeline.recorded_commit_id = pipeline.datasource_commit_id
    for slot, step in declared["steps"].items():
        keys = ("pipeline", "steps", slot)
        kind = class_of(step, BaseStep, folders, places, *keys)
        made = made_of(kind, step["args"] or {}, places, *keys)
        try:
            pipeline.add_step(slot, made)
        except DeclarationError as error:
            raise (placed(error, places.at(*keys, "source")) if places else error) from None
    return pipeline


def pipeline_of_file(cls: type[_Pipeline], path: Path) -> _Pipeline:
    """See ``BasePipeline.load``; what it was written with and differs much from here is warned of."""
    home = find_repository(path.parent)
    file = read_pipeline(path, None)
    pipeline = pipeline_of_config(cls, file.document, home.root if home else None, file.places, path.parent)
    others = differences(file.document.get("environment"))
    if others:
        # Of the caller of load: it is no fault of this package.
        warnings.warn(f"{shorten_path(path)} was written with {'; '.join(others)}. Results may differ.", stacklevel=3)
    return pipeline


def pipeline_of_run(cls: type[_Pipeline], run_id: str, place: str | Path | Repository | None) -> _Pipeline:
    """A pipeline as one run recorded it; what its helper functions show is of that run.

    Classes have the code of that run, see ``config.sources``. One that is not to be had, because a notebook defined
    it and its source was not kept, is no obstacle to looking at the run: a step without its code stands in, and only
    running it asks for the class.

    Args:
        cls: the class that the pipeline is expected to be of.
        run_id: the id of the run.
        place: the repository, or a folder in it; by default that of the working directory.

    Raises:
        RepositoryError: there is no repository.
        NotAvailableError: there is no such run, or another tool recorded it.
    """
    repository = place if isinstance(place, Repository) else repository_at(place, _CALL)
    run = Store(repository.metadata).run(run_id)
    path = configuration_of(run, repository)
    document = read_pipeline(path, None).document
    pipeline = _viewable(cls, document, repository.root, [path.parent, repository.pipelines_dir])
    pipeline.use_repository(repository)
    pipeline.run_id = run.id
    return pipeline


def repository_at(place: str | Path | None, call: str) -> Repository:
    """The repository of a folder, by default that of the working directory.

    Args:
        place: a folder in the repository.
        call: how the caller names it, for the advice.

    Raises:
        RepositoryError: there is no such folder, or no repository in it or above.
    """
    folder = None if place is None else Path(place).expanduser()
    if folder is not None and not folder.is_dir():
        raise RepositoryError("There is no such folder.", where=shorten_path(folder), advice="Correct the path.")
    found = find_repository(folder)
    if found is None:
        raise RepositoryError(
            "There is no zenml_nb repository here or above.",
            where=shorten_path(folder or Path.cwd()),
            advice=f"Name the project folder: {call}.",
        )
    return found


def configuration_of(run: Run, repository: Repository) -> Path:
    """The file with the configuration of a run.

    Raises:
        NotAvailableError: another tool recorded it, or the file is gone.
    """
    if run.folder is None:
        raise NotAvailableError(
            f"The run {run.id} was recorded by another tool: it has no configuration to load.",
            advice="Show its artifacts by their URI: from zenml_nb.views import show; show(uri).",
        )
    # The folder of the project may have been moved since.
    folders = [run.folder, repository.runs_dir / run.id]
    path = next((folder / v.CONFIG_FILE for folder in folders if (folder / v.CONFIG_FILE).is_file()), None)
    if path is None:
        raise NotAvailableError(
            f"The configuration of the run {run.id} is gone.",
            where=shorten_path(run.folder / v.CONFIG_FILE),
            advice="Its artifacts can be shown by their URI: from zenml_nb.views import show; show(uri).",
        )
    return path


def _check_slots(pipeline: BasePipeline, steps: Mapping[str, Any], places: Places) -> None:
    """Which steps a file may have is known with the class that it names.

    Raises:
        ConfigError: it has another one, at its line.
    """
    names = [slot.name for slot in pipeline.slots]
    for name in steps:
        if name not in names:
            raise ConfigError(
                f"{type(pipeline).__name__} has no step {name!r}.",
                where=places.at("pipeline", "steps", name),
                advice=did_you_mean(name, names),
            )


def _named(
    cls: type[_Pipeline], declared: Mapping[str, Any], folders: Sequence[Path], places: Places | None = None
) -> _Pipeline:
    kind = class_of(declared, cls, folders, places, "pipeline")
    args, given = constructor_call(kind, declared["name"], declared.get("args") or {})
    check_bound(kind, args, given, places)
    try:
        pipeline: _Pipeline = kind(*args, **given)
    except DeclarationError as error:
        raise (placed(error, places.at("pipeline", "name")) if places else error) from None
    return pipeline


def viewable_of_config(document: Mapping[str, Any], root: Path, folders: Sequence[Path] = ()) -> BasePipeline:
    """A pipeline of any class; a step or datasource whose class is not to be had here has a stand-in.

    Args:
        document: a pipeline document of the present version.
        root: the folder that relative paths start from.
        folders: where recorded sources may be.
    """
    from zenml_nb.pipelines.base import BasePipeline
    from zenml_nb.pipelines.training import TrainingPipeline

    try:
        kind = import_class(document["pipeline"]["source"], BasePipeline)
    except ConfigError:
        kind = TrainingPipeline
    return _viewable(kind, document, root, folders)


def _viewable(cls: type[_Pipeline], document: Mapping[str, Any], root: Path, folders: Sequence[Path]) -> _Pipeline:
    declared = document["pipeline"]
    try:
        pipeline = _named(cls, declared, folders)
    except ConfigError:
        pipeline = cls(declared["name"])
    source = declared.get("datasource")
    if source:
        args = from_portable(source["args"] or {}, root)
        datasource = _or_stand_in(BaseDatasource, {**source, "args": args}, folders)
        pipeline.add_datasource(datasource, declared.get("datasource_commit_id"))
        pipeline.recorded_commit_id = pipeline.datasource_commit_id
    kinds = {slot.name: slot.kind for slot in pipeline.slots}
    for slot, step in declared["steps"].items():
        if slot in kinds:
            pipeline.add_step(slot, _or_stand_in(kinds[slot], step, folders))
    return pipeline


def _or_stand_in(kind: type[Any], declared: Mapping[str, Any], folders: Sequence[Path]) -> Any:
    """The recorded object; where its class is not to be had, one with its record and without its code."""
    try:
        return recorded_class(declared, kind, folders)(**(declared["args"] or {}))
    except ConfigError as error:
        return _stand_in(kind, declared, error)


def _stand_in(kind: type[Any], declared: Mapping[str, Any], error: ConfigError) -> Any:
    source = str(declared["source"])
    pins = {key: declared[key] for key in ("code", "snapshot") if key in declared}

    def init(self: Any, **given: Any) -> None:
        self.name = str(given.get("name", ""))

    body = {"__init__": init, "source": source, "unavailable": error, "recorded_pins": pins}
    body["__module__"] = source.rpartition(".")[0]
    made: Any = type(source.rpartition(".")[2], (kind,), body)
    # Methods that only the missing class has are never called: the checks before a run stop at `unavailable`.
    made.__abstractmethods__ = frozenset()
    return made(**(declared["args"] or {}))
