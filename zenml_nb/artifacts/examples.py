"""Rows of an Examples artifact as a pandas frame, without TensorFlow.

A TFRecord is a little-endian uint64 length, a CRC of it (uint32), the bytes, and a CRC of these (uint32), see
tensorflow/core/lib/io/record_writer.h. The bytes are a serialized tf.Example, see tensorflow/core/example/example.proto.
"""

from __future__ import annotations

import functools
import gzip
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from zenml_nb.errors import NotAvailableError, did_you_mean, shorten_path
from zenml_nb.records import Artifact

if TYPE_CHECKING:
    import pandas

_LENGTH = struct.Struct("<QI")


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
        NotAvailableError: there is no such split, or a file is damaged.
    """
    import pandas as pd

    if split not in artifact.splits:
        raise NotAvailableError(f"There is no split {split!r}.", advice=did_you_mean(split, artifact.splits))
    rows = []
    for path in sorted(artifact.split_path(split).glob("*")):
        for record in read_records(path):
            if len(rows) >= sample_size:
                break
            rows.append(parse_example(record))
    found = {name for row in rows for name in row}
    names = [*(name for name in order if name in found), *sorted(found.difference(order))]
    return pd.DataFrame({name: _column([row.get(name) or [] for row in rows]) for name in names})


def _column(values: list[list[Any]]) -> pandas.Series[Any]:
    import pandas as pd

    if any(len(items) > 1 for items in values):
        return pd.Series([[_text(item) for item in items] for items in values], dtype=object)
    single = [_text(items[0]) if items else None for items in values]
    is_whole = any(isinstance(v, int) for v in single) and all(v is None or isinstance(v, int) for v in single)
    # Whole numbers with gaps would become floats.
    return pd.Series(single, dtype="Int64" if is_whole else None)


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
            compressed = raw.read(2) == b"\x1f\x8b"
        opener: Any = gzip.open if compressed else open
        with opener(path, "rb") as file:
            yield from _records(file)
    except (OSError, EOFError, ValueError) as error:
        raise NotAvailableError(
            f"An artifact cannot be read: {error}.",
            where=shorten_path(path),
            advice="Expected a TFRecord file. Remove the artifact's folder and run the pipeline again.",
        ) from error


def _records(file: IO[bytes]) -> Iterator[bytes]:
    while head := file.read(_LENGTH.size):
        if len(head) < _LENGTH.size:
            raise ValueError("it ends in the middle of a record")
        length = _LENGTH.unpack(head)[0]
        record = file.read(length)
        if len(record) < length or len(file.read(4)) < 4:
            raise ValueError("it ends in the middle of a record")
        yield record


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
    for name, kind in (("BytesList", field.TYPE_BYTES), ("FloatList", field.TYPE_FLOAT), ("Int64List", field.TYPE_INT64)):
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
