"""The index of pipeline files: every getter of zenml 0.3.8 read every file anew."""

from __future__ import annotations

import os

import pytest

from zenml_nb.config import index
from zenml_nb.config.index import pipeline_entries
from zenml_nb.errors import ConfigError

TEXT = "version: 2\npipeline: {name: %s, source: a.B, steps: {}}\n"


@pytest.fixture
def read(monkeypatch):
    """The names of the files that were read since the last look."""
    names = []
    read_file = index.read_pipeline

    def counted(path, slots):
        names.append(path.name)
        return read_file(path, slots)

    monkeypatch.setattr(index, "read_pipeline", counted)

    def look():
        found = sorted(names)
        names.clear()
        return found

    return look


@pytest.fixture
def write(repository):
    def write(name, text=None):
        repository.pipelines_dir.mkdir(exist_ok=True)
        path = repository.pipelines_dir / f"{name}.yaml"
        path.write_text(TEXT % name if text is None else text)
        return path

    return write


def names(repository):
    return [entry.declared.get("name") for entry in pipeline_entries(repository)]


def test_a_file_is_read_once_and_again_when_it_changes_unlike_in_zenml_0_3_8(repository, write, read):
    assert (names(repository), read()) == ([], [])
    write("a")
    write("b")
    assert (names(repository), read()) == (["a", "b"], ["a.yaml", "b.yaml"])
    assert (names(repository), read()) == (["a", "b"], [])
    write("a", TEXT % "other")
    assert (names(repository), read()) == (["other", "b"], ["a.yaml"])
    (repository.pipelines_dir / "b.yaml").unlink()
    assert (names(repository), read()) == (["other"], [])


def test_a_file_that_is_replaced_in_the_same_instant_with_the_same_size_is_read(repository, write, read):
    path = write("a")
    names(repository)
    before = path.stat()
    beside = path.with_name("beside")
    beside.write_text(TEXT % "z")
    os.utime(beside, ns=(before.st_atime_ns, before.st_mtime_ns))
    beside.rename(path)
    assert path.stat().st_size == before.st_size
    assert names(repository) == ["z"]


def test_a_wrong_file_has_its_error_also_from_the_index(repository, write, read):
    write("a")
    write("b", "version: 2\npipline: {}\n")
    for expected in (["a.yaml", "b.yaml"], []):
        entries = pipeline_entries(repository)
        assert read() == expected
        assert isinstance(entries[1].error, ConfigError)
        assert entries[1].error.where == "pipelines/b.yaml, line 2, column 1"
        assert entries[0].error is None


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": 1}', '{"format": 1, "version": "0", "files": {"a": 1}}'])
def test_a_damaged_or_older_index_is_made_anew(repository, write, read, text):
    write("a")
    names(repository)
    read()
    (repository.marker / index.INDEX_FILE).write_text(text)
    assert (names(repository), read()) == (["a"], ["a.yaml"])
    assert (names(repository), read()) == (["a"], [])


def test_a_repository_that_cannot_be_written_is_read_all_the_same(repository, write, monkeypatch):
    write("a")

    def refuse(path, text):
        raise PermissionError(13, "no")

    monkeypatch.setattr(index, "write_atomically", refuse)
    assert names(repository) == ["a"]


def test_a_date_is_no_plain_value(repository, write):
    write("a", "version: 2\nenvironment: {a: 2026-01-01}\npipeline: {name: a, source: a.B, steps: {}}\n")
    assert "no plain value" in pipeline_entries(repository)[0].error.what
