"""Declared objects of a file, made; what is wrong with them is told with its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from zenml_nb.config.argument_schema import argument_schema, described, fits
from zenml_nb.config.places import Places, placed
from zenml_nb.config.recorded import Recorded, bind_arguments
from zenml_nb.config.sources import recorded_class
from zenml_nb.errors import ConfigError, DeclarationError, ZenmlNbError

_OWN = __name__.partition(".")[0] + "."


def class_of(
    declared: Mapping[str, Any], base: type, folders: Sequence[Path], places: Places | None, *keys: str
) -> type[Any]:
    """The class of a declaration, with the code that it was recorded with.

    Args:
        declared: the declaration.
        base: what it must be a subclass of.
        folders: where recorded sources may be.
        places: of the file that it is declared in, if it is from one.
        keys: that lead to the declaration there.

    Raises:
        ConfigError: there is no such class; at the line of ``source``.
    """
    try:
        return recorded_class(declared, base, folders)
    except ConfigError as error:
        raise _at(error, places, *keys, "source") from error.__cause__


def made_of(kind: type[Any], args: Mapping[str, Any], places: Places | None, *keys: str) -> Any:
    """The object of a declaration.

    Args:
        kind: its class.
        args: its arguments.
        places: of the file that it is declared in, if it is from one.
        keys: that lead to the declaration there.

    Raises:
        DeclarationError: an argument is unknown, missing or of the wrong type, at its line.
        ConfigError: the environment variable of a reference is not set.
    """
    try:
        made = kind(**args)
        _check_types(kind, args)
    except ZenmlNbError as error:
        where = places.named_in(error.what + (error.where or ""), *keys, "args") if places else None
        raise (placed(error, where) if where else error) from error.__cause__
    except Exception as error:
        # A constructor of the user's own may do anything with what a file holds.
        raise DeclarationError(
            f"{kind.__name__} cannot be made of its arguments: {type(error).__name__}: {error}.",
            where=places.at(*keys, "args") if places else None,
            advice="Correct the arguments, or let the class check them.",
        ) from error
    return made


def check_bound(kind: type[Any], args: tuple[Any, ...], given: Mapping[str, Any], places: Places | None) -> None:
    """Check the arguments of a pipeline's class against its signature; see ``made_of``."""
    try:
        bind_arguments(kind, args, dict(given))
    except DeclarationError as error:
        where = places.named_in(error.what, "pipeline", "args") if places else None
        raise (placed(error, where) if where else error) from None


def _check_types(kind: type[Any], args: Mapping[str, Any]) -> None:
    """Check arguments against the annotations of this package's own classes; others may annotate as they like.

    Raises:
        DeclarationError: an argument is of another type.
    """
    if not (issubclass(kind, Recorded) and kind.__module__.startswith(_OWN)):
        return
    for name, value in args.items():
        schema = argument_schema(kind, name)
        if not fits(value, schema):
            raise DeclarationError(
                f"{kind.__name__}: {name} is {value!r}, a {type(value).__name__}.",
                advice=f"Give {described(schema)}.",
            )


def _at(error: ZenmlNbError, places: Places | None, *keys: str) -> ZenmlNbError:
    return placed(error, places.at(*keys)) if places else error
