from __future__ import annotations

import os
import subprocess
import sys

import pandas as pd
import pytest

from zenml_nb.datasources import CSVDatasource, PandasDatasource
from zenml_nb.errors import DataError


@pytest.fixture
def make_csv(repository):
    """Write a file (text as UTF-8, or bytes) and give the datasource of it."""

    def make(content, file="data.csv", **options):
        data = content.encode("utf-8") if isinstance(content, str) else content
        (repository.root / file).write_bytes(data)
        return CSVDatasource("csv", path=file, **options)

    return make


@pytest.fixture
def values_of(repository):
    """Commit a datasource and give its values by column, and its types by column."""

    def values(source):
        commit = source.get_commit(source.commit())
        rows: dict[str, list] = {column.name: [] for column in commit.columns}
        for batch in commit.record_batches():
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                rows[name].extend(column.to_pylist())
        return rows, {column.name: column.type for column in commit.columns}

    return values


@pytest.fixture
def make_source(repository):
    """A datasource of one column ``a`` with the given values."""
    return lambda *values, name="source": PandasDatasource(name, df=pd.DataFrame({"a": list(values)}))


@pytest.fixture
def python():
    """Start Python on some code, with the import path of this process."""
    started = []

    def start(code):
        pipes = dict.fromkeys(["stdin", "stdout"], subprocess.PIPE)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}
        started.append(subprocess.Popen([sys.executable, "-c", code], env=environment, text=True, **pipes))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


@pytest.fixture
def home(repository):
    return repository.artifact_store / "datasources" / "source"


@pytest.fixture
def fault_of(repository):
    """Commit a datasource whose data is bad and give the error's text; nothing may be left of the commit."""

    def commit(source):
        with pytest.raises(DataError) as caught:
            source.commit()
        assert source.get_commits() == []
        home = repository.artifact_store / "datasources" / source.name
        assert not home.exists() or not list(home.iterdir())
        with pytest.raises(DataError):
            list(source.read())
        return str(caught.value)

    return commit


@pytest.fixture
def write(repository):
    """Write a file of text or bytes, in a folder that is made."""

    def write(name, content):
        path = repository.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return write
