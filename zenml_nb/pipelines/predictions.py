"""Whether a training pipeline keeps the predictions of its model, and of which splits."""

from __future__ import annotations

from collections.abc import Mapping

from zenml_nb.steps import BaseSplit, BaseStep


def stores_predictions(steps: Mapping[str, BaseStep]) -> bool:
    """Whether predictions are kept: the trainer asks for it, or the evaluator reads them (``reads_predictions``)."""
    asked = getattr(steps.get("trainer"), "stores_predictions", False)
    return bool(asked or getattr(steps.get("evaluator"), "reads_predictions", False))


def predicted_splits(steps: Mapping[str, BaseStep]) -> list[str]:
    """The splits that are predicted: those that test and evaluate, as the trainer and the evaluator name them."""
    split = steps["split"]
    made = split.get_split_names() if isinstance(split, BaseSplit) else []
    wanted: list[str] = []
    for slot, roles in (("trainer", ("test_splits", "eval_splits")), ("evaluator", ("eval_splits",))):
        mapping = getattr(steps.get(slot), "split_mapping", {})
        wanted += [name for role in roles for name in mapping.get(role, ())]
    return [name for name in made if name in wanted]
