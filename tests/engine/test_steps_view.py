"""The step graph of real runs."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.engine import user_steps
from tests.engine.conftest import Shared
from tests.engine.pipelines import COMPONENTS, penguin_pipeline
from zenml_nb.errors import StepFailedError
from zenml_nb.records import vocabulary as v
from zenml_nb.viewmodels.flow import parts_of
from zenml_nb.viewmodels.steps import steps_document

SCHEMA = Path(__file__).parents[2] / "zenml_nb/viewmodels/schema/steps.json"
VALIDATOR = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))


def test_the_declared_flow_is_what_the_pipeline_compiles_to(in_shared: Shared) -> None:
    from zenml_nb.engine.compile import compile_pipeline

    pipeline = in_shared.pipeline
    compiled = compile_pipeline(pipeline, pipeline.commit(), pipeline.slots_until(None))
    found: dict[str, list[tuple[str, set[tuple[str, str]]]]] = {}
    for entry in compiled:
        inputs = {(channel.producer_component_id, channel.type_name) for channel in entry.component.inputs.values()}
        found.setdefault(entry.slot, []).append((entry.component.id, inputs))
    slots = pipeline.slots_until(None)
    declared = {slot: [(part.component, set(part.inputs)) for part in parts_of(slot, False)] for slot in slots}
    assert found == declared


def test_the_graph_of_a_run_says_what_was_recorded(in_shared: Shared) -> None:
    run = in_shared.run
    in_shared.pipeline.run_id = run.id
    document = in_shared.pipeline.view_steps().document
    VALIDATOR.validate(document)
    assert (document["run"]["id"], document["run"]["state"]) == (run.id, v.COMPLETE)
    steps = {step["name"]: step for step in document["steps"]}
    assert list(steps) == ["data", "split", "preprocesser", "trainer", "evaluator", "deployer"]
    components = [part for step in document["steps"] for part in step["components"]]
    assert [part["id"] for part in components] == COMPONENTS
    assert {part["id"]: part["seconds"] for part in components} == {e.component: e.seconds for e in run.executions}
    assert {part["reason"] for part in components} == {"first run"}
    sizes = {split: len(in_shared.pipeline.sample_data(split)) for split in ("train", "eval")}
    assert {entry["split"]: entry["rows"] for entry in steps["split"]["rows"]} == sizes
    assert steps["data"]["rows"] == [{"split": "examples", "rows": 344}]
    epochs = {arg["name"]: arg["value"] for arg in steps["trainer"]["configuration"]["args"]}["epochs"]
    assert (epochs, steps["trainer"]["configuration"]["changed"]) == ("5", False)
    log = steps["trainer"]["components"][0]["log"]
    assert any("Epoch 5/5" in line for line in log)
    assert not any("Epoch" in line for part in components if part["id"] != "Trainer" for line in part["log"])
    assert str(in_shared.root) not in json.dumps(document)


def test_the_recorded_flow_is_the_declared_one(in_shared: Shared) -> None:
    pipeline, root = in_shared.pipeline, in_shared.root
    declared = penguin_pipeline().view_steps
    recorded = steps_document(pipeline=pipeline.name, run=in_shared.run, root=root)

    def flows(document):
        return {(e["from"], e["to"]): set(e["artifacts"]) for e in document["edges"]}

    never_run = penguin_pipeline("never_run").view_steps().document
    assert never_run["run"] is None
    assert flows(recorded) == flows(never_run) == flows(declared().document)


def test_a_step_that_is_declared_anew_is_told(in_shared: Shared) -> None:
    from tests.engine.pipelines import penguin_trainer

    pipeline = penguin_pipeline()
    pipeline.run_id = in_shared.run.id
    pipeline.add_trainer(penguin_trainer(epochs=7))
    changed = {s["name"]: s["configuration"]["changed"] for s in pipeline.view_steps().document["steps"]}
    assert changed == {name: name == "trainer" for name in changed}


def test_a_failed_run_has_the_error_with_the_users_line(in_shared: Shared) -> None:
    pipeline = penguin_pipeline("broken_view")
    pipeline.add_preprocesser(user_steps.BrokenPreprocesser(labels=["species"]))
    with pytest.raises(StepFailedError) as caught:
        pipeline.run(until="preprocesser")
    document = penguin_pipeline("broken_view").view_steps().document
    VALIDATOR.validate(document)
    step = next(step for step in document["steps"] if step["name"] == "preprocesser")
    error = step["error"]
    assert (step["state"], document["run"]["state"]) == (v.FAILED, v.FAILED)
    assert "no such column" in error["message"]
    assert "user_steps.py, line" in error["place"]
    assert f"{error['place']}: {error['source']}" == caught.value.where
    assert error["source"] == 'return {"x_xf": inputs["no such column"]}'
    assert "preprocessing_fn" in error["stack"]
    assert "Traceback (most recent call last)" in error["traceback"]
    assert document["run"]["error"] is None
    states = {step["name"]: step["state"] for step in document["steps"]}
    assert (states["split"], states["trainer"]) == (v.CACHED, "NOT_RUN")
