"""The parameters of a request: each is checked before anything is read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from zenml_nb.errors import did_you_mean
from zenml_nb.server.answers import RefusedError

Query = Mapping[str, Sequence[str]]

MOST_RUNS = 200
_LONGEST_SEARCH = 200
_LONGEST = 2_000
_MOST_NAMES = 100
_STATES = ("RUNNING", "COMPLETE", "CACHED", "FAILED", "CANCELED", "ABORTED")
_LARGEST = 2**53


def known_only(query: Query, names: Sequence[str]) -> None:
    """Refuse a parameter that the route does not have.

    Raises:
        RefusedError: 400, with the nearest valid name.
    """
    for name in query:
        if name not in names:
            raise RefusedError(400, f"There is no parameter {name[:80]!r} here.", advice=did_you_mean(name[:80], names))


def text(query: Query, name: str, longest: int = _LONGEST) -> str:
    """A parameter that must be there.

    Raises:
        RefusedError: 400, it is missing or too long.
    """
    value = optional_text(query, name, longest)
    if not value:
        raise RefusedError(400, f"The parameter {name!r} is missing.", advice=f"Add {name}=... to the address.")
    return value


def optional_text(query: Query, name: str, longest: int = _LONGEST) -> str | None:
    """A parameter that is given at most once.

    Raises:
        RefusedError: 400, it is too long or is given twice.
    """
    values = query.get(name, ())
    if len(values) > 1:
        raise RefusedError(400, f"The parameter {name!r} is given {len(values)} times.", advice="Give it once.")
    if values and len(values[0]) > longest:
        raise RefusedError(
            413, f"The parameter {name!r} has {len(values[0]):,} characters.", advice=f"Give at most {longest}."
        )
    return values[0] if values else None


def texts(query: Query, name: str, most: int = _MOST_NAMES) -> tuple[str, ...]:
    """A parameter that may be repeated.

    Raises:
        RefusedError: 413, there are too many.
    """
    values = tuple(query.get(name, ()))
    if len(values) > most:
        raise RefusedError(413, f"The parameter {name!r} is given {len(values):,} times.", advice=f"At most {most}.")
    if any(len(value) > _LONGEST for value in values):
        raise RefusedError(413, f"A parameter {name!r} is too long.", advice=f"Give at most {_LONGEST} characters.")
    return values


def one_of(query: Query, name: str, valid: Sequence[str]) -> str:
    """A parameter with few valid values.

    Raises:
        RefusedError: 400, with the valid values.
    """
    value = text(query, name)
    if value not in valid:
        raise RefusedError(400, f"{name} is {value[:80]!r}.", advice=did_you_mean(value[:80], valid))
    return value


def whole(query: Query, name: str, least: int, most: int, default: int | None = None) -> int:
    """A whole number in a range.

    Raises:
        RefusedError: 400, it is missing, no whole number, or out of range.
    """
    value = optional_text(query, name, 40)
    if value is None and default is not None:
        return default
    # int() also takes underscores, spaces and digits of other scripts.
    if value is None or not (value.isascii() and value.isdigit()) or not least <= int(value) <= most:
        raise RefusedError(400, f"{name} is {value!r}.", advice=f"Give a whole number from {least} to {most}.")
    return int(value)


def number(query: Query, name: str) -> float | None:
    """A number; None if it is not given.

    Raises:
        RefusedError: 400, it is none.
    """
    value = optional_text(query, name, 40)
    if value is None or value == "":
        return None
    try:
        found = float(value)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise RefusedError(400, f"{name} is {value!r}.", advice="Give a number, for example 0.5.")
    return found


def moment(query: Query, name: str) -> str | None:
    """A time as ISO 8601 in UTC; None if it is not given.

    Raises:
        RefusedError: 400, it is none.
    """
    value = optional_text(query, name, 40)
    if not value:
        return None
    try:
        # Before Python 3.11 fromisoformat knew no Z.
        found = datetime.fromisoformat(value.removesuffix("Z") + ("+00:00" if value.endswith("Z") else ""))
        return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).astimezone(timezone.utc).isoformat()
    except (ValueError, OverflowError):
        raise RefusedError(
            400, f"{name} is {value!r}.", advice="Give a time as ISO 8601, for example 2026-01-31T12:00:00Z."
        ) from None


def page_of_runs(query: Query) -> dict[str, Any]:
    """The parameters of the list of runs.

    Raises:
        RefusedError: one of them is wrong.
    """
    known_only(
        query,
        ("store", "offset", "limit", "pipeline", "state", "since", "before", "metric", "min", "max", "search"),
    )
    states = texts(query, "state")
    for state in states:
        if state not in _STATES:
            raise RefusedError(400, f"state is {state[:80]!r}.", advice=did_you_mean(state[:80], _STATES))
    metric, minimum, maximum = optional_text(query, "metric"), number(query, "min"), number(query, "max")
    if metric is None and (minimum is not None or maximum is not None):
        raise RefusedError(400, "min and max are of no metric.", advice="Add metric=... to the address.")
    return {
        "offset": whole(query, "offset", 0, _LARGEST, 0),
        "limit": whole(query, "limit", 1, 200, 50),
        "pipelines": texts(query, "pipeline"),
        "states": states,
        "since": moment(query, "since"),
        "before": moment(query, "before"),
        "metric": metric or None,
        "minimum": minimum,
        "maximum": maximum,
        "search": optional_text(query, "search", _LONGEST_SEARCH) or "",
    }


def runs_to_compare(query: Query) -> dict[str, Any]:
    """The runs of a comparison, each once, in the order given.

    Raises:
        RefusedError: there are none or too many.
    """
    known_only(query, ("store", "run"))
    runs = list(dict.fromkeys(texts(query, "run", MOST_RUNS)))
    if not runs or not all(runs):
        raise RefusedError(400, "There is no run to compare.", advice="Add run=... for each of them.")
    return {"runs": runs}


def artifact_number(query: Query) -> dict[str, Any]:
    """The artifact that lineage is asked of, by its number in the store.

    Raises:
        RefusedError: it is no such number.
    """
    known_only(query, ("store", "artifact"))
    return {"artifact": whole(query, "artifact", 1, 2**31 - 1)}
