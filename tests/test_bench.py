"""The benchmarks start, parse their arguments and measure what they say; the heavy ones run by `make bench` alone."""

from __future__ import annotations

import csv
import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[1] / "bench"
SCRIPTS = sorted(path.name for path in BENCH.glob("[a-z]*.py"))


def run(script: str, *arguments: str) -> str:
    """What a benchmark prints."""
    command = [sys.executable, str(BENCH / script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={**os.environ, "COLUMNS": "120"})
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch):
    """Imports a module of the benchmarks."""
    monkeypatch.syspath_prepend(str(BENCH))
    yield importlib.import_module
    for name in [*(Path(script).stem for script in SCRIPTS), "_measure", "_penguins", "_many_runs"]:
        sys.modules.pop(name, None)


def test_make_bench_finds_the_benchmarks_alone() -> None:
    assert SCRIPTS == ["imports.py", "overhead.py", "records.py", "scale.py", "sidebar.py", "views.py"]


@pytest.mark.parametrize(
    ("script", "option"),
    [
        ("imports.py", "--without-tfx"),
        ("overhead.py", "--history"),
        ("records.py", "--runs"),
        ("scale.py", "--rows"),
        ("sidebar.py", "--runs"),
        ("views.py", "--features"),
    ],
)
def test_arguments_are_parsed_without_tensorflow(script: str, option: str) -> None:
    assert option in run(script, "--help")


def test_imports_runs_and_finds_nothing_heavy() -> None:
    printed = run("imports.py", "--runs", "1", "--without-tfx")
    assert "heavy modules that building a pipeline loads: none" in printed


def test_overhead_measures_nothing_if_so_asked() -> None:
    assert run("overhead.py", "--runs", "0", "--history", "0") == ""


def test_lists_of_runs_are_measured_in_a_generated_store() -> None:
    printed = run("records.py", "--runs", "200", "--seconds", "1")
    assert "filter: metric range" in printed
    assert "met     stores changed by reading: 0 (target: at most 0)" in printed
    assert printed.count("met       errors: 0 (target: at most 0)") == 2
    assert "200 runs: read in" in printed


def test_made_up_runs_are_those_that_they_say(bench, tmp_path: Path) -> None:
    from zenml_nb.records import Store

    many = bench("_many_runs")
    command = [sys.executable, many.__file__, str(tmp_path / "store.sqlite"), "--runs", "100", "--files", "3"]
    environment = {**os.environ, "PYTHONPATH": str(BENCH.parent)}
    subprocess.run([*command, "--executions", "2"], check=True, env=environment)
    store = Store({"type": "sqlite", "uri": str(tmp_path / "store.sqlite")})
    runs = store.runs()
    assert [run.id for run in runs[:2]] == ["pipeline_19.000099", "pipeline_18.000098"]
    assert {state: sum(run.state == state for run in runs) for state, _ in many.STATES} == dict(many.STATES)
    assert {frozenset(run.metrics) for run in runs} == {frozenset(), frozenset(many.METRICS)}
    newest = store.run(many.run_id(99))
    assert [[artifact.key for artifact in execution.outputs] for execution in newest.executions] == [
        ["first", "second"]
    ] * 2
    assert newest.folder is not None
    assert "name: pipeline_19" in (newest.folder / "pipeline.yaml").read_text()
    assert len(list((tmp_path / "runs").iterdir())) == 3


def test_rows_are_repeated_with_noise(bench, taxi_csv: Path, tmp_path: Path) -> None:
    bench("scale").write_rows(taxi_csv, tmp_path / "rows.csv", 15_100)
    with open(tmp_path / "rows.csv", newline="") as made, open(taxi_csv, newline="") as source:
        rows, original = list(csv.DictReader(made)), list(csv.DictReader(source))
    assert len(rows) == 15_100
    assert list(rows[0]) == list(original[0])
    assert [row["company"] for row in rows] == [row["company"] for row in [*original, *original[:98]]]
    assert all(row["trip_seconds"].isdigit() for row in rows if row["trip_seconds"])
    assert [bool(row["fare"]) for row in rows[:15_002]] == [bool(row["fare"]) for row in original]
    assert rows[0]["fare"] != rows[15_002]["fare"]


def test_the_penguins_of_the_benchmark_are_those_of_the_package(bench, tmp_path: Path) -> None:
    overhead = bench("overhead")
    overhead.prepare_csv(tmp_path / "data")
    rows = (tmp_path / "data" / "penguins.csv").read_text().splitlines()
    assert len(rows) == 345
    assert rows[4] == "Adelie,Torgersen,,,,,,2007"


def test_a_block_is_measured(bench, capsys: pytest.CaptureFixture[str]) -> None:
    measure = bench("_measure")
    figures: dict = {}
    with measure.measured(figures, "large"):
        block = bytearray(b"x" * (64 << 20))
    del block
    with measure.measured(figures, "small"):
        pass
    assert figures["large"]["seconds"] > 0
    if sys.platform == "linux":
        assert figures["large"]["peak"] > figures["small"]["peak"] + 50
    assert measure.print_target("share", 0.5, 0.6)
    assert not measure.print_target("times", 9, 10, "x", at_least=True)
    assert "MISSED  times: 9x (target: at least 10x)" in capsys.readouterr().out


def test_a_failing_task_says_why(bench, tmp_path: Path) -> None:
    script = tmp_path / "task.py"
    script.write_text("raise ValueError('this one')")
    with pytest.raises(SystemExit, match="this one"):
        bench("_measure").run_child(str(script), "any")


def test_no_benchmark_loads_tensorflow_before_it_measures() -> None:
    code = "import sys, imports, overhead, records, scale, views; print('tensorflow' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(BENCH)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == "False"
