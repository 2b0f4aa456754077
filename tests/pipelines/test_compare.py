from __future__ import annotations

import pandas as pd
import pytest

import zenml_nb
from tests.records.conftest import Writer
from zenml_nb.config.pipeline_file import dump_pipeline
from zenml_nb.datasources import PandasDatasource
from zenml_nb.engine.ledger import Ledger, open_for_writing
from zenml_nb.errors import DeclarationError, NotAvailableError, RepositoryError
from zenml_nb.pipelines import TrainingPipeline
from zenml_nb.records import Store
from zenml_nb.records import vocabulary as v


@pytest.fixture
def recorded(repository):
    """A repository with runs of two pipelines, the oldest first."""
    writer = Writer(repository.metadata["uri"])
    for number, (name, pipeline) in enumerate([("taxi.1", "taxi"), ("tips.1", "tips"), ("taxi.2", "taxi")]):
        writer.own_run(name, pipeline, **{v.STARTED: 1_700_000_000_000 + number * 1000})
    return repository


def ids(view):
    return [run["id"] for run in view.document["runs"]]


def test_the_newest_runs_of_the_repository_are_compared(recorded):
    assert ids(zenml_nb.compare_training_runs()) == ["taxi.2", "tips.1", "taxi.1"]
    assert ids(zenml_nb.compare_training_runs(limit=1)) == ["taxi.2"]
    assert ids(zenml_nb.compare_training_runs(pipeline="taxi")) == ["taxi.2", "taxi.1"]
    assert ids(zenml_nb.compare_training_runs(pipeline=["tips", "taxi"], limit=2)) == ["taxi.2", "tips.1"]


def test_runs_are_named_by_id_or_by_their_record(recorded):
    run = Store(recorded.metadata).run("taxi.1")
    view = zenml_nb.compare_training_runs([run, "tips.1", "taxi.1"], repository=recorded.root, baseline="tips.1")
    assert ids(view) == ["taxi.1", "tips.1"]
    assert view.document["baseline"] == 1
    assert str(view).startswith("Comparison of 2 runs")


def test_a_pipeline_compares_its_own_runs(recorded):
    pipeline = TrainingPipeline("taxi")
    assert ids(pipeline.compare_training_runs()) == ["taxi.2", "taxi.1"]
    assert ids(pipeline.compare_training_runs("tips.1", "taxi.1")) == ["tips.1", "taxi.1"]


def test_what_does_not_exist_is_told_with_the_nearest(recorded):
    with pytest.raises(NotAvailableError, match=r"Did you mean 'tips\.1'"):
        zenml_nb.compare_training_runs(["tips.11"])
    with pytest.raises(NotAvailableError, match=r"'taxis' has not been run(.|\n)*Did you mean 'taxi'"):
        zenml_nb.compare_training_runs(pipeline="taxis")
    with pytest.raises(NotAvailableError, match="The baseline 'x' is none of the runs"):
        zenml_nb.compare_training_runs(baseline="x")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"runs": "taxi.1"}, "a single run"),
        ({"runs": []}, "no runs to compare"),
        ({"runs": [3]}, "holds a int"),
        ({"limit": 0}, "limit=0"),
        ({"limit": True}, "limit=True"),
    ],
)
def test_arguments_that_mean_nothing_are_told(recorded, given, said):
    with pytest.raises(DeclarationError, match=said):
        zenml_nb.compare_training_runs(**given)


def test_without_runs_or_repository_it_says_so(repository, tmp_path_factory):
    with pytest.raises(NotAvailableError, match="Nothing was run"):
        zenml_nb.compare_training_runs()
    with pytest.raises(RepositoryError, match="no zenml_nb repository"):
        zenml_nb.compare_training_runs(repository=tmp_path_factory.mktemp("empty"))


@pytest.fixture
def over_two(repository):
    """A repository with a run of one pipeline over each of two datasources, and one of another tool."""
    found = {}
    for name in ("trips", "birds"):
        pipeline = TrainingPipeline("taxi")
        pipeline.add_datasource(PandasDatasource(name, df=pd.DataFrame({"fare": [1, 2]})))
        pipeline.commit()
        ledger = Ledger(repository, open_for_writing(repository), "taxi")
        ledger.begin(dump_pipeline(pipeline.to_config()), "hash", None)
        ledger.finish(v.COMPLETE)
        found[name] = ledger.run_id
    Writer(repository.metadata["uri"]).own_run("other.1", "other")
    return found


def test_only_runs_over_a_datasource_are_compared(over_two, repository):
    source = PandasDatasource("birds", df=pd.DataFrame({"fare": [1]}))
    for datasource in ("birds", source):
        assert ids(zenml_nb.compare_training_runs(datasource=datasource)) == [over_two["birds"]]
        assert ids(repository.compare_training_runs(datasource=datasource)) == [over_two["birds"]]
        assert ids(TrainingPipeline("taxi").compare_training_runs(datasource=datasource)) == [over_two["birds"]]
    assert len(ids(repository.compare_training_runs())) == 3
    with pytest.raises(NotAvailableError, match="Did you mean 'birds'"):
        repository.compare_training_runs(datasource="brids")
    with pytest.raises(DeclarationError, match="datasource is a int"):
        repository.compare_training_runs(datasource=5)
    with pytest.raises(DeclarationError, match="the runs are named"):
        zenml_nb.compare_training_runs([over_two["trips"]], datasource="birds")


def test_runs_are_compared_on_a_page(recorded, monkeypatch):
    shown = []
    monkeypatch.setattr("zenml_nb.views.page.serve", lambda document, text, port: shown.append((document, port)) or 1)
    assert recorded.compare_training_runs(port=0) == 1
    assert TrainingPipeline("taxi").compare_training_runs(port=8123) == 1
    assert [(len(document["runs"]), port) for document, port in shown] == [(3, 0), (2, 8123)]
