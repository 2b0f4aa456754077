"""Which raw columns an exported model takes, written beside it for those who have no TensorFlow at hand."""

from __future__ import annotations

import json
import os
from typing import Any

import tensorflow as tf

from zenml_nb.engine.training import TrainingContext
from zenml_nb.pipelines.model_source import COLUMNS_FILE
from zenml_nb.steps.preprocesser import LABEL_SUFFIX

_TYPES = {tf.int64: "INTEGER", tf.float32: "FLOAT", tf.string: "STRING"}


def describe_columns(context: TrainingContext, folder: str) -> None:
    """Write the raw columns, their types, which of them predictions depend on, and how many values sequences have.

    Args:
        context: of the training.
        folder: of the SavedModel, which has a place for files of others (``assets.extra``).
    """
    spec = context.transform_output.raw_feature_spec()
    columns: dict[str, Any] = {
        "types": {name: _TYPES[feature.dtype] for name, feature in spec.items() if feature.dtype in _TYPES},
        "needed": sorted(_needed(context, set(spec))),
    }
    widths = {name: feature.shape[0] for name, feature in spec.items() if _is_wide(feature)}
    if widths:
        columns["widths"] = widths
    path = os.path.join(folder, COLUMNS_FILE)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(columns, file, sort_keys=True)


def _is_wide(feature: Any) -> bool:
    return isinstance(feature, tf.io.FixedLenFeature) and len(feature.shape) == 1 and feature.shape[0] > 1


def _needed(context: TrainingContext, raw: set[str]) -> set[str]:
    """The raw columns that the model's features are computed from, as the graph of the transformation has it."""
    loader: Any = context.transform_output.transform_features_layer()._saved_model_loader
    try:
        sources = {source.ref() for c in context.features for source in loader._output_to_inputs_map[c.name]}
        inputs = loader._structured_inputs
        return {name for name in raw if name in inputs and any(t.ref() in sources for t in _tensors(inputs[name]))}
    except (AttributeError, KeyError):
        # Another TensorFlow Transform: then all but the labels.
        return raw - {name.removesuffix(LABEL_SUFFIX) for name in context.labels}


def _tensors(value: Any) -> list[Any]:
    return list(tf.nest.flatten(value, expand_composites=True))
