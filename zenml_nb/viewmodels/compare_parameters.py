"""What the steps of several runs ran with, parameter by parameter."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from zenml_nb.artifacts.run_files import configuration_text
from zenml_nb.records import Execution, Run
from zenml_nb.viewmodels.declarations import (
    Declaration,
    argument_text,
    declaration_of,
    other_properties,
    recorded_declaration,
)
from zenml_nb.viewmodels.discretion import cut, shared_text, without_secrets
from zenml_nb.viewmodels.flow import slot_of

Document = dict[str, Any]
#: Step to what it ran with.
Declarations = dict[str, Declaration]
Cell = str | int | float
#: Step, name and kind of a parameter.
_Field = tuple[str, str, str]

_ORDER = ("data", "split", "sequencer", "preprocesser", "trainer", "evaluator", "deployer")
_MOST_NESTED = 20
#: Of all runs together.
_MOST_CELLS, _MOST_VALUES, _MOST_ROWS = 20_000, 6_000, 300
_ALL_CHARACTERS, _FEWEST_CHARACTERS, _MOST_CHARACTERS = 300_000, 40, 1_000
#: Beyond it a browser rounds whole numbers.
_EXACT_BELOW = 2**53


def declarations_of(run: Run, root: Path) -> Declarations:
    """What each step of a run ran with, as recorded; steps that it did not come to are not there."""
    by_step: dict[str, list[Execution]] = {}
    for execution in run.executions:
        by_step.setdefault(_step_of(run, execution), []).append(execution)
    found = {step: next(filter(None, map(recorded_declaration, parts)), None) for step, parts in by_step.items()}
    if not all(found.values()):
        # TFX's own components take no declaration of a step: what our Evaluator was told is in the YAML alone.
        written = _written(run, root)
        found = {step: declared or written.get(step) for step, declared in found.items()}
    return {
        step: declared or Declaration("", other_properties(by_step[step][0]))
        for step, declared in sorted(found.items(), key=lambda item: _place(item[0]))
    }


def parameter_rows(runs: Sequence[Declarations], root: Path) -> tuple[list[Document], int]:
    """One row a parameter.

    Returns:
        The rows, and how many more there are.
    """
    columns = [dict(_fields(declared)) for declared in runs]
    fields = sorted(dict.fromkeys(field for column in columns for field in column), key=lambda field: _place(field[0]))
    rows = [_Row(field, [column.get(field) for column in columns]) for field in fields]
    shown = _room_for(rows, len(runs))
    texts = sum(len(row.values) for row in shown)
    longest = max(_FEWEST_CHARACTERS, min(_MOST_CHARACTERS, _ALL_CHARACTERS // max(1, texts)))
    return [row.part(root, longest) for row in shown], len(rows) - len(shown)


def _room_for(rows: Sequence[_Row], runs: int) -> list[_Row]:
    """The rows that a document of this many runs has room for: those that differ before those that are the same."""
    kept: set[int] = set()
    values = 0
    for index in sorted(range(len(rows)), key=lambda index: not rows[index].differs):
        values += len(rows[index].values)
        if kept and (values > _MOST_VALUES or len(kept) * runs > _MOST_CELLS or len(kept) == _MOST_ROWS):
            break
        kept.add(index)
    return [row for index, row in enumerate(rows) if index in kept]


class _Row:
    """One parameter of all runs: equal values are kept once."""

    def __init__(self, field: _Field, cells: Sequence[Cell | None]) -> None:
        self.field = field
        self.values: dict[tuple[bool, Cell], int] = {}
        self.of = [None if cell is None else self._index(cell) for cell in cells]
        self.differs = len(set(self.of)) > 1

    def _index(self, cell: Cell) -> int:
        return self.values.setdefault((isinstance(cell, str), cell), len(self.values))

    def part(self, root: Path, longest: int) -> Document:
        step, name, kind = self.field
        return {
            "step": cut(step, 200),
            "name": cut(name, 200),
            "kind": kind,
            "values": [_shared(c, root, longest) if isinstance(c, str) else c for _, c in self.values],
            "of": self.of,
            "differs": self.differs,
        }


def _shared(text: str, root: Path, longest: int) -> str:
    # What is far beyond the part that is shown need not be looked through for secrets.
    head = shared_text(text[: 4 * longest], root)
    return head if len(text) <= longest else f"{head[:longest]}… ({len(text):,} characters)"


def _step_of(run: Run, execution: Execution) -> str:
    return slot_of(run, execution.component)


def _place(step: str) -> int:
    return _ORDER.index(step) if step in _ORDER else len(_ORDER)


def _written(run: Run, root: Path) -> Declarations:
    """The declarations of the steps in the YAML of a run; none where it has no readable one."""
    text = configuration_text(run, root)
    try:
        # The loader in C is eight times as fast, where PyYAML was built with it.
        document = yaml.load(text or "", Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        steps = document["pipeline"]["steps"]
        return {str(step): found for step in steps if (found := declaration_of(steps.get(step) or {}))}
    except (yaml.YAMLError, RecursionError, KeyError, TypeError, AttributeError, ValueError):
        return {}


def _fields(declared: Declarations) -> Iterator[tuple[_Field, Cell]]:
    for step, own in declared.items():
        for name, value in without_secrets(dict(own.args)).items():
            for nested, cell in _cells(str(name), value):
                yield (step, nested, "argument"), cell
        if own.source:
            yield (step, "class", "source"), own.source
        if own.code:
            yield (step, "code", "code"), own.code


def _cells(name: str, value: Any) -> Iterable[tuple[str, Cell]]:
    """A value, or, of a mapping to plain values, each of them."""
    if isinstance(value, Mapping) and 0 < len(value) <= _MOST_NESTED and all(map(_is_plain, value.values())):
        return [(f"{name}.{key}", _cell(item)) for key, item in value.items()]
    return [(name, _cell(value))]


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, float))


def _cell(value: Any) -> Cell:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if is_number and math.isfinite(value) and abs(value) < _EXACT_BELOW:
        return value  # type: ignore[no-any-return]
    return argument_text(value)
