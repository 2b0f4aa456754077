from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent

Document = dict[str, Any]
MakeTable = Callable[..., Document]


@pytest.fixture
def sample() -> Document:
    """A document as a helper would make it; the front-end tests draw the same file."""
    document: Document = json.loads((HERE / "tables_sample.json").read_text("utf-8"))
    return document


@pytest.fixture
def make_table() -> MakeTable:
    """Makes a document of one table from (name, kind) pairs and rows."""

    def make(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[object]], title: str = "T") -> Document:
        heads = [{"name": name, "label": name, "kind": kind} for name, kind in columns]
        section = {"title": title, "notes": [], "columns": heads, "rows": rows}
        return {"schema": "zenml_nb/tables@1", "title": title, "notes": [], "sections": [section]}

    return make
