"""Steps that are written in the cells of a notebook: real kernels define, run, edit and load them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.engine.conftest import ROOT
from zenml_nb.records import Run, Store
from zenml_nb.records import vocabulary as v
from zenml_nb.repository import create_repository, find_repository

SPLIT = """\
from zenml_nb.steps import BaseSplit

LATEST = 2009

def is_late(year):
    return int(year == LATEST)

class ByYear(BaseSplit):
    def get_split_names(self):
        return ["train", "eval"]

    def partition_fn(self, element, num_partitions):
        return is_late(element["year"])
"""
PREPROCESSER = """\
import tensorflow_transform as tft
from zenml_nb.steps import BasePreprocesserStep

FEATURES = ("bill_depth_mm", "bill_length_mm")

def scaled(context, name, inputs):
    return tft.scale_to_z_score(context.fill(name, inputs[name], "mean", {}))

class TwoFeatures(BasePreprocesserStep):
    def preprocessing_fn(self, inputs, context):
        mass = context.fill("body_mass_g", inputs["body_mass_g"], "mean", {})
        outputs = {f"{name}_xf": scaled(context, name, inputs) for name in FEATURES}
        return {**outputs, "body_mass_g_xl": context.transform("body_mass_g", mass, "scale_to_0_1", {})}
"""
TRAINER = """\
from zenml_nb.steps import BaseTrainerStep
import keras

UNITS = 4

def hidden(inputs):
    return keras.layers.Dense(UNITS, name="hidden")(keras.layers.Concatenate()(list(inputs.values())))

class Small(BaseTrainerStep):
    def model_fn(self, context):
        inputs = context.inputs()
        model = keras.Model(inputs, keras.layers.Dense(1)(hidden(inputs)))
        model.compile(optimizer="adam", loss="mse")
        return model
"""
PIPELINE = """\
from tests.engine.pipelines import penguin_csv
from zenml_nb import CSVDatasource, TrainingPipeline

pipeline = TrainingPipeline("cells")
pipeline.add_datasource(CSVDatasource(name="penguins", path=str(penguin_csv()), null_values=["NA"]))
pipeline.add_split(ByYear())
pipeline.add_preprocesser(TwoFeatures())
pipeline.add_trainer(Small())
"""
RUN = "run = pipeline.run()"
BROKEN = TRAINER.replace("return keras.layers.Dense(UNITS", "return UNITS / 0 or keras.layers.Dense(UNITS")
EDITED = TRAINER.replace("UNITS = 4", "UNITS = 6")
OLDEST = """\
from zenml_nb.records import Store

runs = Store(pipeline.repository.metadata).runs()
old = pipeline = TrainingPipeline.load(run=min(runs, key=lambda run: run.started).id)
"""


@dataclass(frozen=True)
class Story:
    """What happened in the notebooks.

    Attributes:
        root: the repository.
        texts: the outputs of each cell of the first kernel, then of the second.
        runs: in the order in which they were started.
    """

    root: Path
    texts: list[str]
    runs: list[Run]

    def told(self, index: int) -> dict[str, str]:
        """The components that ran in a run, with their reasons."""
        return {e.component: e.reason for e in self.runs[index].executions if e.state != v.CACHED}

    def document(self, index: int) -> dict[str, Any]:
        """The configuration that a run recorded."""
        import yaml

        path = self.root / ".zenml_nb" / "runs" / self.runs[index].id / "pipeline.yaml"
        return dict(yaml.safe_load(path.read_text())["pipeline"])


def execute(folder: Path, cells: list[str]) -> list[str]:
    """Run cells in a kernel of their own; gives the text of each cell's outputs, errors included."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = NotebookClient(notebook, timeout=300, allow_errors=True, kernel_name="python3")
    client.execute(cwd=str(folder), env={**os.environ, "PYTHONPATH": str(ROOT), "IPYTHONDIR": str(folder / "ipython")})
    return ["\n".join(map(_text, cell.outputs)) for cell in notebook.cells]


def _text(output: Any) -> str:
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}\n" + "\n".join(output.traceback)
    return str(output.get("text") or output.get("data", {}).get("text/plain", ""))


def runs_of(root: Path) -> list[Run]:
    """All runs of a repository, the oldest first."""
    repository = find_repository(root)
    assert repository is not None
    store = Store(repository.metadata)
    return [store.run(run.id) for run in sorted(store.runs(), key=lambda run: run.started)]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """One kernel defines, runs, runs again, edits, and makes a mistake; another, fresh one loads."""
    root = tmp_path_factory.mktemp("cells")
    create_repository(root)
    first = [SPLIT, PREPROCESSER, TRAINER, PIPELINE, RUN]  # In[1] to In[5]
    first += [PIPELINE + RUN]  # the cell that builds it, again
    first += [EDITED, PIPELINE + RUN]
    first += [OLDEST + RUN, "old.add_trainer(Small())\nrun = old.run()"]
    first += [BROKEN, PIPELINE + RUN]  # In[11] and In[12]
    texts = execute(root, first)
    ids = [run.id for run in runs_of(root)]
    second = ["from zenml_nb import TrainingPipeline\nfrom zenml_nb.records import Store"]
    second += [f"pipeline = TrainingPipeline.load(run={ids[0]!r})\nrun = pipeline.run()"]
    second += [f"run = TrainingPipeline.load(run={ids[-1]!r}).run()"]
    texts += execute(root, second)
    return Story(root, texts, runs_of(root))


def test_steps_of_cells_run_unlike_in_zenml_0_3_8(story: Story) -> None:
    assert "Done in" in story.texts[4], story.texts[:5]
    assert set(story.told(0).values()) == {"first run"}
    assert story.runs[0].state == v.COMPLETE
    assert "Not pinned" not in "".join(story.texts)


def test_the_yaml_pins_the_source_of_each_step(story: Story) -> None:
    steps = story.document(0)["steps"]
    assert {slot: step["source"] for slot, step in steps.items()} == {
        "split": "__main__.ByYear",
        "preprocesser": "__main__.TwoFeatures",
        "trainer": "__main__.Small",
    }
    run_folder = story.root / ".zenml_nb" / "runs" / story.runs[0].id
    for step in steps.values():
        text = (story.root / "pipelines" / step["snapshot"]).read_text()
        assert text == (run_folder / step["snapshot"]).read_text()
        compile(text, "snapshot", "exec")
    assert "LATEST = 2009" in (story.root / "pipelines" / steps["split"]["snapshot"]).read_text()


def test_the_cell_that_builds_a_pipeline_can_run_again(story: Story) -> None:
    assert story.told(1) == {}
    assert story.runs[1].state == v.COMPLETE


def test_an_edit_runs_that_step_again_and_says_what_was_edited(story: Story) -> None:
    assert story.told(2) == {"Trainer": "code changed: UNITS"}
    assert story.document(2)["steps"]["trainer"]["snapshot"] != story.document(0)["steps"]["trainer"]["snapshot"]
    assert story.document(2)["steps"]["split"] == story.document(0)["steps"]["split"]


def test_an_old_pipeline_runs_its_recorded_code(story: Story) -> None:
    """Its cell has another code by now, and still all of it is taken from the cache."""
    assert story.told(3) == {}
    assert story.document(3) == story.document(0)
    assert story.runs[3].artifact("Trainer", "model").id == story.runs[0].artifact("Trainer", "model").id


def test_a_loaded_pipeline_takes_new_steps(story: Story) -> None:
    assert story.told(4) == {}
    assert story.runs[4].artifact("Trainer", "model").id == story.runs[2].artifact("Trainer", "model").id


def test_a_mistake_in_a_cell_is_shown_by_its_line(story: Story) -> None:
    assert story.runs[5].state == v.FAILED
    told = story.texts[11]
    assert "cell In[11], line 7: return UNITS / 0" in told
    assert "ZeroDivisionError" in told


def test_a_fresh_kernel_loads_it_and_takes_all_from_the_cache(story: Story) -> None:
    assert story.runs[6].state == v.COMPLETE
    assert story.told(6) == {}
    assert story.document(6) == story.document(0)


def test_a_mistake_in_recorded_code_is_shown_by_its_line(story: Story) -> None:
    assert story.runs[7].state == v.FAILED
    name = story.document(5)["steps"]["trainer"]["snapshot"]
    assert f"{name}, line " in story.texts[14]
    assert "return UNITS / 0" in story.texts[14]


def test_a_worker_finds_the_class_by_the_declaration(story: Story) -> None:
    execution = story.runs[2].execution("Split")
    declared = execution.properties["step"]
    code = (
        "import sys; from zenml_nb.engine import live; step = live.restore(sys.argv[1]);"
        "print(step.source, [step.partition_fn({'year': y}, 2) for y in (2007, 2009)]);"
        "print('tensorflow' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    asked = subprocess.run(
        [sys.executable, "-c", code, declared], env=environment, cwd="/", capture_output=True, text=True, timeout=120
    )
    assert asked.stdout.split("\n")[:2] == ["__main__.ByYear [0, 1]", "False"], asked.stderr
    assert json.loads(declared)["snapshot"] == str(
        story.root / "pipelines" / story.document(2)["steps"]["split"]["snapshot"]
    )
