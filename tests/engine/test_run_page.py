"""What the page of a run and the lineage of an artifact show, of real runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.engine import user_steps
from tests.engine.conftest import Shared
from tests.engine.pipelines import COMPONENTS, penguin_pipeline
from zenml_nb.errors import NotAvailableError, StepFailedError
from zenml_nb.records import Artifact, Run, Store
from zenml_nb.records import vocabulary as v
from zenml_nb.records.lineage import lineage_of
from zenml_nb.viewmodels.artifact import document_of
from zenml_nb.viewmodels.lineage import lineage_document
from zenml_nb.viewmodels.run import run_document

SCHEMAS = Path(__file__).parents[2] / "zenml_nb/viewmodels/schema"


def validate(document: dict[str, Any], schema: str) -> None:
    validator = jsonschema.Draft202012Validator(json.loads((SCHEMAS / schema).read_text("utf-8")))
    validator.validate(json.loads(json.dumps(document, allow_nan=False)))


def page_of(run: Run, root: Path) -> dict[str, Any]:
    document = run_document(run, root=root)
    validate(document, "pages/run.json")
    validate(document["steps"], "steps.json")
    assert str(root) not in json.dumps(document)
    return document


def output(run: Run, component: str, key: str) -> Artifact:
    artifact = run.artifact(component, key)
    assert artifact is not None
    return artifact


def lineage(shared: Shared, artifact: Artifact, limit: int = 200) -> dict[str, Any]:
    document = lineage_document(lineage_of(store_of(shared), artifact.id, limit), shared.root)
    validate(document, "pages/lineage.json")
    assert str(shared.root) not in json.dumps(document)
    return document


def store_of(shared: Shared) -> Store:
    return Store(shared.pipeline.repository.metadata)


def reached(document: dict[str, Any], start: str, *, forward: bool) -> set[str]:
    """The ids of all nodes that the edges lead to, or come from."""
    source, to = ("from", "to") if forward else ("to", "from")
    found, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        new = {edge[to] for edge in document["edges"] if edge[source] == here} - found
        found |= new
        waiting.extend(new)
    return found


def labels(document: dict[str, Any], kind: str, nodes: set[str]) -> set[str]:
    return {node["label"] for node in document["nodes"] if node["kind"] == kind and node["id"] in nodes}


def test_the_page_of_a_run_tells_what_was_recorded(in_shared: Shared) -> None:
    run = in_shared.run
    document = page_of(run, in_shared.root)
    facts = document["run"]
    assert (facts["id"], facts["pipeline"], facts["state"]) == (run.id, "penguins", v.COMPLETE)
    assert run.finished is not None
    assert facts["seconds"] == pytest.approx((run.finished - run.started).total_seconds())
    assert (document["error"], facts["failed_step"]) == (None, None)
    assert {metric["name"]: metric["value"] for metric in document["metrics"]} == run.metrics
    assert [span["component"] for span in document["timeline"]] == COMPONENTS
    assert {span["component"]: span["seconds"] for span in document["timeline"]} == {
        execution.component: execution.seconds for execution in run.executions
    }
    assert {span["step"] for span in document["timeline"]} == {step["name"] for step in document["steps"]["steps"]}
    for span in document["timeline"]:
        assert 0 <= span["start"] <= span["start"] + span["seconds"] <= facts["seconds"] + 0.1
    assert "name: penguins" in document["configuration"]["yaml"]
    assert document["cells"] == {"open": True, "again": True}


def test_everything_that_the_page_links_to_can_be_shown(in_shared: Shared) -> None:
    document = page_of(in_shared.run, in_shared.root)
    kinds = {"model": "tables", "examples": "tables", "training": "training"}
    shown = [artifact for artifact in document["artifacts"] if artifact["view"]]
    assert {artifact["view"] for artifact in shown} == {*document["views"], *kinds}
    for artifact in shown:
        view = document_of(artifact["uri"])
        assert view["schema"] == f"zenml_nb/{kinds.get(artifact['view'], artifact['view'])}@1"
    by_uri = {artifact["uri"]: artifact for artifact in document["artifacts"]}
    of_views = {name: by_uri[uri]["component"] for name, uri in document["views"].items()}
    assert of_views == {
        "statistics": "SplitStatistics",
        "schema": "SplitSchema",
        "anomalies": "SplitAnomalies",
        "training": "Trainer",
        "evaluation": "Evaluator",
    }
    # The links of the step graph are artifacts of the page.
    steps = document["steps"]["steps"]
    linked = {out["uri"] for step in steps for part in step["components"] for out in part["outputs"]}
    assert linked == set(by_uri)


def test_a_cached_run_has_the_artifacts_of_the_run_that_wrote_them(in_shared: Shared) -> None:
    again = penguin_pipeline().run()
    first, second = (page_of(run, in_shared.root) for run in (in_shared.run, again))
    assert {artifact["cached"] for artifact in first["artifacts"]} == {False}
    assert {artifact["cached"] for artifact in second["artifacts"]} == {True}
    assert {a["uri"] for a in second["artifacts"]} == {a["uri"] for a in first["artifacts"]}
    assert {span["state"] for span in second["timeline"]} == {v.CACHED}
    assert second["run"]["config_hash"] == first["run"]["config_hash"]


def test_from_the_model_to_its_data_and_back(in_shared: Shared) -> None:
    run = in_shared.run
    model, data = output(run, "Trainer", "model"), output(run, "Data", "examples")
    of_model, of_data = lineage(in_shared, model), lineage(in_shared, data, limit=2000)
    sources = reached(of_model, f"a{model.id}", forward=False)
    assert f"a{data.id}" in sources
    assert {"Data", "Split", "Preprocesser", "Trainer"} <= labels(of_model, "execution", sources)
    assert "Evaluator" not in labels(of_model, "execution", sources)
    uses = reached(of_model, f"a{model.id}", forward=True)
    assert labels(of_model, "execution", uses) == {"Evaluator", "Deployer"}
    made = reached(of_data, f"a{data.id}", forward=True)
    assert f"a{model.id}" in made
    # Pipelines of other tests may have read the same data: theirs is in the lineage too, with their own runs.
    of_run = {node["id"] for node in of_data["nodes"] if node["run"] == run.id}
    assert labels(of_data, "execution", made & of_run) == set(COMPONENTS) - {"Data"}
    commit = in_shared.pipeline.commit().id
    assert commit in next(node["label"] for node in of_data["nodes"] if node["id"] == f"a{data.id}")
    assert {node["run"] for node in of_model["nodes"] if node["id"] in sources} == {run.id}
    depths = {node["id"]: node["depth"] for node in of_model["nodes"]}
    assert depths[f"a{model.id}"] == 0
    assert all(depths[node] < 0 for node in sources - {f"a{model.id}"})


def test_one_commit_leads_to_the_models_of_several_runs(in_shared: Shared) -> None:
    from tests.engine.pipelines import penguin_trainer

    pipeline = penguin_pipeline()
    pipeline.add_trainer(penguin_trainer(epochs=1))
    other = pipeline.run(until="trainer")
    data, model = output(in_shared.run, "Data", "examples"), output(other, "Trainer", "model")
    assert output(other, "Data", "examples").id == data.id
    of_data = lineage(in_shared, data)
    made = reached(of_data, f"a{data.id}", forward=True)
    models = {node["run"]: node["id"] for node in of_data["nodes"] if node["type"] == "Model" and node["id"] in made}
    first = output(in_shared.run, "Trainer", "model")
    assert {in_shared.run.id: f"a{first.id}", other.id: f"a{model.id}"}.items() <= models.items()
    # What came from the cache is told once, of the run that wrote it.
    preprocessers = [node["run"] for node in of_data["nodes"] if node["label"] == "Preprocesser"]
    assert (preprocessers.count(in_shared.run.id), preprocessers.count(other.id)) == (1, 0)


def test_a_large_lineage_is_cut_to_the_nearest(in_shared: Shared) -> None:
    model = output(in_shared.run, "Trainer", "model")
    document = lineage(in_shared, model, limit=4)
    assert (len(document["nodes"]), document["truncated"]) == (4, True)
    assert max(abs(node["depth"]) for node in document["nodes"]) <= 2
    ids = {node["id"] for node in document["nodes"]}
    assert {edge[end] for edge in document["edges"] for end in ("from", "to")} <= ids
    with pytest.raises(NotAvailableError, match="no artifact 987654"):
        lineage_of(store_of(in_shared), 987654)


def test_the_page_of_a_failed_run_begins_with_the_error(in_shared: Shared) -> None:
    pipeline = penguin_pipeline("broken_page")
    pipeline.add_preprocesser(user_steps.BrokenPreprocesser(labels=["species"]))
    with pytest.raises(StepFailedError):
        pipeline.run(until="preprocesser")
    run = store_of(in_shared).latest_run("broken_page")
    assert run is not None
    document = page_of(run, in_shared.root)
    assert (document["run"]["state"], document["run"]["failed_step"]) == (v.FAILED, "preprocesser")
    assert "no such column" in document["error"]["message"]
    assert document["error"]["source"] == 'return {"x_xf": inputs["no such column"]}'
    assert document["views"]["evaluation"] is None
    assert document["views"]["schema"] is not None
    assert "Preprocesser" not in {artifact["component"] for artifact in document["artifacts"]}
    assert document["timeline"][-1]["state"] == v.FAILED
