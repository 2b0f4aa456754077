"""Trainers of PyTorch modules. PyTorch is an extra: ``pip install 'zenml-nb[pytorch]'``."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping, Sequence
from typing import Any

from zenml_nb.errors import DeclarationError, EnvironmentMissingError
from zenml_nb.steps.array_trainers import BaseArrayTrainerStep
from zenml_nb.steps.base import listed, whole_number
from zenml_nb.steps.trainer import check_outputs, dropped_share, known, learning_rate
from zenml_nb.steps.training_data import RowsToPredict, TrainerContext

STATE_FILE = "model.pt"
PROGRAM_FILE = "model.pt2"

#: The losses of PyTorchTrainer, by the names that Keras has for them.
TORCH_LOSSES = (
    "binary_crossentropy",
    "huber",
    "mae",
    "mean_absolute_error",
    "mean_squared_error",
    "mse",
    "sparse_categorical_crossentropy",
)
TORCH_ACTIVATIONS = (
    "elu",
    "gelu",
    "leaky_relu",
    "linear",
    "relu",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh",
)


class BasePyTorchTrainerStep(BaseArrayTrainerStep):
    """Base of trainers of PyTorch modules. A subclass gives ``model_fn`` and ``loss_fn``, and may replace the rest.

    ``model_fn`` runs again where the model is loaded, with what is known of the columns and without rows. The module
    takes a matrix of shape (rows, columns), float32, whose columns are those of
    ``context.arrays('train_splits', one_hot=self.one_hot)``, and gives (rows, outputs). Its weights are written as a
    state dict (``model.pt``, read without running code of the file), and the module as an exported program
    (``model.pt2``, for ``torch.export.load``) where PyTorch can export it.

    Args:
        batch_size: rows a gradient step.
        epochs: passes over the training splits.
        lr: the learning rate of ``optimizer_fn``.
        split_mapping: which splits are ``train_splits``, ``eval_splits``, ``test_splits``.
        seed: of the initial weights, the dropout and the shuffling.
    """

    def __init__(
        self,
        batch_size: int = 8,
        epochs: int = 1,
        lr: float = 1e-3,
        split_mapping: Mapping[str, list[str]] | None = None,
        seed: int = 0,
    ) -> None:
        super().__init__(batch_size=batch_size, epochs=epochs, split_mapping=split_mapping, seed=seed)
        self.lr = learning_rate(lr)

    def check_declared(self, labels: Sequence[str] | None) -> None:
        if importlib.util.find_spec("torch") is None:
            raise EnvironmentMissingError(
                f"{type(self).__name__} needs PyTorch, which is not installed.",
                where="step trainer",
                advice="Install it: pip install 'zenml-nb[pytorch]'",
            )

    def model_fn(self, context: TrainerContext) -> Any:
        """Build the torch.nn.Module."""
        raise NotImplementedError(f"{type(self).__name__} must define model_fn(self, context)")

    def loss_fn(self, outputs: Any, labels: Any) -> Any:
        """The loss of a batch: a scalar tensor.

        Args:
            outputs: what the module gave, of shape (rows, outputs).
            labels: float32 of shape (rows,) or (rows, width); several labels as a dictionary.
        """
        raise NotImplementedError(f"{type(self).__name__} must define loss_fn(self, outputs, labels)")

    def optimizer_fn(self, model: Any) -> Any:
        """The optimizer: Adam."""
        import torch

        return torch.optim.Adam(model.parameters(), lr=self.lr)

    def train_fn(self, model: Any, optimizer: Any, values: Any, labels: Any) -> float:
        """One gradient step; the loss before it."""
        optimizer.zero_grad()
        loss = self.loss_fn(model(values), labels)
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    def metrics_fn(self, outputs: Any, labels: Any) -> dict[str, float]:
        """More numbers that are reported of each split after an epoch, by name; none by default."""
        return {}

    def run_fn(self, context: TrainerContext) -> Any:
        """Build the module, train it epoch by epoch and return it."""
        import torch

        torch.manual_seed(self.seed)
        model = self.model_fn(context)
        optimizer = self.optimizer_fn(model)
        train, evaluation = (_tensors(self.input_fn(context, role)) for role in ("train_splits", "eval_splits"))
        order = torch.Generator().manual_seed(self.seed)
        for epoch in range(1, self.epochs + 1):
            model.train()
            total = 0.0
            for chosen in torch.randperm(len(train[0]), generator=order).split(self.batch_size):
                total += self.train_fn(model, optimizer, train[0][chosen], _taken(train[1], chosen)) * len(chosen)
            told = {"loss": total / len(train[0])}
            told |= {f"val_{name}": value for name, value in self._evaluated(model, *evaluation).items()}
            told |= {n: value for n, value in self._evaluated(model, *train).items() if n != "loss"}
            context.report_epoch(epoch, self.epochs, told)
        return model

    def _evaluated(self, model: Any, values: Any, labels: Any) -> dict[str, float]:
        import torch

        model.eval()
        with torch.no_grad():
            outputs = model(values)
            return {"loss": float(self.loss_fn(outputs, labels)), **self.metrics_fn(outputs, labels)}

    def test_fn(self, model: Any, rows: RowsToPredict) -> Any:
        """What the module gives, of shape (rows, outputs)."""
        import torch

        with torch.no_grad():
            return model(torch.from_numpy(rows.arrays(self.one_hot).values)).numpy()

    def save_fn(self, model: Any, folder: str, context: TrainerContext) -> dict[str, Any]:
        import torch

        model.eval()
        torch.save(model.state_dict(), os.path.join(folder, STATE_FILE))
        arrays = self.input_fn(context, "eval_splits")
        files = {"state_dict": STATE_FILE}
        told = {"kind": "torch", "columns": arrays.columns, "one_hot": self.one_hot, "version": torch.__version__}
        try:
            rows = torch.export.Dim("rows")
            # A single row would be taken for a constant.
            example = torch.from_numpy(arrays.values[:2].repeat(2, axis=0))
            program = torch.export.export(model, (example,), dynamic_shapes=({0: rows},))
            torch.export.save(program, os.path.join(folder, PROGRAM_FILE))
            files["program"] = PROGRAM_FILE
        except Exception as error:
            # A module of the user's may do what cannot be exported; its weights are there in any case.
            told["not_exported"] = f"{type(error).__name__}: {error}"[:500]
        return {**told, "files": files}

    def load_fn(self, folder: str, context: TrainerContext) -> Any:
        import torch

        model = self.model_fn(context)
        model.load_state_dict(torch.load(os.path.join(folder, STATE_FILE), weights_only=True))
        model.eval()
        return model


class PyTorchTrainer(BasePyTorchTrainerStep):
    """Trains a feed-forward network with PyTorch: the twin of TFFeedForwardTrainer.

    Args:
        batch_size: rows a gradient step.
        lr: the learning rate of Adam.
        epochs: passes over the training splits.
        dropout_chance: share of the units that are dropped after each hidden layer, in [0, 1).
        loss: the name of a loss, as Keras names it.
        hidden_layers: the units of each hidden layer.
        hidden_activation: the activation of the hidden layers.
        last_activation: the activation of the output.
        output_units: the number of outputs: 1, or the number of classes, whose outputs count as shares of their sum.
        split_mapping: which splits are ``train_splits``, ``eval_splits``, ``test_splits``.
        seed: of the initial weights, the dropout and the shuffling.

    Raises:
        DeclarationError: a value is out of range, or the loss or an activation is unknown.
    """

    one_hot = False

    def __init__(
        self,
        batch_size: int = 8,
        lr: float = 1e-3,
        epochs: int = 1,
        dropout_chance: float = 0.2,
        loss: str = "mse",
        hidden_layers: Sequence[int] = (10,),
        hidden_activation: str = "relu",
        last_activation: str = "sigmoid",
        output_units: int = 1,
        split_mapping: Mapping[str, list[str]] | None = None,
        seed: int = 0,
    ) -> None:
        super().__init__(batch_size=batch_size, epochs=epochs, lr=lr, split_mapping=split_mapping, seed=seed)
        self.dropout_chance = dropped_share(dropout_chance)
        self.loss = known("loss of PyTorchTrainer", loss, TORCH_LOSSES)
        self.hidden_layers = [
            whole_number("hidden_layers", units, at_least=1) for units in listed("hidden_layers", hidden_layers)
        ]
        self.hidden_activation = known("hidden_activation of PyTorchTrainer", hidden_activation, TORCH_ACTIVATIONS)
        self.last_activation = known("last_activation of PyTorchTrainer", last_activation, TORCH_ACTIVATIONS)
        self.output_units = whole_number("output_units", output_units, at_least=1)

    def check_declared(self, labels: Sequence[str] | None) -> None:
        super().check_declared(labels)
        if labels is not None and len(labels) != 1:
            raise DeclarationError(
                f"PyTorchTrainer learns one label, and the preprocesser names {len(labels)}.",
                where="step trainer",
                advice="Name one label, or write a subclass of BasePyTorchTrainerStep.",
            )
        check_outputs(self.loss, self.last_activation, self.output_units)

    def model_fn(self, context: TrainerContext) -> Any:
        return context.torch_module(self)

    def run_fn(self, context: TrainerContext) -> Any:
        context.check_label(self)
        return super().run_fn(context)

    def loss_fn(self, outputs: Any, labels: Any) -> Any:
        from torch.nn import functional

        if self.loss == "sparse_categorical_crossentropy":
            # Kept off 0 and divided by their sum, as Keras does: outputs of sigmoids could otherwise all become 1.
            return functional.cross_entropy(outputs.clamp(1e-7, 1 - 1e-7).log(), labels.long())
        wanted = labels.reshape(outputs.shape)
        if self.loss == "binary_crossentropy":
            return functional.binary_cross_entropy(outputs.clamp(1e-7, 1 - 1e-7), wanted)
        if self.loss == "huber":
            return functional.huber_loss(outputs, wanted)
        absolute = self.loss in ("mae", "mean_absolute_error")
        return functional.l1_loss(outputs, wanted) if absolute else functional.mse_loss(outputs, wanted)

    def metrics_fn(self, outputs: Any, labels: Any) -> dict[str, float]:
        """The accuracy, where the loss is of classes."""
        if self.loss == "sparse_categorical_crossentropy":
            return {"accuracy": float((outputs.argmax(dim=1) == labels).float().mean())}
        if self.loss == "binary_crossentropy":
            return {"accuracy": float(((outputs > 0.5) == (labels.reshape(outputs.shape) > 0.5)).float().mean())}
        return {}


def _tensors(arrays: Any) -> tuple[Any, Any]:
    import torch

    def tensor(values: Any) -> Any:
        return torch.from_numpy(values.astype("float32"))

    labels = arrays.labels
    named = {name: tensor(v) for name, v in labels.items()} if isinstance(labels, dict) else tensor(labels)
    return torch.from_numpy(arrays.values), named


def _taken(labels: Any, chosen: Any) -> Any:
    return {name: values[chosen] for name, values in labels.items()} if isinstance(labels, dict) else labels[chosen]
