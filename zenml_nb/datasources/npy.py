"""NumPy's files, row by row: ``.npy`` mapped into memory, the members of ``.npz`` unpacked as they are read."""

from __future__ import annotations

import contextlib
import os
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING, Any

from zenml_nb.datasources.files import open_file
from zenml_nb.errors import DataError, shorten_path

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

_ADVICE = "Give a file that numpy.save or numpy.savez wrote, of arrays of numbers, texts or times."
_ZIP = b"PK"

#: Gives the next rows of an array, at most so many.
Rows = Callable[[int], "Array"]


class Part:
    """An array that is read from its begin to its end.

    Args:
        shape: of the array; the first number is that of the rows.
        dtype: of its values.
        rows: gives the next rows.
    """

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype[Any], rows: Rows) -> None:
        self.shape = shape
        self.dtype = dtype
        self.rows = rows


def part_of(array: Array) -> Part:
    """An array in memory."""
    position = 0

    def rows(count: int) -> Array:
        nonlocal position
        position += count
        return array[position - count : position]

    return Part(array.shape, array.dtype, rows)


@contextlib.contextmanager
def open_parts(path: str) -> Iterator[dict[str, Part]]:
    """Open a file: the arrays of a ``.npz`` by name, or that of a ``.npy`` under an empty name.

    Raises:
        DataError: it is missing, damaged, no such file, or holds Python objects, which are never unpickled.
    """
    with open_file(path, _ADVICE) as file:
        is_zip = file.read(2) == _ZIP
    with _data_errors(path):
        if not is_zip:
            yield {"": part_of(_mapped(path))}
            return
        with zipfile.ZipFile(path) as archive, contextlib.ExitStack() as opened:
            parts = {}
            for name in archive.namelist():
                member = opened.enter_context(archive.open(name))
                parts[name.removesuffix(".npy")] = _streamed(member)
            yield parts


def _mapped(path: str) -> Array:
    import numpy as np

    array: Array = np.load(path, mmap_mode="r", allow_pickle=False)
    return array


def _streamed(member: IO[bytes]) -> Part:
    import numpy as np
    from numpy.lib import format as layout

    version = layout.read_magic(member)  # type: ignore[arg-type,no-untyped-call,unused-ignore]
    read_header: Any = layout.read_array_header_1_0 if version == (1, 0) else layout.read_array_header_2_0
    shape, by_columns, dtype = read_header(member)
    if dtype.hasobject:
        raise ValueError("Object arrays cannot be loaded when allow_pickle=False")
    if by_columns and len(shape) > 1:
        # Column by column on the disk: rows are known only when all of it is read.
        whole = np.frombuffer(member.read(), dtype=dtype)
        return part_of(whole.reshape(shape[::-1]).transpose())
    n_bytes = dtype.itemsize * int(np.prod(shape[1:], dtype=np.int64))

    def rows(count: int) -> Array:
        data = member.read(count * n_bytes)
        if len(data) < count * n_bytes:
            raise ValueError("it ends in the middle of an array")
        return np.frombuffer(data, dtype=dtype).reshape((count, *shape[1:]))

    return Part(shape, dtype, rows)


@contextlib.contextmanager
def _data_errors(path: str) -> Iterator[None]:
    import zlib

    try:
        yield
    except (ValueError, EOFError, OSError, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        if isinstance(error, DataError):
            raise
        pickled = "allow_pickle" in str(error) or "Python objects" in str(error)
        what = "it holds Python objects, which could run code when they are read" if pickled else str(error)
        advice = "Convert it before it is saved: array.astype(float), or astype(str)." if pickled else _ADVICE
        raise DataError(
            f"The file cannot be read as NumPy's: {what.rstrip('.')}.",
            where=shorten_path(os.fspath(path)),
            advice=advice,
        ) from error
