"""Writes the small JSON beside artifacts that only TensorFlow can read, while it is loaded anyway."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from zenml_nb.artifacts.projected import projected_path
from zenml_nb.pipelines import components as ids
from zenml_nb.repository import write_atomically


def project(component: Any) -> None:
    """Write the projection of a component's outputs, where they have one that is not there yet."""
    if component.id == ids.EVALUATOR:
        _write_once(component.outputs["evaluation"].get()[0].uri, "evaluation", evaluation_of)
    elif component.id == ids.TRAINER:
        _write_once(component.outputs["model"].get()[0].uri, "model", model_of)


def _write_once(uri: str, kind: str, read: Any) -> None:
    path = projected_path(uri, kind)
    if not path.exists():
        write_atomically(path, json.dumps(read(uri), sort_keys=True, allow_nan=False))


def evaluation_of(uri: str) -> dict[str, Any]:
    """The metrics of every slice of a TFMA evaluation.

    Returns:
        ``{"slices": [{"slice": [[column, value], ...], "metrics": {name: value}}]}``; the first slice, without any
        column, is the whole data. A metric that is no number is left out; NaN and infinities are the texts
        ``NaN``, ``Infinity`` and ``-Infinity``, which JSON numbers cannot be.
    """
    import tensorflow_model_analysis as tfma

    result = tfma.load_eval_result(uri)
    slices = []
    for slice_key, outputs in result.slicing_metrics:
        metrics = {}
        for output_name, by_class in outputs.items():
            for sub_key, values in by_class.items():
                prefix = "/".join(part for part in (output_name, sub_key) if part)
                for name, value in values.items():
                    number = _number(value)
                    if number is not None:
                        metrics[f"{prefix}/{name}" if prefix else name] = number
        slices.append({"slice": [[column, _text(value)] for column, value in slice_key], "metrics": metrics})
    slices.sort(key=lambda entry: (len(entry["slice"]), entry["slice"]))
    return {"slices": slices}


def _number(value: Any) -> float | str | None:
    for kind in ("doubleValue", "boundedValue", "value"):
        if isinstance(value, dict) and kind in value:
            inner = value[kind]
            number = inner["value"] if isinstance(inner, dict) else inner
            return json_number(float(number))
    return None


def json_number(number: float) -> float | str:
    """A number as JSON can hold it."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return number


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def model_of(uri: str) -> dict[str, Any]:
    """The signatures of a SavedModel: ``{"signatures": {name: {"inputs": {...}, "outputs": {...}}}}``."""
    import tensorflow as tf
    from tensorflow.python.saved_model import loader_impl
    from tfx.utils import path_utils

    folder = path_utils.serving_model_path(uri)
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
