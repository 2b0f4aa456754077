"""Transform methods for sentences, in TensorFlow Transform: words, n-grams, and vectors of fixed width of them."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
import tensorflow_transform as tft


def tokens(tensor: Any, delimiter: str | None) -> tf.SparseTensor:
    """The words of each row, shape (batch, most words); empty ones are left out.

    Args:
        tensor: texts of shape (batch, 1), which are split; or lists of words: sparse, or of shape (batch, n).
        delimiter: what separates words; None is any white space.
    """
    if isinstance(tensor, tf.SparseTensor):
        return tf.sparse.retain(tensor, tf.not_equal(tensor.values, ""))
    if tensor.shape[1] == 1:
        words = tf.strings.split(tf.reshape(tensor, [-1]), sep=delimiter)
    else:
        words = tf.RaggedTensor.from_tensor(tensor)
    kept = words.with_flat_values(tf.not_equal(words.flat_values, ""))
    return tf.ragged.boolean_mask(words, kept).to_sparse()


def ngrams(_: str, tensor: Any, parameters: dict[str, Any]) -> Any:
    """All runs of neighbouring words: sparse, or of shape (batch, length), cut or filled with ''."""
    low, high = parameters["ngram_range"]
    found = tft.ngrams(tokens(tensor, parameters["delimiter"]), (int(low), int(high)), parameters["separator"])
    if parameters["length"] is None:
        return found
    return tf.RaggedTensor.from_sparse(found).to_tensor(default_value="", shape=[None, int(parameters["length"])])


def tfidf(asset: str, tensor: Any, parameters: dict[str, Any]) -> tf.Tensor:
    """The weight of each of the ``top_k`` most frequent words in each row, shape (batch, top_k).

    The share of the row's words that are this one, times 1 + ln((rows + 1) / (rows with it + 1)) over the training
    split, as tft.tfidf; without ``smooth``, 1 + ln(rows / rows with it). Other words count only to the row's length.
    """
    top_k = int(parameters["top_k"])
    indices = tft.compute_and_apply_vocabulary(
        tokens(tensor, parameters["delimiter"]),
        top_k=top_k,
        frequency_threshold=parameters["frequency_threshold"],
        default_value=top_k,
        vocab_filename=asset,
    )
    which, weights = tft.tfidf(indices, top_k + 1, smooth=bool(parameters["smooth"]))
    return _by_row(which, weights.values, top_k + 1)[:, :top_k]


def which_occur(indices: tf.SparseTensor, width: int) -> tf.Tensor:
    """1 at the indices that occur in a row and 0 at the others, shape (batch, width)."""
    return tf.minimum(_by_row(indices, tf.ones_like(indices.values, tf.float32), width), 1.0)


def _by_row(indices: tf.SparseTensor, values: tf.Tensor, width: int) -> tf.Tensor:
    """The sum of the values at each index of each row, shape (batch, width)."""
    n_rows = indices.dense_shape[0]
    sums = tf.math.unsorted_segment_sum(values, indices.indices[:, 0] * width + indices.values, n_rows * width)
    return tf.reshape(sums, [-1, width])
