"""Pinned sources on the disk: written once, checked when read, and the way back to a class."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import traceback

import pytest

from zenml_nb.config.pins import source_of
from zenml_nb.config.recorded import Recorded
from zenml_nb.config.source_code import code_fingerprint
from zenml_nb.config.sources import pinned, recorded_class, snapshot_of, write_snapshots
from zenml_nb.config.user_files import is_user_file
from zenml_nb.errors import ConfigError, StoreError
from zenml_nb.steps import BaseSplit, BaseTrainerStep, RandomSplit

CELL = """\
from zenml_nb.steps import BaseSplit

LIMIT = 3

def limit():
    return LIMIT

class Step(BaseSplit):
    def get_split_names(self):
        return ["train"]

    def partition_fn(self, element, num_partitions):
        return limit() // num_partitions
"""


@pytest.fixture
def step(notebook, forget):
    return notebook.run(CELL)["Step"]


def declared(cls):
    return {"source": source_of(cls), "args": {}, **pinned(cls)}


def test_it_is_written_once_and_named_by_its_content(step, tmp_path):
    write_snapshots([step, RandomSplit], [tmp_path])
    [path] = tmp_path.glob("sources/*")
    assert declared(step)["snapshot"] == f"sources/{path.name}"
    before = path.stat()
    write_snapshots([step], [tmp_path])
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert pinned(RandomSplit) == {"code": code_fingerprint(RandomSplit)}


def test_todays_class_is_taken_where_its_code_is_the_same(step, tmp_path, notebook):
    write_snapshots([step], [tmp_path])
    recorded = declared(step)
    assert recorded_class(recorded, BaseSplit, [tmp_path]) is step
    again = notebook.run(CELL)["Step"]
    assert recorded_class(recorded, BaseSplit, [tmp_path]) is again


@pytest.mark.parametrize(("old", "new"), [("LIMIT = 3", "LIMIT = 30"), ("limit() //", "-limit() //")])
def test_an_old_pipeline_runs_the_code_of_then(step, tmp_path, notebook, old, new):
    write_snapshots([step], [tmp_path])
    recorded = declared(step)
    today = notebook.run(CELL.replace(old, new))["Step"]
    made = recorded_class(recorded, BaseSplit, [tmp_path])
    assert made().partition_fn({}, 1) == 3 != today().partition_fn({}, 1)
    assert declared(made) == recorded
    assert recorded_class(recorded, BaseSplit, [tmp_path]) is made
    assert made() == recorded_class(recorded, BaseSplit, [tmp_path])()
    assert isinstance(pickle.loads(pickle.dumps(made())), made)


def test_a_changed_file_is_refused(step, tmp_path, notebook):
    write_snapshots([step], [tmp_path])
    recorded = declared(step)
    [path] = tmp_path.glob("sources/*")
    path.write_text(path.read_text().replace("LIMIT = 3", "LIMIT = 4"))
    notebook.run(CELL.replace("LIMIT = 3", "LIMIT = 5"))
    with pytest.raises(ConfigError, match="was changed after it was written") as told:
        recorded_class(recorded, BaseSplit, [tmp_path])
    assert path.name in told.value.where
    write_snapshots([step], [tmp_path])
    assert "LIMIT = 5" in path.with_name(declared(step)["snapshot"].removeprefix("sources/")).read_text()


def test_a_file_that_is_gone_is_told_and_this_process_still_knows_it(step, tmp_path, notebook, forget):
    write_snapshots([step], [tmp_path])
    recorded = declared(step)
    notebook.run(CELL.replace("LIMIT = 3", "LIMIT = 5"))
    [path] = tmp_path.glob("sources/*")
    path.unlink()
    assert recorded_class(recorded, BaseSplit, [tmp_path])().partition_fn({}, 1) == 3
    forget()
    with pytest.raises(ConfigError, match=r"is not there(.|\n)*sources"):
        recorded_class(recorded, BaseSplit, [tmp_path])


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "sources/../x.py", "/tmp/x.py", 3, ["sources/a.py"], "sources/a.py"]
)
def test_no_other_file_is_executed(step, name, tmp_path):
    with pytest.raises(ConfigError, match="The snapshot of"):
        recorded_class({**declared(step), "snapshot": name}, BaseSplit, [tmp_path])


def test_a_class_of_another_kind_is_told(step, tmp_path, notebook):
    write_snapshots([step], [tmp_path])
    recorded = declared(step)
    del notebook.names["Step"]
    with pytest.raises(ConfigError, match="is not a BaseTrainerStep"):
        recorded_class(recorded, BaseTrainerStep, [tmp_path])


def test_code_that_was_not_kept_and_is_another_one_today_is_told(notebook, forget):
    notebook.run("file = open('/dev/null')\n" + CELL.replace("limit() //", "file and limit() //"))
    recorded = declared(notebook.names["Step"])
    assert recorded["snapshot"] is None
    assert recorded_class(recorded, BaseSplit) is notebook.names["Step"]
    notebook.run(CELL)
    with pytest.raises(ConfigError, match=r"code was not kept(.|\n)*remove the line 'code'"):
        recorded_class(recorded, BaseSplit)
    assert recorded_class({**recorded, "code": None}, BaseSplit) is notebook.names["Step"]


def test_a_package_that_is_gone_is_told(notebook, modules, forget, tmp_path):
    modules(installed_once="VALUE = 1\n")
    import installed_once

    installed_once.__file__ = None
    step = notebook.run("import installed_once\n" + CELL.replace("limit() //", "installed_once.VALUE + limit() //"))[
        "Step"
    ]
    write_snapshots([step], [tmp_path])
    recorded = declared(step)
    notebook.names.clear()
    modules(installed_once="raise ImportError('not here')\n")
    with pytest.raises(ConfigError, match=r"cannot be loaded: ImportError: not here(.|\n)*Install"):
        recorded_class(recorded, BaseSplit, [tmp_path])


def test_an_error_in_recorded_code_points_at_its_line(step, tmp_path, notebook):
    write_snapshots([step], [tmp_path])
    recorded = declared(step)
    notebook.names.clear()
    made = recorded_class(recorded, BaseSplit, [tmp_path])
    with pytest.raises(ZeroDivisionError) as raised:
        made().partition_fn({}, 0)
    last = traceback.extract_tb(raised.value.__traceback__)[-1]
    assert last.line == "return limit() // num_partitions"
    assert is_user_file(last.filename)
    assert last.filename.endswith(recorded["snapshot"])


def test_another_process_makes_the_class(step, tmp_path):
    write_snapshots([step], [tmp_path])
    code = (
        "import json, sys; from pathlib import Path; from zenml_nb.config.sources import recorded_class, pinned\n"
        "from zenml_nb.config.recorded import Recorded\n"
        "declared = json.loads(sys.argv[1]); cls = recorded_class(declared, Recorded, [Path(sys.argv[2])])\n"
        "print(cls().partition_fn({}, 1), cls().source, pinned(cls) == {k: declared[k] for k in ('code', 'snapshot')})"
    )
    asked = subprocess.run(
        [sys.executable, "-c", code, json.dumps(declared(step)), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
    )
    assert asked.stdout.split() == ["3", "__main__.Step", "True"], asked.stderr


def test_a_full_disk_is_told_and_leaves_nothing(step, tmp_path, small_files_only):
    text = snapshot_of(step).text
    small_files_only(len(text) // 2)
    with pytest.raises(StoreError, match="cannot be written"):
        write_snapshots([step], [tmp_path])
    assert list(tmp_path.glob("sources/*")) == []


def test_a_recorded_class_is_recorded(step):
    assert issubclass(step, Recorded)
    assert step().to_config()["source"] == "__main__.Step"
