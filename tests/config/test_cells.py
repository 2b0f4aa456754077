from __future__ import annotations

import ast

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml_nb.config.cells import again_cells, open_cells
from zenml_nb.config.pipeline_file import DATA_PIPELINE, config_hash
from zenml_nb.datasources import CSVDatasource
from zenml_nb.pipelines import TrainingPipeline
from zenml_nb.pipelines.data import DataPipeline
from zenml_nb.repository import create_repository
from zenml_nb.steps import LocalDirectoryDeployer, RandomSplit, StandardPreprocesser, TFFeedForwardTrainer


@pytest.fixture
def project(tmp_path, monkeypatch):
    repository = create_repository(tmp_path / "project")
    (repository.root / "data").mkdir()
    pd.DataFrame({"a": [1, 2] * 10, "b": ["x", "y"] * 10}).to_csv(repository.root / "data" / "a.csv", index=False)
    monkeypatch.chdir(repository.root)
    return repository


@pytest.fixture
def pipeline(project):
    made = TrainingPipeline("penguins", enable_cache=False)
    made.add_datasource(CSVDatasource(name="a", path="data/a.csv"))
    made.add_split(RandomSplit({"train": 0.7, "eval": 0.3}, seed=3))
    made.add_preprocesser(StandardPreprocesser(features=["a"], labels=["b"]))
    made.add_trainer(TFFeedForwardTrainer(epochs=2, loss="sparse_categorical_crossentropy"))
    made.add_deployment(LocalDirectoryDeployer("deployed"))
    made.commit()
    return made


def executed(cells):
    names = {}
    for cell in cells:
        exec(compile(cell, "cell", "exec"), names)
    return names


def test_the_cells_declare_the_same_pipeline(pipeline):
    cells = again_cells(pipeline.to_config())
    assert cells[-1] == "run = pipeline.run()"
    again = executed(cells[:-1])["pipeline"]
    again.commit()
    assert config_hash(again.to_config()) == config_hash(pipeline.to_config())


def test_they_work_from_another_folder_of_the_project(pipeline, project, monkeypatch):
    (project.root / "notebooks").mkdir()
    monkeypatch.chdir(project.root / "notebooks")
    again = executed(again_cells(pipeline.to_config())[:-1])["pipeline"]
    again.commit()
    assert config_hash(again.to_config()) == config_hash(pipeline.to_config())


@pytest.mark.parametrize("commit", [None, "of the run"])
def test_what_the_views_of_a_datasource_ran_is_shown_by_them_again(project, commit):
    source = CSVDatasource(name="a", path="data/a.csv")
    commit = commit and source.commit()
    pipeline = DataPipeline("datasource.a")
    pipeline.add_datasource(source, commit)
    cells = again_cells(pipeline.to_config())
    assert cells[-1] == (
        f'datasource.view_statistics(magic=True, commit_id="{commit}")'
        if commit
        else "datasource.view_statistics(magic=True)"
    )
    assert executed(cells[:-1])["datasource"].commit() == source.commit()
    assert f"{DataPipeline.__module__}.{DataPipeline.__qualname__}" == DATA_PIPELINE


def test_lines_are_short_and_classes_come_from_the_public_modules(pipeline):
    text = "\n".join(again_cells(pipeline.to_config()))
    assert max(map(len, text.split("\n"))) <= 88
    assert "from zenml_nb import CSVDatasource, TrainingPipeline, get_repository" in text
    assert "from zenml_nb.steps import " in text


def test_a_class_of_a_notebook_is_asked_for(pipeline):
    document = pipeline.to_config()
    document["pipeline"]["steps"]["split"]["source"] = "__main__.MySplit"
    cells = again_cells(document)
    assert "# MySplit was defined in a notebook" in cells[0]
    assert "sources/" not in cells[0]
    document["pipeline"]["steps"]["split"]["snapshot"] = "sources/abc.py"
    assert "# Its code as it was: sources/abc.py" in again_cells(document)[0]
    assert any(cell.startswith("pipeline.add_split(") and "MySplit(" in cell for cell in cells)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_every_recorded_value_comes_back(value):
    document = {
        "pipeline": {
            "name": "p",
            "source": "zenml_nb.pipelines.training.TrainingPipeline",
            "args": {},
            "datasource": None,
            "steps": {"split": {"source": "own.Step", "args": {"x": value}}},
        }
    }
    [cell] = [cell for cell in again_cells(document) if "own" not in cell and "Step(" in cell]
    call = ast.parse(cell).body[0].value.args[0]
    assert ast.literal_eval(call.keywords[0].value) == value


def test_opening_a_run():
    first, second = open_cells("taxi.20260102T030405-a1b2c3")
    assert first.endswith('pipeline = TrainingPipeline.load(run="taxi.20260102T030405-a1b2c3")')
    assert second == "pipeline.view_statistics(magic=True)"
    assert 'repository="../other"' in open_cells("a.1", repository="../other")[0]


def test_a_run_is_opened_by_the_class_of_its_pipeline():
    first, second = open_cells("a.1", pipeline="zenml_nb.pipelines.inference.BatchInferencePipeline")
    assert first.startswith("from zenml_nb import BatchInferencePipeline\n\npipeline = BatchInferencePipeline.load(")
    assert second == "pipeline.get_predictions(10)"
    first, second = open_cells("a.1", pipeline="own.audits.AuditPipeline")
    assert first.startswith("from own.audits import AuditPipeline\n\npipeline = AuditPipeline.load(")
    assert second == "pipeline"
    assert open_cells("a.1", pipeline="__main__.Audit")[0].startswith("# Audit was defined in a notebook")
    for source in ("", "zenml_nb.pipelines.data.DataPipeline", "a.b; import os", "a.class", "Own"):
        assert open_cells("a.1", pipeline=source) == open_cells("a.1")


def test_a_run_of_another_tool_is_opened_by_its_artifacts():
    assert open_cells("x", uris=["a/b", 'c"d']) == ["from zenml_nb.views import show", 'show("a/b")', "show('c\"d')"]
