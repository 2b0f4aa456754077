"""The different values of a stream, and how often each occurs: exact quantiles in one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Distinct:
    """Counts values that come in batches; what it keeps grows with the different values alone."""

    def __init__(self) -> None:
        self._parts: list[tuple[npt.NDArray[Any], npt.NDArray[np.int64]]] = []

    def add(self, values: npt.NDArray[Any]) -> None:
        """Count a batch of int64 or float64 values of shape (n,)."""
        import numpy as np

        if not len(values):
            return
        unique, counts = np.unique(values, return_counts=True)
        self._parts.append((unique, counts.astype(np.int64)))
        # Merged whenever the new parts have grown to the size of the old: each value is moved a few times in all.
        if len(self._parts) > 1 and sum(len(part) for part, _ in self._parts[1:]) >= len(self._parts[0][0]):
            self._parts = [self.merged()]

    def merged(self) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
        """The different values in order, and the count of each (int64), both of shape (values,)."""
        import numpy as np

        if not self._parts:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        values = np.concatenate([values for values, _ in self._parts])
        counts = np.concatenate([counts for _, counts in self._parts])
        order = np.argsort(values, kind="stable")
        values, counts = values[order], counts[order]
        firsts = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
        return values[firsts], np.add.reduceat(counts, firsts)
