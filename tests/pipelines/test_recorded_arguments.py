"""What pipelines of one's own are constructed with survives a copy and a file."""

from __future__ import annotations

import copy

import pytest

from zenml_nb import ArtifactStore
from zenml_nb.config.pipeline_file import dump_pipeline
from zenml_nb.errors import DeclarationError, NotAvailableError
from zenml_nb.pipelines import TrainingPipeline
from zenml_nb.steps import NoSplit, RandomSplit


class Mine(TrainingPipeline):
    def __init__(self, name, depth=1, enable_cache=True):
        super().__init__(name, enable_cache)
        self.depth = depth


class Demanding(TrainingPipeline):
    def __init__(self, name, depth):
        super().__init__(name)
        self.depth = depth


class HandingOn(TrainingPipeline):
    def __init__(self, *args, depth=1, **kwargs):
        super().__init__(*args, **kwargs)
        self.depth = depth


class Titled(TrainingPipeline):
    def __init__(self, title, *, depth=(1,)):
        super().__init__(title, enable_cache=False)
        self.depth = depth


class NamedLater(TrainingPipeline):
    def __init__(self, depth, name="later"):
        super().__init__(name)
        self.depth = depth


class Overriding(Mine):
    def __init__(self, name, reader=print, enable_cache=True):
        super().__init__(name, 2, enable_cache)
        self.reader = reader

    def arguments(self):
        return {"reader": None, **super().arguments()}


class Below(Overriding):
    def __init__(self, name, width=1, reader=print, enable_cache=True):
        super().__init__(name, reader, enable_cache)
        self.width = width


def through_a_file(pipeline):
    return TrainingPipeline.load(pipeline.write_config(dump_pipeline(pipeline.to_config())))


def through_a_config(pipeline):
    return type(pipeline).from_config(pipeline.to_config())


AGAIN = [lambda pipeline: pipeline.copy("n"), through_a_file, through_a_config]


@pytest.mark.parametrize("again", AGAIN)
@pytest.mark.parametrize(
    ("made", "arguments"),
    [
        (lambda: Mine("m", depth=7), {"depth": 7, "enable_cache": True}),
        (lambda: Mine("m", 7, False), {"depth": 7, "enable_cache": False}),
        (lambda: Demanding("m", 7), {"depth": 7}),
        (lambda: Demanding("m", depth={"a": [7]}), {"depth": {"a": [7]}}),
        (lambda: HandingOn("m", depth=7), {"depth": 7}),
        (lambda: HandingOn("m", False, depth=7), {"depth": 7, "enable_cache": False}),
        (lambda: HandingOn(name="m", depth=7, enable_cache=False), {"depth": 7, "enable_cache": False}),
        (lambda: Titled("m", depth=[7, 8]), {"depth": [7, 8]}),
        (lambda: NamedLater(7, "m"), {"depth": 7}),
        (lambda: TrainingPipeline("m", False), {"enable_cache": False}),
    ],
)
def test_arguments_are_kept(repository, again, made, arguments):
    pipeline = made()
    assert pipeline.arguments() == pipeline.to_config()["pipeline"]["args"] == arguments
    other = again(pipeline)
    assert type(other) is type(pipeline)
    assert other.arguments() == arguments
    assert getattr(other, "depth", None) == getattr(pipeline, "depth", None)
    assert other.enable_cache is pipeline.enable_cache
    assert again(other).arguments() == arguments


def test_a_copy_shares_no_argument(repository):
    pipeline = Demanding("m", depth=[1])
    pipeline.copy("n").depth.append(2)
    pipeline.arguments()["depth"].append(3)
    assert pipeline.arguments() == {"depth": [1]}


def test_the_cache_is_recorded_as_it_is_now(repository):
    pipeline = Mine("m", depth=7)
    pipeline.enable_cache = False
    assert pipeline.copy("n").enable_cache is False
    handing = HandingOn("m")
    handing.enable_cache = False
    assert handing.copy("n").enable_cache is False


@pytest.mark.parametrize("again", AGAIN)
def test_what_a_class_says_of_its_arguments_counts(repository, again):
    assert again(Overriding("m")).reader is None
    pipeline = Below("m", width=7)
    assert pipeline.to_config()["pipeline"]["args"] == {"reader": None, "enable_cache": True, "width": 7}
    assert (again(pipeline).width, again(pipeline).reader) == (7, None)


def test_what_cannot_be_recorded_is_told_before_a_run(make_source):
    pipeline = Demanding("m", depth=print)
    pipeline.add_datasource(make_source())
    for call in (lambda: pipeline.check("data"), pipeline.to_config, lambda: pipeline.copy("n")):
        with pytest.raises(DeclarationError, match=r"Demanding\(depth=...\) holds a builtin(.|\n)*arguments\(\)"):
            call()


def test_a_wrong_argument_is_told(repository):
    with pytest.raises(DeclarationError, match="Did you mean 'depth'"):
        Mine("m", dept=7)
    with pytest.raises(DeclarationError, match="missing a required argument: 'depth'"):
        Demanding("m")
    with pytest.raises(DeclarationError, match="Did you mean 'enable_cache'"):
        TrainingPipeline("m", enable_cash=True)


def test_a_file_of_an_older_version_is_read(repository):
    pipeline = Demanding("m", depth=7)
    document = pipeline.to_config()
    document["pipeline"]["args"] = {"depth": 7, "enable_cache": True}
    assert TrainingPipeline.from_config(document).depth == 7
    document = Mine("m", depth=7).to_config()
    document["pipeline"]["args"] = {"enable_cache": False}
    again = TrainingPipeline.from_config(document)
    assert (again.depth, again.enable_cache) == (1, False)


def test_a_pipeline_is_deeply_copied(repository):
    pipeline = Mine("m", depth=7)
    assert copy.deepcopy(pipeline).arguments() == pipeline.arguments()


def test_steps_and_data_are_given_at_once(make, make_source):
    whole = make()
    pipeline = TrainingPipeline("penguins", steps_dict=whole.steps, datasource=make_source(), backend="local")
    assert pipeline.to_config() == whole.to_config()
    assert pipeline.copy("n").steps == whole.steps
    with pytest.raises(DeclarationError, match="Did you mean 'split'"):
        TrainingPipeline("m", steps_dict={"spilt": NoSplit()})
    with pytest.raises(DeclarationError, match="add_trainer takes a BaseTrainerStep"):
        TrainingPipeline("m", steps_dict={"trainer": RandomSplit()})
    with pytest.raises(DeclarationError, match="steps_dict is"):
        TrainingPipeline("m", steps_dict=[NoSplit()])
    with pytest.raises(DeclarationError, match="add_datasource takes a datasource"):
        TrainingPipeline("m", datasource="trips")


def test_a_pipeline_runs_here_and_in_the_stores_of_its_repository(make, repository):
    stores = {"artifact_store": ArtifactStore(repository.artifact_store), "metadata_store": repository.metadata}
    TrainingPipeline("m", **stores)
    TrainingPipeline("m", artifact_store=str(repository.artifact_store))
    for call in (make().run, lambda **given: TrainingPipeline("m", **given)):
        with pytest.raises(NotAvailableError, match=r"run on this machine(.|\n)*'local'"):
            call(backend="kubeflow")
        with pytest.raises(NotAvailableError, match=r"stores of its repository(.|\n)*config set artifact_store"):
            call(artifact_store="elsewhere")
        with pytest.raises(NotAvailableError, match="folders of this machine"):
            call(artifact_store="gs://bucket")
        with pytest.raises(NotAvailableError, match=r"another one: of type mysql(.|\n)*config set metadata") as told:
            call(metadata_store={"type": "mysql", "password": "hush"})
        assert "hush" not in str(told.value)
    assert make().get_status() == "NOT_RUN"
