from __future__ import annotations

import gzip
import struct

import pytest

from zenml_nb.records import Artifact


def crc32c(data):
    """Bit by bit, as the polynomial says."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 * (crc & 1))
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return struct.pack("<I", (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF)


def framed(records):
    """The bytes of a TFRecord file."""
    heads = [struct.pack("<Q", len(record)) for record in records]
    return b"".join(h + masked(h) + r + masked(r) for h, r in zip(heads, records, strict=True))


def varint(number):
    number &= 2**64 - 1
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, content):
    """A length-delimited field of a protobuf message."""
    return varint(number << 3 | 2) + varint(len(content)) + content


def feature(values):
    """A tf.train.Feature: bytes_list = 1, float_list = 2, int64_list = 3; each has its values under 1."""
    if not values:
        return b""
    if isinstance(values[0], bytes):
        return field(1, b"".join(field(1, value) for value in values))
    if isinstance(values[0], float):
        return field(2, field(1, struct.pack(f"<{len(values)}f", *values)))
    return field(3, field(1, b"".join(map(varint, values))))


def encode(row):
    """A tf.Example: features = 1; Features: feature = 1, a map with key = 1 and value = 2."""
    entries = [field(1, name.encode()) + field(2, feature(values)) for name, values in row.items()]
    return field(1, b"".join(field(1, entry) for entry in entries))


@pytest.fixture
def write(tmp_path):
    """Writes the records of one file, as bytes or as rows; gives its path."""

    def write(records, compressed=False, name="part-0", folder="Split-eval"):
        path = tmp_path / folder / name
        path.parent.mkdir(exist_ok=True)
        content = framed([record if isinstance(record, bytes) else encode(record) for record in records])
        path.write_bytes(gzip.compress(content) if compressed else content)
        return path

    return write


@pytest.fixture
def artifact(tmp_path):
    return Artifact(1, "Examples", "examples", str(tmp_path), ("train", "eval"))
