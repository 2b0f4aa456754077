from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import jsonschema
import pytest

from zenml_nb.records import Artifact, Execution, Run
from zenml_nb.records import vocabulary as v
from zenml_nb.viewmodels.flow import TRAINING
from zenml_nb.viewmodels.steps import LOADING, NOT_DECLARED, NOT_RUN, PENDING, DeclaredStep, steps_document
from zenml_nb.views.html import render_html
from zenml_nb.views.text import render_text

SCHEMA = Path(__file__).parents[2] / "zenml_nb/viewmodels/schema/steps.json"
VALIDATOR = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
ROOT = Path("/project")
START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
HOSTILE = ["<img src=x onerror=alert(1)>", "</script>", "\u202e\x00", "__proto__", "x" * 10_000, "NaN"]


@dataclass
class Told:
    state: str
    seconds: float = 1.5
    detail: str = ""
    done: int | None = None
    total: int | None = None
    unit: str = ""
    epochs: tuple[dict[str, float], ...] = ()


def artifact(number, kind="Examples", key="examples", splits=(), uri=None, **properties):
    return Artifact(number, kind, key, uri or f"{ROOT}/.zenml_nb/artifacts/{number}", splits, properties)


def execution(component, state=v.COMPLETE, number=1, **given):
    finished = None if state == v.RUNNING else START + timedelta(seconds=2)
    return Execution(number, component, state, START, finished, **given)


def run_of(*executions, state=v.COMPLETE, **properties):
    finished = None if state == v.RUNNING else START + timedelta(seconds=10)
    return Run("taxi.1", "taxi", state, START, finished, {v.VERSION: "0", **properties}, executions)


def declared(*filled):
    methods = {"data": "add_datasource", "split": "add_split", "preprocesser": "add_preprocesser"}
    methods["trainer"] = "add_trainer"
    return [
        DeclaredStep(slot, method, slot in filled, f"m.{slot.title()}" if slot in filled else "", {}, TRAINING[slot])
        for slot, method in methods.items()
    ]


def document(run=None, filled=("data", "split", "preprocesser", "trainer"), steps=None, **given):
    steps = declared(*filled) if steps is None else steps
    made = steps_document(pipeline="taxi", declared=steps, run=run, root=ROOT, **given)
    VALIDATOR.validate(json.loads(json.dumps(made, allow_nan=False)))
    return made


def states(made):
    return {step["name"]: step["state"] for step in made["steps"]}


def step(made, name):
    return next(entry for entry in made["steps"] if entry["name"] == name)


def component(made, name):
    return next(part for entry in made["steps"] for part in entry["components"] if part["id"] == name)


DATA = [execution("Data"), execution("DataStatistics"), execution("DataSchema")]


def test_what_never_ran_is_drawn_with_ghosts_of_what_is_missing():
    made = document(filled=("data", "split"))
    assert made["run"] is None
    assert states(made) == {
        "data": NOT_RUN,
        "split": NOT_RUN,
        "preprocesser": NOT_DECLARED,
        "trainer": NOT_DECLARED,
    }
    assert made["notes"] == ["For a whole run, call add_preprocesser(...), add_trainer(...)."]
    assert [(e["from"], e["to"], e["artifacts"]) for e in made["edges"]] == [
        ("data", "split", ["Examples"]),
        ("split", "preprocesser", ["Examples", "Schema"]),
        ("preprocesser", "trainer", ["Examples", "TransformGraph"]),
        ("split", "trainer", ["Schema"]),
    ]


@pytest.mark.parametrize("state", [v.COMPLETE, v.CACHED, v.FAILED, v.CANCELED, v.ABORTED])
def test_each_state_of_an_execution_is_that_of_its_step(state):
    ended = v.COMPLETE if state == v.CACHED else state
    made = document(run_of(*DATA[:2], execution("DataSchema", state), state=ended))
    expected = v.COMPLETE if state == v.CACHED else state
    assert states(made)["data"] == expected
    assert component(made, "DataSchema")["state"] == state
    assert states(made)["split"] == NOT_RUN


def test_a_step_whose_components_are_all_cached_is_cached():
    cached = [dataclasses.replace(e, state=v.CACHED, reason="nothing changed") for e in DATA]
    made = document(run_of(*cached))
    assert states(made)["data"] == v.CACHED
    assert component(made, "Data")["reason"] == "nothing changed"


def test_a_running_run_has_steps_that_run_and_steps_that_wait_as_far_as_it_goes():
    told = {
        "": Told(v.RUNNING, 7.0),
        "DataStatistics": Told(v.RUNNING, 1.5, "20 of 40 rows", 20, 40, "rows"),
    }
    made = document(run_of(DATA[0], state=v.RUNNING, until="split"), progress=told)
    assert states(made) == {"data": v.RUNNING, "split": PENDING, "preprocesser": NOT_RUN, "trainer": NOT_RUN}
    assert step(made, "data")["progress"] == {"done": 20, "total": 40, "unit": "rows"}
    assert (made["run"]["state"], made["run"]["seconds"], made["run"]["until"]) == (v.RUNNING, 7.0, "split")
    assert component(made, "DataStatistics")["seconds"] == 1.5
    assert component(made, "DataSchema")["state"] == PENDING


def test_what_is_told_comes_before_the_record_and_the_record_before_what_was_told():
    told = {"": Told(v.RUNNING), "Data": Told(v.COMPLETE, detail="first run")}
    assert component(document(run_of(state=v.RUNNING), progress=told), "Data")["state"] == v.COMPLETE
    told["Data"] = Told(v.RUNNING)
    assert component(document(run_of(DATA[0], state=v.RUNNING), progress=told), "Data")["state"] == v.COMPLETE


def test_a_step_between_two_components_still_runs():
    assert states(document(run_of(DATA[0], state=v.RUNNING), progress={"": Told(v.RUNNING)}))["data"] == v.RUNNING
    assert states(document(run_of(DATA[0], state=v.CANCELED)))["data"] == v.CANCELED


def test_loading_is_told():
    told = {"": Told(v.RUNNING), LOADING: Told(v.RUNNING, detail="TensorFlow and TFX")}
    assert document(run_of(state=v.RUNNING), progress=told)["notes"] == ["Loading TensorFlow and TFX."]


def test_durations_and_rows_are_those_of_the_record():
    data = execution("Data", outputs=(artifact(1, splits=("examples",), rows_examples=344),), properties={v.SECONDS: 3})
    split = execution("Split", outputs=(artifact(2, splits=("a", "b"), rows_a=200, rows_b="144"),))
    made = document(run_of(data, split))
    assert step(made, "data")["rows"] == [{"split": "examples", "rows": 344}]
    assert step(made, "split")["rows"] == [{"split": "a", "rows": 200}, {"split": "b", "rows": 144}]
    assert (step(made, "data")["seconds"], step(made, "split")["seconds"]) == (3.0, 2.0)
    assert made["run"]["seconds"] == 10.0


def test_the_configuration_is_what_ran_and_says_when_another_is_declared():
    recorded = json.dumps({"source": "m.Split", "args": {"seed": 1}, "code": "c"})
    run = run_of(execution("Split", properties={"step": recorded}))
    steps = [DeclaredStep("split", "add_split", True, "m.Split", {"seed": 1}, TRAINING["split"])]
    assert step(document(run, steps=steps), "split")["configuration"] == {
        "source": "m.Split",
        "args": [{"name": "seed", "value": "1"}],
        "changed": False,
    }
    steps = [dataclasses.replace(steps[0], args={"seed": 2})]
    configuration = step(document(run, steps=steps), "split")["configuration"]
    assert (configuration["args"][0]["value"], configuration["changed"]) == ("1", True)
    within = json.dumps({"columns": {}, "step": recorded})
    run = run_of(execution("Split", properties={"custom_config": within}))
    assert step(document(run, steps=steps), "split")["configuration"]["changed"]


def test_secrets_and_private_paths_stay_private(monkeypatch):
    monkeypatch.setenv("HOME", "/home/someone")
    args = {"password": "p4ss", "nested": {"api_key": "k3y"}, "path": f"{ROOT}/data.csv", "url": "db://me:s3cret@host"}
    steps = [DeclaredStep("data", "add_datasource", True, "m.Data", args, TRAINING["data"])]
    error = (
        'Traceback\n  File "/home/someone/x/model.py", line 3, in f\n    g()\n'
        '  File "/opt/venv/lib/python3.11/site-packages/tfx/a.py", line 4, in h\n    h()\nValueError: token=abc123'
    )
    run = run_of(execution("Data", v.FAILED, error=error), state=v.FAILED)
    logs = {"Data": ["Authorization: Bearer abcdefgh1234", "--db-password=hunter22", f"read {ROOT}/data.csv"]}
    text = json.dumps(document(run, steps=steps, logs=logs))
    for private in ("p4ss", "k3y", "s3cret", "abc123", "abcdefgh1234", "hunter22", "someone", "/opt/venv", str(ROOT)):
        assert private not in text
    assert "~/x/model.py, line 3" in text
    assert "read data.csv" in text


def test_an_error_of_our_record_names_the_users_line():
    told = {v.FAILED_STEP: "data", v.ERROR: "It broke.", v.ERROR_WHERE: "cell In[3], line 4: return a / b"}
    run = run_of(execution("Data", v.FAILED, error="Trace\nback"), state=v.FAILED, **told, **{v.ERROR_STACK: "s\nt"})
    made = document(run)
    assert step(made, "data")["error"] == {
        "message": "It broke.",
        "place": "cell In[3], line 4",
        "source": "return a / b",
        "stack": "s\nt",
        "traceback": "Trace\nback",
    }
    assert made["run"]["error"] is None


def test_an_error_of_no_step_is_that_of_the_run():
    made = document(run_of(state=v.FAILED, **{v.ERROR: "TFX cannot be imported."}))
    assert made["run"]["error"]["message"] == "TFX cannot be imported."


def test_a_run_of_another_tool_has_its_components_as_steps():
    examples, statistics = artifact(1), artifact(2, "ExampleStatistics", "statistics")
    run = Run(
        "r",
        "plain",
        v.COMPLETE,
        START,
        START,
        {},
        (
            execution("CsvExampleGen", outputs=(examples,), properties={"input_base": "x", "module_file": "None"}),
            execution("StatisticsGen", inputs=(examples,), outputs=(statistics,)),
            execution("Trainer", inputs=(statistics,)),
        ),
    )
    made = document(run, steps=[])
    assert [entry["name"] for entry in made["steps"]] == ["CsvExampleGen", "StatisticsGen", "Trainer"]
    assert [(e["from"], e["to"]) for e in made["edges"]] == [
        ("CsvExampleGen", "StatisticsGen"),
        ("StatisticsGen", "Trainer"),
    ]
    assert made["steps"][0]["configuration"]["args"] == [{"name": "input_base", "value": "x"}]


def test_our_own_runs_are_grouped_without_a_declaration():
    made = document(run_of(*DATA, execution("Split")), steps=[])
    assert [(entry["name"], len(entry["components"])) for entry in made["steps"]] == [("data", 3), ("split", 1)]
    assert [part["label"] for part in made["steps"][0]["components"]] == ["Data", "Statistics", "Schema"]


def test_what_was_removed_from_the_pipeline_is_still_seen_in_its_run():
    made = document(run_of(*DATA, execution("Deployer")))
    assert states(made)["deployer"] == v.COMPLETE
    assert step(made, "deployer")["method"] is None


def test_artifacts_have_their_views_and_places():
    statistics = artifact(2, "ExampleStatistics", "statistics", ("train",))
    elsewhere = artifact(3, "Model", "model", uri="gs://bucket/model")
    run = run_of(execution("DataStatistics", outputs=(statistics, elsewhere)))
    first, second = component(document(run), "DataStatistics")["outputs"]
    assert (first["uri"], first["splits"]) == (".zenml_nb/artifacts/2", ["train"])
    assert first["view"] == "from zenml_nb.views import show; show('.zenml_nb/artifacts/2')"
    assert (second["uri"], second["view"]) == ("gs://bucket/model", "")
    failed = run_of(execution("DataStatistics", v.FAILED, outputs=(statistics,)), state=v.FAILED)
    assert component(document(failed), "DataStatistics")["outputs"] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_names(text):
    steps = [DeclaredStep(text, text, True, text, {text: text}, TRAINING["data"])]
    run = run_of(
        execution("Data", v.FAILED, reason=text, error=text, outputs=(artifact(1, text, text, (text,)),)),
        execution(text, number=2),
        state=v.FAILED,
    )
    made = document(run, steps=steps, logs={"Data": [text]})
    assert made["steps"][0]["name"] == text
    assert len(json.dumps(made)) < 100_000


def test_long_values_are_cut_with_their_length():
    steps = [DeclaredStep("data", "m", True, "s", {"a": "x" * 10_000}, TRAINING["data"])]
    value = step(document(steps=steps), "data")["configuration"]["args"][0]["value"]
    assert value.endswith("… (10,000 characters)")
    assert len(value) < 5_000


def test_a_running_trainer_has_its_curve_so_far_and_a_finished_one_that_of_its_history():
    epochs = ({"loss": 0.9, "val_loss": float("nan")}, {"loss": 0.5, "val_loss": 0.6})
    told = {"": Told(v.RUNNING), "Trainer": Told(v.RUNNING, 2.0, "2 of 9 epochs", 2, 9, "epochs", epochs)}
    running = document(run_of(*DATA, execution("Trainer", v.RUNNING), state=v.RUNNING), progress=told)
    assert step(running, "trainer")["curve"] == {"epochs": [1, 2], "train": [0.9, 0.5], "eval": [None, 0.6]}
    assert step(running, "data")["curve"] is None
    model_run = artifact(9, "ModelRun", "model_run")
    history = {"Trainer": {"loss": [0.9, 0.5, 0.4]}}
    finished = document(run_of(*DATA, execution("Trainer", outputs=(model_run,))), histories=history)
    assert step(finished, "trainer")["curve"] == {"epochs": [1, 2, 3], "train": [0.9, 0.5, 0.4], "eval": []}
    [output] = component(finished, "Trainer")["outputs"]
    assert output["view"].startswith("from zenml_nb.views import show")
    unknown = document(run_of(*DATA, execution("Trainer", outputs=(model_run,))))
    assert component(unknown, "Trainer")["outputs"][0]["view"] == ""
    text = render_text(finished)
    assert "loss 0.9 → 0.4" in text
    assert "Loss: epoch and loss of train, 3 points" in render_html(finished)
