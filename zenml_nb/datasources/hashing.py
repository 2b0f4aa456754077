"""The content hash that names a commit: equal values give equal names, however they are cut into batches."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from zenml_nb.datasources.columns import BYTES, STRING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pyarrow as pa

_FORMAT = "zenml_nb/commit/1"
_LITTLE_ENDIAN = {"INTEGER": "<i8", "FLOAT": "<f4"}


class ColumnHash:
    """SHA-256 over one column, fed batch by batch.

    Three streams are hashed apart (one byte a row that says whether it has a value; the values, or the
    lengths of the texts, in little endian; the texts' bytes): joined they would depend on the batches. A column of
    lists has a fourth, the lengths of the lists.

    Args:
        kind: INTEGER, FLOAT, STRING or BYTES.
        many: whether a row holds a list of values.
    """

    def __init__(self, kind: str, many: bool = False) -> None:
        self.n_missing = 0
        self._kind = kind
        self._many = many
        self._streams = [hashlib.sha256() for _ in range(4 if many else 3)]

    def add(self, values: pa.Array) -> None:
        """Hash the next values, an Arrow array of this column's type."""
        self.n_missing += values.null_count
        validity, fixed, text, *lengths = self._streams
        validity.update(_validity(values))
        present = values.drop_null() if values.null_count else values
        if self._many:
            lengths[0].update(_list_lengths(present))
            present = present.flatten()
        if self._kind in (STRING, BYTES):
            sizes, content = _text_parts(present)
            fixed.update(sizes)
            text.update(content)
        else:
            numbers = present.to_numpy(zero_copy_only=False)
            fixed.update(numbers.astype(_LITTLE_ENDIAN[self._kind], copy=False).tobytes())

    def hexdigests(self) -> list[str]:
        """The digests of the streams."""
        return [stream.hexdigest() for stream in self._streams]


def commit_id(n_rows: int, names: Sequence[str], kinds: Sequence[str], hashes: Sequence[ColumnHash]) -> str:
    """Name a content by 16 hexadecimal digits."""
    columns = [[name, kind, *column.hexdigests()] for name, kind, column in zip(names, kinds, hashes, strict=True)]
    content = json.dumps([_FORMAT, n_rows, columns], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(content.encode("ascii")).hexdigest()[:16]


def _validity(values: pa.Array) -> bytes:
    if not values.null_count:
        return b"\x01" * len(values)
    valid: np.ndarray[Any, Any] = values.is_valid().to_numpy(zero_copy_only=False)
    return valid.astype("u1").tobytes()


def _list_lengths(present: pa.Array) -> bytes:
    import pyarrow.compute as pc

    lengths: np.ndarray[Any, Any] = pc.list_value_length(present).to_numpy(zero_copy_only=False)
    return lengths.astype("<u4").tobytes()


def _text_parts(present: pa.Array) -> tuple[bytes, bytes | memoryview]:
    """Give the lengths of texts as little-endian uint32, and their joined bytes."""
    import numpy as np

    if not len(present):
        return b"", b""
    _, offsets_buffer, data = present.buffers()
    offsets = np.frombuffer(offsets_buffer, dtype=np.int32)[present.offset : present.offset + len(present) + 1]
    content = memoryview(data)[offsets[0] : offsets[-1]] if data is not None else b""
    return np.diff(offsets).astype("<u4").tobytes(), content
