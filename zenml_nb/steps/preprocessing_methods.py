"""The methods of StandardPreprocesser: what each takes, its parameters, and what it makes of a column."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zenml_nb.errors import DeclarationError, did_you_mean
from zenml_nb.steps.base import is_number, listed, mapped, whole_number

#: The components of a covariance matrix grow with the square of the values a row: 4096 take 128 MB.
PCA_WIDTH = 4096

Call = tuple[str, dict[str, Any]]
MethodTable = Mapping[str, tuple[frozenset[str], dict[str, Any]]]

_NUMBERS = frozenset({"INTEGER", "FLOAT"})

#: Transform methods: the column types that each takes, and its parameters with defaults.
TRANSFORM_METHODS: dict[str, tuple[frozenset[str], dict[str, Any]]] = {
    "scale_by_min_max": (_NUMBERS, {"min": 0.0, "max": 1.0}),
    "scale_to_0_1": (_NUMBERS, {}),
    "scale_to_z_score": (_NUMBERS, {}),
    "bucketize": (_NUMBERS, {"num_buckets": 10}),
    "pca": (_NUMBERS, {"output_dim": 2}),
    "compute_and_apply_vocabulary": (
        frozenset({"INTEGER", "STRING"}),
        {"top_k": None, "frequency_threshold": None, "num_oov_buckets": 1},
    ),
    "hash_strings": (frozenset({"STRING"}), {"hash_buckets": 100}),
    "one_hot_encode": (frozenset({"INTEGER", "STRING"}), {"top_k": 100}),
    "ngrams": (frozenset({"STRING"}), {"ngram_range": [1, 2], "delimiter": None, "separator": " ", "length": None}),
    "tfidf": (
        frozenset({"STRING"}),
        {"top_k": 1000, "frequency_threshold": None, "delimiter": None, "smooth": True},
    ),
    "load_binary_image": (frozenset({"STRING", "BYTES"}), {"height": 32, "width": 32, "channels": 3}),
    "image_reshape": (_NUMBERS, {"shape": [-1]}),
    "no_transform": (frozenset({"INTEGER", "FLOAT", "STRING", "BYTES"}), {}),
}

#: Filling methods: what stands in for a missing value. All but ``custom`` are computed from the training split.
FILLING_METHODS: dict[str, tuple[frozenset[str], dict[str, Any]]] = {
    "min": (_NUMBERS, {}),
    "max": (_NUMBERS, {}),
    "mean": (_NUMBERS, {}),
    "median": (_NUMBERS, {}),
    "custom": (frozenset({"INTEGER", "FLOAT", "STRING", "BYTES"}), {"custom_value": None}),
}

#: The type that a transform method makes of a column, where it is another one.
_RESULTS = {
    "scale_by_min_max": "FLOAT",
    "scale_to_0_1": "FLOAT",
    "scale_to_z_score": "FLOAT",
    "bucketize": "INTEGER",
    "pca": "FLOAT",
    "compute_and_apply_vocabulary": "INTEGER",
    "hash_strings": "INTEGER",
    "one_hot_encode": "FLOAT",
    "tfidf": "FLOAT",
    "load_binary_image": "FLOAT",
}

#: Methods that take rows of one length alone.
_FIXED = frozenset({"pca", "load_binary_image", "image_reshape"})

_VALUES = {"INTEGER": "a whole number", "FLOAT": "a number", "STRING": "a text", "BYTES": "a text"}
_FITS: dict[str, Callable[[Any], bool]] = {
    "INTEGER": lambda value: is_number(value) and value == int(value),
    "FLOAT": is_number,
    "STRING": lambda value: isinstance(value, str),
    "BYTES": lambda value: isinstance(value, str),
}


@dataclass(frozen=True)
class Made:
    """What a column is at one place of its chain of transforms.

    Attributes:
        type: INTEGER, FLOAT, STRING or BYTES.
        width: the values a row; None where only the data can tell.
        is_list: whether each row has a number of values of its own.
    """

    type: str
    width: int | None = None
    is_list: bool = False


def read_calls(entry: Any, table: MethodTable, place: str) -> list[Call]:
    """Read method calls: names or ``{'method': name, 'parameters': {...}}``, one or a list of them.

    Raises:
        DeclarationError: a method or parameter is unknown, or a value is out of its range.
    """
    items = [entry] if isinstance(entry, (str, Mapping)) else listed(place, entry)
    return [_read_call(item, table, place) for item in items]


def _read_call(item: Any, table: MethodTable, place: str) -> Call:
    call = {"method": item} if isinstance(item, str) else mapped(place, item)
    method = str(call.pop("method", ""))
    given = mapped(f"{place}: parameters of {method!r}", call.pop("parameters", None) or {})
    if call:
        raise DeclarationError(
            f"{place} has the key {next(iter(call))!r}.",
            advice="The keys of a method are 'method' and 'parameters'.",
        )
    if method not in table:
        raise DeclarationError(f"{place} has no method {method!r}.", advice=did_you_mean(method, table))
    defaults = table[method][1]
    for name in given:
        if name not in defaults:
            raise DeclarationError(
                f"{place}: {method} has no parameter {name!r}.",
                advice=did_you_mean(name, defaults) if defaults else f"{method} takes no parameters.",
            )
    if method == "custom" and given.get("custom_value") is None:
        raise DeclarationError(
            f"{place}: custom needs a value.",
            advice="For example {'method': 'custom', 'parameters': {'custom_value': 0}}.",
        )
    where = f"{place}: {method}"
    parameters: dict[str, Any] = {
        name: default if given.get(name, default) is default else _read_value(f"{where}({name}=...)", name, given[name])
        for name, default in defaults.items()
    }
    if method == "scale_by_min_max" and not parameters["min"] < parameters["max"]:
        raise DeclarationError(
            f"{where} has min={parameters['min']} and max={parameters['max']}.", advice="min must be below max."
        )
    return method, parameters


def _read_value(place: str, name: str, value: Any) -> Any:
    if name in _AT_LEAST:
        return whole_number(place, value, at_least=_AT_LEAST[name])
    return _READ[name](place, value) if name in _READ else value


def _number(place: str, value: Any) -> float:
    if not is_number(value):
        raise DeclarationError(f"{place} is {value!r}.", advice="Give a number.")
    return float(value)


def _threshold(place: str, value: Any) -> Any:
    if _number(place, value) < 0:
        raise DeclarationError(f"{place} is {value!r}.", advice="Give how often a value must occur, or None.")
    return value


def _delimiter(place: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise DeclarationError(f"{place} is {value!r}.", advice="Give a text to split at, or None for any space.")
    return value


def _separator(place: str, value: Any) -> str:
    if not isinstance(value, str):
        raise DeclarationError(f"{place} is {value!r}.", advice="Give a text that words are joined by.")
    return value


def _flag(place: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise DeclarationError(f"{place} is {value!r}.", advice="Give True or False.")
    return value


def _ngram_range(place: str, value: Any) -> list[int]:
    sizes = [whole_number(place, size, at_least=1) for size in listed(place, value)]
    if len(sizes) != 2 or sizes[0] > sizes[1]:
        raise DeclarationError(f"{place} is {value!r}.", advice="Give the least and the greatest size: [1, 2].")
    return sizes


def _channels(place: str, value: Any) -> int:
    if value not in (1, 3, 4) or isinstance(value, bool):
        raise DeclarationError(
            f"{place} is {value!r}.", advice="Give 1 (grey), 3 (colours), or 4 (colours and transparency, PNG only)."
        )
    return int(value)


def _shape(place: str, value: Any) -> list[int]:
    sizes = [whole_number(place, size, at_least=-1) for size in listed(place, value)]
    if not sizes or 0 in sizes or sizes.count(-1) > 1:
        raise DeclarationError(
            f"{place} is {value!r}.",
            advice="Give the sizes of a row, for example [28, 28, 1]; one of them may be -1, and [-1] flattens.",
        )
    return sizes


_AT_LEAST = {
    "num_buckets": 2,
    "output_dim": 1,
    "top_k": 1,
    "num_oov_buckets": 0,
    "hash_buckets": 1,
    "length": 1,
    "height": 1,
    "width": 1,
}
_READ: dict[str, Callable[[str, Any], Any]] = {
    "min": _number,
    "max": _number,
    "frequency_threshold": _threshold,
    "delimiter": _delimiter,
    "separator": _separator,
    "smooth": _flag,
    "ngram_range": _ngram_range,
    "channels": _channels,
    "shape": _shape,
}


def check_filling(call: Call, column_type: str, column: str) -> None:
    """Check that a filling method fits a column.

    Raises:
        DeclarationError: it does not; the methods that do are named.
    """
    method, parameters = call
    _check_type(method, FILLING_METHODS, column_type, column)
    if method == "custom" and not _FITS[column_type](parameters["custom_value"]):
        raise DeclarationError(
            f"The custom_value {parameters['custom_value']!r} does not fit {column}.",
            advice=f"Give {_VALUES[column_type]}.",
        )


def check_transforms(
    calls: Sequence[Call], column_type: str, name: str, is_list: bool = False, width: int | None = None
) -> Made:
    """Follow a column through its transforms, each of which must fit what the one before made.

    Args:
        calls: the transforms.
        column_type: of the column, before the first.
        name: of the column.
        is_list: whether the column's rows are lists of different lengths.
        width: the values a row; None where only the data can tell.

    Returns:
        What the last one makes.

    Raises:
        DeclarationError: one does not fit, or the last makes only words; the methods that fit are named.
    """
    made = Made(column_type, width, is_list)
    column = f"the column {name!r} of type {column_type}"
    for method, parameters in calls:
        _check_type(method, TRANSFORM_METHODS, made.type, column)
        made = result_of(method, parameters, made, column)
        column = f"what {method!r} makes of the column {name!r}, of type {made.type}"
    if calls and calls[-1][0] == "ngrams":
        fitting = [method for method, (types, _) in TRANSFORM_METHODS.items() if "STRING" in types]
        makers = [method for method in fitting if method in _RESULTS and method not in _FIXED]
        raise DeclarationError(
            f"The transforms of the column {name!r} end with words, and a model learns from numbers.",
            advice=f"Let a method follow ngrams that makes numbers of them: {', '.join(makers)}.",
        )
    return made


def check_learnable(made: Made, column: str) -> None:
    """A model learns from numbers: the transforms of a column must not leave it text, or bytes.

    Args:
        made: what the last transform makes.
        column: what the column is, and its name.

    Raises:
        DeclarationError: it is text; the methods that make numbers of it are named.
    """
    if made.type not in ("STRING", "BYTES"):
        return
    fitting = [name for name, (types, _) in TRANSFORM_METHODS.items() if made.type in types and name in _RESULTS]
    # Of text, an image is the rare case.
    makers = [name for name in fitting if made.type == "BYTES" or name not in _FIXED]
    raise DeclarationError(
        f"The {column} stays {'text' if made.type == 'STRING' else 'bytes'} after its transforms, and a model learns "
        "from numbers.",
        where="step preprocesser",
        advice=f"Let a method follow that makes numbers of it: {', '.join(makers)}"
        + ("." if column.startswith("label") else "; or leave the column out of the features."),
    )


def result_of(method: str, parameters: Mapping[str, Any], made: Made, column: str) -> Made:
    """What a transform method makes of a column.

    Raises:
        DeclarationError: the number of values a row does not fit.
    """
    if made.is_list and method in _FIXED:
        raise DeclarationError(
            f"The method {method!r} takes rows of one length, and those of {column} are lists of different lengths.",
            advice="Let a method come before it that makes a vector of a list: one_hot_encode, or tfidf for texts.",
        )
    if method == "pca":
        _check_components(parameters["output_dim"], made.width, column)
    if method == "image_reshape":
        _check_shape(parameters["shape"], made.width, column)
    is_list = made.is_list and method not in ("one_hot_encode", "tfidf", "ngrams")
    if method == "ngrams":
        is_list = parameters["length"] is None
    return Made(_RESULTS.get(method, made.type), _width(method, parameters, made), is_list)


def _width(method: str, parameters: Mapping[str, Any], made: Made) -> int | None:
    if method == "one_hot_encode":
        places = int(parameters["top_k"]) + 1
        return places if made.is_list else None if made.width is None else made.width * places
    if method == "load_binary_image":
        return int(parameters["height"] * parameters["width"] * parameters["channels"])
    named = {"ngrams": "length", "tfidf": "top_k", "pca": "output_dim"}
    width: int | None = parameters[named[method]] if method in named else made.width
    return width


def _check_components(output_dim: int, width: int | None, column: str) -> None:
    if width is None:
        return
    if output_dim > width:
        raise DeclarationError(
            f"pca cannot make {output_dim} components of {column}: a row of it has {width} "
            f"{'value' if width == 1 else 'values'}.",
            advice=f"Give an output_dim of at most {width}."
            if width > 1
            else "pca takes columns with several values a row, or what one_hot_encode, tfidf or images give.",
        )
    if width > PCA_WIDTH:
        raise DeclarationError(
            f"pca is for at most {PCA_WIDTH} values a row, and a row of {column} has {width}.",
            advice="Give images a smaller height and width, or texts a smaller top_k.",
        )


def _check_shape(shape: list[int], width: int | None, column: str) -> None:
    known = math.prod(size for size in shape if size > 0)
    if width is None or (width % known == 0 if -1 in shape else width == known):
        return
    raise DeclarationError(
        f"image_reshape(shape={shape}) does not fit {column}: a row of it has {width} values.",
        advice="Give sizes whose product is that number; one of them may be -1.",
    )


def _check_type(method: str, table: MethodTable, column_type: str, column: str) -> None:
    if column_type not in table[method][0]:
        raise DeclarationError(
            f"The method {method!r} does not fit {column}.",
            advice=f"Methods for {column_type}: {_fitting(table, column_type)}.",
        )


def _fitting(table: MethodTable, column_type: str) -> str:
    return ", ".join(candidate for candidate, (types, _) in table.items() if column_type in types)
