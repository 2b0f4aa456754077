"""What a pipeline is constructed with: recorded, so that it can be constructed alike again."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, TypeVar

from zenml_nb.config.recorded import bind_arguments, plain
from zenml_nb.errors import DeclarationError

_Self = TypeVar("_Self", bound="RecordedArguments")
_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_CACHE = "enable_cache"

#: Arguments of pipelines that are recorded apart from the others, or that say where a run takes place.
BESIDE = frozenset({"name", "steps_dict", "datasource", "backend", "metadata_store", "artifact_store"})


class RecordedArguments:
    """Records the constructor's arguments before the constructor runs, defaults included.

    A subclass writes an ordinary ``__init__`` whose first argument, or the one called ``name``, is the name of the
    pipeline. What is constructed with other than plain values overrides ``arguments``.

    Attributes:
        enable_cache: of the pipeline.
    """

    enable_cache: bool
    #: Argument to its plain value, or to the error that tells why it has none.
    _recorded_arguments: dict[str, Any]

    def __new__(cls: type[_Self], *args: Any, **kwargs: Any) -> _Self:
        made = super().__new__(cls)
        # Without any argument, as copy and pickle make an object, there is nothing to record.
        made._recorded_arguments = _recorded(cls, args, kwargs) if args or kwargs else {}
        return made

    def arguments(self) -> dict[str, Any]:
        """What the pipeline is constructed with beside its name, as it is recorded.

        A class that overrides this gives plain values for the arguments of its own constructor; ``super()`` gives
        ``enable_cache`` then, where the constructor has it.

        Raises:
            DeclarationError: an argument cannot be written to a configuration file.
        """
        recorded = self._recorded_arguments if _definer(type(self)) is RecordedArguments else {}
        return _usable({**recorded, **self._cache_argument()})

    def all_arguments(self) -> dict[str, Any]:
        """``arguments()``, and those of a constructor below the class that overrides it.

        Raises:
            DeclarationError: an argument cannot be written to a configuration file.
        """
        given = self.arguments()
        definer = _definer(type(self))
        if definer is RecordedArguments:
            return given
        known = {parameter.name for parameter in _parameters(definer)}
        added = {name: value for name, value in self._recorded_arguments.items() if name not in known}
        return _usable({**given, **{name: value for name, value in added.items() if name not in given}})

    def _cache_argument(self) -> dict[str, bool]:
        """``enable_cache`` as it is now, where the constructor has it."""
        parameters = _parameters(type(self))
        is_named = any(parameter.name == _CACHE for parameter in parameters)
        # One that hands on whatever it is given: only what differs from the default is sure to be meant for us.
        hands_on = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
        is_taken = is_named or (hands_on and (_CACHE in self._recorded_arguments or self.enable_cache is not True))
        return {_CACHE: self.enable_cache} if is_taken else {}


def constructor_call(cls: type, name: str, given: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """How a pipeline of some arguments is constructed: the positional arguments and those by keyword.

    Args:
        cls: the class.
        name: the name of the pipeline.
        given: the recorded arguments. ``enable_cache`` is left out where the constructor does not have it: older
            versions recorded it of every pipeline.
    """
    parameters = _parameters(cls)
    names = [parameter.name for parameter in parameters]
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
    rest = {key: value for key, value in given.items() if key != _CACHE or key in names or takes_any}
    if "name" in names[1:]:
        return (), {"name": name, **rest}
    takes_first = bool(parameters) and parameters[0].kind in (*_POSITIONAL, inspect.Parameter.VAR_POSITIONAL)
    return ((name,), rest) if takes_first else ((), {"name": name, **rest})


def _recorded(cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    parameters = _parameters(cls)
    bound = bind_arguments(cls, args, kwargs)
    for parameter in parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            # Handed on to a constructor above, which has names for them.
            values = bound.pop(parameter.name, ())
            bound.update(zip(_names_above(cls, bound), values, strict=False))
    first = parameters[0].name if parameters and parameters[0].kind in _POSITIONAL else "name"
    is_name = "name" if "name" in bound else first
    return {key: _plain_or_error(cls, key, value) for key, value in bound.items() if key not in (is_name, *BESIDE)}


def _names_above(cls: type, bound: Mapping[str, Any]) -> list[str]:
    for above in cls.__mro__[1:]:
        parameters = _parameters(above)
        own = "__init__" in above.__dict__ and above is not object
        if own and all(parameter.kind is not parameter.VAR_POSITIONAL for parameter in parameters):
            return [p.name for p in parameters if p.kind in _POSITIONAL and p.name not in bound]
    return []


def _parameters(cls: type) -> list[inspect.Parameter]:
    constructor: Any = cls
    return list(inspect.signature(constructor.__init__).parameters.values())[1:]


def _definer(cls: type) -> type:
    """The class that ``arguments`` is from."""
    return next(kind for kind in cls.__mro__ if "arguments" in kind.__dict__)


def _plain_or_error(cls: type, name: str, value: Any) -> Any:
    try:
        return plain(value, f"{cls.__name__}({name}=...)")
    except DeclarationError as error:
        return DeclarationError(
            error.what,
            advice="Give plain values (numbers, text, lists, dictionaries), or override arguments() with some.",
        )


def _usable(values: dict[str, Any]) -> dict[str, Any]:
    for value in values.values():
        if isinstance(value, DeclarationError):
            raise value
    return _copied(values)


def _copied(values: dict[str, Any]) -> dict[str, Any]:
    """A copy that shares no list and no dictionary."""
    return {key: plain(value, key) if isinstance(value, (dict, list)) else value for key, value in values.items()}
