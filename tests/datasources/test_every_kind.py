"""What holds for every kind of datasource."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from tests.artifacts.conftest import encode, framed
from tests.datasources.test_images import image
from zenml_nb import TrainingPipeline
from zenml_nb.datasources import (
    CSVDatasource,
    ImageDatasource,
    JSONLinesDatasource,
    NumPyDatasource,
    PandasDatasource,
    ParquetDatasource,
    SQLDatasource,
    TFRecordDatasource,
)


def _csv(values):
    with open("d.csv", "w") as file:
        file.write("a\n" + "".join(f"{value}\n" for value in values))
    return CSVDatasource("kind", path="d.csv")


def _jsonl(values):
    with open("d.jsonl", "w") as file:
        file.writelines(json.dumps({"a": value}) + "\n" for value in values)
    return JSONLinesDatasource("kind", path="d.jsonl")


def _parquet(values):
    pd.DataFrame({"a": values}).to_parquet("d.parquet")
    return ParquetDatasource("kind", path="d.parquet")


def _tfrecord(values):
    with open("d.tfrecord", "wb") as file:
        file.write(framed([encode({"a": [value]}) for value in values]))
    return TFRecordDatasource("kind", path="d.tfrecord")


def _sql(values):
    with contextlib.closing(sqlite3.connect("d.db")) as connection:
        connection.execute("drop table if exists t")
        connection.execute("create table t (a)")
        connection.executemany("insert into t values (?)", ((value,) for value in values))
        connection.commit()
    return SQLDatasource("kind", table="t", path="d.db")


def _npy(values):
    np.save("d.npy", np.array(values))
    return NumPyDatasource("kind", path="d.npy", columns=["a"])


def _images(values):
    import pathlib

    folder = pathlib.Path("images")
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    labels = {f"{number:03}.png": value for number, value in enumerate(values)}
    for name in labels:
        (folder / name).write_bytes(image(7))
    pathlib.Path("labels.json").write_text(json.dumps(labels))
    return ImageDatasource("kind", path="images", label_file="labels.json")


KINDS = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
    "tfrecord": _tfrecord,
    "sqlite": _sql,
    "npy": _npy,
    "numpy": lambda values: NumPyDatasource("kind", {"a": np.array(values)}),
    "pandas": lambda values: PandasDatasource("kind", df=pd.DataFrame({"a": values})),
    "images": _images,
}


@pytest.fixture(params=list(KINDS))
def make(request, repository):
    return KINDS[request.param]


def _values(frame):
    return list(frame["label" if "label" in frame else "a"])


def test_the_commit_that_add_datasource_names_is_the_one_that_runs_unlike_in_zenml_0_3_8(make):
    first = make([1, 2, 3]).commit()
    source = make([4, 5])
    second = source.commit()
    assert first != second
    for commit_id, values in ((first, [1, 2, 3]), (second, [4, 5]), (None, [4, 5])):
        pipeline = TrainingPipeline(f"p_{commit_id}")
        pipeline.add_datasource(source, commit_id=commit_id)
        assert pipeline.commit().id == (commit_id or second)
        assert _values(source.sample_data(commit_id=pipeline.commit().id)) == values


def test_the_same_data_is_one_version(make):
    assert make([1, 2]).commit() == make([1, 2]).commit()
    assert len(make([1, 2]).get_commits()) == 1


def test_a_sample_and_the_number_of_rows(make):
    source = make([1, 2, 3])
    assert source.n_datapoints == 3
    assert _values(source.sample_data(2)) == [1, 2]


def test_a_pipeline_is_read_back_with_its_datasource(make, repository):
    source = make([1, 2])
    pipeline = TrainingPipeline("again")
    pipeline.add_datasource(source, commit_id=source.commit())
    found = TrainingPipeline.from_config(pipeline.to_config())
    assert type(found.datasource) is type(source)
    assert found.datasource.get_commits() == source.get_commits()
    assert str(repository.root) not in json.dumps(pipeline.to_config())
    assert found.commit().id == pipeline.commit().id


def test_equal_numbers_have_equal_ids_in_all_kinds(repository):
    ids = {name: make([1, 2**40, -3]).commit() for name, make in KINDS.items() if name != "images"}
    assert len(set(ids.values())) == 1, ids


def test_a_full_disk_leaves_nothing(make, repository, small_files_only):
    from zenml_nb.errors import StoreError

    source = make(list(range(100)))
    small_files_only(200)
    with pytest.raises(StoreError):
        source.commit()
    small_files_only(-1)
    assert source.get_commits() == []


def test_declaring_imports_nothing_heavy():
    code = (
        "import sys, zenml_nb\n"
        "zenml_nb.SQLDatasource('a', 'select 1', url='postgresql://h/d')\n"
        "zenml_nb.NumPyDatasource('a', path='x.npy')\n"
        "zenml_nb.BigQueryDatasource('a', 'select 1')\n"
        "names = {'numpy', 'pandas', 'pyarrow', 'sqlalchemy', 'google.cloud.bigquery', 'tensorflow'}\n"
        "heavy = names & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
