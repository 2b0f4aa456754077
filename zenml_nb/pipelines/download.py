"""A model out of the artifact store: the SavedModel and where it comes from."""

from __future__ import annotations

import json
import os
import shutil
import threading
from pathlib import Path
from typing import Any

from zenml_nb.artifacts.projected import read_projected
from zenml_nb.errors import AlreadyExistsError, StoreError, shorten_path
from zenml_nb.records import Run
from zenml_nb.records import vocabulary as v
from zenml_nb.steps.deployer import cause_of

MANIFEST = "manifest.json"


def download(run: Run, uri: str, target: Path, overwrite: bool) -> Path:
    """Copy the model of a run; the target appears whole or not at all.

    Raises:
        AlreadyExistsError: the target exists and ``overwrite`` is False, or it is no download of ours.
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
    if os.path.lexists(target) and not _is_replaceable(target):
        raise AlreadyExistsError(
            "The model was not downloaded: what is there is no model of ours.",
            where=shorten_path(target.absolute()),
            advice="Choose another out_path, or remove it yourself.",
        )
    model = read_projected(uri, "model")
    beside = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}.tmp")
    try:
        beside.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(beside, ignore_errors=True)
        shutil.copytree(Path(uri) / model["folder"], beside)
        manifest = json.dumps(_manifest(run, model), indent=2, sort_keys=True)
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


def _is_replaceable(target: Path) -> bool:
    """Whether nothing is lost by replacing a folder: it is empty, or a download of ours."""
    return target.is_dir() and ((target / MANIFEST).is_file() or not any(target.iterdir()))


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


def _manifest(run: Run, model: dict[str, Any]) -> dict[str, Any]:
    data = run.artifact("Data", "examples")
    return {
        "run": run.id,
        "pipeline": run.pipeline,
        "config_hash": run.properties.get(v.CONFIG_HASH),
        "git_commit": run.properties.get(v.GIT_COMMIT),
        "data_commit": data.properties.get("commit_id") if data else None,
        "zenml_nb_version": run.properties.get(v.VERSION),
        "signatures": model["signatures"],
    }
