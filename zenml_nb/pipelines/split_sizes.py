"""Which split each row goes to, as far as that can be known before a run; and whether one would stay empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zenml_nb.steps import BaseSplit, BaseStep
from zenml_nb.steps.row_values import as_listed
from zenml_nb.steps.split import stays_empty

if TYPE_CHECKING:
    import numpy.typing as npt

    from zenml_nb.datasources import Commit

#: Splits of more rows are first made in the run: choosing the split of each takes its time.
MOST_ROWS = 200_000


def check_sizes(steps: Mapping[str, BaseStep], wanted: Sequence[str], commit: Commit) -> None:
    """Every split must get a row. Rows are read until each has one; of large data, nothing is said beyond the limit.

    A split of the user's own is left to the run, whose log has what it prints, and whose error begins at its line.

    Raises:
        DataError: a split stays empty.
    """
    split = steps.get("split")
    if "split" not in wanted or not isinstance(split, BaseSplit) or commit.n_rows > MOST_ROWS:
        return
    if not type(split).__module__.startswith("zenml_nb.steps."):
        return
    names = split.get_split_names()
    missing = set(range(len(names)))
    for chosen in choices(split, commit):
        if chosen is None:
            return
        missing -= {int(index) for index in set(chosen.tolist())}
        if not missing:
            return
    name = names[min(missing)]
    why = f"none of the {commit.n_rows:,} rows goes to it"
    raise stays_empty(split, name, why, "Use more data, a larger share or another seed, or leave this split out.")


def choices(split: BaseSplit, commit: Commit) -> Iterator[npt.NDArray[Any] | None]:
    """The index of the split of each row, batch by batch, -1 for a row that is left out.

    None, and nothing more, where the split fails or gives something else: the run tells so, with the line and the
    rows that it fails at.
    """
    import numpy as np

    try:
        fitted = split.fit(as_listed(batch) for batch in commit.record_batches())
        for batch in commit.record_batches():
            chosen = np.asarray(fitted.partition(as_listed(batch)))
            if chosen.shape != (batch.num_rows,):
                yield None
                return
            yield chosen.astype(np.int64)
    except Exception:
        yield None
