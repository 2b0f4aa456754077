"""Runs in processes of their own: killed ones, simultaneous ones, notebooks and scripts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.conftest import ROOT, Shared, working_in
from tests.engine.pipelines import COMPONENTS, penguin_pipeline
from zenml_nb.records import Store
from zenml_nb.records import vocabulary as v
from zenml_nb.repository import create_repository, find_repository

_KILLED = """
import os, signal, sys
from tests.engine.pipelines import penguin_pipeline
from zenml_nb.engine.session import Launcher

publish = Launcher._run_publisher

def kill_before_publishing(self, *args, **kwargs):
    if self._component_info.component_id == sys.argv[1]:
        os.kill(os.getpid(), signal.SIGKILL)
    return publish(self, *args, **kwargs)

Launcher._run_publisher = kill_before_publishing
penguin_pipeline().run()
"""


def start(code: str, *arguments: str, folder: Path) -> subprocess.Popen[str]:
    """Start Python code in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_killed_in_each_step_the_next_run_goes_on_to_the_same_result(shared: Shared, tmp_path: Path) -> None:
    # The worst moment: all files of the step are written, and nothing of them is published.
    create_repository(tmp_path)
    for component in ("Data", "SplitStatistics", "Preprocesser", "Trainer", "Evaluator", "Deployer"):
        process = start(_KILLED, component, folder=tmp_path)
        _, errors = process.communicate(timeout=300)
        assert process.returncode == -signal.SIGKILL, errors[-2000:]
        repository = find_repository(tmp_path)
        assert repository is not None
        run = Store(repository.metadata).latest_run("penguins")
        assert run is not None
        assert run.state == v.ABORTED
        assert run.execution(component).state == v.ABORTED
        before = COMPONENTS[: COMPONENTS.index(component)]
        assert all(run.execution(name).state in (v.COMPLETE, v.CACHED) for name in before)
    with working_in(tmp_path):
        pipeline = penguin_pipeline()
        last = pipeline.run()
        assert last.state == v.COMPLETE
        assert [e.component for e in last.executions if e.state != v.CACHED] == ["Deployer"]
        slices = zip(pipeline.evaluation()["slices"], shared.pipeline.evaluation()["slices"], strict=True)
        for mine, theirs in slices:
            assert mine["slice"] == theirs["slice"]
            # Beam batches by how fast the machine is, and sums of float32 depend on the batches in their last digits.
            assert mine["metrics"] == pytest.approx(theirs["metrics"], rel=1e-4)
        assert pipeline.sample_transformed_data().equals(shared.pipeline.sample_transformed_data())
        states = {run.state for run in Store(pipeline.repository.metadata).runs()}
        assert states == {v.ABORTED, v.COMPLETE}


def test_two_processes_in_one_repository_both_succeed(tmp_path: Path) -> None:
    create_repository(tmp_path)
    code = (
        "import sys; from tests.engine.pipelines import penguin_pipeline; "
        "print(penguin_pipeline(sys.argv[1]).run(until='preprocesser').state)"
    )
    processes = [start(code, name, folder=tmp_path) for name in ("one", "two")]
    for process in processes:
        output, errors = process.communicate(timeout=400)
        assert process.returncode == 0, errors[-2000:]
        assert output.strip().endswith(v.COMPLETE)
    repository = find_repository(tmp_path)
    assert repository is not None
    assert {run.pipeline for run in Store(repository.metadata).runs()} == {"one", "two"}


_CELLS = [
    "from tests.engine.pipelines import penguin_pipeline\nfrom zenml_nb.steps import BaseSplit",
    "class ByYear(BaseSplit):\n"
    "    def get_split_names(self):\n"
    "        return ['train', 'eval']\n"
    "    def partition_fn(self, element, num_partitions):\n"
    "        return int(element['year'] == 2009)",
    "pipeline = penguin_pipeline('anywhere')\npipeline.add_split(ByYear())",
    "run = pipeline.run(until='split')",
    "print([(e.component, e.state) for e in run.executions])\nprint(len(pipeline.sample_data('eval')))",
]


def _notebook(folder: Path) -> Path:
    import nbformat

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in _CELLS])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = folder / "anywhere.ipynb"
    nbformat.write(notebook, path)
    return path


def _outputs(path: Path) -> str:
    """The text of all outputs of a notebook."""
    outputs = [output for cell in json.loads(path.read_text())["cells"] for output in cell["outputs"]]
    return "".join("".join(o.get("text") or o.get("data", {}).get("text/plain", "")) + "\n" for o in outputs)


@pytest.mark.parametrize("runner", ["script", "nbconvert", "papermill"])
def test_the_records_are_the_same_anywhere(runner: str, tmp_path: Path) -> None:
    create_repository(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "IPYTHONDIR": str(tmp_path / "ipython")}
    if runner == "script":
        path = tmp_path / "anywhere.py"
        path.write_text("\n".join(_CELLS))
        command = [sys.executable, str(path)]
    elif runner == "nbconvert":
        path = _notebook(tmp_path)
        command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", str(path)]
    else:
        path = _notebook(tmp_path)
        command = [sys.executable, "-m", "papermill", "-k", "python3", str(path), str(path)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    printed = done.stdout if runner == "script" else _outputs(path)
    assert "Run anywhere." in printed
    assert "SplitStatistics" in printed
    assert printed.rstrip().endswith("120")
    repository = find_repository(tmp_path)
    assert repository is not None
    run = Store(repository.metadata).latest_run("anywhere")
    assert run is not None
    assert run.state == v.COMPLETE
    assert [e.component for e in run.executions] == COMPONENTS[:7]
