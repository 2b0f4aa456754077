"""The penguins' model written by hand: the module file of a raw Trainer component."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
import tensorflow_transform as tft
from tfx_bsl.public import tfxio

WIDTHS = {
    "bill_depth_mm_xf": 1,
    "bill_length_mm_xf": 1,
    "body_mass_g_xf": 1,
    "flipper_length_mm_xf": 1,
    "island_xf": 6,
    "sex_xf": 1,
}
CATEGORIES = ("body_mass_g_xf", "sex_xf")
BATCH_SIZE = 8
EPOCHS = 5


def _inputs(transformed: dict[str, Any]) -> dict[str, Any]:
    return {name: tf.reshape(transformed[name], [-1, width]) for name, width in WIDTHS.items()}


def _dataset(fn_args: Any, files: Any, output: Any, shuffle: bool) -> tf.data.Dataset:
    options = tfxio.TensorFlowDatasetOptions(batch_size=BATCH_SIZE, num_epochs=1, shuffle=shuffle)
    data = fn_args.data_accessor.tf_dataset_factory(files, options, output.transformed_metadata.schema)
    return data.map(lambda batch: (_inputs(batch), batch["species_xl"])).cache().prefetch(4)


def _model(output: Any) -> keras.Model:
    domains = {feature.name: feature.int_domain for feature in output.transformed_metadata.schema.feature}
    inputs, encoded = {}, []
    for name, width in WIDTHS.items():
        is_category = name in CATEGORIES
        inputs[name] = keras.Input(shape=(width,), name=name, dtype="int64" if is_category else "float32")
        tensor = inputs[name]
        if is_category:
            n_categories = int(domains[name].max) + 2
            tensor = keras.layers.Flatten()(keras.layers.Embedding(n_categories, (n_categories + 1) // 2)(tensor + 1))
        encoded.append(tensor)
    tensor = keras.layers.Concatenate()(encoded)
    tensor = keras.layers.Dropout(0.2)(keras.layers.Dense(10, activation="relu")(tensor))
    model = keras.Model(inputs, keras.layers.Dense(3, activation="softmax", name="prediction")(tensor))
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


class _Servable(tf.Module):
    def __init__(self, model: keras.Model, output: Any) -> None:
        super().__init__()
        self.model = model
        self.transform = output.transform_features_layer()
        self._raw = output.raw_feature_spec()

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def serving_default(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        transformed = self.transform(tf.io.parse_example(examples, self._raw))
        return {"outputs": self.model(_inputs(transformed), training=False)}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def transform_features(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        return self.transform(tf.io.parse_example(examples, self._raw))


def run_fn(fn_args: Any) -> None:
    keras.utils.set_random_seed(0)
    output = tft.TFTransformOutput(fn_args.transform_output)
    train = _dataset(fn_args, fn_args.train_files, output, shuffle=True)
    evaluation = _dataset(fn_args, fn_args.eval_files, output, shuffle=False)
    model = _model(output)
    model.fit(train, validation_data=evaluation, epochs=EPOCHS, verbose=2)
    servable = _Servable(model, output)
    signatures = {"serving_default": servable.serving_default, "transform_features": servable.transform_features}
    tf.saved_model.save(servable, fn_args.serving_model_dir, signatures=signatures)
