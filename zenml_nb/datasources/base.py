"""What every datasource can do: read its data in batches and commit versions of it."""

from __future__ import annotations

import re
import shutil
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml_nb.config.recorded import Recorded
from zenml_nb.datasources.commits import Commit, list_commits
from zenml_nb.datasources.snapshot import write_commit
from zenml_nb.errors import DataError, DeclarationError, NotAvailableError, StoreError, did_you_mean
from zenml_nb.repository import Repository, find_repository, get_repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    import pyarrow as pa

    from zenml_nb.views.page import Page
    from zenml_nb.views.view import View

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


class BaseDatasource(Recorded, ABC):
    """Base of all datasources. A subclass writes ``read``, and an ``__init__`` that calls this one.

    Args:
        name: names the datasource and the folder of its commits: letters, digits and ``_ . -``, at most 100.

    Raises:
        DeclarationError: the name is no such name.
    """

    def __init__(self, name: str) -> None:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise DeclarationError(
                f"{name!r} cannot name a datasource.",
                advice="Use at most 100 letters, digits, '_', '.' and '-'; begin with a letter or a digit.",
            )
        self.name = name

    @abstractmethod
    def read(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows in batches of bounded size.

        All batches have the same columns: int64, float32, string or binary arrays, or lists of these; a missing value
        is null.

        Raises:
            DataError: the data is missing, unreadable or unfit.
        """

    def commit(self, repository: Repository | None = None) -> str:
        """Keep the present content as a version, and return its id.

        The same content has the same id and is kept once: if the present content equals an older commit, that
        commit's id is returned, and it does not become the latest again.

        Args:
            repository: where to keep it; by default that of the working directory, created if missing.

        Raises:
            DataError: the data is missing, unreadable or unfit.
            StoreError: the version cannot be written; nothing of it is left.
        """
        home = self._home(repository or get_repository())
        origin = self._origin()
        if origin is not None:
            for known in reversed(list_commits(home)):
                if known.origin == origin:
                    return known.id
        return write_commit(home, self.name, self._attempt, origin)

    def commit_if(self, commit_id: str, repository: Repository | None = None) -> str:
        """Keep the present content only if it is the version of this id; nothing is kept of another one.

        Returns:
            The id of the present content.

        Raises:
            DataError: the data is missing, unreadable or unfit.
            StoreError: it cannot be written; nothing of it is left.
        """
        home = self._home(repository or get_repository())
        try:
            home.parent.mkdir(parents=True, exist_ok=True)
            scratch = Path(tempfile.mkdtemp(prefix=".trying-", dir=home.parent))
        except OSError as error:
            raise StoreError(
                f"The data cannot be looked at: {error.strerror or error}.",
                where=str(home.parent),
                advice="Check that the folder may be written to and that the disk is not full.",
            ) from error
        try:
            found = write_commit(scratch, self.name, self._attempt, None)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        return self.commit(repository) if found == commit_id else found

    def get_commits(self, repository: Repository | None = None) -> list[Commit]:
        """Return all commits, oldest first."""
        found = repository or find_repository()
        return list_commits(self._home(found)) if found else []

    def get_commit(self, commit_id: str | None = None, repository: Repository | None = None) -> Commit:
        """Return a commit, by default the latest.

        Raises:
            NotAvailableError: there is no commit yet, or none of this id; the nearest ids are given.
        """
        commits = self.get_commits(repository)
        for commit in reversed(commits):
            if commit_id is None or commit.id == commit_id:
                return commit
        what = f"The datasource {self.name!r} has no commit" + (f" {commit_id!r}." if commits else " yet.")
        advice = did_you_mean(str(commit_id), [c.id for c in reversed(commits)]) if commits else "Call commit()."
        raise NotAvailableError(what, advice=advice)

    def get_latest_commit(self, repository: Repository | None = None) -> str | None:
        """Return the id of the newest commit, or None if there is none."""
        commits = self.get_commits(repository)
        return commits[-1].id if commits else None

    def get_first_commit(self, repository: Repository | None = None) -> str | None:
        """Return the id of the oldest commit, or None if there is none."""
        commits = self.get_commits(repository)
        return commits[0].id if commits else None

    def sample_data(
        self, sample_size: int = 100_000, commit_id: str | None = None, repository: Repository | None = None
    ) -> pd.DataFrame:
        """Return the first rows of a commit, by default of the latest; without any commit, commit first.

        INTEGER columns are int64, or pandas' nullable Int64 if a value is missing; FLOAT columns are float32
        with NaN; STRING and BYTES columns are objects with None, and so are columns of lists.

        Raises:
            DataError: ``sample_size`` is no positive number, or the data is unfit.
            NotAvailableError: there is no commit of this id.
        """
        # As NumPy's whole numbers have it too.
        is_whole = hasattr(sample_size, "__index__") and not isinstance(sample_size, bool)
        if not is_whole or sample_size < 1:
            raise DataError(f"sample_size is {sample_size!r}.", advice="Give the number of rows, at least 1.")
        return _to_frame(self._commit_or_first(commit_id, repository), int(sample_size))

    def view_statistics(
        self,
        magic: bool = False,
        port: int = 0,
        commit_id: str | None = None,
        repository: Repository | None = None,
    ) -> Page | None:
        """Show the statistics of a commit, by default of the present content, which is committed first.

        They are computed by a run of a pipeline without steps; the next call shows them at once.

        Args:
            magic: show them in the notebook's cell; else on a page of their own, in the browser.
            port: of the page; 0 takes any free one.
            commit_id: the version of the data.
            repository: where they are kept; by default that of the working directory, created if missing.

        Raises:
            DataError: the data is missing, unreadable or unfit.
            NotAvailableError: there is no such commit, or ``magic`` outside a notebook, or the port is in use.
        """
        # The one way up from here besides the pipelines' way to the engine: what is shown has to be computed.
        from zenml_nb.pipelines.data import data_statistics_view

        return data_statistics_view(self, commit_id, repository).show(magic, port)

    def view_schema(self, commit_id: str | None = None, repository: Repository | None = None) -> View:
        """The schema of a commit, by default of the present content; see ``view_statistics``."""
        from zenml_nb.pipelines.data import data_schema_view

        return data_schema_view(self, commit_id, repository)

    def view_images(
        self,
        n: int = 24,
        commit_id: str | None = None,
        repository: Repository | None = None,
        image_column: str | None = None,
        label_column: str | None = None,
    ) -> View:
        """The first images of a commit, as many of each label, by default of the present content.

        Args:
            n: how many images are shown at most, 1 to 200.
            commit_id: the version of the data.
            repository: where it is kept; by default that of the working directory, created if missing.
            image_column: a column of BYTES; by default ``image``, or the only one of this type.
            label_column: by default ``label``, if there is such a column.

        Raises:
            DataError: an argument is none of these, or the data is missing, unreadable or unfit.
            NotAvailableError: there is no such commit, or it has no column of bytes.
        """
        from zenml_nb.pipelines.data import data_images_view

        return data_images_view(self, n, commit_id, repository, image_column, label_column)

    @property
    def n_datapoints(self) -> int:
        """The number of rows of the latest commit; without any commit, commit first."""
        return self._commit_or_first(None, None).n_rows

    def _commit_or_first(self, commit_id: str | None, repository: Repository | None) -> Commit:
        if commit_id is None and not self.get_commits(repository):
            commit_id = self.commit(repository)
        return self.get_commit(commit_id, repository)

    def _home(self, repository: Repository) -> Path:
        return repository.artifact_store / "datasources" / self.name

    def _origin(self) -> str | None:
        """A hash of what is read, where it costs less than reading: what is committed is not read again."""
        return None

    def _attempt(self, hint: Any) -> Iterator[pa.RecordBatch]:
        """As ``read``, but may raise ``Restart`` at any point and is then called again with its hint."""
        return self.read()


def _to_frame(commit: Commit, n_rows: int) -> pd.DataFrame:
    import pandas as pd
    import pyarrow as pa

    batches: list[pa.RecordBatch] = []
    missing = n_rows
    for batch in commit.record_batches(min(n_rows, 16384)):
        batches.append(batch.slice(0, missing))
        missing -= batches[-1].num_rows
        if not missing:
            break
    table = pa.Table.from_batches(batches)
    series = {name: _to_series(column) for name, column in zip(table.column_names, table.columns, strict=True)}
    frame: pd.DataFrame = pd.DataFrame(series, columns=table.column_names)
    return frame


def _to_series(column: pa.ChunkedArray) -> Any:
    import pandas as pd
    import pyarrow as pa

    # NumPy's int64 has no missing value, and float64 would round large numbers. Not by types_mapper: a
    # ChunkedArray of pyarrow 10 goes by way of float64 there too.
    if column.null_count and pa.types.is_integer(column.type):
        nullable: Any = pd.Int64Dtype()
        return pd.Series(nullable.__from_arrow__(column))
    if pa.types.is_list(column.type):
        return pd.Series(column.to_pylist(), dtype=object)
    return column.to_pandas()
