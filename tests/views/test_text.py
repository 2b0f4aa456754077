from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from zenml_nb.views.text import render_text

Document = dict[str, Any]
MakeTable = Callable[..., Document]


def test_columns_are_aligned(make_table: MakeTable) -> None:
    rows = [
        ["fare", 1234567, 0.25, "ok"],
        ["tips", None, "NaN", "error"],
        ["m", 0.1 + 0.2, 1, "ok"],
    ]
    columns = [("feature", "text"), ("count", "number"), ("share", "percent"), ("s", "state")]
    assert render_text(make_table(columns, rows)).splitlines() == [
        "T",
        "",
        "T",
        "feature      count  share  s",
        "-------  ---------  -----  -----",
        "fare     1,234,567    25%  ok",
        "tips             —    NaN  error",
        "m              0.3   100%  ok",
    ]


def test_titles_notes_and_units_are_shown(sample: Document) -> None:
    lines = render_text(sample).splitlines()
    assert lines[:2] == ["Statistics of the training split", "Computed over 10,000 examples."]
    assert "Anomalies are judged against the schema of this run." in lines
    assert any("Duration (s)" in line for line in lines)
    assert lines[-1] == "(no rows)"


def test_no_line_ends_with_a_space(sample: Document) -> None:
    assert not [line for line in render_text(sample).splitlines() if line != line.rstrip()]


def test_the_same_document_gives_the_same_text(sample: Document) -> None:
    assert render_text(sample) == render_text(dict(sample))


@pytest.mark.parametrize("text", ["\x1b]0;owned\x07", "\x1b[2J", "a\r\nb", "\u202edesrever", "\x9b2J"])
def test_hostile_text_cannot_drive_a_terminal(make_table: MakeTable, text: str) -> None:
    document = make_table([(text, "text")], [[text]], title=text)
    document["notes"] = document["sections"][0]["notes"] = [text]
    shown = render_text(document)
    assert all(char.isprintable() or char == "\n" for char in shown)
    assert len(shown.split("\n")) == 8


def test_a_lone_surrogate_can_be_written(make_table: MakeTable) -> None:
    assert b"\\ud800" in render_text(make_table([("a", "text")], [["\ud800"]])).encode("utf-8")


def test_long_cells_and_headings_are_cut(make_table: MakeTable) -> None:
    lines = render_text(make_table([("h" * 61, "text")], [["x" * 60], ["y" * 61]])).splitlines()
    assert lines[3:] == ["h" * 59 + "…", "-" * 60, "x" * 60, "y" * 59 + "…"]


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'zenml_nb/graph@1'; known are .*zenml_nb/tables@1"):
        render_text({"schema": "zenml_nb/graph@1"})


def test_a_row_of_another_length_is_refused(make_table: MakeTable) -> None:
    with pytest.raises(ValueError, match="row 0 of 'T' has 2 cells for 1 columns"):
        render_text(make_table([("a", "text")], [["x", "y"]]))
