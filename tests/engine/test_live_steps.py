"""A displayed pipeline follows its run, as IPython's display messages tell."""

from __future__ import annotations

import gc
import itertools
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine import user_steps
from tests.engine.conftest import Shared, working_in
from tests.engine.pipelines import penguin_pipeline
from zenml_nb import TrainingPipeline
from zenml_nb.errors import StepFailedError
from zenml_nb.records import vocabulary as v
from zenml_nb.repository import create_repository
from zenml_nb.views.live import LiveView
from zenml_nb.views.view import MIME_TYPE

UNTIL_SPLIT = ["Data", "DataStatistics", "DataSchema", "Split", "SplitStatistics", "SplitSchema", "SplitAnomalies"]


class Cells:
    """What the front-end of a notebook is sent.

    Attributes:
        outputs: the messages in their order.
    """

    def __init__(self) -> None:
        from IPython.core.displaypub import CapturingDisplayPublisher
        from IPython.core.interactiveshell import InteractiveShell

        self.shell = InteractiveShell.instance()
        self.shell.kernel = object()  # type: ignore[attr-defined]
        self._publisher = CapturingDisplayPublisher()
        self.shell.display_pub = self._publisher

    @property
    def outputs(self) -> list[Any]:
        return self._publisher.outputs

    def ids(self) -> list[str]:
        """The outputs that can be updated, in the order they were made."""
        return list(dict.fromkeys(o["transient"]["display_id"] for o in self.outputs if o.get("transient")))

    def of(self, display_id: str) -> list[dict[str, Any]]:
        """All that one output showed, one after the other."""
        return [o["data"] for o in self.outputs if (o.get("transient") or {}).get("display_id") == display_id]


@pytest.fixture
def cells() -> Iterator[Cells]:
    """A notebook, as long as the test."""
    from IPython.core.interactiveshell import InteractiveShell

    yield Cells()
    InteractiveShell.clear_instance()


def component_states(document: dict[str, Any]) -> dict[str, str]:
    return {part["id"]: part["state"] for step in document["steps"] for part in step["components"]}


def step_of(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(step for step in document["steps"] if step["name"] == name)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[None]:
    """A repository without any cache, as the working directory."""
    with working_in(tmp_path):
        create_repository(tmp_path)
        yield


@pytest.mark.usefixtures("fresh")
def test_each_change_is_shown_before_the_run_goes_on(cells: Cells) -> None:
    pipeline = penguin_pipeline("live")
    pipeline._ipython_display_()
    [shown] = cells.ids()
    seen = []

    def look(event: Any) -> None:
        # Other listeners are called after the graph: what it shows now it shows without any delay.
        document = cells.of(shown)[-1][MIME_TYPE]
        if event.component and not event.component.startswith("("):
            seen.append((event.component, event.state))
            assert component_states(document)[event.component] == event.state
        elif not event.component:
            assert document["run"]["state"] == event.state

    pipeline.listeners.append(look)
    run = pipeline.run(until="split")
    changes = list(dict.fromkeys(seen))
    assert changes == [(name, state) for name in UNTIL_SPLIT for state in (v.RUNNING, v.COMPLETE)]
    last = cells.of(shown)[-1]
    assert last[MIME_TYPE]["run"]["id"] == run.id
    assert last[MIME_TYPE]["run"]["seconds"] == (run.finished - run.started).total_seconds()
    assert sum(entry["rows"] for entry in step_of(last[MIME_TYPE], "split")["rows"]) == 344
    assert component_states(last[MIME_TYPE])["Trainer"] == "NOT_RUN"
    assert "SplitAnomalies" in last["text/plain"]
    assert "<table" in last["text/html"]

    # The output of the run itself: the same graph, and the lines as its text.
    ran = cells.of(cells.ids()[1])
    assert ran[-1][MIME_TYPE] == last[MIME_TYPE]
    lines = ran[-1]["text/plain"].splitlines()
    assert lines[0] == f"Run {run.id}"
    done = [line.split()[0] for line in lines if " done " in line]
    assert [name for name in done if name != "(loading)"] == UNTIL_SPLIT
    # What a person has read stays; only the last line may still change.
    texts = [data["text/plain"].splitlines() for data in ran]
    assert all(after[: len(before) - 1] == before[:-1] for before, after in itertools.pairwise(texts))

    # A second run takes everything from the cache.
    seen.clear()
    pipeline.run(until="split")
    states = component_states(cells.of(shown)[-1][MIME_TYPE])
    assert {states[name] for name in UNTIL_SPLIT} == {v.CACHED}
    assert seen == [(name, state) for name in UNTIL_SPLIT for state in (v.RUNNING, v.CACHED)]
    assert {c["reason"] for c in step_of(cells.of(shown)[-1][MIME_TYPE], "split")["components"]} == {"nothing changed"}


def test_a_failure_is_shown_with_the_users_line_wherever_the_pipeline_is_shown(in_shared: Shared, cells: Cells) -> None:
    pipeline = penguin_pipeline("live_broken")
    pipeline.add_split(user_steps.OutOfRangeSplit())
    pipeline._ipython_display_()
    pipeline._ipython_display_()
    with pytest.raises(StepFailedError):
        pipeline.run(until="split")
    assert len(cells.ids()) == 3
    for display_id in cells.ids():
        document = cells.of(display_id)[-1][MIME_TYPE]
        step = step_of(document, "split")
        assert (document["run"]["state"], step["state"]) == (v.FAILED, v.FAILED)
        assert "2 splits" in step["error"]["message"]
        assert step["error"]["place"] == "step split"
        assert step["components"][0]["outputs"] == []


def test_an_interrupted_run_is_shown_as_canceled(in_shared: Shared, cells: Cells) -> None:
    class Interrupted(user_steps.LopsidedSplit):
        def partition_fn(self, element: dict[str, Any], num_partitions: int) -> int:
            raise KeyboardInterrupt

    pipeline = penguin_pipeline("live_canceled")
    pipeline.add_split(Interrupted())
    pipeline._ipython_display_()
    with pytest.raises(KeyboardInterrupt):
        pipeline.run(until="split")
    document = cells.of(cells.ids()[0])[-1][MIME_TYPE]
    assert (document["run"]["state"], step_of(document, "split")["state"]) == (v.CANCELED, v.CANCELED)


def test_an_output_that_cannot_be_updated_ends_no_run(in_shared: Shared, cells: Cells, monkeypatch) -> None:
    from IPython.display import DisplayHandle

    calls = []

    def refuse(self: Any, *args: Any, **kwargs: Any) -> None:
        calls.append(self.display_id)
        raise ConnectionError("the front-end is gone")

    pipeline = penguin_pipeline("live")
    pipeline._ipython_display_()
    [shown] = cells.ids()
    monkeypatch.setattr(DisplayHandle, "update", refuse)
    monkeypatch.setattr("zenml_nb.engine.progress.in_notebook", lambda: False)
    assert pipeline.run(until="data").state == v.COMPLETE
    assert calls == [shown]


def test_a_pipeline_that_is_displayed_often_updates_its_newest_outputs_alone(in_shared: Shared, cells: Cells) -> None:
    pipeline = penguin_pipeline("live")
    for _ in range(50):
        pipeline._ipython_display_()
    before = len(cells.outputs)
    pipeline.graph._live.update(pipeline.graph.document())
    assert {o["transient"]["display_id"] for o in cells.outputs[before:]} == set(cells.ids()[-8:])


def test_a_displayed_pipeline_is_freed_with_its_last_name(in_shared: Shared, cells: Cells) -> None:
    pipeline: TrainingPipeline | None = penguin_pipeline("freed")
    pipeline._ipython_display_()
    gone = weakref.ref(pipeline)
    pipeline = None
    gc.collect()
    assert gone() is None


def test_outside_a_kernel_nothing_is_kept_up_to_date(in_shared: Shared, cells: Cells) -> None:
    del cells.shell.kernel
    live = LiveView()
    live.show(penguin_pipeline("terminal").graph.document())
    assert not live.is_shown
    assert len(cells.outputs) == 1
