"""One column of a batch of rows: the single value of each row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zenml_nb.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

    from zenml_nb.steps.split import CommittedData


@dataclass(frozen=True)
class FlatRows:
    """A batch of committed rows, whose columns hold values and not lists; see ``steps.split.Rows``."""

    batch: pa.RecordBatch

    def examples(self) -> list[dict[str, Any]]:
        """One dictionary a row."""
        return [dict(row) for row in self.batch.to_pylist()]

    def __len__(self) -> int:
        return int(self.batch.num_rows)


def committed_rows(data: CommittedData, column: str) -> Iterator[FlatRows]:
    """The rows of committed data, with one column alone; the others are not read."""
    for batch in data.record_batches(columns=[column]):
        yield FlatRows(batch)


def single_values(batch: pa.RecordBatch, name: str, where: str) -> pa.Array:
    """The value of each row in one column: a flat array, null where there is none.

    Args:
        batch: flat columns, or list columns as in ``steps.split.Rows``. A column that is not there has no value.
        name: the column.
        where: the place, for the error.

    Raises:
        DataError: a row has several values.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    index = batch.schema.get_field_index(name)
    column = pa.nulls(batch.num_rows) if index < 0 else batch.column(index)
    if not (pa.types.is_list(column.type) or pa.types.is_large_list(column.type)):
        return column
    lengths = pc.list_value_length(column).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    if (lengths > 1).any():
        raise DataError(
            f"The column {name!r} has a row with {lengths.max()} values.",
            where=where,
            advice="Rows are told apart by a column with one value a row: name another one.",
        )
    return column.flatten().take(pa.array(np.cumsum(lengths) - lengths, mask=lengths == 0))
