"""Splits: which row of the data goes to which split."""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from zenml_nb.errors import DataError, DeclarationError
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


class BaseSplit(BaseStep):
    """Base of all splits. A subclass gives ``get_split_names`` and ``partition_fn``."""

    slot = "split"

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
        check_split_names(list(self.split_map))
        for name, share in self.split_map.items():
            if not is_number(share) or not 0 < share <= 1:
                raise DeclarationError(
                    f"The share of split {name!r} is {share!r}.", advice="A share is a number above 0 and at most 1."
                )
        total = sum(self.split_map.values())
        if abs(total - 1) > 1e-6:
            listed = " + ".join(f"{share:g}" for share in self.split_map.values())
            raise DeclarationError(
                f"The shares of RandomSplit sum to {total:g}, not to 1 ({listed}).",
                advice="Change split_map so that its values sum to 1.",
            )

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
