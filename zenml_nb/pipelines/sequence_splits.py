"""What can be known before a run of the splits that a sequencer cuts its sequences in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zenml_nb.pipelines.sequencer_checks import read_values
from zenml_nb.steps import BaseSplit, BaseStep, CategoricalRatioSplit, RandomSplit, StandardSequencer
from zenml_nb.steps.row_values import as_listed

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas

    from zenml_nb.datasources import Commit

#: Splits of more rows are first made in the run: choosing the split of each takes its time.
MOST_ROWS = 200_000
#: Splits that give rows of the same time and series to different splits.
_INTERLEAVING = (RandomSplit, CategoricalRatioSplit)


def check_splits_of_sequences(steps: Mapping[str, BaseStep], wanted: Sequence[str], commit: Commit) -> None:
    """Every split must hold a sequence; of splits that tear series apart a notice is printed.

    Raises:
        DataError: the sessions of a split are too short.
    """
    split, sequencer = steps.get("split"), steps.get("sequencer")
    if "sequencer" not in wanted or not isinstance(sequencer, StandardSequencer) or not isinstance(split, BaseSplit):
        return
    if isinstance(split, _INTERLEAVING) and len(split.get_split_names()) > 1:
        print(_notice(split, sequencer))
    if commit.n_rows > MOST_ROWS:
        return
    names = split.get_split_names()
    found = _chosen(split, sequencer, commit)
    if found is None:
        return
    columns = {column.name: column.type for column in commit.columns}
    for index, name in enumerate(names):
        sequencer.check_split(name, found[found[_SPLIT] == index], columns)


def _notice(split: BaseSplit, sequencer: StandardSequencer) -> str:
    by = "..." if sequencer.category_column is None else repr(sequencer.category_column)
    return (
        f"Notice: {type(split).__name__} gives the rows of one series to different splits, so that the steps of a "
        "sequence to evaluate on lie between those that were learned, and its metrics are too good. "
        f"Use TimeSplit({sequencer.timestamp_column!r}), or CategoricalDomainSplit({by}, ...) for whole series."
    )


#: The name of the column of splits; columns of the data are text.
_SPLIT = 0


def _chosen(split: BaseSplit, sequencer: StandardSequencer, commit: Commit) -> pandas.DataFrame | None:
    """The timestamp and category of each row, and the index of its split.

    None where the split fails: the run tells so, with the rows that it fails at in its log.
    """
    import numpy as np

    choices = _choices(split, commit)
    if not choices:
        return None
    frame = read_values(commit, sequencer.read_before_run())
    frame[_SPLIT] = np.concatenate(choices)
    return frame


def _choices(split: BaseSplit, commit: Commit) -> list[npt.NDArray[Any]] | None:
    """The index of the split of each row, batch by batch; None where the split fails or gives something else."""
    import numpy as np

    found = []
    try:
        fitted = split.fit(as_listed(batch) for batch in commit.record_batches())
        for batch in commit.record_batches():
            chosen = np.asarray(fitted.partition(as_listed(batch)))
            if chosen.shape != (batch.num_rows,):
                return None
            found.append(chosen)
    except Exception:
        return None
    return found
