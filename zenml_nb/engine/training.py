"""Training in Keras 3: the transformed data as batches, the feed-forward model, the exported SavedModel."""

from __future__ import annotations

import functools
import json
import math
import os
from typing import Any

import keras
import tensorflow as tf
import tensorflow_transform as tft

from zenml_nb.engine.scope import report_rows
from zenml_nb.errors import DataError, DeclarationError
from zenml_nb.steps.preprocesser import FEATURE_SUFFIX, LABEL_SUFFIX
from zenml_nb.steps.trainer import FeatureColumn, TFFeedForwardTrainer

_UNKNOWN_LABEL = "The label has a class in another split that no row of the training split has."
HISTORY_FILE = "history.json"
# Up to this size of the files the decoded rows are kept between the epochs; beyond it memory would grow with the rows.
_CACHE_BYTES = 32 * 2**20
_SHUFFLE_ROWS = 10_000


class TrainingContext:
    """What a trainer may know and use; see ``steps.trainer.TrainerContext``.

    Args:
        fn_args: the FnArgs of TFX's Trainer.
    """

    def __init__(self, fn_args: Any) -> None:
        self._fn_args = fn_args
        self.transform_output = tft.TFTransformOutput(fn_args.transform_output)
        self._spec = self.transform_output.transformed_feature_spec()

    @functools.cached_property
    def features(self) -> list[FeatureColumn]:
        """The transformed features; a whole-number feature with a domain is a category."""
        domains = {feature.name: feature for feature in self.transform_output.transformed_metadata.schema.feature}
        columns = []
        for name in sorted(self._spec):
            if not name.endswith(FEATURE_SUFFIX) or self._spec[name].dtype == tf.string:
                continue
            shape = getattr(self._spec[name], "shape", None) or [1]
            domain = domains[name].int_domain
            is_category = self._spec[name].dtype == tf.int64 and domain.max > 0
            # Category indices start at -1 where a vocabulary has no place for unknown values.
            n_categories = int(domain.max) + 2 if is_category else 0
            columns.append(
                FeatureColumn(
                    name,
                    "category" if is_category else "number",
                    math.prod(int(size or 1) for size in shape),
                    n_categories,
                )
            )
        return columns

    @functools.cached_property
    def labels(self) -> list[str]:
        """The labels, with their suffix."""
        return sorted(name for name in self._spec if name.endswith(LABEL_SUFFIX))

    def inputs(self) -> dict[str, Any]:
        """One Keras input a feature, of shape (batch, width)."""
        return {
            # Keras allows no slash in a name; the keys of the dictionary are what data is matched by.
            column.name: keras.Input(
                shape=(column.width,),
                name=column.name.replace("/", "|"),
                dtype="int64" if column.kind == "category" else "float32",
            )
            for column in self.features
        }

    def dataset(self, role: str, batch_size: int, shuffle: bool, seed: int = 0) -> tf.data.Dataset:
        """Batches of the splits in a role; see ``steps.trainer.TrainerContext``."""
        patterns = self._fn_args.train_files if role == "train_splits" else self._fn_args.eval_files
        files = sorted(path for pattern in patterns for path in tf.io.gfile.glob(pattern))
        small = sum(tf.io.gfile.stat(path).length for path in files) <= _CACHE_BYTES
        rows = tf.data.TFRecordDataset(files, compression_type="GZIP").batch(1024).map(self._parse)
        # Parsed in large batches, then cut: parsing row by row costs more than the training itself.
        rows = (rows.cache() if small else rows).unbatch()
        if shuffle:
            rows = rows.shuffle(_SHUFFLE_ROWS, seed=seed, reshuffle_each_iteration=True)
        return rows.batch(batch_size).prefetch(4)

    def _parse(self, serialized: tf.Tensor) -> tuple[dict[str, tf.Tensor], Any]:
        parsed = tf.io.parse_example(serialized, self._spec)
        features = {column.name: self.as_input(column, parsed[column.name]) for column in self.features}
        labels = [self._known(name, _dense(parsed[name])) for name in self.labels]
        return features, labels[0] if len(labels) == 1 else tuple(labels)

    @staticmethod
    def as_input(column: FeatureColumn, tensor: Any) -> Any:
        """A transformed tensor as the model's input takes it."""
        dense = tf.reshape(_dense(tensor), [-1, column.width])
        return tf.cast(dense, tf.int64 if column.kind == "category" else tf.float32)

    def feed_forward(self, step: TFFeedForwardTrainer) -> keras.Model:
        """Build and compile the network of a TFFeedForwardTrainer."""
        if not self.labels:
            raise DeclarationError(
                "There is no label to train on.",
                where="step trainer",
                advice="Name one: StandardPreprocesser(labels=[...]).",
            )
        self._check_outputs(step)
        inputs = self.inputs()
        encoded = [_encode(column, inputs[column.name]) for column in self.features]
        tensor = keras.layers.Concatenate()(encoded) if len(encoded) > 1 else encoded[0]
        for units in step.hidden_layers:
            tensor = keras.layers.Dense(units, activation=step.hidden_activation)(tensor)
            tensor = keras.layers.Dropout(step.dropout_chance)(tensor)
        outputs = keras.layers.Dense(step.output_units, activation=step.last_activation, name="prediction")(tensor)
        model = keras.Model(inputs, outputs)
        model.compile(optimizer=keras.optimizers.Adam(step.lr), loss=step.loss, metrics=list(step.metrics))
        return model

    def _known(self, name: str, label: Any) -> Any:
        """A label whose values the training split has all; the index of others is -1."""
        if not self._n_classes(name):
            return label
        with tf.control_dependencies([tf.debugging.assert_non_negative(label, _UNKNOWN_LABEL)]):
            return tf.identity(label)

    def _check_outputs(self, step: TFFeedForwardTrainer) -> None:
        """Check that loss and outputs fit the label, whose classes are known now.

        Raises:
            DeclarationError: they do not.
        """
        if not self.features:
            raise DeclarationError(
                "No feature is left to train on: text that is not transformed cannot be learned from.",
                where="step trainer",
                advice="Give the features a transform such as compute_and_apply_vocabulary.",
            )
        [label] = self.labels
        n_classes = self._n_classes(label)
        advice = None
        if n_classes > 2 and step.loss == "binary_crossentropy":
            advice = f"loss='sparse_categorical_crossentropy', output_units={n_classes}, last_activation='softmax'"
        elif n_classes and step.loss == "categorical_crossentropy":
            advice = f"loss='sparse_categorical_crossentropy', output_units={n_classes}"
        elif step.loss == "sparse_categorical_crossentropy" and 0 < step.output_units < n_classes:
            advice = f"output_units={n_classes}"
        if advice:
            raise DeclarationError(
                f"The label {label.removesuffix(LABEL_SUFFIX)!r} has {n_classes} classes, which does not fit "
                f"loss={step.loss!r} with output_units={step.output_units}.",
                where="step trainer",
                advice=f"Use {advice}.",
            )

    def _n_classes(self, label: str) -> int:
        """The classes of a label that was text; 0 for numbers."""
        features = self.transform_output.transformed_metadata.schema.feature
        domain = next(feature.int_domain for feature in features if feature.name == label)
        return int(domain.max) + 1 if domain.is_categorical else 0

    def fit(self, model: Any, train: Any, evaluation: Any, epochs: int) -> None:
        """Train a Keras model; the losses of each epoch are kept beside the model as ``history.json``."""

        class Report(keras.callbacks.Callback):
            def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
                report_rows(epoch + 1, epochs, "epochs")

        try:
            history = model.fit(
                train, validation_data=evaluation, epochs=epochs, verbose=2, shuffle=False, callbacks=[Report()]
            )
        except tf.errors.InvalidArgumentError as error:
            if _UNKNOWN_LABEL not in str(error):
                raise
            raise DataError(
                _UNKNOWN_LABEL,
                where="step trainer",
                advice="Use a split that gives rows of every class to the training, or leave rare classes out.",
            ) from error
        os.makedirs(self._fn_args.model_run_dir, exist_ok=True)
        with open(os.path.join(self._fn_args.model_run_dir, HISTORY_FILE), "w", encoding="utf-8") as file:
            json.dump({name: [float(value) for value in values] for name, values in history.history.items()}, file)


def _encode(column: FeatureColumn, tensor: Any) -> Any:
    if column.kind == "number":
        return tensor
    dimension = min(50, (column.n_categories + 1) // 2)
    # Moved by one: the index of an unknown value may be -1.
    embedding = keras.layers.Embedding(column.n_categories, dimension)(tensor + 1)
    return keras.layers.Flatten()(embedding)


def _dense(tensor: Any) -> Any:
    return tf.sparse.to_dense(tensor) if isinstance(tensor, tf.SparseTensor) else tensor


class _Servable(tf.Module):
    """A model together with the transformation that it was trained behind, so that it takes raw examples."""

    def __init__(self, model: Any, context: TrainingContext) -> None:
        super().__init__()
        self.model = model
        layer = context.transform_output.transform_features_layer()
        # As a function, and not as a layer: tf_keras would trace and serialize a layer once more, which takes longer
        # than all the rest. Its graph is kept with the model, for the vocabularies in it.
        self.transform = tf.autograph.experimental.do_not_convert(lambda raw: layer(raw))
        self.transform_graph = layer._saved_model_loader._imported
        self._context = context
        self._raw = context.transform_output.raw_feature_spec()
        self._features = context.features

    def _predict(self, raw: dict[str, Any]) -> Any:
        transformed = self.transform(raw)
        inputs = {c.name: self._context.as_input(c, transformed[c.name]) for c in self._features}
        return self.model(inputs, training=False)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def serving_default(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        """Serialized tf.Examples with the raw columns, labels not needed -> predictions."""
        return _named(self._predict(tf.io.parse_example(examples, _without_labels(self._raw, self._context.labels))))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def transform_features(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        """Serialized tf.Examples with the raw columns -> transformed features and labels."""
        transformed = self.transform(tf.io.parse_example(examples, self._raw))
        return {name: _dense(tensor) for name, tensor in transformed.items()}


def _without_labels(raw: dict[str, Any], labels: list[str]) -> dict[str, Any]:
    """What to parse for a prediction: a label of fixed width, as sequences have them, may be missing."""
    names = {label.removesuffix(LABEL_SUFFIX) for label in labels}
    return {name: _optional(spec) if name in names else spec for name, spec in raw.items()}


def _optional(spec: Any) -> Any:
    if not isinstance(spec, tf.io.FixedLenFeature):
        return spec
    return tf.io.FixedLenFeature(spec.shape, spec.dtype, tf.zeros(spec.shape, spec.dtype))


def _named(predictions: Any) -> dict[str, tf.Tensor]:
    return dict(predictions) if isinstance(predictions, dict) else {"outputs": predictions}


def export(model: Any, context: TrainingContext, folder: str) -> None:
    """Write a SavedModel with the signatures ``serving_default`` and ``transform_features``."""
    servable = _Servable(model, context)
    signatures = {"serving_default": servable.serving_default, "transform_features": servable.transform_features}
    tf.saved_model.save(servable, folder, signatures=signatures)
