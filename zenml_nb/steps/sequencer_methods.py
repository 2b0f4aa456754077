"""The methods of StandardSequencer: how several rows become one step, and what stands in for an empty step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenml_nb.errors import DeclarationError, did_you_mean
from zenml_nb.steps.base import is_number, listed, mapped

Call = tuple[str, dict[str, Any]]
MethodTable = Mapping[str, tuple[frozenset[str], dict[str, Any]]]

_NUMBERS = frozenset({"INTEGER", "FLOAT"})
_ALL = frozenset({"INTEGER", "FLOAT", "STRING"})

#: Resampling methods: the types that each takes, and its parameters with defaults. ``threshold`` is 1 where at least
#: that share of the values meets the condition, and 0 elsewhere.
RESAMPLING_METHODS: MethodTable = {
    "mean": (_NUMBERS, {}),
    "median": (_NUMBERS, {}),
    "mode": (_ALL, {}),
    "threshold": (_NUMBERS, {"cond": "greater", "value": 0.0, "threshold": 0.5}),
    "min": (_NUMBERS, {}),
    "max": (_NUMBERS, {}),
    "sum": (_NUMBERS, {}),
    "first": (_ALL, {}),
    "last": (_ALL, {}),
}

#: Filling methods; ``min``, ``max`` and ``mean`` are those of the session.
FILLING_METHODS: MethodTable = {
    "forward": (_ALL, {}),
    "backwards": (_ALL, {}),
    "min": (_NUMBERS, {}),
    "max": (_NUMBERS, {}),
    "mean": (frozenset({"FLOAT"}), {}),
    "custom": (_ALL, {"custom_value": None}),
}

#: Conditions of ``threshold``, by the names of NumPy's functions.
CONDITIONS = ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal")

#: The type that a resampling method makes of a column, where it is another one.
_RESULTS = {"mean": "FLOAT", "median": "FLOAT", "threshold": "INTEGER"}


class Method:
    """How the steps of one column are made.

    Attributes:
        resampling: the method and its parameters; None takes the default of the column's type.
        filling: the methods, in the order in which each fills what those before left; None takes the default.

    By default a step is filled from the one before. At a session's begin, where there is none, it is filled from the
    one behind, but only in windows that hold the value it is filled from: no window knows what comes after its end.
    """

    def __init__(self, resampling: Call | None = None, filling: list[Call] | None = None) -> None:
        self._resampling = resampling
        self._filling = filling

    def resampling(self, kind: str) -> Call:
        """The resampling of a column of a type: numbers by their mean, text by its mode."""
        return self._resampling or (("mode", {}) if kind == "STRING" else ("mean", {}))

    @property
    def filling(self) -> list[Call] | None:
        """The filling that the user asks for; None is the default."""
        return self._filling

    def result(self, kind: str) -> str:
        """The type of the resampled column."""
        return _RESULTS.get(self.resampling(kind)[0], kind)

    def check(self, name: str, kind: str, n_missing: int, n_rows: int) -> None:
        """Check that the methods fit a column of the data.

        Raises:
            DeclarationError: a method does not fit the type, or nothing can fill a column without values.
        """
        _check_fits(self.resampling(kind)[0], RESAMPLING_METHODS, kind, f"the column {name!r} of type {kind}")
        result = self.result(kind)
        made = f"the resampled column {name!r} of type {result}"
        for method, parameters in self.filling or ():
            _check_fits(method, FILLING_METHODS, result, made)
            if method == "custom" and not _value_fits(parameters["custom_value"], result):
                raise DeclarationError(
                    f"The custom_value {parameters['custom_value']!r} does not fit {made}.",
                    where="step sequencer",
                    advice="Give a value of this type.",
                )
        if n_missing == n_rows and not any(method == "custom" for method, _ in self.filling or ()):
            raise DeclarationError(
                f"The column {name!r} has no value in any of the {n_rows} rows: every sequence would be left out.",
                where="step sequencer",
                advice=f"Leave it out of the data, or fill it: overwrite={{{name!r}: {{'filling': "
                "{'method': 'custom', 'parameters': {'custom_value': ...}}}}.",
            )


def read_overwrite(overwrite: Any) -> dict[str, Method]:
    """Read ``{column: {'resampling': method, 'filling': [method, ...]}}``.

    Raises:
        DeclarationError: a key, a method or a parameter is unknown, or a value does not fit.
    """
    found = {}
    for column, entry in mapped("overwrite", overwrite or {}).items():
        place = f"overwrite[{column!r}]"
        if not isinstance(entry, Mapping):
            raise DeclarationError(f"{place} is no dictionary.", advice="For example {'resampling': 'median'}.")
        for key in entry:
            if key not in ("resampling", "filling"):
                raise DeclarationError(
                    f"{place} has no key {key!r}.", advice=did_you_mean(str(key), ("resampling", "filling"))
                )
        found[column] = Method(_resampling(entry, place), _filling(entry, place))
    return found


def _resampling(entry: Mapping[str, Any], place: str) -> Call | None:
    if "resampling" not in entry:
        return None
    calls = _calls(entry["resampling"], RESAMPLING_METHODS, f"{place}['resampling']")
    if len(calls) != 1:
        raise DeclarationError(
            f"{place}['resampling'] names {len(calls)} methods.", advice="Rows become one step by one method."
        )
    method, parameters = calls[0]
    if method == "threshold":
        _check_threshold(parameters, place)
    return calls[0]


def _filling(entry: Mapping[str, Any], place: str) -> list[Call] | None:
    if "filling" not in entry:
        return None
    # None fills nothing: the windows with gaps are left out.
    return [] if entry["filling"] is None else _calls(entry["filling"], FILLING_METHODS, f"{place}['filling']")


def _check_threshold(parameters: Mapping[str, Any], place: str) -> None:
    if parameters["cond"] not in CONDITIONS:
        raise DeclarationError(
            f"{place}: threshold has no condition {parameters['cond']!r}.",
            advice=did_you_mean(str(parameters["cond"]), CONDITIONS),
        )
    share = parameters["threshold"]
    if not is_number(parameters["value"]) or not is_number(share) or not 0 < share <= 1:
        raise DeclarationError(
            f"{place}: threshold compares with {parameters['value']!r} and asks for the share {share!r}.",
            advice="'value' is a number, and 'threshold' the share of the values that must meet the condition: "
            "above 0, at most 1.",
        )


def _calls(entry: Any, table: MethodTable, place: str) -> list[Call]:
    single = isinstance(entry, (str, Mapping))
    return [_call(item, table, place) for item in ([entry] if single else listed(place, entry))]


def _call(item: Any, table: MethodTable, place: str) -> Call:
    """Read one method: a name, or ``{'method': name, 'parameters': {...}}``."""
    call = {"method": item} if isinstance(item, str) else mapped(place, item)
    method = str(call.pop("method", ""))
    given = mapped(f"{place}: parameters of {method!r}", call.pop("parameters", None) or {})
    if call:
        raise DeclarationError(
            f"{place} has the key {next(iter(call))!r}.", advice="The keys of a method are 'method' and 'parameters'."
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
    return method, {**defaults, **given}


def _check_fits(method: str, table: MethodTable, kind: str, column: str) -> None:
    if kind not in table[method][0]:
        fitting = [candidate for candidate, (types, _) in table.items() if kind in types]
        raise DeclarationError(
            f"The method {method!r} does not fit {column}.",
            where="step sequencer",
            advice=f"Methods for {kind}: {', '.join(fitting)}.",
        )


def _value_fits(value: Any, kind: str) -> bool:
    if kind == "STRING":
        return isinstance(value, str)
    return is_number(value) and (kind == "FLOAT" or value == int(value))
