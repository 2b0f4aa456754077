from __future__ import annotations

import subprocess
import sys

import pytest

from zenml_nb.errors import DataError, DeclarationError, NotAvailableError
from zenml_nb.pipelines import BasePipeline, TrainingPipeline
from zenml_nb.steps import BaseEvaluatorStep, BaseSequencerStep, RandomSplit, TFFeedForwardTrainer


@pytest.mark.parametrize("name", ["a", "MyFirstPipeline", "0", "a.b-c_d", "x" * 100])
def test_a_name_that_can_be_a_file(name):
    assert TrainingPipeline(name).name == name


@pytest.mark.parametrize("name", ["", "a b", "a/b", "../a", ".a", "-a", "ä", "x" * 101, "a\n", None, 5])
def test_a_name_that_cannot_be_a_file_is_told(name):
    with pytest.raises(DeclarationError, match="cannot be the name of a pipeline"):
        TrainingPipeline(name)


METHODS = {
    "add_split": "split",
    "add_preprocesser": "preprocesser",
    "add_trainer": "trainer",
    "add_evaluator": "evaluator",
    "add_deployment": "deployer",
}


@pytest.mark.parametrize("method", METHODS)
def test_each_method_takes_its_steps_and_names_the_right_method_for_others(make_steps, method):
    for right, slot in METHODS.items():
        pipeline = TrainingPipeline("a")
        step = make_steps()[slot]
        if right == method:
            getattr(pipeline, method)(step)
            assert pipeline.steps == {slot: step}
        else:
            with pytest.raises(DeclarationError, match=rf"{method} takes a (.|\n)*Use {right}\(\.\.\.\)"):
                getattr(pipeline, method)(step)
            assert pipeline.steps == {}


def test_a_sequencer_has_its_method():
    pipeline = TrainingPipeline("a")
    pipeline.add_sequencer(BaseSequencerStep())
    with pytest.raises(DeclarationError, match=r"Use add_sequencer\(\.\.\.\)"):
        pipeline.add_split(BaseSequencerStep())


def test_a_class_instead_of_an_instance_is_told():
    with pytest.raises(DeclarationError, match=r"not the class RandomSplit \(write RandomSplit\(\.\.\.\)\)"):
        TrainingPipeline("a").add_split(RandomSplit)
    with pytest.raises(DeclarationError, match=r"add_datasource takes a datasource, not the class dict"):
        TrainingPipeline("a").add_datasource(dict)


def test_what_is_no_step_is_told():
    with pytest.raises(
        DeclarationError, match=r"takes a BaseTrainerStep, not a str(.|\n)*instance of a BaseTrainerStep"
    ):
        TrainingPipeline("a").add_trainer("trainer")
    with pytest.raises(DeclarationError, match=r"no step 'trainr'(.|\n)*Did you mean 'trainer'"):
        TrainingPipeline("a").add_step("trainr", TFFeedForwardTrainer())


def test_a_step_replaces_the_one_before(make):
    pipeline = make()
    pipeline.add_trainer(TFFeedForwardTrainer(epochs=9))
    assert pipeline.steps["trainer"].epochs == 9


def test_all_missing_steps_are_named_at_once():
    methods = "add_datasource, add_split, add_preprocesser, add_trainer were not called"
    with pytest.raises(DeclarationError, match=rf"pipeline a is not complete: {methods}"):
        TrainingPipeline("a").run()


def test_one_missing_step_is_named(make):
    with pytest.raises(DeclarationError, match="not complete: add_trainer was not called"):
        make(trainer=None).run()


@pytest.mark.parametrize(
    ("until", "missing"),
    [
        ("data", None),
        ("split", "add_split was"),
        ("preprocesser", "add_split, add_preprocesser were"),
        ("sequencer", "add_split, add_sequencer were"),
        ("evaluator", "add_split, add_preprocesser, add_trainer, add_evaluator were"),
    ],
)
def test_steps_until_the_last_one_are_needed_and_no_other(make_source, until, missing):
    pipeline = TrainingPipeline("a")
    pipeline.add_datasource(make_source())
    if missing is None:
        pipeline.check(until)
    else:
        with pytest.raises(DeclarationError, match=f"not complete: {missing} not called"):
            pipeline.check(until)


def test_an_unknown_last_step_is_told(make):
    with pytest.raises(DeclarationError, match=r"no step 'trainr' to run until(.|\n)*Did you mean 'trainer'"):
        make().run(until="trainr")


def test_the_slots_of_a_run(make):
    assert make().slots_until(None) == ["data", "split", "preprocesser", "trainer", "evaluator", "deployer"]
    assert make(evaluator=None).slots_until(None) == ["data", "split", "preprocesser", "trainer", "deployer"]
    assert make().slots_until("split") == ["data", "split"]


def test_a_pipeline_says_what_it_is(make):
    assert repr(TrainingPipeline("a")) == "TrainingPipeline('a': no steps yet)"
    assert repr(make(evaluator=None, deployer=None)) == (
        "TrainingPipeline('penguins': data -> split -> preprocesser -> trainer)"
    )


def test_a_copy_shares_no_step(make):
    pipeline = make()
    pipeline.run_id = "a.1"
    pipeline.listeners.append(print)
    other = pipeline.copy("other")
    assert (other.name, other.run_id, other.listeners) == ("other", None, [])
    assert other.steps == pipeline.steps
    assert not {id(step) for step in other.steps.values()} & {id(step) for step in pipeline.steps.values()}
    other.steps["split"].split_map["train"] = 0
    other.add_trainer(TFFeedForwardTrainer(epochs=9))
    assert pipeline.steps["split"].split_map["train"] == 0.7
    assert pipeline.steps["trainer"].epochs == 1
    named = make()
    named.add_datasource(pipeline.datasource, "abc")
    assert named.copy("other").datasource_commit_id == "abc"


def test_a_base_pipeline_has_no_steps(make_source):
    pipeline = BasePipeline("a")
    with pytest.raises(DeclarationError, match="add_datasource was not called"):
        pipeline.check()
    pipeline.add_datasource(make_source())
    pipeline.check()


@pytest.mark.parametrize(
    "call",
    [
        lambda p: p.last_run,
        lambda p: p.artifacts,
        lambda p: p.view_statistics(),
        lambda p: p.view_schema(),
        lambda p: p.view_anomalies(),
        lambda p: p.evaluate(),
        lambda p: p.evaluation(),
        lambda p: p.sample_data(),
        lambda p: p.sample_transformed_data(),
        lambda p: p.get_model_uri(),
        lambda p: p.download_model(),
    ],
)
def test_helpers_before_any_run_say_so(make, call):
    with pytest.raises(NotAvailableError, match=r"pipeline penguins has not been run yet(.|\n)*Call run\(\)"):
        call(make())


def test_a_named_commit_is_run_on(make, make_source):
    source = make_source()
    first = source.commit()
    later = make_source(frame=source.df.assign(mass=7))
    later.commit()
    pipeline = make(source=later)
    assert pipeline.commit().id != first
    pipeline.add_datasource(later, first)
    assert pipeline.commit().id == first
    assert pipeline.to_config()["pipeline"]["datasource_commit_id"] == first


def test_data_that_has_changed_since_the_recorded_commit_is_told(make):
    document = make().to_config()
    document["pipeline"]["datasource_commit_id"] = "0123456789abcdef"
    pipeline = TrainingPipeline.from_config(document)
    pipeline.add_datasource(make().datasource, "0123456789abcdef")
    for changed in (pipeline, pipeline.copy("other")):
        with pytest.raises(DataError, match=r"0123456789abcdef: it has changed, its commit would be (.|\n)*add_data"):
            changed.check()
        assert pipeline.datasource.get_commits() == []


@pytest.mark.parametrize("named", ["nonsense", "0123456789abcdef", "", 5])
def test_a_commit_that_there_is_not_is_told_and_nothing_committed(make, make_source, named):
    source = make_source()
    pipeline = make(source=source)
    pipeline.add_datasource(source, named)
    with pytest.raises(NotAvailableError, match=rf"no commit {named!r}(.|\n)*Nothing of it is committed here yet"):
        pipeline.check()
    assert source.get_commits() == []
    first = source.commit()
    later = make_source(frame=source.df.assign(mass=7))
    pipeline.add_datasource(later, first[:-1] + "x")
    with pytest.raises(NotAvailableError, match=f"Did you mean '{first}'"):
        pipeline.check()
    assert [commit.id for commit in later.get_commits()] == [first]
    assert [path.name for path in (pipeline.repository.artifact_store / "datasources").iterdir()] == ["penguins"]


def test_the_same_data_in_another_repository_is_the_named_commit(make, make_source, tmp_path, monkeypatch):
    from zenml_nb.repository import create_repository

    named = make_source().commit()
    create_repository(tmp_path / "elsewhere")
    monkeypatch.chdir(tmp_path / "elsewhere")
    pipeline = make()
    pipeline.add_datasource(make_source(), named)
    assert pipeline.commit().id == named


def test_evaluators_that_cannot_run_are_told_before(make):
    with pytest.raises(NotAvailableError, match=r"cannot run BaseEvaluatorStep(.|\n)*TFMAEvaluator"):
        make(evaluator=BaseEvaluatorStep()).check()


HEAVY = ("tensorflow", "tfx", "apache_beam", "tensorflow_data_validation", "keras", "pandas", "pyarrow", "ml_metadata")
BUILD = f"""
import sys
import zenml_nb
from zenml_nb.steps import *
pipeline = zenml_nb.TrainingPipeline(name="a")
pipeline.add_datasource(zenml_nb.CSVDatasource(name="taxi", path="taxi.csv"))
pipeline.add_split(RandomSplit())
pipeline.add_preprocesser(StandardPreprocesser(labels=["tips"]))
pipeline.add_trainer(TFFeedForwardTrainer())
pipeline.add_evaluator(TFMAEvaluator())
pipeline.add_deployment(LocalDirectoryDeployer("out"))
pipeline.to_config()
repr(pipeline)
print([name for name in {HEAVY} if name in sys.modules])
"""


def test_building_a_pipeline_imports_nothing_heavy(repository):
    import os

    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    asked = subprocess.run([sys.executable, "-c", BUILD], capture_output=True, text=True, check=True, env=environment)
    assert asked.stdout.strip().splitlines()[-1] == "[]"
