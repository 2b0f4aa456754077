"""Runs are not recorded in PostgreSQL, and that is told before anything is run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from tests.engine.conftest import working_in
from tests.engine.pipelines import penguin_pipeline
from zenml_nb.errors import ConfigError
from zenml_nb.repository import create_repository


def test_a_run_is_refused_with_the_reason(tmp_path: Path) -> None:
    repository = create_repository(tmp_path)
    settings = repository.marker / "config.yaml"
    metadata = {"type": "postgresql", "host": "127.0.0.1", "database": "mlmd", "username": "nb"}
    settings.write_text(yaml.safe_dump({**yaml.safe_load(settings.read_text()), "metadata": metadata}))
    shutil.rmtree(repository.runs_dir, ignore_errors=True)
    with working_in(tmp_path):
        with pytest.raises(ConfigError, match=r"cannot be recorded in PostgreSQL(.|\n)*sqlite or mysql"):
            penguin_pipeline().run(until="data")
        assert not repository.runs_dir.exists()
