"""Pipelines of a user's own, with components of TFX among ours, and their record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.engine.conftest import Shared, working_in
from tests.engine.user_pipelines import AuditPipeline, AuditStep, SummaryStep
from zenml_nb.errors import DataError, StepFailedError
from zenml_nb.records import Run
from zenml_nb.records import vocabulary as v
from zenml_nb.steps import NoSplit
from zenml_nb.viewmodels.run import run_document

COMPONENTS = {
    "data": ["Data", "DataStatistics", "DataSchema"],
    "report": ["Summary"],
    "split": ["Split", "SplitStatistics", "SplitSchema", "SplitAnomalies"],
    "audit": ["AuditSchema"],
}


def audit(shared: Shared, name: str = "audit") -> AuditPipeline:
    pipeline = AuditPipeline(name)
    pipeline.add_datasource(shared.pipeline.datasource)
    pipeline.add_report(SummaryStep("island"))
    pipeline.add_split(NoSplit())
    pipeline.add_audit(AuditStep())
    return pipeline


def states(run: Run) -> dict[str, str]:
    return {execution.component: execution.state for execution in run.executions}


def test_a_pipeline_of_ones_own_runs_and_is_recorded(in_shared: Shared) -> None:
    pipeline = audit(in_shared)
    first = pipeline.run(until="report")
    assert list(states(first)) == [*COMPONENTS["data"], *COMPONENTS["report"]]
    run = pipeline.run()
    assert run.state == v.COMPLETE
    assert [e.component for e in run.executions] == [name for names in COMPONENTS.values() for name in names]
    assert states(run)["Summary"] == v.CACHED
    report = pipeline.artifact("Summary", "report", "report")
    assert json.loads(Path(report.uri, "report.json").read_text()) == {"rows": 344, "different": 3}
    schema = Path(pipeline.artifact("AuditSchema", "schema", "audit").uri, "schema.pbtxt").read_text()
    assert "bill_length_mm" in schema

    steps = pipeline.view_steps().document["steps"]
    assert {step["name"]: [c["id"] for c in step["components"]] for step in steps} == COMPONENTS
    assert {step["state"] for step in steps} <= {v.COMPLETE, v.CACHED}
    assert steps[1]["configuration"]["args"] == [{"name": "column", "value": "island"}]
    page = run_document(run, root=in_shared.root)
    assert {entry["component"]: entry["step"] for entry in page["timeline"]} == {
        component: slot for slot, components in COMPONENTS.items() for component in components
    }
    assert [step["name"] for step in page["steps"]["steps"]] == list(COMPONENTS)
    assert {"from": "split", "to": "audit", "artifacts": ["ExampleStatistics"]} in page["steps"]["edges"]

    loaded = AuditPipeline.load(run=run.id)
    assert loaded.steps == pipeline.steps
    again = AuditPipeline.load(in_shared.root / "pipelines" / "audit.yaml").run()
    assert set(states(again).values()) == {v.CACHED}


def test_the_code_of_a_component_of_ones_own_counts(in_shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    from zenml_nb.config import source_code

    pipeline = audit(in_shared, "coded")
    pipeline.run(until="report")
    told = source_code.function_source

    def edited(function):
        return told(function) + ("# edited" if function.__name__ == "summary" else "")

    monkeypatch.setattr(source_code, "function_source", edited)
    run = pipeline.run(until="report")
    assert run.execution("Summary").reason == "code changed: summary"
    assert states(run)["Data"] == v.CACHED


def test_a_step_of_ones_own_is_checked_before_and_blamed_after(in_shared: Shared) -> None:
    pipeline = audit(in_shared, "wrong")
    pipeline.add_report(SummaryStep("iland"))
    with pytest.raises(DataError, match=r"'iland'(.|\n)*Did you mean 'island'"):
        pipeline.run()
    pipeline.add_report(SummaryStep("year"))  # whole numbers have no decode
    with pytest.raises(StepFailedError, match="The step report failed") as caught:
        pipeline.run()
    assert caught.value.step == "report"
    assert "user_pipelines.py" in (caught.value.where or "")
    assert pipeline.last_run.properties["failed_step"] == "report"
    steps = {step["name"]: step["state"] for step in pipeline.view_steps().document["steps"]}
    assert steps == {"data": v.CACHED, "report": v.FAILED, "split": "NOT_RUN", "audit": "NOT_RUN"}


class Misled(AuditPipeline):
    """Asks for what is not there."""

    def components(self, context):
        yield from context.data()
        yield "report", context.output("Sumary", "report")


class Twice(AuditPipeline):
    """Gives two components one id."""

    def components(self, context):
        yield from context.data()
        yield from context.slot("report")
        yield from context.slot("report")


@pytest.mark.parametrize(
    ("kind", "text"),
    [(Misled, r"an output of 'Sumary'(.|\n)*wants"), (Twice, "two components with the id 'Summary'")],
)
def test_a_wrong_hook_is_told(in_shared: Shared, kind: type[AuditPipeline], text: str) -> None:
    pipeline = kind(kind.__name__)
    pipeline.add_datasource(in_shared.pipeline.datasource)
    pipeline.add_report(SummaryStep("island"))
    with pytest.raises(StepFailedError, match=text):
        pipeline.run()
    assert pipeline.last_run.state == v.FAILED


def test_a_graph_before_the_first_run_shows_the_slots(in_shared: Shared, tmp_path: Path) -> None:
    with working_in(tmp_path):
        document = audit(in_shared, "fresh").view_steps().document
    assert [step["name"] for step in document["steps"]] == list(COMPONENTS)
    assert {step["state"] for step in document["steps"]} == {"NOT_RUN"}
