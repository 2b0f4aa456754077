"""What is true of every session, step and window."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from pandas.tseries.frequencies import to_offset

from tests.steps.series import frame_of, made
from zenml_nb.steps import StandardSequencer
from zenml_nb.steps.sequencer_resampling import sessions_of, steps_of, window_starts

SECOND = 1_000_000_000
DAY = 86_400
days = st.integers(0, 20)
times = st.lists(st.integers(-(10**7), 10**7), max_size=40)


@given(times, st.integers(1, 10**6), st.integers(1, 3))
def test_a_session_ends_where_the_gap_is_too_long_and_nowhere_else(values, gap, n_series):
    series = np.sort(np.arange(len(values)) % n_series)
    at = np.array(values, dtype=np.int64)
    at = np.concatenate([np.empty(0, np.int64), *(np.sort(at[series == s]) for s in range(n_series))])
    session = sessions_of(at * SECOND, series, gap)
    assert len(session) == len(at)
    for i in range(1, len(at)):
        is_cut = series[i] != series[i - 1] or at[i] - at[i - 1] > gap
        assert session[i] - session[i - 1] == is_cut


@given(st.lists(st.integers(0, 50), max_size=8), st.integers(1, 9), st.integers(1, 9))
def test_windows_are_all_that_fit_into_a_session(lengths, needed, shift):
    starts, incomplete = window_starts(np.array(lengths, dtype=np.int64), needed, shift)
    wanted, cut, begin = [], 0, 0
    for length in lengths:
        for start in range(0, length, shift):
            if start + needed <= length:
                wanted.append(begin + start)
            else:
                cut += 1
        begin += length
    assert starts.tolist() == wanted
    assert incomplete == cut


@given(
    st.lists(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=9), min_size=1, max_size=4),
    st.sampled_from(["1D", "5h", "7D", "40min", "13min", "W", "MS"]),
)
def test_steps_are_those_of_pandas(sessions, freq):
    at = [np.sort(np.array(session, dtype=np.int64) * SECOND) for session in sessions]
    session = np.repeat(np.arange(len(at)), [len(part) for part in at])
    steps = steps_of(np.concatenate(at), session, to_offset(freq))
    begin = 0
    for number, part in enumerate(at):
        rows = pd.Series(1, index=pd.DatetimeIndex(part.astype("datetime64[ns]")))
        wanted = rows.resample(freq).sum()
        own = steps.session == number
        assert steps.times[own].tolist() == wanted.index.to_numpy().astype("datetime64[ns]").astype(np.int64).tolist()
        counts = np.bincount(steps.of_row[session == number] - begin, minlength=len(wanted))
        assert counts.tolist() == wanted.tolist()
        begin += len(wanted)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 20),
            st.sampled_from(["a", "b"]),
            st.none() | st.floats(-9, 9),
            st.none() | st.text(max_size=2),
        ),
        max_size=30,
    ),
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(1, 5),
)
def test_nothing_is_missing_and_nothing_crosses_a_session(rows, length, shift, gap_days):
    columns = {"time": "INTEGER", "kind": "STRING", "x": "FLOAT", "text": "STRING"}
    day, kind, x, text = ([row[i] for row in rows] for i in range(4))
    frame = frame_of(columns, time=[d * DAY for d in day], kind=kind, x=x, text=text)
    step = StandardSequencer("time", "kind", None, "1D", gap_days * DAY, sequence_length=length, sequence_shift=shift)
    found, _ = made(step, frame, columns)
    seen = {name: {d for d, k in zip(day, kind, strict=True) if k == name} for name in "ab"}
    for index, at in enumerate(found["time"]):
        [category] = set(found["kind"][index])
        assert len(at) == length
        assert np.diff(at).tolist() == [DAY] * (length - 1)
        # No run of steps without a row is as long as a gap that ends a session.
        margin = gap_days * DAY
        present = sorted(d for d in seen[category] if at[0] - margin <= d * DAY <= at[-1] + margin)
        assert max(np.diff(present), default=0) <= gap_days
        assert np.isfinite(found["x"][index]).all()
        assert all(isinstance(value, str) for value in found["text"][index])


@given(times, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(values, random):
    columns = {"time": "INTEGER", "x": "FLOAT"}
    shuffled = random.sample(values, len(values))
    step = StandardSequencer("time", None, {"x": {"resampling": "max"}}, "1h", 30_000, 3)
    one, other = (
        made(step, frame_of(columns, time=v, x=[float(i % 97) for i in v]), columns) for v in (values, shuffled)
    )
    assert one == other


@given(
    st.lists(st.tuples(st.none() | st.floats(-9, 9), st.none() | st.text(max_size=2)), min_size=1, max_size=16),
    st.integers(1, 4),
    st.integers(1, 3),
)
def test_no_window_knows_what_comes_after_its_end(rows, length, ahead):
    """The same windows come of the rows up to their end alone, and every label was measured."""
    columns = {"time": "INTEGER", "x": "FLOAT", "text": "STRING"}
    x, text = [row[0] for row in rows], [row[1] for row in rows]
    frame = frame_of(columns, time=np.arange(len(rows)) * DAY, x=x, text=text)
    step = StandardSequencer("time", None, None, "1D", DAY, length, ahead={"x": ahead})
    found, left_out = made(step, frame, columns)
    plain = StandardSequencer("time", None, None, "1D", DAY, length)
    for index, at in enumerate(found["time"]):
        known = made(plain, frame[frame["time"] <= at[-1]], columns)[0]
        assert [known[name][-1] for name in columns] == [found[name][index] for name in columns]
        assert found["x_ahead"][index] == [np.float32(x[at[-1] // DAY + ahead])]
    assert len(found["time"]) + left_out["with_gaps"] == max(0, len(rows) - length - ahead + 1)
