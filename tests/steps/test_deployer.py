from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest

from zenml_nb.errors import DeclarationError, StoreError
from zenml_nb.steps import LocalDirectoryDeployer, TFServingDeployer


@pytest.fixture
def model(tmp_path):
    """The folder of a model, as TensorFlow saves it."""
    folder = tmp_path / "saved"
    (folder / "variables").mkdir(parents=True)
    (folder / "saved_model.pb").write_bytes(b"graph")
    (folder / "variables" / "variables.index").write_bytes(b"index")
    return folder


@pytest.fixture
def serving(tmp_path):
    return tmp_path / "serving"


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_model_is_deployed_as_the_next_version(model, serving):
    deployer = LocalDirectoryDeployer(serving)
    assert deployer.deploy(model, {}) == str(serving / "1")
    assert deployer.deploy(model, {}) == str(serving / "2")
    assert files(serving / "2") == files(model) == ["saved_model.pb", "variables/variables.index"]
    assert sorted(os.listdir(serving)) == ["1", "2"]


def test_versions_are_counted_on_from_the_largest(model, serving):
    for name in ("9", "10", "007", "notes", "²", "1.5"):
        (serving / name).mkdir(parents=True)
    (serving / "12").write_text("a file")
    assert LocalDirectoryDeployer(serving).deploy(model, {}) == str(serving / "13")


def test_a_relative_folder_is_one_of_the_repository(model, tmp_path, monkeypatch):
    monkeypatch.chdir(model)
    deployed = LocalDirectoryDeployer("out/models").deploy(model, {"repository": str(tmp_path)})
    assert Path(deployed) == tmp_path / "out" / "models" / "1"
    assert files(Path(deployed)) == files(model)


def test_concurrent_deployments_give_one_whole_version_each(model, serving):
    for index in range(30):
        (model / f"part{index}").write_bytes(b"x" * 10_000)
    start, found, errors = threading.Barrier(8), [], []

    def deploy():
        start.wait()
        try:
            found.append(LocalDirectoryDeployer(serving).deploy(model, {}))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=deploy) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(found) == [str(serving / str(version)) for version in range(1, 9)]
    assert sorted(os.listdir(serving)) == [str(version) for version in range(1, 9)]
    assert all(files(serving / name) == files(model) for name in os.listdir(serving))


def test_a_failing_write_leaves_no_version(model, serving, small_files_only):
    LocalDirectoryDeployer(serving).deploy(model, {})
    (model / "big").write_bytes(b"x" * 100_000)
    small_files_only(50_000)
    with pytest.raises(StoreError, match=r"deployed: \[Errno 27\] File too large(.|\n)*to do: Free some space"):
        LocalDirectoryDeployer(serving).deploy(model, {})
    assert os.listdir(serving) == ["1"]


def test_a_file_in_the_place_of_the_folder_is_told(model, serving):
    serving.write_text("a file")
    with pytest.raises(StoreError, match="The model cannot be deployed: File exists"):
        LocalDirectoryDeployer(serving).deploy(model, {})
    assert serving.read_text() == "a file"


def test_a_missing_model_leaves_no_version(tmp_path, serving):
    with pytest.raises(StoreError, match="No such file or directory"):
        LocalDirectoryDeployer(serving).deploy(tmp_path / "none", {})
    assert os.listdir(serving) == []


def test_a_deployment_is_in_use_until_it_is_gone_or_a_newer_one_is_there(model, serving):
    deployer = LocalDirectoryDeployer(serving)
    first = deployer.deploy(model, {})
    assert deployer.is_current(first)
    second = deployer.deploy(model, {})
    assert (deployer.is_current(first), deployer.is_current(second)) == (False, True)
    shutil.rmtree(serving)
    assert not deployer.is_current(second)


@pytest.mark.parametrize("make", [LocalDirectoryDeployer, lambda place: TFServingDeployer(place, "penguins")])
def test_the_home_of_who_runs_is_found_and_stays_portable(model, tmp_path, monkeypatch, make):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    deployer = make("~/models")
    where = deployer.deploy(model, {"repository": str(tmp_path / "project"), "predict": None})
    assert Path(where).is_relative_to(tmp_path / "home" / "models")
    assert not (tmp_path / "project").exists()
    assert deployer.to_config()["args"]["output_dir"] == "~/models"


@pytest.mark.parametrize("make", [LocalDirectoryDeployer, lambda place: TFServingDeployer(place, "penguins")])
@pytest.mark.parametrize("place", ["file", "file/below/it", "link"])
def test_a_place_that_is_no_folder_is_told_before_the_run(tmp_path, make, place):
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("none")
    with pytest.raises(DeclarationError, match=r"is no folder(.|\n)*output_dir"):
        make(place).check_place(tmp_path)


def test_a_place_that_may_not_be_written_to_is_told_before_the_run(tmp_path, monkeypatch):
    # Root may write everywhere: what the system answers is what is replaced.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(DeclarationError, match="may not be written to"):
        LocalDirectoryDeployer("new/models").check_place(tmp_path)


def test_a_place_that_is_not_there_yet_is_not_made_by_the_check(tmp_path):
    LocalDirectoryDeployer("new/models").check_place(tmp_path)
    assert os.listdir(tmp_path) == []
