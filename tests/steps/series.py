"""Time series as a sequencer gets them, and their sequences computed in the plain way: by pandas, series by series."""

from __future__ import annotations

import numpy as np
import pandas as pd

DTYPES = {"INTEGER": "Int64", "FLOAT": "float64", "STRING": object}


def frame_of(columns, **values):
    """A frame with the types that the engine gives."""
    return pd.DataFrame({name: pd.Series(values[name], dtype=DTYPES[kind]) for name, kind in columns.items()})


def made(step, frame, columns):
    """All sequences of a step: column name to a list of lists."""
    sequences = step.sequences(frame, columns)
    batches = list(sequences.batches(3))
    return {
        name: [row for batch in batches for row in batch[name].tolist()] for name in step.output_columns(columns)
    }, dict(sequences.left_out)


def sessions_by_pandas(frame, time, gap, category=None):
    """The sessions of rows whose column ``time`` is datetime64, as frames indexed by time."""
    series = [frame] if category is None else [part for _, part in frame.groupby(category, sort=True)]
    for part in series:
        ordered = part.sort_values(time, kind="stable").set_index(time)
        gaps = ordered.index.to_series().diff() > pd.Timedelta(seconds=gap)
        yield from (session for _, session in ordered.groupby(gaps.cumsum().to_numpy()))


def windows_by_pandas(sessions, length, shift, freq, aggregate):
    """The windows of resampled sessions: what ``aggregate`` makes of a resampler, cut by ``iloc``."""
    for session in sessions:
        steps = aggregate(session.resample(freq))
        for start in range(0, len(steps), shift):
            window = steps.iloc[start : start + length]
            if len(window) == length:
                yield window


def as_seconds(index):
    return (index.to_numpy().astype("datetime64[s]").astype(np.int64)).tolist()
