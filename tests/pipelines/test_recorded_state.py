"""What is recorded of a pipeline's latest run, asked for without TensorFlow."""

from __future__ import annotations

import pytest

from tests.records.conftest import Writer
from zenml_nb.config.pipeline_file import dump_pipeline
from zenml_nb.engine.ledger import Ledger, open_for_writing
from zenml_nb.errors import ConfigError, NotAvailableError
from zenml_nb.pipelines import TrainingPipeline
from zenml_nb.records import vocabulary as v
from zenml_nb.steps import TFFeedForwardTrainer


@pytest.fixture
def record():
    """Records a run of a pipeline without running it, as far as its state."""

    def record(pipeline, state=v.COMPLETE):
        repository = pipeline.repository
        ledger = Ledger(repository, open_for_writing(repository), pipeline.name)
        pipeline.commit()
        text = dump_pipeline(pipeline.to_config())
        ledger.begin(text, "hash", None)
        pipeline.write_config(text)
        ledger.finish(state)
        return ledger.run_id

    return record


def test_the_status_is_that_of_the_latest_run(make, record):
    pipeline = make()
    assert pipeline.get_status() == "NOT_RUN"
    failed = record(pipeline, v.FAILED)
    assert pipeline.get_status() == "FAILED"
    record(pipeline)
    assert pipeline.get_status() == "COMPLETE"
    pipeline.run_id = failed
    assert pipeline.get_status() == "FAILED"


def test_the_written_configuration_is_given(make, record):
    pipeline = make()
    with pytest.raises(NotAvailableError, match=r"no configuration file yet(.|\n)*to_config"):
        pipeline.load_config()
    first = record(pipeline)
    assert pipeline.load_config() == pipeline.to_config()
    pipeline.add_trainer(TFFeedForwardTrainer(epochs=9))
    assert pipeline.load_config()["pipeline"]["steps"]["trainer"]["args"]["epochs"] == 1
    record(pipeline)
    assert pipeline.load_config()["pipeline"]["steps"]["trainer"]["args"]["epochs"] == 9
    loaded = TrainingPipeline.load(run=first)
    assert loaded.load_config()["pipeline"]["steps"]["trainer"]["args"]["epochs"] == 1
    pipeline.write_config("version: 2\n")
    with pytest.raises(ConfigError, match="lacks the key 'pipeline'"):
        pipeline.load_config()


def test_hyperparameters_are_those_of_the_run(make, record):
    pipeline = make()
    with pytest.raises(NotAvailableError, match="has not been run yet"):
        pipeline.get_hyperparameters()
    first = record(pipeline)
    pipeline.add_trainer(TFFeedForwardTrainer(epochs=9))
    assert (pipeline.get_hyperparameters()["epochs"], pipeline.get_hyperparameters()["lr"]) == (1, 0.001)
    record(pipeline)
    assert pipeline.get_hyperparameters()["epochs"] == 9
    assert TrainingPipeline.load(run=first).get_hyperparameters()["epochs"] == 1
    record(make(name="other", trainer=None))
    with pytest.raises(NotAvailableError, match=r"has no trainer(.|\n)*add_trainer"):
        make(name="other").get_hyperparameters()


def test_addresses_of_a_component_are_given(repository):
    writer = Writer(repository.metadata["uri"])
    run = writer.own_run("taxi.1", "taxi")
    model = writer.artifact("Model", f"file://{repository.root}/model")
    log = writer.artifact("ModelRun", str(repository.root / "log"))
    far = writer.artifact("Model", "gs://bucket/model")
    for name, state, outputs in (
        ("Trainer", "COMPLETE", [("model", model), ("model_run", log)]),
        ("Evaluator", "FAILED", []),
        ("Pusher", "COMPLETE", [("pushed", far)]),
    ):
        node = writer.context(v.NODE_TYPE, f"taxi.{name}")
        writer.execution(name, state, [run, node], (), outputs, component_id=name)
    pipeline = TrainingPipeline("taxi")
    components = [execution.component for execution in pipeline.last_run.executions]
    assert components == ["Trainer", "Evaluator", "Pusher"]
    paths = [str(repository.root / "model"), str(repository.root / "log")]
    assert pipeline.get_artifacts_uri_by_component("Trainer") == paths
    assert pipeline.get_artifacts_uri_by_component("trainer", resolve_locally=False)[0] == f"file://{paths[0]}"
    assert pipeline.get_artifacts_uri_by_component("Evaluator") == []
    assert pipeline.get_artifacts_uri_by_component("Pusher", resolve_locally=False) == ["gs://bucket/model"]
    with pytest.raises(NotAvailableError, match="Mount the storage"):
        pipeline.get_artifacts_uri_by_component("Pusher")
    with pytest.raises(NotAvailableError, match="Did you mean 'Trainer'"):
        pipeline.get_artifacts_uri_by_component("Trainr")
    with pytest.raises(NotAvailableError, match="has not been run yet"):
        TrainingPipeline("other").get_artifacts_uri_by_component("Trainer")
