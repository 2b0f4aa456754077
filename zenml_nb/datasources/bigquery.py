"""Queries and tables of Google BigQuery."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from zenml_nb.datasources.base import BaseDatasource
from zenml_nb.datasources.columns import check_column_types
from zenml_nb.datasources.settle import Block, settled_batches
from zenml_nb.datasources.snapshot import read_until_settled
from zenml_nb.datasources.sql import check_query
from zenml_nb.datasources.sql_rows import check_names
from zenml_nb.errors import ConfigError, DataError, DeclarationError, EnvironmentMissingError

if TYPE_CHECKING:
    import pyarrow as pa

# project.dataset.table, where the project may be left out.
_TABLE = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9:.-]*\.)?\w+\.[\w$-]+")
_PLACE = re.compile(r" at \[(\d+):(\d+)\]")


class BigQueryDatasource(BaseDatasource):
    """The rows of a query in GoogleSQL, or of a table, in BigQuery.

    Before rows are asked for, BigQuery checks the query without running it. Types become those of
    ``ParquetDatasource``; repeated fields become columns of lists, structures are refused. A table has no order: let
    the query say ``ORDER BY``, or the same rows may become another version.

    Credentials are Google's application default credentials: the variable ``GOOGLE_APPLICATION_CREDENTIALS``, or what
    ``gcloud auth application-default login`` wrote. None is ever recorded. Needs the package google-cloud-bigquery,
    which TFX brings.

    Tested up to the query, which has to be answered by Google.

    Args:
        name: names the datasource and the folder of its commits.
        query: one statement that reads.
        table: instead of ``query``, ``dataset.table`` or ``project.dataset.table``.
        project: who pays; by default the project of the credentials.
        location: where the data is, for example ``EU``; by default BigQuery finds it.
        maximum_bytes_billed: a query that would read more is refused.
        column_types: the types of some columns, see ``CSVDatasource``.

    Raises:
        DeclarationError: an argument is invalid.
    """

    def __init__(
        self,
        name: str,
        query: str | None = None,
        table: str | None = None,
        project: str | None = None,
        location: str | None = None,
        maximum_bytes_billed: int | None = None,
        column_types: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(name)
        if (query is None) == (table is None):
            raise DeclarationError("BigQueryDatasource needs a query or a table.", advice="Give one of them.")
        if table is not None and (not isinstance(table, str) or not _TABLE.fullmatch(table)):
            raise DeclarationError(f"table is {table!r}.", advice="Give 'dataset.table' or 'project.dataset.table'.")
        if maximum_bytes_billed is not None and (
            isinstance(maximum_bytes_billed, bool)
            or not isinstance(maximum_bytes_billed, int)
            or maximum_bytes_billed < 1
        ):
            raise DeclarationError(
                f"maximum_bytes_billed is {maximum_bytes_billed!r}.", advice="Give a number of bytes."
            )
        self.query = None if query is None else check_query(query)
        self.table = table
        self.project = project
        self.location = location
        self.maximum_bytes_billed = maximum_bytes_billed
        self.column_types = check_column_types(column_types)

    @property
    def statement(self) -> str:
        """The query that BigQuery gets."""
        return self.query if self.query is not None else f"SELECT * FROM `{self.table}`"

    def read(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows in the batches that BigQuery sends.

        Raises:
            EnvironmentMissingError: google-cloud-bigquery is not installed.
            ConfigError: there are no credentials.
            DataError: BigQuery refuses the query, with its place, or cannot be reached.
        """
        return read_until_settled(self._attempt)

    def check(self) -> int:
        """Let BigQuery check the query without running it.

        Returns:
            The number of bytes that it would read.

        Raises:
            EnvironmentMissingError, ConfigError, DataError: see ``read``.
        """
        with self._errors():
            job = self._client().query(self.statement, job_config=self._job_config(dry_run=True))
            return int(job.total_bytes_processed or 0)

    def _attempt(self, hint: Any) -> Iterator[pa.RecordBatch]:
        return settled_batches(self._blocks(), self.column_types, hint)

    def _blocks(self) -> Iterator[Block]:
        self.check()
        done = 0
        with self._errors():
            job = self._client().query(self.statement, job_config=self._job_config(dry_run=False))
            rows = job.result(page_size=10_000)
            check_names([field.name for field in rows.schema], self._where())
            for batch in rows.to_arrow_iterable():
                columns = dict(zip(batch.schema.names, batch.columns, strict=True))
                yield Block(columns, batch.num_rows, lambda row, n=done: f"{self._where()}, row {n + row + 1}")  # type: ignore[misc]
                done += batch.num_rows

    def _client(self) -> Any:
        try:
            from google.cloud import bigquery
        except ImportError as error:
            raise EnvironmentMissingError(
                "google-cloud-bigquery is not installed.", advice="Install it: pip install google-cloud-bigquery."
            ) from error
        return bigquery.Client(project=self.project, location=self.location)

    def _job_config(self, dry_run: bool) -> Any:
        from google.cloud import bigquery

        options: dict[str, Any] = {"use_legacy_sql": False, "dry_run": dry_run}
        if self.maximum_bytes_billed is not None:
            options["maximum_bytes_billed"] = self.maximum_bytes_billed
        return bigquery.QueryJobConfig(**options)

    def _where(self) -> str:
        return "BigQuery, the query" if self.query is not None else f"BigQuery, table {self.table!r}"

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            from google.api_core.exceptions import GoogleAPIError
            from google.auth.exceptions import GoogleAuthError
        except ImportError:
            # The client tells what is missing.
            yield
            return
        try:
            yield
        except (GoogleAuthError, OSError) as error:
            if isinstance(error, OSError) and "project" not in str(error).lower():
                raise DataError(f"BigQuery cannot be reached: {error}.", where=self._where()) from error
            raise ConfigError(
                f"There are no credentials for BigQuery: {str(error).splitlines()[0]}",
                advice="Run gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS to the path "
                "of a key file; give project=... if the credentials have none.",
            ) from error
        except GoogleAPIError as error:
            message = str(getattr(error, "message", "") or error).splitlines()[0]
            found = _PLACE.search(message)
            place = f", line {found[1]}, column {found[2]}" if found else ""
            raise DataError(
                f"BigQuery refuses the query: {_PLACE.sub('', message).rstrip('.')}.",
                where=f"{self._where()}{place}",
                advice="Correct the query, or the rights of the credentials.",
            ) from error
