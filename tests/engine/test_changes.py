"""What runs again after a change, and what the user is told of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.engine.conftest import Shared, working_in
from tests.engine.pipelines import COMPONENTS, penguin_pipeline, penguin_trainer
from zenml_nb import PandasDatasource, TrainingPipeline
from zenml_nb.errors import DeclarationError
from zenml_nb.records import Run
from zenml_nb.records import vocabulary as v
from zenml_nb.repository import create_repository
from zenml_nb.steps import BaseSplit


def reasons(run: Run) -> dict[str, str]:
    """Component to the reason why it ran, for those that did."""
    return {e.component: e.reason for e in run.executions if e.state != v.CACHED}


def test_nothing_runs_again_unchanged_also_from_a_new_object(in_shared: Shared) -> None:
    run = penguin_pipeline().run()
    assert reasons(run) == {}
    assert {e.reason for e in run.executions} == {"nothing changed"}
    assert [e.component for e in run.executions] == COMPONENTS
    assert run.artifact("Trainer", "model").id == in_shared.run.artifact("Trainer", "model").id


def test_a_changed_trainer_runs_again_with_what_depends_on_it(in_shared: Shared) -> None:
    pipeline = penguin_pipeline()
    pipeline.add_trainer(penguin_trainer(epochs=2, hidden_layers=[4]))
    run = pipeline.run(until="trainer")
    assert reasons(run) == {"Trainer": "changed: epochs (5 → 2), hidden_layers ([10] → [4])"}
    pipeline.add_trainer(penguin_trainer())
    assert reasons(pipeline.run(until="trainer")) == {}


def test_run_until_goes_no_further_and_until_a_later_step_goes_on(tmp_path: Path) -> None:
    with working_in(tmp_path):
        pipeline = penguin_pipeline()
        assert [e.component for e in pipeline.run(until="data").executions] == COMPONENTS[:3]
        run = pipeline.run(until="split")
        assert [e.component for e in run.executions] == COMPONENTS[:7]
        assert set(reasons(run)) == set(COMPONENTS[3:7])
        assert run.properties[v.UNTIL] == "split"
        with pytest.raises(DeclarationError, match="evaluater"):
            pipeline.run(until="evaluater")


class EveryThird(BaseSplit):
    """A split of a user's."""

    def get_split_names(self) -> list[str]:
        return ["train", "eval"]

    def partition_fn(self, element: dict, num_partitions: int) -> int:
        return int(int(element["body_mass_g"] or 0) % 3 == 0)


def test_an_edit_of_a_steps_code_runs_that_step_again(in_shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    from zenml_nb.config import source_code

    pipeline = TrainingPipeline(name="custom")
    pipeline.add_datasource(in_shared.pipeline.datasource)
    pipeline.add_split(EveryThird())
    first = pipeline.run(until="split")
    # The data is shared by content: another pipeline has computed it already.
    assert first.execution("Data").state == v.CACHED
    masses = pipeline.sample_data("eval")["body_mass_g"].fillna(0)
    assert len(masses)
    assert (masses % 3 == 0).all()
    assert reasons(pipeline.run(until="split")) == {}
    edited = source_code.class_source(EveryThird).replace("% 3", "% 4")
    monkeypatch.setattr(source_code, "class_source", lambda cls: edited)
    told = reasons(pipeline.run(until="split"))
    assert told["Split"] == "code changed: EveryThird"
    assert told["SplitStatistics"] == "new input: examples (from Split)"


def test_a_column_without_values_in_the_training_split_keeps_its_type(tmp_path: Path) -> None:
    from zenml_nb.artifacts.protos import read_schema

    years = [2007] * 20 + [2009] * 20
    frame = pd.DataFrame({"body_mass_g": [1] * 20 + [3] * 20, "late": [None] * 20 + years[20:], "n": range(40)})
    frame["text"] = ["a"] * 20 + ["b"] * 20
    with working_in(tmp_path):
        pipeline = TrainingPipeline(name="late")
        pipeline.add_datasource(PandasDatasource(name="late", df=frame))
        pipeline.add_split(EveryThird())
        run = pipeline.run(until="split")
        schema = read_schema(run.artifact("SplitSchema", "schema"))
    types = {feature.name: feature.type for feature in schema.feature}
    assert pipeline.sample_data("train").get("late") is None or pipeline.sample_data("train")["late"].isna().all()
    with working_in(tmp_path):
        anomalies = pipeline.view_anomalies("eval").document["anomalies"]
    assert "text" in {found["feature"] for found in anomalies}, "a value that the training data does not have"
    assert types["late"] in (types["n"], types["n"] + 1), "a number, not bytes"


def test_removed_outputs_are_made_again(tmp_path: Path) -> None:
    with working_in(tmp_path):
        pipeline = penguin_pipeline()
        run = pipeline.run(until="split")
        shutil.rmtree(run.artifact("SplitStatistics", "statistics").uri)
        assert reasons(pipeline.run(until="split"))["SplitStatistics"] == "its outputs were removed from the disk"


def test_without_cache_everything_runs(tmp_path: Path) -> None:
    with working_in(tmp_path):
        pipeline = penguin_pipeline()
        pipeline.run(until="data")
        pipeline.enable_cache = False
        told = reasons(pipeline.run(until="data"))
        assert told["Data"] == "caching is off"
        assert set(told) == set(COMPONENTS[:3])


def test_the_yaml_gives_the_same_pipeline_elsewhere(shared: Shared, tmp_path: Path) -> None:
    path = shared.root / "pipelines" / "penguins.yaml"
    with working_in(tmp_path):
        create_repository(tmp_path)
        loaded = TrainingPipeline.load(path)
        assert loaded.steps == shared.pipeline.steps
        run = loaded.run(until="preprocesser")
        assert run.properties[v.CONFIG_HASH] == shared.run.properties[v.CONFIG_HASH]
        here, there = (p.sample_transformed_data("eval") for p in (loaded, shared.pipeline))
        assert here.astype(str).equals(there.astype(str))
