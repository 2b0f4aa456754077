"""The model of a batch inference: of a run, of a download, or any SavedModel; read without TensorFlow."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml_nb.errors import DataError, NotAvailableError, StoreError, did_you_mean, shorten_path
from zenml_nb.pipelines import components as ids
from zenml_nb.pipelines.download import MANIFEST

if TYPE_CHECKING:
    from zenml_nb.datasources import BaseDatasource, Commit
    from zenml_nb.repository import Repository

#: What every SavedModel has.
_GRAPH = "saved_model.pb"
#: Where an artifact of TFX has the model that is served.
_INSIDE = ("Format-Serving", "serving_model_dir")
#: Beside the graph, in the folder that SavedModels have for files of others: the raw columns that the model takes.
COLUMNS_FILE = os.path.join("assets.extra", "zenml_nb_columns.json")
SIGNATURE = "serving_default"


@dataclass(frozen=True)
class ModelSource:
    """A SavedModel.

    Attributes:
        folder: its folder.
        origin: the id of the run that trained it, or its path.
        outputs: the names of the outputs of ``serving_default``; None where they are known only when it is loaded.
        types: raw column to INTEGER, FLOAT or STRING (text and bytes alike); None where they are not known.
        needed: the raw columns that predictions depend on.
        widths: raw column of sequences to its number of values.
    """

    folder: Path
    origin: str
    outputs: tuple[str, ...] | None = None
    types: Mapping[str, str] | None = None
    needed: tuple[str, ...] = ()
    widths: Mapping[str, int] = field(default_factory=dict)

    def content(self) -> str:
        """A hash of its files.

        Raises:
            StoreError: one cannot be read.
        """
        digest = hashlib.sha256()
        try:
            for path in sorted(path for path in self.folder.rglob("*") if path.is_file()):
                digest.update(path.relative_to(self.folder).as_posix().encode("utf-8", "surrogateescape") + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError as error:
            raise StoreError(
                f"The model cannot be read: {error.strerror or error}.",
                where=shorten_path(self.folder),
                advice="Check that its files are there and may be read.",
            ) from error
        return digest.hexdigest()[:16]


def find_model(model: str, repository: Repository) -> ModelSource:
    """Find a model by the id of the run that trained it, or by its folder.

    Args:
        model: the id of a run, or a path: as seen from the working directory, or else from the project folder.
        repository: where the run is recorded.

    Raises:
        NotAvailableError: there is no such run or folder (the nearest names are given), or it has no model.
    """
    path = Path(model).expanduser()
    found = next((place for place in (path, repository.root / path) if place.is_dir()), None)
    if found is not None:
        return _of_folder(found, model)
    if os.sep in model or model.startswith((".", "~")):
        near = sorted(entry.name for entry in path.parent.glob("*/")) if path.parent.is_dir() else []
        raise NotAvailableError(
            "There is no such folder.", where=shorten_path(path), advice=did_you_mean(path.name, near)
        )
    return _of_run(model, repository)


def _of_folder(folder: Path, origin: str) -> ModelSource:
    inside = next(
        (place for place in (folder, *(folder / name for name in _INSIDE)) if (place / _GRAPH).is_file()), None
    )
    if inside is None:
        raise NotAvailableError(
            f"The folder holds no SavedModel: {_GRAPH} is missing.",
            where=shorten_path(folder),
            advice="Name the folder that download_model() or a deployment wrote, or the id of a run.",
        )
    manifest = _json(inside / MANIFEST)
    return _described(inside, origin, manifest.get("signatures"))


def _of_run(run_id: str, repository: Repository) -> ModelSource:
    from zenml_nb.artifacts.projected import read_projected
    from zenml_nb.records import Store

    metadata = repository.metadata
    if metadata.get("type") == "sqlite" and not Path(metadata["uri"]).exists():
        raise NotAvailableError(
            f"There is no run and no folder {run_id!r}: nothing was run in this repository yet.",
            advice="Train a model first, or name the folder of one.",
        )
    run = Store(metadata).run(run_id)
    artifact = run.artifact(ids.TRAINER, "model")
    if artifact is None:
        raise NotAvailableError(
            f"The run {run.id} ({run.state}) has no model.", advice="Name a run that finished the step trainer."
        )
    projected = read_projected(artifact.uri, "model")
    folder = Path(artifact.uri) / projected["folder"]
    if folder.is_dir() and not (folder / _GRAPH).is_file():
        raise NotAvailableError(
            f"The model of the run {run.id} is no SavedModel, and cannot be asked for predictions in batches.",
            where=shorten_path(folder),
            advice="Name a run whose trainer exports a SavedModel, for example TFFeedForwardTrainer.",
        )
    if not folder.is_dir():
        raise NotAvailableError(
            f"The model of the run {run.id} is gone.", where=shorten_path(folder), advice="Train it again."
        )
    return _described(folder, run.id, projected.get("signatures"))


def _described(folder: Path, origin: str, signatures: Any) -> ModelSource:
    served = signatures.get(SIGNATURE) if isinstance(signatures, dict) else None
    outputs = tuple(map(str, served["outputs"])) if isinstance(served, dict) and served.get("outputs") else None
    columns = _json(folder / COLUMNS_FILE)
    types, needed = columns.get("types"), columns.get("needed")
    if not isinstance(types, dict) or not isinstance(needed, list):
        return ModelSource(folder, origin, outputs)
    given = columns.get("widths")
    widths = {name: n for name, n in given.items() if isinstance(n, int)} if isinstance(given, dict) else {}
    return ModelSource(folder, origin, outputs, types, tuple(map(str, needed)), widths)


def _json(path: Path) -> dict[str, Any]:
    """A small description beside a model; nothing where there is none that can be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def check_columns(model: ModelSource, commit: Commit, datasource: BaseDatasource) -> None:
    """Tell before the run if a model cannot take the data, as far as the model says what it takes.

    A column that is missing would be taken for one without any value, and the predictions would be worthless.

    Raises:
        DataError: a column is missing (the nearest names are given), of another type, or without sequences.
    """
    if model.types is None:
        return
    columns = {column.name: column for column in commit.columns}
    where = f"datasource {commit.datasource!r}"
    for name in model.needed:
        if name not in columns:
            raise DataError(
                f"The model takes the column {name!r}, which the data does not have.",
                where=where,
                advice=did_you_mean(name, columns),
            )
    for name, width in model.widths.items():
        column = columns.get(name)
        # Also one that no prediction depends on: it is parsed with the others.
        if column is not None and width > 1 and not column.many and column.n_missing < commit.n_rows:
            raise DataError(
                f"The model takes sequences: {width} values of the column {name!r} at once; in the data a row has one.",
                where=where,
                advice="Give it sequences, whose rows hold lists, as sample_sequences() of the pipeline that trained "
                "it gives them.",
            )
    for name, kind in model.types.items():
        column = columns.get(name)
        if column is not None and not _is_same(column.type, kind) and column.n_missing < commit.n_rows:
            raise DataError(
                f"The model takes the column {name!r} as {kind}; in the data it is {column.type}.",
                where=where,
                advice=_how_to_type(name, kind, datasource),
            )


def _is_same(one: str, other: str) -> bool:
    """To a model, text is bytes."""
    return one == other or {one, other} == {"STRING", "BYTES"}


def _how_to_type(name: str, kind: str, datasource: BaseDatasource) -> str:
    if not hasattr(datasource, "column_types"):
        return "Change the type of the values."
    return f"Say its type: {type(datasource).__name__}(column_types={{{name!r}: {kind!r}}}), or change the values."
