from __future__ import annotations

from datetime import datetime, timezone

import pytest

from zenml_nb.errors import NotAvailableError
from zenml_nb.records import vocabulary as v


@pytest.fixture
def own(writer):
    """A run of ours: data, a cached split that reads it, a trainer that failed."""
    run = writer.own_run(state=v.FAILED, finished=1_700_000_060_000, failed_step="trainer", config_hash="abc")
    data = writer.artifact("Examples", "/data", split_names='["examples"]', version="1")
    split = writer.artifact("Examples", "/split", split_names='["train", "eval"]')
    model = writer.artifact("Model", "/model")
    custom = {v.REASON: "first run", v.SECONDS: 3}
    writer.execution("D", "COMPLETE", [run], (), [("examples", data)], custom, component_id="Data")
    writer.execution("S", "CACHED", [run], [("input_examples", data)], [("examples", split)], component_id="Split")
    error = {v.ERROR: "Traceback"}
    writer.execution("T", "FAILED", [run], [("examples", split)], [("model", model)], error, component_id="Trainer")
    return writer


def test_our_run_is_read_whole(own):
    run = own.read().run("taxi.1")
    assert (run.id, run.pipeline, run.state) == ("taxi.1", "taxi", v.FAILED)
    assert run.started == datetime(2023, 11, 14, 22, 13, 20, tzinfo=timezone.utc)
    assert run.finished == datetime(2023, 11, 14, 22, 14, 20, tzinfo=timezone.utc)
    assert run.properties["failed_step"] == "trainer"
    assert run.properties["config_hash"] == "abc"
    assert not {v.STATE, v.STARTED, v.FINISHED, v.PIPELINE} & set(run.properties)
    assert [(e.component, e.state) for e in run.executions] == [
        ("Data", v.COMPLETE),
        ("Split", v.CACHED),
        ("Trainer", v.FAILED),
    ]


def test_executions_know_their_artifacts_reason_and_error(own):
    data, split, trainer = own.read().run("taxi.1").executions
    assert (data.reason, data.seconds, data.inputs) == ("first run", 3.0, ())
    assert [(a.key, a.type, a.uri, a.splits) for a in split.inputs] == [
        ("input_examples", "Examples", "/data", ("examples",))
    ]
    assert [(a.key, a.uri, a.splits) for a in split.outputs] == [("examples", "/split", ("train", "eval"))]
    assert data.outputs[0].properties["version"] == "1"
    assert (trainer.error, trainer.reason) == ("Traceback", "")
    assert str(split.outputs[0].split_path("eval")) == "/split/Split-eval"


def test_an_artifact_counts_if_its_component_ended_well(own):
    run = own.read().run("taxi.1")
    assert run.artifact("Split", "examples").uri == "/split"
    assert run.artifact("Split", "nothing") is None
    assert run.artifact("Trainer", "model") is None
    assert run.artifact("Evaluator", "evaluation") is None


def test_artifacts_are_found_by_exactly_their_uri(own):
    own.artifact("Model", "/model")
    assert [(a.id, a.type, a.splits) for a in own.read().artifacts_at("/split")] == [(2, "Examples", ("train", "eval"))]
    assert [a.id for a in own.read().artifacts_at("/model")] == [3, 4]
    assert own.read().artifacts_at("/mod") == own.read().artifacts_at("") == []


def test_the_artifacts_are_a_frame(own):
    run = own.read().run("taxi.1")
    assert run.artifacts.values.tolist() == [
        ["Data", "examples", "Examples", "examples", "COMPLETE", 1, "/data"],
        ["Split", "examples", "Examples", "train, eval", "CACHED", 2, "/split"],
        ["Trainer", "model", "Model", "", "FAILED", 3, "/model"],
    ]
    assert list(run.artifacts.columns) == ["component", "output", "type", "splits", "state", "id", "uri"]


def test_a_run_is_shown_with_its_reasons(own):
    lines = str(own.read().run("taxi.1")).splitlines()
    assert lines[0] == "Run taxi.1 of taxi: FAILED"
    assert lines[1].split() == ["Data", "COMPLETE", "3.0", "s", "first", "run"]
    assert len(lines) == 4


def test_runs_are_listed_newest_first(writer):
    for name, pipeline in (("a.1", "a"), ("b.1", "b"), ("a.2", "a")):
        writer.own_run(name, pipeline)
    store = writer.read()
    assert [run.id for run in store.runs()] == ["a.2", "b.1", "a.1"]
    assert [run.id for run in store.runs("a")] == ["a.2", "a.1"]
    assert [run.id for run in store.runs("a", limit=1)] == ["a.2"]
    assert store.runs(limit=0) == []
    assert store.runs("none") == []
    assert store.latest_run("a").id == "a.2"
    assert store.latest_run("none") is None


def test_a_limit_reads_no_more_than_it_needs(writer, monkeypatch):
    for number in range(250):
        writer.own_run(f"p{number % 2}.{number:03}", f"p{number % 2}")
    store = writer.read()
    asked = []
    read = store._reader.read
    monkeypatch.setattr(store._reader, "read", lambda method, *args: asked.append(method) or read(method, *args))
    assert [run.id for run in store.runs(limit=3)] == ["p1.249", "p0.248", "p1.247"]
    assert [run.id for run in store.runs("p0", limit=2)] == ["p0.248", "p0.246"]
    assert store.latest_run("p1").id == "p1.249"
    assert "get_contexts_by_type" not in asked
    # What is not among the newest is found all the same, in one more call.
    assert [run.id for run in store.runs("p0", limit=125)][-2:] == ["p0.002", "p0.000"]
    assert asked.count("get_contexts_by_type") == 1
    assert [run.id for run in store.runs(limit=120)] == [run.id for run in store.runs()[:120]]


def test_runs_of_both_kinds_are_merged(writer, dag):
    writer.own_run("a.1", "a")
    name = dag({"CsvExampleGen": "COMPLETE"})
    writer.own_run("a.2", "a")
    assert [run.id for run in writer.read().runs(limit=2)] == ["a.2", name]
    assert [run.id for run in writer.read().runs()] == ["a.2", name, "a.1"]


def test_several_runs_are_read_together(own):
    second = own.own_run("taxi.2")
    shared = own.store.get_artifacts_by_id([2])[0]
    own.execution("S", "CACHED", [second], (), [("examples", shared)], component_id="Split")
    own.own_run("taxi.3")
    store = own.read()
    runs = store.runs_by_id(["taxi.3", "taxi.1", "taxi.2"])
    assert [run.id for run in runs] == ["taxi.3", "taxi.1", "taxi.2"]
    assert [[e.component for e in run.executions] for run in runs] == [[], ["Data", "Split", "Trainer"], ["Split"]]
    assert runs[1] == store.run("taxi.1")
    assert runs[2].artifact("Split", "examples") == runs[1].artifact("Split", "examples")
    assert store.runs_by_id([]) == []
    with pytest.raises(NotAvailableError, match=r"no run 'taxi.4'(.|\n)*Did you mean 'taxi"):
        store.runs_by_id(["taxi.1", "taxi.4"])


def test_metrics_are_numbers_recorded_as_texts(writer):
    writer.own_run("taxi.1", **{"metric:auc": "0.1", "metric:n": 3, "metric:x": "many", "metric:inf": "inf"})
    assert writer.read().run("taxi.1").metrics == {"auc": 0.1, "inf": float("inf"), "n": 3.0}
    assert writer.read().runs()[0].metrics["auc"] == 0.1


def test_an_unknown_run_is_told_with_the_nearest(writer):
    writer.own_run("taxi.20240101T000000-abcdef")
    with pytest.raises(NotAvailableError, match=r"no run 'taxi.20240101T000000-abcdee'(.|\n)*Did you mean 'taxi"):
        writer.read().run("taxi.20240101T000000-abcdee")


def test_an_empty_store_has_no_runs(writer):
    assert writer.read().runs() == []
    with pytest.raises(NotAvailableError, match="There are no valid names here"):
        writer.read().run("a")


@pytest.fixture
def interactive(writer):
    """What a plain InteractiveContext writes: one run for each component, names in the properties."""

    def make(state="COMPLETE", word="complete", pipeline="my.notebook"):
        name = f"{pipeline}.2024-01-01T10:11:12.131415"
        contexts = [
            writer.context("pipeline", pipeline, pipeline_name=pipeline),
            writer.context("run", name, pipeline_name=pipeline, run_id="2024-01-01T10:11:12.131415"),
            writer.context(
                "component_run", f"{name}.CsvExampleGen", pipeline_name=pipeline, component_id="CsvExampleGen"
            ),
        ]
        data = writer.artifact("Examples", "/e", split_names='["train", "eval"]')
        writer.execution(
            "tfx.components.CsvExampleGen",
            state,
            contexts,
            (),
            [("examples", data)],
            pipeline_name=pipeline,
            component_id="CsvExampleGen",
            run_id="2024-01-01T10:11:12.131415",
            state=word,
            input_base="/data",
        )
        return name

    return make


@pytest.mark.parametrize(
    ("recorded", "word", "state"),
    [("COMPLETE", "complete", v.COMPLETE), ("CACHED", "cached", v.COMPLETE), ("RUNNING", "new", v.RUNNING)],
)
def test_a_run_of_interactive_context_is_read(writer, interactive, recorded, word, state):
    name = interactive(recorded, word)
    store = writer.read()
    for run in (store.run(name), *store.runs("my.notebook")):
        assert (run.id, run.pipeline, run.state) == (name, "my.notebook", state)
        assert (run.finished is None) == (state == v.RUNNING)
        assert run.folder is None
    [execution] = store.run(name).executions
    assert (execution.component, execution.state) == ("CsvExampleGen", recorded)
    assert execution.properties["input_base"] == "/data"
    assert [(a.key, a.splits) for a in execution.outputs] == [("examples", ("train", "eval"))]


@pytest.fixture
def dag(writer):
    """What TFX's LocalDagRunner writes: the names are those of contexts."""

    def make(states, pipeline="my.taxi", linked=True, name="2024-01-01T10:11:12.131415"):
        parent = writer.context("pipeline", pipeline)
        run = writer.context("pipeline_run", name, parent=parent if linked else None)
        for node, state in states.items():
            contexts = [
                parent,
                run,
                writer.context("node", f"{pipeline}.{node}", parent=parent if linked else None),
                writer.context("execution_cache", f"hash of {node}"),
            ]
            artifact = writer.artifact("Examples", f"/{node}", split_names="")
            writer.execution(f"tfx.{node}", state, contexts, (), [("out", artifact)], {"input_base": "/data"})
        return name

    return make


@pytest.mark.parametrize("linked", [True, False])
def test_a_run_of_a_dag_runner_is_read(writer, dag, linked):
    name = dag({"CsvExampleGen": "COMPLETE", "StatisticsGen.first": "CACHED"}, linked=linked)
    store = writer.read()
    for run in (store.run(name), *store.runs("my.taxi")):
        assert (run.id, run.pipeline, run.state) == (name, "my.taxi", v.COMPLETE)
    assert len(store.runs("my.taxi")) == 1
    executions = store.run(name).executions
    assert [(e.component, e.state) for e in executions] == [
        ("CsvExampleGen", v.COMPLETE),
        ("StatisticsGen.first", v.CACHED),
    ]
    assert executions[0].properties["input_base"] == "/data"
    assert executions[0].outputs[0].splits == ()


@pytest.mark.parametrize(
    ("states", "state"),
    [
        (["COMPLETE", "FAILED"], v.FAILED),
        (["COMPLETE", "CANCELED"], v.CANCELED),
        (["COMPLETE", "RUNNING"], v.RUNNING),
        (["COMPLETE", "NEW"], v.RUNNING),
        (["RUNNING", "FAILED"], v.FAILED),
        ([], ""),
    ],
)
def test_the_state_of_a_run_follows_from_its_executions_where_it_has_none(writer, dag, states, state):
    name = dag({f"node{index}": word for index, word in enumerate(states)})
    assert writer.read().run(name).state == state
    assert [run.state for run in writer.read().runs()] == [state]


@pytest.mark.parametrize("names", ["", "null", "5", '"train"', "{broken", '{"a": 1}'])
def test_an_artifact_with_foreign_split_names_has_no_splits(writer, names):
    run = writer.own_run()
    data = writer.artifact("Examples", "/data", split_names=names)
    writer.execution("D", "COMPLETE", [run], (), [("examples", data)], component_id="Data")
    assert writer.read().run("taxi.1").executions[0].outputs[0].splits == ()
