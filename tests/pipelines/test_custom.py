from __future__ import annotations

import pytest

from zenml_nb.errors import DataError, DeclarationError
from zenml_nb.pipelines import BasePipeline, Slot, TrainingPipeline
from zenml_nb.steps import BaseSplit, BaseStep, NoSplit, TimeSplit


class ReportStep(BaseStep):
    slot = "report"

    def __init__(self, column="mass"):
        self.column = column

    def check_commit(self, commit):
        commit.column(self.column)


class Reporting(BasePipeline):
    """A pipeline with a slot of its own before one that is built in."""

    slots = (Slot("report", kind=ReportStep, mandatory=True), Slot("split", kind=BaseSplit))

    def __init__(self, name, level=1, enable_cache=True):
        super().__init__(name, enable_cache)
        self.level = level

    def arguments(self):
        return {"level": self.level, **super().arguments()}


@pytest.fixture
def reporting(make_source):
    pipeline = Reporting("reporting", level=3)
    pipeline.add_datasource(make_source())
    return pipeline


def test_methods_that_fill_slots_are_made(reporting):
    reporting.add_split(NoSplit())
    reporting.add_report(ReportStep())
    assert reporting.slots_until(None) == ["data", "report", "split"]
    assert "ReportStep" in Reporting.add_report.__doc__
    with pytest.raises(DeclarationError, match=r"add_split takes a BaseSplit, not a ReportStep(.|\n)*add_report"):
        reporting.add_split(ReportStep())


def test_a_method_of_ones_own_is_kept():
    class Own(BasePipeline):
        slots = (Slot("report", kind=ReportStep),)

        def add_report(self, column):
            self.add_step("report", ReportStep(column))

    pipeline = Own("own")
    pipeline.add_report("bill")
    assert pipeline.steps["report"].column == "bill"
    assert TrainingPipeline.add_split.__doc__ == "Set how the data is divided into splits."


@pytest.mark.parametrize(
    ("slots", "text"),
    [
        (("report",), "slots of Wrong holds a str"),
        ((Slot("my report"),), "named 'my report'"),
        ((Slot("data"),), "two slots named 'data'"),
        ((Slot("a"), Slot("a")), "two slots named 'a'"),
        ((Slot("a", kind=int),), "kind of the slot 'a'"),
        ((Slot("a", kind=ReportStep()),), "kind of the slot 'a'"),
    ],
)
def test_wrong_slots_are_told_when_the_class_is_defined(slots, text):
    with pytest.raises(DeclarationError, match=text):
        type("Wrong", (BasePipeline,), {"slots": slots})


def test_mandatory_slots_and_steps_are_checked(reporting):
    with pytest.raises(DeclarationError, match="add_report was not called"):
        reporting.check()
    reporting.add_report(ReportStep("mas"))
    with pytest.raises(DataError, match=r"'mas'(.|\n)*Did you mean 'mass'"):
        reporting.check()
    reporting.add_report(ReportStep())
    reporting.add_split(TimeSplit("bil"))
    with pytest.raises(DeclarationError, match=r"'bil'(.|\n)*Did you mean 'bill'"):
        reporting.check()
    reporting.check("report")


def test_the_splits_to_learn_from_are_some_that_there_are(make):
    assert make().train_splits() == ["train"]
    assert make(split=NoSplit("whole"), preprocesser=None).train_splits() == ["whole"]
    assert make(split=NoSplit("whole")).train_splits() == ["whole"]
    assert make(split=None).train_splits() == ["train"]


def test_arguments_of_ones_own_are_recorded_and_copied(reporting):
    assert reporting.to_config()["pipeline"]["args"] == {"level": 3, "enable_cache": True}
    assert reporting.copy("other").level == 3


def test_a_configuration_gives_it_back(reporting):
    reporting.add_report(ReportStep("bill"))
    document = reporting.to_config()
    document["pipeline"]["datasource"] = None
    back = Reporting.from_config(document)
    assert (back.level, back.steps) == (3, reporting.steps)


def test_the_graph_shows_the_slots_before_any_run(reporting):
    document = reporting.view_steps().document
    assert [(step["name"], step["state"]) for step in document["steps"]] == [
        ("data", "NOT_RUN"),
        ("report", "NOT_DECLARED"),
    ]


def test_a_family_of_steps_says_what_to_define():
    with pytest.raises(NotImplementedError, match="ReportStep must define components"):
        ReportStep().components(None)
