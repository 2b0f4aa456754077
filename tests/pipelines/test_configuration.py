from __future__ import annotations

import json
import os
import subprocess
import warnings

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from zenml_nb.config.pipeline_file import config_hash, dump_pipeline, load_pipeline
from zenml_nb.datasources import CSVDatasource
from zenml_nb.errors import ConfigError, DeclarationError, ZenmlNbError
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
    assert {"python", "platform", "packages"} == set(document["environment"])


texts = st.text(min_size=1, max_size=6)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("pipelines") / "a.yaml"


@pytest.fixture(scope="module")
def found_repository(tmp_path_factory):
    return create_repository(tmp_path_factory.mktemp("repository"))


shares = st.permutations(["train", "eval", "test", "later"]).map(lambda names: dict.fromkeys(names, 0.25))


@given(
    # No file has a name with the character that ends it.
    data=texts.filter(lambda text: "\0" not in text),
    split_map=shares,
    seed=st.integers(),
    features=st.none() | st.lists(texts, unique=True, max_size=3),
    fillings=st.dictionaries(texts, st.floats(allow_nan=False, allow_infinity=False) | texts, max_size=3),
    lr=st.floats(1e-300, 1e300),
    layers=st.lists(st.integers(1, 10**30), max_size=3),
    cache=st.booleans(),
)
def test_any_arguments_come_back_from_the_file(
    path, found_repository, data, split_map, seed, features, fillings, lr, layers, cache
):
    pipeline = TrainingPipeline("a", enable_cache=cache)
    pipeline._repository = found_repository
    pipeline.add_datasource(CSVDatasource(name="a", path=data))
    pipeline.add_split(RandomSplit(split_map, seed=seed))
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
    # As text, because equal dictionaries may have different orders.
    assert json.dumps(again.to_config()) == json.dumps(document)
    assert config_hash(again.to_config()) == config_hash(document)
    assert again.steps == pipeline.steps
    assert again.steps["split"].get_split_names() == list(split_map)
    for other in (TrainingPipeline.from_config(document, found_repository.root), pipeline.copy("a"), again.copy("a")):
        other._repository = found_repository
        assert json.dumps(other.to_config()) == json.dumps(document)
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


PLACES = [
    ("enable_cache: true", "enable_cash: true", "enable_cash", "Did you mean 'enable_cache'"),
    ("name: penguins\n  source", "name: pen guins\n  source", "name: pen guins", "cannot be the name"),
    ("epochs: 1", "epoch: 1", "epoch: 1", "Did you mean 'epochs'"),
    ("epochs: 1", "epochs: none", "epochs: none", "epochs holds 'none'"),
    ("hidden_activation: relu", "hidden_activation: 5", "hidden_activation: 5", "There is no hidden_activation 5"),
    ("lr: 0.001", "lr: [0.1]", "lr: [0.1]", r"lr is \[0.1\]"),
    ("train: 0.7", "train: 7", "train: 7", "share of split 'train' is 7"),
    ("labels:\n        - species", "labels:\n        - s\n        - s", "s\n        - s", "names a column twice"),
    ("split.RandomSplit", "split.RandomSplitt", "source: zenml_nb.steps.split.R", "Did you mean 'RandomSplit'"),
    ("pandas.PandasDatasource", "csv.CSVDatasourc", "source: zenml_nb.datasources", "Did you mean 'CSVDatasource'"),
    ("training.TrainingPipeline", "base.BasePipeline", "source: zenml_nb.pipelines", "is not a TrainingPipeline"),
    ("    evaluator:", "    evaluatr:", "evaluatr:", "Did you mean 'evaluator'"),
    ("output_dir: deployed", "output_dir: 1", "output_dir: 1", "output_dir is 1"),
]


@pytest.mark.parametrize(("old", "new", "mark", "text"), PLACES)
def test_a_mistake_is_told_at_its_line(written, old, new, mark, text):
    path = written[1]
    content = path.read_text(encoding="utf-8")
    assert content.count(old) == 1
    wrong = content.replace(old, new)
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(ZenmlNbError, match=text) as caught:
        TrainingPipeline.load(path)
    before = wrong[: wrong.index(mark)]
    line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
    assert caught.value.where.startswith(f"pipelines/penguins.yaml, line {line}, column {column}")


def test_a_file_of_version_1_is_loaded(written):
    pipeline, path = written
    content = path.read_text(encoding="utf-8")
    path.write_text(content.replace("version: 2", "version: 1").replace("  platform:", "  system:"), encoding="utf-8")
    again = TrainingPipeline.load(path)
    assert again.to_config() == pipeline.to_config()


def test_another_major_version_is_warned_of_and_no_more(written):
    path = written[1]
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    document["environment"]["packages"].update({"numpy": "0.9", "gone": "1.0"})
    path.write_text(dump_pipeline(document), encoding="utf-8")
    with pytest.warns(UserWarning, match=r"penguins.yaml was written with numpy 0.9, here \d") as caught:
        assert TrainingPipeline.load(path).name == "penguins"
    assert caught[0].filename == __file__


def test_the_same_environment_is_not_warned_of(written):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        TrainingPipeline.load(written[1])


def test_the_commit_of_the_code_is_recorded(repository):
    def git(*arguments):
        who = ["-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run(["git", *who, *arguments], cwd=repository.root, check=True, capture_output=True)

    git("init")
    git("add", ".")
    git("commit", "-m", "first")
    found = TrainingPipeline("a").to_config()["environment"]["git"]
    assert (len(found["commit"]), found["dirty"]) == (40, False)
    with open(repository.marker / "config.yaml", "a") as file:
        file.write("# changed\n")
    assert TrainingPipeline("a").to_config()["environment"]["git"] == {**found, "dirty": True}


def test_a_copy_shares_nothing_which_zenml_0_3_8_did(make):
    pipeline = make()
    other = pipeline.copy("other")
    assert other.to_config()["pipeline"] == {**pipeline.to_config()["pipeline"], "name": "other"}
    assert other.repository == pipeline.repository
    other.steps["split"].split_map["train"] = 0.5
    other.steps["trainer"]._recorded_args["epochs"] = 9
    other.datasource.name = "others"
    other.datasource.df.loc[0, "mass"] = -1
    other.add_split(RandomSplit({"train": 1.0}))
    assert pipeline.steps["split"].split_map == {"train": 0.7, "eval": 0.3}
    assert pipeline.steps["trainer"].args["epochs"] == 1
    assert pipeline.datasource.name == "penguins"
    assert pipeline.datasource.df.loc[0, "mass"] == 0


def test_the_order_of_splits_survives_the_file(repository):
    pipeline = TrainingPipeline("a")
    pipeline.add_split(RandomSplit({"train": 0.5, "eval": 0.25, "before": 0.25}))
    again = TrainingPipeline.load(pipeline.write_config(dump_pipeline(pipeline.to_config())))
    assert again.steps["split"].get_split_names() == ["train", "eval", "before"]
    assert again.steps == pipeline.steps
    other = TrainingPipeline("a")
    other.add_split(RandomSplit({"before": 0.25, "eval": 0.25, "train": 0.5}))
    assert other.steps != pipeline.steps
    assert config_hash(other.to_config()) != config_hash(pipeline.to_config())


class Connected(CSVDatasource):
    def __init__(self, name: str, password: str, settings: dict | None = None):
        super().__init__(name, "a.csv")
        self.password = password


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"password": "sesame"}, r"'password' looks like a secret(.|\n)*password=\{'env': 'PASSWORD'\}"),
        ({"password": "", "settings": {"api_token": "sesame"}}, "'api_token' looks like a secret"),
        ({"password": "", "settings": {"a": ["postgresql://me:sesame@db/x"]}}, "address with a password"),
    ],
)
def test_no_password_is_written_which_zenml_0_3_8_did(repository, arguments, text):
    pipeline = TrainingPipeline("a")
    pipeline.add_datasource(Connected("a", **arguments))
    with pytest.raises(ConfigError, match=text) as caught:
        dump_pipeline(pipeline.to_config())
    assert "sesame" not in str(caught.value)
    assert [path for path in repository.root.rglob("*.yaml") if "sesame" in path.read_text()] == []


def test_a_password_of_the_store_is_not_written_either(repository):
    document = TrainingPipeline("a").to_config()
    metadata = {"type": "mysql", "host": "h", "database": "d", "username": "u"}
    with pytest.raises(ConfigError, match="password_env: PASSWORD"):
        dump_pipeline({**document, "metadata": {**metadata, "password": "sesame"}})
    assert "NAME" in dump_pipeline({**document, "metadata": {**metadata, "password_env": "NAME"}})


def test_a_named_secret_comes_back_from_the_file(repository, monkeypatch):
    monkeypatch.setenv("TAXI_PASSWORD", "sesame")
    pipeline = TrainingPipeline("a")
    pipeline.add_datasource(Connected("a", password={"env": "TAXI_PASSWORD"}))
    path = pipeline.write_config(dump_pipeline(pipeline.to_config()))
    assert "sesame" not in path.read_text()
    again = TrainingPipeline.load(path)
    assert again.datasource.password == "sesame"
    assert again.to_config() == pipeline.to_config()
    monkeypatch.delenv("TAXI_PASSWORD")
    with pytest.raises(ConfigError, match=r"TAXI_PASSWORD is not set(.|\n)*a.yaml, line \d+, column 7"):
        TrainingPipeline.load(path)


def test_names_of_columns_are_no_secrets(repository):
    pipeline = TrainingPipeline("a")
    pipeline.add_datasource(CSVDatasource("a", "a.csv", column_types={"token": "STRING", "env": "STRING"}))
    path = pipeline.write_config(dump_pipeline(pipeline.to_config()))
    assert TrainingPipeline.load(path).datasource.column_types == {"token": "STRING", "env": "STRING"}


class Annotated(RandomSplit):
    def __init__(self, text: str, numbers: list[int] | None = None):
        super().__init__()


def test_types_are_those_of_the_annotations_of_this_package(repository, monkeypatch):
    pipeline = TrainingPipeline("a")
    pipeline.add_split(Annotated("a", [1]))
    path = pipeline.write_config(dump_pipeline(pipeline.to_config()))
    wrong = path.read_text().replace("text: a", "text: 1")
    path.write_text(wrong)
    # A class of the user's may annotate as it likes.
    assert TrainingPipeline.load(path).steps["split"].args["text"] == 1
    monkeypatch.setattr("zenml_nb.pipelines.constructing._OWN", Annotated.__module__)
    with pytest.raises(DeclarationError, match=r"Annotated: text is 1, a int(.|\n)*Give a text") as caught:
        TrainingPipeline.load(path)
    line = wrong[: wrong.index("text: 1")].count("\n") + 1
    assert caught.value.where == f"pipelines/a.yaml, line {line}, column 9"
