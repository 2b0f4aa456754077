"""Trainers: which model is trained on the transformed data, and how."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from zenml_nb.errors import DeclarationError, EnvironmentMissingError, did_you_mean
from zenml_nb.steps.base import BaseStep, is_number, listed, mapped, split_roles, whole_number
from zenml_nb.steps.keras_names import ACTIVATIONS, LOSSES, METRICS
from zenml_nb.steps.training_data import FeatureColumn, RowsToPredict, TrainerContext

__all__ = ["LOSSES", "BaseTrainerStep", "FeatureColumn", "TFFeedForwardTrainer", "TrainerContext"]


class BaseTrainerStep(BaseStep):
    """Base of all trainers of Keras models. A subclass gives ``model_fn``, and may replace the rest.

    A model of any shape is trained: its inputs are ``context.inputs()`` (a dictionary), its outputs one tensor a label,
    in the order of ``context.labels``, which is that of their names, or a dictionary from the name of each label
    (without its suffix) to its output. ``compile`` it with one loss a label. The model that is written takes raw rows
    and names its outputs after the labels; a single one is called ``outputs``.

    Attributes:
        format: ``keras``; a trainer of other models says ``arrays``, and saves them by ``save_fn``.
        stores_predictions: whether the predictions of the test and evaluation splits are kept as an artifact.
    """

    slot = "trainer"
    format: ClassVar[str] = "keras"
    stores_predictions: ClassVar[bool] = False

    def __init__(
        self,
        batch_size: int = 8,
        epochs: int = 1,
        split_mapping: Mapping[str, list[str]] | None = None,
        seed: int = 0,
    ) -> None:
        self.batch_size = whole_number("batch_size", batch_size, at_least=1)
        self.epochs = whole_number("epochs", epochs, at_least=1)
        self.split_mapping = split_roles(split_mapping)
        self.seed = whole_number("seed", seed)

    def input_fn(self, context: TrainerContext, role: str) -> Any:
        """The batches of a role (``train_splits`` or ``eval_splits``)."""
        return context.dataset(role, self.batch_size, shuffle=role == "train_splits", seed=self.seed)

    def model_fn(self, context: TrainerContext) -> Any:
        """Build and compile the Keras model; its inputs are ``context.inputs()``."""
        raise NotImplementedError(f"{type(self).__name__} must define model_fn(self, context)")

    def callbacks_fn(self, context: TrainerContext) -> list[Any]:
        """Keras callbacks for the training, none by default."""
        return []

    def run_fn(self, context: TrainerContext) -> Any:
        """Build the model, train it and return it."""
        model = self.model_fn(context)
        train, evaluation = self.input_fn(context, "train_splits"), self.input_fn(context, "eval_splits")
        context.fit(model, train, evaluation, self.epochs, self.callbacks_fn(context))
        return model

    def test_fn(self, model: Any, rows: RowsToPredict) -> Any:
        """Predict a batch of rows, for the predictions that are kept.

        Args:
            model: as it was saved: a SavedModel; what ``load_fn`` gives for other formats.
            rows: some rows of the splits that test and evaluate.

        Returns:
            An array of shape (rows,) or (rows, outputs); a dictionary of them for several outputs.
        """
        return rows.served(model)

    def save_fn(self, model: Any, folder: str, context: TrainerContext) -> dict[str, Any]:
        """Write a model that is not Keras' into an existing folder; returns what a reader of it should know."""
        raise NotImplementedError(f"{type(self).__name__} must define save_fn(self, model, folder, context)")

    def load_fn(self, folder: str, context: TrainerContext) -> Any:
        """Read what ``save_fn`` wrote; of the context only what is known of the columns can be used."""
        raise NotImplementedError(f"{type(self).__name__} must define load_fn(self, folder, context)")

    def check_declared(self, labels: Sequence[str] | None) -> None:
        """Tell before the run what cannot work.

        Args:
            labels: the labels, where the preprocesser names them.

        Raises:
            DeclarationError: something does not fit.
            EnvironmentMissingError: a package is not installed.
        """


class TFFeedForwardTrainer(BaseTrainerStep):
    """Trains a feed-forward network with Keras: numbers as they are, categories through embeddings.

    Of features with several values a row, numbers are a vector (their mean, if rows have any number of them), and the
    embeddings of categories are pooled.

    Args:
        batch_size: rows a gradient step.
        lr: the learning rate of Adam.
        epochs: passes over the training splits.
        dropout_chance: share of the units that are dropped after each hidden layer, in [0, 1).
        loss: the name of a Keras loss.
        metrics: names of Keras metrics that are reported during the training.
        hidden_layers: the units of each hidden layer.
        hidden_activation: the activation of the hidden layers.
        last_activation: the activation of the output.
        output_units: the number of outputs: 1, or the number of classes.
        split_mapping: which splits are ``train_splits``, ``eval_splits``, ``test_splits``.
        seed: of the initial weights, the dropout and the shuffling.
        class_weights: how much the rows of each class count: ``'balanced'`` (rows / (classes * rows of the class)), or
            a dictionary from the name of a text label's class, or the number as text, to its weight.
        early_stopping_patience: stop after so many epochs without an improvement; None trains all of them.
        early_stopping_monitor: what must improve, for example ``val_loss`` or ``val_accuracy``.
        restore_best_weights: whether the weights of the best epoch are kept then, not those of the last.
        tensorboard: whether logs for TensorBoard are written; ``pipeline.tensorboard_logs()`` says where.
        list_pooling: how the embeddings of several categories become one: ``mean``, ``sum`` or ``max``; ``flatten``
            puts them side by side where each row has as many.

    Raises:
        DeclarationError: a value is out of range, or the loss, a metric or an activation is unknown.
    """

    def __init__(
        self,
        batch_size: int = 8,
        lr: float = 1e-3,
        epochs: int = 1,
        dropout_chance: float = 0.2,
        loss: str = "mse",
        metrics: Sequence[str] = (),
        hidden_layers: Sequence[int] = (10,),
        hidden_activation: str = "relu",
        last_activation: str = "sigmoid",
        output_units: int = 1,
        split_mapping: Mapping[str, list[str]] | None = None,
        seed: int = 0,
        class_weights: str | Mapping[str, float] | None = None,
        early_stopping_patience: int | None = None,
        early_stopping_monitor: str = "val_loss",
        restore_best_weights: bool = True,
        tensorboard: bool = False,
        list_pooling: str = "flatten",
    ) -> None:
        super().__init__(batch_size=batch_size, epochs=epochs, split_mapping=split_mapping, seed=seed)
        self.lr = learning_rate(lr)
        self.dropout_chance = dropped_share(dropout_chance)
        self.loss = known("loss", loss, LOSSES)
        self.metrics = [known("metric", name, METRICS) for name in listed("metrics", metrics)]
        self.hidden_layers = [
            whole_number("hidden_layers", units, at_least=1) for units in listed("hidden_layers", hidden_layers)
        ]
        self.hidden_activation = known("hidden_activation", hidden_activation, ACTIVATIONS)
        self.last_activation = known("last_activation", last_activation, ACTIVATIONS)
        self.output_units = whole_number("output_units", output_units, at_least=1)
        self.class_weights = _weights(class_weights)
        self.early_stopping_patience = (
            None
            if early_stopping_patience is None
            else whole_number("early_stopping_patience", early_stopping_patience, at_least=0)
        )
        self.early_stopping_monitor = known("monitored value", early_stopping_monitor, self._monitored())
        self.restore_best_weights = bool(restore_best_weights)
        self.tensorboard = bool(tensorboard)
        self.list_pooling = known("list_pooling", list_pooling, ("flatten", "mean", "sum", "max"))

    def _monitored(self) -> list[str]:
        # Keras reports a metric that is named by its class in lower case.
        snake = (re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower() for name in self.metrics)
        names = list(dict.fromkeys(["loss", *self.metrics, *snake]))
        return [*(f"val_{name}" for name in names), *names]

    def model_fn(self, context: TrainerContext) -> Any:
        return context.feed_forward(self)

    def callbacks_fn(self, context: TrainerContext) -> list[Any]:
        callbacks = [context.tensorboard()] if self.tensorboard else []
        if self.early_stopping_patience is not None:
            stopping = context.early_stopping(
                self.early_stopping_patience, self.early_stopping_monitor, self.restore_best_weights
            )
            callbacks.append(stopping)
        return callbacks

    def run_fn(self, context: TrainerContext) -> Any:
        model = self.model_fn(context)
        weights = None if self.class_weights is None else context.class_weights(self.class_weights)
        train, evaluation = self.input_fn(context, "train_splits"), self.input_fn(context, "eval_splits")
        context.fit(model, train, evaluation, self.epochs, self.callbacks_fn(context), weights)
        return model

    def check_declared(self, labels: Sequence[str] | None) -> None:
        check_outputs(self.loss, self.last_activation, self.output_units)
        if self.tensorboard and importlib.util.find_spec("tensorboard") is None:
            raise EnvironmentMissingError(
                "TensorBoard, which the trainer is to write logs for, is not installed.",
                where="step trainer",
                advice="Install it: pip install tensorboard; or leave tensorboard=True out.",
            )


def known(what: str, name: Any, names: Sequence[str]) -> str:
    """Check a name against those that there are.

    Raises:
        DeclarationError: there is none such; the nearest ones are named.
    """
    if name not in names:
        raise DeclarationError(f"There is no {what} {name!r}.", advice=did_you_mean(str(name), names))
    return str(name)


def learning_rate(lr: Any) -> float:
    """Check a learning rate.

    Raises:
        DeclarationError: it is no number above 0.
    """
    if not is_number(lr) or not lr > 0:
        raise DeclarationError(f"lr is {lr!r}.", advice="The learning rate is a number above 0.")
    return float(lr)


def dropped_share(dropout_chance: Any) -> float:
    """Check a share of dropped units.

    Raises:
        DeclarationError: it is no number in [0, 1).
    """
    if not is_number(dropout_chance) or not 0 <= dropout_chance < 1:
        raise DeclarationError(f"dropout_chance is {dropout_chance!r}.", advice="Give a number from 0 to below 1.")
    return float(dropout_chance)


def check_outputs(loss: str, last_activation: str, output_units: int) -> None:
    """Check the outputs of a network against its loss, whatever the data is.

    Raises:
        DeclarationError: nothing could be learned so.
    """
    if last_activation == "softmax" and output_units == 1:
        raise DeclarationError(
            "last_activation='softmax' with output_units=1 always predicts 1.",
            where="step trainer",
            advice="Use last_activation='sigmoid' for two classes, or output_units=<number of classes>.",
        )
    if loss == "binary_crossentropy" and last_activation == "softmax":
        raise DeclarationError(
            "loss='binary_crossentropy' looks at each output by itself, and last_activation='softmax' at all of them.",
            where="step trainer",
            advice="Use last_activation='sigmoid', or loss='sparse_categorical_crossentropy' for several classes.",
        )


def _weights(class_weights: Any) -> str | dict[str, float] | None:
    if class_weights is None:
        return None
    if isinstance(class_weights, str) and class_weights == "balanced":
        return "balanced"
    if isinstance(class_weights, str):
        raise DeclarationError(
            f"class_weights is {class_weights!r}.", advice="Use 'balanced', or a dictionary from class to weight."
        )
    found = mapped("class_weights", class_weights)
    for name, weight in found.items():
        if not is_number(weight) or not weight >= 0:
            raise DeclarationError(
                f"class_weights[{name!r}] is {weight!r}.", advice="A weight is a number of at least 0."
            )
    return {name: float(weight) for name, weight in found.items()}
