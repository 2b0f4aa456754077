"""Rows of an Examples artifact as a pandas frame, without TensorFlow.

A TFRecord is a little-endian uint64 length, a CRC of it (uint32), the bytes, and a CRC of these (uint32), see
tensorflow/core/lib/io/record_writer.h. The bytes are a serialized tf.Example, see
tensorflow/core/example/example.proto.
"""

from __future__ import annotations

import functools
import gzip
import itertools
import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from zenml_nb.artifacts.damage import unreadable
from zenml_nb.errors import NotAvailableError, did_you_mean
from zenml_nb.records import Artifact

if TYPE_CHECKING:
    import pandas

_HEAD = struct.Struct("<QI")
_GZIP = b"\x1f\x8b"


def sample(artifact: Artifact, split: str, sample_size: int, order: Sequence[str] = ()) -> pandas.DataFrame:
    """The first rows of one split.

    Args:
        artifact: an Examples artifact.
        split: the name of the split.
        sample_size: at most so many rows.
        order: features that come first, in this order; the others follow by name.

    Returns:
        One column a feature: whole numbers as Int64, numbers, text where all bytes are UTF-8, None where there is no
        value, lists where any row has several values.

    Raises:
        NotAvailableError: there is no such split, or a file is missing or damaged.
    """
    import pandas as pd

    if split not in artifact.splits:
        raise NotAvailableError(f"There is no split {split!r}.", advice=did_you_mean(split, artifact.splits))
    rows = list(itertools.islice(_examples(artifact.split_path(split)), max(sample_size, 0)))
    found = {name for row in rows for name in row}
    names = [*(name for name in order if name in found), *sorted(found.difference(order))]
    columns = {name: _column([row.get(name) or [] for row in rows]) for name in names}
    frame: pandas.DataFrame = pd.DataFrame(columns)
    return frame


def _examples(folder: Path) -> Iterator[dict[str, list[Any]]]:
    from google.protobuf.message import DecodeError

    paths = sorted(folder.glob("*"))
    if not paths:
        raise unreadable(folder, "a TFRecord file", "the files of the split are gone")
    for path in paths:
        for record in read_records(path):
            try:
                yield parse_example(record)
            except DecodeError as error:
                raise unreadable(path, "a TFRecord file", str(error)) from error


def _column(values: list[list[Any]]) -> pandas.Series[Any]:
    import pandas as pd

    if any(len(items) > 1 for items in values):
        lists: pandas.Series[Any] = pd.Series([[_text(item) for item in items] for items in values], dtype=object)
        return lists
    single = [_text(items[0]) if items else None for items in values]
    is_whole = any(isinstance(v, int) for v in single) and all(v is None or isinstance(v, int) for v in single)
    # Whole numbers with gaps would become floats.
    column: pandas.Series[Any] = pd.Series(single, dtype="Int64" if is_whole else None)
    return column


def _text(value: Any) -> Any:
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value


def read_records(path: Path) -> Iterator[bytes]:
    """The records of one TFRecord file, gzip or plain.

    Raises:
        NotAvailableError: the file is truncated or no TFRecord file.
    """
    try:
        with open(path, "rb") as raw:
            head = raw.read(_HEAD.size)
        # The length of a plain record may begin like gzip.
        opener: Any = gzip.open if head.startswith(_GZIP) and not _is_head(head) else open
        with opener(path, "rb") as file:
            yield from _records(file)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise unreadable(path, "a TFRecord file", str(error)) from error


def _records(file: IO[bytes]) -> Iterator[bytes]:
    while head := file.read(_HEAD.size):
        if len(head) < _HEAD.size:
            raise ValueError("it ends in the middle of a record")
        if not _is_head(head):
            raise ValueError("it is no TFRecord file, or damaged")
        length = _HEAD.unpack(head)[0]
        record = file.read(length)
        if len(record) < length or len(file.read(4)) < 4:
            raise ValueError("it ends in the middle of a record")
        yield record


def _is_head(head: bytes) -> bool:
    """Whether the checksum of a record's length is right: a foreign file would give any length."""
    if len(head) < _HEAD.size:
        return False
    crc = _crc32c(head[:8])
    return bool(_HEAD.unpack(head)[1] == ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def _crc32c(data: bytes) -> int:
    """The Castagnoli checksum, RFC 3720, appendix B.4."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _crc_table()[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


@functools.lru_cache(maxsize=1)
def _crc_table() -> list[int]:
    table = list(range(256))
    for _ in range(8):
        table = [entry >> 1 ^ (0x82F63B78 if entry & 1 else 0) for entry in table]
    return table


def parse_example(record: bytes) -> dict[str, list[Any]]:
    """A serialized tf.Example as feature name to its values: bytes, floats or integers."""
    example = _example_class().FromString(record)
    features = {}
    for name, feature in example.features.feature.items():
        kind = feature.WhichOneof("kind")
        features[name] = list(getattr(feature, kind).value) if kind else []
    return features


@functools.lru_cache(maxsize=1)
def _example_class() -> Any:
    """The message tf.Example, declared here by its field numbers: its own module comes with TensorFlow alone."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    field = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="zenml_nb_example.proto", package="zenml_nb", syntax="proto3")
    for name, kind in (
        ("BytesList", field.TYPE_BYTES),
        ("FloatList", field.TYPE_FLOAT),
        ("Int64List", field.TYPE_INT64),
    ):
        message = file.message_type.add(name=name)
        message.field.add(name="value", number=1, type=kind, label=field.LABEL_REPEATED)
    feature = file.message_type.add(name="Feature")
    feature.oneof_decl.add(name="kind")
    for number, (name, kind_name) in enumerate(
        (("bytes_list", "BytesList"), ("float_list", "FloatList"), ("int64_list", "Int64List")), start=1
    ):
        feature.field.add(
            name=name,
            number=number,
            type=field.TYPE_MESSAGE,
            type_name=f".zenml_nb.{kind_name}",
            label=field.LABEL_OPTIONAL,
            oneof_index=0,
        )
    features = file.message_type.add(name="Features")
    entry = features.nested_type.add(name="FeatureEntry")
    entry.options.map_entry = True
    entry.field.add(name="key", number=1, type=field.TYPE_STRING, label=field.LABEL_OPTIONAL)
    entry.field.add(
        name="value", number=2, type=field.TYPE_MESSAGE, type_name=".zenml_nb.Feature", label=field.LABEL_OPTIONAL
    )
    features.field.add(
        name="feature",
        number=1,
        type=field.TYPE_MESSAGE,
        type_name=".zenml_nb.Features.FeatureEntry",
        label=field.LABEL_REPEATED,
    )
    example = file.message_type.add(name="Example")
    example.field.add(
        name="features", number=1, type=field.TYPE_MESSAGE, type_name=".zenml_nb.Features", label=field.LABEL_OPTIONAL
    )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    descriptor = pool.FindMessageTypeByName("zenml_nb.Example")
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(pool).GetPrototype(descriptor)
