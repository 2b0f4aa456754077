"""What the engine gives to trainers: the transformed columns and rows, and ways to train and to report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

#: The columns of stored predictions, see ``engine.components.predictions``.
PREDICTION_KEY = "prediction"
LABEL_KEY = "label"


@dataclass(frozen=True)
class FeatureColumn:
    """A transformed feature as the model gets it.

    Attributes:
        name: its name, with the suffix ``_xf``.
        kind: ``number`` for float values, ``category`` for indices below ``n_categories``.
        width: the number of values a row; 1 where rows have several, of any number.
        n_categories: the number of categories; 0 for numbers.
        is_list: whether rows have any number of values. Numbers then come as their mean, categories as the indices of
            the longest row of the batch, filled up with -2.
    """

    name: str
    kind: str
    width: int
    n_categories: int = 0
    is_list: bool = False

    @property
    def embedding_width(self) -> int:
        """The numbers that a category is replaced by: half the number of categories, at most 50."""
        return min(50, (self.n_categories + 1) // 2)


@dataclass(frozen=True)
class Arrays:
    """Transformed rows in memory.

    Attributes:
        values: the features as numbers: float32 of shape (rows, columns).
        columns: their names: ``age_xf``, ``words_xf[3]`` for several values, ``sex_xf=0`` for one category.
        labels: an array of shape (rows,), or (rows, width); several labels as a dictionary from their names.
    """

    values: Any
    columns: list[str]
    labels: Any


class RowsToPredict(Protocol):
    """A batch of rows that ``test_fn`` predicts."""

    @property
    def serialized(self) -> list[bytes]:
        """The raw rows as serialized tf.Examples."""

    @property
    def features(self) -> Mapping[str, Any]:
        """Transformed feature to an array of shape (rows, width)."""

    def arrays(self, one_hot: bool = False) -> Arrays:
        """The features as one matrix, see ``TrainerContext.arrays``."""

    def served(self, model: Any) -> Any:
        """What an exported Keras model predicts: an array of shape (rows, outputs), or a dictionary of them."""


class TrainerContext(Protocol):
    """What the engine gives to a trainer: the transformed data and what is known of it."""

    @property
    def features(self) -> Sequence[FeatureColumn]:
        """The features, in the order of their names."""

    @property
    def labels(self) -> Sequence[str]:
        """The names of the labels, with the suffix ``_xl``."""

    def n_classes(self, label: str) -> int:
        """The number of classes of a label that was text; 0 for numbers."""

    def classes(self, label: str) -> list[str]:
        """The names of the classes of a text label, by their index; empty where they are not known."""

    def inputs(self) -> dict[str, Any]:
        """One Keras input a feature, of shape (batch, width)."""

    def arrays(self, role: str, one_hot: bool = False) -> Arrays:
        """All rows of a role in memory, in the order of their files.

        Args:
            role: ``train_splits`` or ``eval_splits``.
            one_hot: a column for each category, which holds how often the row has it; by default the index itself.
        """

    def column_names(self, one_hot: bool = False) -> list[str]:
        """The names of the columns of ``arrays``, known without reading rows: also where a model is loaded again."""

    def dataset(self, role: str, batch_size: int, shuffle: bool, seed: int = 0) -> Any:
        """Batches of ({feature: tensor}, label tensor) of the splits in a role: a tf.data.Dataset.

        Args:
            role: ``train_splits`` or ``eval_splits``.
            batch_size: rows a batch.
            shuffle: whether the rows are shuffled in each epoch.
            seed: of the shuffling.
        """

    def feed_forward(self, step: Any) -> Any:
        """The compiled Keras model of a TFFeedForwardTrainer."""

    def class_weights(self, given: str | Mapping[str, float]) -> dict[int, float]:
        """Index of each class to its weight; see ``TFFeedForwardTrainer(class_weights=...)``."""

    def early_stopping(self, patience: int, monitor: str, restore_best: bool) -> Any:
        """A Keras callback that ends the training when nothing gets better."""

    def tensorboard(self) -> Any:
        """A Keras callback that writes logs for TensorBoard beside the model."""

    def fit(
        self,
        model: Any,
        train: Any,
        evaluation: Any,
        epochs: int,
        callbacks: Sequence[Any] = (),
        class_weight: Mapping[int, float] | None = None,
    ) -> None:
        """Train a Keras model; the losses of each epoch are shown while it goes on, and kept with the run."""

    def report_epoch(self, epoch: int, epochs: int, values: Mapping[str, float]) -> None:
        """Tell how an epoch went, where the training is not Keras' own.

        Args:
            epoch: the first is 1.
            epochs: how many there will be.
            values: metric to value; those of the evaluation begin with ``val_``.
        """

    def check_label(self, step: Any) -> None:
        """Check that the label of the rows fits a step's ``loss``, ``last_activation`` and ``output_units``.

        Raises:
            DeclarationError: it does not.
            DataError: it has one class.
        """

    def torch_module(self, step: Any) -> Any:
        """The module of a PyTorchTrainer: a matrix as ``arrays`` gives it to (rows, outputs)."""
