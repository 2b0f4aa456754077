"""What can be known to be wrong before a run: one function a rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zenml_nb.errors import DeclarationError, NotAvailableError, did_you_mean
from zenml_nb.steps import BasePreprocesserStep, BaseSplit, TFFeedForwardTrainer, TFMAEvaluator

if TYPE_CHECKING:
    from zenml_nb.datasources import Commit
    from zenml_nb.pipelines.base import BasePipeline


def check_supported(pipeline: BasePipeline, wanted: Sequence[str]) -> None:
    """Steps of these kinds can be declared, but this version cannot run them.

    Raises:
        NotAvailableError: the pipeline has one.
    """
    if "sequencer" in wanted:
        raise NotAvailableError(
            "This version cannot run sequencers.", where="step sequencer", advice="Remove the sequencer."
        )
    if "evaluator" in wanted and not isinstance(pipeline.steps["evaluator"], TFMAEvaluator):
        raise NotAvailableError(
            f"This version cannot run {type(pipeline.steps['evaluator']).__name__}.",
            where="step evaluator",
            advice="Use a TFMAEvaluator or a subclass of it.",
        )


def check_splits(pipeline: BasePipeline, wanted: Sequence[str]) -> None:
    """Every split that a step reads must be one that the split step makes.

    Raises:
        DeclarationError: it is not; the nearest names are given.
    """
    split = pipeline.steps.get("split")
    if not isinstance(split, BaseSplit) or "split" not in wanted:
        return
    names = split.get_split_names()
    reads = {
        "preprocesser": ("train_splits",),
        "trainer": ("train_splits", "eval_splits"),
        "evaluator": ("eval_splits",),
    }
    for slot, roles in reads.items():
        mapping = getattr(pipeline.steps.get(slot), "split_mapping", {}) if slot in wanted else {}
        for role in roles:
            for name in mapping.get(role, ()):
                if name not in names:
                    raise DeclarationError(
                        f"The step {slot} reads the split {name!r} ({role}), "
                        f"which {type(split).__name__} does not make.",
                        where=f"step {slot}",
                        advice=f"{did_you_mean(name, names)} "
                        f"Set split_mapping={{{role!r}: [...]}} or name the split so.",
                    )


def check_against_data(pipeline: BasePipeline, wanted: Sequence[str], commit: Commit) -> None:
    """Every column that a step names must be in the data, and of a type that fits.

    Raises:
        DeclarationError: it is not; the nearest names are given.
        DataError: there are too few rows.
    """
    columns = {column.name: column.type for column in commit.columns}
    missing = {column.name: column.n_missing for column in commit.columns}
    split, preprocesser = pipeline.steps.get("split"), pipeline.steps.get("preprocesser")
    evaluator, trainer = pipeline.steps.get("evaluator"), pipeline.steps.get("trainer")
    if "split" in wanted and isinstance(split, BaseSplit):
        split.check_rows(commit.n_rows)
    if "preprocesser" in wanted and isinstance(preprocesser, BasePreprocesserStep):
        preprocesser.check_columns(columns, missing)
    # What a preprocesser of the user's own makes is known only when it has run.
    is_known = hasattr(preprocesser, "labels")
    labels = list(getattr(preprocesser, "labels", ()))
    if "trainer" in wanted and isinstance(trainer, TFFeedForwardTrainer) and is_known and not labels:
        raise DeclarationError(
            "There is no label to train on.",
            where="step trainer",
            advice="Name one in the preprocesser: StandardPreprocesser(labels=['...']).",
        )
    if "evaluator" in wanted and isinstance(evaluator, TFMAEvaluator):
        evaluator.check_columns(columns, labels)
