"""Databases of servers, through SQLAlchemy: streamed, in sessions that cannot write."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

from zenml_nb.datasources.settle import Block
from zenml_nb.datasources.sql_rows import (
    ROWS_AT_ONCE,
    check_names,
    line_and_column,
    places_in,
    row_blocks,
    unknown_name,
)
from zenml_nb.errors import ConfigError, DataError, EnvironmentMissingError, did_you_mean

if TYPE_CHECKING:
    import sqlalchemy as sa

_EXPLAIN = "EXPLAIN "
_READ_ONLY = {
    "postgresql": "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
}
_SECONDS_TO_CONNECT = 15


def server_blocks(
    url: str, password_env: str | None, query: str | None, table: str | None, declared: Mapping[str, str]
) -> Iterator[Block]:
    """The rows of a query, or of a table, in blocks; a cursor of the server keeps them there until they are read.

    Raises:
        EnvironmentMissingError: SQLAlchemy or the driver is not installed.
        ConfigError: the password's variable is not set.
        DataError: the server cannot be reached or refuses the query, with its place; or a value has a type that no
            column holds.
    """
    password = _password(password_env)
    engine = _engine(url, password)
    where = f"{url}, {'the query' if query else f'table {table!r}'}"
    import sqlalchemy as sa

    try:
        with engine.connect() as connection:
            _forbid_writing(connection)
            statement = query if query is not None else _whole_table(connection, str(table), url)
            _check_statement(connection, statement)
            options = {"stream_results": True, "max_row_buffer": ROWS_AT_ONCE, "no_parameters": True}
            with connection.execution_options(**options).exec_driver_sql(statement) as result:
                names = [str(name) for name in result.keys()]  # noqa: SIM118 - not a dictionary
                check_names(names, where)
                yield from row_blocks(names, result.partitions(ROWS_AT_ONCE), declared, where)
    except (sa.exc.SQLAlchemyError, OSError, RuntimeError) as error:
        # Not chained: drivers put what they connected with into their messages.
        raise _explained(engine, query, where, error, password) from None
    finally:
        engine.dispose()


def _password(variable: str | None) -> str | None:
    if variable is None:
        return None
    if variable not in os.environ:
        raise ConfigError(
            f"The environment variable {variable}, which holds the database's password, is not set.",
            advice=f"Set it before you start Jupyter: export {variable}=...",
        )
    return os.environ[variable]


def _engine(url: str, password: str | None) -> sa.Engine:
    advice = "Install it: pip install 'zenml-nb[sql]'; other databases than PostgreSQL and MySQL need their own driver."
    try:
        import sqlalchemy as sa
    except ImportError as error:
        raise EnvironmentMissingError("SQLAlchemy is not installed.", advice=advice) from error
    try:
        whole = sa.make_url(url)
        whole = whole.set(password=password) if password is not None else whole
        known = whole.get_backend_name() in _READ_ONLY
        arguments = {"connect_timeout": _SECONDS_TO_CONNECT} if known else {}
        return sa.create_engine(whole, poolclass=sa.NullPool, hide_parameters=True, connect_args=arguments)
    except ImportError as error:
        raise EnvironmentMissingError(f"The driver of {url} is not installed: {error}.", advice=advice) from None
    except sa.exc.NoSuchModuleError:
        raise EnvironmentMissingError(f"SQLAlchemy has no dialect for {url}.", advice=advice) from None
    except (sa.exc.ArgumentError, ValueError) as error:
        raise DataError(
            f"The url cannot be read: {_redacted(str(error), password)}",
            where=url,
            advice="Write it so: 'postgresql+psycopg://user@host:5432/database'.",
        ) from None


def _forbid_writing(connection: sa.Connection) -> None:
    """Make the session's transactions read-only; the setting itself ends with the session."""
    setting = _READ_ONLY.get(connection.dialect.name)
    if setting:
        connection.exec_driver_sql(setting)
        connection.commit()


def _whole_table(connection: sa.Connection, table: str, url: str) -> str:
    import sqlalchemy as sa

    schema, _, name = table.rpartition(".")
    inspector = sa.inspect(connection)
    names = [*inspector.get_table_names(schema or None), *inspector.get_view_names(schema or None)]
    if name not in names:
        raise DataError(f"There is no table {table!r}.", where=url, advice=did_you_mean(name, names))
    quoted = connection.dialect.identifier_preparer.quote_identifier
    return f"SELECT * FROM {'.'.join(quoted(part) for part in (schema, name) if part)}"


def _check_statement(connection: sa.Connection, statement: str) -> None:
    """Let PostgreSQL plan the query alone: in the declaration of a cursor, places are counted from elsewhere."""
    if connection.dialect.name == "postgresql":
        connection.execution_options(no_parameters=True).exec_driver_sql(f"{_EXPLAIN}{statement}").close()


def _explained(engine: sa.Engine, query: str | None, where: str, error: Exception, password: str | None) -> DataError:
    driver: Any = getattr(error, "orig", None) or error
    diagnosis = getattr(driver, "diag", None)
    arguments: tuple[Any, ...] = getattr(driver, "args", ())
    message = getattr(diagnosis, "message_primary", None)
    # MySQL's drivers give a number and a text.
    message = str(message or (arguments[1] if len(arguments) > 1 and isinstance(arguments[0], int) else driver))
    lines = _redacted(message, password).strip().splitlines()
    text = lines[0].rstrip(".") if lines else type(driver).__name__
    # What the server says of a query has a state; what the driver says of a connection has none.
    if getattr(diagnosis, "sqlstate", None) is None and _is_about_connection(driver, message):
        return DataError(
            f"The database cannot be reached: {text}.",
            where=where,
            advice="Check that the server runs, the url, and the password in the variable of password_env.",
        )
    if any(words in text.lower() for words in ("read-only", "read only", "data-modifying")):
        advice = "Give a SELECT; a datasource never changes its database."
        return DataError(f"The query does more than read, and was refused: {text}.", where=where, advice=advice)
    place = _place(query, diagnosis, message) if query else ""
    hint = getattr(diagnosis, "message_hint", None)
    advice = _redacted(str(hint), password) if hint else "Correct the query."
    unknown = unknown_name(text)
    if unknown and unknown[0] == "table":
        advice = _nearest_tables(engine, unknown[1])
    return DataError(
        f"The database refuses the query: {text}.", where=f"{where}{place and ', ' + place}", advice=advice
    )


def _is_about_connection(driver: Any, message: str) -> bool:
    number = next(iter(getattr(driver, "args", ())), None)
    # MySQL: 1044 and 1045 access, 1049 database, 2000 and above the client's connection.
    if isinstance(number, int):
        return number in (1044, 1045, 1049) or number >= 2000
    return "OperationalError" in type(driver).__name__ or "connect" in message.lower()


def _place(query: str, diagnosis: Any, message: str) -> str:
    position = getattr(diagnosis, "statement_position", None)
    if position and int(position) > len(_EXPLAIN):
        return line_and_column(query, int(position) - 1 - len(_EXPLAIN))
    return places_in(query, message)


def _nearest_tables(engine: sa.Engine, name: str) -> str:
    import sqlalchemy as sa

    with contextlib.suppress(sa.exc.SQLAlchemyError, OSError):
        inspector = sa.inspect(engine)
        return did_you_mean(name, [*inspector.get_table_names(), *inspector.get_view_names()])
    return "Correct the query."


def _redacted(text: str, password: str | None) -> str:
    for secret in {password, quote(password, safe=""), quote_plus(password)} if password else ():
        text = text.replace(str(secret), "***")
    return text
