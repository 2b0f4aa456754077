"""The first sequences of a split: documents of the kind ``zenml_nb/sequences@1``."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zenml_nb.artifacts.examples import sample
from zenml_nb.records import Artifact, Execution
from zenml_nb.viewmodels.declarations import recorded_declaration
from zenml_nb.viewmodels.discretion import cut
from zenml_nb.viewmodels.tables import json_cell

if TYPE_CHECKING:
    import pandas

SCHEMA = "zenml_nb/sequences@1"
Document = dict[str, Any]

#: What the counts on a Sequencer's artifact are of.
_LEFT_OUT = {
    "incomplete": "windows that a session's end cuts off",
    "with_gaps": "windows with a value that nothing fills",
    "rows_without_time": "rows without a timestamp",
    "rows_without_category": "rows without a category",
}


def sequences_of(artifact: Artifact, split: str, execution: Execution | None, n_windows: int) -> Document:
    """The first sequences of an artifact.

    Args:
        artifact: Examples of the component Sequencer.
        split: one of its splits.
        execution: what made it; tells which columns are the timestamp and the category.
        n_windows: how many sequences are shown at most.

    Raises:
        NotAvailableError: there is no such split, or a file is missing or damaged.
    """
    declared = recorded_declaration(execution) if execution else None
    args = declared.args if declared else {}
    columns = json.loads(execution.properties.get("columns") or "{}") if execution else {}
    total = artifact.properties.get(f"rows_{split}")
    left_out = {reason: artifact.properties.get(f"{reason}_{split}") or 0 for reason in _LEFT_OUT}
    return sequences_document(
        sample(artifact, split, n_windows, list(columns)),
        split=split,
        total=None if total is None else int(total),
        left_out=left_out,
        timestamp=args.get("timestamp_column"),
        category=args.get("category_column"),
    )


def sequences_document(
    frame: pandas.DataFrame,
    *,
    split: str,
    total: int | None = None,
    left_out: Mapping[str, int] | None = None,
    timestamp: str | None = None,
    category: str | None = None,
) -> Document:
    """Sequences as a document.

    Args:
        frame: a row a sequence, its cells lists of values, or single values.
        split: the name of the split.
        total: the number of sequences that the split has.
        left_out: what was left out, by reason; see ``steps.sequencer``.
        timestamp, category: the columns that name a sequence.
    """
    rows = {str(name): [_steps(cell) for cell in frame[name]] for name in frame.columns}
    times = rows.pop(timestamp, None) if timestamp else None
    categories = rows.pop(category, None) if category else None
    windows = [
        _window(index, times[index] if times else [], categories[index] if categories else [])
        for index in range(len(frame))
    ]
    return {
        "schema": SCHEMA,
        "title": f"Sequences of {split}",
        "notes": _notes(len(windows), total, left_out or {}),
        "split": split,
        "total": total,
        "windows": windows,
        "columns": [_column(name, values) for name, values in rows.items()],
    }


def _steps(cell: Any) -> list[Any]:
    return list(cell) if isinstance(cell, (list, tuple)) else [cell]


def _window(index: int, times: Sequence[Any], categories: Sequence[Any]) -> dict[str, Any]:
    shown = [_time(value) for value in times]
    parts = [cut(str(categories[0]), 80)] if categories else []
    parts += [f"{shown[0]} to {shown[-1]}" if len(shown) > 1 else shown[0]] if shown else []
    return {"name": ", ".join(parts) or f"sequence {index + 1}", "times": shown}


def _time(value: Any) -> str:
    """A timestamp as text: seconds since 1970 as ISO 8601 in UTC, as a date where it is a midnight."""
    if isinstance(value, str):
        return cut(value, 80)
    try:
        time = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=float(value))
    except (TypeError, ValueError, OverflowError):
        return cut(str(value), 80)
    is_midnight = time.time() == datetime.time()
    return time.date().isoformat() if is_midnight else time.isoformat(timespec="milliseconds").removesuffix(".000")


def _column(name: str, windows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    is_number = all(_is_number(value) for values in windows for value in values)
    make = json_cell if is_number else lambda value: cut("" if value is None else str(value), 80)
    return {
        "name": name,
        "kind": "number" if is_number else "text",
        "values": [[make(value.item() if hasattr(value, "item") else value) for value in values] for values in windows],
    }


def _is_number(value: Any) -> bool:
    return hasattr(value, "__float__") and not isinstance(value, (str, bytes))


def _notes(shown: int, total: int | None, left_out: Mapping[str, int]) -> list[str]:
    if total is None:
        notes = [f"The first {shown:,} sequences."]
    else:
        notes = [f"The first {shown:,} of {total:,} sequences." if shown < total else f"All {total:,} sequences."]
    reasons = [f"{count:,} {_LEFT_OUT[reason]}" for reason, count in left_out.items() if count]
    return [*notes, f"Left out: {', '.join(reasons)}."] if reasons else notes
