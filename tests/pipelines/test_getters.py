from __future__ import annotations

import pytest

from zenml_nb.config import index
from zenml_nb.config.pipeline_file import dump_pipeline
from zenml_nb.datasources import CSVDatasource
from zenml_nb.errors import ConfigError, NotAvailableError
from zenml_nb.pipelines import TrainingPipeline
from zenml_nb.pipelines.data import DataPipeline
from zenml_nb.repository import find_repository
from zenml_nb.steps import RandomSplit


class Mine(TrainingPipeline):
    pass


@pytest.fixture
def written(repository):
    """Three pipelines over two datasources, one of a class of the user's, and what a datasource's view wrote."""
    for kind, name, source, seed in (
        (TrainingPipeline, "a", "trips", 0),
        (Mine, "b", "trips", 1),
        (TrainingPipeline, "c", "birds", 1),
        (DataPipeline, "datasource.birds", "birds", None),
    ):
        pipeline = kind(name)
        pipeline.add_datasource(CSVDatasource(source, f"{source}.csv"))
        if seed is not None:
            pipeline.add_split(RandomSplit(seed=seed))
        pipeline.write_config(dump_pipeline(pipeline.to_config()))
    return repository


def names(pipelines):
    return [pipeline.name for pipeline in pipelines]


def test_pipelines_are_got(written):
    assert names(written.get_pipelines()) == ["a", "b", "c"]
    found = written.get_pipeline_by_name("b")
    assert (type(found), found.steps["split"].seed, found.repository) == (Mine, 1, written)
    assert names(written.get_pipelines_by_type(Mine)) == ["b"]
    assert names(written.get_pipelines_by_type(TrainingPipeline)) == ["a", "b", "c"]
    assert names(written.get_pipelines_by_type("TrainingPipeline")) == ["a", "c"]
    assert names(written.get_pipelines_by_datasource("trips")) == ["a", "b"]
    assert names(written.get_pipelines_by_datasource(found.datasource)) == ["a", "b"]


def test_datasources_are_got_once_each(written):
    assert [source.name for source in written.get_datasources()] == ["trips", "birds"]
    found = written.get_datasource_by_name("birds")
    assert found.path == str(written.root / "birds.csv")
    with pytest.raises(NotAvailableError, match="Did you mean 'birds'"):
        written.get_datasource_by_name("bird")


def test_versions_of_steps_are_got(written):
    versions = written.get_step_versions()
    assert list(versions) == ["zenml_nb.steps.split.RandomSplit"]
    path = written.pipelines_dir / "c.yaml"
    code = versions["zenml_nb.steps.split.RandomSplit"][0]
    path.write_text(path.read_text().replace(f"code: {code}", "code: older").replace(f"code: '{code}'", "code: older"))
    assert written.get_step_versions() == {"zenml_nb.steps.split.RandomSplit": sorted([code, "older"])}


def test_what_is_not_there_names_the_nearest(written):
    with pytest.raises(NotAvailableError, match="There is no pipeline 'd'"):
        written.get_pipeline_by_name("d")
    assert written.get_pipelines_by_type("Nothing") == written.get_pipelines_by_datasource("none") == []


def test_a_wrong_file_is_warned_of_and_left_out(written):
    (written.pipelines_dir / "b.yaml").write_text("version: 2\n")
    with pytest.warns(UserWarning, match="left out") as caught:
        assert names(written.get_pipelines()) == ["a", "c"]
    assert caught[0].filename == __file__
    with pytest.raises(ConfigError, match=r"b\.yaml"):
        written.get_pipeline_by_name("b")


def test_a_class_that_is_gone_does_not_hide_its_pipeline(written):
    path = written.pipelines_dir / "a.yaml"
    path.write_text(path.read_text().replace("zenml_nb.steps.split.RandomSplit", "gone.Away"))
    found = written.get_pipeline_by_name("a")
    assert type(found.steps["split"]).__name__ == "Away"
    with pytest.raises(ConfigError, match=r"gone\.Away cannot be imported"):
        found.check("split")


def test_files_are_read_once_for_all_getters_of_all_objects(written, monkeypatch):
    """Every getter of zenml 0.3.8 read every file."""
    written.get_pipelines()

    def read(path, slots):
        raise AssertionError(f"{path} is read again")

    monkeypatch.setattr(index, "read_pipeline", read)
    again = find_repository(written.root)
    assert len(again.get_pipelines()) == 3
    assert len(again.get_datasources()) == 2
    assert again.get_step_versions()


@pytest.mark.parametrize(
    ("before", "after"), [("seed: 0", "seed: [1]"), ("name: trips", "name: ' '"), ("name: a", "name: 2024-01-01")]
)
def test_a_file_that_makes_no_pipeline_is_warned_of_and_left_out(written, before, after):
    path = written.pipelines_dir / "a.yaml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))
    with pytest.warns(UserWarning, match=r"left out(.|\n)*a\.yaml") as caught:
        assert names(written.get_pipelines()) == ["b", "c"]
    assert caught[0].filename == __file__


def test_the_defaults_of_the_repository_are_got(repository):
    assert repository.get_default_artifact_store().path == repository.artifact_store
    assert repository.get_default_metadata_store() == repository.metadata
    assert repository.get_default_pipelines_dir() == repository.pipelines_dir
