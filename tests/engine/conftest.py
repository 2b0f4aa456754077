"""One real run of the penguin pipeline, shared by all tests that only look at it."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine.pipelines import penguin_pipeline
from zenml_nb import TrainingPipeline
from zenml_nb.records import Run
from zenml_nb.repository import create_repository

ROOT = Path(__file__).resolve().parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder runs TFX."""
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.tfx)


@dataclass(frozen=True)
class Shared:
    """The shared run.

    Attributes:
        pipeline: as its user has it after the run.
        run: what ``run()`` gave.
        printed: what the user saw.
        root: the repository.
    """

    pipeline: TrainingPipeline
    run: Run
    printed: str
    root: Path


@contextlib.contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Make a folder the working directory for a while."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """The penguin pipeline, run once from the data to the deployed model."""
    root = tmp_path_factory.mktemp("penguins")
    with working_in(root):
        create_repository(root)
        pipeline = penguin_pipeline()
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            run = pipeline.run()
    return Shared(pipeline, run, printed.getvalue(), root)


@pytest.fixture
def in_shared(shared: Shared) -> Iterator[Shared]:
    """The shared run, with its repository as the working directory; for tests that run more pipelines in it."""
    with working_in(shared.root):
        yield shared


@pytest.fixture
def run_script(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run Python code in a process of its own, in a folder."""

    def run(code: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        path = tmp_path / f"script_{len(list(tmp_path.glob('script_*')))}.py"
        path.write_text(code, encoding="utf-8")
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            [sys.executable, str(path)],
            cwd=folder or tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )

    return run
