"""A store that another process keeps busy, and one whose server ended the connection."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time

import ml_metadata.errors
import pytest

from zenml_nb.errors import StoreError
from zenml_nb.records import reader
from zenml_nb.records.catalog import Catalog, Filters
from zenml_nb.records.file_lock import is_locked

_LOCKER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute(sys.argv[2])
print("locked", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
print("free", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def locked(writer):
    """Lock the store from another process, for the length of a block."""
    writer.own_run()
    processes = []

    @contextlib.contextmanager
    def locked(how="BEGIN EXCLUSIVE"):
        process = subprocess.Popen(
            [sys.executable, "-c", _LOCKER, str(writer.path), how],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        assert process.stdout.readline() == "locked\n"

        def release():
            process.stdin.write("\n")
            process.stdin.flush()
            assert process.stdout.readline() == "free\n"

        yield release

    yield locked
    for process in processes:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def test_a_lock_of_another_process_is_seen(writer, locked):
    assert not is_locked(writer.path)
    with locked() as release:
        assert is_locked(writer.path)
        release()
        assert not is_locked(writer.path)
    with locked("BEGIN IMMEDIATE"):
        # A writer that has not come to its commit keeps nobody out.
        assert not is_locked(writer.path)
    assert not is_locked(writer.path.with_name("none"))


def test_a_reader_waits_and_lets_other_threads_run(writer, locked):
    store = writer.read()
    gaps = []
    done = threading.Event()

    def tick():
        last = time.monotonic()
        while not done.is_set():
            now = time.monotonic()
            gaps.append(now - last)
            last = now
            time.sleep(0.005)

    with locked() as release:
        ticking = threading.Thread(target=tick)
        ticking.start()
        threading.Timer(1.5, release).start()
        began = time.monotonic()
        assert [run.id for run in store.runs()] == ["taxi.1"]
        seconds = time.monotonic() - began
        done.set()
        ticking.join()
    assert seconds >= 1.4
    # ML Metadata itself would keep all threads waiting for as long as it waits.
    assert max(gaps) < 1


@pytest.mark.parametrize("can_ask", [True, False])
def test_a_store_that_stays_busy_is_told(writer, locked, monkeypatch, can_ask):
    """Also where the lock cannot be asked for: then ML Metadata waits, gives up and says so."""
    store = writer.read()
    catalog = Catalog(store)
    monkeypatch.setattr(reader, "PATIENCE", 0.2)
    if not can_ask:
        monkeypatch.setattr(reader, "wait_until_readable", lambda path, deadline: True)
    with locked() as release:
        # A store that is opened is waited for half a minute.
        opening = [writer.read] if can_ask else []
        for call in (store.runs, lambda: catalog.page(Filters(), 0, 5), *opening):
            with pytest.raises(StoreError, match=r"is busy(.|\n)*Try again in a moment") as caught:
                call()
            assert "database is locked" not in str(caught.value)
        release()
        assert [run.id for run in catalog.page(Filters(), 0, 5).runs] == ["taxi.1"]
        assert [run.id for run in store.runs()] == ["taxi.1"]


def test_a_store_that_is_busy_while_it_is_opened_is_told(writer, monkeypatch):
    def opened(metadata, read_only):
        error = RuntimeError("Concurrent writes aborted after max number of retries.")
        raise StoreError("The metadata store cannot be opened.") from error

    monkeypatch.setattr(reader, "PATIENCE", 0.05)
    monkeypatch.setattr(reader, "open_store", opened)
    with pytest.raises(StoreError, match="is busy"):
        writer.read()


class _Server:
    """A server's store, which ends the connection after the first call of each."""

    def __init__(self, opened, lasts):
        opened.append(self)
        self.calls = 0
        self.lasts = lasts

    def get_context_types(self):
        self.calls += 1
        if self.calls > self.lasts:
            raise ml_metadata.errors.InternalError("MySQL server has gone away query: SELECT secret")
        return ["a type"]


@pytest.mark.parametrize(("lasts", "comes_back"), [(1, True), (0, False)])
def test_a_server_that_ended_the_connection_is_connected_to_anew_once(monkeypatch, lasts, comes_back):
    opened = []
    monkeypatch.setattr(reader, "open_store", lambda metadata, read_only: _Server(opened, lasts))
    one = reader.Reader({"type": "mysql", "host": "h", "database": "d", "username": "u"})
    if comes_back:
        assert [one.read("get_context_types") for _ in range(3)] == [["a type"]] * 3
        assert len(opened) == 3
        return
    with pytest.raises(StoreError, match="cannot be read: MySQL server has gone away") as caught:
        one.read("get_context_types")
    assert len(opened) == 2
    assert "SELECT" not in str(caught.value)
    assert "host h, database d" in str(caught.value)
