"""Tables and queries of SQL databases."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from zenml_nb.config.secrets import holds_secret
from zenml_nb.datasources.base import BaseDatasource
from zenml_nb.datasources.columns import check_column_types
from zenml_nb.datasources.files import check_path
from zenml_nb.datasources.settle import settled_batches
from zenml_nb.datasources.snapshot import read_until_settled
from zenml_nb.errors import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from zenml_nb.datasources.settle import Block

_READS = ("select", "with", "values", "table", "(")
_COMMENTS = re.compile(r"\s*(?:--[^\n]*(?:\n|$)|/\*.*?\*/|\s+)", re.DOTALL)
# A colon before the last @ behind the slashes, and no port; what comes after that @ is host, port and database.
_PASSWORD = re.compile(r"://[^@/?#]*:(?!\d+(?:[/?#]|$)).*@", re.DOTALL)
_SECRETS = (
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "token",
    "secret",
    "apikey",
    "api_key",
    "access_key",
    "private_key",
)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ENVIRONMENT = "Name an environment variable that holds it: password_env='DB_PASSWORD'."


class SQLDatasource(BaseDatasource):
    """The rows of a query, or of a table, in a SQLite file or in the database of a server.

    Whole numbers and booleans (1 and 0) become INTEGER, other numbers FLOAT (32 bits, as tf.Example holds them), texts
    STRING, binary values BYTES, dates and timestamps INTEGER, the seconds since 1970-01-01 UTC, rounded down; without
    a zone they are taken as UTC. Arrays become columns of lists. NULL is missing. What has no such type (durations,
    JSON objects, UUIDs) is told, so that the query can convert it.

    Rows are streamed and nothing is written: SQLite files are opened for reading, and only reading is authorized;
    PostgreSQL, MySQL and MariaDB sessions are read-only, and no transaction is committed. Where the types of columns
    are known only later than the first rows, the query runs twice.

    A table has no order. The same rows in another order are another version: let the query say ``ORDER BY``.

    Servers need the extra ``zenml-nb[sql]`` (SQLAlchemy, and drivers for PostgreSQL and MySQL); other databases a
    driver of their own.

    Args:
        name: names the datasource and the folder of its commits.
        query: one statement that reads: SELECT, WITH, VALUES.
        table: instead of ``query``, a table or view, for example ``trips`` or ``public.trips``.
        path: a SQLite file, relative to the working directory.
        url: instead of ``path``, a server, as SQLAlchemy writes it but without a password, for example
            ``postgresql+psycopg://user@host:5432/database``.
        password_env: the environment variable with the password. The password itself is never recorded.
        column_types: the types of some columns, see ``CSVDatasource``; of a column of lists, that of the elements.

    Raises:
        DeclarationError: an argument is invalid, the URL holds a password, or the query does not read.
    """

    def __init__(
        self,
        name: str,
        query: str | None = None,
        table: str | None = None,
        path: str | os.PathLike[str] | None = None,
        url: str | None = None,
        password_env: str | None = None,
        column_types: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(name)
        if (query is None) == (table is None):
            raise DeclarationError("SQLDatasource needs a query or a table.", advice="Give one of them.")
        if (path is None) == (url is None):
            raise DeclarationError(
                "SQLDatasource needs a path or a url.", advice="Give path= for a SQLite file, url= for a server."
            )
        self.query = None if query is None else check_query(query)
        self.table = None if table is None else _check_table(table)
        self.path = None if path is None else check_path(path, "a SQLite file")
        self.url = None if url is None else check_url(url)
        self.password_env = _check_variable(password_env, url)
        self.column_types = check_column_types(column_types)

    def read(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows in batches; the query runs twice, because the types are known only at its end.

        Raises:
            DataError: the file is missing or damaged, the database cannot be reached, or refuses the query, with the
                place in it; two columns have one name, or values of one column do not go together.
            EnvironmentMissingError: a driver is not installed.
            ConfigError: the password's variable is not set.
        """
        return read_until_settled(self._attempt)

    def _attempt(self, hint: Any) -> Iterator[pa.RecordBatch]:
        return settled_batches(self._blocks(), self.column_types, hint)

    def _blocks(self) -> Iterator[Block]:
        if self.path is not None:
            from zenml_nb.datasources.sqlite import sqlite_blocks

            return sqlite_blocks(os.path.expanduser(self.path), self.query, self.table, self.column_types)
        from zenml_nb.datasources.sql_server import server_blocks

        assert self.url is not None, "one of the two is given"
        return server_blocks(self.url, self.password_env, self.query, self.table, self.column_types)


def check_url(url: object) -> str:
    """Return the URL of a database server that holds no secret.

    Raises:
        DeclarationError: it is none, or holds a password; the message does not repeat it.
    """
    if not isinstance(url, str):
        raise DeclarationError(
            f"url is a {type(url).__name__}.", advice="Give a text: 'dialect+driver://user@host/db'."
        )
    if _PASSWORD.search(url):
        raise DeclarationError("The url holds a password, which records and errors would show.", advice=_ENVIRONMENT)
    try:
        parts = urlsplit(url)
        secrets = [
            key
            for key, value in parse_qsl(parts.query)
            if any(word in key.lower() for word in _SECRETS) or holds_secret(value)
        ]
        _ = parts.port
    except ValueError as error:
        raise DeclarationError(
            f"The url cannot be read: {error}.", advice="Write it so: 'postgresql+psycopg://user@host:5432/database'."
        ) from None
    if secrets:
        raise DeclarationError(f"The url's option {secrets[0]!r} would be recorded.", advice=_ENVIRONMENT)
    if parts.scheme.partition("+")[0] == "sqlite":
        raise DeclarationError("A SQLite database is a file.", advice="Give path= instead of url=.")
    if not parts.scheme or "://" not in url:
        raise DeclarationError(
            f"{url!r} is no URL of a database.", advice="For example 'postgresql+psycopg://user@host:5432/database'."
        )
    return url


def check_query(query: object) -> str:
    """Return a statement that reads, without the semicolon at its end.

    Raises:
        DeclarationError: it does not begin as one.
    """
    if not isinstance(query, str):
        raise DeclarationError(f"query is a {type(query).__name__}.", advice="Give a text: 'SELECT ... FROM ...'.")
    begin = query
    while found := _COMMENTS.match(begin):
        begin = begin[found.end() :]
    if not begin.strip(" ;\n\t"):
        raise DeclarationError("The query is empty.", advice="For example 'SELECT * FROM trips ORDER BY id'.")
    if not begin.lower().startswith(_READS):
        word = begin.split()[0]
        raise DeclarationError(
            f"The query begins with {word!r}, which does not read.",
            advice="Give a SELECT (or WITH, or VALUES); a datasource never changes its database.",
        )
    return query.strip().rstrip(";").rstrip()


def _check_table(table: object) -> str:
    if isinstance(table, str) and table.strip() and "\0" not in table:
        return table
    raise DeclarationError(f"table is {table!r}.", advice="Give the name of a table or view.")


def _check_variable(name: object, url: object) -> str | None:
    if name is None:
        return None
    if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
        # Not repeated: somebody may have put the password itself here.
        raise DeclarationError("password_env is no name of an environment variable.", advice=_ENVIRONMENT)
    if url is None:
        raise DeclarationError("A SQLite file has no password.", advice="Leave password_env out.")
    return name
