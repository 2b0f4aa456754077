"""Types of columns found on the way: from blocks of rows of any types to batches of one schema."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from zenml_nb.datasources.arrow_values import Unfit, natural_kind, simplified, stored
from zenml_nb.datasources.columns import BYTES, FLOAT, INTEGER, STRING, Kind, arrow_type, stored_type
from zenml_nb.datasources.snapshot import Restart
from zenml_nb.errors import DataError, did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa

_WIDER = {frozenset({INTEGER, FLOAT}): FLOAT, frozenset({STRING, BYTES}): BYTES}

_OPEN_LISTS = Kind("", many=True)


@dataclass(frozen=True)
class Block:
    """Some rows, column by column, in Arrow types of any kind.

    Attributes:
        columns: arrays of one length; a block may lack columns that others have.
        n_rows: that length.
        place: names the place of a row, counted from 0 in this block, for example ``a.jsonl, line 7``.
    """

    columns: dict[str, pa.Array]
    n_rows: int
    place: Callable[[int], str]


@dataclass
class _Found:
    """What is known of the columns so far: their kinds, None before the first value, and where that was."""

    kinds: dict[str, Kind | None]
    places: dict[str, str] = field(default_factory=dict)


def settled_batches(
    blocks: Iterable[Block],
    declared: Mapping[str, str],
    hint: dict[str, Kind | None] | None,
    mixes_lists: bool = False,
) -> Iterator[pa.RecordBatch]:
    """Give all blocks the same columns and types, wide enough for all values.

    Whole numbers become INTEGER, mixed with others FLOAT; texts STRING, mixed with bytes BYTES; times INTEGER; a
    column without any value is INTEGER.

    Args:
        blocks: the rows.
        declared: the types that the user declared, by column name.
        hint: what a Restart of an earlier reading said.
        mixes_lists: whether single values among lists are lists of one; else they are refused.

    Raises:
        Restart: a later block has other columns or wider types than the first; all were read to find them.
        DataError: values of one column do not go together or do not fit the declared type; with their place.
    """
    import pyarrow as pa

    found = _Found(dict(hint or {}))
    schema = None
    for block in blocks:
        simple = {name: simplified(values) for name, values in block.columns.items()}
        for name, values in simple.items():
            _learn(found, block, name, values, declared, mixes_lists)
        kinds = _final(found.kinds)
        present = pa.schema([(name, arrow_type(stored_type(kind.type), kind.many)) for name, kind in kinds.items()])
        schema = schema or present
        # Once a batch is out, other columns cannot follow it; the rest is read to learn all of them.
        if schema == present:
            yield pa.record_batch([_column(block, simple, name, kind) for name, kind in kinds.items()], schema)
    _check_declared(declared, found.kinds)
    if schema is not None and _final(found.kinds) != _kinds_of(schema, found.kinds):
        raise Restart(found.kinds)


def _kinds_of(schema: pa.Schema, kinds: dict[str, Kind | None]) -> dict[str, Kind]:
    """The final kinds, if they are those of the schema that was yielded; else nothing."""
    final = _final(kinds)
    types = [arrow_type(stored_type(kind.type), kind.many) for kind in final.values()]
    return final if schema.names == list(final) and schema.types == types else {}


def _final(kinds: dict[str, Kind | None]) -> dict[str, Kind]:
    return {name: Kind(kind.type or INTEGER, kind.many) if kind else Kind(INTEGER) for name, kind in kinds.items()}


def _kind_so_far(values: pa.Array) -> Kind | None:
    """The kind of a block's values; of lists that are all empty, the type is open: a later block tells it."""
    kind = natural_kind(values)
    return _OPEN_LISTS if kind is not None and kind.many and not len(values.flatten()) else kind


def _learn(
    found: _Found, block: Block, name: str, values: pa.Array, declared: Mapping[str, str], mixes_lists: bool
) -> None:
    try:
        kind = _kind_so_far(values)
    except Unfit as unfit:
        _fail(block, name, unfit)
    if kind is not None and name in declared:
        kind = Kind(declared[name], kind.many)
    known = found.kinds.setdefault(name, Kind(declared[name]) if name in declared and kind is None else kind)
    if kind is None:
        return
    if known is None or name not in found.places:
        first = next(row for row, is_valid in enumerate(values.is_valid().to_pylist()) if is_valid)
        found.places[name] = block.place(first)
        # Without a value before, a declared type does not tell yet whether there are lists.
        known = None if known == Kind(declared.get(name, "")) and not mixes_lists else known
    merged = _merged(known, kind, mixes_lists)
    if merged is None:
        row = next(row for row, is_valid in enumerate(values.is_valid().to_pylist()) if is_valid)
        assert known is not None
        raise DataError(
            f"Values of one column have mixed types: {_word(kind)} here, and {_word(known)} at {found.places[name]}.",
            where=f"{block.place(row)}, column {name!r}",
            advice="Make them one type; numbers and texts go together as column_types={...: 'STRING'}.",
        )
    found.kinds[name] = merged


def _merged(known: Kind | None, kind: Kind, mixes_lists: bool) -> Kind | None:
    """The kind that holds the values of both; None if there is none."""
    if known is None or known == kind:
        return kind
    many = known.many or kind.many
    if known.many != kind.many and not mixes_lists:
        return None
    if known.type == kind.type or _OPEN_LISTS in (known, kind):
        return Kind(known.type or kind.type, many)
    wider = _WIDER.get(frozenset({known.type, kind.type}))
    return Kind(wider, many) if wider else None


def _word(kind: Kind) -> str:
    return f"lists of {kind.type}".removesuffix(" of ") if kind.many else kind.type


def _column(block: Block, simple: dict[str, pa.Array], name: str, kind: Kind) -> pa.Array:
    import pyarrow as pa

    if name not in simple:
        return pa.nulls(block.n_rows, arrow_type(stored_type(kind.type), kind.many))
    try:
        return stored(simple[name], kind)
    except Unfit as unfit:
        _fail(block, name, unfit)


def _fail(block: Block, name: str, unfit: Unfit) -> NoReturn:
    raise DataError(
        f"The column {name!r} {unfit.what}.", where=f"{block.place(unfit.row)}, column {name!r}", advice=unfit.advice
    )


def _check_declared(declared: Mapping[str, str], kinds: Mapping[str, Kind | None]) -> None:
    for name in declared:
        if kinds and name not in kinds:
            raise DataError(
                f"column_types names {name!r}, and there is no such column.", advice=did_you_mean(name, kinds)
            )
