"""A metadata store on a real PostgreSQL server."""

from __future__ import annotations

import pytest
from ml_metadata.errors import InternalError
from ml_metadata.proto import metadata_store_pb2 as pb

from tests.records.conftest import Writer
from tests.servers import postgresql_server
from zenml_nb.errors import StoreError
from zenml_nb.records import Store
from zenml_nb.records import vocabulary as v
from zenml_nb.records.catalog import Catalog, Filters
from zenml_nb.records.connection import open_store

PASSWORD = "hunter2-is-secret"


@pytest.fixture
def metadata(monkeypatch):
    if "postgresql" not in pb.ConnectionConfig.DESCRIPTOR.fields_by_name:
        pytest.skip("this build of ML Metadata does not know PostgreSQL")
    monkeypatch.setenv("NB_PASSWORD", PASSWORD)
    with postgresql_server(PASSWORD) as port:
        yield {
            "type": "postgresql",
            "host": "127.0.0.1",
            "port": port,
            "database": "mlmd",
            "username": "nb",
            "password_env": "NB_PASSWORD",
        }


def test_runs_are_written_to_and_read_from_postgresql(metadata, monkeypatch):
    writer = Writer.on(open_store(metadata))
    for number in range(60):
        # A float, as the engine writes it: whole numbers have 32 bits there.
        custom = {v.STARTED: 1.7e12, v.HOST: "another", v.CONFIG_URI: "/c"}
        writer.own_run(f"taxi.{number:02}", state=v.RUNNING if number == 7 else v.COMPLETE, **custom)
    catalog = Catalog(Store(metadata))
    page = catalog.page(Filters(), 0, 5)
    assert [run.id for run in page.runs] == [f"taxi.{number}" for number in (59, 58, 57, 56, 55)]
    catalog.complete()
    assert catalog.page(Filters(), 0, 5).states == ((v.RUNNING, 1), (v.COMPLETE, 59))
    context = writer.store.get_context_by_type_and_name("run", "taxi.07")
    context.custom_properties["state"].string_value = v.FAILED
    writer.store.put_contexts([context])
    assert [run.id for run in catalog.page(Filters(states=(v.FAILED,)), 0, 5).runs] == ["taxi.07"]
    assert len(Store(metadata).runs("taxi")) == 60
    monkeypatch.setenv("NB_PASSWORD", "wrong-word")
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        Store(metadata)
    assert "wrong-word" not in str(caught.value)
    assert "database mlmd" in str(caught.value)


def test_a_backslash_cannot_be_written(metadata):
    """Why the engine does not record runs there: once this fails, it can."""
    writer = Writer.on(open_store(metadata))
    with pytest.raises(InternalError, match="syntax error"):
        writer.context("run", "taxi.1", {"text": "back\\slash"})
