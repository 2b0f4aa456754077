"""A pipeline that ran in a notebook, run again from its file alone: another project, another process, no notebook."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engine.conftest import ROOT, working_in
from tests.engine.pipelines import COMPONENTS, penguin_csv, penguin_pipeline
from zenml_nb import CSVDatasource, TrainingPipeline
from zenml_nb.artifacts.evaluation import plain_metrics, read_evaluation
from zenml_nb.artifacts.examples import parse_example, read_records
from zenml_nb.artifacts.protos import read_anomalies, read_schema, read_statistics
from zenml_nb.cli import main
from zenml_nb.records import Run, Store
from zenml_nb.records import vocabulary as v
from zenml_nb.repository import create_repository, find_repository


@dataclass(frozen=True)
class Project:
    """A project folder with one run.

    Attributes:
        root: the folder.
        run: the record of the run.
    """

    root: Path
    run: Run

    @property
    def file(self) -> Path:
        """What the run wrote."""
        return self.root / "pipelines" / "penguins.yaml"

    def uri(self, component: str, key: str) -> Path:
        """The folder of an output."""
        return Path(self.run.artifact(component, key).uri)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Declared and run from Python; the data lies in the project."""
    root = tmp_path_factory.mktemp("first")
    shutil.copy(penguin_csv(), root / "penguins.csv")
    with working_in(root):
        create_repository(root)
        pipeline = penguin_pipeline()
        pipeline.add_datasource(CSVDatasource(name="penguins", path="penguins.csv", null_values=["NA"]))
        return Project(root, pipeline.run())


@pytest.fixture(scope="module")
def second(first: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Run from the copied file and the copied data."""
    root = tmp_path_factory.mktemp("second")
    create_repository(root)
    (root / "pipelines").mkdir()
    shutil.copy(first.file, root / "pipelines")
    shutil.copy(first.root / "penguins.csv", root)
    done = command(root, "run", "pipelines/penguins.yaml", "--json")
    assert done.returncode == 0, done.stderr
    run_id = json.loads(done.stdout)["run"]["id"]
    assert f"Run {run_id}" in done.stderr
    return Project(root, Store(find_repository(root).metadata).run(run_id))


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "zenml_nb", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=400,
    )


def rows(folder: Path) -> list[dict[str, Any]]:
    """The rows of a split in their order, each by the names of its columns: their order on the disk is by chance."""
    return [dict(sorted(row.items())) for row in examples(folder)]


def examples(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.iterdir()):
        yield from map(parse_example, read_records(path))


def test_the_same_components_ran(first: Project, second: Project) -> None:
    assert [e.component for e in second.run.executions] == COMPONENTS
    assert {e.state for e in second.run.executions} == {v.COMPLETE}
    assert second.run.state == v.COMPLETE


def test_the_settings_are_the_same(first: Project, second: Project) -> None:
    assert second.file.read_bytes() == first.file.read_bytes()
    assert (second.run.folder / v.CONFIG_FILE).read_bytes() == (first.run.folder / v.CONFIG_FILE).read_bytes()
    assert second.run.properties[v.CONFIG_HASH] == first.run.properties[v.CONFIG_HASH]
    with working_in(second.root):
        again = TrainingPipeline.load(second.file)
    assert again.steps == penguin_pipeline().steps


@pytest.mark.parametrize("component", ["Data", "Split"])
def test_the_data_is_the_same(first: Project, second: Project, component: str) -> None:
    artifact = first.run.artifact(component, "examples")
    assert artifact.splits == second.run.artifact(component, "examples").splits
    for split in artifact.splits:
        expected = rows(artifact.split_path(split))
        assert len(expected) > 50
        assert rows(second.run.artifact(component, "examples").split_path(split)) == expected


@pytest.mark.parametrize("component", ["DataStatistics", "SplitStatistics"])
def test_the_statistics_are_the_same(first: Project, second: Project, component: str) -> None:
    artifacts = [project.run.artifact(component, "statistics") for project in (first, second)]
    for split in artifacts[0].splits:
        expected, found = (read_statistics(artifact, split) for artifact in artifacts)
        assert expected.num_examples > 50
        assert found == expected


def test_schema_and_anomalies_are_the_same(first: Project, second: Project) -> None:
    for component in ("DataSchema", "SplitSchema"):
        expected, found = (read_schema(project.run.artifact(component, "schema")) for project in (first, second))
        assert len(expected.feature) == 8
        assert found == expected
    expected, found = (read_anomalies(p.run.artifact("SplitAnomalies", "anomalies"), "eval") for p in (first, second))
    assert found == expected


def test_the_transformed_data_is_the_same(first: Project, second: Project) -> None:
    artifacts = [project.run.artifact("Preprocesser", "transformed_examples") for project in (first, second)]
    for split in ("train", "eval"):
        # Beam writes rows in any order.
        expected, found = (sorted(rows(artifact.split_path(split)), key=repr) for artifact in artifacts)
        assert len(expected) > 50
        assert any(name.endswith("_xf") for name in expected[0])
        assert found == expected


def test_the_weights_of_the_model_are_the_same(first: Project, second: Project) -> None:
    import tensorflow as tf

    found = []
    for project in (first, second):
        [place] = project.uri("Trainer", "model").rglob("variables.index")
        reader = tf.train.load_checkpoint(str(place.with_suffix("")))
        kinds = reader.get_variable_to_dtype_map()
        found.append({name: reader.get_tensor(name) for name, kind in kinds.items() if kind.is_floating})
    assert set(found[0]) == set(found[1])
    assert sum(tensor.size for tensor in found[0].values()) > 50
    for name, tensor in found[0].items():
        np.testing.assert_array_equal(found[1][name], tensor, err_msg=name)


def test_the_evaluation_is_the_same(first: Project, second: Project) -> None:
    def by_slice(project: Project) -> dict[str, Any]:
        plain = plain_metrics(read_evaluation(str(project.uri("Evaluator", "evaluation"))))
        return {json.dumps(entry["slice"]): entry["metrics"] for entry in plain["slices"]}

    expected, found = by_slice(first), by_slice(second)
    assert set(found) == set(expected)
    assert len(expected) > 3
    for name, metrics in expected.items():
        assert found[name] == pytest.approx(metrics, nan_ok=True)


@pytest.fixture
def zenml(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """The command in this process, where TFX is loaded: its exit code, and what it printed and told."""

    def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        with working_in(folder):
            code = main(arguments)
        return code, *capsys.readouterr()

    return run


def test_a_second_run_of_the_file_takes_all_from_the_cache(second: Project, zenml: Callable) -> None:
    code, out, err = zenml(second.root, "run", "pipelines/penguins.yaml", "--until", "split")
    assert code == 0, err
    # The record of the run, behind the lines of its progress.
    words = [line.split() for line in out.splitlines() if line.startswith("  ")]
    states = [state for name, state, *_ in filter(lambda line: len(line) > 1, words) if name in COMPONENTS]
    assert set(states) - {v.CACHED.lower()} == {v.CACHED}
    assert "Look at it: zenml-nb runs show penguins." in out


def test_a_failed_step_has_an_exit_code_of_its_own(first: Project, tmp_path: Path, zenml: Callable) -> None:
    create_repository(tmp_path)
    (tmp_path / "broken_split.py").write_text(
        "from zenml_nb.steps import BaseSplit\n\n\nclass Broken(BaseSplit):\n"
        "    def get_split_names(self):\n        return ['train', 'eval']\n\n"
        "    def partition_fn(self, element, num_partitions):\n        raise RuntimeError('no way')\n"
    )
    shutil.copy(first.root / "penguins.csv", tmp_path)
    text = first.file.read_text()
    begin, end = text.index("    split:\n"), text.index("    preprocesser:\n")
    step = "    split:\n      source: broken_split.Broken\n      args: {}\n"
    (tmp_path / "broken.yaml").write_text(text[:begin] + step + text[end:])
    code, _, err = zenml(tmp_path, "run", "broken.yaml", "--until", "split")
    assert code == 3, err
    assert 'broken_split.py", line 9' in err
    assert "StepFailedError" in err
    assert "no way" in err
    items = json.loads(zenml(tmp_path, "clean", "--json")[1])["items"]
    assert {item["path"].split("/")[4] for item in items} == {"Data", "DataStatistics", "DataSchema"}
    assert zenml(tmp_path, "clean", "--yes")[0] == 0
    assert not any((tmp_path / item["path"]).exists() for item in items)
