"""The JSON schema of a constructor's arguments, from its signature and its docstring.

https://json-schema.org/draft/2020-12/schema; of it, ``fits`` knows what is generated here.
"""

from __future__ import annotations

import collections.abc
import inspect
import os
import re
import sys
import types
import typing
from collections.abc import Mapping
from typing import Any

from zenml_nb.config.recorded import Recorded, plain, text_arguments
from zenml_nb.config.secrets import ENV
from zenml_nb.errors import DeclarationError

Schema = dict[str, Any]

_SCALARS: dict[Any, Schema] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    type(None): {"type": "null"},
    os.PathLike: {"type": "string"},
}
_LISTS = (list, tuple, set, frozenset, collections.abc.Sequence, collections.abc.Iterable, collections.abc.Collection)
_DICTIONARIES = (dict, collections.abc.Mapping, collections.abc.MutableMapping)
#: What may stand for a text of a datasource.
REFERENCE: Schema = {
    "type": "object",
    "description": "The text is in an environment variable of this name.",
    "properties": {ENV: {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"}},
    "required": [ENV],
    "additionalProperties": False,
}


def arguments_schema(cls: type[Recorded], reference: Schema = REFERENCE) -> Schema:
    """The schema of ``args`` in a declaration of a class.

    Args:
        cls: the class.
        reference: the schema of what may stand for a text, or ``{"$ref": ...}`` to it.
    """
    constructor: Any = cls
    parameters = [
        p
        for p in list(inspect.signature(constructor.__init__).parameters.values())[1:]
        if p.name not in cls.unrecorded and p.kind is not p.VAR_POSITIONAL
    ]
    if constructor.__init__ is object.__init__:
        parameters = []
    named = [p for p in parameters if p.kind is not p.VAR_KEYWORD]
    texts, told = text_arguments(cls), _told(cls)
    schema: Schema = {
        "type": "object",
        "properties": {
            p.name: _property(cls, p, reference if p.name in texts else None, told.get(p.name, "")) for p in named
        },
        "additionalProperties": len(named) < len(parameters),
    }
    required = [p.name for p in named if p.default is p.empty]
    return {**schema, "required": required} if required else schema


def argument_schema(cls: type[Recorded], name: str) -> Schema:
    """The schema of one argument; ``{}``, which everything fits, where it is not known."""
    found = arguments_schema(cls)["properties"].get(name, {})
    return dict(found)


def fits(value: Any, schema: Mapping[str, Any]) -> bool:
    """Whether a plain value fits a schema of this module."""
    if "anyOf" in schema:
        return any(fits(value, one) for one in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    if not _is_of(value, schema.get("type")):
        return False
    if isinstance(value, list):
        return all(fits(item, schema.get("items", {})) for item in value)
    if isinstance(value, dict):
        return _keys_fit(value, schema)
    return True


def described(schema: Mapping[str, Any]) -> str:
    """What fits a schema, in words."""
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(described(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return f"one of {', '.join(map(str, schema['enum']))}"
    inner = schema.get("items", {}) if schema.get("type") == "array" else schema.get("additionalProperties", {})
    named = schema.get("properties")
    if named:
        return "{" + ", ".join(f"{key}: ..." for key in named) + "}"
    words = {
        "boolean": "true or false",
        "integer": "a whole number",
        "number": "a number",
        "string": "a text",
        "null": "null",
        "array": "a list",
        "object": "a mapping",
    }
    found = words.get(schema.get("type", ""), "any value")
    return f"{found} of ({described(inner)})" if isinstance(inner, Mapping) and inner else found


def _keys_fit(value: Mapping[str, Any], schema: Mapping[str, Any]) -> bool:
    properties, rest = schema.get("properties", {}), schema.get("additionalProperties", True)
    if any(key not in value for key in schema.get("required", ())):
        return False
    for key, item in value.items():
        inner = properties.get(key, rest)
        if inner is False or (isinstance(inner, Mapping) and not fits(item, inner)):
            return False
    return True


def _is_of(value: Any, kind: str | None) -> bool:
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    known = {"boolean": bool, "string": str, "null": type(None), "array": list, "object": dict}
    return kind is None or isinstance(value, known[kind])


def _property(cls: type[Recorded], parameter: inspect.Parameter, reference: Schema | None, told: str) -> Schema:
    schema = _schema_of(_evaluated(cls, parameter.annotation))
    if reference and schema:
        schema = {"anyOf": [*schema.get("anyOf", [schema]), reference]}
    if told:
        schema = {"description": told, **schema}
    if parameter.default is not parameter.empty:
        try:
            schema = {**schema, "default": plain(parameter.default, parameter.name)}
        except DeclarationError:
            return schema
    return schema


def _evaluated(cls: type, annotation: Any) -> Any:
    """An annotation as an object; Any where what it names is imported for type checkers alone."""
    if not isinstance(annotation, str):
        return Any if annotation is inspect.Parameter.empty else annotation
    # The constructor may be that of a base class in another module.
    owner = next((base for base in cls.__mro__ if "__init__" in vars(base)), cls)
    try:
        return eval(annotation, dict(vars(sys.modules[owner.__module__])))
    except (AttributeError, KeyError, NameError, SyntaxError, TypeError):
        return Any


def _schema_of(annotation: Any) -> Schema:
    origin = typing.get_origin(annotation) or annotation
    inner = typing.get_args(annotation)
    if origin is typing.Union or origin is types.UnionType:
        return _any_of([_schema_of(one) for one in inner])
    if origin is typing.Literal:
        return {"enum": list(inner)}
    if origin in _SCALARS:
        return dict(_SCALARS[origin])
    if origin in _LISTS:
        items = _schema_of(inner[0]) if inner else {}
        return {"type": "array", **({"items": items} if items else {})}
    if origin in _DICTIONARIES:
        values = _schema_of(inner[1]) if len(inner) > 1 else {}
        return {"type": "object", **({"additionalProperties": values} if values else {})}
    return {}


def _any_of(schemas: list[Schema]) -> Schema:
    if {} in schemas:
        return {}
    distinct = [one for index, one in enumerate(schemas) if one not in schemas[:index]]
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def _told(cls: type) -> dict[str, str]:
    """What the docstrings of a class and its bases say of each argument, under ``Args:``."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        text = inspect.cleandoc(vars(base).get("__doc__") or "").partition("Args:\n")[2]
        block = re.split(r"\n(?=\S)", text)[0]
        # One entry may be of several arguments: 'width, height: in pixels.'
        for entry in re.split(r"(?m)^ {4}(?=\w[\w, ]*:)", block):
            names, colon, words = entry.partition(":")
            if colon:
                found.update({name.strip(): " ".join(words.split()) for name in names.split(",")})
    return found
