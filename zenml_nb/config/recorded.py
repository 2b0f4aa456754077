"""Objects whose constructor arguments are their recorded configuration."""

from __future__ import annotations

import copy
import inspect
import math
import os
import re
from abc import ABCMeta
from collections.abc import Mapping
from typing import Any, TypeVar

from zenml_nb.config.pins import source_of
from zenml_nb.config.secrets import is_reference, resolve
from zenml_nb.errors import DeclarationError, did_you_mean

_Self = TypeVar("_Self", bound="Recorded")


class _Recording(ABCMeta):
    """Makes objects whose record holds references to secrets and whose constructor gets the secrets."""

    def __call__(cls: type[_Self], *args: Any, **kwargs: Any) -> _Self:  # type: ignore[misc]
        if not any(map(is_reference, (*args, *kwargs.values()))):
            made: _Self = type.__call__(cls, *args, **kwargs)
            return made
        instance = cls.__new__(cls, *args, **kwargs)
        instance.__init__(**_resolved(cls, bind_arguments(cls, args, kwargs)))  # type: ignore[misc]
        return instance


class Recorded(metaclass=_Recording):
    """Base of steps and datasources: records the arguments it is constructed with.

    The arguments are bound to the signature of ``__init__`` before it runs, defaults included, so that the
    configuration is complete and a misspelled argument is told with the nearest valid name. A subclass writes
    an ordinary ``__init__`` and does nothing else for it.

    Where an argument is annotated as a text, ``{'env': 'NAME'}`` may stand for it: ``__init__`` gets the text in the
    environment variable NAME, and the record keeps its name.

    Two objects are equal if their classes and arguments are, the order in dictionaries included: it is that of the
    splits of a run, for one.

    Raises:
        DeclarationError: an argument is missing, unknown, or cannot be written to a YAML file.
        ConfigError: the environment variable of a reference is not set.
    """

    _recorded_args: dict[str, Any]

    #: Arguments that hold data and not configuration: kept out of the record by the class that names them.
    unrecorded: frozenset[str] = frozenset()

    def __new__(cls: type[_Self], *args: Any, **kwargs: Any) -> _Self:
        instance = super().__new__(cls)
        bound = bind_arguments(cls, args, kwargs)
        instance._recorded_args = {
            name: plain(value, f"{cls.__name__}({name}=...)")
            for name, value in bound.items()
            if name not in cls.unrecorded
        }
        return instance

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self._recorded_args, self.__dict__.copy()))

    def __copy__(self: _Self) -> _Self:
        return copy.deepcopy(self)

    @property
    def args(self) -> dict[str, Any]:
        """The recorded constructor arguments, as plain values; a copy."""
        return copy.deepcopy(self._recorded_args)

    @property
    def source(self) -> str:
        """The import path of the class, for example ``zenml_nb.steps.split.RandomSplit``."""
        return source_of(type(self))

    def to_config(self) -> dict[str, Any]:
        """The declaration as it is written to YAML."""
        return {"source": self.source, "args": self.args}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Recorded) or type(self) is not type(other):
            return False
        return bool(_ordered(self._recorded_args) == _ordered(other._recorded_args))

    def __hash__(self) -> int:
        return hash((type(self), _ordered(self._recorded_args)))

    def __repr__(self) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in self._recorded_args.items())
        return f"{type(self).__name__}({arguments})"


def _ordered(value: Any) -> Any:
    """A value that is equal to another one, 1 to 1.0 too, if their dictionaries have the same order at any depth."""
    if isinstance(value, dict):
        return (dict, *((key, _ordered(item)) for key, item in value.items()))
    return tuple(map(_ordered, value)) if isinstance(value, list) else value


def _resolved(cls: type, bound: Mapping[str, Any]) -> dict[str, Any]:
    takes = text_arguments(cls)
    return {
        name: resolve(value, f"{cls.__name__}({name}=...)") if name in takes else value for name, value in bound.items()
    }


def text_arguments(cls: type) -> set[str]:
    """The arguments of a constructor that are annotated as texts, and as no mapping beside."""
    constructor: Any = cls
    parameters = inspect.signature(constructor.__init__).parameters.values()
    words = {p.name: set(re.findall(r"\w+", _annotation(p))) for p in parameters if p.annotation is not p.empty}
    return {name for name, found in words.items() if "str" in found and not found & {"Mapping", "dict", "Sequence"}}


def _annotation(parameter: inspect.Parameter) -> str:
    annotation = parameter.annotation
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def _rebuild(cls: type[_Self], args: dict[str, Any], state: dict[str, Any]) -> _Self:
    instance = object.__new__(cls)
    instance.__dict__.update(state)
    instance._recorded_args = args
    return instance


def bind_arguments(cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Bind arguments to the constructor of ``cls`` and apply its defaults.

    Raises:
        DeclarationError: an argument is missing or unknown.
    """
    constructor: Any = cls
    signature = inspect.signature(constructor.__init__)
    parameters = list(signature.parameters.values())[1:]
    if constructor.__init__ is object.__init__:
        parameters = []
    names = [p.name for p in parameters if p.kind is not p.VAR_KEYWORD]
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters)
    for name in kwargs:
        if name not in names and not takes_any:
            raise DeclarationError(
                f"{cls.__name__} has no argument {name!r}.",
                advice=did_you_mean(name, names) if names else f"{cls.__name__} takes no arguments.",
            )
    try:
        bound = signature.replace(parameters=parameters).bind(*args, **kwargs)
    except TypeError as error:
        raise DeclarationError(
            f"{cls.__name__} cannot be constructed: {error}.",
            advice=f"Its arguments are: {', '.join(str(p) for p in parameters) or 'none'}.",
        ) from None
    bound.apply_defaults()
    values = dict(bound.arguments)
    for parameter in parameters:
        if parameter.kind is parameter.VAR_KEYWORD:
            values.update(values.pop(parameter.name))
    return values


def plain(value: Any, where: str) -> Any:
    """Copy a value into what YAML holds: None, bool, int, float, str, list and dict with string keys.

    Paths become strings, tuples become lists, NumPy scalars become Python's.

    Raises:
        DeclarationError: the value is something else; ``where`` names the argument.
    """
    if value is None or isinstance(value, bool):
        return value
    # Subclasses (enumerations, NumPy's float64 and str_) become plain: YAML's safe writer refuses them.
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, float):
        if math.isfinite(value):
            return float(value)
        raise DeclarationError(f"{where} is {value}, which is no configuration.", advice="Give a finite number.")
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, Mapping):
        return {_plain_key(key, where): plain(item, f"{where}[{key!r}]") for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, f"{where}[{index}]") for index, item in enumerate(value)]
    if type(value).__module__ == "numpy" and callable(getattr(value, "item", None)) and getattr(value, "ndim", 1) == 0:
        return plain(value.item(), where)
    raise DeclarationError(
        f"{where} holds a {type(value).__name__}, which cannot be written to a configuration file.",
        advice="Pass plain values (numbers, text, lists, dictionaries); build other objects inside the step.",
    )


def _plain_key(key: Any, where: str) -> str:
    if isinstance(key, str):
        return str.__str__(key)
    raise DeclarationError(
        f"{where} has the key {key!r}, a {type(key).__name__}.",
        advice="Use text as the keys of dictionaries.",
    )
