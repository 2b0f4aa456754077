"""Every kind of split on real data, from the file to the statistics of the splits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.engine.conftest import working_in
from zenml_nb import CSVDatasource, TrainingPipeline
from zenml_nb.records import Run
from zenml_nb.repository import create_repository
from zenml_nb.steps import BaseSplit, CategoricalDomainSplit, CategoricalRatioSplit, NoSplit, RandomSplit, TimeSplit

KINDS = ["Cash", "Credit Card"]


class ByDistance(BaseSplit):
    """A split of a user's that must know the whole data: the longer half of the trips is evaluated on."""

    class Known:
        def __init__(self, median: float) -> None:
            self.learned = {"median": median}

        def partition(self, rows: Any) -> list[int]:
            return [int((row["trip_miles"] or 0) >= self.learned["median"]) for row in rows.examples()]

    def get_split_names(self) -> list[str]:
        return ["train", "eval"]

    def fit(self, batches: Any) -> Known:
        return self.Known(pd.Series([row["trip_miles"] or 0 for rows in batches for row in rows.examples()]).median())


@pytest.fixture(scope="module")
def frame(taxi_csv: Path) -> pd.DataFrame:
    return pd.read_csv(taxi_csv)


@pytest.fixture(scope="module")
def divide(taxi_csv: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Runs a split on the taxi data; gives the pipeline and the record of the run."""
    folder = tmp_path_factory.mktemp("splits")
    with working_in(folder):
        create_repository(folder)

    def divide(split: BaseSplit, name: str = "taxi") -> tuple[TrainingPipeline, Run]:
        with working_in(folder):
            pipeline = TrainingPipeline(name=name)
            pipeline.add_datasource(CSVDatasource(name="taxi", path=str(taxi_csv)))
            pipeline.add_split(split)
            return pipeline, pipeline.run(until="split")

    return divide


def learned(run: Run) -> dict[str, Any]:
    """What the split noted on its artifact."""
    return dict(json.loads(run.artifact("Split", "examples").properties["learned"]))


def test_the_future_is_evaluated_on(divide: Any, frame: pd.DataFrame) -> None:
    day = 86_400
    pipeline, run = divide(TimeSplit("trip_start_timestamp", {"train": 0.7, "eval": 0.3}, gap=day))
    train, evaluation = (pipeline.sample_data(name)["trip_start_timestamp"] for name in ("train", "eval"))
    assert evaluation.min() - train.max() > day
    times = frame["trip_start_timestamp"]
    start = learned(run)["starts"]["eval"]
    assert start == evaluation.min()
    assert len(evaluation) == (times >= start).sum() == pytest.approx(0.3 * len(frame), abs=20)
    assert len(train) == (times < start - day).sum()
    assert learned(run)["rows"] == {"train": len(train), "eval": len(evaluation)}
    assert learned(run)["left_out"]["in a gap or before the first start"] == len(frame) - len(train) - len(evaluation)


def test_each_kind_of_payment_is_divided_in_the_ratio(divide: Any, frame: pd.DataFrame) -> None:
    pipeline, run = divide(CategoricalRatioSplit("payment_type", KINDS, {"train": 0.8, "eval": 0.2}))
    splits = {name: pipeline.sample_data(name)["payment_type"].value_counts() for name in ("train", "eval")}
    for kind in KINDS:
        size = (frame["payment_type"] == kind).sum()
        assert splits["train"][kind] == pytest.approx(0.8 * size, abs=2)
        assert splits["train"][kind] + splits["eval"][kind] == size
        assert learned(run)["rows"][kind] == {name: int(splits[name][kind]) for name in splits}
    assert set(splits["train"].index) == set(KINDS)


def test_whole_kinds_of_payment_go_to_splits(divide: Any, frame: pd.DataFrame) -> None:
    split = CategoricalDomainSplit("payment_type", {"train": ["Cash"], "eval": ["Credit Card"], "rest": []}, "rest")
    pipeline, run = divide(split)
    counts = frame["payment_type"].value_counts()
    assert len(pipeline.sample_data("train")) == counts["Cash"]
    assert len(pipeline.sample_data("eval")) == counts["Credit Card"]
    assert len(pipeline.sample_data("rest")) == len(frame) - counts[KINDS].sum()
    assert "learned" not in run.artifact("Split", "examples").properties


def test_without_a_split_the_whole_data_is_shown(divide: Any, frame: pd.DataFrame) -> None:
    pipeline, _ = divide(NoSplit("whole"))
    assert len(pipeline.sample_data("whole")) == len(frame)
    page = pipeline.view_statistics()
    page.stop()
    assert "whole" in str(pipeline.view_anomalies("whole"))


def test_a_split_of_a_users_own_may_look_at_the_whole_data_first(divide: Any, frame: pd.DataFrame) -> None:
    pipeline, run = divide(ByDistance())
    median = frame["trip_miles"].fillna(0).median()
    assert learned(run) == {"median": pytest.approx(median)}
    assert len(pipeline.sample_data("eval")) == (frame["trip_miles"].fillna(0) >= median).sum()


def test_the_order_of_the_splits_counts(divide: Any) -> None:
    _, first = divide(RandomSplit({"train": 0.5, "eval": 0.5}), "ordered")
    _, run = divide(RandomSplit({"eval": 0.5, "train": 0.5}), "ordered")
    assert run.execution("Split").reason == "changed: split_map"
    before, now = (r.artifact("Split", "examples").properties for r in (first, run))
    assert now["rows_eval"] == before["rows_train"]
