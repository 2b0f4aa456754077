"""Writes the small JSON beside artifacts that only TensorFlow can read, while it is loaded anyway."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from zenml_nb.artifacts.projected import MODEL_FILE, projected_path
from zenml_nb.pipelines import components as ids
from zenml_nb.repository import write_atomically


def project(component: Any) -> None:
    """Write the projection of a component's outputs, where they have one that is not there yet."""
    if component.id in (ids.TRAINER, ids.MODEL):
        _write_once(component.outputs["model"].get()[0].uri, "model", model_of)


def _write_once(uri: str, kind: str, read: Any) -> None:
    path = projected_path(uri, kind)
    if not path.exists():
        write_atomically(path, json.dumps(read(uri), sort_keys=True, allow_nan=False))


def model_of(uri: str) -> dict[str, Any]:
    """The signatures of a SavedModel: ``{"signatures": {name: {"inputs": {...}, "outputs": {...}}}}``."""
    import tensorflow as tf
    from tensorflow.python.saved_model import loader_impl
    from tfx.utils import path_utils

    folder = path_utils.serving_model_path(uri)
    described = Path(folder) / MODEL_FILE
    if described.exists():
        # No SavedModel: the trainer says what it wrote.
        return {
            "signatures": {},
            "folder": str(Path(folder).relative_to(uri)),
            **json.loads(described.read_text("utf-8")),
        }
    saved = loader_impl.parse_saved_model(folder)
    signatures = {}
    for name, signature in saved.meta_graphs[0].signature_def.items():
        if name.startswith("__"):
            continue
        signatures[name] = {
            side: {key: _tensor(tf, info) for key, info in getattr(signature, side).items()}
            for side in ("inputs", "outputs")
        }
    return {"signatures": signatures, "folder": str(Path(folder).relative_to(uri))}


def _tensor(tf: Any, info: Any) -> dict[str, Any]:
    shape = [dim.size for dim in info.tensor_shape.dim]
    return {"dtype": tf.as_dtype(info.dtype).name, "shape": shape}
