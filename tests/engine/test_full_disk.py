"""A disk that is full in the middle of a step: a real one, small and in memory."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.engine.conftest import working_in
from zenml_nb import CSVDatasource, TrainingPipeline
from zenml_nb.errors import StepFailedError, ZenmlNbError
from zenml_nb.records import Store
from zenml_nb.records import vocabulary as v
from zenml_nb.repository import create_repository, find_repository


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of 900 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=900k", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"this user may not mount a file system: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_told_and_nothing_is_half_written(small_disk: Path, taxi_csv: Path, tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    create_repository(root)
    settings = root / ".zenml_nb" / "config.yaml"
    config = yaml.safe_load(settings.read_text())
    settings.write_text(yaml.safe_dump({**config, "artifact_store": str(small_disk)}))
    with working_in(root):
        pipeline = TrainingPipeline(name="full")
        pipeline.add_datasource(CSVDatasource(name="taxi", path=str(taxi_csv)))
        with pytest.raises(ZenmlNbError, match="The disk is full") as caught:
            pipeline.run(until="data")
        assert isinstance(caught.value, StepFailedError)
        assert caught.value.step == "data"
        repository = find_repository(root)
        assert repository is not None
        run = Store(repository.metadata).latest_run("full")
        assert run is not None
        assert run.state == v.FAILED
        assert not [path for path in (small_disk / "pipelines").rglob("*") if path.is_file()]
        # With room again, the next run goes on as if nothing had been.
        subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
        assert pipeline.run(until="data").state == v.COMPLETE
        assert len(pipeline.sample_data()) == 15_002
