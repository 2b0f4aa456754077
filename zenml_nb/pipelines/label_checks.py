"""What the data tells of a label before a run: whether it is one that the trainer is declared for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zenml_nb.errors import DeclarationError
from zenml_nb.steps import (
    BaseStep,
    CategoricalDomainSplit,
    CategoricalRatioSplit,
    NoSplit,
    PyTorchTrainer,
    RandomSplit,
    StandardPreprocesser,
    StandardSequencer,
    TFFeedForwardTrainer,
    TimeSplit,
)
from zenml_nb.steps.classes import (
    CLASS_LOSSES,
    Range,
    all_the_same,
    check_number_of_classes,
    check_values,
    check_weighted,
    check_width,
    reads_values,
)
from zenml_nb.steps.preprocessing_methods import check_transforms
from zenml_nb.steps.split_categorical import SKIP

if TYPE_CHECKING:
    import pyarrow as pa

    from zenml_nb.datasources import Commit

#: Of a label with more different values nothing but their number is certain.
_MOST_CLASSES = 1000
#: The trainers whose loss and outputs are known before the run.
_FeedForward = TFFeedForwardTrainer | PyTorchTrainer
_VOCABULARY, _PLAIN = "compute_and_apply_vocabulary", "no_transform"


def check_label(steps: Mapping[str, BaseStep], wanted: Sequence[str], commit: Commit) -> None:
    """The label of a feed-forward network must fit its loss and its outputs.

    Only this column is read, and one that rows are left out by, no further than is needed. A sequencer makes the
    label, so that nothing is known then.

    Raises:
        DataError: all rows have the same class.
        DeclarationError: loss, outputs or class weights do not fit the label.
    """
    trainer, preprocesser = steps.get("trainer"), steps.get("preprocesser")
    if "trainer" not in wanted or "sequencer" in wanted or not isinstance(trainer, _FeedForward):
        return
    if not isinstance(preprocesser, StandardPreprocesser) or len(preprocesser.labels) != 1:
        return
    [label] = preprocesser.labels
    column = commit.column(label)
    calls = preprocesser.transforms_of(label, column.type)
    if not column.n_missing and [method for method, _ in calls] in ([_VOCABULARY], [_PLAIN]):
        [(method, parameters)] = calls
        _check_one_class(trainer, label, commit)
        if method == _PLAIN:
            _check_numbers(trainer, label, commit, steps.get("split"))
        elif not any(parameters.get(name) for name in ("top_k", "frequency_threshold", "num_oov_buckets")):
            _check_classes(trainer, label, commit, steps.get("split"))
    made = check_transforms(calls, column.type, label, width=1)
    if made.width is not None and not made.is_list:
        check_width(label, made.width, trainer.loss, trainer.output_units)


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


def _check_one_class(trainer: _FeedForward, label: str, commit: Commit) -> None:
    if trainer.loss in CLASS_LOSSES and len(_different(_values(commit, label), 1)) == 1:
        raise all_the_same(label, f"all {commit.n_rows:,} rows of the data")


def _check_classes(trainer: _FeedForward, label: str, commit: Commit, split: BaseStep | None) -> None:
    if not _is_told_by_rows(split, label, commit):
        return
    found = _different(_values(commit, label, split), _MOST_CLASSES)
    if len(found) > _MOST_CLASSES:
        return
    check_number_of_classes(label, len(found), trainer.loss, trainer.output_units, len(found))
    weighted = getattr(trainer, "class_weights", None)
    if isinstance(weighted, dict):
        check_weighted(label, weighted, sorted(map(str, found)))


def _check_numbers(trainer: _FeedForward, label: str, commit: Commit, split: BaseStep | None) -> None:
    if not reads_values(trainer.loss, trainer.last_activation) or not _is_told_by_rows(split, label, commit):
        return
    values = _range(_values(commit, label, split))
    if values is not None:
        check_values(label, values, trainer.loss, trainer.last_activation, trainer.output_units)


def _is_told_by_rows(split: BaseStep | None, label: str, commit: Commit) -> bool:
    """Whether it is known which rows a split leaves out, and that no class is left out of the training on purpose."""
    if isinstance(split, CategoricalDomainSplit):
        return type(split) is CategoricalDomainSplit and split.categorical_column != label
    if type(split) is TimeSplit:
        has_start = split.starts is not None and next(iter(split.starts.values())) is not None
        return not split.gap and not has_start and not commit.column(split.timestamp_column).n_missing
    return type(split) in (RandomSplit, NoSplit, CategoricalRatioSplit, type(None))


def _values(commit: Commit, label: str, split: BaseStep | None = None) -> Iterator[pa.Array]:
    """The label in the rows that a split does not leave out, batch by batch."""
    import pyarrow as pa
    import pyarrow.compute as pc

    skips = isinstance(split, (CategoricalDomainSplit, CategoricalRatioSplit)) and split.unknown_category_policy == SKIP
    if not skips:
        yield from (batch.column(0) for batch in commit.record_batches(columns=[label]))
        return
    by, known = split.categorical_column, pa.array(split.known_categories())  # type: ignore[union-attr]
    for batch in commit.record_batches(columns=list(dict.fromkeys([label, by]))):
        column = batch.column(by)
        yield batch.column(label).filter(pc.is_in(column, value_set=known.cast(column.type)))


def _different(values: Iterator[pa.Array], at_most: int) -> set[Any]:
    """The different values; of more than ``at_most``, some."""
    import pyarrow.compute as pc

    found: set[Any] = set()
    for part in values:
        found.update(pc.unique(part).to_pylist())
        if len(found) > at_most:
            break
    return found


def _range(values: Iterator[pa.Array]) -> Range | None:
    """The least and the most, and whether all are whole; None without a value."""
    import pyarrow.compute as pc

    parts = [_range_of(part, pc) for part in values if len(part)]
    if not parts:
        return None
    least, most = min(part.least for part in parts), max(part.most for part in parts)
    return Range(least, most, all(part.is_whole for part in parts))


def _range_of(part: pa.Array, pc: Any) -> Range:
    ends = pc.min_max(part).as_py()
    return Range(float(ends["min"]), float(ends["max"]), bool(pc.all(pc.equal(part, pc.round(part))).as_py()))
