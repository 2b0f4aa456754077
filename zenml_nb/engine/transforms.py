"""The standard methods of the preprocesser, in TensorFlow Transform: filling, numbers and categories."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from typing import Any

import tensorflow as tf
import tensorflow_transform as tft
from tensorflow_transform import schema_inference

from zenml_nb.engine import transforms_image, transforms_text
from zenml_nb.steps.preprocessing_methods import Made, result_of


class TransformContext:
    """Gives a preprocesser the columns and the methods; see ``steps.preprocesser.PreprocessingContext``.

    Args:
        columns: column name to INTEGER, FLOAT, STRING or BYTES.
        lists: the columns whose rows are lists of different lengths.
    """

    def __init__(self, columns: dict[str, str], lists: Collection[str] = ()) -> None:
        self.columns = columns
        self._lists = frozenset(lists)
        self._assets: set[str] = set()

    def fill(self, name: str, tensor: Any, method: str, parameters: dict[str, Any]) -> Any:
        """Make a column dense, shape (batch, values a row), with its missing values filled; a list stays sparse."""
        if isinstance(tensor, tf.RaggedTensor):
            tensor = tensor.to_sparse()
        if not isinstance(tensor, tf.SparseTensor):
            return tf.expand_dims(tensor, 1) if tensor.shape.rank == 1 else tensor
        if name in self._lists:
            return tensor
        value = _FILLING[method](tensor, parameters)
        if tensor.dtype.is_integer and isinstance(value, tf.Tensor):
            value = tf.round(value)
        rows = tf.sparse.SparseTensor(
            tf.cast(tensor.indices, tf.int64),
            tensor.values,
            tf.stack([tf.cast(tensor.dense_shape[0], tf.int64), 1]),
        )
        dense = tf.sparse.to_dense(rows, default_value=tf.cast(value, tensor.dtype))
        dense.set_shape([None, 1])
        return dense

    def transform(self, name: str, tensor: Any, method: str, parameters: dict[str, Any]) -> Any:
        """Apply one transform method to what the one before made: dense, or sparse where the rows are lists.

        Raises:
            DeclarationError: the rows have a number of values that does not fit.
        """
        is_list = isinstance(tensor, tf.SparseTensor)
        width = None if is_list else math.prod(size or 1 for size in tensor.shape[1:])
        result_of(method, parameters, Made(self.columns.get(name, ""), width, is_list), f"the column {name!r}")
        asset = name if method == "compute_and_apply_vocabulary" else f"{name} {method}"
        return _TRANSFORMS[method](self._asset(asset), tensor, parameters)

    def _asset(self, wanted: str) -> str:
        """The name of a file of the transformation; a method may occur twice in a chain."""
        plain = vocabulary_name(wanted)
        name = next(n for n in (plain, *(f"{plain}_{i}" for i in range(len(self._assets)))) if n not in self._assets)
        self._assets.add(name)
        return name


def vocabulary_name(column: str) -> str:
    """The name of the file that holds the vocabulary of a column, which any name of a column gives."""
    return "".join(c if c.isascii() and c.isalnum() else f"_{ord(c):x}_" for c in column)


def _median(tensor: Any) -> Any:
    # Of a sketch of the values: exact for small data, at most 0.1 % of the rows beside it for large.
    return tf.reshape(tft.quantiles(tf.cast(tensor.values, tf.float32), 2, epsilon=0.001), [])


_FILLING: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "min": lambda tensor, _: tft.min(tensor),
    "max": lambda tensor, _: tft.max(tensor),
    "mean": lambda tensor, _: tft.mean(tensor),
    "median": lambda tensor, _: _median(tensor),
    "custom": lambda _, parameters: parameters["custom_value"],
}


def _scale_by_min_max(_: str, tensor: Any, parameters: dict[str, Any]) -> Any:
    return tft.scale_by_min_max(tf.cast(tensor, tf.float32), parameters["min"], parameters["max"])


def _vocabulary(asset: str, tensor: Any, parameters: dict[str, Any]) -> Any:
    # An unknown value has the index -1 where there is no bucket for it.
    unknown = {"num_oov_buckets": parameters["num_oov_buckets"]} if parameters["num_oov_buckets"] else {}
    return tft.compute_and_apply_vocabulary(
        tensor,
        top_k=parameters["top_k"],
        frequency_threshold=parameters["frequency_threshold"],
        vocab_filename=asset,
        name=_named_by_type(tensor),
        **(unknown or {"default_value": -1}),
    )


def _named_by_type(tensor: Any) -> str:
    """A name for a vocabulary's operations, another one for each type of values.

    TensorFlow finds the tables of a process again by the names of what they are made from, which are the same in each
    pipeline: one of numbers must not be taken for one of texts.
    """
    return f"vocabulary_of_{tensor.dtype.name}"


def _hash_strings(_: str, tensor: Any, parameters: dict[str, Any]) -> Any:
    buckets = int(parameters["hash_buckets"])
    hashed = tft.hash_strings(tensor, buckets)
    # The trainer reads the number of categories from the domain in the transformed schema, as it does for vocabularies.
    values = hashed.values if isinstance(hashed, tf.SparseTensor) else hashed
    schema_inference.set_tensor_schema_override(values, tf.constant(0, tf.int64), tf.constant(buckets - 1, tf.int64))
    return hashed


def _one_hot(asset: str, tensor: Any, parameters: dict[str, Any]) -> Any:
    # The width of a tensor must be known before the data is: the most frequent values and one place for all others.
    top_k = int(parameters["top_k"])
    indices = tft.compute_and_apply_vocabulary(
        tensor, top_k=top_k, default_value=top_k, vocab_filename=asset, name=_named_by_type(tensor)
    )
    if isinstance(indices, tf.SparseTensor):
        return transforms_text.which_occur(indices, top_k + 1)
    places = indices.shape[1:] if indices.shape[1:] != [1] else []
    encoded = tf.one_hot(tf.reshape(indices, [-1, *places]), depth=top_k + 1, dtype=tf.float32)
    encoded.set_shape([None, *places, top_k + 1])
    return encoded


def _pca(_: str, tensor: Any, parameters: dict[str, Any]) -> Any:
    """Project onto the directions of greatest variance in the training split, around its mean."""
    output_dim = int(parameters["output_dim"])
    width = math.prod(tensor.shape[1:])
    # float64: in float32 the covariance of values far from 0 loses what distinguishes them.
    rows = tf.reshape(tf.cast(tensor, tf.float64), [-1, width])
    centered = rows - tft.mean(rows, reduce_instance_dims=False)
    projected = tf.cast(centered @ tft.pca(rows, output_dim, tf.float64), tf.float32)
    projected.set_shape([None, output_dim])
    return projected


_TRANSFORMS: dict[str, Callable[[str, Any, dict[str, Any]], Any]] = {
    "scale_by_min_max": _scale_by_min_max,
    "scale_to_0_1": lambda _, tensor, __: tft.scale_to_0_1(tf.cast(tensor, tf.float32)),
    "scale_to_z_score": lambda _, tensor, __: tft.scale_to_z_score(tf.cast(tensor, tf.float32)),
    "bucketize": lambda _, tensor, parameters: tft.bucketize(tensor, int(parameters["num_buckets"])),
    "pca": _pca,
    "compute_and_apply_vocabulary": _vocabulary,
    "hash_strings": _hash_strings,
    "one_hot_encode": _one_hot,
    "ngrams": transforms_text.ngrams,
    "tfidf": transforms_text.tfidf,
    "load_binary_image": transforms_image.load_binary_image,
    "image_reshape": transforms_image.image_reshape,
    "no_transform": lambda _, tensor, __: tensor,
}
