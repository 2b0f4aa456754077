"""What has no view of its own as tables: documents of the kind ``zenml_nb/tables@1``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas

SCHEMA = "zenml_nb/tables@1"
Document = dict[str, Any]


def frame_tables(title: str, frames: Mapping[str, pandas.DataFrame]) -> Document:
    """Rows of examples: one table a split.

    Args:
        title: of the view.
        frames: split name to its first rows.
    """
    sections = []
    for split, frame in frames.items():
        columns = [
            _column(str(name), str(name), "number" if kind.kind in "iuf" else "text")
            for name, kind in zip(frame.columns, frame.dtypes, strict=True)
        ]
        rows = [[_value_cell(value) for value in row] for row in frame.itertuples(index=False, name=None)]
        sections.append(_section(split, columns, rows))
    most = max((len(frame) for frame in frames.values()), default=0)
    return _document(title, [f"The first {most} rows of each split."], sections)


def _value_cell(value: Any) -> Any:
    """A value of a feature; what is missing is None or NaN in a frame, and lists have several."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, (list, bytes)):
        return str(value)
    if not hasattr(value, "__float__"):
        return None
    number = value.item() if hasattr(value, "item") else value
    return json_cell(number)


def model_tables(model: Mapping[str, Any]) -> Document:
    """The signatures of a model.

    Args:
        model: the projection that the engine wrote, see ``engine.project.model_of``.
    """
    columns = [_column("side", "Side"), _column("name", "Name"), _column("dtype", "Type"), _column("shape", "Shape")]
    sections = []
    for name, signature in sorted(model["signatures"].items()):
        rows = [
            [side, key, tensor["dtype"], " × ".join("any" if size < 0 else str(size) for size in tensor["shape"])]
            for side in ("inputs", "outputs")
            for key, tensor in sorted(signature[side].items())
        ]
        sections.append(_section(name, columns, rows))
    return _document("Model", ["The signatures of the SavedModel."], sections)


def json_cell(number: float) -> float | str:
    """A number as a cell can hold it: JSON has no NaN and no infinity."""
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _column(name: str, label: str, kind: str = "text") -> dict[str, str]:
    return {"name": name, "label": label, "kind": kind}


def _section(title: str, columns: list[dict[str, str]], rows: list[list[Any]]) -> dict[str, Any]:
    return {"title": title, "notes": [], "columns": columns, "rows": rows}


def _document(title: str, notes: list[str], sections: list[dict[str, Any]]) -> Document:
    kept = [section for section in sections if section["rows"]]
    return {"schema": SCHEMA, "title": title, "notes": notes, "sections": kept}
