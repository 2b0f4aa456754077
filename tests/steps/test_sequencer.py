"""The standard sequencer, against the same computed with pandas session by session."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
import yaml

from tests.steps.series import as_seconds, frame_of, made, sessions_by_pandas, windows_by_pandas
from zenml_nb.config.recorded import Recorded
from zenml_nb.config.source_code import import_class
from zenml_nb.errors import DataError, DeclarationError
from zenml_nb.steps import BaseSequencerStep, StandardSequencer
from zenml_nb.steps.sequencer_methods import CONDITIONS
from zenml_nb.steps.sequencer_time import from_nanoseconds, to_nanoseconds

DAY = 86_400
COLUMNS = {"time": "INTEGER", "city": "STRING", "count": "INTEGER", "degrees": "FLOAT", "sky": "STRING"}


@pytest.fixture(scope="module")
def weather():
    """Rows of two cities in any order, with gaps in time and in the values."""
    random = np.random.default_rng(4)
    n = 400
    time = random.integers(0, 60 * DAY, n) // 600 * 600 + 19_000 * DAY
    return frame_of(
        COLUMNS,
        time=time,
        city=[("Berlin", "Oslo")[i] for i in random.integers(0, 2, n)],
        count=np.where(random.random(n) < 0.3, None, random.integers(0, 9, n).astype(object)).tolist(),
        degrees=np.where(random.random(n) < 0.3, np.nan, random.normal(10, 5, n)),
        sky=np.where(random.random(n) < 0.3, None, random.choice(["sun", "rain", "fog"], n).astype(object)).tolist(),
    )


AGGREGATES = {
    "mean": lambda r, name: r[name].mean(),
    "median": lambda r, name: r[name].median(),
    "min": lambda r, name: r[name].min(),
    "max": lambda r, name: r[name].max(),
    "sum": lambda r, name: r[name].sum(min_count=1),
    "first": lambda r, name: r[name].first(),
    "last": lambda r, name: r[name].last(),
    "mode": lambda r, name: r[name].apply(lambda values: values.mode().iloc[0] if values.notna().any() else None),
}


@pytest.mark.parametrize("freq", ["1D", "7h", "90min", "3D", "W", "MS"])
@pytest.mark.parametrize("method", list(AGGREGATES))
def test_the_sequences_are_those_of_pandas(weather, method, freq):
    ways = {"resampling": method}
    step = StandardSequencer(
        "time", "city", {"degrees": ways}, freq, gap_threshold=2 * DAY, sequence_length=2, sequence_shift=1
    )
    found, _ = made(step, weather, COLUMNS)

    dated = weather.assign(at=pd.to_datetime(weather["time"].astype("int64"), unit="s"))
    sessions = sessions_by_pandas(dated, "at", 2 * DAY, "city")

    def aggregate(resampler):
        degrees = AGGREGATES[method](resampler, "degrees").astype("float64").ffill()
        known = degrees.notna() & resampler["count"].mean().ffill().notna() & resampler["sky"].first().ffill().notna()
        return pd.DataFrame({"degrees": degrees.bfill(), "known": known, "city": resampler["city"].first().ffill()})

    wanted = [w for w in windows_by_pandas(sessions, 2, 1, freq, aggregate) if w["known"].iloc[-1]]
    assert len(wanted) > 1
    assert found["time"] == [as_seconds(window.index) for window in wanted]
    assert found["city"] == [window["city"].tolist() for window in wanted]
    np.testing.assert_allclose(found["degrees"], [w["degrees"].astype("float32") for w in wanted], rtol=1e-6)


def test_text_and_whole_numbers_are_those_of_pandas(weather):
    overwrite = {"count": {"resampling": "mode", "filling": ["backwards", "forward"]}, "sky": {"filling": "forward"}}
    step = StandardSequencer("time", "city", overwrite, "12h", 3 * DAY, sequence_length=5, sequence_shift=3)
    found, left_out = made(step, weather, COLUMNS)
    dated = weather.assign(at=pd.to_datetime(weather["time"].astype("int64"), unit="s"))
    sessions = list(sessions_by_pandas(dated, "at", 3 * DAY, "city"))

    def aggregate(resampler):
        return pd.DataFrame(
            {
                "count": AGGREGATES["mode"](resampler, "count").bfill().ffill(),
                "sky": AGGREGATES["mode"](resampler, "sky").ffill(),
                "known": resampler["degrees"].mean().ffill().notna(),
            }
        )

    every = list(windows_by_pandas(sessions, 5, 3, "12h", aggregate))
    wanted = [window for window in every if window.notna().all(axis=None) and window["known"].iloc[-1]]
    assert found["count"] == [[int(value) for value in window["count"]] for window in wanted]
    assert found["sky"] == [window["sky"].tolist() for window in wanted]
    assert left_out["with_gaps"] == len(every) - len(wanted)
    assert left_out["incomplete"] == sum(-(-len(aggregate(s.resample("12h"))) // 3) for s in sessions) - len(every)


@pytest.mark.parametrize("cond", CONDITIONS)
def test_a_threshold_is_one_where_enough_values_meet_the_condition(cond):
    columns = {"time": "INTEGER", "value": "INTEGER"}
    frame = frame_of(columns, time=[0, 1, 2, DAY, DAY + 1, 2 * DAY], value=[1, 5, 9, 5, None, 7])
    ways = {"method": "threshold", "parameters": {"cond": cond, "value": 5, "threshold": 0.6}}
    step = StandardSequencer(
        "time", overwrite={"value": {"resampling": ways}}, gap_threshold=DAY * 2, sequence_length=3
    )
    wanted = {
        "greater": [0, 0, 1],
        "greater_equal": [1, 1, 1],
        "less": [0, 0, 0],
        "less_equal": [1, 1, 0],
        "equal": [0, 1, 0],
        "not_equal": [1, 0, 1],
    }
    assert made(step, frame, columns)[0]["value"] == [wanted[cond]]
    assert step.output_columns(columns)["value"] == "INTEGER"


@pytest.mark.parametrize(
    ("filling", "wanted"),
    [
        ("forward", [[2.0, 2.0, 2.0, 5.0], [2.0, 2.0, 5.0, 5.0]]),
        ("backwards", [[2.0, 5.0, 5.0, 5.0]]),
        ("min", [[2.0, 2.0, 2.0, 5.0], [2.0, 2.0, 5.0, 2.0]]),
        ("max", [[2.0, 5.0, 5.0, 5.0], [5.0, 5.0, 5.0, 5.0]]),
        ("mean", [[2.0, 3.5, 3.5, 5.0], [3.5, 3.5, 5.0, 3.5]]),
        ({"method": "custom", "parameters": {"custom_value": -1}}, [[2.0, -1.0, -1.0, 5.0], [-1.0, -1.0, 5.0, -1.0]]),
        (["backwards", "mean"], [[2.0, 5.0, 5.0, 5.0], [5.0, 5.0, 5.0, 3.5]]),
        (None, []),
        ([], []),
    ],
)
def test_an_empty_step_is_filled(filling, wanted):
    columns = {"time": "INTEGER", "value": "FLOAT"}
    time = [0, 3 * DAY, 4 * DAY, 90 * DAY]
    frame = frame_of(columns, time=time, value=[2.0, 5.0, None, 100.0])
    step = StandardSequencer("time", overwrite={"value": {"filling": filling}}, gap_threshold=3 * DAY)
    found, left_out = made(step, frame, columns)
    assert found["value"] == wanted
    assert left_out == {"incomplete": 4, "with_gaps": 2 - len(wanted), "rows_without_time": 0}


def test_the_value_ahead_is_a_column_of_its_own():
    columns = {"time": "INTEGER", "value": "INTEGER", "other": "FLOAT"}
    frame = frame_of(columns, time=np.arange(8) * DAY, value=range(8), other=range(8))
    step = StandardSequencer(
        "time",
        overwrite={"value": {"resampling": "last"}},
        gap_threshold=DAY,
        sequence_length=3,
        sequence_shift=2,
        ahead={"value": 1, "other": 3},
    )
    found, left_out = made(step, frame, columns)
    assert found["value"] == [[0, 1, 2], [2, 3, 4]]
    assert found["value_ahead"] == [[3], [5]]
    assert found["other_ahead"] == [[5.0], [7.0]]
    assert step.widths(columns) == {"time": 3, "value": 3, "other": 3, "value_ahead": 1, "other_ahead": 1}
    assert step.output_columns(columns)["value_ahead"] == "INTEGER"
    assert left_out["incomplete"] == 2


def test_no_window_is_filled_from_behind_its_end():
    columns = {"time": "INTEGER", "price": "FLOAT", "word": "STRING"}
    prices, words = [None, None, None, 103.0, None, 105.0], [None, "a", None, None, None, None]
    frame = frame_of(columns, time=np.arange(6) * DAY, price=prices, word=words)
    step = StandardSequencer("time", gap_threshold=DAY, sequence_length=3)
    found, left_out = made(step, frame, columns)
    assert found["time"] == [[day * DAY for day in range(start, start + 3)] for start in (1, 2, 3)]
    assert found["price"] == [[103.0, 103.0, 103.0], [103.0, 103.0, 103.0], [103.0, 103.0, 105.0]]
    assert found["word"] == [["a", "a", "a"]] * 3
    assert left_out["with_gaps"] == 1
    late = frame_of(columns, time=np.arange(4) * DAY, price=[1.0] * 4, word=[None, None, "b", None])
    assert made(step, late, columns)[0]["word"] == [["b", "b", "b"]] * 2


def test_a_label_ahead_is_filled_only_by_what_the_user_names():
    columns = {"time": "INTEGER", "price": "FLOAT"}
    frame = frame_of(columns, time=np.arange(7) * DAY, price=[None, None, None, 103.0, None, 105.0, None])
    step = StandardSequencer("time", gap_threshold=DAY, sequence_length=2, ahead={"price": 1})
    found, left_out = made(step, frame, columns)
    assert found == {
        "time": [[3 * DAY, 4 * DAY]],
        "price": [[103.0, 103.0]],
        "price_ahead": [[105.0]],
    }
    assert left_out == {"incomplete": 2, "with_gaps": 4, "rows_without_time": 0}
    asked = StandardSequencer(
        "time", None, {"price": {"filling": ["forward", "backwards"]}}, "1D", DAY, 2, ahead={"price": 1}
    )
    found, left_out = made(asked, frame, columns)
    assert found["price_ahead"] == [[103.0], [103.0], [103.0], [105.0], [105.0]]
    assert found["price"][0] == [103.0, 103.0]
    assert left_out["with_gaps"] == 0


def test_whole_numbers_beyond_the_doubles_are_kept():
    columns = {"time": "INTEGER", "value": "INTEGER"}
    big = 2**60 + 1
    for methods in ("first", "last", "mode", "min", "max"):
        step = StandardSequencer("time", overwrite={"value": {"resampling": methods}}, gap_threshold=3 * DAY)
        frame = frame_of(columns, time=[0, DAY, 3 * DAY], value=[big, None, big + 1])
        assert made(step, frame, columns)[0]["value"] == [[big, big, big, big + 1]]


def test_rows_of_the_same_time_stay_in_their_order():
    columns = {"time": "INTEGER", "value": "STRING"}
    frame = frame_of(columns, time=[5, 5, 5, 4], value=["c", "a", "b", "z"])
    for method, wanted in (("first", "z"), ("last", "b"), ("mode", "a")):
        step = StandardSequencer("time", overwrite={"value": {"resampling": method}}, sequence_length=1)
        assert made(step, frame, columns)[0]["value"] == [[wanted]]


def test_rows_without_a_time_are_left_out_and_counted():
    columns = {"time": "INTEGER", "value": "FLOAT"}
    frame = frame_of(columns, time=[None, 0, None, 1], value=[9.0, 1.0, 9.0, 3.0])
    found, left_out = made(StandardSequencer("time", sequence_length=1), frame, columns)
    assert (found["value"], left_out["rows_without_time"]) == ([[2.0]], 2)


@pytest.mark.parametrize(
    ("given", "freq", "wanted"),
    [
        (["2024-02-28", "2024-03-01"], "1D", ["2024-02-28", "2024-02-29", "2024-03-01"]),
        (["2024-02-28", "2024-02-29"], "12h", ["2024-02-28T00:00:00", "2024-02-28T12:00:00", "2024-02-29T00:00:00"]),
        (["2024-02-28 01:30", "2024-02-28 03:10"], "1h", [f"2024-02-28 0{h}:00:00" for h in (1, 2, 3)]),
        (["2024-02-28T01:30:00Z", "2024-02-28T03:10:00Z"], "1h", [f"2024-02-28T0{h}:00:00Z" for h in (1, 2, 3)]),
        (["2024-02-28T01:30:00+02:00"], "1D", ["2024-02-27T00:00:00Z"]),
        (
            ["1969-12-31T23:59:59.250", "1970-01-01T00:00:00"],
            "500ms",
            [f"19{t}" for t in ("69-12-31T23:59:59.000", "69-12-31T23:59:59.500", "70-01-01T00:00:00.000")],
        ),
    ],
)
def test_text_timestamps_keep_their_form(given, freq, wanted):
    columns = {"time": "STRING"}
    step = StandardSequencer("time", resampling_freq=freq, gap_threshold=9 * DAY, sequence_length=len(wanted))
    assert made(step, frame_of(columns, time=given), columns)[0]["time"] == [wanted]


def test_float_timestamps_stay_floats():
    columns = {"time": "FLOAT"}
    step = StandardSequencer("time", resampling_freq="250ms", sequence_length=3)
    assert made(step, frame_of(columns, time=[1.3, 1.9]), columns)[0]["time"] == [[1.25, 1.5, 1.75]]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("STRING", ["2024-01-01", "01/02/2024", "yesterday"]),
        ("STRING", ["2024-13-01"]),
        ("STRING", ["2024-02-30"]),
        ("STRING", [""]),
        ("STRING", ["1500-01-01"]),
        ("INTEGER", [1_700_000_000_000]),
        ("FLOAT", [float("inf")]),
    ],
)
def test_what_is_no_timestamp_is_told_with_an_example(kind, values):
    with pytest.raises(DataError, match=r"no timestamp, for example(.|\n)*column 'when'(.|\n)*(ISO 8601|milliseconds)"):
        to_nanoseconds(frame_of({"when": kind}, when=values)["when"], kind, "when")


def test_no_timestamps_at_all():
    assert from_nanoseconds(np.empty(0, np.int64), "STRING").tolist() == []
    step = StandardSequencer("time")
    found, left_out = made(step, frame_of(COLUMNS, **{name: [] for name in COLUMNS}), COLUMNS)
    assert set(map(len, found.values())) == {0}
    assert set(left_out.values()) == {0}


@pytest.mark.parametrize("freq", ["1D", "MS"])
def test_series_that_are_too_short_are_told_before_the_run(freq):
    columns = {"time": "INTEGER"}
    step = StandardSequencer("time", resampling_freq=freq, sequence_length=3)
    with pytest.raises(DataError, match=r"3 steps(.|\n)*longest of 4 sessions has 1(.|\n)*gap_threshold=60000"):
        step.check_rows(frame_of(columns, time=np.arange(4) * DAY), columns)
    with pytest.raises(DataError, match=r"of the 0 rows(.|\n)*there are none"):
        step.check_rows(frame_of(columns, time=[None]), columns)


def test_one_timestamp_far_off_does_not_fill_the_memory():
    columns = {"time": "INTEGER"}
    step = StandardSequencer("time", resampling_freq="1s", gap_threshold=1e12)
    with pytest.raises(DataError, match=r"1.7e\+09 steps(.|\n)*lies far off"):
        step.check_rows(frame_of(columns, time=[0, 1_700_000_000]), columns)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"timestamp_column": None}, r"timestamp_column='...'"),
        ({"category_column": 5}, "category_column is 5"),
        ({"category_column": "time"}, "both the timestamp and the category"),
        ({"resampling_freq": "daily"}, r"'daily', which is no frequency(.|\n)*'1D'"),
        ({"resampling_freq": 5}, "resampling_freq is 5"),
        ({"resampling_freq": "-1D"}, "not go forward"),
        ({"resampling_freq": "0D"}, "not go forward"),
        ({"gap_threshold": 0}, "gap_threshold is 0"),
        ({"gap_threshold": "1h"}, "gap_threshold is '1h'"),
        ({"sequence_length": 0}, "sequence_length holds 0"),
        ({"sequence_shift": 0.5}, "sequence_shift holds 0.5"),
        ({"ahead": ["a"]}, "ahead is"),
        ({"ahead": {"a": 0}}, r"ahead\['a'\] holds 0"),
        ({"ahead": {"time": 1}}, "ahead names 'time', which is the timestamp"),
        ({"overwrite": {"time": {}}}, "overwrite names 'time'"),
        ({"overwrite": {"a": "mean"}}, r"overwrite\['a'\] is no dictionary"),
        ({"overwrite": {"a": {"resample": "mean"}}}, "Did you mean 'resampling'"),
        ({"overwrite": {"a": {"resampling": "meen"}}}, "Did you mean 'mean'"),
        ({"overwrite": {"a": {"resampling": ["mean", "mode"]}}}, "names 2 methods"),
        ({"overwrite": {"a": {"filling": "foward"}}}, "Did you mean 'forward'"),
        ({"overwrite": {"a": {"filling": "custom"}}}, "custom needs a value"),
        ({"overwrite": {"a": {"filling": {"method": "min", "parameters": {"x": 1}}}}}, "no parameter 'x'"),
        ({"overwrite": {"a": {"filling": {"name": "min"}}}}, "has the key 'name'"),
        (
            {"overwrite": {"a": {"resampling": {"method": "threshold", "parameters": {"cond": ">"}}}}},
            "no condition '>'",
        ),
        (
            {"overwrite": {"a": {"resampling": {"method": "threshold", "parameters": {"threshold": 0}}}}},
            "asks for the share 0",
        ),
        ({"freq": "1D"}, "no argument 'freq'"),
    ],
)
def test_a_wrong_sequencer_is_told(arguments, text):
    with pytest.raises(DeclarationError, match=text):
        StandardSequencer(**{"timestamp_column": "time", **arguments})


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"timestamp_column": "tiem"}, r"'tiem' \(timestamp_column\)(.|\n)*Did you mean 'time'"),
        ({"category_column": "cty"}, "Did you mean 'city'"),
        ({"overwrite": {"degree": {}}}, "Did you mean 'degrees'"),
        ({"ahead": {"degree": 1}}, r"\(ahead\)(.|\n)*Did you mean 'degrees'"),
        (
            {"overwrite": {"sky": {"resampling": "mean"}}},
            r"'mean' does not fit the column 'sky'(.|\n)*mode",
        ),
        ({"overwrite": {"sky": {"filling": "max"}}}, "'max' does not fit the resampled column 'sky'"),
        ({"overwrite": {"count": {"resampling": "max", "filling": "mean"}}}, "'mean' does not fit(.|\n)*INTEGER"),
        (
            {
                "overwrite": {
                    "count": {
                        "resampling": "max",
                        "filling": {"method": "custom", "parameters": {"custom_value": 0.5}},
                    }
                }
            },
            "custom_value 0.5 does not fit",
        ),
    ],
)
def test_what_does_not_fit_the_data_is_told(arguments, text):
    step = StandardSequencer(**{"timestamp_column": "time", **arguments})
    with pytest.raises(DeclarationError, match=text):
        step.check_columns(COLUMNS, {}, 5)


def test_a_column_without_any_value_is_told():
    with pytest.raises(DeclarationError, match=r"'degrees' has no value in any of the 5 rows(.|\n)*custom_value"):
        StandardSequencer("time").check_columns(COLUMNS, {"degrees": 5}, 5)
    with pytest.raises(DeclarationError, match="'sky' has no value"):
        StandardSequencer("time").check_columns(COLUMNS, {"sky": 5}, 5)
    custom = {"method": "custom", "parameters": {"custom_value": 0}}
    StandardSequencer("time", overwrite={"degrees": {"filling": custom}}).check_columns(COLUMNS, {"degrees": 5}, 5)


def test_the_column_ahead_must_be_new():
    with pytest.raises(DeclarationError, match="'a_ahead', which the data has already"):
        StandardSequencer("t", ahead={"a": 1}).check_columns({"t": "INTEGER", "a": "FLOAT", "a_ahead": "FLOAT"}, {}, 1)


def test_the_configuration_brings_the_same_sequencer_back():
    ways = {"resampling": {"method": "threshold", "parameters": {"value": 5}}, "filling": None}
    step = StandardSequencer("time", "city", {"count": ways}, "12h", 3600.0, 5, 2, ahead={"degrees": 1})
    loaded = yaml.safe_load(yaml.safe_dump(step.to_config(), sort_keys=False))
    back = import_class(loaded["source"], Recorded)(**loaded["args"])
    for other in (back, copy.copy(step), pickle.loads(pickle.dumps(step))):
        assert other == step
        assert other.output_columns(COLUMNS) == step.output_columns(COLUMNS)
        assert other._offset == step._offset


class Halves(BaseSequencerStep):
    """Each series as its first rows alone."""

    def sequence_fn(self, frame):
        yield frame.sort_values("time").head(self.sequence_length)


def test_a_sequencer_of_ones_own_gets_series_after_series(weather):
    filled = weather.assign(count=weather["count"].fillna(0), degrees=1.0, sky="sun")
    found, _ = made(Halves(sequence_length=3, category_column="city"), filled, COLUMNS)
    assert found["city"] == [["Berlin"] * 3, ["Oslo"] * 3]
    wanted = [sorted(filled["time"][filled["city"] == city])[:3] for city in ("Berlin", "Oslo")]
    assert found["time"] == wanted


@pytest.mark.parametrize(
    ("windows", "text"),
    [
        (lambda frame: [frame.head(2)], r"gave 2 rows, where a sequence is a frame of 4 rows"),
        (lambda frame: [[1, 2]], "gave a list"),
        (lambda frame: [frame.head(4).drop(columns="b")], r"has no column 'b'(.|\n)*output_columns"),
        (lambda frame: [frame.head(4).assign(b=None)], "no value in a row of the column 'b'"),
        (lambda frame: [frame.head(4).assign(a="x")], "not of the type INTEGER"),
    ],
)
def test_wrong_sequences_of_ones_own_are_told(windows, text):
    class Own(BaseSequencerStep):
        def sequence_fn(self, frame):
            return windows(frame)

    columns = {"a": "INTEGER", "b": "FLOAT"}
    with pytest.raises(DataError, match=text):
        made(Own(), frame_of(columns, a=range(9), b=range(9)), columns)
