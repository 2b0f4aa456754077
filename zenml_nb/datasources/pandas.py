"""pandas frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml_nb.datasources.base import BaseDatasource
from zenml_nb.errors import DeclarationError, NotAvailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    import pyarrow as pa


class PandasDatasource(BaseDatasource):
    """A pandas frame; its index is not part of the data.

    Whole numbers and booleans (0 and 1) become INTEGER, other numbers FLOAT (32 bits, as tf.Example holds
    them), texts STRING, bytes BYTES; lists, tuples and arrays of these become columns of lists. Categories become
    their values. Dates and times become INTEGER, the seconds since 1970-01-01 UTC, rounded down; those without a
    time zone are taken as UTC. Whole numbers beyond 64 bits become FLOAT. NaN, None, NaT and NA are missing;
    infinite numbers stay. A column of objects without any value is STRING.

    The frame is no part of the configuration. A datasource that was loaded from one has no frame: it works
    from its commits.

    Args:
        name: names the datasource and the folder of its commits.
        df: the frame; it is read when it is committed.

    Raises:
        DeclarationError: ``df`` is no frame.
    """

    unrecorded = frozenset({"df"})

    def __init__(self, name: str, df: pd.DataFrame | None = None) -> None:
        super().__init__(name)
        if df is not None and not (hasattr(df, "columns") and hasattr(df, "iloc")):
            raise DeclarationError(f"df is a {type(df).__name__}.", advice="Give a pandas DataFrame.")
        self.df = df

    def read(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows in batches of at most 65,536.

        Raises:
            NotAvailableError: there is no frame.
            DataError: the frame is empty, or a column has no unique name, or values of unknown or mixed type.
        """
        from zenml_nb.datasources.frames import frame_batches

        if self.df is None:
            raise NotAvailableError(
                f"The datasource {self.name!r} was loaded without its frame, which no configuration holds.",
                advice="Use one of its commits (get_commits), or construct it with df=... to commit again.",
            )
        return frame_batches(self.df, f"datasource {self.name!r}")
