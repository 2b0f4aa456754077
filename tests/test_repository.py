from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
import yaml

from zenml_nb import repository as module
from zenml_nb.errors import ConfigError, RepositoryError
from zenml_nb.repository import (
    DEFAULT_CONFIG,
    create_repository,
    find_repository,
    get_repository,
    write_atomically,
)


@pytest.fixture
def write_settings(tmp_path):
    """Write a repository's settings and open it."""

    def write(text):
        (tmp_path / ".zenml_nb").mkdir(exist_ok=True)
        (tmp_path / ".zenml_nb" / "config.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return find_repository(tmp_path)

    return write


def test_it_is_created_once_with_a_message(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert find_repository() is None
    made = get_repository()
    assert "Created a zenml_nb repository in ." in capsys.readouterr().out
    assert made.root == tmp_path.resolve()
    assert get_repository() == made
    assert create_repository() == made
    assert capsys.readouterr().out == ""


def test_its_files(repository):
    assert yaml.safe_load((repository.marker / "config.yaml").read_text()) == DEFAULT_CONFIG
    assert (repository.marker / ".gitignore").read_text() == "*\n!config.yaml\n!.gitignore\n"
    assert sorted(path.name for path in repository.marker.iterdir()) == [".gitignore", "config.yaml"]


def test_its_folders(repository):
    root = repository.root
    assert repository.artifact_store == root / ".zenml_nb" / "artifacts"
    assert repository.pipelines_dir == root / "pipelines"
    assert repository.runs_dir == root / ".zenml_nb" / "runs"
    assert repository.metadata == {"type": "sqlite", "uri": str(root / ".zenml_nb" / "metadata.sqlite")}


def test_it_is_found_from_below(repository, monkeypatch):
    below = repository.root / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert find_repository() == repository
    assert get_repository(str(below)) == repository


def test_settings_are_completed_by_the_defaults(write_settings, tmp_path):
    assert write_settings("artifact_store: elsewhere\n").artifact_store == tmp_path / "elsewhere"
    assert write_settings("artifact_store: /far/away\n").artifact_store == Path("/far/away")
    assert write_settings("").pipelines_dir == tmp_path / "pipelines"
    grpc = {"type": "grpc", "host": "h", "port": 1}
    assert write_settings(f"metadata: {grpc}\n").metadata == grpc
    (tmp_path / ".zenml_nb" / "config.yaml").unlink()
    assert find_repository(tmp_path).config == DEFAULT_CONFIG


def test_the_defaults_cannot_be_changed_by_accident(repository):
    repository.config["metadata"]["uri"] = "changed"
    assert DEFAULT_CONFIG["metadata"]["uri"] == ".zenml_nb/metadata.sqlite"
    assert find_repository(repository.root).config == DEFAULT_CONFIG


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [1\nb: 2\n", "line 2"),
        ("- a\n", "not a mapping"),
        ("false\n", "not a mapping"),
        (b"\xff\n", "cannot be read"),
        ("artifact_stor: x\n", "Did you mean 'artifact_store'"),
        ("artifact_store: 3\n", "artifact_store is 3"),
        ("pipelines_dir:\n", "pipelines_dir is None"),
        ("version: 2\n", "version 2"),
        ("metadata: x\n", "no connection"),
        ("metadata:\n", "no connection"),
        ("metadata: {type: sqlit}\n", "Did you mean 'sqlite'"),
        ("metadata: {type: sqlite}\n", "no uri"),
        ("metadata: {type: mysql, host: h}\n", "no database and no username"),
    ],
)
def test_wrong_settings(write_settings, text, words):
    with pytest.raises(ConfigError) as caught:
        write_settings(text)
    assert words in str(caught.value)
    assert "config.yaml" in caught.value.where
    assert caught.value.advice


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RepositoryError, match="No zenml_nb repository can be created"):
        create_repository(tmp_path / "file")


def test_a_marker_that_is_a_file(tmp_path):
    (tmp_path / ".zenml_nb").write_text("")
    with pytest.raises(RepositoryError, match="File exists"):
        create_repository(tmp_path)


def test_a_working_directory_that_is_gone(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(RepositoryError, match="working directory"):
        get_repository()


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "new" / "a.txt"
    write_atomically(path, "öld")
    monkeypatch.setattr(os, "fsync", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, "new")
    assert path.read_text(encoding="utf-8") == "öld"
    assert [p.name for p in path.parent.iterdir()] == ["a.txt"]


def test_threads_may_write_one_file(tmp_path):
    path = tmp_path / "a.txt"
    failures = []

    def write(text):
        try:
            for _ in range(20):
                write_atomically(path, text)
        except OSError as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(letter * 1000,)) for letter in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert path.read_text() in ("a" * 1000, "b" * 1000)
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_importing_it_imports_no_yaml():
    assert not hasattr(module, "yaml")
