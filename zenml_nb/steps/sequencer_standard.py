"""The standard sequencer: sessions, resampled to even steps, cut into windows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zenml_nb.errors import DataError, DeclarationError
from zenml_nb.steps.base import is_number, mapped, whole_number
from zenml_nb.steps.sequencer import (
    DEFAULT_LENGTH,
    INCOMPLETE,
    ROWS_WITHOUT_TIME,
    WITH_GAPS,
    BaseSequencerStep,
    Sequences,
    Track,
    check_column,
    column_name,
)
from zenml_nb.steps.sequencer_methods import Method, read_overwrite
from zenml_nb.steps.sequencer_resampling import Steps, fill, resample, sessions_of, steps_of, window_starts
from zenml_nb.steps.sequencer_time import from_nanoseconds, read_frequency, to_nanoseconds

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas

AHEAD_SUFFIX = "_ahead"


class StandardSequencer(BaseSequencerStep):
    """Makes evenly spaced sequences of the rows of each split.

    The rows of each category are sorted by time and cut into sessions where the gap is longer than ``gap_threshold``.
    Each session is resampled to steps of ``resampling_freq``, which begin at midnight (UTC) of its first day, as with
    pandas' ``resample``; steps without a value are filled. A window of ``sequence_length`` steps begins every
    ``sequence_shift`` steps and becomes one example, in which every column has ``sequence_length`` values. Windows
    that a session's end cuts off, and those with a value that nothing fills, are left out and counted.

    Defaults: numbers are resampled by their mean (so that INTEGER becomes FLOAT) and text by its mode; both are filled
    from the step before, and at a session's begin from the first value within the window. Windows without such a value
    are left out: no window knows what comes after its end. A column that the preprocesser names as a label is taken at
    the end of the window.

    Args:
        timestamp_column: INTEGER or FLOAT seconds since 1970 (FLOAT holds 24 bits: today's seconds to a minute or
            two), or STRING in ISO 8601. In the sequences it has the begin of each step, in the same form.
        category_column: rows with different values in it belong to different series.
        overwrite: column name to ``{'resampling': method, 'filling': [method, ...]}``, where a method is a name or
            ``{'method': name, 'parameters': {...}}``. Resampling: mean, median, mode, threshold (``cond``, ``value``
            and the share ``threshold``), min, max, sum, first, last. Filling, chained: forward, backwards, min, max,
            mean, custom (``custom_value``); None fills nothing and leaves windows with gaps out. All but forward and
            custom look ahead: they fill a window with what lies behind its end, maybe with the value to forecast.
        resampling_freq: a frequency of pandas.
        gap_threshold: in seconds.
        sequence_length: the number of steps of a window.
        sequence_shift: the number of steps from one window to the next.
        ahead: column name to a number of steps; the value so many steps behind the end of the window becomes a column
            of its own, of one value: ``{'price': 1}`` adds ``price_ahead``, a label to forecast. It is filled only
            as ``overwrite`` says: without a filling there, windows whose label is missing are left out.

    Raises:
        DeclarationError: an argument is out of range, or a method unknown.
    """

    def __init__(
        self,
        timestamp_column: str,
        category_column: str | None = None,
        overwrite: Mapping[str, Mapping[str, Any]] | None = None,
        resampling_freq: str = "1D",
        gap_threshold: float = 60_000,
        sequence_length: int = DEFAULT_LENGTH,
        sequence_shift: int = 1,
        ahead: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__(sequence_length, category_column)
        self.timestamp_column = column_name("timestamp_column", timestamp_column)
        self.methods = read_overwrite(overwrite)
        self.resampling_freq = resampling_freq
        self._offset = read_frequency(resampling_freq)
        if not is_number(gap_threshold) or not gap_threshold > 0:
            raise DeclarationError(
                f"gap_threshold is {gap_threshold!r}.", advice="Give the seconds after which a session ends, above 0."
            )
        self.gap_threshold = float(gap_threshold)
        self.sequence_shift = whole_number("sequence_shift", sequence_shift, at_least=1)
        self.ahead = {
            name: whole_number(f"ahead[{name!r}]", steps, at_least=1)
            for name, steps in mapped("ahead", ahead or {}).items()
        }
        self._check_roles()

    def _check_roles(self) -> None:
        if self.timestamp_column == self.category_column:
            raise DeclarationError(
                f"{self.timestamp_column!r} is both the timestamp and the category.", advice="Name another column."
            )
        for argument, names in (("overwrite", self.methods), ("ahead", self.ahead)):
            for name in names:
                if name in (self.timestamp_column, self.category_column):
                    raise DeclarationError(
                        f"{argument} names {name!r}, which is the timestamp or the category of the sequences.",
                        advice="These two are not resampled: leave it out.",
                    )

    # The columns.

    def output_columns(self, columns: Mapping[str, str]) -> dict[str, str]:
        result = {
            name: kind if name in (self.timestamp_column, self.category_column) else self._method(name).result(kind)
            for name, kind in columns.items()
        }
        return {**result, **{name + AHEAD_SUFFIX: result[name] for name in self.ahead if name in result}}

    def widths(self, columns: Mapping[str, str]) -> dict[str, int]:
        return {**super().widths(columns), **{name + AHEAD_SUFFIX: 1 for name in self.ahead if name in columns}}

    def _method(self, name: str) -> Method:
        return self.methods.get(name, Method())

    def fills_by_default(self, name: str) -> bool:
        """Whether missing values of a column are filled though ``overwrite`` names no filling for it."""
        return name not in (self.timestamp_column, self.category_column) and self._method(name).filling is None

    @property
    def _needed(self) -> int:
        """The steps that a session must have for one window."""
        return self.sequence_length + max(self.ahead.values(), default=0)

    # The checks.

    def check_columns(self, columns: Mapping[str, str], n_missing: Mapping[str, int], n_rows: int) -> None:
        super().check_columns(columns, n_missing, n_rows)
        check_column("timestamp_column", self.timestamp_column, columns)
        for argument, names in (("overwrite", self.methods), ("ahead", self.ahead)):
            for name in names:
                check_column(argument, name, columns)
        for name in self.ahead:
            if name + AHEAD_SUFFIX in columns:
                raise DeclarationError(
                    f"ahead makes the column {name + AHEAD_SUFFIX!r}, which the data has already.",
                    where="step sequencer",
                    advice="Rename it in the data.",
                )
        for name, kind in columns.items():
            if name not in (self.timestamp_column, self.category_column):
                self._method(name).check(name, kind, n_missing.get(name, 0), n_rows)

    def read_before_run(self) -> list[str]:
        return (
            [self.timestamp_column] if self.category_column is None else [self.timestamp_column, self.category_column]
        )

    def check_rows(self, frame: pandas.DataFrame, columns: Mapping[str, str]) -> None:
        _, times, steps, _ = self._divided(frame, columns)
        lengths = steps.lengths()
        # A split has a part of these rows, and so shorter sessions: what does not fit here, fits nowhere.
        if not len(lengths) or lengths.max() < self._needed:
            raise self.too_short(len(times), lengths)

    def check_split(self, name: str, frame: pandas.DataFrame, columns: Mapping[str, str]) -> None:
        """Tell before the run if a split is too short.

        Args:
            name: of the split.
            frame: its rows in the columns of ``read_before_run``.
            columns: the columns of the data and their types.

        Raises:
            DataError: none of its sessions is as long as a window, with what lies ahead of it.
        """
        _, times, steps, _ = self._divided(frame, columns)
        lengths = steps.lengths()
        if not len(lengths) or lengths.max() < self._needed:
            raise self.too_short(len(times), lengths, name)

    def too_short(self, n_rows: int, lengths: npt.NDArray[np.int64], split: str | None = None) -> DataError:
        """The error for rows, of a split or of the whole data, that hold no window."""
        found = f"the longest of {len(lengths)} sessions has {lengths.max()}" if len(lengths) else "there are none"
        of_split = "" if split is None else f" of the split {split!r}"
        raise_share = "" if split is None else "Give the split a larger share of the rows, or leave it out. "
        return DataError(
            f"No session of the {n_rows} rows{of_split} with a timestamp has the {self._needed} steps of "
            f"{self.resampling_freq} that a sequence needs: {found}.",
            where="step sequencer",
            advice=f"{raise_share}A gap of more than gap_threshold={self.gap_threshold:g} seconds ends a session: "
            "raise it above the usual distance of two rows, or choose a shorter resampling_freq or sequence_length.",
        )

    # The sequences.

    def _divided(
        self, frame: pandas.DataFrame, columns: Mapping[str, str]
    ) -> tuple[pandas.DataFrame, npt.NDArray[np.int64], Steps, int]:
        """The rows that have a time, in the order of series and time, with their times and steps.

        The last value is the number of rows without a time.
        """
        import numpy as np
        import pandas as pd

        timed = frame[frame[self.timestamp_column].notna()]
        times = to_nanoseconds(timed[self.timestamp_column], columns[self.timestamp_column], self.timestamp_column)
        series = np.zeros(len(timed), dtype=np.int64)
        if self.category_column is not None:
            series = pd.factorize(timed[self.category_column], sort=True)[0].astype(np.int64)
        # Stable: rows of the same time stay in the order of the data, which `first` and `last` rely on.
        order = np.lexsort((times, series))
        order = order[series[order] >= 0]
        times = times[order]
        steps = steps_of(times, sessions_of(times, series[order], self.gap_threshold), self._offset)
        return timed.iloc[order], times, steps, len(frame) - len(timed)

    def sequences(self, frame: pandas.DataFrame, columns: Mapping[str, str]) -> Sequences:
        import numpy as np

        rows, _, steps, n_untimed = self._divided(frame, columns)
        starts, incomplete = window_starts(steps.lengths(), self._needed, self.sequence_shift)
        tracks: dict[str, Track] = {}
        has_gap = np.zeros(len(starts), dtype=bool)
        for name, kind in columns.items():
            if name == self.timestamp_column:
                like = str(rows[name].iloc[0]) if len(rows) else ""
                tracks[name] = Track(from_nanoseconds(steps.times, kind, like), self.sequence_length)
            elif name == self.category_column:
                _, first = np.unique(steps.session[steps.of_row], return_index=True)
                values = rows[name].iloc[first].iloc[steps.session]
                tracks[name] = Track(_array(values, kind), self.sequence_length)
            else:
                made, is_gap = self._tracks(rows[name], steps, kind, starts)
                tracks.update(made)
                has_gap |= is_gap
        left_out = {INCOMPLETE: incomplete, WITH_GAPS: int(has_gap.sum()), ROWS_WITHOUT_TIME: n_untimed}
        ordered = {name: tracks[name] for name in self.output_columns(columns)}
        return Sequences(ordered, starts[~has_gap], left_out)

    def _tracks(
        self, column: pandas.Series[Any], steps: Steps, kind: str, starts: npt.NDArray[np.int64]
    ) -> tuple[dict[str, Track], npt.NDArray[np.bool_]]:
        """A column's track, and that of its value ahead; and which windows have a value that nothing fills."""
        import numpy as np

        name = str(column.name)
        method, result = self._method(name), self._method(name).result(kind)
        resampled = resample(column, steps, method.resampling(kind))
        filled = resampled if method.filling is None else fill(resampled, steps, method.filling)
        if method.filling is None:
            # What is missing at a window's end even so has its first value behind it: nothing in the window fills it.
            known = fill(resampled, steps, [("forward", {})])
            has_gap = known.isna().to_numpy()[starts + self.sequence_length - 1]
            values = fill(known, steps, [("backwards", {})])
        else:
            before = np.concatenate([[0], np.cumsum(filled.isna().to_numpy())])
            has_gap = before[starts + self.sequence_length] > before[starts]
            values = filled
        tracks = {name: Track(_array(values, result), self.sequence_length)}
        if name in self.ahead:
            # A label is filled by nothing that the user does not name: it would be learned, and evaluated on, as if it
            # had been measured.
            offset = self.sequence_length - 1 + self.ahead[name]
            tracks[name + AHEAD_SUFFIX] = Track(_array(filled, result), 1, offset=offset)
            has_gap |= filled.isna().to_numpy()[starts + offset]
        return tracks, has_gap


def _array(values: pandas.Series[Any], kind: str) -> npt.NDArray[Any]:
    """Values by step as an array of the type of a column."""
    import numpy as np

    missing = values.isna()
    dtype: Any = {"INTEGER": np.int64, "FLOAT": np.float32, "STRING": np.object_}[kind]
    if missing.any():
        # These steps are in no window: what stands in for them only has to be of the type.
        values = values.where(~missing, "" if kind == "STRING" else 0)
    return values.to_numpy(dtype=dtype)
