"""What all databases share: rows as blocks, and the place in a query that an error speaks of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zenml_nb.datasources.arrow_values import Unfit
from zenml_nb.datasources.python_values import as_arrow
from zenml_nb.datasources.settle import Block
from zenml_nb.errors import DataError

ROWS_AT_ONCE = 2048
_UNKNOWN = (
    # SQLite, PostgreSQL, MySQL and MariaDB.
    re.compile(r"no such column: (?P<name>\S+)"),
    re.compile(r'column "?(?P<name>[^"]+?)"? does not exist'),
    re.compile(r"Unknown column '(?P<name>[^']+)'"),
)
_UNKNOWN_TABLE = (
    re.compile(r"no such table: (?P<name>.+)"),
    re.compile(r'relation "(?P<name>[^"]+)" does not exist'),
    re.compile(r"Table '(?P<name>[^']+)' doesn't exist"),
)
_NEAR = (
    re.compile(r'near "(?P<name>.+?)": syntax error', re.DOTALL),
    re.compile(r"near '(?P<name>.*)' at line", re.DOTALL),
)


def check_names(names: Sequence[str], where: str) -> None:
    """Refuse columns of one name, as a join of tables gives them.

    Raises:
        DataError: two have one name, or one has none.
    """
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        at = [str(position) for position, name in enumerate(names, 1) if name == twice[0]]
        raise DataError(
            f"The columns {', '.join(at)} of the result have the same name, {twice[0]!r}.",
            where=f"{where}, column {at[1]}",
            advice=f"Name them apart in the query: SELECT a.{twice[0]}, b.{twice[0]} AS other ...",
        )
    if not all(name.strip() for name in names):
        raise DataError("A column of the result has no name.", where=where, advice="Give it one: SELECT ... AS name.")


def row_blocks(
    names: Sequence[str], groups: Iterator[Sequence[Sequence[Any]]], declared: Mapping[str, str], where: str
) -> Iterator[Block]:
    """Groups of rows as blocks.

    Raises:
        DataError: a value has a type that no column holds; with its row.
    """
    done = 0
    for rows in groups:
        yield _block(names, rows, done, declared, where)
        done += len(rows)
    if not done:
        raise DataError("The query gives no rows.", where=where, advice="Check its conditions.")


def _block(names: Sequence[str], rows: Sequence[Any], start: int, declared: Mapping[str, str], where: str) -> Block:
    def place(row: int) -> str:
        return f"{where}, row {start + row + 1}"

    columns = {}
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        try:
            columns[name] = as_arrow(values, declared.get(name))
        except Unfit as unfit:
            raise DataError(
                f"The column {name!r} {unfit.what}.",
                where=f"{place(unfit.row)}, column {name!r}",
                advice=f"{unfit.advice} In the query: CAST({name} AS ...).",
            ) from None
    return Block(columns, len(rows), place)


def line_and_column(query: str, position: int) -> str:
    """Name a place in a query; the position counts characters from 0."""
    line = query.count("\n", 0, position) + 1
    return f"line {line}, column {position - query.rfind(chr(10), 0, position)}"


def unknown_name(message: str) -> tuple[str, str] | None:
    """Whether a message is of an unknown column or table: the word for it, and the name."""
    for word, patterns in (("column", _UNKNOWN), ("table", _UNKNOWN_TABLE)):
        for pattern in patterns:
            if found := pattern.search(message):
                return word, found["name"].rpartition(".")[2].strip('"`')
    return None


def places_in(query: str, message: str) -> str:
    """The places in a query that a message may speak of, found by the words that it repeats; empty if none is."""
    unknown = unknown_name(message)
    if unknown:
        words = [unknown[1]]
    else:
        words = [found["name"] for pattern in _NEAR if (found := pattern.search(message)) and found["name"]]
    for word in words:
        edge = r"(?<!\w){}(?!\w)" if re.fullmatch(r"\w+", word) else "{}"
        # MySQL repeats the rest of the query, cut off after 80 characters.
        at = [found.start() for found in re.finditer(edge.format(re.escape(word)), query, re.IGNORECASE)]
        if at:
            return " or ".join(line_and_column(query, position) for position in at[:3])
    return ""
