"""Fixtures for all tests; nothing heavy is imported here."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest

from zenml_nb.repository import Repository, create_repository

# No test may fail because the machine is slow.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


@pytest.fixture
def repository(tmp_path, monkeypatch) -> Repository:
    """A fresh repository that is the working directory."""
    monkeypatch.chdir(tmp_path)
    return create_repository(tmp_path)


@pytest.fixture(scope="session")
def taxi_csv() -> Path:
    """The Chicago taxi data: 15,002 rows, 18 columns, with missing values."""
    for folder in Path(__file__).resolve().parents:
        path = folder / "shared" / "data" / "chicago_taxi.csv"
        if path.is_file():
            return path
    pytest.skip("no folder above the tests has shared/data/chicago_taxi.csv")


@pytest.fixture
def small_files_only():
    """Lets writes fail, as on a full disk: call it with the largest size that a file may have from then on."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
