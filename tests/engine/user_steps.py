"""Steps as a user might write them in a module, with mistakes."""

from __future__ import annotations

from typing import Any

from zenml_nb.steps import BaseSplit, BaseTrainerStep, StandardPreprocesser


class BrokenTrainer(BaseTrainerStep):
    """Fails in the user's own function."""

    def model_fn(self, context: Any) -> Any:
        return divide(1, 0)


def divide(a: int, b: int) -> float:
    """Divide."""
    return a / b


class InterruptedTrainer(BaseTrainerStep):
    """Is interrupted by the user."""

    def model_fn(self, context: Any) -> Any:
        raise KeyboardInterrupt


class BrokenPreprocesser(StandardPreprocesser):
    """Fails while TensorFlow traces it."""

    def preprocessing_fn(self, inputs: dict[str, Any], context: Any) -> dict[str, Any]:
        return {"x_xf": inputs["no such column"]}


class LopsidedSplit(BaseSplit):
    """Leaves one split empty."""

    def get_split_names(self) -> list[str]:
        return ["train", "eval"]

    def partition_fn(self, element: dict[str, Any], num_partitions: int) -> int:
        return 0


class OutOfRangeSplit(LopsidedSplit):
    """Gives a number that is no split."""

    def partition_fn(self, element: dict[str, Any], num_partitions: int) -> int:
        return 2
