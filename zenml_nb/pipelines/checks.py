"""What can be known to be wrong before a run: one function a rule."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zenml_nb.errors import DeclarationError, NotAvailableError, did_you_mean
from zenml_nb.pipelines import components as ids
from zenml_nb.pipelines.label_checks import check_label, check_label_of_sequences
from zenml_nb.pipelines.method_checks import check_methods
from zenml_nb.pipelines.sequence_splits import check_splits_of_sequences
from zenml_nb.pipelines.sequencer_checks import check_sequencer
from zenml_nb.pipelines.split_sizes import check_sizes
from zenml_nb.pipelines.trainer_checks import check_trainer
from zenml_nb.steps import (
    AgnosticEvaluator,
    BaseDeployerStep,
    BaseEvaluatorStep,
    BasePreprocesserStep,
    BaseSequencerStep,
    BaseSplit,
    StandardPreprocesser,
    TFFeedForwardTrainer,
    TFMAEvaluator,
    TFServingDeployer,
)
from zenml_nb.steps.evaluator import LAST_BLESSED, MeasuringEvaluator

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
    check_methods(pipeline, wanted)
    check_splits(pipeline, wanted)
    commit = pipeline.commit()
    check_against_data(pipeline, wanted, commit)
    check_splits_of_sequences(pipeline.steps, wanted, commit)
    check_trainer(pipeline, wanted, commit)
    check_label(pipeline.steps, wanted, commit)
    check_label_of_sequences(pipeline.steps, wanted, commit)
    for slot in wanted:
        if slot in pipeline.steps and slot not in BUILT_IN:
            pipeline.steps[slot].check_commit(commit)


def check_supported(pipeline: BasePipeline, wanted: Sequence[str]) -> None:
    """Steps of these kinds can be declared, but this version cannot run them.

    Raises:
        NotAvailableError: the pipeline has one.
    """
    evaluator = pipeline.steps.get("evaluator")
    if "evaluator" in wanted and not isinstance(evaluator, MeasuringEvaluator):
        if type(evaluator).evaluate_fn is not BaseEvaluatorStep.evaluate_fn:  # type: ignore[union-attr]
            return
        raise NotAvailableError(
            f"This version cannot run {type(evaluator).__name__}: it has no evaluate_fn.",
            where="step evaluator",
            advice="Define evaluate_fn(self, context) in it, or use a TFMAEvaluator.",
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
        for role in dict.fromkeys((*roles, *_named_roles(pipeline, slot))):
            for name in mapping.get(role, ()):
                if name not in names:
                    raise DeclarationError(
                        f"The step {slot} reads the split {name!r} ({role}), "
                        f"which {type(split).__name__} does not make.",
                        where=f"step {slot}",
                        advice=f"{did_you_mean(str(name), names)} "
                        f"Set split_mapping={{{role!r}: [...]}} or name the split so.",
                    )


def _named_roles(pipeline: BasePipeline, slot: str) -> Sequence[str]:
    """The roles that were given to a step, and not completed by it: these are meant to be there."""
    step = pipeline.steps.get(slot)
    given = step.args.get("split_mapping") if step is not None else None
    return tuple(given) if isinstance(given, dict) else ()


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
        check_sizes(pipeline.steps, wanted, commit)
    sequencer = pipeline.steps.get("sequencer")
    widths: dict[str, int] = {}
    if "sequencer" in wanted and isinstance(sequencer, BaseSequencerStep):
        widths = sequencer.widths(columns)
        columns, missing = check_sequencer(sequencer, commit)
    if "preprocesser" in wanted and isinstance(preprocesser, BasePreprocesserStep):
        preprocesser.check_columns(columns, missing)
        if isinstance(preprocesser, StandardPreprocesser) and "sequencer" in wanted:
            preprocesser.check_single(columns, widths)
        elif "sequencer" not in wanted:
            check_values_of_rows(preprocesser, commit)
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
        check_baseline(pipeline, evaluator)
    elif "evaluator" in wanted and isinstance(evaluator, BaseEvaluatorStep):
        evaluator.check_columns(columns, list(getattr(preprocesser, "labels", ())))
        if isinstance(evaluator, AgnosticEvaluator):
            are_stored = evaluator.reads_predictions or bool(getattr(trainer, "stores_predictions", False))
            evaluator.check_data(columns, missing, are_stored, list(getattr(preprocesser, "labels", ())))
    deployer = pipeline.steps.get("deployer")
    if "deployer" in wanted and isinstance(deployer, TFServingDeployer):
        check_servable(trainer)
    if "deployer" in wanted and isinstance(deployer, BaseDeployerStep):
        deployer.check_place(pipeline.repository.root)


def check_servable(trainer: object) -> None:
    """TensorFlow Serving takes SavedModels only.

    Raises:
        NotAvailableError: the trainer makes another kind of model.
    """
    if getattr(trainer, "format", "keras") != "keras":
        raise NotAvailableError(
            f"TensorFlow Serving serves Keras models, and {type(trainer).__name__} trains none.",
            where="step deployer",
            advice="Use a LocalDirectoryDeployer, or a deployer of your own.",
        )


def check_baseline(pipeline: BasePipeline, evaluator: TFMAEvaluator) -> None:
    """A run that is named as the baseline must be there, with a model.

    Raises:
        NotAvailableError: it is not; the nearest ids are named.
    """
    if evaluator.baseline in (None, LAST_BLESSED):
        return
    from zenml_nb.records import Store

    metadata = pipeline.repository.metadata
    if metadata.get("type") == "sqlite" and not Path(metadata["uri"]).exists():
        raise NotAvailableError(
            f"There is no run {evaluator.baseline!r} to compare with: nothing was run yet.",
            where="step evaluator",
            advice=f"Use baseline={LAST_BLESSED!r}.",
        )
    run = Store(metadata).run(str(evaluator.baseline))
    if run.artifact(ids.TRAINER, "model") is None:
        raise NotAvailableError(
            f"The run {run.id} has no model to compare with.",
            where="step evaluator",
            advice=f"Name another run, or use baseline={LAST_BLESSED!r}.",
        )


def check_values_of_rows(preprocesser: BasePreprocesserStep, commit: Commit) -> None:
    """The methods must fit the columns whose rows are lists, and those with one value a row.

    Raises:
        DeclarationError: one does not.
    """
    if isinstance(preprocesser, StandardPreprocesser):
        preprocesser.check_lists({column.name: column.type for column in commit.columns if column.many})
        preprocesser.check_single({column.name: column.type for column in commit.columns if not column.many})


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
