"""A hash of each row that follows from its values alone.

The bytes of a serialized tf.Example will not do: its features are a protobuf map, whose order on the wire differs from
process to process. So the values are hashed, whole columns at a time, and added up, which no order can change.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Hashes = npt.NDArray[np.uint64]


def hash_rows(batch: pa.RecordBatch, seed: int) -> Hashes:
    """Hash the rows of a batch.

    Args:
        batch: list columns of integers, floats or bytes; a missing value adds nothing to its row's hash, so that a
            batch without any value in a column, or without the column, gives the same.
        seed: another seed gives other hashes.

    Returns:
        uint64 array of shape (rows,), uniformly distributed.
    """
    import numpy as np

    total = np.full(batch.num_rows, _digest(b"", seed), dtype=np.uint64)
    for index, name in enumerate(batch.schema.names):
        total += _hash_column(batch.column(index), _digest(name.encode(), seed))
    return mix(total)


def mix(values: Hashes) -> Hashes:
    """Scatter 64-bit integers, shape kept; the finalizer of SplitMix64 (Steele, Lea, Flood: OOPSLA 2014)."""
    import numpy as np

    z = values + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Hashes = z ^ (z >> np.uint64(31))
    return mixed


def _hash_column(column: pa.Array, column_seed: int) -> Hashes:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = np.zeros(len(column), dtype=np.uint64)
    if pa.types.is_null(column.type):
        return rows
    lengths = pc.list_value_length(column).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    present = np.flatnonzero(lengths)
    if not len(present):
        return rows
    starts = (np.cumsum(lengths) - lengths)[present]
    position = np.arange(lengths.sum(), dtype=np.int64) - np.repeat(starts, lengths[present])
    # The position tells [1, 2] from [2, 1].
    values = mix(_hash_values(column.flatten()) + position.astype(np.uint64))
    rows[present] = mix(np.add.reduceat(values, starts) ^ np.uint64(column_seed))
    return rows


def _hash_values(values: pa.Array) -> Hashes:
    import numpy as np
    import pyarrow as pa

    if pa.types.is_floating(values.type):
        numbers = values.to_numpy(zero_copy_only=False).astype(np.float32) + np.float32(0)  # -0.0 becomes 0.0
        numbers[np.isnan(numbers)] = np.float32("nan")
        return mix(numbers.view(np.uint32).astype(np.uint64))
    if pa.types.is_integer(values.type):
        return mix(values.to_numpy(zero_copy_only=False).astype(np.int64).view(np.uint64))
    encoded = values.dictionary_encode()
    distinct = np.array([_digest(_bytes(value), 0) for value in encoded.dictionary.to_pylist()], dtype=np.uint64)
    hashes: Hashes = distinct[encoded.indices.to_numpy(zero_copy_only=False)]
    return hashes


def _digest(value: bytes, seed: int) -> int:
    key = str(seed).encode()[:64]
    return int.from_bytes(hashlib.blake2b(value, digest_size=8, key=key).digest(), "little")


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
