"""Loaded pipelines run the code that they were recorded with; nothing here runs TFX."""

from __future__ import annotations

import pandas as pd
import pytest

from zenml_nb.config.pipeline_file import config_hash, dump_pipeline
from zenml_nb.config.sources import write_snapshots
from zenml_nb.engine.conductor import _classes_of
from zenml_nb.engine.ledger import Ledger, open_for_writing
from zenml_nb.errors import ConfigError
from zenml_nb.pipelines import TrainingPipeline
from zenml_nb.records import vocabulary as v
from zenml_nb.steps import RandomSplit

CELL = """\
from zenml_nb import PandasDatasource, TrainingPipeline
from zenml_nb.steps import BaseSplit

LIMIT = 3

class Own(BaseSplit):
    def __init__(self, factor=1):
        self.factor = factor

    def get_split_names(self):
        return ["train", "eval"]

    def partition_fn(self, element, num_partitions):
        return self.factor * LIMIT

class OwnPipeline(TrainingPipeline):
    def limit(self):
        return LIMIT

class OwnRows(PandasDatasource):
    def limit(self):
        return LIMIT
"""
EDITED = CELL.replace("LIMIT = 3", "LIMIT = 4")


@pytest.fixture
def record(make, forget):
    """Records a run of a pipeline of a class without running it, as the engine does; gives its id and its YAML."""

    def record(pipeline):
        repository = pipeline.repository
        pipeline.commit()
        document = pipeline.to_config()
        ledger = Ledger(repository, open_for_writing(repository), pipeline.name)
        ledger.begin(dump_pipeline(document), config_hash(document), None)
        assert write_snapshots(_classes_of(pipeline), [ledger.folder, repository.pipelines_dir]) == []
        path = pipeline.write_config(dump_pipeline(document))
        ledger.finish(v.COMPLETE)
        return ledger.run_id, path

    return record


@pytest.fixture(params=["file", "run", "configuration"])
def load(request):
    """Gives a pipeline back in each way there is."""

    def load(run_id, path, document):
        if request.param == "file":
            return TrainingPipeline.load(path)
        return TrainingPipeline.load(run=run_id) if request.param == "run" else TrainingPipeline.from_config(document)

    return load


def test_an_old_pipeline_runs_the_code_that_was_recorded_with_it_unlike_in_zenml_0_3_8(
    notebook, make, record, load, forget
):
    pipeline = make(split=notebook.run(CELL)["Own"](factor=2))
    run_id, path = record(pipeline)
    document = pipeline.to_config()
    forget()
    notebook.run(EDITED)
    old = load(run_id, path, document)
    assert old.steps["split"].partition_fn({}, 2) == 6
    assert notebook.names["Own"](factor=2).partition_fn({}, 2) == 8
    old.commit()
    assert old.to_config()["pipeline"] == document["pipeline"]
    assert config_hash(old.to_config()) == config_hash(document)


def test_classes_that_are_as_they_were_are_those_of_today(notebook, make, record, load):
    own = notebook.run(CELL)["Own"]
    pipeline = make(split=own())
    assert type(load(*record(pipeline), pipeline.to_config()).steps["split"]) is own


def test_a_loaded_pipeline_takes_steps_and_data_unlike_in_zenml_0_3_8(notebook, make, make_source, record, load):
    pipeline = make(split=notebook.run(CELL)["Own"]())
    old = load(*record(pipeline), pipeline.to_config())
    other = RandomSplit({"train": 0.5, "eval": 0.5})
    old.add_split(other)
    old.add_datasource(make_source(name="others"))
    assert old.to_config()["pipeline"]["steps"]["split"]["source"] == other.source
    assert old.to_config()["pipeline"]["datasource"]["args"]["name"] == "others"


def test_the_cell_that_builds_a_pipeline_can_run_again_unlike_in_zenml_0_3_8(notebook, make, record):
    first, _ = record(make(split=notebook.run(CELL)["Own"]()))
    second, path = record(make(split=notebook.run(CELL)["Own"]()))
    assert first != second
    assert path.is_file()


def test_pipelines_and_datasources_of_cells_are_pinned_too(notebook, make, record, forget):
    names = notebook.run(CELL)
    pipeline = names["OwnPipeline"]("own")
    pipeline.add_datasource(names["OwnRows"]("rows", df=pd.DataFrame({"species": ["a", "b"] * 10, "mass": range(20)})))
    for slot, step in make().steps.items():
        pipeline.add_step(slot, step)
    run_id, path = record(pipeline)
    declared = pipeline.to_config()["pipeline"]
    assert (declared["source"], declared["datasource"]["source"]) == ("__main__.OwnPipeline", "__main__.OwnRows")
    forget()
    notebook.run(EDITED)
    for old in (TrainingPipeline.load(path), TrainingPipeline.load(run=run_id)):
        assert (old.limit(), old.datasource.limit()) == (3, 3)
        old.commit()
        assert old.to_config()["pipeline"] == declared


def test_a_source_that_is_gone_is_an_obstacle_to_running_alone(notebook, make, record, forget):
    run_id, path = record(make(split=notebook.run(CELL)["Own"]()))
    root = path.parent.parent
    for file in [*root.glob("pipelines/sources/*"), *root.glob(".zenml_nb/runs/*/sources/*")]:
        file.unlink()
    forget()
    notebook.run(EDITED)
    with pytest.raises(ConfigError, match=r"code of __main__\.Own is not there"):
        TrainingPipeline.load(path)
    old = TrainingPipeline.load(run=run_id)
    declared = old.to_config()["pipeline"]["steps"]["split"]
    assert (declared["source"], declared["snapshot"][:8]) == ("__main__.Own", "sources/")
    with pytest.raises(ConfigError, match="is not there"):
        old.check()


def test_a_run_keeps_a_copy(notebook, make, record, forget):
    run_id, path = record(make(split=notebook.run(CELL)["Own"]()))
    for file in path.parent.glob("sources/*"):
        file.unlink()
    forget()
    notebook.names.clear()
    assert TrainingPipeline.load(run=run_id).steps["split"].partition_fn({}, 2) == 3
    assert (
        TrainingPipeline.load(path.parent.parent / ".zenml_nb" / "runs" / run_id / "pipeline.yaml")
        .steps["split"]
        .factor
        == 1
    )


def test_a_step_of_a_package_has_no_source(make):
    declared = make(split=RandomSplit({"train": 0.5, "eval": 0.5})).to_config()["pipeline"]
    assert not any("snapshot" in step for step in declared["steps"].values())
    assert "code" not in declared
