"""NumPy arrays, in memory or in files."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zenml_nb.datasources.arrow_values import Unfit
from zenml_nb.datasources.base import BaseDatasource
from zenml_nb.datasources.columns import check_column_types, check_columns
from zenml_nb.datasources.files import check_path
from zenml_nb.datasources.masked import unmasked
from zenml_nb.datasources.npy import Part, open_parts, part_of
from zenml_nb.datasources.plain_cells import plain_cells
from zenml_nb.datasources.python_values import as_arrow
from zenml_nb.datasources.settle import Block, settled_batches
from zenml_nb.datasources.snapshot import read_until_settled
from zenml_nb.errors import DataError, DeclarationError, NotAvailableError, did_you_mean, shorten_path

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Array = np.ndarray[Any, Any]

_ROWS_PER_BLOCK = 16_384
_BYTES_PER_BLOCK = 16 << 20


class NumPyDatasource(BaseDatasource):
    """NumPy arrays: a dictionary of arrays, an array with a name for each of its columns, or a file of these.

    An array of one dimension is a column; one of two dimensions in a dictionary is a column of lists, all of one
    length; an array with named fields has a column for each. Whole numbers and booleans become INTEGER, other numbers
    FLOAT (32 bits, as tf.Example holds them), texts STRING, bytes BYTES, times INTEGER, the seconds since 1970-01-01
    UTC, rounded down. NaN, NaT and masked values are missing.

    Arrays in memory are no part of the configuration. A datasource that was loaded from one has none: it works from
    its commits. A file is read row by row, but an array of two dimensions that a ``.npz`` holds in Fortran's order is
    read as a whole. Files with Python objects (pickles) are refused.

    Args:
        name: names the datasource and the folder of its commits.
        arrays: column name to array, or one array; they are read when they are committed.
        columns: the names of the columns of one array; of a dictionary, those to read, in this order.
        path: instead of ``arrays``, a file that ``numpy.save`` (``.npy``) or ``numpy.savez`` (``.npz``) wrote.
        column_types: the types of some columns, see ``CSVDatasource``; of a column of lists, that of the elements.

    Raises:
        DeclarationError: an argument is invalid.
    """

    unrecorded = frozenset({"arrays"})

    def __init__(
        self,
        name: str,
        arrays: Mapping[str, Any] | Any | None = None,
        columns: Sequence[str] | None = None,
        path: str | os.PathLike[str] | None = None,
        column_types: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(name)
        if arrays is not None and path is not None:
            raise DeclarationError("NumPyDatasource has arrays and a path.", advice="Give one of them.")
        if arrays is not None and not isinstance(arrays, Mapping) and not hasattr(arrays, "dtype"):
            raise DeclarationError(
                f"arrays is a {type(arrays).__name__}.",
                advice="Give an array, or a dictionary of column name to array.",
            )
        self.arrays = arrays
        self.columns = None if columns is None else check_columns(columns)
        self.path = None if path is None else check_path(path, "a .npy or .npz file")
        self.column_types = check_column_types(column_types)

    def read(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows in batches of at most 16,384.

        Raises:
            NotAvailableError: there is neither an array nor a path.
            DataError: the file is missing or damaged, arrays have different lengths, or values are of unknown type.
        """
        return read_until_settled(self._attempt)

    def _attempt(self, hint: Any) -> Iterator[pa.RecordBatch]:
        return settled_batches(self._blocks(), self.column_types, hint)

    def _blocks(self) -> Iterator[Block]:
        with self._parts() as (parts, where):
            parts = {name: part for name, part in parts.items() if name or len(parts) == 1}
            n_rows = _common_length(parts, where)
            done = 0
            while done < n_rows:
                count = min(_rows_at_once(parts), n_rows - done)
                taken = {name: part.rows(count) for name, part in parts.items()}
                yield _block(self._named(taken, where), count, done, where)
                done += count

    @contextlib.contextmanager
    def _parts(self) -> Iterator[tuple[dict[str, Part], str]]:
        if self.path is not None:
            with open_parts(os.path.expanduser(self.path)) as parts:
                yield parts, shorten_path(self.path)
        elif self.arrays is None:
            raise NotAvailableError(
                f"The datasource {self.name!r} was loaded without its arrays, which no configuration holds.",
                advice="Use one of its commits (get_commits), or construct it with arrays=... to commit again.",
            )
        else:
            arrays = unmasked(self.arrays)
            given = arrays if isinstance(arrays, Mapping) else {"": arrays}
            yield {name: part_of(array) for name, array in given.items()}, f"datasource {self.name!r}"

    def _named(self, taken: dict[str, Array], where: str) -> dict[str, Array]:
        """The arrays of columns: those of a dictionary, the fields, or the columns of a single array."""
        if list(taken) != [""]:
            missing = [name for name in self.columns or () if name not in taken]
            if missing:
                advice = did_you_mean(missing[0], taken)
                raise DataError(f"There is no array {missing[0]!r}.", where=where, advice=advice)
            return {name: taken[name] for name in self.columns or taken}
        array = taken[""]
        if array.dtype.names:
            return {name: array[name] for name in self.columns or array.dtype.names}
        width = 1 if array.ndim == 1 else int(array.shape[1])
        if self.columns is None or len(self.columns) != width or array.ndim > 2:
            raise DataError(
                f"The array of the shape (rows, {', '.join(map(str, array.shape[1:]))}) needs {width} column names, "
                f"and has {len(self.columns or ())}.",
                where=where,
                advice="Name them: columns=[...]; more dimensions first become two: array.reshape(len(array), -1).",
            )
        return {name: array if array.ndim == 1 else array[:, i] for i, name in enumerate(self.columns)}


def _common_length(parts: dict[str, Part], where: str) -> int:
    for name, part in parts.items():
        if not isinstance(name, str) or (not name.strip() and len(parts) > 1):
            raise DataError(f"An array has the name {name!r}.", where=where, advice="Name every array by a text.")
        if not part.shape:
            raise DataError(f"The array {name!r} is a single value.", where=where, advice="Give one value a row.")
    lengths = {name: part.shape[0] for name, part in parts.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name!r} has {length}" for name, length in list(lengths.items())[:5])
        raise DataError(f"The arrays have different lengths: {listed}.", where=where, advice="Give one value a row.")
    if not lengths or not next(iter(lengths.values())):
        raise DataError("The arrays have no rows.", where=where, advice="Give some rows.")
    return next(iter(lengths.values()))


def _rows_at_once(parts: dict[str, Part]) -> int:
    import numpy as np

    row = sum(part.dtype.itemsize * int(np.prod(part.shape[1:], dtype=np.int64)) for part in parts.values())
    return max(1, min(_ROWS_PER_BLOCK, _BYTES_PER_BLOCK // max(row, 1)))


def _block(arrays: dict[str, Array], n_rows: int, start: int, where: str) -> Block:
    def place(row: int) -> str:
        return f"{where}, row {start + row}"

    columns = {}
    for name, array in arrays.items():
        try:
            columns[name] = _to_arrow(array)
        except Unfit as unfit:
            raise DataError(
                f"The column {name!r} {unfit.what}.",
                where=f"{place(unfit.row)}, column {name!r}",
                advice=unfit.advice,
            ) from None
    return Block(columns, n_rows, place)


def _to_arrow(array: Array) -> pa.Array:
    import numpy as np
    import pyarrow as pa

    if array.ndim > 2 or array.dtype.names:
        advice = "Bring it to two dimensions: array.reshape(len(array), -1)."
        raise Unfit(0, f"holds values of the shape {array.shape[1:]} and the type {array.dtype}", advice)
    if array.ndim == 2:
        width = array.shape[1]
        offsets = pa.array(np.arange(len(array) + 1, dtype=np.int32) * width)
        return pa.ListArray.from_arrays(offsets, _to_arrow(np.ascontiguousarray(array).reshape(-1)))
    kind = array.dtype.kind
    if kind in "biu":
        return pa.array(np.ascontiguousarray(array).astype(array.dtype.newbyteorder("="), copy=False))
    if kind == "f":
        return pa.array(np.ascontiguousarray(array).astype("float64" if array.dtype.itemsize > 4 else "float32"))
    if kind == "M":
        return pa.array(
            array.astype("datetime64[us]" if np.datetime_data(array.dtype)[0] != "ns" else "datetime64[ns]")
        )
    if kind in "USO":
        return as_arrow(plain_cells(array) if kind == "O" else array.tolist())
    raise Unfit(
        0, f"holds values of the type {array.dtype}", "Convert it to numbers, texts or times: array.astype(float)."
    )
