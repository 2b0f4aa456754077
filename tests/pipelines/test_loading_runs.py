"""A pipeline given back from the record of a run; the record is written by the engine's ledger, without TensorFlow."""

from __future__ import annotations

import pytest

from zenml_nb.config.pipeline_file import dump_pipeline
from zenml_nb.engine.ledger import Ledger, open_for_writing
from zenml_nb.errors import ConfigError, DeclarationError, NotAvailableError, RepositoryError
from zenml_nb.pipelines import TrainingPipeline
from zenml_nb.records import vocabulary as v


@pytest.fixture
def record():
    """Records a run of a pipeline without running it; its configuration may be changed on the way."""

    def record(pipeline, change=lambda text: text):
        repository = pipeline.repository
        ledger = Ledger(repository, open_for_writing(repository), pipeline.name)
        pipeline.commit()
        ledger.begin(change(dump_pipeline(pipeline.to_config())), "hash", None)
        ledger.finish(v.COMPLETE)
        return ledger.run_id

    return record


def test_a_run_gives_its_pipeline_back(make, record):
    pipeline = make()
    run_id = record(pipeline)
    again = TrainingPipeline.load(run=run_id)
    assert again.steps == pipeline.steps
    assert again.run_id == again.last_run.id == run_id
    assert again.datasource_commit_id == pipeline.commit().id


def test_an_older_run_is_shown_and_not_the_latest(make, record):
    older, _ = record(make()), record(make())
    assert TrainingPipeline.load(run=older).last_run.id == older


def test_a_run_is_loaded_from_another_folder(make, record, tmp_path_factory, monkeypatch):
    pipeline = make()
    run_id = record(pipeline)
    root = pipeline.repository.root
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    assert TrainingPipeline.load(run=run_id, repository=root).last_run.id == run_id
    with pytest.raises(RepositoryError, match="repository="):
        TrainingPipeline.load(run=run_id, repository=elsewhere)
    with pytest.raises(RepositoryError, match="no such folder"):
        TrainingPipeline.load(run=run_id, repository=elsewhere / "nowhere")


def test_an_unknown_run_names_the_nearest(make, record):
    run_id = record(make())
    with pytest.raises(NotAvailableError, match=run_id):
        TrainingPipeline.load(run=run_id[:-1])


def test_a_step_of_a_notebook_is_no_obstacle_to_looking(make, record):
    pipeline = make()
    run_id = record(pipeline, lambda text: text.replace("zenml_nb.steps.split.RandomSplit", "__main__.OwnSplit"))
    again = TrainingPipeline.load(run=run_id)
    step = again.steps["split"]
    assert (type(step).__name__, step.source, step.args) == (
        "OwnSplit",
        "__main__.OwnSplit",
        pipeline.steps["split"].args,
    )
    assert again.to_config()["pipeline"]["steps"]["split"]["source"] == "__main__.OwnSplit"
    with pytest.raises(ConfigError, match="Run the cell that defines OwnSplit"):
        again.check()


def test_a_pipeline_and_a_datasource_of_a_notebook_neither(make, record):
    def change(text):
        return text.replace("zenml_nb.pipelines.training.TrainingPipeline", "__main__.Own").replace(
            "zenml_nb.datasources.pandas.PandasDatasource", "__main__.Rows"
        )

    again = TrainingPipeline.load(run=record(make(), change))
    assert type(again) is TrainingPipeline
    assert again.datasource.source == "__main__.Rows"
    with pytest.raises(ConfigError, match="Rows"):
        again.check()


def test_a_configuration_that_is_gone_is_told(make, record):
    pipeline = make()
    run_id = record(pipeline)
    (pipeline.repository.runs_dir / run_id / v.CONFIG_FILE).unlink()
    with pytest.raises(NotAvailableError, match="is gone"):
        TrainingPipeline.load(run=run_id)


def test_a_file_or_a_run(make):
    for given in ({}, {"path": "a.yaml", "run": "a.1"}):
        with pytest.raises(DeclarationError, match="path of a file or the id of a run"):
            TrainingPipeline.load(**given)
