"""The penguins' transforms written by hand: the module file of a raw Transform component."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
import tensorflow_transform as tft


def _dense(tensor: Any, default: Any) -> Any:
    rows = tf.sparse.SparseTensor(tensor.indices, tensor.values, [tensor.dense_shape[0], 1])
    dense = tf.sparse.to_dense(rows, default_value=tf.cast(default, tensor.dtype))
    dense.set_shape([None, 1])
    return dense


def preprocessing_fn(inputs: dict[str, Any]) -> dict[str, Any]:
    filled = {
        "island": _dense(inputs["island"], ""),
        "bill_length_mm": _dense(inputs["bill_length_mm"], tft.max(inputs["bill_length_mm"])),
        "bill_depth_mm": _dense(inputs["bill_depth_mm"], tft.mean(inputs["bill_depth_mm"])),
        "flipper_length_mm": _dense(inputs["flipper_length_mm"], tft.max(inputs["flipper_length_mm"])),
        "body_mass_g": _dense(inputs["body_mass_g"], tft.min(inputs["body_mass_g"])),
        "sex": _dense(inputs["sex"], ""),
        "species": _dense(inputs["species"], ""),
    }
    islands = tft.compute_and_apply_vocabulary(filled["island"], top_k=5, default_value=5, vocab_filename="island")
    one_hot = tf.one_hot(tf.squeeze(islands, axis=1), depth=6, dtype=tf.float32)
    one_hot.set_shape([None, 6])
    return {
        **filled,
        "island_xf": one_hot,
        "bill_length_mm_xf": tft.scale_to_z_score(filled["bill_length_mm"]),
        "bill_depth_mm_xf": tft.scale_to_0_1(filled["bill_depth_mm"]),
        "flipper_length_mm_xf": tft.scale_to_z_score(tf.cast(filled["flipper_length_mm"], tf.float32)),
        "body_mass_g_xf": tft.bucketize(filled["body_mass_g"], 4),
        "sex_xf": tft.compute_and_apply_vocabulary(filled["sex"], num_oov_buckets=1, vocab_filename="sex"),
        "species_xl": tft.compute_and_apply_vocabulary(filled["species"], vocab_filename="species"),
    }
