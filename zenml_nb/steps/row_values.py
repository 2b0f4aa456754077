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


@dataclass(frozen=True)
class ListedRows:
    """A batch of committed rows as a split finds it in a run: columns of lists; see ``steps.split.Rows``."""

    batch: pa.RecordBatch

    def examples(self) -> list[dict[str, Any]]:
        """One dictionary a row; a missing value is None."""
        columns = {name: _first_values(self.batch.column(i)) for i, name in enumerate(self.batch.schema.names)}
        return [{name: values[row] for name, values in columns.items()} for row in range(len(self))]

    def __len__(self) -> int:
        return int(self.batch.num_rows)


def as_listed(batch: pa.RecordBatch) -> ListedRows:
    """Rows of single values as lists of at most one, text as bytes: as they are read from tf.Examples.

    Args:
        batch: flat columns of int64, float32, string or binary; a missing value is null.
    """
    import numpy as np
    import pyarrow as pa

    arrays = []
    for column in batch.columns:
        flat = column.cast(pa.binary()) if pa.types.is_string(column.type) else column
        ends = np.cumsum(flat.is_valid().to_numpy(zero_copy_only=False), dtype=np.int32)
        offsets = pa.array(np.concatenate([np.zeros(1, dtype=np.int32), ends]))
        arrays.append(pa.ListArray.from_arrays(offsets, flat.drop_null()))
    return ListedRows(pa.RecordBatch.from_arrays(arrays, list(batch.schema.names)))


def _first_values(column: pa.Array) -> list[Any]:
    values = [row[0] if row else None for row in column.to_pylist()]
    return [value.decode("utf-8", "replace") if isinstance(value, bytes) else value for value in values]


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
