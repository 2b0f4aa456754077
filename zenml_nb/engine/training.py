"""Training in Keras 3: the transformed data as batches, the feed-forward model, the exported SavedModel."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from zenml_nb.artifacts.history import HISTORY_FILE, LOGS_FOLDER
from zenml_nb.engine.feed_forward import check_label, feed_forward, weights_of_classes
from zenml_nb.engine.scope import report_epoch
from zenml_nb.engine.transformed import PADDING, UNKNOWN_LABEL, Transformed, dense, no_feature, unknown_label
from zenml_nb.errors import DeclarationError
from zenml_nb.steps.preprocesser import LABEL_SUFFIX
from zenml_nb.steps.trainer import TFFeedForwardTrainer
from zenml_nb.steps.training_data import Arrays, FeatureColumn

# Up to this size of the files the decoded rows are kept between the epochs; beyond it memory would grow with the rows.
_CACHE_BYTES = 32 * 2**20
_SHUFFLE_ROWS = 10_000


class TrainingContext(Transformed):
    """What a trainer may know and use; see ``steps.training_data.TrainerContext``.

    Args:
        fn_args: the FnArgs of TFX's Trainer.
    """

    def __init__(self, fn_args: Any) -> None:
        super().__init__(fn_args.transform_output)
        self._fn_args = fn_args
        self._history: list[dict[str, float]] = []

    def inputs(self) -> dict[str, Any]:
        """One Keras input a feature, of shape (batch, width)."""
        return {
            # Keras allows no slash in a name; the keys of the dictionary are what data is matched by.
            column.name: keras.Input(
                shape=(None if column.is_list and column.kind == "category" else column.width,),
                name=column.name.replace("/", "|"),
                dtype="int64" if column.kind == "category" else "float32",
            )
            for column in self.features
        }

    def dataset(self, role: str, batch_size: int, shuffle: bool, seed: int = 0) -> tf.data.Dataset:
        """Batches of the splits in a role; see ``steps.training_data.TrainerContext``."""
        files = self._files(role)
        small = sum(tf.io.gfile.stat(path).length for path in files) <= _CACHE_BYTES
        rows = self._parsed(files, self.spec).map(self._as_inputs)
        if any(column.is_list and column.kind == "category" for column in self.features):
            # The lists of a chunk are as long as its longest, so rows of different chunks do not fit into one batch.
            rows = rows.unbatch().cache() if small else rows.unbatch()
            rows = rows.shuffle(_SHUFFLE_ROWS, seed=seed, reshuffle_each_iteration=True) if shuffle else rows
            paddings = {c.name: tf.cast(PADDING if c.kind == "category" else 0, _dtype(c)) for c in self.features}
            labels = tuple(tf.cast(0, self.spec[name].dtype) for name in self.labels)
            return rows.padded_batch(
                batch_size, padding_values=(paddings, labels[0] if len(labels) == 1 else labels)
            ).prefetch(4)
        # Parsed in large batches, then cut: parsing row by row costs more than the training itself.
        rows = (rows.cache() if small else rows).unbatch()
        if shuffle:
            rows = rows.shuffle(_SHUFFLE_ROWS, seed=seed, reshuffle_each_iteration=True)
        return rows.batch(batch_size).prefetch(4)

    def arrays(self, role: str, one_hot: bool = False) -> Arrays:
        """All rows of a role in memory; see ``steps.training_data.TrainerContext``."""
        if not self.features:
            raise no_feature()
        batches = []
        for raw in self._parsed(self._files(role), self.spec):
            batch = {column.name: self.as_input(column, raw[column.name]).numpy() for column in self.features}
            for name in self.labels:
                batch[name] = dense(raw[name]).numpy()
                if self.n_classes(name) and (batch[name] < 0).any():
                    raise unknown_label()
            batches.append(batch)
        return self.joined(batches, one_hot)

    def label_values(self, label: str) -> Any:
        """A label in all rows of the training, of shape (rows,)."""
        parsed = self._parsed(self._files("train_splits"), {label: self.spec[label]})
        return np.concatenate([dense(batch[label]).numpy().reshape(-1) for batch in parsed])

    def _files(self, role: str) -> list[str]:
        patterns = self._fn_args.train_files if role == "train_splits" else self._fn_args.eval_files
        return sorted(path for pattern in patterns for path in tf.io.gfile.glob(pattern))

    @staticmethod
    def _parsed(files: list[str], spec: dict[str, Any]) -> tf.data.Dataset:
        rows = tf.data.TFRecordDataset(files, compression_type="GZIP").batch(1024)
        return rows.map(lambda serialized: tf.io.parse_example(serialized, spec))

    def _as_inputs(self, parsed: dict[str, tf.Tensor]) -> tuple[dict[str, tf.Tensor], Any]:
        features = {column.name: self.as_input(column, parsed[column.name]) for column in self.features}
        labels = [self._known(name, dense(parsed[name])) for name in self.labels]
        return features, labels[0] if len(labels) == 1 else tuple(labels)

    def feed_forward(self, step: TFFeedForwardTrainer) -> keras.Model:
        """Build and compile the network of a TFFeedForwardTrainer."""
        if not self.labels:
            raise DeclarationError(
                "There is no label to train on.",
                where="step trainer",
                advice="Name one: StandardPreprocesser(labels=[...]).",
            )
        if not self.features:
            raise no_feature()
        self.check_label(step)
        return feed_forward(step, self.features, self.inputs())

    def check_label(self, step: Any) -> None:
        """Check that the label fits a step; see ``steps.training_data.TrainerContext``."""
        check_label(self, step)

    def class_weights(self, given: str | Mapping[str, float]) -> dict[int, float]:
        """Index of each class to its weight; see ``steps.trainer.TFFeedForwardTrainer``."""
        return weights_of_classes(self, given)

    def _known(self, name: str, label: Any) -> Any:
        """A label whose values the training split has all; the index of others is -1."""
        if not self.n_classes(name):
            return label
        with tf.control_dependencies([tf.debugging.assert_non_negative(label, UNKNOWN_LABEL)]):
            return tf.identity(label)

    def early_stopping(self, patience: int, monitor: str, restore_best: bool) -> Any:
        """A Keras callback that ends the training when nothing gets better."""
        return keras.callbacks.EarlyStopping(monitor=monitor, patience=patience, restore_best_weights=restore_best)

    def tensorboard(self) -> Any:
        """A Keras callback that writes logs for TensorBoard beside the model."""
        # The graph of the model is not written: it is in the SavedModel, and takes longer than a short training.
        return keras.callbacks.TensorBoard(os.path.join(self._fn_args.model_run_dir, LOGS_FOLDER), write_graph=False)

    def report_epoch(self, epoch: int, epochs: int, values: Mapping[str, float]) -> None:
        """Tell how an epoch went, and keep it; see ``steps.training_data.TrainerContext``."""
        plain = {str(name): float(value) for name, value in values.items()}
        self._history.append(plain)
        report_epoch(epoch, epochs, plain)

    def fit(
        self,
        model: Any,
        train: Any,
        evaluation: Any,
        epochs: int,
        callbacks: Sequence[Any] = (),
        class_weight: Mapping[int, float] | None = None,
    ) -> None:
        """Train a Keras model; see ``steps.training_data.TrainerContext``."""
        report = self.report_epoch
        if isinstance(getattr(model, "output", None), dict):
            # Keras matches labels and outputs by their names then.
            train, evaluation = self._by_name(train), self._by_name(evaluation)

        class Report(keras.callbacks.Callback):
            def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
                report(epoch + 1, epochs, logs or {})

        try:
            model.fit(
                train,
                validation_data=evaluation,
                epochs=epochs,
                verbose=2,
                shuffle=False,
                callbacks=[*callbacks, Report()],
                class_weight=None if class_weight is None else dict(class_weight),
            )
        except tf.errors.InvalidArgumentError as error:
            if UNKNOWN_LABEL not in str(error):
                raise
            raise unknown_label() from error

    def _by_name(self, rows: Any) -> Any:
        names = [label.removesuffix(LABEL_SUFFIX) for label in self.labels]
        if len(names) == 1:
            return rows.map(lambda features, label: (features, {names[0]: label}))
        return rows.map(lambda features, labels: (features, dict(zip(names, labels, strict=True))))

    def write_history(self) -> None:
        """Keep what was reported of each epoch beside the model."""
        os.makedirs(self._fn_args.model_run_dir, exist_ok=True)
        names = list(dict.fromkeys(name for epoch in self._history for name in epoch))
        # JSON has no word for a loss that is not a number any more.
        history = {name: [_plain(epoch.get(name)) for epoch in self._history] for name in names}
        with open(os.path.join(self._fn_args.model_run_dir, HISTORY_FILE), "w", encoding="utf-8") as file:
            json.dump(history, file, allow_nan=False)


def _plain(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _dtype(column: FeatureColumn) -> Any:
    return tf.int64 if column.kind == "category" else tf.float32


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
        raw = tf.io.parse_example(examples, _without_labels(self._raw, self._context.labels))
        return _named(self._predict(raw), self._context.labels)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def transform_features(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        """Serialized tf.Examples with the raw columns -> transformed features and labels."""
        transformed = self.transform(tf.io.parse_example(examples, self._raw))
        return {name: dense(tensor) for name, tensor in transformed.items()}


def _without_labels(raw: dict[str, Any], labels: list[str]) -> dict[str, Any]:
    """What to parse for a prediction: a label of fixed width, as sequences have them, may be missing."""
    names = {label.removesuffix(LABEL_SUFFIX) for label in labels}
    return {name: _optional(spec) if name in names else spec for name, spec in raw.items()}


def _optional(spec: Any) -> Any:
    if not isinstance(spec, tf.io.FixedLenFeature):
        return spec
    return tf.io.FixedLenFeature(spec.shape, spec.dtype, tf.zeros(spec.shape, spec.dtype))


def _named(predictions: Any, labels: Sequence[str]) -> dict[str, tf.Tensor]:
    """Several outputs have the names of their labels, as evaluators look for them."""
    if isinstance(predictions, dict):
        return dict(predictions)
    if isinstance(predictions, (list, tuple)):
        names = [label.removesuffix(LABEL_SUFFIX) for label in labels]
        if len(predictions) != len(names):
            raise DeclarationError(
                f"The model has {len(predictions)} outputs, and there are {len(names)} labels.",
                where="step trainer",
                advice="Give the model one output a label, in the order of context.labels, or a dictionary of outputs.",
            )
        return dict(zip(names, predictions, strict=True))
    return {"outputs": predictions}


def export(model: Any, context: TrainingContext, folder: str) -> None:
    """Write a SavedModel with the signatures ``serving_default`` and ``transform_features``."""
    servable = _Servable(model, context)
    signatures = {"serving_default": servable.serving_default, "transform_features": servable.transform_features}
    tf.saved_model.save(servable, folder, signatures=signatures)
