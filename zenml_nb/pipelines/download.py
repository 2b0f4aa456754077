"""A model out of the artifact store: the SavedModel and where it comes from."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from zenml_nb.artifacts.projected import read_projected
from zenml_nb.artifacts.run_files import configuration_text
from zenml_nb.errors import AlreadyExistsError, NotAvailableError, StoreError, shorten_path
from zenml_nb.pipelines import components as ids
from zenml_nb.records import Run
from zenml_nb.records import vocabulary as v
from zenml_nb.steps.base import EVAL
from zenml_nb.steps.deployer import cause_of

MANIFEST = "manifest.json"
_SAVED_MODEL = "saved_model.pb"
#: The keys by which a manifest is known to be ours.
_KEYS = {"run", "pipeline", "files"}
#: So many foreign files are named.
_NAMED = 3
_ROWS = 5
_PIECE = 2**20

#: Given the copy of a model, says how it was tried; raises if it cannot predict.
Check = Callable[[Path], dict[str, Any]]


def prediction_check(run: Run, splits: Sequence[str] = (EVAL,)) -> Check:
    """The check that a copy predicts rows of the run's evaluation split, by TensorFlow.

    A model that is no SavedModel is compared with the original, file by file.

    Args:
        run: whose model it is.
        splits: the names of the splits.

    Raises:
        NotAvailableError: the rows are gone.
    """

    def check(copy: Path) -> dict[str, Any]:
        if not (copy / _SAVED_MODEL).exists():
            return {"how": "its files are those of the run"}
        from zenml_nb.engine import predict_rows

        # A model of sequences does not read the rows that they are made of.
        examples = run.artifact(ids.SEQUENCER, "examples") or run.artifact(ids.SPLIT, "examples")
        named = [split for split in splits if examples is not None and split in examples.splits]
        if examples is None or not named or not Path(examples.uri).exists():
            raise NotAvailableError(
                f"The copy cannot be tried: the rows of the run {run.id} are gone.",
                advice="Run the pipeline again, or pass verify=False to take the model untried.",
            )
        rows = predict_rows(copy, examples.uri, named, _ROWS)
        return {"how": "it was loaded and predicted", "rows": rows, "splits": named}

    return check


def download(run: Run, uri: str, target: Path, overwrite: bool, check: Check | None = None) -> Path:
    """Copy the model of a run; the target appears whole or not at all.

    Args:
        run: whose model it is.
        uri: of the model's artifact.
        target: the folder to write.
        overwrite: whether a former download there is replaced; never a folder that holds anything else.
        check: tries the copy before it appears; what it raises leaves everything as it was.

    Raises:
        AlreadyExistsError: the target exists and ``overwrite`` is False, or it holds
            what no download of ours wrote. Nothing is touched.
        StoreError: it cannot be written.
    """
    if os.path.lexists(target) and not overwrite:
        raise AlreadyExistsError(
            "The model was not downloaded: there is something already.",
            where=shorten_path(target.absolute()),
            advice="Choose another out_path, or pass overwrite=True to replace it.",
        )
    if not target.name or target.name == os.pardir:
        raise StoreError(
            "The model cannot be written over a folder that is in use.",
            where=str(target),
            advice="Choose an out_path with a name of its own, for example 'model'.",
        )
    if os.path.lexists(target):
        _check_replaceable(target)
    model = read_projected(uri, "model")
    beside = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}.tmp")
    try:
        beside.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(beside, ignore_errors=True)
        source = Path(uri) / model["folder"]
        shutil.copytree(source, beside)
        files = _hashes(beside)
        if files != _hashes(source):
            raise OSError("the copy is not the same as the model")
        verified = check(beside) if check else None
        manifest = json.dumps(_manifest(run, model, files, verified), indent=2, sort_keys=True)
        (beside / MANIFEST).write_text(manifest + "\n", encoding="utf-8")
        _replace(beside, target)
    except OSError as error:
        raise StoreError(
            f"The model cannot be written: {cause_of(error)}.",
            where=shorten_path(target.absolute()),
            advice="Free some space, or choose an out_path that you may write to.",
        ) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return target


def _check_replaceable(target: Path) -> None:
    """Nothing may be lost by replacing a folder: it is empty, or holds what we downloaded and nothing else.

    Raises:
        AlreadyExistsError: it is something else, or holds more; the first names are given.
    """
    if target.is_dir() and not target.is_symlink():
        foreign = _foreign(target)
        if not foreign:
            return
        more = f" and {len(foreign) - _NAMED:,} more" if len(foreign) > _NAMED else ""
        what = f"it holds what no download of ours wrote: {', '.join(map(repr, foreign[:_NAMED]))}{more}"
    else:
        what = "what is there is no folder of ours"
    raise AlreadyExistsError(
        f"The model was not downloaded: {what}.",
        where=shorten_path(target.absolute()),
        advice="Choose another out_path, or remove it yourself.",
    )


def _foreign(folder: Path) -> list[str]:
    """What a folder holds beside a download of ours, by its path in it; a link is never ours."""
    listed = _listed_files(folder / MANIFEST)
    ours = None if listed is None else {MANIFEST, *listed}
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        # Folders of a model may be empty: what is in them is looked at by itself.
        is_ours = ours is not None and not path.is_symlink() and (path.is_dir() or name in ours)
        if not is_ours:
            found.append(name)
    return found


def _listed_files(manifest: Path) -> list[str] | None:
    """The files that a manifest of ours lists; None where it is not ours."""
    try:
        document = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or not document.keys() >= _KEYS or not isinstance(document["files"], dict):
        return None
    return list(document["files"])


def _replace(new: Path, target: Path) -> None:
    """Put a folder in the place of another; the old one is gone only when the new one is there."""
    old = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}.old")
    if os.path.lexists(target):
        os.replace(target, old)
    try:
        os.replace(new, target)
    except OSError:
        if os.path.lexists(old):
            os.replace(old, target)
        raise
    if old.is_dir() and not old.is_symlink():
        shutil.rmtree(old, ignore_errors=True)
    else:
        old.unlink(missing_ok=True)


def _hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file of a folder, by its path in it."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest = hashlib.sha256()
        with open(path, "rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
        found[path.relative_to(folder).as_posix()] = digest.hexdigest()
    return found


def _manifest(run: Run, model: dict[str, Any], files: dict[str, str], verified: Any) -> dict[str, Any]:
    data = run.artifact(ids.DATA, "examples")
    schema = run.artifact(ids.SEQUENCE_SCHEMA, "schema") or run.artifact(ids.SPLIT_SCHEMA, "schema")
    return {
        "run": run.id,
        "pipeline": run.pipeline,
        "config_hash": run.properties.get(v.CONFIG_HASH),
        "git_commit": run.properties.get(v.GIT_COMMIT),
        "data_commit": data.properties.get("commit_id") if data else None,
        "schema_hash": _schema_hash(Path(schema.uri) / "schema.pbtxt") if schema else None,
        "zenml_nb_version": run.properties.get(v.VERSION),
        "environment": _environment(run),
        "signatures": model.get("signatures", {}),
        "files": files,
        "verified": verified,
    }


def _schema_hash(path: Path) -> str | None:
    """The SHA-256 of the schema of the training data; None where it is gone."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def _environment(run: Run) -> Any:
    """The versions of Python and of the packages that the run recorded; None where its configuration is gone."""
    import yaml

    text = configuration_text(run, run.folder.parent) if run.folder else None
    try:
        document = yaml.safe_load(text or "")
    except yaml.YAMLError:
        return None
    return document.get("environment") if isinstance(document, dict) else None
