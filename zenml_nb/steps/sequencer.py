"""Sequencers: time series to sequences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zenml_nb.errors import DataError, DeclarationError, did_you_mean
from zenml_nb.steps.base import BaseStep, whole_number

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas

#: What is left out: windows that a session's end cuts off, and windows with a value that nothing fills.
INCOMPLETE = "incomplete"
WITH_GAPS = "with_gaps"
ROWS_WITHOUT_TIME = "rows_without_time"
ROWS_WITHOUT_CATEGORY = "rows_without_category"

DEFAULT_LENGTH = 4


@dataclass(frozen=True)
class Track:
    """The values of one column, one after the other, and which of them a window takes.

    Attributes:
        values: shape (steps,): int64, float32 or text.
        width: how many of them a window takes.
        offset: how far behind the start of the window they begin.
    """

    values: npt.NDArray[Any]
    width: int
    offset: int = 0


@dataclass(frozen=True)
class Sequences:
    """Windows over the steps of time series, not yet copied out of them.

    Attributes:
        tracks: column name to its values.
        starts: int64, shape (windows,): the step that each window begins with.
        left_out: reason to the number of windows, or rows, that are left out for it.
    """

    tracks: Mapping[str, Track]
    starts: npt.NDArray[np.int64]
    left_out: Mapping[str, int] = field(default_factory=dict)

    def batches(self, size: int) -> Iterator[dict[str, npt.NDArray[Any]]]:
        """The windows in their order, at most ``size`` at once: column name to an array of shape (windows, width)."""
        import numpy as np

        for first in range(0, len(self.starts), size):
            starts = self.starts[first : first + size, np.newaxis]
            yield {
                name: track.values[starts + track.offset + np.arange(track.width)]
                for name, track in self.tracks.items()
            }


class BaseSequencerStep(BaseStep):
    """Base of all sequencers, which turn the rows of a time series into sequences of rows.

    A subclass gives ``sequence_fn``, and ``output_columns`` where it makes other columns than the data has.

    Args:
        sequence_length: the number of steps in each sequence.
        category_column: rows with different values in it belong to different series.

    Raises:
        DeclarationError: an argument is no whole number above 0, or no name.
    """

    slot = "sequencer"

    def __init__(self, sequence_length: int = DEFAULT_LENGTH, category_column: str | None = None) -> None:
        self.sequence_length = whole_number("sequence_length", sequence_length, at_least=1)
        self.category_column = None if category_column is None else column_name("category_column", category_column)

    def sequence_fn(self, frame: pandas.DataFrame) -> Iterable[pandas.DataFrame]:
        """Cut one series into sequences.

        Args:
            frame: the rows of one split and of one category, in the order of the data: INTEGER columns as int64 (Int64
                where values are missing), FLOAT as float64, STRING as text or None.

        Returns:
            Frames of exactly ``sequence_length`` rows each, with the columns of ``output_columns`` and without missing
            values. Each becomes one example.
        """
        raise NotImplementedError(f"{type(self).__name__} must define sequence_fn(self, frame)")

    def output_columns(self, columns: Mapping[str, str]) -> dict[str, str]:
        """The columns of the sequences and their types, given those of the data: by default the same."""
        return dict(columns)

    def widths(self, columns: Mapping[str, str]) -> dict[str, int]:
        """How many values each column of a sequence has, given the columns of the data."""
        return dict.fromkeys(self.output_columns(columns), self.sequence_length)

    def sequences(self, frame: pandas.DataFrame, columns: Mapping[str, str]) -> Sequences:
        """The sequences of several series; by default series by series with ``sequence_fn``.

        Args:
            frame: rows of one split, all rows of a category among them; see ``sequence_fn``.
            columns: the columns of the data and their types.

        Raises:
            DataError: ``sequence_fn`` gives something else than it should.
        """
        import numpy as np

        series = [frame] if self.category_column is None else [part for _, part in frame.groupby(self.category_column)]
        windows = [window for part in series for window in self.sequence_fn(part.reset_index(drop=True))]
        wanted = self.output_columns(columns)
        for window in windows:
            self._check_window(window, wanted)
        tracks = {
            name: Track(as_array([window[name] for window in windows], kind), self.sequence_length)
            for name, kind in wanted.items()
        }
        return Sequences(tracks, np.arange(len(windows), dtype=np.int64) * self.sequence_length)

    def _check_window(self, window: Any, columns: Mapping[str, str]) -> None:
        import pandas as pd

        if not isinstance(window, pd.DataFrame) or len(window) != self.sequence_length:
            gave = f"{len(window)} rows" if isinstance(window, pd.DataFrame) else f"a {type(window).__name__}"
            raise DataError(
                f"{type(self).__name__}.sequence_fn gave {gave}, where a sequence is a frame of "
                f"{self.sequence_length} rows.",
                where="step sequencer",
                advice="Leave out what is shorter, or construct the step with another sequence_length.",
            )
        for name in columns:
            if name not in window:
                raise DataError(
                    f"A sequence of {type(self).__name__} has no column {name!r}.",
                    where="step sequencer",
                    advice=f"Name the columns in output_columns. {did_you_mean(name, map(str, window.columns))}",
                )
            if window[name].isna().any():
                raise DataError(
                    f"A sequence of {type(self).__name__} has no value in a row of the column {name!r}.",
                    where="step sequencer",
                    advice="Fill missing values in sequence_fn, or leave such sequences out.",
                )

    def check_columns(self, columns: Mapping[str, str], n_missing: Mapping[str, int], n_rows: int) -> None:
        """Tell before the run what does not fit the data.

        Args:
            columns: column name to INTEGER, FLOAT or STRING.
            n_missing: column name to its number of missing values.
            n_rows: the number of rows.

        Raises:
            DeclarationError: a column is missing, or a method does not fit its type.
        """
        if self.category_column is not None:
            check_column("category_column", self.category_column, columns)

    def read_before_run(self) -> list[str]:
        """The columns whose values ``check_rows`` looks at."""
        return []

    def check_rows(self, frame: pandas.DataFrame, columns: Mapping[str, str]) -> None:
        """Tell before the run what is wrong with the values of the columns in ``read_before_run``.

        Raises:
            DataError: they cannot be made sequences of.
        """


def as_array(parts: Iterable[Any], kind: str) -> npt.NDArray[Any]:
    """Columns one after the other as one array: int64, float32, or text as objects.

    Raises:
        DataError: the values are of another type.
    """
    import numpy as np

    dtype: Any = {"INTEGER": np.int64, "FLOAT": np.float32, "STRING": np.object_}[kind]
    try:
        arrays = [np.asarray(part.to_numpy(), dtype=dtype) for part in parts]
    except (TypeError, ValueError) as error:
        raise DataError(
            f"Values of a sequence are not of the type {kind}: {error}.",
            where="step sequencer",
            advice="Name the types of the columns in output_columns.",
        ) from error
    return np.concatenate(arrays) if arrays else np.empty(0, dtype=dtype)


def column_name(argument: str, value: Any) -> str:
    """Check that an argument can be the name of a column.

    Raises:
        DeclarationError: it is no text.
    """
    if not isinstance(value, str) or not value:
        raise DeclarationError(f"{argument} is {value!r}.", advice=f"Give the name of a column: {argument}='...'.")
    return value


def check_column(argument: str, name: str, columns: Mapping[str, str]) -> None:
    """Check that a column that an argument names is there.

    Raises:
        DeclarationError: it is not; the nearest names are given.
    """
    if name not in columns:
        raise DeclarationError(
            f"The sequencer names the column {name!r} ({argument}), which the data does not have.",
            where="step sequencer",
            advice=did_you_mean(name, columns),
        )
