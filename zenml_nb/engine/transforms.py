"""The standard methods of the preprocesser, in TensorFlow Transform."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf
import tensorflow_transform as tft
from tensorflow_transform import schema_inference


class TransformContext:
    """Gives a preprocesser the columns and the methods; see ``steps.preprocesser.PreprocessingContext``.

    Args:
        columns: column name to INTEGER, FLOAT or STRING.
    """

    def __init__(self, columns: dict[str, str]) -> None:
        self.columns = columns

    def fill(self, name: str, tensor: Any, method: str, parameters: dict[str, Any]) -> Any:
        """Make a sparse column dense, shape (batch, 1), with its missing values filled."""
        if not isinstance(tensor, tf.SparseTensor):
            return tensor
        value = _FILLING[method](tensor, parameters)
        rows = tf.sparse.SparseTensor(
            tf.cast(tensor.indices, tf.int64), tensor.values, tf.stack([tf.cast(tensor.dense_shape[0], tf.int64), 1])
        )
        dense = tf.sparse.to_dense(rows, default_value=tf.cast(value, tensor.dtype))
        dense.set_shape([None, 1])
        return dense

    def transform(self, name: str, tensor: Any, method: str, parameters: dict[str, Any]) -> Any:
        """Apply one transform method to a dense column."""
        return _TRANSFORMS[method](name, tensor, parameters)


def _custom(tensor: Any, parameters: dict[str, Any]) -> Any:
    return parameters["custom_value"]


_FILLING: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "min": lambda tensor, _: tft.min(tensor),
    "max": lambda tensor, _: tft.max(tensor),
    "mean": lambda tensor, _: tft.mean(tensor),
    "custom": _custom,
}


def _scale_by_min_max(name: str, tensor: Any, parameters: dict[str, Any]) -> Any:
    return tft.scale_by_min_max(tf.cast(tensor, tf.float32), parameters["min"], parameters["max"])


def _vocabulary(name: str, tensor: Any, parameters: dict[str, Any]) -> Any:
    if parameters["num_oov_buckets"]:
        return tft.compute_and_apply_vocabulary(
            tensor,
            top_k=parameters["top_k"],
            frequency_threshold=parameters["frequency_threshold"],
            num_oov_buckets=parameters["num_oov_buckets"],
            vocab_filename=_vocabulary_name(name),
        )
    return tft.compute_and_apply_vocabulary(
        tensor,
        top_k=parameters["top_k"],
        frequency_threshold=parameters["frequency_threshold"],
        default_value=-1,
        vocab_filename=_vocabulary_name(name),
    )


def _vocabulary_name(name: str) -> str:
    """A file name that any column name may give: letters and digits stay, others become their code point."""
    return "".join(c if c.isascii() and c.isalnum() else f"_{ord(c):x}_" for c in name)


def _hash_strings(name: str, tensor: Any, parameters: dict[str, Any]) -> Any:
    buckets = int(parameters["hash_buckets"])
    hashed = tft.hash_strings(tensor, buckets)
    # The trainer reads the number of categories from the domain in the transformed schema, as it does for vocabularies.
    schema_inference.set_tensor_schema_override(hashed, tf.constant(0, tf.int64), tf.constant(buckets - 1, tf.int64))
    return hashed


def _one_hot(name: str, tensor: Any, parameters: dict[str, Any]) -> Any:
    # The width of a tensor must be known before the data is: the most frequent values and one place for all others.
    top_k = int(parameters["top_k"])
    indices = tft.compute_and_apply_vocabulary(
        tensor, top_k=top_k, default_value=top_k, vocab_filename=_vocabulary_name(f"{name} one_hot")
    )
    encoded = tf.one_hot(tf.squeeze(indices, axis=1), depth=top_k + 1, dtype=tf.float32)
    encoded.set_shape([None, top_k + 1])
    return encoded


_TRANSFORMS: dict[str, Callable[[str, Any, dict[str, Any]], Any]] = {
    "scale_by_min_max": _scale_by_min_max,
    "scale_to_0_1": lambda _, tensor, __: tft.scale_to_0_1(tf.cast(tensor, tf.float32)),
    "scale_to_z_score": lambda _, tensor, __: tft.scale_to_z_score(tf.cast(tensor, tf.float32)),
    "bucketize": lambda _, tensor, parameters: tft.bucketize(tensor, int(parameters["num_buckets"])),
    "compute_and_apply_vocabulary": _vocabulary,
    "hash_strings": _hash_strings,
    "one_hot_encode": _one_hot,
    "no_transform": lambda _, tensor, __: tensor,
}
