from __future__ import annotations

import os

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from zenml_nb.config.pipeline_file import config_hash, dump_pipeline, load_pipeline
from zenml_nb.datasources import CSVDatasource
from zenml_nb.errors import ConfigError, DeclarationError
from zenml_nb.pipelines import BasePipeline, TrainingPipeline
from zenml_nb.repository import create_repository
from zenml_nb.steps import RandomSplit, StandardPreprocesser, TFFeedForwardTrainer


class OwnPipeline(TrainingPipeline):
    pass


@pytest.fixture
def written(make):
    """A whole pipeline and the file that a run of it writes."""
    pipeline = make()
    pipeline.commit()
    return pipeline, pipeline.write_config(dump_pipeline(pipeline.to_config()))


def test_a_written_pipeline_is_loaded_again(written):
    pipeline, path = written
    assert path == pipeline.repository.pipelines_dir / "penguins.yaml"
    again = TrainingPipeline.load(path)
    assert (again.name, again.steps, again.datasource) == (pipeline.name, pipeline.steps, pipeline.datasource)
    assert again.enable_cache is True
    assert again.to_config() == pipeline.to_config() == load_pipeline(path, list(pipeline.steps))
    assert again.datasource_commit_id == pipeline.commit().id


def test_the_configuration_is_the_same_elsewhere(written, tmp_path, monkeypatch):
    pipeline, path = written
    create_repository(tmp_path / "elsewhere")
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert config_hash(TrainingPipeline.load(path).to_config()) == config_hash(pipeline.to_config())


def test_a_loaded_pipeline_takes_further_steps(written):
    pipeline = TrainingPipeline.load(written[1])
    pipeline.add_trainer(TFFeedForwardTrainer(epochs=9))
    pipeline.add_datasource(written[0].datasource)
    assert pipeline.steps["trainer"].epochs == 9
    assert pipeline.datasource_commit_id is None
    pipeline.check("split")


def test_the_class_of_a_pipeline_is_kept(make_steps, repository):
    pipeline = OwnPipeline("own", enable_cache=False)
    pipeline.add_split(make_steps()["split"])
    path = pipeline.write_config(dump_pipeline(pipeline.to_config()))
    for kind in (BasePipeline, TrainingPipeline, OwnPipeline):
        again = kind.load(path)
        assert type(again) is OwnPipeline
        assert (again.enable_cache, again.steps, again.datasource) == (False, pipeline.steps, None)


@pytest.mark.parametrize(
    ("old", "new", "error", "text"),
    [
        ("enable_cache: true", "enable_cash: true", DeclarationError, "Did you mean 'enable_cache'"),
        ("name: penguins\n  source", "name: pen guins\n  source", DeclarationError, "cannot be the name of a pipeline"),
        ("epochs: 1", "epoch: 1", DeclarationError, "Did you mean 'epochs'"),
        ("epochs: 1", "epochs: none", DeclarationError, "epochs holds 'none'"),
        ("split.RandomSplit", "split.RandomSplitt", ConfigError, "Did you mean 'RandomSplit'"),
        ("trainer.TFFeedForwardTrainer", "split.RandomSplit", DeclarationError, "RandomSplit has no argument"),
        ("pandas.PandasDatasource", "csv.CSVDatasourc", ConfigError, "Did you mean 'CSVDatasource'"),
        ("training.TrainingPipeline", "slots.Slot", ConfigError, "is not a TrainingPipeline"),
        ("    evaluator:", "    evaluatr:", ConfigError, r"Did you mean 'evaluator'(.|\n)*"),
    ],
)
def test_a_mistake_in_the_file_is_told(written, old, new, error, text):
    path = written[1]
    content = path.read_text(encoding="utf-8")
    assert content.count(old) == 1
    path.write_text(content.replace(old, new), encoding="utf-8")
    with pytest.raises(error, match=text):
        TrainingPipeline.load(path)


def test_a_missing_file_is_told_with_the_nearest_name(written):
    with pytest.raises(ConfigError, match=r"Did you mean 'penguins\.yaml'"):
        TrainingPipeline.load(written[1].with_name("penguin.yaml"))


def test_a_step_in_another_slot_is_told(written):
    path = written[1]
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    document["pipeline"]["steps"] = {"trainer": document["pipeline"]["steps"]["split"]}
    with pytest.raises(DeclarationError, match=r"add_trainer takes a BaseTrainerStep(.|\n)*Use add_split"):
        TrainingPipeline.from_config(document)


def test_the_configuration_names_no_absolute_store(written):
    document = written[0].to_config()
    assert document["artifact_store"] == ".zenml_nb/artifacts"
    assert document["metadata"] == {"type": "sqlite", "uri": ".zenml_nb/metadata.sqlite"}
    assert {"python", "system", "packages"} == set(document["environment"])


texts = st.text(min_size=1, max_size=6)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("pipelines") / "a.yaml"


@pytest.fixture(scope="module")
def found_repository(tmp_path_factory):
    return create_repository(tmp_path_factory.mktemp("repository"))


@given(
    data=texts,
    seed=st.integers(),
    features=st.none() | st.lists(texts, unique=True, max_size=3),
    fillings=st.dictionaries(texts, st.floats(allow_nan=False, allow_infinity=False) | texts, max_size=3),
    lr=st.floats(1e-300, 1e300),
    layers=st.lists(st.integers(1, 10**30), max_size=3),
    cache=st.booleans(),
)
def test_any_arguments_come_back_from_the_file(
    path, found_repository, data, seed, features, fillings, lr, layers, cache
):
    pipeline = TrainingPipeline("a", enable_cache=cache)
    pipeline._repository = found_repository
    pipeline.add_datasource(CSVDatasource(name="a", path=data))
    pipeline.add_split(RandomSplit({"train": 1.0}, seed=seed))
    overwrite = {
        name: {"filling": {"method": "custom", "parameters": {"custom_value": value}}}
        for name, value in fillings.items()
    }
    pipeline.add_preprocesser(StandardPreprocesser(features=features, overwrite=overwrite))
    pipeline.add_trainer(TFFeedForwardTrainer(lr=lr, hidden_layers=layers))
    document = pipeline.to_config()
    path.write_text(dump_pipeline(document), encoding="utf-8")
    again = TrainingPipeline.load(path)
    again._repository = found_repository
    assert again.to_config() == document
    assert config_hash(again.to_config()) == config_hash(document)
    assert again.steps == pipeline.steps
    assert os.path.abspath(again.datasource.path) == os.path.abspath(os.path.expanduser(pipeline.datasource.path))


def test_the_file_has_paths_that_hold_wherever_the_project_lies(repository, tmp_path_factory):
    (repository.root / "data").mkdir()
    (repository.root / "data" / "a.csv").write_text("a,b\n1,2\n")
    for path in ("data/a.csv", str(repository.root / "data" / "a.csv")):
        pipeline = TrainingPipeline("a")
        pipeline.add_datasource(CSVDatasource(name="a", path=path))
        assert pipeline.to_config()["pipeline"]["datasource"]["args"]["path"] == "data/a.csv"
    file = pipeline.write_config(dump_pipeline(pipeline.to_config()))
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "project"
    repository.root.rename(elsewhere)
    os.chdir(elsewhere / "data")
    again = TrainingPipeline.load(elsewhere / "pipelines" / file.name)
    assert again.commit().n_rows == 1
    assert again.to_config()["pipeline"]["datasource"]["args"]["path"] == "data/a.csv"


def test_a_path_outside_the_project_stays_as_it_is(repository, tmp_path_factory):
    outside = str(tmp_path_factory.mktemp("outside") / "a.csv")
    pipeline = TrainingPipeline("a")
    pipeline.add_datasource(CSVDatasource(name="a", path=outside))
    assert pipeline.to_config()["pipeline"]["datasource"]["args"]["path"] == outside
