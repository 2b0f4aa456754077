"""TFRecord files and tf.Examples, without TensorFlow.

A TFRecord is a little-endian uint64 length, a CRC of it (uint32), the bytes, and a CRC of these (uint32), see
tensorflow/core/lib/io/record_writer.h. The bytes are a serialized tf.Example, see
tensorflow/core/example/example.proto.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import importlib
import struct
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import os

_HEAD = struct.Struct("<QI")
_CRC = struct.Struct("<I")
_READ_AT_ONCE = 16 << 20
_GZIP = b"\x1f\x8b"


@contextlib.contextmanager
def open_records(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a TFRecord file, gzip or plain.

    Raises:
        OSError: it cannot be opened.
    """
    with open(path, "rb") as raw:
        head = raw.read(_HEAD.size)
    # The length of a plain record may begin like gzip.
    opener: Any = gzip.open if head.startswith(_GZIP) and not is_head(head) else open
    with opener(path, "rb") as file:
        yield file


def records_of(file: IO[bytes]) -> Iterator[bytes]:
    """The records of an opened TFRecord file.

    The checksum of a record is compared where the package google_crc32c is, as TFX brings it; in Python alone it would
    take longer than all else.

    Raises:
        ValueError: the file is cut off, damaged, or no TFRecord file.
        OSError, EOFError, zlib.error: reading or unpacking it fails.
    """
    checksum = _fast_checksum()
    while head := file.read(_HEAD.size):
        if len(head) < _HEAD.size:
            raise ValueError("it ends in the middle of a record")
        if not is_head(head):
            raise ValueError("it is no TFRecord file, or damaged")
        length = _HEAD.unpack(head)[0]
        record = _read(file, length)
        foot = file.read(_CRC.size)
        if len(record) < length or len(foot) < _CRC.size:
            raise ValueError("it ends in the middle of a record")
        if checksum is not None and _CRC.unpack(foot)[0] != _masked(checksum(record)):
            raise ValueError("a record is damaged: its checksum is wrong")
        yield record


def _read(file: IO[bytes], length: int) -> bytes:
    """So many bytes, or fewer at the file's end; a length that lies takes no memory."""
    if length <= _READ_AT_ONCE:
        return file.read(length)
    parts = []
    while length > 0 and (part := file.read(min(length, _READ_AT_ONCE))):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def is_head(head: bytes) -> bool:
    """Whether the checksum of a record's length is right: a foreign file would give any length."""
    return len(head) >= _HEAD.size and bool(_HEAD.unpack(head)[1] == _masked(_crc32c(head[:8])))


def _masked(crc: int) -> int:
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


@functools.lru_cache(maxsize=1)
def _fast_checksum() -> Callable[[bytes], int] | None:
    try:
        module: Any = importlib.import_module("google_crc32c")
    except ImportError:
        return None
    value: Callable[[bytes], int] = module.value
    return value if getattr(module, "implementation", "") == "c" else None


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
    """A serialized tf.Example as feature name to its values: bytes, floats or integers.

    Raises:
        google.protobuf.message.DecodeError: it is no such message.
    """
    return {name: values or [] for name, values in parse_features(record).items()}


def parse_features(record: bytes) -> dict[str, list[Any] | None]:
    """As ``parse_example``, but None for a feature without any kind of value, unlike one with an empty list."""
    example = _example_class().FromString(record)
    features: dict[str, list[Any] | None] = {}
    for name, feature in example.features.feature.items():
        kind = feature.WhichOneof("kind")
        features[name] = list(getattr(feature, kind).value) if kind else None
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
