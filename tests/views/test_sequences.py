from __future__ import annotations

import pandas as pd

from tests.views.reader import Reader, assert_safe
from zenml_nb.viewmodels.sequences import sequences_document
from zenml_nb.views.html import render_html
from zenml_nb.views.text import render_text


def make(n_windows: int = 2, n_steps: int = 3) -> dict[str, object]:
    frame = pd.DataFrame(
        {
            "at": [[f"t{i}.{step}" for step in range(n_steps)] for i in range(n_windows)],
            "<b>": [[i + step / 2 for step in range(n_steps)] for i in range(n_windows)],
            "sky": [["<i>sun</i>"] * n_steps] * n_windows,
            "next": [1.25] * n_windows,
        }
    )
    return sequences_document(frame, split="train", total=50, timestamp="at")


def test_the_text_is_a_table_a_sequence() -> None:
    assert render_text(make(1)).splitlines() == [
        "Sequences of train",
        "The first 1 of 50 sequences.",
        "",
        "t0.0 to t0.2",
        "Column        t0.0        t0.1        t0.2",
        "------  ----------  ----------  ----------",
        "<b>              0         0.5           1",
        "sky     <i>sun</i>  <i>sun</i>  <i>sun</i>",
        "next          1.25",
    ]


def test_long_texts_are_cut_and_say_so() -> None:
    lines = render_text(make(5, 40)).splitlines()
    assert lines[-1] == "and 2 more"
    assert sum(line.startswith("Column") for line in lines) == 3
    assert all(len(line) < 300 for line in lines)
    assert next(line for line in lines if line.startswith("<b>")).endswith("…")


def test_the_html_has_a_chart_a_column_of_numbers_and_all_values() -> None:
    read = Reader(render_html(make()))
    assert [value for name, value in read.attributes if name == "alt"] == ["<b>: 0, 0.5, 1", "<b>: 1, 1.5, 2"]
    shown = " ".join(read.texts)
    for word in ("t0.0 to t0.2", "<i>sun</i>", "1.25", "Values of t1.0 to t1.2"):
        assert word in shown
    assert_safe(read)


def test_the_html_of_many_sequences_ends_somewhere() -> None:
    read = Reader(render_html(make(30, 100)))
    assert read.tags.count("img") == 10
    assert "and 20 more" in " ".join(read.texts)
    assert_safe(read)


def test_equal_values_and_values_that_are_not_finite_are_drawn() -> None:
    frame = pd.DataFrame({"same": [[2.0, 2.0]], "none": [[float("nan"), float("inf")]], "some": [[1.0, float("nan")]]})
    read = Reader(render_html(sequences_document(frame, split="eval")))
    sources = [value or "" for name, value in read.attributes if name == "src"]
    assert len(sources) == 3
    assert not [source for source in sources if "nan" in source or "inf" in source]


def test_a_document_without_sequences_is_shown() -> None:
    document = make(0)
    assert "The first 0 of 50 sequences." in render_text(document)
    assert_safe(Reader(render_html(document)))
