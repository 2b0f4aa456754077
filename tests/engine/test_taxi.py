"""The Chicago taxi data: 15,002 rows, missing values, text and numbers, from the file to the model."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from tests.engine.conftest import working_in
from zenml_nb import CSVDatasource, TrainingPipeline
from zenml_nb.records import vocabulary as v
from zenml_nb.steps import RandomSplit, StandardPreprocesser, TFFeedForwardTrainer, TFMAEvaluator


@pytest.fixture(scope="module")
def taxi(taxi_csv: Path, tmp_path_factory: pytest.TempPathFactory) -> TrainingPipeline:
    """The taxi pipeline after its run: how much is tipped."""
    folder = tmp_path_factory.mktemp("taxi")
    with working_in(folder):
        pipeline = TrainingPipeline(name="taxi")
        pipeline.add_datasource(CSVDatasource(name="taxi", path=str(taxi_csv)))
        pipeline.add_split(RandomSplit({"train": 0.6, "eval": 0.2, "test": 0.2}, seed=3))
        pipeline.add_preprocesser(
            StandardPreprocesser(
                features=["trip_miles", "fare", "trip_seconds", "payment_type", "company", "trip_start_hour"],
                labels=["tips"],
                overwrite={
                    "trip_miles": {"filling": "mean"},
                    "company": {"transform": {"method": "hash_strings", "parameters": {"hash_buckets": 20}}},
                    "trip_start_hour": {"transform": "scale_to_0_1"},
                },
            )
        )
        pipeline.add_trainer(
            TFFeedForwardTrainer(
                batch_size=64, epochs=2, loss="mse", last_activation="linear", dropout_chance=0.0, hidden_layers=[16]
            )
        )
        pipeline.add_evaluator(TFMAEvaluator(metrics=["MeanSquaredError", "MeanLabel"], slices=[["payment_type"]]))
        assert pipeline.run().state == v.COMPLETE
    return pipeline


def test_the_evaluation_agrees_with_pandas(taxi: TrainingPipeline) -> None:
    frame = taxi.sample_data("eval")
    overall, *slices = taxi.evaluation()["slices"]
    assert overall["metrics"]["example_count"] == len(frame)
    assert overall["metrics"]["mean_label"] == pytest.approx(frame["tips"].mean(), rel=1e-4)
    by_type = frame.groupby("payment_type")["tips"].agg(["count", "mean"])
    assert {entry["slice"][0][1] for entry in slices} == set(by_type.index)
    for entry in slices:
        expected = by_type.loc[entry["slice"][0][1]]
        assert entry["metrics"]["example_count"] == expected["count"]
        assert entry["metrics"]["mean_label"] == pytest.approx(expected["mean"], rel=1e-4, abs=1e-6)
    variance = frame["tips"].var()
    assert overall["metrics"]["mean_squared_error"] < variance


def test_hashed_companies_stay_in_their_buckets(taxi: TrainingPipeline) -> None:
    buckets = taxi.sample_transformed_data("train")["company_xf"]
    assert buckets.min() >= 0
    assert buckets.max() < 20
    assert buckets.nunique() > 5


def test_the_statistics_are_those_of_stock_statistics_gen(taxi: TrainingPipeline, tmp_path: Path) -> None:
    from tensorflow_metadata.proto.v0 import statistics_pb2
    from tfx.components.statistics_gen.executor import Executor
    from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor
    from tfx.types import standard_artifacts

    from zenml_nb.artifacts.protos import read_statistics
    from zenml_nb.engine.session import local_pipeline

    ours = taxi.last_run.artifact("DataStatistics", "statistics")
    examples = standard_artifacts.Examples()
    examples.uri = taxi.last_run.artifact("Data", "examples").uri
    examples.split_names = '["examples"]'
    stock = standard_artifacts.ExampleStatistics()
    stock.uri = str(tmp_path)
    executor = Executor(BaseBeamExecutor.Context(make_beam_pipeline_fn=local_pipeline))
    executor.Do({"examples": [examples]}, {"statistics": [stock]}, {"exclude_splits": "null"})
    expected = statistics_pb2.DatasetFeatureStatisticsList.FromString(
        (tmp_path / "Split-examples" / "FeatureStats.pb").read_bytes()
    ).datasets[0]
    compare(read_statistics(ours, "examples"), expected)


def compare(ours: Any, stock: Any) -> None:
    """Compare two statistics of the same rows value by value.

    Counts, extremes, means, uniques and frequencies are equal. Quantiles come from sketches that depend on how the
    rows are batched, each with a rank error of 1 %: a bucket may differ by so much of the rows.
    """
    assert ours.num_examples == stock.num_examples
    left, right = ({feature.path.step[0]: feature for feature in dataset.features} for dataset in (ours, stock))
    assert set(left) == set(right)
    assert len(left) == 18
    for name, feature in left.items():
        other = right[name]
        assert feature.type == other.type, name
        kind = feature.WhichOneof("stats")
        assert kind == other.WhichOneof("stats")
        mine, theirs = getattr(feature, kind), getattr(other, kind)
        for field in ("num_non_missing", "num_missing", "min_num_values", "max_num_values", "tot_num_values"):
            assert getattr(mine.common_stats, field) == getattr(theirs.common_stats, field), (name, field)
        if kind == "num_stats":
            _compare_numbers(name, mine, theirs, ours.num_examples)
        else:
            _compare_text(name, mine, theirs)


def _compare_numbers(name: str, ours: Any, stock: Any, n_rows: int) -> None:
    for field in ("num_zeros", "min", "max"):
        assert getattr(ours, field) == getattr(stock, field), (name, field)
    for field in ("mean", "std_dev"):
        assert math.isclose(getattr(ours, field), getattr(stock, field), rel_tol=1e-6), (name, field)
    ranges = stock.max - stock.min
    assert abs(ours.median - stock.median) <= 0.02 * ranges, name
    for mine, theirs in zip(ours.histograms, stock.histograms, strict=True):
        assert (mine.type, mine.num_nan, len(mine.buckets)) == (theirs.type, theirs.num_nan, len(theirs.buckets))
        total = sum(bucket.sample_count for bucket in theirs.buckets)
        assert math.isclose(sum(bucket.sample_count for bucket in mine.buckets), total, rel_tol=1e-6)
        if theirs.type == theirs.STANDARD:
            for a, b in zip(mine.buckets, theirs.buckets, strict=True):
                assert math.isclose(a.low_value, b.low_value, rel_tol=1e-9)
                assert abs(a.sample_count - b.sample_count) <= 0.02 * n_rows, name


def _compare_text(name: str, ours: Any, stock: Any) -> None:
    assert ours.unique == stock.unique, name
    assert math.isclose(ours.avg_length, stock.avg_length, rel_tol=1e-6)
    assert [(t.value, t.frequency) for t in ours.top_values] == [(t.value, t.frequency) for t in stock.top_values]
    mine, theirs = ours.rank_histogram.buckets, stock.rank_histogram.buckets
    assert [(b.label, b.sample_count) for b in mine] == [(b.label, b.sample_count) for b in theirs]
