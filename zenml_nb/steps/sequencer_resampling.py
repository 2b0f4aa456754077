"""From the rows of time series to evenly spaced steps: sessions, steps, resampling, filling, windows.

A series is a category's rows; a session is a part of it without long gaps. All work is done for all sessions at once,
over arrays in the order of category and time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zenml_nb.errors import DataError
from zenml_nb.steps.sequencer_methods import Call

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas

    Integers = npt.NDArray[np.int64]

_DAY = 86_400 * 1_000_000_000
#: More steps than this are a mistake in the timestamps, the frequency or the threshold, and would fill the memory.
MOST_STEPS = 50_000_000


@dataclass(frozen=True)
class Steps:
    """The steps of sessions, one session after the other, without gaps within a session.

    Attributes:
        of_row: shape (rows,): the step of each row.
        session: shape (steps,): the session of each step.
        times: shape (steps,): when each step begins, in nanoseconds since 1970 (for months and the like: the label
            that pandas gives it).
    """

    of_row: Integers
    session: Integers
    times: Integers

    def lengths(self) -> Integers:
        """The number of steps of each session, shape (sessions,)."""
        import numpy as np

        return np.bincount(self.session).astype(np.int64)


def sessions_of(times: Integers, series: Integers, gap_seconds: float) -> Integers:
    """Number the sessions of rows in the order of series and time.

    Args:
        times: nanoseconds, shape (rows,).
        series: the number of each row's series, shape (rows,).
        gap_seconds: a gap longer than this ends a session.

    Returns:
        shape (rows,): 0, ..., 0, 1, ...
    """
    import numpy as np

    # Nanoseconds as floats would be off by some hundreds at today's dates: the differences are whole numbers.
    cut = (np.diff(times) > gap_seconds * 1_000_000_000) | (np.diff(series) != 0)
    numbers: Integers = np.concatenate([np.zeros(min(1, len(times)), dtype=np.int64), np.cumsum(cut)]).astype(np.int64)
    return numbers


def steps_of(times: Integers, session: Integers, offset: Any) -> Steps:
    """Divide each session into steps of a frequency, as ``pandas.DataFrame.resample`` does session by session.

    Steps of a fixed length begin at midnight (UTC) of the session's first day.

    Raises:
        DataError: there would be more than MOST_STEPS.
    """
    try:
        length = int(offset.nanos)
    except ValueError:
        return _steps_of_calendar(times, session, offset)
    return _steps_of_length(times, session, length)


def _steps_of_length(times: Integers, session: Integers, length: int) -> Steps:
    import numpy as np

    first = np.flatnonzero(np.diff(session, prepend=-1))
    last = np.append(first, len(times))[1:] - 1
    origin = times[first] - times[first] % _DAY
    number = (times - origin[session]) // length
    counts = number[last] - number[first] + 1
    # As floats: the sum of very many does not fit.
    if counts.astype(np.float64).sum() > MOST_STEPS:
        raise _too_many(counts.astype(np.float64).sum())
    begin = np.cumsum(counts) - counts
    of_step = np.repeat(np.arange(len(first)), counts)
    within = np.arange(len(of_step)) - begin[of_step]
    return Steps(
        of_row=number - (number[first] - begin)[session],
        session=of_step,
        times=origin[of_step] + (number[first][of_step] + within) * length,
    )


def _steps_of_calendar(times: Integers, session: Integers, offset: Any) -> Steps:
    import numpy as np
    import pandas as pd

    first = np.flatnonzero(np.diff(session, prepend=-1))
    sizes, labels, lengths = [np.empty(0, np.int64)], [np.empty(0, np.int64)], []
    for begin, end in zip(first, np.append(first, len(times))[1:], strict=True):
        index = pd.DatetimeIndex(times[begin:end].astype("datetime64[ns]"))
        # In the order of time, and with the empty steps: so the sizes tell the step of each row.
        size = pd.Series(0, index=index).resample(offset).size()
        sizes.append(size.to_numpy())
        labels.append(size.index.to_numpy().astype("datetime64[ns]").astype(np.int64))
        lengths.append(len(size))
        if sum(lengths) > MOST_STEPS:
            raise _too_many(sum(lengths))
    rows_of_step = np.concatenate(sizes)
    return Steps(
        of_row=np.repeat(np.arange(len(rows_of_step)), rows_of_step),
        session=np.repeat(np.arange(len(lengths)), np.array(lengths, dtype=np.int64)),
        times=np.concatenate(labels),
    )


def _too_many(count: float) -> DataError:
    return DataError(
        f"The sessions have {count:.3g} steps, more than {MOST_STEPS:,} at once.",
        where="step sequencer",
        advice="Check the timestamps for one that lies far off, choose a longer resampling_freq, or a lower "
        "gap_threshold.",
    )


def resample(values: pandas.Series[Any], steps: Steps, call: Call) -> pandas.Series[Any]:
    """One value a step from the values of its rows; missing where no row of the step has one.

    Args:
        values: one a row, in the order of the rows.
        steps: of these rows.
        call: a method of RESAMPLING_METHODS with its parameters.
    """
    import pandas as pd

    method, parameters = call
    flat = values.reset_index(drop=True)
    grouped = _RESAMPLING[method](flat, pd.Series(steps.of_row, name="step"), parameters)
    resampled: pandas.Series[Any] = grouped.reindex(range(len(steps.times)))
    return resampled


def _mode(values: Any, step: Any, _: dict[str, Any]) -> Any:
    """The most frequent value; of several the smallest, as ``pandas.Series.mode`` sorts them."""
    import pandas as pd

    present = pd.DataFrame({"step": step, "value": values}).dropna()
    counted = present.groupby(["step", "value"], sort=True).size().rename("count").reset_index()
    best = counted.sort_values(["step", "count", "value"], ascending=[True, False, True]).drop_duplicates("step")
    return best.set_index("step")["value"].astype(values.dtype)


def _threshold(values: Any, step: Any, parameters: dict[str, Any]) -> Any:
    import numpy as np
    import pandas as pd

    present = values.dropna()
    meets = getattr(np, parameters["cond"])(present.to_numpy().astype(np.float64), parameters["value"])
    share = pd.Series(meets.astype(np.float64), index=present.index).groupby(step[present.index]).mean()
    return (share >= parameters["threshold"]).astype("int64").astype("Int64")


_RESAMPLING: dict[str, Callable[[Any, Any, dict[str, Any]], Any]] = {
    "mean": lambda values, step, _: values.astype("float64").groupby(step).mean(),
    "median": lambda values, step, _: values.astype("float64").groupby(step).median(),
    "mode": _mode,
    "threshold": _threshold,
    "min": lambda values, step, _: values.groupby(step).min(),
    "max": lambda values, step, _: values.groupby(step).max(),
    # The sum of nothing is unknown here, and not 0: an empty step is filled as the user says.
    "sum": lambda values, step, _: values.groupby(step).sum(min_count=1),
    "first": lambda values, step, _: values.groupby(step).first(),
    "last": lambda values, step, _: values.groupby(step).last(),
}


def fill(values: pandas.Series[Any], steps: Steps, calls: list[Call]) -> pandas.Series[Any]:
    """Fill missing values, within each session alone; each method fills what those before it left.

    The minimum, maximum and mean of a session are those of its values before any was filled.

    Args:
        values: one a step.
        steps: the steps.
        calls: methods of FILLING_METHODS with their parameters.
    """
    filled = values
    for method, parameters in calls:
        if not filled.isna().any():
            break
        source = values if method in _OF_SESSION else filled
        filled = _without_gaps(filled, _FILLING[method](source, steps.session, parameters))
    return filled


def _without_gaps(values: pandas.Series[Any], found: Any) -> pandas.Series[Any]:
    """Values with what was found in the places of those that are missing; the type of texts stays that of objects."""
    filled: pandas.Series[Any]
    if values.dtype != object:
        filled = values.fillna(found)
        return filled
    missing = values.isna()
    filled = values.copy()
    filled[missing] = found[missing] if hasattr(found, "iloc") else found
    return filled


_OF_SESSION = ("min", "max", "mean")


_FILLING: dict[str, Callable[[Any, Any, dict[str, Any]], Any]] = {
    "forward": lambda values, session, _: values.groupby(session).ffill(),
    "backwards": lambda values, session, _: values.groupby(session).bfill(),
    "min": lambda values, session, _: values.groupby(session).transform("min"),
    "max": lambda values, session, _: values.groupby(session).transform("max"),
    "mean": lambda values, session, _: values.groupby(session).transform("mean"),
    "custom": lambda values, _, parameters: parameters["custom_value"],
}


def window_starts(lengths: Integers, needed: int, shift: int) -> tuple[Integers, int]:
    """Where windows begin in sessions that lie one after the other.

    Args:
        lengths: steps of each session.
        needed: steps of a window.
        shift: steps from one window's begin to the next.

    Returns:
        The first step of each complete window, and the number of windows that begin in a session and do not end in it.
    """
    import numpy as np

    begun = -(-lengths // shift)
    complete = np.maximum(0, (lengths - needed) // shift + 1)
    begin = np.cumsum(lengths) - lengths
    of_window = np.repeat(np.arange(len(lengths)), complete)
    within = np.arange(len(of_window)) - (np.cumsum(complete) - complete)[of_window]
    return (begin[of_window] + within * shift).astype(np.int64), int((begun - complete).sum())
