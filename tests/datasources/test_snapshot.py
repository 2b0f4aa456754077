"""Writing commits: full disks, killed processes, two writers at once."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from zenml_nb.datasources import snapshot
from zenml_nb.errors import StoreError


@pytest.mark.parametrize("method", ["add", "close", "__init__"])
def test_a_full_disk(make_source, home, monkeypatch, method):
    def full(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(snapshot.SnapshotWriter, method, full)
    with pytest.raises(StoreError, match=r"the disk is full(.|\n)*Free some space"):
        make_source(1).commit()
    assert list(home.iterdir()) == []
    monkeypatch.undo()


def test_a_full_disk_as_pyarrow_tells_it(make_source, home, monkeypatch):
    def full(*args, **kwargs):
        raise OSError("Error writing bytes to file. Detail: [errno 28] No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(StoreError, match="the disk is full"):
        make_source(1).commit()
    assert list(home.iterdir()) == []


def test_a_store_that_is_a_file(make_source, repository):
    repository.artifact_store.parent.mkdir(exist_ok=True)
    repository.artifact_store.write_text("")
    with pytest.raises(StoreError, match="cannot be committed"):
        make_source(1).commit()


def test_leftovers_of_dead_processes_are_removed(make_source, home):
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    make_source(1).commit()
    host = snapshot._host()
    gone, kept, foreign = (
        home / f".tmp-{host}-{int(dead.stdout)}-0",
        home / f".tmp-{host}-{os.getppid()}-0",
        home / f".tmp-elsewhere-{int(dead.stdout)}-0",
    )
    for folder in (gone, kept, foreign):
        folder.mkdir()
        (folder / "data.parquet").write_text("half")
    make_source(2).commit()
    assert not gone.exists()
    assert kept.exists()
    assert foreign.exists()
    assert len(make_source().get_commits()) == 2


COMMIT_AT_ONCE = """
import pathlib, time
import pandas as pd, pyarrow.parquet
from zenml_nb.datasources import PandasDatasource

source = PandasDatasource("source", df=pd.DataFrame({"a": range(200_000), "b": "x"}))
print("ready", flush=True)
while not pathlib.Path("go").exists():
    time.sleep(0.001)
print(source.commit())
"""


def test_two_processes_commit_the_same_content(repository, home, python):
    jobs = [python(COMMIT_AT_ONCE) for _ in range(2)]
    for job in jobs:
        assert job.stdout.readline() == "ready\n"
    (repository.root / "go").touch()
    ids = [job.communicate(timeout=60)[0].strip() for job in jobs]
    assert [job.returncode for job in jobs] == [0, 0]
    assert ids[0] == ids[1]
    assert [path.name for path in home.iterdir()] == [ids[0]]


def test_a_killed_process_leaves_nothing_behind_the_next_commit(make_source, home, python):
    job = python(
        "import itertools, pyarrow as pa\n"
        "from zenml_nb.datasources import BaseDatasource\n"
        "class Endless(BaseDatasource):\n"
        "    def read(self):\n"
        "        yield pa.record_batch([pa.array([1])], ['a'])\n"
        "        print('half', flush=True)\n"
        "        input()\n"
        "Endless('source').commit()\n"
    )
    assert job.stdout.readline() == "half\n"
    job.kill()
    job.communicate()
    assert [path.name[:5] for path in home.iterdir()] == [".tmp-"]
    assert make_source().get_commits() == []
    commit_id = make_source(1).commit()
    assert [path.name for path in home.iterdir()] == [commit_id]


def test_another_process_is_first_at_the_last_moment(make_source, home, monkeypatch):
    rename = os.rename

    def late(source, target):
        monkeypatch.setattr(os, "rename", rename)
        make_source(1).commit()
        rename(source, target)

    monkeypatch.setattr(os, "rename", late)
    commit_id = make_source(1).commit()
    assert [path.name for path in home.iterdir()] == [commit_id]
