"""Seattle's weather, day by day: from a frame to a model that forecasts tomorrow's temperature."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import tensorflow as tf
from vega_datasets import data as vega

from tests.engine.conftest import working_in
from zenml_nb import BatchInferencePipeline, PandasDatasource, TrainingPipeline
from zenml_nb.engine import bridge, live
from zenml_nb.engine.compile import compile_pipeline
from zenml_nb.engine.components import sequence
from zenml_nb.engine.examples import SplitWriter, encode
from zenml_nb.errors import DataError
from zenml_nb.pipelines import sequence_splits
from zenml_nb.records import vocabulary as v
from zenml_nb.steps import (
    BaseSplit,
    InferenceStep,
    StandardPreprocesser,
    StandardSequencer,
    TFFeedForwardTrainer,
    TFMAEvaluator,
    TFServingDeployer,
)
from zenml_nb.viewmodels.flow import parts_of

DAY = 86_400
LENGTH = 7
NUMBERS = ["precipitation", "temp_max", "temp_min", "wind"]


class YearSplit(BaseSplit):
    """The last of the four years is what the model is evaluated on."""

    def get_split_names(self) -> list[str]:
        return ["train", "eval"]

    def partition_fn(self, element: dict[str, Any], num_partitions: int) -> int:
        return int(element["date"] >= "2015")


def weather() -> pd.DataFrame:
    """A row a day; every tenth day is missing, and some of the wind, so that there is something to fill."""
    frame = vega.seattle_weather().assign(date=lambda f: f["date"].dt.strftime("%Y-%m-%d"))
    frame["wind"] = frame["wind"].where(np.arange(len(frame)) % 7 != 3)
    return frame[np.arange(len(frame)) % 10 != 5].sample(frac=1, random_state=1).reset_index(drop=True)


@dataclass(frozen=True)
class Forecast:
    """The pipeline after its run."""

    pipeline: TrainingPipeline
    frame: pd.DataFrame
    printed: str
    root: Path


@pytest.fixture(scope="module")
def forecast(tmp_path_factory: pytest.TempPathFactory) -> Forecast:
    root = tmp_path_factory.mktemp("weather")
    frame = weather()
    with working_in(root):
        pipeline = TrainingPipeline("weather")
        pipeline.add_datasource(PandasDatasource("weather", df=frame))
        pipeline.add_split(YearSplit())
        pipeline.add_sequencer(
            StandardSequencer(
                "date",
                overwrite={"precipitation": {"filling": {"method": "custom", "parameters": {"custom_value": 0}}}},
                gap_threshold=3 * DAY,
                sequence_length=LENGTH,
                sequence_shift=2,
                ahead={"temp_max": 1},
            )
        )
        pipeline.add_preprocesser(StandardPreprocesser(features=[*NUMBERS, "weather"], labels=["temp_max_ahead"]))
        pipeline.add_trainer(
            TFFeedForwardTrainer(
                batch_size=16, epochs=20, lr=3e-3, last_activation="linear", dropout_chance=0.0, hidden_layers=[16]
            )
        )
        pipeline.add_evaluator(TFMAEvaluator(metrics=["MeanSquaredError", "MeanLabel"], slices=[["weather"]]))
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            assert pipeline.run().state == v.COMPLETE
    return Forecast(pipeline, frame, printed.getvalue(), root)


def wanted_steps(frame: pd.DataFrame, split: str) -> pd.DataFrame:
    """The days of a split, resampled and filled by pandas; there is no gap that would cut them."""
    part = frame[(frame["date"] >= "2015") == (split == "eval")]
    daily = part.assign(date=pd.to_datetime(part["date"])).set_index("date").sort_index().resample("1D")
    numbers = daily[NUMBERS].mean()
    numbers["precipitation"] = numbers["precipitation"].fillna(0)
    modes = daily["weather"].agg(lambda day: day.iloc[0] if len(day) else None)
    filled = numbers.ffill().bfill().astype("float32").assign(weather=modes.ffill())
    return filled.assign(label=daily["temp_max"].mean().astype("float32"))


def wanted_starts(steps: pd.DataFrame) -> list[int]:
    """Windows begin every second day; those whose label was not measured are left out."""
    labels = steps["label"].notna().tolist()
    return [start for start in range(0, len(steps) - LENGTH, 2) if labels[start + LENGTH]]


@pytest.mark.parametrize("split", ["train", "eval"])
def test_the_sequences_are_those_of_pandas(forecast: Forecast, split: str) -> None:
    steps = wanted_steps(forecast.frame, split)
    starts = wanted_starts(steps)
    found = forecast.pipeline.sample_sequences(split)
    assert list(found.columns) == [*forecast.frame.columns, "temp_max_ahead"]
    assert len(found) == len(starts) > 140
    dates = steps.index.strftime("%Y-%m-%d")
    for row, start in enumerate(starts):
        assert found["date"][row] == dates[start : start + LENGTH].tolist()
        assert found["weather"][row] == steps["weather"].iloc[start : start + LENGTH].tolist()
        for name in NUMBERS:
            np.testing.assert_allclose(found[name][row], steps[name].iloc[start : start + LENGTH], rtol=1e-6)
        assert found["temp_max_ahead"][row] == pytest.approx(steps["label"].iloc[start + LENGTH])


def test_what_is_left_out_is_counted(forecast: Forecast) -> None:
    artifact = forecast.pipeline.artifact("Sequencer", "examples", "sequencer")
    assert artifact.splits == ("train", "eval")
    found = forecast.pipeline.sample_sequences("train", 10_000)
    assert artifact.properties["rows_train"] == len(found)
    steps = wanted_steps(forecast.frame, "train")
    complete = len(range(0, len(steps) - LENGTH, 2))
    assert artifact.properties["incomplete_train"] == -(-len(steps) // 2) - complete
    assert artifact.properties["with_gaps_train"] == complete - len(found) > 40


def test_statistics_and_schema_are_those_of_the_sequences(forecast: Forecast) -> None:
    with working_in(forecast.root):
        schema = forecast.pipeline.view_schema().document
        run = forecast.pipeline.last_run
    components = [execution.component for execution in run.executions]
    assert components.index("SplitAnomalies") < components.index("Sequencer") < components.index("SequenceStatistics")
    assert components.index("SequenceSchema") < components.index("Preprocesser")
    assert "temp_max_ahead" in str(schema)


def test_the_declared_flow_is_what_the_pipeline_compiles_to(forecast: Forecast) -> None:
    pipeline = forecast.pipeline
    with working_in(forecast.root):
        compiled = compile_pipeline(pipeline, pipeline.commit(), pipeline.slots_until(None))
    found = {
        entry.component.id: {(c.producer_component_id, c.type_name) for c in entry.component.inputs.values()}
        for entry in compiled
    }
    parts = [part for slot in pipeline.slots_until(None) for part in parts_of(slot, True)]
    assert found == {part.component: set(part.inputs) for part in parts}


def test_the_view_shows_the_first_sequences(forecast: Forecast) -> None:
    with working_in(forecast.root):
        view = forecast.pipeline.view_sequences("eval", n_sequences=5)
    found = forecast.pipeline.sample_sequences("eval", 5)
    document = view.document
    assert [window["times"] for window in document["windows"]] == found["date"].tolist()
    values = {column["name"]: column["values"] for column in document["columns"]}
    assert set(values) == {*NUMBERS, "weather", "temp_max_ahead"}
    np.testing.assert_allclose(values["wind"], found["wind"].tolist())
    total = len(wanted_starts(wanted_steps(forecast.frame, "eval")))
    assert f"The first 5 of {total} sequences." in str(view)
    assert "windows with a value that nothing fills" in str(view)
    assert "windows that a session's end cuts off" in str(view)


def test_every_step_of_a_window_is_transformed(forecast: Forecast) -> None:
    transformed = forecast.pipeline.sample_transformed_data("train", 10_000)
    raw = forecast.pipeline.sample_sequences("train", 10_000)
    for name in NUMBERS:
        values = np.array(raw[name].tolist())
        wanted = (values - values.mean()) / values.std()
        np.testing.assert_allclose(np.array(transformed[f"{name}_xf"].tolist()), wanted, atol=1e-4)
    indices, words = np.array(transformed["weather_xf"].tolist()), np.array(raw["weather"].tolist())
    assert indices.shape == words.shape == (len(raw), LENGTH)
    assert len({*zip(indices.ravel(), words.ravel(), strict=True)}) == len(np.unique(words))
    assert transformed["temp_max_ahead_xl"].tolist() == pytest.approx(raw["temp_max_ahead"].tolist())


def test_the_model_forecasts_better_than_the_mean(forecast: Forecast) -> None:
    slices = forecast.pipeline.evaluation()["slices"]
    metrics = next(part["metrics"] for part in slices if not part["slice"])
    labels = forecast.pipeline.sample_sequences("eval", 10_000)["temp_max_ahead"]
    assert metrics["example_count"] == len(labels)
    assert metrics["mean_label"] == pytest.approx(labels.mean(), rel=1e-5)
    assert metrics["mean_squared_error"] < 0.5 * labels.var(ddof=0)


def test_slices_of_sequences_are_those_that_have_the_value(forecast: Forecast) -> None:
    days = forecast.pipeline.sample_sequences("eval", 10_000)["weather"]
    counts = {
        part["slice"][0][1]: part["metrics"]["example_count"]
        for part in forecast.pipeline.evaluation()["slices"]
        if part["slice"]
    }
    assert counts == {word: sum(word in window for window in days) for word in {w for days_ in days for w in days_}}


def test_the_model_predicts_without_the_label(forecast: Forecast) -> None:
    with working_in(forecast.root):
        model = tf.saved_model.load(forecast.pipeline.get_model_uri())
    row = forecast.pipeline.sample_sequences("eval", 1).drop(columns=["temp_max_ahead"]).iloc[0]
    features = {name: tf.train.Feature(float_list=tf.train.FloatList(value=row[name])) for name in NUMBERS}
    for name in ("weather", "date"):
        words = [word.encode() for word in row[name]]
        features[name] = tf.train.Feature(bytes_list=tf.train.BytesList(value=words))
    example = tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString()
    outputs = model.signatures["serving_default"](tf.constant([example, example]))
    [predicted] = outputs.values()
    assert predicted.shape == (2, 1)
    assert 0 < float(predicted[0, 0]) < 40


def test_a_split_without_sequences_fails_with_what_to_do(forecast: Forecast, monkeypatch: pytest.MonkeyPatch) -> None:
    # Of more rows it is known in the run only.
    monkeypatch.setattr(sequence_splits, "MOST_ROWS", 1000)
    with working_in(forecast.root):
        pipeline = TrainingPipeline("short")
        pipeline.add_datasource(PandasDatasource("weather", df=forecast.frame))
        pipeline.add_split(YearSplit())
        pipeline.add_sequencer(StandardSequencer("date", gap_threshold=3 * DAY, sequence_length=800))
        with (
            contextlib.redirect_stdout(io.StringIO()),
            pytest.raises(Exception, match=r"no sequence in the split eval: 0 sequences; left out: 36\d incomplete"),
        ):
            pipeline.run(until="sequencer")


def test_a_label_of_a_sequence_is_its_last_value() -> None:
    step = StandardPreprocesser(features=["wind"], labels=["temp"], overwrite={"wind": {"transform": "no_transform"}})
    wind, temp = tf.constant([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), tf.constant([[7.0, 8.0, 9.0], [1.0, 2.0, 3.0]])
    config = {"step": live.register(step), "columns": {"wind": "FLOAT", "temp": "FLOAT"}}
    outputs = bridge.preprocessing_fn({"wind": wind, "temp": temp}, config)
    assert outputs["wind_xf"].numpy().tolist() == wind.numpy().tolist()
    assert outputs["temp_xl"].numpy().tolist() == [[9.0], [3.0]]


def test_parts_by_category_hold_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A split of more rows than are held at once gives the same sequences."""
    columns = {"t": "INTEGER", "kind": "STRING", "x": "FLOAT"}
    random = np.random.default_rng(2)
    batch = pa.RecordBatch.from_pydict(
        {
            "t": pa.array(random.integers(0, 9 * DAY, 500)),
            "kind": pa.array(np.where(random.random(500) < 0.1, None, random.integers(0, 30, 500).astype(str))),
            "x": pa.array(random.random(500), mask=random.random(500) < 0.2, type=pa.float32()),
        }
    )
    from tfx.types import standard_artifacts

    source = standard_artifacts.Examples()
    source.uri, source.split_names = str(tmp_path), '["all"]'
    writer = SplitWriter(source.uri, "all")
    writer.write(encode(batch))
    writer.close()
    source.set_int_custom_property("rows_all", 500)
    step = StandardSequencer("t", "kind", sequence_length=2, gap_threshold=3 * DAY)

    def made() -> list[dict[str, Any]]:
        folder = tmp_path / "parts"
        folder.mkdir(exist_ok=True)
        frames = list(sequence._frames(step, columns, source, "all", str(folder)))
        assert sum(map(len, frames)) == 500
        rows = []
        for frame in frames:
            for windows in step.sequences(frame[frame["kind"].notna()], columns).batches(100):
                rows += [
                    {name: values[i].tolist() for name, values in windows.items()} for i in range(len(windows["t"]))
                ]
        return sorted(rows, key=str)

    whole = made()
    monkeypatch.setattr(sequence, "ROWS_AT_ONCE", 60)
    assert made() == whole
    assert len(whole) > 50


def test_a_model_of_sequences_is_tried_on_sequences_before_it_is_kept_or_served(forecast: Forecast) -> None:
    with working_in(forecast.root):
        target = forecast.pipeline.download_model("kept")
        verified = json.loads((target / "manifest.json").read_text("utf-8"))["verified"]
        assert (verified["how"], verified["splits"]) == ("it was loaded and predicted", ["eval"])
        forecast.pipeline.add_deployment(TFServingDeployer("serving", "weather"))
        assert forecast.pipeline.run().state == v.COMPLETE
        assert list((forecast.root / "serving" / "weather").glob("*/saved_model.pb"))


def test_batch_inference_takes_sequences_and_no_single_days(forecast: Forecast) -> None:
    with working_in(forecast.root):
        sequences = forecast.pipeline.sample_sequences("eval", 20).drop(columns=["temp_max_ahead"])
        pipeline = BatchInferencePipeline("tomorrow", model=forecast.pipeline)
        pipeline.add_infer_step(InferenceStep())
        pipeline.add_datasource(PandasDatasource("days", df=forecast.frame))
        with pytest.raises(DataError, match=r"sequences: 7 values of the column '(date|precipitation)'"):
            pipeline.check()
        pipeline.add_datasource(PandasDatasource("weeks", df=sequences))
        with contextlib.redirect_stdout(io.StringIO()):
            assert pipeline.run().state == v.COMPLETE
        predicted = pipeline.get_predictions()
    assert len(predicted) == 20
    assert predicted["prediction"].between(-5, 45).all()
