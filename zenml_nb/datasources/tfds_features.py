"""The features of a dataset that TensorFlow Datasets prepared, as ``features.json`` describes them.

The file holds a message ``Feature`` (tensorflow_datasets/core/proto/feature.proto) as JSON: the name of a Python class,
and one of ``featuresDict``, ``sequence``, ``tensor``, ``classLabel``, ``text``, ``image`` and so on. How each of them
lies in a tf.Example is said by ``get_serialized_info`` of the classes in tensorflow_datasets/core/features, and by
tensorflow_datasets/core/example_serializer.py: the names of nested features are joined by ``/``, and the values of a
tensor or a sequence follow each other, row by row.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zenml_nb.datasources.columns import BYTES, FLOAT, INTEGER, STRING

_WHOLE = ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
_FLOATS = ("float16", "float32", "float64")
_TEXTS = ("string", "object", "str", "bytes")
_ANY = -1


@dataclass(frozen=True)
class Feature:
    """One column, and where its values are in a tf.Example.

    Attributes:
        name: of the column and of the tf.Example's feature, ``a/b`` for ``b`` in ``a``.
        type: INTEGER, FLOAT, STRING or BYTES; of a column of lists, that of the elements.
        many: whether a row holds a list.
        dtype: the type of numbers, for example ``uint8``; empty for texts and bytes.
        size: how many values a row has; None for any number.
        encoding: ``none``, or how numbers are packed into bytes: ``bytes`` or ``zlib``.
        optional: whether a record may lack it.
        labels: the file of its labels' names without ``.labels.txt``; None if it is no label.
    """

    name: str
    type: str
    many: bool
    dtype: str = ""
    size: int | None = 1
    encoding: str = "none"
    optional: bool = False
    labels: str | None = None


@dataclass(frozen=True)
class Unsupported:
    """A feature that cannot be a column.

    Attributes:
        name: as in ``Feature``.
        why: completes "The feature ... is ...".
    """

    name: str
    why: str


class Malformed(Exception):
    """A description of features is not what it should be; the message says where and how."""


def features_of(description: object) -> list[Feature | Unsupported]:
    """The features that the content of ``features.json`` describes, in its order.

    Raises:
        Malformed: it is no such description.
    """
    if not isinstance(description, dict):
        raise Malformed("it holds no object")
    if "type" in description and "content" in description:
        raise Malformed("an old version of tensorflow_datasets wrote it, in a form that is not read here")
    if "featuresDict" not in description:
        raise Malformed("its features are no dictionary")
    return list(_walk(description, "", "", ()))


def _walk(feature: object, name: str, file: str, outer: tuple[int, ...]) -> Iterator[Feature | Unsupported]:
    """The columns of a feature.

    Args:
        feature: its description.
        name: its name so far.
        file: the name that files of its metadata have, see ``convert_feature_name_to_filename`` of the library.
        outer: the lengths of the sequences around it, -1 for any.
    """
    if not isinstance(feature, dict):
        raise Malformed(f"the feature {name!r} has no description")
    if "featuresDict" in feature:
        children = _object(_object(feature["featuresDict"], name).get("features", {}), name)
        for child, content in children.items():
            file_part = child.replace("/", ".")
            yield from _walk(
                content, f"{name}/{child}" if name else child, f"{file}-{file_part}" if file else file_part, outer
            )
    elif "translation" in feature:
        yield from _translation(_object(feature["translation"], name), name, outer)
    elif "sequence" in feature:
        content = _object(feature["sequence"], name)
        if str(feature.get("pythonClassName", "")).endswith(".Dataset"):
            yield Unsupported(name, "a dataset in the dataset")
        else:
            yield from _walk(content.get("feature"), name, file, (*outer, _length(content, name)))
    else:
        yield _single(feature, name, file, outer)


def _translation(content: Mapping[str, Any], name: str, outer: tuple[int, ...]) -> Iterator[Feature | Unsupported]:
    if content.get("variableLanguagesPerExample"):
        for part in ("language", "translation"):
            yield _column(f"{name}/{part}", STRING, (*outer, _ANY))
        return
    languages = content.get("languages", [])
    if not isinstance(languages, list) or not all(isinstance(language, str) for language in languages):
        raise Malformed(f"the feature {name!r} names no languages")
    for language in languages:
        yield _column(f"{name}/{language}", STRING, outer)


def _single(feature: Mapping[str, Any], name: str, file: str, outer: tuple[int, ...]) -> Feature | Unsupported:
    if "text" in feature:
        # The file does not say which texts a record may lack.
        return _column(name, STRING, outer, optional=not outer)
    if "classLabel" in feature:
        return _column(name, INTEGER, outer, dtype="int64", labels=file)
    if "image" in feature:
        return _column(name, BYTES, outer)
    for kind in ("tensor", "boundingBox", "audio"):
        if kind in feature:
            return _tensor(_object(feature[kind], name), name, outer)
    if "video" in feature:
        return Unsupported(name, "a video")
    return Unsupported(name, f"of the class {str(feature.get('pythonClassName', ''))[:200]!r}, which is not known here")


def _tensor(content: Mapping[str, Any], name: str, outer: tuple[int, ...]) -> Feature | Unsupported:
    dtype = str(content.get("dtype", "")).lower()
    encoding = str(content.get("encoding", "none")).lower()
    if content.get("lazyDecode") is True:  # Audio that lies there as its file.
        return _column(name, BYTES, outer)
    shape = (*outer, *_shape(content, name))
    if dtype in _TEXTS:
        return _column(name, STRING, shape, n_sequences=len(outer), optional=content.get("optional") is True)
    if dtype not in _WHOLE + _FLOATS:
        return Unsupported(name, f"a tensor of the type {dtype[:50]!r}")
    if encoding not in ("none", "bytes", "zlib"):
        return Unsupported(name, f"packed by {encoding[:50]!r}")
    return _column(
        name,
        FLOAT if dtype in _FLOATS else INTEGER,
        shape,
        n_sequences=len(outer),
        dtype=dtype,
        encoding=encoding,
        optional=content.get("optional") is True,
    )


def _column(
    name: str, kind: str, shape: tuple[int, ...], n_sequences: int | None = None, **options: Any
) -> Feature | Unsupported:
    """A feature whose values have a shape; ``n_sequences`` of its dimensions, by default all, are of sequences."""
    n_sequences = len(shape) if n_sequences is None else n_sequences
    if n_sequences > 1:
        return Unsupported(name, "a sequence of sequences (ragged)")
    if shape.count(_ANY) > 1:
        return Unsupported(name, "a tensor with several dimensions of any length")
    size = None if _ANY in shape else math.prod(shape)
    return Feature(name, kind, many=bool(shape), size=size, **options)


def _shape(content: Mapping[str, Any], name: str) -> tuple[int, ...]:
    dimensions = _object(content.get("shape", {}), name).get("dimensions", [])
    if not isinstance(dimensions, list):
        raise Malformed(f"the feature {name!r} has no shape")
    return tuple(_dimension(value, name) for value in dimensions)


def _length(content: Mapping[str, Any], name: str) -> int:
    # 0 is left out of the JSON, as all defaults of protobuf.
    return _dimension(content.get("length", 0), name)


def _dimension(value: object, name: str) -> int:
    """A length; protobuf's JSON writes numbers of 64 bits as texts."""
    try:
        number = int(value) if isinstance(value, (int, str)) else None
    except ValueError:
        number = None
    if number is None or number < _ANY:
        raise Malformed(f"the feature {name!r} has the length {value!r}")
    return number


def _object(value: object, name: str) -> Mapping[str, Any]:
    if isinstance(value, dict):
        return value
    raise Malformed(f"the feature {name!r} is no object")


def twice_named(features: Sequence[Feature | Unsupported]) -> str | None:
    """The first name that two features have: ``a/b`` may be one, and ``b`` in ``a``."""
    seen: set[str] = set()
    for feature in features:
        if feature.name in seen:
            return feature.name
        seen.add(feature.name)
    return None
