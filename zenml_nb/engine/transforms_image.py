"""Transform methods for images, in TensorFlow."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

NO_IMAGE = "A value is no PNG, JPEG, GIF or BMP file. It begins with:"
_BEGINNINGS = [b"\x89P", b"\xff\xd8", b"GI", b"BM"]


def load_binary_image(_: str, tensor: Any, parameters: dict[str, Any]) -> tf.Tensor:
    """Decode the bytes of image files: numbers from 0 to 1, shape (batch, height, width, channels).

    PNG, JPEG, BMP, and the first frame of GIF; resized bilinearly, with a filter against aliasing. A missing image
    is black.
    """
    shape = [int(parameters[name]) for name in ("height", "width", "channels")]

    def decode(contents: tf.Tensor) -> tf.Tensor:
        begins = tf.reduce_any(tf.equal(tf.strings.substr(contents, 0, 2), _BEGINNINGS))
        with tf.control_dependencies([tf.debugging.Assert(begins, [NO_IMAGE, tf.strings.substr(contents, 0, 20)])]):
            contents = tf.identity(contents)
        image = tf.io.decode_image(contents, channels=shape[2], expand_animations=False)
        image.set_shape([None, None, shape[2]])
        resized = tf.image.resize(image, shape[:2], antialias=True)
        return tf.ensure_shape(resized / 255.0, shape)

    def load(contents: tf.Tensor) -> tf.Tensor:
        return tf.cond(tf.strings.length(contents) > 0, lambda: decode(contents), lambda: tf.zeros(shape))

    return tf.map_fn(load, tf.reshape(tensor, [-1]), fn_output_signature=tf.TensorSpec(shape, tf.float32))


def image_reshape(_: str, tensor: Any, parameters: dict[str, Any]) -> tf.Tensor:
    """Give each row another shape; [-1] flattens it."""
    sizes = [int(size) for size in parameters["shape"]]
    known = 1
    for size in sizes:
        known *= max(size, 1)
    rest = tensor.shape[1:].num_elements() // known
    shape = [rest if size == -1 else size for size in sizes]
    return tf.reshape(tensor, [-1, *shape])
