"""From the configuration of a metadata store to a connection of ML Metadata."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zenml_nb.errors import ConfigError, StoreError, did_you_mean, shorten_path

_KEYS = {
    "sqlite": ("type", "uri"),
    "mysql": ("type", "host", "port", "database", "username", "password_env", "socket"),
    "grpc": ("type", "host", "port"),
}
_REQUIRED = {"sqlite": ("uri",), "mysql": ("database", "username"), "grpc": ("host", "port")}


def connection_config(metadata: Mapping[str, Any], *, read_only: bool = False) -> Any:
    """Build ML Metadata's own connection configuration.

    Args:
        metadata: ``{type: sqlite, uri}``, ``{type: mysql, host, port, database, username, password_env}`` or
            ``{type: grpc, host, port}``; ``password_env`` names the environment variable with the password.
        read_only: open a SQLite file so that it cannot be changed.

    Returns:
        A ``ConnectionConfig``, or a ``MetadataStoreClientConfig`` for gRPC.

    Raises:
        ConfigError: a type or key is unknown, a key is missing, or the password's variable is not set.
    """
    from ml_metadata.proto import metadata_store_pb2 as pb

    kind = str(metadata.get("type"))
    if kind not in _KEYS:
        raise ConfigError(f"There is no metadata store of type {kind!r}.", advice=did_you_mean(kind, _KEYS))
    for key in metadata:
        if key not in _KEYS[kind]:
            raise ConfigError(f"A {kind} metadata store has no setting {key!r}.", advice=did_you_mean(key, _KEYS[kind]))
    missing = [key for key in _REQUIRED[kind] if metadata.get(key) is None]
    if missing:
        raise ConfigError(
            f"A {kind} metadata store lacks the setting {missing[0]!r}.", advice=f"Add {', '.join(missing)} to it."
        )
    if kind == "grpc":
        return pb.MetadataStoreClientConfig(host=str(metadata["host"]), port=_port(metadata["port"]))
    config = pb.ConnectionConfig()
    if kind == "sqlite":
        config.sqlite.filename_uri = str(metadata["uri"])
        modes = pb.SqliteMetadataSourceConfig
        config.sqlite.connection_mode = modes.READONLY if read_only else modes.READWRITE_OPENCREATE
    else:
        config.mysql.CopyFrom(_mysql(metadata, pb))
    return config


def _mysql(metadata: Mapping[str, Any], pb: Any) -> Any:
    config = pb.MySQLDatabaseConfig(
        host=str(metadata.get("host", "")),
        port=_port(metadata.get("port") or 3306),
        database=str(metadata["database"]),
        user=str(metadata["username"]),
    )
    if metadata.get("socket"):
        config.socket = str(metadata["socket"])
    variable = metadata.get("password_env")
    if variable:
        if str(variable) not in os.environ:
            raise ConfigError(
                f"The environment variable {variable}, which holds the metadata store's password, is not set.",
                advice=f"Set it before you start Jupyter: export {variable}=...",
            )
        config.password = os.environ[str(variable)]
    return config


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


def _unreachable(metadata: Mapping[str, Any], error: Exception) -> StoreError:
    # ML Metadata's errors end with the SQL that failed, which says nothing to a reader.
    text = str(error).removeprefix("Error when executing query: ")
    reason = text.partition(" query:")[0].strip() or type(error).__name__
    if metadata.get("type") == "sqlite":
        return StoreError(
            f"The metadata store cannot be opened: {reason}.",
            where=shorten_path(str(metadata["uri"])),
            advice="If the file is damaged, put a copy of it back or move it away: the next run starts an empty store, "
            "and the artifacts on disk stay. Otherwise check that its folder can be written and the disk is not full.",
        )
    place = ", ".join(f"{key} {metadata[key]}" for key in ("host", "port", "database") if key in metadata)
    return StoreError(
        f"The metadata store cannot be reached: {reason}.",
        where=place,
        advice="Check that the server runs, and the settings in .zenml_nb/config.yaml.",
    )
