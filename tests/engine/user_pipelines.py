"""A pipeline of a user's own, with a step family of its own; TFX reads annotations, so they are no texts here."""

import json
from pathlib import Path

from tfx.components import SchemaGen
from tfx.dsl.component.experimental.annotations import InputArtifact, OutputArtifact, Parameter
from tfx.dsl.component.experimental.decorators import component
from tfx.types import standard_artifacts

from zenml_nb.artifacts.examples import parse_example, read_records
from zenml_nb.engine import live
from zenml_nb.pipelines import BasePipeline, Slot
from zenml_nb.steps import BaseSplit, BaseStep


def summary(values: list) -> dict:
    return {"rows": len(values), "different": len(set(values))}


@component
def Summary(
    examples: InputArtifact[standard_artifacts.Examples],
    report: OutputArtifact[standard_artifacts.HyperParameters],
    step: Parameter[str],
) -> None:
    column = live.restore(step).column
    [path] = Path(examples.uri, "Split-examples").glob("*")
    values = [parse_example(record)[column][0].decode() for record in read_records(path)]
    Path(report.uri, "report.json").write_text(json.dumps(summary(values)))


class SummaryStep(BaseStep):
    """A family of steps of its own."""

    slot = "report"

    def __init__(self, column: str) -> None:
        self.column = column

    def check_commit(self, commit) -> None:
        commit.column(self.column)

    def components(self, context):
        yield Summary(examples=context.output("Data", "examples"), step=context.declaration("report"))


class AuditStep(BaseStep):
    """A step whose component the pipeline gives."""

    slot = "audit"


class AuditPipeline(BasePipeline):
    """Reports on the whole data before it is split, and lets a component of TFX itself look at the splits."""

    slots = (
        Slot("report", kind=SummaryStep, mandatory=True),
        Slot("split", kind=BaseSplit),
        Slot("audit", kind=AuditStep),
    )

    def components(self, context):
        yield from context.data()
        yield from context.slot("report")
        yield from context.slot("split")
        if context.wants("audit"):
            statistics = context.output("SplitStatistics", "statistics")
            yield "audit", SchemaGen(statistics=statistics).with_id("AuditSchema")
