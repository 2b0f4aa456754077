"""The list of the runs of a store: pages, what changed since, and stores of other tools."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import time
from datetime import datetime, timedelta, timezone

import pytest
from ml_metadata.proto import metadata_store_pb2 as pb

from zenml_nb.errors import StoreError
from zenml_nb.records import catalog as catalog_module
from zenml_nb.records import vocabulary as v
from zenml_nb.records.catalog import Catalog, Filters
from zenml_nb.records.liveness import hold

ALL = Filters()


@pytest.fixture
def catalog(writer):
    """The catalog of the writer's store, opened when it is first asked."""
    made = []

    def catalog():
        if not made:
            made.append(Catalog(writer.read()))
        return made[0]

    yield catalog
    for one in made:
        one.close()


@pytest.fixture
def ids(catalog):
    """The ids of a page; without filters all of the first fifty."""

    def ids(offset=0, limit=50, **filters):
        return [run.id for run in catalog().page(Filters(**filters), offset, limit).runs]

    return ids


def indexed(catalog):
    """Wait for the thread that reads the rest."""
    for _ in range(1000):
        page = catalog.page(ALL, 0, 50)
        if not page.indexing:
            return page
        time.sleep(0.01)
    raise AssertionError("the index was never complete")


def test_an_empty_store_has_an_empty_page(writer, catalog):
    page = catalog().page(ALL, 0, 50)
    assert (page.runs, page.total, page.indexing) == ([], 0, False)
    assert (page.pipelines, page.states, page.metrics) == ((), (), ())


def test_a_run_is_summed_up(writer, catalog):
    told = {v.FAILED_STEP: "trainer", v.ERROR: "\n" + "x" * 400 + "\nsecond line", v.UNTIL: "trainer"}
    writer.own_run(
        "taxi.1", state=v.FAILED, finished=1_700_000_060_000, **told, **{"metric:auc": "0.25", "metric:a": 3}
    )
    [run] = catalog().page(ALL, 0, 50).runs
    assert (run.id, run.pipeline, run.state) == ("taxi.1", "taxi", v.FAILED)
    assert run.started == datetime(2023, 11, 14, 22, 13, 20, tzinfo=timezone.utc)
    assert run.finished - run.started == timedelta(minutes=1)
    assert run.metrics == {"a": 3.0, "auc": 0.25}
    assert (run.failed_step, run.until, run.error) == ("trainer", "trainer", "x" * 300)


def test_pages_are_newest_first_and_cover_all(writer, catalog, ids):
    names = [f"taxi.{number:03}" for number in range(130)]
    for name in names:
        writer.own_run(name)
    assert ids(limit=3) == ["taxi.129", "taxi.128", "taxi.127"]
    page = indexed(catalog())
    assert page.total == 130
    assert [name for start in range(0, 140, 20) for name in ids(start, 20)] == names[::-1]
    assert ids(130, 20) == ids(10_000, 20) == []


def test_the_first_page_does_not_wait_for_the_index(writer, catalog, monkeypatch):
    for number in range(30):
        writer.own_run(f"taxi.{number:02}")
    # The newest contexts are of another kind: the runs are beyond what a first look reads.
    for number in range(60):
        writer.context("node", f"n{number}")
    monkeypatch.setattr(catalog_module, "_SLICE", 2)
    monkeypatch.setattr(catalog_module, "_FIRST_LOOK", 0.0)
    page = catalog().page(ALL, 0, 5)
    assert [run.id for run in page.runs] == [f"taxi.{number:02}" for number in (29, 28, 27, 26, 25)]
    assert (page.total, page.indexing) == (None, True)
    page = indexed(catalog())
    assert page.total == len(page.runs) == 30
    assert page.pipelines == (("taxi", 30),)


def test_threads_get_pages_of_one_list_while_it_is_read(writer, catalog, monkeypatch):
    for number in range(90):
        writer.own_run(f"taxi.{number:02}", state=v.FAILED if number % 3 else v.COMPLETE)
    monkeypatch.setattr(catalog_module, "_SLICE", 3)
    found, failed = [], []

    def ask(offset):
        try:
            for _ in range(20):
                found.append((offset, catalog().page(ALL, offset, 10)))
        except BaseException as error:
            failed.append(error)

    catalog()
    threads = [threading.Thread(target=ask, args=(offset,)) for offset in (0, 0, 40, 80)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    names = [f"taxi.{number:02}" for number in range(90)][::-1]
    assert all([run.id for run in page.runs] == names[offset : offset + 10] for offset, page in found)
    assert indexed(catalog()).states == ((v.COMPLETE, 30), (v.FAILED, 60))


def test_a_page_without_runs_counts_them(writer, catalog, monkeypatch):
    for number in range(30):
        writer.own_run(f"taxi.{number:02}")
    monkeypatch.setattr(catalog_module, "_SLICE", 3)
    taken = []
    take = Catalog._take
    monkeypatch.setattr(Catalog, "_take", lambda self, context: taken.append(context.id) or take(self, context))
    assert [catalog().page(ALL, 0, 0).runs for _ in range(2)] == [[], []]
    assert indexed(catalog()).total == 30
    assert len(taken) == 30


def test_one_who_cannot_ask_again_gets_all(writer, catalog, monkeypatch):
    for number in range(30):
        writer.own_run(f"taxi.{number:02}")
    monkeypatch.setattr(catalog_module, "_SLICE", 2)
    catalog().complete()
    page = catalog().page(Filters(search="taxi.0"), 0, 50)
    assert (page.total, page.indexing) == (10, False)


def test_the_index_counts_and_filters(writer, catalog, ids):
    day = 86_400_000
    for number in range(6):
        metric = {"metric:auc": str(number / 10)} if number % 2 else {"metric:loss": "nan"}
        state, error = (v.FAILED, {v.ERROR: f"Broke at {number}"}) if number == 3 else (v.COMPLETE, {})
        writer.own_run(
            f"p{number % 3}.{number}",
            f"p{number % 3}",
            state,
            started=1_700_000_000_000 + number * day,
            **metric,
            **error,
        )
    page = catalog().page(ALL, 0, 1)
    assert page.pipelines == (("p0", 2), ("p1", 2), ("p2", 2))
    assert page.states == ((v.COMPLETE, 5), (v.FAILED, 1))
    assert page.metrics == (("auc", 3), ("loss", 3))
    assert ids(pipelines=("p0", "p1")) == ["p1.4", "p0.3", "p1.1", "p0.0"]
    assert ids(states=(v.FAILED,)) == ["p0.3"]
    assert ids(metric="auc", minimum=0.3) == ["p2.5", "p0.3"]
    assert ids(metric="auc", minimum=0.1, maximum=0.3) == ["p0.3", "p1.1"]
    assert ids(metric="loss", maximum=1e9) == []
    assert ids(metric="loss") == ["p1.4", "p2.2", "p0.0"]
    assert ids(metric="none") == []
    assert ids(search="BROKE") == ["p0.3"]
    assert ids(search="P2.") == ["p2.5", "p2.2"]
    moment = datetime(2023, 11, 16, 22, 13, 20, tzinfo=timezone.utc)
    assert ids(since=moment) == ["p2.5", "p1.4", "p0.3", "p2.2"]
    assert ids(before=moment) == ["p1.1", "p0.0"]
    assert ids(pipelines=("p0",), states=(v.COMPLETE,), search="0") == ["p0.0"]
    assert [ids(offset, 2, pipelines=("p0", "p1")) for offset in (0, 2, 4)] == [["p1.4", "p0.3"], ["p1.1", "p0.0"], []]
    assert catalog().page(Filters(pipelines=("p0",)), 0, 1).total == 2


def test_what_another_connection_writes_is_seen_at_the_next_call(writer, catalog, ids):
    writer.own_run("taxi.1")
    before = catalog().page(ALL, 0, 50)
    assert catalog().page(ALL, 0, 50).revision == before.revision
    second = writer.own_run("taxi.2", state=v.FAILED)
    after = catalog().page(ALL, 0, 50)
    assert [run.id for run in after.runs] == ["taxi.2", "taxi.1"]
    assert (after.total, after.states) == (2, ((v.COMPLETE, 1), (v.FAILED, 1)))
    assert after.revision != before.revision
    second.custom_properties["state"].string_value = v.COMPLETE
    writer.store.put_contexts([second])
    assert catalog().page(ALL, 0, 50).states == ((v.COMPLETE, 2),)
    assert ids(states=(v.FAILED,)) == []


def test_many_changes_at_once_are_all_seen(writer, catalog, ids):
    writer.own_run("taxi.000")
    ids()
    for number in range(1, 120):
        writer.own_run(f"taxi.{number:03}")
    assert catalog().page(ALL, 0, 10).total == 120


@pytest.mark.skipif(sys.platform == "win32", reason="locks of POSIX")
def test_a_run_that_ends_and_one_that_is_killed_are_seen(writer, catalog, tmp_path):
    folders = [tmp_path / name for name in ("ends", "dies")]
    locks = []
    for folder in folders:
        folder.mkdir()
        locks.append(hold(folder))
        writer.running(folder, f"taxi.{folder.name}")

    def states():
        return {run.id: run.state for run in catalog().page(ALL, 0, 50).runs}

    assert states() == {"taxi.ends": v.RUNNING, "taxi.dies": v.RUNNING}
    os.close(locks[1])
    assert states() == {"taxi.ends": v.RUNNING, "taxi.dies": v.ABORTED}
    context = writer.store.get_context_by_type_and_name("run", "taxi.ends")
    context.custom_properties["state"].string_value = v.COMPLETE
    writer.store.put_contexts([context])
    assert states() == {"taxi.ends": v.COMPLETE, "taxi.dies": v.ABORTED}
    os.close(locks[0])


def test_a_writer_whose_clock_is_late_is_seen(writer, catalog, ids, monkeypatch):
    """Its times lie before what was last seen: new runs are found by their numbers, running ones are looked at."""
    writer.running(writer.path.parent, "taxi.1", host="another")
    store = writer.read()
    late = Catalog(store)
    late.page(ALL, 0, 50)
    # As if all that is recorded from now on were older than what was seen.
    late._changes._until += 10_000_000
    writer.own_run("taxi.2")
    context = writer.store.get_context_by_type_and_name("run", "taxi.1")
    context.custom_properties["state"].string_value = v.COMPLETE
    writer.store.put_contexts([context])
    page = late.page(ALL, 0, 50)
    assert [(run.id, run.state) for run in page.runs] == [("taxi.2", v.COMPLETE), ("taxi.1", v.COMPLETE)]


def interactive(writer, run, state, pipeline="notebook"):
    """What a plain InteractiveContext writes for one component."""
    context = writer.context("run", f"{pipeline}.{run}", pipeline_name=pipeline, run_id=run)
    names = {"pipeline_name": pipeline, "run_id": run, "component_id": "CsvExampleGen"}
    return writer.execution("CsvExampleGen", state, [context], **names)


def finish(writer, number, state="COMPLETE"):
    [execution] = writer.store.get_executions_by_id([number])
    execution.last_known_state = pb.Execution.State.Value(state)
    writer.store.put_executions([execution])


def test_runs_of_interactive_context_follow_their_executions(writer, catalog):
    running = interactive(writer, "2024-01-01T10:00:00", "RUNNING")
    interactive(writer, "2024-01-01T11:00:00", "COMPLETE")
    writer.own_run("own.1", "own")
    first = catalog().page(ALL, 0, 50)
    assert [(run.pipeline, run.state) for run in first.runs] == [
        ("own", v.COMPLETE),
        ("notebook", v.COMPLETE),
        ("notebook", v.RUNNING),
    ]
    assert catalog().page(ALL, 0, 50).revision == first.revision
    finish(writer, running, "FAILED")
    after = catalog().page(ALL, 0, 50)
    assert after.runs[2].state == v.FAILED
    assert after.runs[2].finished is not None
    interactive(writer, "2024-01-01T12:00:00", "RUNNING")
    assert catalog().page(ALL, 0, 1).runs[0].state == v.RUNNING


def test_runs_of_a_dag_runner_follow_their_executions(writer, catalog):
    parent = writer.context("pipeline", "my.taxi")
    run = writer.context("pipeline_run", "2024-01-01", parent=parent)

    def node(name, state):
        return writer.execution(f"tfx.{name}", state, [parent, run, writer.context("node", f"my.taxi.{name}")])

    def state():
        [found] = catalog().page(ALL, 0, 50).runs
        assert (found.id, found.pipeline) == ("2024-01-01", "my.taxi")
        return found.state

    node("CsvExampleGen", "COMPLETE")
    assert state() == v.COMPLETE
    second = node("StatisticsGen", "RUNNING")
    assert state() == v.RUNNING
    finish(writer, second)
    assert state() == v.COMPLETE


def test_a_hostile_record_is_a_run_as_any(writer, catalog):
    texts = {v.STARTED: "<b>", v.FINISHED: "\u202e", "metric:<script>": "x", "metric:": "1", v.ERROR: 7, v.UNTIL: 1}
    writer.context("run", "</td><script>", {v.STATE: "<i>", v.PIPELINE: "<b>", **texts})
    writer.context("run", "huge", {v.STATE: v.COMPLETE, v.STARTED: "9" * 400})
    huge, run = catalog().page(ALL, 0, 50).runs
    assert (run.pipeline, run.state, run.metrics, run.error, run.until) == ("<b>", "<i>", {"": 1.0}, "7", "1")
    assert abs(run.started - datetime.now(timezone.utc)) < timedelta(minutes=5)
    assert huge.finished is None
    assert catalog().page(ALL, 0, 50).states == ((v.COMPLETE, 1), ("<i>", 1))


def test_a_file_that_was_put_in_its_place_is_read_from_the_start(writer, catalog, ids, tmp_path):
    writer.own_run("taxi.1")
    assert ids() == ["taxi.1"]
    other = type(writer)(tmp_path / "other.sqlite")
    other.own_run("penguins.1", "penguins")
    other.path.replace(writer.path)
    page = catalog().page(ALL, 0, 50)
    assert ([run.id for run in page.runs], page.pipelines) == (["penguins.1"], (("penguins", 1),))


def test_a_file_that_was_removed_is_told(writer, catalog, ids):
    writer.own_run()
    ids()
    writer.path.unlink()
    with pytest.raises(StoreError, match="There is no metadata store yet"):
        ids()


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_reading_changes_no_byte(run_apart, tmp_path, mode):
    path = tmp_path / "metadata.sqlite"
    run_apart(
        f"""
        import sqlite3
        from pathlib import Path
        from _many_runs import write_store
        connection = sqlite3.connect({str(path)!r})
        connection.execute("PRAGMA journal_mode={mode}")
        connection.close()
        write_store(Path({str(path)!r}), 60, 1)
        """
    )
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    printed = run_apart(
        f"""
        from zenml_nb.records import Store
        from zenml_nb.records.catalog import Catalog, Filters
        store = Store({{"type": "sqlite", "uri": {str(path)!r}}})
        catalog = Catalog(store)
        catalog.complete()
        print(catalog.page(Filters(pipelines=("pipeline_01",)), 0, 50).total)
        print(len(store.runs()), len(store.run("pipeline_01.000001").executions))
        """
    )
    assert printed.split() == ["3", "60", "1"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_a_write_ahead_log_of_a_running_writer_is_left_alone(run_apart, tmp_path):
    """What is not in the file yet is read, and nobody but its writer puts it there."""
    path = tmp_path / "metadata.sqlite"
    run_apart(
        f"""
        import os
        from pathlib import Path
        from _many_runs import write_store
        import _many_runs
        kept = []
        opened = _many_runs._open
        _many_runs._open = lambda path: kept.append(opened(path)) or kept[0]
        write_store(Path({str(path)!r}), 60, 1)
        os._exit(0)
        """
    )
    files = [path, path.with_name(f"{path.name}-wal")]
    before = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    assert files[1].stat().st_size > 0
    printed = run_apart(
        f"""
        from zenml_nb.records import Store
        from zenml_nb.records.catalog import Catalog, Filters
        catalog = Catalog(Store({{"type": "sqlite", "uri": {str(path)!r}}}))
        catalog.complete()
        print(catalog.page(Filters(), 0, 50).total)
        """
    )
    assert printed.split() == ["60"]
    assert [hashlib.sha256(file.read_bytes()).hexdigest() for file in files] == before
