"""Documents and files that no pipeline can be made of: errors of this package, before anything is made."""

from __future__ import annotations

import pytest

from zenml_nb.datasources import ParquetDatasource
from zenml_nb.errors import ConfigError, DeclarationError
from zenml_nb.pipelines import TrainingPipeline
from zenml_nb.repository import check_settings
from zenml_nb.steps import BaseSplit, StandardPreprocesser


class Fraction(BaseSplit):
    """Raises what it raises."""

    def __init__(self, k):
        self.share = 1 / k

    def get_split_names(self):
        return ["train", "eval"]

    def partition_fn(self, element, num_partitions):
        return 0


@pytest.fixture
def document(make):
    return make().to_config()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: {**d, "version": 99}, r"version 99(.|\n)*newer zenml_nb"),
        (lambda d: {}, "version None"),
        (lambda d: {**d, "version": True}, "version True"),
        (lambda d: {"version": 2}, "'pipeline' of the document must be a dictionary"),
        (lambda d: {**d, "pipeline": {k: v for k, v in d["pipeline"].items() if k != "steps"}}, "lacks 'steps'"),
        (lambda d: {**d, "pipeline": {**d["pipeline"], "steps": {"split": {"source": "a.B"}}}}, "lacks 'args'"),
        (lambda d: "pipelines/t.yaml", r"not a str(.|\n)*load\(path\)"),
    ],
)
def test_from_config_refuses_what_is_no_document(document, change, told):
    with pytest.raises(ConfigError, match=told):
        TrainingPipeline.from_config(change(document))


@pytest.mark.parametrize(("k", "told"), [(0, "ZeroDivisionError"), ("abc", "TypeError")])
def test_a_constructor_that_raises_is_told_with_its_place(repository, make, k, told):
    pipeline = make(split=Fraction(2), preprocesser=None, trainer=None, evaluator=None, deployer=None)
    path = repository.pipelines_dir / "own.yaml"
    path.parent.mkdir(exist_ok=True)
    from zenml_nb.config.pipeline_file import dump_pipeline

    text = dump_pipeline(pipeline.to_config())
    assert text.count("k: 2") == 1
    path.write_text(text.replace("k: 2", f"k: {k}"))
    with pytest.raises(DeclarationError, match=rf"Fraction cannot be made(.|\n)*{told}(.|\n)*own.yaml, line") as caught:
        TrainingPipeline.load(path)
    assert caught.value.__cause__ is not None


def test_enable_cache_is_true_or_false():
    with pytest.raises(DeclarationError, match="enable_cache is 'false'"):
        TrainingPipeline("a", enable_cache="false")


@pytest.mark.parametrize("columns", [[1], 5, [], "a", ["a", "a"]])
def test_the_columns_of_a_parquet_file_are_names(columns):
    with pytest.raises(DeclarationError, match="columns"):
        ParquetDatasource("p", "a.parquet", columns=columns)


@pytest.mark.parametrize("names", [{"features": [["x"]]}, {"labels": [["x"]]}, {"features": [1]}])
def test_features_and_labels_are_names(names):
    with pytest.raises(DeclarationError, match="names of columns"):
        StandardPreprocesser(**names)


@pytest.mark.parametrize(
    "settings",
    [
        {"metadata": {"type": ["a"]}},
        {"metadata": {"type": "sqlite", "uri": ""}},
        {"metadata": {"type": "sqlite", "uri": 5}},
        {"metadata": {"type": "grpc", "host": "h", "port": "abc"}},
        {"metadata": {"type": "grpc", "host": "h", "port": 0}},
        {"pipelines_dir": ""},
    ],
)
def test_settings_that_mean_nothing_are_refused(settings):
    with pytest.raises(ConfigError, match=r"metadata|pipelines_dir"):
        check_settings(settings, "config.yaml")
