"""Ways to slice data, and the bounds that metrics must keep on the whole data and on slices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zenml_nb.errors import DeclarationError, did_you_mean
from zenml_nb.steps.base import is_number, listed

DIRECTIONS = ("higher_is_better", "lower_is_better")
_BOUND_KEYS = ("lower", "upper", "change", "slices")
_CHANGE_KEYS = ("absolute", "relative", "direction")
_EXAMPLE = "For example {'lower': 0.8}."


@dataclass(frozen=True)
class SliceSpec:
    """One way to slice the data.

    Attributes:
        columns: each combination of their values is a slice.
        values: pairs of a column and the one value that counts, as text.
    """

    columns: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All columns that it names."""
        return (*self.columns, *(column for column, _ in self.values))


@dataclass(frozen=True)
class Bound:
    """What a metric must keep, on the whole data or on slices.

    Attributes:
        where: the slices; without columns and values it is the whole data.
        lower, upper: of the metric's value, both allowed themselves; None for no bound.
        absolute: of the value minus the baseline's.
        relative: of that difference divided by the baseline's value.
        direction: one of ``DIRECTIONS``: whether changes must be at least or at most that; '' without a change.
    """

    where: SliceSpec
    lower: float | None = None
    upper: float | None = None
    absolute: float | None = None
    relative: float | None = None
    direction: str = ""

    @property
    def is_change(self) -> bool:
        """Whether it compares with a baseline."""
        return bool(self.direction)


def slice_spec(given: Any) -> SliceSpec:
    """A way to slice as it is declared: a column, a list of columns, or a dictionary from columns to values.

    In a dictionary, a column whose value is None is sliced by each of its values.

    Raises:
        DeclarationError: it is none of these.
    """
    if isinstance(given, str):
        return SliceSpec((given,))
    if isinstance(given, Mapping):
        for column, value in given.items():
            if not isinstance(column, str) or not (value is None or isinstance(value, (str, int, float))):
                raise DeclarationError(
                    f"slices holds {given!r}.", advice="A slice of fixed values is like {'island': 'Biscoe'}."
                )
        columns = tuple(column for column, value in given.items() if value is None)
        return SliceSpec(columns, tuple((c, str(value)) for c, value in given.items() if value is not None))
    columns = tuple(listed("slices", given))
    for column in columns:
        if not isinstance(column, str):
            raise DeclarationError(
                f"slices holds {given!r}.", advice="Each slice is a list of column names: slices=[['island', 'sex']]."
            )
    return SliceSpec(columns)


def bounds_of(argument: str, given: Any) -> tuple[Bound, ...]:
    """The bounds of one metric.

    Args:
        argument: where they stand, for errors.
        given: ``{'lower': ..., 'upper': ..., 'change': {...}, 'slices': [{'slice': ['island'], 'lower': ...}]}``.

    Raises:
        DeclarationError: something else is in it, or nothing is bounded.
    """
    if not isinstance(given, Mapping) or not given:
        raise DeclarationError(f"{argument} is {given!r}.", advice=_EXAMPLE)
    _check_keys(argument, given, _BOUND_KEYS)
    found = [_bound(argument, given, SliceSpec())] if set(given) - {"slices"} else []
    for index, entry in enumerate(listed(f"{argument}['slices']", given.get("slices", []))):
        place = f"{argument}['slices'][{index}]"
        if not isinstance(entry, Mapping) or "slice" not in entry:
            raise DeclarationError(f"{place} is {entry!r}.", advice="For example {'slice': ['island'], 'lower': 0.7}.")
        _check_keys(place, entry, ("slice", "lower", "upper", "change"))
        found.append(_bound(place, entry, slice_spec(entry["slice"])))
    if not found:
        raise DeclarationError(f"{argument} bounds nothing.", advice=_EXAMPLE)
    return tuple(found)


def is_bounds(given: Any) -> bool:
    """Whether this is meant as the bounds of one metric, and not as a dictionary from metrics to bounds."""
    return not isinstance(given, Mapping) or not given or any(key in _BOUND_KEYS for key in given)


def _bound(argument: str, given: Mapping[str, Any], where: SliceSpec) -> Bound:
    lower, upper = (_number(f"{argument}[{key!r}]", given.get(key)) for key in ("lower", "upper"))
    if lower is not None and upper is not None and lower > upper:
        raise DeclarationError(
            f"{argument} has a lower bound of {lower:g} and an upper bound of {upper:g}.", advice="Exchange them."
        )
    change = given.get("change")
    if change is None:
        if lower is None and upper is None:
            raise DeclarationError(f"{argument} bounds nothing.", advice=_EXAMPLE)
        return Bound(where, lower, upper)
    if not isinstance(change, Mapping):
        raise DeclarationError(f"{argument}['change'] is {change!r}.", advice=_change_example())
    _check_keys(f"{argument}['change']", change, _CHANGE_KEYS)
    absolute, relative = (_number(f"{argument}['change'][{key!r}]", change.get(key)) for key in _CHANGE_KEYS[:2])
    direction = change.get("direction")
    if direction not in DIRECTIONS or (absolute is None and relative is None):
        raise DeclarationError(f"{argument}['change'] is {dict(change)!r}.", advice=_change_example())
    return Bound(where, lower, upper, absolute, relative, direction)


def _change_example() -> str:
    return (
        "It has 'absolute' or 'relative' (or both) and 'direction', one of "
        f"{' and '.join(map(repr, DIRECTIONS))}: {{'absolute': -0.01, 'direction': 'higher_is_better'}} lets a model "
        "be worse by at most 0.01."
    )


def _check_keys(argument: str, given: Mapping[str, Any], valid: tuple[str, ...]) -> None:
    for key in given:
        if key not in valid:
            raise DeclarationError(f"{argument} has no {key!r}.", advice=did_you_mean(str(key), valid))


def _number(argument: str, value: Any) -> float | None:
    if value is not None and not is_number(value):
        raise DeclarationError(f"{argument} is {value!r}.", advice="Give a number.")
    return None if value is None else float(value)
