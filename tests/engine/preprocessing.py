"""What the tests of the preprocessing compare with: the methods, computed by numpy and scikit-learn."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np


def call(method: str, **parameters: Any) -> dict[str, Any]:
    """A method with its parameters, as a declaration has it."""
    return {"method": method, "parameters": parameters}


def ranked(values: Any) -> list[Any]:
    """The distinct values as TensorFlow Transform orders them: the most frequent first, ties by descending value."""
    counts = Counter(values)
    return sorted(counts, key=lambda value: (counts[value], str(value).encode()), reverse=True)


def one_hot(values: Any, categories: list[Any]) -> Any:
    """A place for each category, and the last one for all others."""
    return np.eye(len(categories) + 1)[[categories.index(x) if x in categories else -1 for x in values]]


def weights(train: list[list[str]], rows: list[list[str]], vocabulary: list[str]) -> Any:
    """scikit-learn's tf-idf, over the length of the row."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=lambda row: row, vocabulary=vocabulary, norm=None, smooth_idf=True)
    vectorizer.fit(train)
    lengths = np.array([max(len(row), 1) for row in rows])
    return vectorizer.transform(rows).toarray() / lengths[:, None]


def example(**values: Any) -> bytes:
    """A serialized tf.Example."""
    import tensorflow as tf

    feature = {}
    for name, value in values.items():
        items = list(value) if isinstance(value, (list, np.ndarray)) else [value]
        if isinstance(items[0], (str, bytes)):
            encoded = [item.encode() if isinstance(item, str) else item for item in items]
            feature[name] = tf.train.Feature(bytes_list=tf.train.BytesList(value=encoded))
        elif isinstance(items[0], (int, np.integer)):
            feature[name] = tf.train.Feature(int64_list=tf.train.Int64List(value=items))
        else:
            feature[name] = tf.train.Feature(float_list=tf.train.FloatList(value=items))
    return bytes(tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString())
