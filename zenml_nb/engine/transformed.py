"""What is known of transformed data, and its rows as arrays: for trainers, and for those that predict with a model."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf
import tensorflow_transform as tft

from zenml_nb.errors import DataError, DeclarationError
from zenml_nb.steps.preprocesser import FEATURE_SUFFIX, LABEL_SUFFIX
from zenml_nb.steps.training_data import Arrays, FeatureColumn

UNKNOWN_LABEL = "The label has a class in another split that no row of the training split has."
#: What fills up the rows of a list of categories; an index is -1 at least.
PADDING = -2


def unknown_label(where: str = "step trainer") -> DataError:
    """The error for a class that the training never saw."""
    return DataError(
        UNKNOWN_LABEL,
        where=where,
        advice="Use a split that gives rows of every class to the training, or leave rare classes out.",
    )


def no_feature() -> DeclarationError:
    """The error for data without a feature to learn from."""
    return DeclarationError(
        "No feature is left to train on: text that is not transformed cannot be learned from.",
        where="step trainer",
        advice="Give the features a transform such as compute_and_apply_vocabulary.",
    )


class Transformed:
    """The columns that a preprocesser made.

    Args:
        transform_graph: the folder that Transform wrote.
    """

    def __init__(self, transform_graph: str) -> None:
        self.transform_graph = transform_graph
        self.transform_output = tft.TFTransformOutput(transform_graph)
        self.spec = self.transform_output.transformed_feature_spec()

    @functools.cached_property
    def _schema(self) -> dict[str, Any]:
        return {feature.name: feature for feature in self.transform_output.transformed_metadata.schema.feature}

    @functools.cached_property
    def features(self) -> list[FeatureColumn]:
        """The transformed features, in the order of their names; text is none."""
        names = sorted(name for name in self.spec if name.endswith(FEATURE_SUFFIX))
        return [self._column(name) for name in names if self.spec[name].dtype != tf.string]

    def _column(self, name: str) -> FeatureColumn:
        """A feature; a whole-number feature with a domain is a category."""
        domain = self._schema[name].int_domain
        is_category = self.spec[name].dtype == tf.int64 and domain.max > 0
        # Category indices start at -1 where a vocabulary has no place for unknown values.
        n_categories = int(domain.max) + 2 if is_category else 0
        kind = "category" if is_category else "number"
        if not isinstance(self.spec[name], tf.io.FixedLenFeature):
            return FeatureColumn(name, kind, 1, n_categories, is_list=True)
        return FeatureColumn(name, kind, math.prod(int(size or 1) for size in self.spec[name].shape), n_categories)

    @functools.cached_property
    def labels(self) -> list[str]:
        """The labels, with their suffix."""
        return sorted(name for name in self.spec if name.endswith(LABEL_SUFFIX))

    def n_classes(self, label: str) -> int:
        """The classes of a label that was text; 0 for numbers."""
        domain = self._schema[label].int_domain
        return int(domain.max) + 1 if domain.is_categorical else 0

    def label_width(self, label: str) -> int | None:
        """The values a row of a label; None where rows have any number of them."""
        spec = self.spec[label]
        return math.prod(int(size or 1) for size in spec.shape) if isinstance(spec, tf.io.FixedLenFeature) else None

    def classes(self, label: str) -> list[str]:
        """The names of the classes of a label, by their index; empty where they are not known."""
        if not self.n_classes(label):
            return []
        name = vocabulary_name(label.removesuffix(LABEL_SUFFIX))
        try:
            found = self.transform_output.vocabulary_by_name(name)
        except (ValueError, tf.errors.NotFoundError):
            return []
        return [bytes(value).decode("utf-8", "replace") for value in found]

    def as_input(self, column: FeatureColumn, tensor: Any) -> Any:
        """A transformed tensor as a model takes it: (rows, width), and for lists of categories (rows, the longest)."""
        if column.kind == "category":
            if column.is_list:
                # One place more, so that there is something to pool where no row of a batch has a value.
                return tf.pad(tf.cast(dense(tensor, PADDING), tf.int64), [[0, 0], [0, 1]], constant_values=PADDING)
            return tf.cast(tf.reshape(dense(tensor), [-1, column.width]), tf.int64)
        if column.is_list:
            return _mean_of_rows(tensor)
        return tf.cast(tf.reshape(dense(tensor), [-1, column.width]), tf.float32)

    def arrays_of(self, features: Mapping[str, Any], one_hot: bool) -> tuple[npt.NDArray[np.float32], list[str]]:
        """Features as one matrix, and the names of its columns; see ``steps.training_data.TrainerContext.arrays``."""
        parts: list[npt.NDArray[np.float32]] = []
        names: list[str] = []
        for column in self.features:
            part, own = _matrix(column, np.asarray(features[column.name]), one_hot)
            parts.append(part.astype(np.float32))
            names += own
        return np.concatenate(parts, axis=1) if parts else np.zeros((0, 0), np.float32), names

    def torch_module(self, step: Any) -> Any:
        """The module of a PyTorchTrainer; see ``steps.training_data.TrainerContext``."""
        from zenml_nb.engine.torch_models import feed_forward_module

        if not self.features:
            raise no_feature()
        return feed_forward_module(step, self.features)

    def column_names(self, one_hot: bool = False) -> list[str]:
        """The columns of ``arrays``; see ``steps.training_data.TrainerContext``."""
        return [name for column in self.features for name in _matrix(column, np.zeros((0, column.width)), one_hot)[1]]

    def joined(self, batches: Sequence[Mapping[str, Any]], one_hot: bool) -> Arrays:
        """Batches of features and labels as arrays of all rows."""
        parts = [self.arrays_of(batch, one_hot) for batch in batches]
        labels = {
            name: np.concatenate(
                [np.asarray(batch[name]).reshape(len(parts[i][0]), -1) for i, batch in enumerate(batches)]
            )
            for name in self.labels
        }
        flat = {name: values[:, 0] if values.shape[1] == 1 else values for name, values in labels.items()}
        return Arrays(
            values=np.concatenate([values for values, _ in parts]),
            columns=parts[0][1],
            labels=next(iter(flat.values())) if len(flat) == 1 else flat,
        )


def _matrix(column: FeatureColumn, values: Any, one_hot: bool) -> tuple[Any, list[str]]:
    if column.kind == "number" or (not column.is_list and not one_hot):
        return values, [column.name] if column.width == 1 else [f"{column.name}[{i}]" for i in range(column.width)]
    # A place for each index from -1 on; a list counts its values.
    counts = np.zeros((len(values), column.n_categories), np.float32)
    rows, places = np.nonzero(values > PADDING)
    np.add.at(counts, (rows, np.clip(values[rows, places].astype(np.int64) + 1, 0, column.n_categories - 1)), 1)
    return counts, [f"{column.name}={index - 1}" for index in range(column.n_categories)]


def _mean_of_rows(tensor: Any) -> Any:
    """The mean of the numbers of each row, 0 where there are none: rows of any length have no width."""
    if not isinstance(tensor, tf.SparseTensor):
        return tf.reduce_mean(tf.cast(tensor, tf.float32), axis=1, keepdims=True)
    values = tf.cast(tensor.values, tf.float32)
    rows = tf.cast(tensor.dense_shape[0], tf.int32)
    of = tf.cast(tensor.indices[:, 0], tf.int32)
    total = tf.math.unsorted_segment_sum(values, of, rows)
    count = tf.math.unsorted_segment_sum(tf.ones_like(values), of, rows)
    return tf.reshape(tf.math.divide_no_nan(total, count), [-1, 1])


def vocabulary_name(column: str) -> str:
    """The file of a column's vocabulary: letters and digits stay, others become their code point."""
    return "".join(c if c.isascii() and c.isalnum() else f"_{ord(c):x}_" for c in column)


def dense(tensor: Any, default: int = 0) -> Any:
    """A tensor without gaps."""
    if isinstance(tensor, tf.RaggedTensor):
        return tensor.to_tensor(default_value=tf.cast(default, tensor.dtype))
    if isinstance(tensor, tf.SparseTensor):
        filler = "" if tensor.dtype == tf.string else tf.cast(default, tensor.dtype)
        return tf.sparse.to_dense(tensor, default_value=filler)
    return tensor
