from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from zenml_nb.pipelines import TrainingPipeline
from zenml_nb.pipelines.graph import declared_steps
from zenml_nb.steps import StandardSequencer
from zenml_nb.viewmodels.flow import TRAINING

ROOT = Path(__file__).resolve().parents[2]
DISPLAY = """
import json, sys, time
from zenml_nb import CSVDatasource, TrainingPipeline
from zenml_nb.steps import RandomSplit
pipeline = TrainingPipeline("taxi")
pipeline.add_datasource(CSVDatasource(name="taxi", path="taxi.csv"))
pipeline.add_split(RandomSplit({"train": 0.7, "eval": 0.3}))
text = str(pipeline.view_steps())
print(json.dumps([text, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def test_showing_what_never_ran_loads_nothing_big_and_creates_nothing(tmp_path):
    command = [sys.executable, "-c", DISPLAY]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}
    )
    text, loaded = json.loads(done.stdout)
    assert "add_trainer(...)" in text
    assert not {"ml_metadata", "pandas", "tensorflow", "tfx", "tensorflow_metadata"} & set(loaded)
    assert list(tmp_path.iterdir()) == []


def test_the_filled_slots_and_the_mandatory_ones_are_drawn(make):
    pipeline = make(evaluator=None, trainer=None)
    declared = {step.slot: (step.declared, step.method) for step in declared_steps(pipeline, Path.cwd())}
    assert declared == {
        "data": (True, "add_datasource"),
        "split": (True, "add_split"),
        "preprocesser": (True, "add_preprocesser"),
        "trainer": (False, "add_trainer"),
        "deployer": (True, "add_deployment"),
    }
    assert all(step.parts == TRAINING[step.slot] for step in declared_steps(pipeline, Path.cwd()))


def test_paths_of_the_project_are_relative(repository):
    from zenml_nb.datasources import CSVDatasource

    pipeline = TrainingPipeline("taxi")
    pipeline.add_datasource(CSVDatasource(name="taxi", path=str(repository.root / "data" / "taxi.csv")))
    document = pipeline.view_steps().document
    assert str(repository.root) not in json.dumps(document)
    arguments = {arg["name"]: arg["value"] for arg in document["steps"][0]["configuration"]["args"]}
    assert arguments["path"] == "data/taxi.csv"


def test_printing_a_pipeline_stays_one_line(make):
    assert "\n" not in str(make())


def test_steps_behind_a_sequencer_read_its_sequences(make):
    pipeline = make()
    pipeline.add_sequencer(StandardSequencer("mass"))
    parts = {part.component: part.inputs for step in declared_steps(pipeline, Path.cwd()) for part in step.parts}
    assert parts["Sequencer"] == (("Split", "Examples"),)
    for component in ("Preprocesser", "Evaluator"):
        assert ("Sequencer", "Examples") in parts[component]
        assert ("SequenceSchema", "Schema") in parts[component]
    assert ("SequenceSchema", "Schema") in parts["Trainer"]
    assert ("SplitSchema", "Schema") in parts["SplitAnomalies"]
