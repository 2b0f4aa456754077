"""Splits: which row of the data goes to which split."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from zenml_nb.errors import DataError, DeclarationError, did_you_mean
from zenml_nb.steps.base import TRAIN, BaseStep, is_number, mapped, whole_number

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

_SPLIT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
# A float: NumPy makes a slow array of objects of the whole number, and NumPy 2 an error.
_RESOLUTION = 2.0**64


class Rows(Protocol):
    """A batch of rows, as columns and as dictionaries."""

    @property
    def batch(self) -> pa.RecordBatch:
        """List columns of integers, floats or bytes; a missing value is a null or an empty list."""

    def examples(self) -> Sequence[dict[str, Any]]:
        """One dictionary a row: column name to value; a missing value is None, a list feature a list."""

    def __len__(self) -> int: ...


class CommittedData(Protocol):
    """The version of the data that a run is of, as far as it is known before the run; see ``datasources.Commit``."""

    @property
    def n_rows(self) -> int:
        """The number of rows."""

    def record_batches(self, max_rows: int = ..., columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """The rows, or some columns of them: int64, float32 or string arrays, a missing value is null."""


class Partition(Protocol):
    """What is needed to choose the split of a row, once the data has been looked at."""

    @property
    def learned(self) -> Mapping[str, Any]:
        """What the data was looked at for, as plain values; recorded with the splits."""

    def partition(self, rows: Rows) -> npt.NDArray[np.int64]:
        """Choose the split of each row of a batch; see ``BaseSplit.partition``."""


class BaseSplit(BaseStep):
    """Base of all splits. A subclass gives ``get_split_names`` and ``partition_fn``.

    One that must know the whole data before it can choose (its quantiles, its groups) gives ``fit`` too.
    """

    slot = "split"

    @property
    def learned(self) -> Mapping[str, Any]:
        """Nothing: a split that chooses row by row learns nothing from the data."""
        return {}

    def fit(self, batches: Iterable[Rows]) -> Partition:
        """Look at the whole data once, before any row is given to a split; by default it is not read.

        Args:
            batches: all rows in their order; each batch is read when it is asked for.

        Returns:
            An object with ``partition(rows)`` and ``learned``; by default the step itself.
        """
        return self

    def get_split_names(self) -> list[str]:
        """The names of the splits, in the order that ``partition_fn`` numbers them."""
        raise NotImplementedError(f"{type(self).__name__} must define get_split_names(self) -> list[str]")

    def partition_fn(self, element: dict[str, Any], num_partitions: int) -> int:
        """Choose the split of one row.

        Args:
            element: column name to value of the row; missing values are None.
            num_partitions: the number of splits.

        Returns:
            The index of the split in ``get_split_names()``, or -1 to leave the row out.
        """
        raise NotImplementedError(f"{type(self).__name__} must define partition_fn(self, element, num_partitions)")

    def partition(self, rows: Rows) -> npt.NDArray[np.int64]:
        """Choose the split of each row of a batch; by default row by row with ``partition_fn``.

        Returns:
            int64 array of shape (len(rows),): indices into ``get_split_names()``, -1 for rows that are left out.

        Raises:
            DataError: ``partition_fn`` gives something else than a whole number.
        """
        import numpy as np

        count = len(self.get_split_names())
        chosen = (self._index(self.partition_fn(element, count)) for element in rows.examples())
        return np.fromiter(chosen, dtype=np.int64, count=len(rows))

    def _index(self, chosen: Any) -> int:
        try:
            return operator.index(chosen)
        except TypeError:
            raise DataError(
                f"{type(self).__name__}.partition_fn gave {chosen!r}.",
                where="step split",
                advice="Give the index of a split in get_split_names(), or -1 to leave the row out.",
            ) from None

    def check_rows(self, n_rows: int) -> None:
        """Tell before the run if ``n_rows`` rows cannot fill the splits.

        Raises:
            DataError: a split would stay empty.
        """

    def check_columns(self, columns: Mapping[str, str]) -> None:
        """Tell before the run if the columns that the split goes by are not in the data.

        Args:
            columns: column name to INTEGER, FLOAT or STRING.

        Raises:
            DeclarationError: a column is missing (the nearest names are given), or of a type that does not fit.
        """

    def check_data(self, data: CommittedData) -> None:
        """Tell before the run if the values cannot fill the splits; the columns are checked already.

        Raises:
            DataError: a split would stay empty, or a value means nothing to the split.
        """


def check_column(step: BaseSplit, argument: str, name: str, columns: Mapping[str, str]) -> str:
    """The type of a column that a split names.

    Raises:
        DeclarationError: the data has no such column; the nearest names are given.
    """
    if name not in columns:
        raise DeclarationError(
            f"{type(step).__name__}({argument}=...) names the column {name!r}, which the data does not have.",
            where="step split",
            advice=did_you_mean(str(name), columns),
        )
    return columns[name]


def check_column_name(argument: str, name: Any) -> str:
    """Check that an argument can be the name of a column.

    Raises:
        DeclarationError: it is no text.
    """
    if not isinstance(name, str) or not name:
        raise DeclarationError(f"{argument} is {name!r}.", advice="Give the name of a column of the data.")
    return name


def check_shares(step: BaseSplit, argument: str, shares: Mapping[str, Any]) -> None:
    """Check split names and their shares of the rows.

    Raises:
        DeclarationError: a share is not in (0, 1], the shares do not sum to 1, or a name is no split name.
    """
    check_split_names(list(shares))
    for name, share in shares.items():
        if not is_number(share) or not 0 < share <= 1:
            raise DeclarationError(
                f"The share of split {name!r} is {share!r}.", advice="A share is a number above 0 and at most 1."
            )
    total = sum(shares.values())
    if abs(total - 1) > 1e-6:
        listed = " + ".join(f"{share:g}" for share in shares.values())
        raise DeclarationError(
            f"The shares of {type(step).__name__} sum to {total:g}, not to 1 ({listed}).",
            advice=f"Change {argument} so that its values sum to 1.",
        )


def stays_empty(step: BaseSplit, name: str, why: str, advice: str) -> DataError:
    """The error for a split that no row would fall into."""
    return DataError(
        f"The split {name!r} would stay empty: {why}.", where=f"step split ({type(step).__name__})", advice=advice
    )


def check_split_names(names: Sequence[str]) -> None:
    """Check that split names can be folders of an artifact and that there is a split to train on.

    Raises:
        DeclarationError: a name is not a letter followed by letters, digits and underscores, appears twice, or
            there is no split at all.
    """
    if not names:
        raise DeclarationError("A split needs at least one name.", advice="For example {'train': 0.7, 'eval': 0.3}.")
    for name in names:
        if not isinstance(name, str) or not _SPLIT_NAME.fullmatch(name):
            raise DeclarationError(
                f"{name!r} cannot be the name of a split.",
                advice="Use a letter followed by at most 63 letters, digits and underscores.",
            )
    if len(set(names)) != len(names):
        raise DeclarationError(f"A split is named twice: {', '.join(names)}.", advice="Give each split its own name.")


class RandomSplit(BaseSplit):
    """Splits rows by chance, in given ratios, reproducibly.

    A row's split follows from its content and the seed alone: it stays the same when the run is repeated, when rows
    are added, and when the file is ordered differently. Equal rows go to the same split, so that no duplicate of a
    training row is ever evaluated on.

    Args:
        split_map: split name to its share of the rows; the shares sum to 1.
        seed: another seed gives another split.

    Raises:
        DeclarationError: a share is not in (0, 1], the shares do not sum to 1, or a name is no split name.
    """

    def __init__(self, split_map: Mapping[str, float] | None = None, seed: int = 0) -> None:
        default = {TRAIN: 0.7, "eval": 0.2, "test": 0.1}
        self.split_map = default if split_map is None else mapped("split_map", split_map)
        self.seed = whole_number("seed", seed)
        check_shares(self, "split_map", self.split_map)

    def get_split_names(self) -> list[str]:
        return list(self.split_map)

    def partition(self, rows: Rows) -> npt.NDArray[np.int64]:
        import numpy as np

        from zenml_nb.steps.row_hash import hash_rows

        uniform = hash_rows(rows.batch, self.seed) / _RESOLUTION
        bounds = np.cumsum(list(self.split_map.values()))
        return np.minimum(np.searchsorted(bounds, uniform, side="right"), len(bounds) - 1).astype(np.int64)

    def check_rows(self, n_rows: int) -> None:
        for name, share in self.split_map.items():
            if n_rows * share < 1:
                raise DataError(
                    f"The split {name!r} would stay empty: {share:g} of {n_rows} rows is less than one row.",
                    advice="Use more data, a larger share, or leave this split out of split_map.",
                )


class NoSplit(BaseSplit):
    """Keeps all rows together, in one split: to look at data as a whole, or where the data is divided already.

    Args:
        name: the name of the split.

    Raises:
        DeclarationError: it cannot be the name of a split.
    """

    def __init__(self, name: str = TRAIN) -> None:
        check_split_names([name])
        self.name = name

    def get_split_names(self) -> list[str]:
        return [self.name]

    def partition(self, rows: Rows) -> npt.NDArray[np.int64]:
        import numpy as np

        return np.zeros(len(rows), dtype=np.int64)
