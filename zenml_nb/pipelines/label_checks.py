"""What the data tells of a label before a run: whether it has the classes that the trainer is declared for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zenml_nb.errors import DeclarationError
from zenml_nb.steps import (
    BaseStep,
    CategoricalRatioSplit,
    NoSplit,
    RandomSplit,
    StandardPreprocesser,
    StandardSequencer,
    TFFeedForwardTrainer,
)
from zenml_nb.steps.classes import (
    CLASS_LOSSES,
    all_the_same,
    check_class_numbers,
    check_number_of_classes,
    check_weighted,
)

if TYPE_CHECKING:
    from zenml_nb.datasources import Commit

#: Of a label with more different values nothing but their number is certain.
_MOST_CLASSES = 1000
_VOCABULARY, _PLAIN = "compute_and_apply_vocabulary", "no_transform"
#: Splits that leave no class out on purpose.
_SPREADING = (RandomSplit, NoSplit, CategoricalRatioSplit)


def check_label(steps: Mapping[str, BaseStep], wanted: Sequence[str], commit: Commit) -> None:
    """The label of a feed-forward network must have several classes, and as many as its outputs tell apart.

    Only this column is read, and no further than is needed. A sequencer makes the label, so that nothing is known then.

    Raises:
        DataError: all rows have the same class.
        DeclarationError: loss, outputs or class weights do not fit the classes.
    """
    trainer, preprocesser = steps.get("trainer"), steps.get("preprocesser")
    if "trainer" not in wanted or "sequencer" in wanted or not isinstance(trainer, TFFeedForwardTrainer):
        return
    if not isinstance(preprocesser, StandardPreprocesser) or len(preprocesser.labels) != 1:
        return
    weighted = trainer.class_weights if isinstance(trainer.class_weights, dict) else {}
    if trainer.loss not in CLASS_LOSSES and not weighted:
        return
    [label] = preprocesser.labels
    column = commit.column(label)
    calls = preprocesser.transforms_of(label, column.type)
    if column.n_missing or [method for method, _ in calls] not in ([_VOCABULARY], [_PLAIN]):
        return
    if column.type in ("STRING", "BYTES") and calls[-1][0] == _PLAIN:
        raise DeclarationError(
            f"The label {label!r} stays text, and a network learns from numbers.",
            where="step preprocesser",
            advice=f"Leave its transforms out, or give it {{'transform': {_VOCABULARY!r}}}.",
        )
    found = _different(commit, label)
    if len(found) == 1 and trainer.loss in CLASS_LOSSES:
        raise all_the_same(label, f"all {commit.n_rows:,} rows of the data")
    [(method, parameters)] = calls
    is_whole = not any(parameters.get(name) for name in ("top_k", "frequency_threshold", "num_oov_buckets"))
    if len(found) > _MOST_CLASSES or not is_whole or type(steps.get("split")) not in (*_SPREADING, type(None)):
        return
    if method == _VOCABULARY:
        check_number_of_classes(label, len(found), trainer.loss, trainer.output_units)
        check_weighted(label, weighted, sorted(map(str, found)))
    elif found:
        check_class_numbers(label, min(found), max(found), trainer.loss, trainer.output_units)


def check_label_of_sequences(steps: Mapping[str, BaseStep], wanted: Sequence[str], commit: Commit) -> None:
    """What a sequencer fills by default must not be a label: it would be learned as if it had been measured.

    Raises:
        DeclarationError: a label is missing in rows, and nothing says what stands in for it.
    """
    sequencer, preprocesser = steps.get("sequencer"), steps.get("preprocesser")
    if "sequencer" not in wanted or not isinstance(sequencer, StandardSequencer):
        return
    if "preprocesser" not in wanted or not isinstance(preprocesser, StandardPreprocesser):
        return
    for column in commit.columns:
        if column.name in preprocesser.labels and column.n_missing and sequencer.fills_by_default(column.name):
            raise DeclarationError(
                f"The label {column.name!r} is missing in {column.n_missing} rows.",
                where="step sequencer",
                advice=f"Forecast it with ahead={{{column.name!r}: 1}}, which leaves windows without a label out, "
                "remove these rows from the data, or say what stands in for a missing label: "
                f"StandardSequencer(overwrite={{{column.name!r}: {{'filling': ...}}}}).",
            )


def _different(commit: Commit, name: str) -> set[Any]:
    """The different values of a column; of very many, some more than are classes."""
    import pyarrow.compute as pc

    found: set[Any] = set()
    for batch in commit.record_batches(columns=[name]):
        found.update(pc.unique(batch.column(0)).to_pylist())
        if len(found) > _MOST_CLASSES:
            break
    return found
