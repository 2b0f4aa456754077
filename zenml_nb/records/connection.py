"""From the configuration of a metadata store to a connection of ML Metadata."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zenml_nb.config.secrets import resolve
from zenml_nb.errors import ConfigError, EnvironmentMissingError, StoreError, did_you_mean, shorten_path
from zenml_nb.repository import CONNECTIONS

#: Seconds that a reader waits for an answer of a gRPC server.
_PATIENCE = 10.0
#: The field of a connection that not every build of ML Metadata has.
_POSTGRESQL = "postgresql"


def connection_config(metadata: Mapping[str, Any], *, read_only: bool = False) -> Any:
    """Build ML Metadata's own connection configuration.

    Args:
        metadata: ``{type: sqlite, uri}``, ``{type: mysql, host, port, database, username, password_env}``, the same
            with ``postgresql``, or ``{type: grpc, host, port}``; ``password_env`` names the environment variable with
            the password; ``{env: NAME}`` may stand for any other setting too.
        read_only: open a SQLite file so that it cannot be changed; tell a busy or silent store without long waits.

    Returns:
        A ``ConnectionConfig``, or a ``MetadataStoreClientConfig`` for gRPC.

    Raises:
        ConfigError: a type or key is unknown, a key is missing, or the password's variable is not set.
        EnvironmentMissingError: this build of ML Metadata does not know the type.
    """
    from ml_metadata.proto import metadata_store_pb2 as pb

    metadata = {key: resolve(value, f"metadata.{key}") for key, value in metadata.items()}
    kind = _checked(metadata)
    if kind == "grpc":
        client = pb.MetadataStoreClientConfig(host=str(metadata["host"]), port=_port(metadata["port"]))
        if read_only:
            client.client_timeout_sec = _PATIENCE
        return client
    config = pb.ConnectionConfig()
    if read_only:
        # A reader waits by itself, see ``records.reader``: ML Metadata would sleep for seconds between its attempts.
        config.retry_options.max_num_retries = 1
    if kind == "sqlite":
        config.sqlite.filename_uri = str(metadata["uri"])
        modes = pb.SqliteMetadataSourceConfig
        config.sqlite.connection_mode = modes.READONLY if read_only else modes.READWRITE_OPENCREATE
    elif kind == "mysql":
        config.mysql.CopyFrom(_mysql(metadata, pb))
    else:
        _set_postgresql(config, metadata)
    return config


def _checked(metadata: Mapping[str, Any]) -> str:
    """The type of a connection whose settings are those that the type has."""
    kind = str(metadata.get("type"))
    if kind not in CONNECTIONS:
        raise ConfigError(f"There is no metadata store of type {kind!r}.", advice=did_you_mean(kind, CONNECTIONS))
    needed, optional = CONNECTIONS[kind]
    valid = ("type", *needed, *optional)
    for key in metadata:
        if key not in valid:
            raise ConfigError(f"A {kind} metadata store has no setting {key!r}.", advice=did_you_mean(key, valid))
    missing = [key for key in needed if metadata.get(key) is None]
    if missing:
        raise ConfigError(
            f"A {kind} metadata store lacks the setting {missing[0]!r}.", advice=f"Add {', '.join(missing)} to it."
        )
    return kind


def _mysql(metadata: Mapping[str, Any], pb: Any) -> Any:
    config = pb.MySQLDatabaseConfig(
        host=str(metadata.get("host", "")),
        port=_port(metadata.get("port") or 3306),
        database=str(metadata["database"]),
        user=str(metadata["username"]),
        password=_password(metadata),
    )
    if metadata.get("socket"):
        config.socket = str(metadata["socket"])
    return config


def _set_postgresql(config: Any, metadata: Mapping[str, Any]) -> None:
    if _POSTGRESQL not in config.DESCRIPTOR.fields_by_name:
        raise EnvironmentMissingError(
            "The installed ML Metadata cannot connect to PostgreSQL.",
            advice="Install ml-metadata 1.14 or later, or connect through an ML Metadata gRPC server.",
        )
    config.postgresql.host = str(metadata["host"])
    # A text, unlike MySQL's.
    config.postgresql.port = str(_port(metadata.get("port") or 5432))
    config.postgresql.dbname = str(metadata["database"])
    config.postgresql.user = str(metadata["username"])
    config.postgresql.password = _password(metadata)


def _password(metadata: Mapping[str, Any]) -> str:
    variable = metadata.get("password_env")
    if not variable:
        return ""
    if str(variable) not in os.environ:
        raise ConfigError(
            f"The environment variable {variable}, which holds the metadata store's password, is not set.",
            advice=f"Set it before you start Jupyter: export {variable}=...",
        )
    return os.environ[str(variable)]


def _port(value: Any) -> int:
    try:
        port = int(value)
    except (TypeError, ValueError):
        port = 0
    if not 0 < port < 65536:
        raise ConfigError(f"The metadata store's port is {value!r}.", advice="Give a number from 1 to 65535.")
    return port


def open_store(metadata: Mapping[str, Any], *, read_only: bool = False) -> Any:
    """Open ML Metadata's own store.

    A SQLite file is touched by ML Metadata alone: it has a SQLite of its own, and where a second one opens and closes
    the same file in the same process, the locks of the first are lost (sqlite.org/howtocorrupt.html, section 2.2.1).

    Raises:
        StoreError: it does not exist, is damaged, or cannot be reached.
        ConfigError: see ``connection_config``.
    """
    import ml_metadata

    config = connection_config(metadata, read_only=read_only)
    if read_only and metadata.get("type") == "sqlite" and not Path(str(metadata["uri"])).exists():
        raise StoreError(
            "There is no metadata store yet.", where=shorten_path(str(metadata["uri"])), advice="Run a pipeline first."
        )
    try:
        return ml_metadata.MetadataStore(config)
    except Exception as error:
        raise _unreachable(metadata, error) from error


def place_of(metadata: Mapping[str, Any]) -> str:
    """Where a store is, without its password."""
    if metadata.get("type") == "sqlite":
        return shorten_path(str(metadata["uri"]))
    return ", ".join(f"{key} {metadata[key]}" for key in ("host", "port", "database") if key in metadata)


def reason_of(error: Exception) -> str:
    """What ML Metadata says of a failure, without the SQL at its end, which says nothing to a reader."""
    text = str(error).removeprefix("Error when executing query: ")
    return text.partition(" query:")[0].strip() or type(error).__name__


def _unreachable(metadata: Mapping[str, Any], error: Exception) -> StoreError:
    reason = reason_of(error)
    if metadata.get("type") == "sqlite":
        return StoreError(
            f"The metadata store cannot be opened: {reason}.",
            where=place_of(metadata),
            advice="If the file is damaged, put a copy of it back or move it away: the next run starts an empty store, "
            "and the artifacts on disk stay. Otherwise check that its folder can be written and the disk is not full.",
        )
    return StoreError(
        f"The metadata store cannot be reached: {reason}.",
        where=place_of(metadata),
        advice="Check that the server runs, and the settings in .zenml_nb/config.yaml.",
    )
