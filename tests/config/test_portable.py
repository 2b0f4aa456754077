from __future__ import annotations

import pytest

from zenml_nb.config.portable import step_to_portable, to_portable
from zenml_nb.datasources import CSVDatasource
from zenml_nb.pipelines import TrainingPipeline
from zenml_nb.repository import create_repository
from zenml_nb.steps import LocalDirectoryDeployer


@pytest.fixture
def linked(tmp_path, monkeypatch):
    """A project, and a link to the folder that it is in."""
    (tmp_path / "real").mkdir()
    create_repository(tmp_path / "real" / "project")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    project = tmp_path / "link" / "project"
    (project / "a.csv").write_text("a\n1\n2\n")
    monkeypatch.chdir(project)
    return project


def test_paths_over_a_link_are_relative_to_the_project(linked):
    pipeline = TrainingPipeline("p")
    pipeline.add_datasource(CSVDatasource("d", str(linked / "a.csv")))
    pipeline.add_deployment(LocalDirectoryDeployer(linked / "served"))
    declared = pipeline.to_config()["pipeline"]
    assert declared["datasource"]["args"]["path"] == "a.csv"
    assert declared["steps"]["deployer"]["args"]["output_dir"] == "served"


def test_a_link_inside_the_project_keeps_its_name(tmp_path):
    root = tmp_path / "project"
    (tmp_path / "outside").mkdir()
    root.mkdir()
    (root / "data").symlink_to(tmp_path / "outside")
    assert to_portable({"path": str(root / "data" / "a.csv")}, root) == {"path": "data/a.csv"}


@pytest.mark.parametrize("value", ["served", "~/served", "/elsewhere/served", 5])
def test_other_folders_of_steps_stay_as_they_were_given(tmp_path, value):
    assert step_to_portable({"output_dir": value}, tmp_path) == {"output_dir": value}
