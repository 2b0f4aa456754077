"""Fixtures for all tests; nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

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

    most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    return lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, Any, Any]:
    """Ends the limit of ``small_files_only`` with the test itself: pytest's own report may go to a larger file."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        return (yield)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
