"""Splits by time: the past to learn from, the future to evaluate on."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zenml_nb.errors import DataError, DeclarationError
from zenml_nb.steps.base import EVAL, TEST, TRAIN, is_number, mapped
from zenml_nb.steps.distinct import Distinct
from zenml_nb.steps.row_values import committed_rows, single_values
from zenml_nb.steps.split import (
    BaseSplit,
    CommittedData,
    Rows,
    check_column,
    check_column_name,
    check_shares,
    check_split_names,
    stays_empty,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_MICROSECOND = datetime.timedelta(microseconds=1)
_LEAST, _MOST = -(2**63), 2**63 - 1

Time = int | float


class TimeSplit(BaseSplit):
    """Splits rows by time: every row of a split lies before all rows of the next one, and equal times stay together.

    A model is so evaluated on what came after the rows that it learned from. Where the splits meet is found in the
    data (``split_map``) or given (``starts``), and is recorded with the splits as ``learned``. Rows without a time
    are left out.

    Args:
        timestamp_column: whole numbers or numbers (of any unit, for example seconds since 1970), or ISO 8601 text
            (without a zone it is taken for UTC). Numbers with a fraction are kept with 24 bits: seconds since 1970
            that must be told apart by less than two minutes should be whole numbers or text.
        split_map: split name to its share of the rows, earliest first; the shares sum to 1. Each boundary is the one
            between two times that comes nearest to the share. By default 0.7, 0.2 and 0.1 for train, eval and test.
        starts: split name to the time it starts at, earliest first, instead of ``split_map``; that of the first may
            be None. Rows before the first start are left out.
        gap: rows are left out where the next split starts at most this after them: seconds where times are text,
            else in the unit of the column. 0 leaves none out.

    Raises:
        DeclarationError: both or neither of shares and starts make sense, a share or start is wrong, or the starts do
            not increase.
    """

    def __init__(
        self,
        timestamp_column: str,
        split_map: Mapping[str, float] | None = None,
        starts: Mapping[str, str | float | None] | None = None,
        gap: float = 0,
    ) -> None:
        self.timestamp_column = check_column_name("timestamp_column", timestamp_column)
        if split_map is not None and starts is not None:
            raise DeclarationError(
                "TimeSplit takes split_map or starts, not both.",
                advice="Give shares of the rows (split_map) or the times at which the splits start (starts).",
            )
        if not is_number(gap) or not 0 <= gap < math.inf:
            raise DeclarationError(f"gap is {gap!r}.", advice="Give a number of at least 0.")
        self.gap = gap
        self.starts = None if starts is None else mapped("starts", starts)
        self.split_map = {TRAIN: 0.7, EVAL: 0.2, TEST: 0.1} if split_map is None else mapped("split_map", split_map)
        if self.starts is None:
            check_shares(self, "split_map", self.split_map)
        else:
            _check_starts(self.starts)

    def get_split_names(self) -> list[str]:
        return list(self.split_map if self.starts is None else self.starts)

    def check_columns(self, columns: Mapping[str, str]) -> None:
        kind = check_column(self, "timestamp_column", self.timestamp_column, columns)
        given = [start for start in (self.starts or {}).values() if start is not None]
        if given and isinstance(given[0], str) != (kind == "STRING"):
            raise DeclarationError(
                f"starts holds {given[0]!r}; the column {self.timestamp_column!r} is of type {kind}.",
                where="step split",
                advice="Give ISO 8601 text for a column of text, and numbers for a column of numbers.",
            )

    def check_data(self, data: CommittedData) -> None:
        rows = self.fit(committed_rows(data, self.timestamp_column)).learned["rows"]
        for name, count in rows.items():
            if not count:
                raise stays_empty(self, name, "no row lies in its time", "Move its start, or make the gap smaller.")

    def fit(self, batches: Iterable[Rows]) -> FittedTimeSplit:
        """Find the boundaries; memory grows with the number of different times, not of rows.

        Raises:
            DataError: a text is no time, or there are fewer different times than splits.
        """
        distinct, without = Distinct(), 0
        is_text = False
        for rows in batches:
            times, present = self._times(rows)
            is_text = is_text or times.is_text
            distinct.add(times.values[present])
            without += int(len(present) - present.sum())
        values, counts = distinct.merged()
        begins = self._begins(values, counts, is_text)
        ends = self._ends(begins, values.dtype.kind == "f", is_text)
        fitted = FittedTimeSplit(self, begins, ends, {})
        return FittedTimeSplit(self, begins, ends, fitted.described(values, counts, without, is_text))

    def _begins(self, values: npt.NDArray[Any], counts: npt.NDArray[np.int64], is_text: bool) -> list[Time | None]:
        if self.starts is not None:
            return [None if start is None else _as_time(start) for start in self.starts.values()]
        if len(values) < len(self.split_map):
            raise DataError(
                f"The column {self.timestamp_column!r} has {len(values)} different times, too few for "
                f"{len(self.split_map)} splits.",
                where="step split (TimeSplit)",
                advice="Name a finer timestamp column, or fewer splits.",
            )
        indices = _boundaries(list(self.split_map.values()), counts)
        return [None, *(values[index].item() for index in indices)]

    def _ends(self, begins: Sequence[Time | None], is_float: bool, is_text: bool) -> list[Time | None]:
        """Where each split ends, itself not included; None for the last."""
        gap = self.gap * 1_000_000 if is_text else self.gap
        ends: list[Time | None] = []
        for start in begins[1:]:
            assert start is not None, "only the first split may start with the data"
            # A whole number less a fraction would round where it is beyond 2**53.
            is_whole = not is_float and isinstance(start, int)
            ends.append(start - math.floor(gap) if is_whole else start - gap)
        return [*ends, None]

    def _times(self, rows: Rows) -> tuple[_Times, npt.NDArray[np.bool_]]:
        """The times of the rows, and for which of them there is one."""
        import numpy as np
        import pyarrow as pa

        values = single_values(rows.batch, self.timestamp_column, "step split (TimeSplit)")
        present = values.is_valid().to_numpy(zero_copy_only=False).astype(bool)
        if pa.types.is_null(values.type):
            return _Times(np.zeros(len(values), dtype=np.int64), False), present
        if pa.types.is_integer(values.type):
            return _Times(values.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64), False), present
        if pa.types.is_floating(values.type):
            numbers = values.cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False)
            return _Times(numbers, False), present & np.isfinite(numbers)
        return _Times(self._parsed(values), True), present

    def _parsed(self, values: pa.Array) -> npt.NDArray[np.int64]:
        """ISO 8601 texts as microseconds since 1970, 0 where there is none; each different text is parsed once."""
        import numpy as np
        import pyarrow as pa

        try:
            # Arrow parses times without a zone, twenty times as fast.
            parsed = values.cast(pa.string()).cast(pa.timestamp("us")).cast(pa.int64()).fill_null(0)
            whole: npt.NDArray[np.int64] = parsed.to_numpy(zero_copy_only=False)
            return whole
        except pa.ArrowInvalid:
            pass
        encoded = values.dictionary_encode()
        known = [self._parsed_text(text) for text in encoded.dictionary.to_pylist()]
        indices = encoded.indices.fill_null(len(known)).to_numpy(zero_copy_only=False)
        times: npt.NDArray[np.int64] = np.array([*known, 0], dtype=np.int64)[indices]
        return times

    def _parsed_text(self, text: str | bytes) -> int:
        decoded = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        try:
            return microseconds(decoded)
        except ValueError:
            raise DataError(
                f"{decoded[:100]!r} is no time: the column {self.timestamp_column!r} must hold ISO 8601 text.",
                where="step split (TimeSplit)",
                advice="Write times like 2024-05-31 or 2024-05-31T13:45:00+02:00, or as numbers.",
            ) from None


@dataclass(frozen=True)
class _Times:
    """Times of rows: int64 or float64 of shape (rows,), and whether they were text (then microseconds)."""

    values: npt.NDArray[Any]
    is_text: bool


@dataclass(frozen=True)
class FittedTimeSplit:
    """A TimeSplit whose boundaries are known.

    Attributes:
        step: the split.
        begins: where each split begins, itself included; None for the beginning of the data.
        ends: where each split ends, itself not included; None for the end of the data.
        learned: ``starts`` and ``ends`` by split, ``rows`` by split, and the rows that are left out.
    """

    step: TimeSplit
    begins: Sequence[Time | None]
    ends: Sequence[Time | None]
    learned: Mapping[str, Any]

    def partition(self, rows: Rows) -> npt.NDArray[np.int64]:
        """See ``steps.split.BaseSplit.partition``."""
        import numpy as np

        times, present = self.step._times(rows)
        return np.where(present, self.chosen(times.values), -1).astype(np.int64)

    def chosen(self, times: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """The split of each time, -1 before the first and in a gap; int64 of the shape of ``times``."""
        import numpy as np

        chosen = np.full(len(times), -1, dtype=np.int64)
        for index, (begin, end) in enumerate(zip(self.begins, self.ends, strict=True)):
            of_it = np.ones(len(times), dtype=bool) if begin is None else times >= _limit(begin, times)
            if end is not None:
                of_it &= times < _limit(end, times)
            chosen[of_it] = index
        return chosen

    def described(
        self, values: npt.NDArray[Any], counts: npt.NDArray[np.int64], without: int, is_text: bool
    ) -> dict[str, Any]:
        """What was learned, as plain values."""
        names = self.step.get_split_names()
        chosen = self.chosen(values)

        def shown(times: Sequence[Time | None]) -> dict[str, Any]:
            return {name: _shown(time, is_text) for name, time in zip(names, times, strict=True)}

        outside = int(counts[chosen < 0].sum())
        return {
            "starts": shown(self.begins),
            "ends": shown(self.ends),
            "rows": {name: int(counts[chosen == index].sum()) for index, name in enumerate(names)},
            "left_out": {"in a gap or before the first start": outside, "without a time": without},
        }


def microseconds(text: str) -> int:
    """ISO 8601 text as microseconds since 1970; without a zone it is taken for UTC.

    Raises:
        ValueError: it is no such text.
    """
    text = text.strip()
    # Python 3.10 knows no Z.
    parsed = datetime.datetime.fromisoformat(text[:-1] + "+00:00" if text[-1:] in ("Z", "z") else text)
    aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=datetime.timezone.utc)
    return (aware - _EPOCH) // _MICROSECOND


def _as_time(start: Any) -> Time:
    return microseconds(start) if isinstance(start, str) else start


def _shown(time: Time | None, is_text: bool) -> Any:
    if time is None or not is_text:
        return time
    try:
        return (_EPOCH + datetime.timedelta(microseconds=time)).isoformat()
    except OverflowError:
        return None  # before the year 1: no row is


def _limit(time: Time, times: npt.NDArray[Any]) -> Time:
    """A time that NumPy compares exactly with others: of their type, and within its range."""
    return float(time) if times.dtype.kind == "f" else min(max(math.ceil(time), _LEAST), _MOST)


def _boundaries(shares: Sequence[float], counts: npt.NDArray[np.int64]) -> list[int]:
    """The index of the first time of each split but the first; each split keeps at least one time.

    Args:
        shares: of the rows, summing to 1.
        counts: the rows of each different time, in order, int64 of shape (times,); at least as many as shares.
    """
    import numpy as np

    before = np.concatenate([[0], np.cumsum(counts)])
    total, end, found = int(before[-1]), 0.0, [0]
    for position, share in enumerate(shares[:-1], start=1):
        end += share
        target = end * total
        after = int(np.searchsorted(before, target))
        nearest = after if after == 0 or before[after] - target <= target - before[after - 1] else after - 1
        latest = len(counts) - (len(shares) - position)
        found.append(min(max(nearest, found[-1] + 1), latest))
    return found[1:]


def _check_starts(starts: Mapping[str, Any]) -> None:
    check_split_names(list(starts))
    previous: Time | None = None
    for position, (name, start) in enumerate(starts.items()):
        if start is None and not position:
            continue
        try:
            time = _as_time(start) if isinstance(start, str) or is_number(start) else None
        except ValueError:
            time = None
        if time is None or not math.isfinite(time):
            raise DeclarationError(
                f"starts[{name!r}] is {start!r}, which is no time.",
                advice="Give a number or ISO 8601 text, for example '2024-05-31'; None for the first split alone.",
            )
        if previous is not None and time <= previous:
            raise DeclarationError(
                f"The split {name!r} does not start after the one before it.", advice="Order starts by time."
            )
        previous = time
    kinds = {isinstance(start, str) for start in starts.values() if start is not None}
    if len(kinds) > 1:
        raise DeclarationError("starts mixes texts and numbers.", advice="Give either texts or numbers.")
