from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from zenml_nb.records import vocabulary as v
from zenml_nb.records.liveness import hold

HOLD = """
import sys
from pathlib import Path
from zenml_nb.records.liveness import hold
hold(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Starts a process that holds the lock of the run in ``tmp_path``."""
    started = []

    def start():
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}
        pipes = dict.fromkeys(["stdin", "stdout"], subprocess.PIPE)
        process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], env=environment, text=True, **pipes)
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


@pytest.fixture
def states(writer):
    """The states of a run and of its executions, and the one in the list of runs."""

    def states():
        store = writer.read()
        run = store.run("taxi.1")
        assert [listed.state for listed in store.runs()] == [run.state]
        return run.state, [execution.state for execution in run.executions]

    return states


def test_a_run_lives_as_long_as_its_process(writer, holder, states, tmp_path):
    run = writer.running(tmp_path)
    writer.execution("D", "COMPLETE", [run], component_id="Data")
    writer.execution("S", "RUNNING", [run], component_id="Split")
    process = holder()
    assert states() == (v.RUNNING, [v.COMPLETE, v.RUNNING])
    assert writer.read().run("taxi.1").finished is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert states() == (v.ABORTED, [v.COMPLETE, v.ABORTED])
    assert writer.read().run("taxi.1").finished is not None


def test_a_run_of_this_process_lives_until_its_lock_is_released(writer, states, tmp_path):
    writer.running(tmp_path)
    descriptor = hold(tmp_path)
    assert states() == (v.RUNNING, [])
    os.close(descriptor)
    assert states() == (v.ABORTED, [])


def test_looking_at_a_run_does_not_take_its_lock(writer, states, tmp_path):
    writer.running(tmp_path)
    (tmp_path / v.LOCK_FILE).touch()
    assert states() == (v.ABORTED, [])
    os.close(hold(tmp_path))  # would wait for ever


def test_a_run_without_its_folder_was_aborted(writer, states, tmp_path):
    writer.running(tmp_path / "gone")
    assert states() == (v.ABORTED, [])


def test_a_run_of_another_machine_is_taken_for_alive(writer, states, tmp_path):
    writer.running(tmp_path, host="another.machine")
    assert states() == (v.RUNNING, [])


def test_a_run_that_ended_needs_no_lock(writer, states):
    writer.own_run(state=v.CANCELED)
    assert states() == (v.CANCELED, [])
