"""The network of a PyTorchTrainer: numbers as they are, categories through embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zenml_nb.errors import DeclarationError
from zenml_nb.steps.training_data import FeatureColumn


def feed_forward_module(step: Any, features: Sequence[FeatureColumn]) -> Any:
    """A module from (rows, columns), where a category is one column with its index, to (rows, outputs).

    Args:
        step: a PyTorchTrainer.
        features: the transformed features.

    Raises:
        DeclarationError: rows have any number of categories.
    """
    from torch import nn

    lists = [column.name for column in features if column.is_list and column.kind == "category"]
    if lists:
        raise DeclarationError(
            f"PyTorchTrainer cannot learn from {lists[0]!r}, of which rows have any number of values.",
            where="step trainer",
            advice="Use TFFeedForwardTrainer, or a subclass of BasePyTorchTrainerStep with one_hot = True.",
        )
    encoder = _encoder(features)
    layers: list[Any] = []
    width = encoder.width
    for units in step.hidden_layers:
        layers += [nn.Linear(width, units), *_activation(step.hidden_activation), nn.Dropout(step.dropout_chance)]
        width = units
    return nn.Sequential(encoder, *layers, nn.Linear(width, step.output_units), *_activation(step.last_activation))


def _encoder(features: Sequence[FeatureColumn]) -> Any:
    import torch
    from torch import nn

    class Encoder(nn.Module):
        """Replaces the columns with indices by their embeddings."""

        def __init__(self) -> None:
            super().__init__()
            tables = {}
            self.width = 0
            for place, column in enumerate(features):
                size = column.embedding_width if column.kind == "category" else 1
                if column.kind == "category":
                    tables[str(place)] = nn.Embedding(column.n_categories, size)
                self.width += size * column.width
            self.tables = nn.ModuleDict(tables)

        def forward(self, values: Any) -> Any:
            parts, start = [], 0
            for place, column in enumerate(features):
                part = values[:, start : start + column.width]
                start += column.width
                if column.kind == "category":
                    # Moved by one: the index of an unknown value may be -1.
                    part = self.tables[str(place)](part.long() + 1).flatten(1)
                parts.append(part)
            return torch.cat(parts, dim=1)

    return Encoder()


def _activation(name: str) -> list[Any]:
    from torch import nn

    made = {
        "elu": nn.ELU,
        "gelu": nn.GELU,
        "leaky_relu": nn.LeakyReLU,
        "relu": nn.ReLU,
        "selu": nn.SELU,
        "sigmoid": nn.Sigmoid,
        "silu": nn.SiLU,
        "softplus": nn.Softplus,
        "tanh": nn.Tanh,
    }
    if name == "linear":
        return []
    return [nn.Softmax(dim=1)] if name == "softmax" else [made[name]()]
