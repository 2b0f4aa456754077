from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from datetime import datetime, timezone
from pathlib import Path

import pytest

from zenml_nb.artifacts.projected import projected_path
from zenml_nb.errors import AlreadyExistsError, DataError, NotAvailableError, StoreError
from zenml_nb.pipelines.download import MANIFEST, download, prediction_check
from zenml_nb.records import Artifact, Execution, Run

NOW = datetime(2024, 1, 1, tzinfo=timezone.utc)
SIGNATURES = {"serving_default": {"inputs": {"examples": {"dtype": "string", "shape": [-1]}}, "outputs": {}}}


@pytest.fixture
def run():
    data = Artifact(1, "Examples", "examples", "/data", ("examples",), {"commit_id": "c0ffee"})
    execution = Execution(1, "Data", "COMPLETE", NOW, NOW, outputs=(data,))
    properties = {"config_hash": "abc", "git_commit": "def-dirty", "zenml_nb_version": "0.1"}
    return Run("penguins.1", "penguins", "COMPLETE", NOW, NOW, properties, (execution,))


@pytest.fixture
def uri(tmp_path, monkeypatch):
    """The artifact of a model, with the projection that the engine writes beside it."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "store" / "7" / "Format-Serving"
    (folder / "variables").mkdir(parents=True)
    (folder / "saved_model.pb").write_bytes(b"graph")
    (folder / "variables" / "variables.index").write_bytes(b"index")
    uri = str(tmp_path / "store" / "7")
    projected_path(uri, "model").write_text(json.dumps({"folder": "Format-Serving", "signatures": SIGNATURES}))
    return uri


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*") if path.is_file())


def write_download(folder):
    """A download of before, of one file."""
    (folder / MANIFEST).write_text(json.dumps({"run": "penguins.0", "pipeline": "penguins", "files": {"old": "0"}}))
    (folder / "old").touch()


WHOLE = [MANIFEST, "saved_model.pb", "variables/variables.index"]


def test_a_model_comes_with_a_manifest(run, uri):
    assert download(run, uri, Path("new/model"), overwrite=False) == Path("new/model")
    assert files("new/model") == WHOLE
    assert os.listdir("new") == ["model"]
    manifest = json.loads(Path("new/model", MANIFEST).read_text())
    assert manifest.pop("files") == {
        "saved_model.pb": hashlib.sha256(b"graph").hexdigest(),
        "variables/variables.index": hashlib.sha256(b"index").hexdigest(),
    }
    assert manifest == {
        "run": "penguins.1",
        "pipeline": "penguins",
        "config_hash": "abc",
        "git_commit": "def-dirty",
        "data_commit": "c0ffee",
        "zenml_nb_version": "0.1",
        "schema_hash": None,
        "environment": None,
        "verified": None,
        "signatures": SIGNATURES,
    }


@pytest.mark.parametrize("what", ["folder", "file", "broken link"])
def test_what_exists_is_left_alone_without_overwrite(run, uri, what):
    target = Path("model")
    {"folder": target.mkdir, "file": target.touch, "broken link": lambda: target.symlink_to("none")}[what]()
    before = sorted(os.listdir())
    with pytest.raises(AlreadyExistsError, match=r"not downloaded(.|\n)*where: model(.|\n)*overwrite=True"):
        download(run, uri, target, overwrite=False)
    assert sorted(os.listdir()) == before
    assert what != "folder" or os.listdir(target) == []


@pytest.mark.parametrize("what", ["download", "empty folder", "nothing"])
def test_overwrite_replaces_a_former_download_whole(run, uri, what):
    target = Path("model")
    if what != "nothing":
        target.mkdir()
    if what == "download":
        write_download(target)
    download(run, uri, target, overwrite=True)
    assert files(target) == WHOLE
    assert sorted(os.listdir()) == ["model", "store"]


@pytest.mark.parametrize("what", ["folder", "file", "broken link"])
def test_overwrite_never_replaces_what_is_no_download(run, uri, what):
    target = Path("model")
    if what == "folder":
        target.mkdir()
        (target / "thesis").touch()
    elif what == "file":
        target.touch()
    else:
        target.symlink_to("none")
    with pytest.raises(AlreadyExistsError, match=r"no folder of ours|no download of ours"):
        download(run, uri, target, overwrite=True)
    assert sorted(os.listdir()) == ["model", "store"]
    assert what != "folder" or os.listdir(target) == ["thesis"]


@pytest.mark.parametrize(
    "manifest", [{"name": "app", "icons": []}, {"run": "a", "pipeline": "b", "files": []}, [], None]
)
def test_a_manifest_of_something_else_is_no_sign_of_a_download(run, uri, manifest):
    Path("webapp").mkdir()
    Path("webapp", "index.html").write_text("mine")
    Path("webapp", MANIFEST).write_text(json.dumps(manifest) if manifest is not None else "{")
    with pytest.raises(AlreadyExistsError, match=r"'index.html', 'manifest.json'(.|\n)*where: webapp"):
        download(run, uri, Path("webapp"), overwrite=True)
    assert files("webapp") == ["index.html", MANIFEST]


@pytest.mark.parametrize("name", ["notes.txt", "variables/notes.txt", "link", "saved_model.pb"])
def test_what_a_user_put_into_a_download_is_never_deleted(run, uri, name):
    target = download(run, uri, Path("model"), overwrite=False)
    if name in ("link", "saved_model.pb"):
        Path("own").write_text("mine")
        (target / name).unlink(missing_ok=True)
        (target / name).symlink_to(Path("own").absolute())
    else:
        (target / name).write_text("mine")
    before = files("model")
    with pytest.raises(AlreadyExistsError, match=rf"no download of ours wrote: '{name}'\."):
        download(run, uri, target, overwrite=True)
    assert files("model") == before
    assert (target / name).read_text() == "mine"


def test_a_link_to_a_download_is_not_replaced(run, uri):
    target = download(run, uri, Path("model"), overwrite=False)
    Path("link").symlink_to(target.absolute())
    with pytest.raises(AlreadyExistsError, match="no folder of ours"):
        download(run, uri, Path("link"), overwrite=True)
    assert Path("link").is_symlink()
    assert files("model") == WHOLE


def test_only_the_first_foreign_names_are_given(run, uri):
    target = download(run, uri, Path("model"), overwrite=False)
    for name in "abcde":
        (target / name).write_text("mine")
    with pytest.raises(AlreadyExistsError, match=r"'a', 'b', 'c' and 2 more\."):
        download(run, uri, target, overwrite=True)


def test_a_failure_in_the_middle_leaves_the_old_model(run, uri, small_files_only):
    Path("model").mkdir()
    write_download(Path("model"))
    Path(uri, "Format-Serving", "big").write_bytes(b"x" * 100_000)
    small_files_only(50_000)
    with pytest.raises(StoreError, match=r"model cannot be written: \[Errno 27\] File too large(.|\n)*where: model"):
        download(run, uri, Path("model"), overwrite=True)
    assert files("model") == [MANIFEST, "old"]
    assert sorted(os.listdir()) == ["model", "store"]


def test_a_missing_model_leaves_nothing(run, uri):
    projected_path(uri, "model").write_text(json.dumps({"folder": "gone", "signatures": {}}))
    with pytest.raises(StoreError, match="No such file"):
        download(run, uri, Path("model"), overwrite=False)
    projected_path(uri, "model").unlink()
    with pytest.raises(NotAvailableError, match="The model of this artifact cannot be shown"):
        download(run, uri, Path("model"), overwrite=False)
    assert os.listdir() == ["store"]


@pytest.mark.parametrize("target", [".", "..", "/", "model/.."])
def test_a_folder_in_use_is_not_replaced(run, uri, target):
    Path("model").mkdir()
    before = files(".")
    with pytest.raises(StoreError, match=r"folder that is in use(.|\n)*'model'"):
        download(run, uri, Path(target), overwrite=True)
    assert files(".") == before


def test_a_folder_below_a_file_is_told(run, uri):
    Path("file").touch()
    with pytest.raises(StoreError, match=r"cannot be written: (Not a directory|File exists)"):
        download(run, uri, Path("file/model"), overwrite=False)


def test_the_manifest_has_the_versions_and_the_schema_of_the_run(run, uri, tmp_path):
    folder = tmp_path / "runs" / "penguins.1"
    folder.mkdir(parents=True)
    (folder / "pipeline.yaml").write_text("environment: {python: 3.11.2, packages: {tfx: 1.16.0}}")
    (tmp_path / "schema.pbtxt").write_text("feature {}")
    schema = Artifact(2, "Schema", "schema", str(tmp_path))
    made = Execution(2, "SplitSchema", "COMPLETE", NOW, NOW, outputs=(schema,))
    properties = {**run.properties, "config_uri": str(folder / "pipeline.yaml")}
    run = dataclasses.replace(run, properties=properties, executions=(*run.executions, made))
    manifest = json.loads((download(run, uri, Path("model"), overwrite=False) / MANIFEST).read_text())
    assert manifest["environment"] == {"python": "3.11.2", "packages": {"tfx": "1.16.0"}}
    assert manifest["schema_hash"] == hashlib.sha256(b"feature {}").hexdigest()


def test_a_copy_that_fails_its_trial_never_appears(run, uri):
    Path("model").mkdir()
    write_download(Path("model"))
    tried = []

    def check(copy):
        tried.append(files(copy))
        raise DataError("it cannot predict")

    with pytest.raises(DataError, match="cannot predict"):
        download(run, uri, Path("model"), overwrite=True, check=check)
    assert tried == [["saved_model.pb", "variables/variables.index"]]
    assert files("model") == [MANIFEST, "old"]
    assert sorted(os.listdir()) == ["model", "store"]


def test_how_a_copy_was_tried_is_in_the_manifest(run, uri):
    path = download(run, uri, Path("model"), overwrite=False, check=lambda copy: {"rows": 5})
    assert json.loads((path / MANIFEST).read_text())["verified"] == {"rows": 5}


def test_models_that_are_no_saved_model_are_copied_and_compared(run, uri):
    for path in Path(uri, "Format-Serving").rglob("*"):
        if path.is_file():
            path.unlink()
    Path(uri, "Format-Serving", "model.joblib").write_bytes(b"forest")
    projected_path(uri, "model").write_text(json.dumps({"folder": "Format-Serving"}))
    path = download(run, uri, Path("model"), overwrite=False, check=prediction_check(run))
    assert files(path) == [MANIFEST, "model.joblib"]
    manifest = json.loads((path / MANIFEST).read_text())
    assert manifest["files"] == {"model.joblib": hashlib.sha256(b"forest").hexdigest()}
    assert manifest["verified"] == {"how": "its files are those of the run"}
    assert manifest["signatures"] == {}


def test_without_rows_a_copy_cannot_be_tried(run, uri):
    with pytest.raises(NotAvailableError, match=r"rows of the run penguins.1 are gone(.|\n)*verify=False"):
        download(run, uri, Path("model"), overwrite=False, check=prediction_check(run))
    assert os.listdir() == ["store"]
