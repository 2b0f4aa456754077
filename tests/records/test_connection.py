from __future__ import annotations

import os

import pytest

from zenml_nb.errors import ConfigError, EnvironmentMissingError, StoreError
from zenml_nb.records import Store, connection
from zenml_nb.records.connection import connection_config, open_store

PASSWORD = "hunter2-is-secret"
MYSQL = {"type": "mysql", "host": "127.0.0.1", "database": "ml", "username": "me", "password_env": "MLMD_PASSWORD"}


@pytest.fixture
def told():
    """The whole error of opening a store, with its causes, as a log would show it."""

    def told(metadata, error=StoreError):
        import traceback

        with pytest.raises(error) as caught:
            Store(metadata)
        text = "".join(traceback.format_exception(caught.value))
        assert PASSWORD not in text
        return str(caught.value)

    return told


def test_a_missing_store_is_told_and_not_made(told, tmp_path):
    path = tmp_path / "metadata.sqlite"
    assert "There is no metadata store yet" in told({"type": "sqlite", "uri": str(path)})
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("content", [b"no database at all", b"SQLite format 3\x00 and then nothing", b""])
def test_a_damaged_store_is_told_and_left_alone(told, tmp_path, content):
    path = tmp_path / "metadata.sqlite"
    path.write_bytes(content)
    text = told({"type": "sqlite", "uri": str(path)})
    assert "The metadata store cannot be opened" in text
    assert f"where: {path}" in text
    assert "put a copy of it back" in text
    assert path.read_bytes() == content


def test_a_truncated_store_is_told(told, writer):
    content = writer.path.read_bytes()
    copy = writer.path.with_name("copy.sqlite")
    copy.write_bytes(content[: len(content) // 2])
    assert "The metadata store cannot be opened" in told({"type": "sqlite", "uri": str(copy)})


def test_a_store_that_breaks_while_it_is_open_is_told(writer):
    writer.own_run()
    store = writer.read()
    store.runs()
    writer.path.write_bytes(b"x" * writer.path.stat().st_size)
    with pytest.raises(StoreError, match=r"The metadata store cannot be read(.|\n)*put a copy back"):
        store.runs()


def test_a_folder_is_no_store(told, tmp_path):
    assert "The metadata store cannot be opened" in told({"type": "sqlite", "uri": str(tmp_path)})


def test_a_store_is_opened_for_reading_alone(writer):
    writer.own_run()
    before = writer.path.read_bytes()
    writer.read().runs()
    assert writer.path.read_bytes() == before
    import ml_metadata.errors as mlmd_errors
    from ml_metadata.proto import metadata_store_pb2 as pb

    store = open_store({"type": "sqlite", "uri": str(writer.path)}, read_only=True)
    with pytest.raises(mlmd_errors.StatusError):
        store.put_context_type(pb.ContextType(name="new"))


@pytest.mark.parametrize(
    ("metadata", "text"),
    [
        ({}, "no metadata store of type 'None'"),
        ({"type": "mysq"}, "Did you mean 'mysql'"),
        ({"type": "sqlite", "url": "a"}, "Did you mean 'uri'"),
        ({"type": "sqlite"}, "sqlite metadata store lacks the setting 'uri'"),
        ({"type": "grpc", "host": "a"}, "grpc metadata store lacks the setting 'port'"),
        ({"type": "grpc"}, "Add host, port to it"),
        ({"type": "grpc", "host": "a", "port": "eighty"}, "port is 'eighty'"),
        ({"type": "grpc", "host": "a", "port": 0}, "port is 0"),
        ({"type": "mysql", "host": "a"}, "lacks the setting 'database'"),
        (
            {"type": "postgresql", "host": "a", "database": "b"},
            "postgresql metadata store lacks the setting 'username'",
        ),
        ({"type": "postgresql", "socket": "/s"}, "postgresql metadata store has no setting 'socket'"),
        ({**MYSQL, "port": 70000}, "port is 70000"),
        ({**MYSQL, "password": PASSWORD}, r"no setting 'password'(.|\n)*Did you mean 'password_env'"),
        (MYSQL, r"variable MLMD_PASSWORD, which holds(.|\n)*export MLMD_PASSWORD"),
    ],
)
def test_a_wrong_connection_is_told(told, monkeypatch, metadata, text):
    import re

    monkeypatch.delenv("MLMD_PASSWORD", raising=False)
    assert re.search(text, told(metadata, ConfigError))


def test_a_connection_to_mysql(monkeypatch):
    monkeypatch.setenv("MLMD_PASSWORD", PASSWORD)
    config = connection_config({**MYSQL, "port": "3307", "socket": "/s"}).mysql
    found = (config.host, config.port, config.database, config.user, config.password, config.socket)
    assert found == ("127.0.0.1", 3307, "ml", "me", PASSWORD, "/s")
    assert connection_config(MYSQL).mysql.port == 3306
    without = {key: value for key, value in MYSQL.items() if key != "password_env"}
    assert connection_config(without).mysql.password == ""


def test_a_connection_to_postgresql(monkeypatch):
    monkeypatch.setenv("MLMD_PASSWORD", PASSWORD)
    given = {**MYSQL, "type": "postgresql"}
    config = connection_config({**given, "port": 5433}).postgresql
    found = (config.host, config.port, config.dbname, config.user, config.password)
    assert found == ("127.0.0.1", "5433", "ml", "me", PASSWORD)
    assert connection_config(given).postgresql.port == "5432"


def test_a_build_without_postgresql_says_so(monkeypatch):
    monkeypatch.setattr(connection, "_POSTGRESQL", "a_field_that_no_build_has")
    with pytest.raises(EnvironmentMissingError, match=r"cannot connect to PostgreSQL(.|\n)*gRPC server"):
        connection_config({"type": "postgresql", "host": "h", "database": "d", "username": "u"})


def test_a_reader_of_grpc_waits_for_an_answer_but_not_for_ever(free_port, told):
    metadata = {"type": "grpc", "host": "127.0.0.1", "port": free_port}
    assert connection_config(metadata, read_only=True).client_timeout_sec == 10
    assert not connection_config(metadata).HasField("client_timeout_sec")
    with pytest.raises(StoreError, match="cannot be read") as caught:
        Store(metadata).runs()
    assert f"where: host 127.0.0.1, port {free_port}" in str(caught.value)


def test_a_connection_to_grpc():
    config = connection_config({"type": "grpc", "host": "mlmd", "port": 8080})
    assert (config.host, config.port) == ("mlmd", 8080)


def test_a_connection_to_a_file_is_writable_unless_it_is_for_reading(tmp_path):
    metadata = {"type": "sqlite", "uri": str(tmp_path / "a")}
    modes = [connection_config(metadata, read_only=only).sqlite.connection_mode for only in (True, False)]
    names = [type(connection_config(metadata).sqlite).ConnectionMode.Name(mode) for mode in modes]
    assert names == ["READONLY", "READWRITE_OPENCREATE"]


def test_an_unreachable_server_is_told_without_its_password(told, monkeypatch, free_port):
    monkeypatch.setenv("MLMD_PASSWORD", PASSWORD)
    text = told({**MYSQL, "port": free_port})
    assert "The metadata store cannot be reached" in text
    assert f"where: host 127.0.0.1, port {free_port}, database ml" in text


@pytest.fixture
def free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
