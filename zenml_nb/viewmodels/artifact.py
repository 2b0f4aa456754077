"""From any artifact of TFX to its view document: by URI, as TFX's own object, as a record, or as a proto."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zenml_nb.artifacts import protos
from zenml_nb.errors import NotAvailableError, did_you_mean, shorten_path
from zenml_nb.records import Artifact, Run
from zenml_nb.repository import find_repository
from zenml_nb.viewmodels.discretion import shared_uri

Document = dict[str, Any]

_SPLIT = "Split-"
_PACKAGE = "tensorflow.metadata.v0."
_EXPECTED = (
    "Expected the folder of an artifact with statistics (Split-*/FeatureStats.pb), a schema (schema.pbtxt), anomalies "
    "(Split-*/SchemaDiff.pb), an evaluation (metrics-*), examples (Split-*/*.gz), a model (Format-Serving) or "
    "a training (history.json)."
)


def document_of(thing: Any, split: str | None = None) -> Document:
    """The view document of an artifact.

    Args:
        thing: the URI of an artifact (a path, absolute or from the working directory or the repository), a
            ``records.Artifact``, a TFX ``Artifact``, a TFX ``Channel`` whose component was run, or a proto of
            tensorflow_metadata: statistics, a schema or anomalies.
        split: only this split; by default all of them (of anomalies: ``eval``, or the first).

    Raises:
        NotAvailableError: there is nothing at the URI, or no such split, or this kind of thing has no view.
    """
    name = str(getattr(getattr(thing, "DESCRIPTOR", None), "full_name", ""))
    if name.startswith(_PACKAGE):
        return _document_of_proto(thing, name.removeprefix(_PACKAGE), split)
    return document_of_folder(_folder_of(thing), split)


def _document_of_proto(proto: Any, name: str, split: str | None) -> Document:
    from zenml_nb.viewmodels.anomalies import anomalies_document
    from zenml_nb.viewmodels.schema import schema_document
    from zenml_nb.viewmodels.statistics import Dataset, datasets_of, statistics_document

    if name == "DatasetFeatureStatisticsList":
        if all(dataset.name for dataset in proto.datasets) and len(proto.datasets) > 1:
            return statistics_document([Dataset(dataset.name, dataset) for dataset in proto.datasets])
        return statistics_document(datasets_of(split or "data", proto))
    if name == "DatasetFeatureStatistics":
        return statistics_document([Dataset(split or proto.name or "data", proto)])
    if name == "Schema":
        return schema_document(proto)
    if name == "Anomalies":
        return anomalies_document(proto, split=split or "data")
    raise NotAvailableError(
        f"Protos of the kind {name} have no view.",
        advice="Give DatasetFeatureStatisticsList, DatasetFeatureStatistics, Schema or Anomalies.",
    )


def _folder_of(thing: Any) -> Path:
    """The folder, or the file, that a thing names."""
    if isinstance(thing, (str, os.PathLike)):
        return _existing(os.fspath(thing))
    if isinstance(getattr(thing, "uri", None), str):
        return _existing(thing.uri)
    # The outputs of a component are channels, whose artifacts are known once it was run.
    if callable(getattr(thing, "get", None)) and hasattr(thing, "type_name"):
        artifacts = list(thing.get())
        if artifacts and artifacts[0].uri:
            return _existing(artifacts[0].uri)
        raise NotAvailableError("This channel has no artifact yet.", advice="Run its component first.")
    raise NotAvailableError(
        f"A {type(thing).__name__} has no view.",
        advice="Give the URI of an artifact, a TFX Artifact or Channel, or a proto of tensorflow_metadata.",
    )


@dataclass(frozen=True)
class Recorded:
    """An artifact together with what its run compared it with.

    Attributes:
        artifact: the artifact; its URI is an absolute path.
        statistics, schema: of anomalies, where they were found, and what was expected.
        anomalies: of statistics, what was found in them.
    """

    artifact: Artifact
    statistics: Artifact | None = None
    schema: Artifact | None = None
    anomalies: Artifact | None = None


def recorded_in(run: Run, artifact: Artifact) -> Recorded:
    """What a run knows of an artifact: the inputs of the validation that found anomalies, or what one found in it."""
    for execution in run.executions:
        outputs = {found.type: found for found in execution.outputs}
        inputs = {given.type: given for given in execution.inputs}
        found, given = outputs.get("ExampleAnomalies"), inputs.get("ExampleStatistics")
        if found is None or given is None:
            continue
        if found.id == artifact.id:
            return Recorded(artifact, statistics=given, schema=inputs.get("Schema"))
        if given.id == artifact.id:
            return Recorded(artifact, anomalies=found)
    return Recorded(artifact)


def document_of_recorded(recorded: Recorded, root: Path, split: str | None = None) -> Document:
    """The view document of an artifact of a run: anomalies beside their evidence, statistics with their flags.

    Args:
        recorded: see ``recorded_in``; the splits are those that the files have.
        root: the folder of the project; links to other artifacts are relative to it.
        split: only this split.

    Raises:
        NotAvailableError: there is no such split, a file is missing or damaged, or there is no view.
    """
    folder = Path(recorded.artifact.uri)
    statistics, schema, anomalies = recorded.statistics, recorded.schema, recorded.anomalies
    if statistics is not None and schema is not None:
        name = _anomalous_split(_chosen(folder, "SchemaDiff.pb", split))
        if name in _splits(Path(statistics.uri), "FeatureStats.pb"):
            return anomalies_of(recorded.artifact, name, statistics, schema, root)
    if anomalies is not None:
        names = _chosen(folder, "FeatureStats.pb", split)
        flagged = [name for name in _splits(Path(anomalies.uri), "SchemaDiff.pb") if name in names]
        return statistics_of(
            _artifact(folder, "ExampleStatistics", names),
            _artifact(Path(anomalies.uri), "ExampleAnomalies", flagged),
        )
    return document_of_folder(folder, split)


def _anomalous_split(names: list[str]) -> str:
    return "eval" if "eval" in names else next(iter(names), "")


def _existing(uri: str) -> Path:
    path = Path(uri.removeprefix("file://").partition("#")[0]).expanduser()
    repository = None if path.is_absolute() else find_repository()
    for place in [path, *([repository.root / path] if repository else [])]:
        if place.exists():
            return place
    raise NotAvailableError("There is no artifact here.", where=shorten_path(path), advice=_EXPECTED)


def document_of_folder(path: Path, split: str | None = None) -> Document:
    """The view document of the folder of an artifact, or of one of its files; the path is taken as it is.

    Raises:
        NotAvailableError: there is no such split, or this kind of artifact has no view.
    """
    if path.is_file():
        return _document_of_file(path, split)
    for fits, make in _KINDS:
        if fits(path):
            return make(path, split)
    raise NotAvailableError("This folder holds no artifact with a view.", where=shorten_path(path), advice=_EXPECTED)


def _document_of_file(path: Path, split: str | None) -> Document:
    name = path.name
    if name == "FeatureStats.pb" or name.startswith("stats_tfrecord"):
        found = protos.read_statistics_file(path)
        return _document_of_proto(found, "DatasetFeatureStatisticsList", split or _split_named(path))
    if name == "SchemaDiff.pb":
        return _document_of_proto(protos.read_anomalies_file(path), "Anomalies", split or _split_named(path))
    if name == "schema.pbtxt":
        return _document_of_proto(protos.read_schema_file(path), "Schema", split)
    raise NotAvailableError("This file is no artifact that has a view.", where=shorten_path(path), advice=_EXPECTED)


def _split_named(path: Path) -> str | None:
    return path.parent.name.removeprefix(_SPLIT) if path.parent.name.startswith(_SPLIT) else None


def _splits(folder: Path, pattern: str = "*") -> list[str]:
    """The splits whose folder holds such a file, in the usual order: train, eval, then by name."""
    names = {path.parent.name.removeprefix(_SPLIT) for path in folder.glob(f"{_SPLIT}*/{pattern}")}
    return sorted(names, key=lambda name: (("train", "eval").index(name) if name in ("train", "eval") else 2, name))


def _chosen(folder: Path, pattern: str, split: str | None) -> list[str]:
    names = _splits(folder, pattern)
    if split is None:
        return names
    if split not in names:
        raise NotAvailableError(
            f"There is no split {split!r}.", where=shorten_path(folder), advice=did_you_mean(split, names)
        )
    return [split]


def _artifact(folder: Path, kind: str, splits: list[str]) -> Artifact:
    return Artifact(id=0, type=kind, key="", uri=str(folder), splits=tuple(splits))


def statistics_of(artifact: Artifact, anomalies: Artifact | None = None) -> Document:
    """The statistics of every split of an artifact.

    Args:
        artifact: ExampleStatistics.
        anomalies: ExampleAnomalies; the features that have some are flagged.

    Raises:
        NotAvailableError: a file is missing or damaged.
    """
    from zenml_nb.viewmodels.statistics import datasets_of, statistics_document

    datasets = [
        d for split in artifact.splits for d in datasets_of(split, protos.read_statistics_list(artifact, split))
    ]
    flags = {split: protos.read_anomalies(anomalies, split) for split in anomalies.splits} if anomalies else None
    return statistics_document(datasets, anomalies=flags)


def schema_of(
    artifact: Artifact, other: Artifact | None = None, names: tuple[str, str] = ("this", "other")
) -> Document:
    """A schema, or what another one has that it has not.

    Raises:
        NotAvailableError: a file is missing or damaged.
    """
    from zenml_nb.viewmodels.schema import schema_document

    against = None if other is None else protos.read_schema(other)
    return schema_document(protos.read_schema(artifact), other=against, names=names)


def anomalies_of(artifact: Artifact, split: str, statistics: Artifact, schema: Artifact, root: Path) -> Document:
    """The anomalies of a split, beside what was expected and what was found.

    Args:
        artifact: ExampleAnomalies.
        split: one of its splits.
        statistics, schema: what was compared.
        root: the folder of the project; the link to the statistics is relative to it.

    Raises:
        NotAvailableError: a file is missing or damaged.
    """
    from zenml_nb.viewmodels.anomalies import anomalies_document

    return anomalies_document(
        protos.read_anomalies(artifact, split),
        split=split,
        statistics=protos.read_statistics(statistics, split),
        schema=protos.read_schema(schema),
        statistics_uri=shared_uri(statistics.uri, root),
        title=f"Anomalies of {split}",
    )


def _statistics(folder: Path, split: str | None) -> Document:
    return statistics_of(_artifact(folder, "ExampleStatistics", _chosen(folder, "FeatureStats.pb", split)))


def _schema(folder: Path, split: str | None) -> Document:
    return schema_of(_artifact(folder, "Schema", []))


def _anomalies(folder: Path, split: str | None) -> Document:
    from zenml_nb.viewmodels.anomalies import anomalies_document

    names = _chosen(folder, "SchemaDiff.pb", split)
    name = _anomalous_split(names)
    found = protos.read_anomalies(_artifact(folder, "ExampleAnomalies", names), name)
    return anomalies_document(found, split=name, title=f"Anomalies of {name}")


def evaluation_of(artifact: Artifact) -> Document:
    """An evaluation.

    Raises:
        NotAvailableError: a file is missing or damaged.
    """
    from zenml_nb.artifacts.evaluation import read_evaluation
    from zenml_nb.viewmodels.evaluation import evaluation_document

    return evaluation_document({"evaluation": read_evaluation(artifact.uri)})


def _evaluation(folder: Path, split: str | None) -> Document:
    return evaluation_of(_artifact(folder, "ModelEvaluation", []))


def _examples(folder: Path, split: str | None) -> Document:
    from zenml_nb.artifacts.examples import sample
    from zenml_nb.viewmodels.tables import frame_tables

    names = _chosen(folder, "*", split)
    artifact = _artifact(folder, "Examples", names)
    return frame_tables("Examples", {name: sample(artifact, name, 20) for name in names})


def training_of(artifact: Artifact, run: str = "") -> Document:
    """How a model was trained, of a ModelRun artifact.

    Raises:
        NotAvailableError: there is no history, or it is damaged.
    """
    from zenml_nb.artifacts.history import read_history
    from zenml_nb.viewmodels.training import training_document

    return training_document(read_history(artifact.uri), run=run)


def _training(folder: Path, split: str | None) -> Document:
    return training_of(_artifact(folder, "ModelRun", []))


def _model(folder: Path, split: str | None) -> Document:
    from zenml_nb.artifacts.projected import read_projected
    from zenml_nb.viewmodels.tables import model_tables

    return model_tables(read_projected(str(folder), "model"))


def _has(*patterns: str) -> Callable[[Path], bool]:
    return lambda folder: any(next(folder.glob(pattern), None) is not None for pattern in patterns)


_KINDS: list[tuple[Callable[[Path], bool], Callable[[Path, str | None], Document]]] = [
    (_has(f"{_SPLIT}*/FeatureStats.pb"), _statistics),
    (_has(f"{_SPLIT}*/SchemaDiff.pb"), _anomalies),
    (_has("schema.pbtxt"), _schema),
    (_has("metrics*", "eval_config.json"), _evaluation),
    (_has("Format-Serving"), _model),
    (_has("history.json"), _training),
    (_has(f"{_SPLIT}*/*"), _examples),
]
