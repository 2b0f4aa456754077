"""The command in a terminal, over a store that the engine's ledger writes; no TensorFlow."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from zenml_nb.cli import main
from zenml_nb.engine.ledger import Ledger, open_for_writing
from zenml_nb.errors import DataError
from zenml_nb.records import vocabulary as v
from zenml_nb.repository import create_repository

CONFIG = "pipeline:\n  name: taxi\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    repository = create_repository(tmp_path / "project")
    monkeypatch.chdir(repository.root)
    return repository


@pytest.fixture
def runs(project):
    """A good run and a failed one, and the ids of both."""
    ids = []
    for pipeline, state, error in (("taxi", v.COMPLETE, None), ("penguins", v.FAILED, DataError("no \x1b[31mrows"))):
        ledger = Ledger(project, open_for_writing(project), pipeline)
        ledger.begin(CONFIG, "hash", None)
        ledger.finish(state, "split" if error else "", error)
        ids.append(ledger.run_id)
    return ids


def test_the_list_is_newest_first(runs, capsys):
    assert main(["runs", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:3] == ["run", "pipeline", "state"]
    assert [line.split()[0] for line in lines[2:4]] == runs[::-1]
    assert lines[-1] == "2 runs"


def test_a_list_is_of_all_runs_also_where_they_take_several_reads(runs, capsys, monkeypatch):
    monkeypatch.setattr("zenml_nb.records.catalog._SLICE", 1)
    assert main(["runs", "list", "--json", "--limit", "1"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["total"], document["indexing"], len(document["runs"])) == (2, False, 1)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--state", "failed"], [1]),
        (["--pipeline", "taxi"], [0]),
        (["--search", "peng"], [1]),
        (["--limit", "1"], [1]),
        (["--limit", "1", "--offset", "1"], [0]),
        (["--before", "2001-01-01"], []),
        (["--metric", "accuracy", "--min", "0.5"], []),
    ],
)
def test_filters(runs, capsys, options, expected):
    assert main(["runs", "list", "--json", *options]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "zenml_nb/runs@1"
    assert [run["id"] for run in document["runs"]] == [runs[index] for index in expected]


def test_nothing_meets_the_conditions(runs, capsys):
    assert main(["runs", "list", "--pipeline", "other"]) == 0
    assert capsys.readouterr().out == "No run meets these conditions.\n"


def test_one_run(runs, capsys):
    assert main(["runs", "show", "latest"]) == 0
    shown = capsys.readouterr().out
    assert runs[1] in shown
    assert "rows" in shown
    assert "\x1b" not in shown
    assert main(["runs", "show", runs[0], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["run"]["id"] == runs[0]


def test_two_runs_are_compared(runs, capsys):
    assert main(["runs", "compare", *runs]) == 0
    shown = capsys.readouterr().out
    assert all(run.partition(".")[2] in shown for run in runs)
    assert main(["runs", "compare", *runs, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "zenml_nb/compare@1"


@pytest.mark.parametrize("command", [["show"], ["compare", "latest"]])
def test_an_unknown_run_names_the_nearest(runs, capsys, command):
    assert main(["runs", *command, runs[0][:-1]]) == 1
    told = capsys.readouterr()
    assert (told.out, runs[0] in told.err) == ("", True)


def test_without_a_project_or_a_run_it_says_so(project, tmp_path, monkeypatch, capsys):
    assert main(["runs", "list"]) == 1
    assert "Run a pipeline first" in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    assert main(["runs", "list"]) == 1
    assert "--repository FOLDER" in capsys.readouterr().err


def test_another_project_is_named(runs, project, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["runs", "list", "--repository", str(project.root)]) == 0
    assert runs[0] in capsys.readouterr().out


@pytest.mark.parametrize("options", [["--state", "faild"], ["--since", "yesterday"], ["--limit", "-1"]])
def test_wrong_options_are_told(project, capsys, options):
    with pytest.raises(SystemExit) as ended:
        main(["runs", "list", *options])
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert "usage: zenml-nb runs list" in told
    if "faild" in options:
        assert "Did you mean 'FAILED'?" in told


def test_a_reader_that_stops_is_no_error(runs):
    command = f"{sys.executable} -m zenml_nb runs list --json | head -c 1"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("{", "")
