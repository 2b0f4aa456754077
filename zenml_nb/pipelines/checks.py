"""What can be known to be wrong before a run: one function a rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zenml_nb.errors import DeclarationError, NotAvailableError, did_you_mean
from zenml_nb.steps import BasePreprocesserStep, BaseSplit, StandardPreprocesser, TFFeedForwardTrainer, TFMAEvaluator

if TYPE_CHECKING:
    from zenml_nb.datasources import Commit
    from zenml_nb.pipelines.base import BasePipeline


#: The slots whose steps are built in, with checks of their own.
BUILT_IN = ("split", "sequencer", "preprocesser", "trainer", "evaluator", "deployer", "infer")


def check_steps(pipeline: BasePipeline, wanted: Sequence[str]) -> None:
    """Check the steps that a run goes through against each other and against the data.

    Raises:
        ZenmlNbError: something does not fit.
    """
    check_supported(pipeline, wanted)
    check_splits(pipeline, wanted)
    commit = pipeline.commit()
    check_against_data(pipeline, wanted, commit)
    for slot in wanted:
        if slot in pipeline.steps and slot not in BUILT_IN:
            pipeline.steps[slot].check_commit(commit)


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
        split.check_columns(columns)
        split.check_rows(commit.n_rows)
        split.check_data(commit)
    if "preprocesser" in wanted and isinstance(preprocesser, BasePreprocesserStep):
        preprocesser.check_columns(columns, missing)
        check_values(preprocesser, commit)
    # What a preprocesser of the user's own makes is known only when it has run.
    has_no_label = not getattr(preprocesser, "labels", ["unknown"])
    if "trainer" in wanted and isinstance(trainer, TFFeedForwardTrainer) and has_no_label:
        raise DeclarationError(
            "There is no label to train on.",
            where="step trainer",
            advice="Name one in the preprocesser: StandardPreprocesser(labels=['...']).",
        )
    several = list(getattr(preprocesser, "labels", ()))[1:]
    if "trainer" in wanted and isinstance(trainer, TFFeedForwardTrainer) and several:
        raise DeclarationError(
            f"TFFeedForwardTrainer learns one label, and the preprocesser names {len(several) + 1}.",
            where="step trainer",
            advice="Name one label, or write a trainer with several outputs: a subclass of BaseTrainerStep.",
        )
    if "evaluator" in wanted and isinstance(evaluator, TFMAEvaluator):
        labels = evaluator.labels_of(preprocesser)
        if not labels:
            raise DeclarationError(
                "There is no label to evaluate.",
                where="step evaluator",
                advice="Name it with its metrics: TFMAEvaluator(metrics={'label': ['MeanSquaredError']}).",
            )
        evaluator.check_columns(columns, labels)


def check_values(preprocesser: BasePreprocesserStep, commit: Commit) -> None:
    """Every column that is learned from must have a value somewhere: nothing can be computed from none.

    Raises:
        DeclarationError: a column has none.
    """
    if not isinstance(preprocesser, StandardPreprocesser):
        return
    names = preprocesser.feature_names({column.name: column.type for column in commit.columns})
    for name in [*names, *preprocesser.labels]:
        if commit.column(name).n_missing == commit.n_rows:
            raise DeclarationError(
                f"The column {name!r} has no value in any of the {commit.n_rows} rows.",
                where="step preprocesser",
                advice="Leave it out: StandardPreprocesser(features=[...]).",
            )
