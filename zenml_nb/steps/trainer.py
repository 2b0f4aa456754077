"""Trainers: which model is trained on the transformed data, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from zenml_nb.errors import DeclarationError, did_you_mean
from zenml_nb.steps.base import BaseStep, is_number, listed, split_roles, whole_number

#: Losses by the names that Keras 3 knows them by.
LOSSES = (
    "binary_crossentropy",
    "categorical_crossentropy",
    "cosine_similarity",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mae",
    "mape",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "mse",
    "msle",
    "poisson",
    "sparse_categorical_crossentropy",
    "squared_hinge",
)


@dataclass(frozen=True)
class FeatureColumn:
    """A transformed feature as the model gets it.

    Attributes:
        name: its name, with the suffix ``_xf``.
        kind: ``number`` for float values, ``category`` for indices below ``n_categories``.
        width: the number of values a row.
        n_categories: the number of categories; 0 for numbers.
    """

    name: str
    kind: str
    width: int
    n_categories: int = 0


class TrainerContext(Protocol):
    """What the engine gives to a trainer: the transformed data and what is known of it."""

    @property
    def features(self) -> Sequence[FeatureColumn]:
        """The features, in the order of their names."""

    @property
    def labels(self) -> Sequence[str]:
        """The names of the labels, with the suffix ``_xl``."""

    def inputs(self) -> dict[str, Any]:
        """One Keras input a feature, of shape (batch, width)."""

    def dataset(self, role: str, batch_size: int, shuffle: bool, seed: int = 0) -> Any:
        """Batches of ({feature: tensor}, label tensor) of the splits in a role: a tf.data.Dataset.

        Args:
            role: ``train_splits`` or ``eval_splits``.
            batch_size: rows a batch.
            shuffle: whether the rows are shuffled in each epoch.
            seed: of the shuffling.
        """

    def feed_forward(self, step: TFFeedForwardTrainer) -> Any:
        """The compiled Keras model of a TFFeedForwardTrainer."""

    def fit(self, model: Any, train: Any, evaluation: Any, epochs: int) -> None:
        """Train a model; the losses of each epoch are kept with the run."""


class BaseTrainerStep(BaseStep):
    """Base of all trainers of Keras models. A subclass gives ``model_fn``, and may replace the rest."""

    slot = "trainer"

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

    def run_fn(self, context: TrainerContext) -> Any:
        """Build the model, train it and return it."""
        model = self.model_fn(context)
        context.fit(model, self.input_fn(context, "train_splits"), self.input_fn(context, "eval_splits"), self.epochs)
        return model


class TFFeedForwardTrainer(BaseTrainerStep):
    """Trains a feed-forward network with Keras: numbers as they are, categories through embeddings.

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

    Raises:
        DeclarationError: a value is out of range, or the loss is unknown.
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
    ) -> None:
        super().__init__(batch_size=batch_size, epochs=epochs, split_mapping=split_mapping, seed=seed)
        if not is_number(lr) or not lr > 0:
            raise DeclarationError(f"lr is {lr!r}.", advice="The learning rate is a number above 0.")
        if not is_number(dropout_chance) or not 0 <= dropout_chance < 1:
            raise DeclarationError(f"dropout_chance is {dropout_chance!r}.", advice="Give a number from 0 to below 1.")
        if loss not in LOSSES:
            raise DeclarationError(f"There is no loss {loss!r}.", advice=did_you_mean(str(loss), LOSSES))
        self.lr = float(lr)
        self.dropout_chance = float(dropout_chance)
        self.loss = loss
        self.metrics = listed("metrics", metrics)
        self.hidden_layers = [
            whole_number("hidden_layers", units, at_least=1) for units in listed("hidden_layers", hidden_layers)
        ]
        self.hidden_activation = hidden_activation
        self.last_activation = last_activation
        self.output_units = whole_number("output_units", output_units, at_least=1)

    def model_fn(self, context: TrainerContext) -> Any:
        return context.feed_forward(self)
