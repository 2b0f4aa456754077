"""The network of a TFFeedForwardTrainer in Keras 3, and what its label must be like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from zenml_nb.engine.transformed import PADDING
from zenml_nb.errors import DeclarationError
from zenml_nb.steps.classes import (
    CLASS_LOSSES,
    Range,
    all_the_same,
    check_number_of_classes,
    check_values,
    check_weighted,
    check_width,
    reads_values,
)
from zenml_nb.steps.preprocesser import LABEL_SUFFIX
from zenml_nb.steps.trainer import TFFeedForwardTrainer
from zenml_nb.steps.training_data import FeatureColumn

if TYPE_CHECKING:
    from zenml_nb.engine.training import TrainingContext


def feed_forward(step: TFFeedForwardTrainer, features: Sequence[FeatureColumn], inputs: dict[str, Any]) -> Any:
    """Build and compile the network."""
    encoded = [_encode(column, inputs[column.name], step.list_pooling) for column in features]
    tensor = keras.layers.Concatenate()(encoded) if len(encoded) > 1 else encoded[0]
    for units in step.hidden_layers:
        tensor = keras.layers.Dense(units, activation=step.hidden_activation)(tensor)
        tensor = keras.layers.Dropout(step.dropout_chance)(tensor)
    outputs = keras.layers.Dense(step.output_units, activation=step.last_activation, name="prediction")(tensor)
    model = keras.Model(inputs, outputs)
    model.compile(optimizer=keras.optimizers.Adam(step.lr), loss=step.loss, metrics=list(step.metrics))
    return model


def _encode(column: FeatureColumn, tensor: Any, pooling: str) -> Any:
    if column.kind == "number":
        return tensor
    dimension = column.embedding_width
    if not column.is_list and (column.width == 1 or pooling == "flatten"):
        # Moved by one: the index of an unknown value may be -1.
        return keras.layers.Flatten()(keras.layers.Embedding(column.n_categories, dimension)(tensor + 1))
    # Moved by two: the first place is for what fills up a row.
    embedded = keras.layers.Embedding(column.n_categories + 1, dimension)(tensor - PADDING)
    there = keras.ops.cast(keras.ops.expand_dims(tensor > PADDING, -1), "float32")
    if pooling == "max":
        most = keras.ops.max(embedded + (1.0 - there) * -1e9, axis=1)
        return most * keras.ops.max(there, axis=1)
    total = keras.ops.sum(embedded * there, axis=1)
    if pooling == "sum":
        return total
    return total / keras.ops.maximum(keras.ops.sum(there, axis=1), 1.0)


def check_label(context: TrainingContext, step: Any) -> None:
    """Check that loss and outputs fit the label, which is known now.

    Args:
        context: with one label.
        step: with ``loss``, ``output_units`` and ``last_activation``.

    Raises:
        DeclarationError: they do not, or there are several labels.
        DataError: all rows have the same class.
    """
    if len(context.labels) != 1:
        raise DeclarationError(
            f"{type(step).__name__} learns one label, and the preprocesser makes {len(context.labels)}.",
            where="step trainer",
            advice="Make one output that ends with '_xl', or write a trainer with several outputs.",
        )
    [label] = context.labels
    name = label.removesuffix(LABEL_SUFFIX)
    n_named = len(context.classes(label))
    check_number_of_classes(name, context.n_classes(label), step.loss, step.output_units, n_named)
    width = context.label_width(label)
    if width is not None:
        check_width(name, width, step.loss, step.output_units)
    if not reads_values(step.loss, step.last_activation):
        return
    values = context.label_values(label)
    found = np.unique(values)
    if len(found) == 1 and step.loss in CLASS_LOSSES:
        raise all_the_same(name, f"all {len(values):,} rows of the training")
    told = Range(float(found.min()), float(found.max()), bool((found == np.round(found)).all()))
    check_values(name, told, step.loss, step.last_activation, step.output_units)


def weights_of_classes(context: TrainingContext, given: str | Mapping[str, float]) -> dict[int, float]:
    """Index of each class to its weight.

    ``balanced`` is rows / (classes * rows of the class), as scikit-learn's ``compute_class_weight`` has it.

    Raises:
        DeclarationError: there is no such class, or the label is none of classes.
    """
    [label] = context.labels
    values = context.label_values(label)
    found, counts = np.unique(values, return_counts=True)
    if (found != np.round(found)).any() or len(found) > 1000:
        raise DeclarationError(
            f"class_weights needs a label of classes, and {label.removesuffix(LABEL_SUFFIX)!r} is a number with "
            f"{len(found):,} values.",
            where="step trainer",
            advice="Leave class_weights out.",
        )
    if isinstance(given, str):
        return {int(c): len(values) / (len(found) * int(n)) for c, n in zip(found, counts, strict=True)}
    names = context.classes(label) or [str(int(value)) for value in found]
    indices = (
        {name: index for index, name in enumerate(names)} if context.classes(label) else {n: int(n) for n in names}
    )
    check_weighted(label.removesuffix(LABEL_SUFFIX), given, indices)
    return {int(c): 1.0 for c in found} | {indices[name]: weight for name, weight in given.items()}
