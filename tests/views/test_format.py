from __future__ import annotations

import decimal
import json
from pathlib import Path
from typing import Any

import pytest

from zenml_nb.views.format import format_cell, format_number, full_number, state_level, visible

CASES: dict[str, list[Any]] = json.loads(Path(__file__).with_name("display_cases.json").read_text("utf-8"))


@pytest.mark.parametrize(("value", "shown"), CASES["numbers"])
def test_a_number_is_shown_as_in_the_browser(value: float, shown: str) -> None:
    assert format_number(value) == shown


@pytest.mark.parametrize(("cell", "kind", "shown"), CASES["cells"])
def test_a_cell_is_shown_as_in_the_browser(cell: object, kind: str, shown: str) -> None:
    assert format_cell(cell, kind) == shown


@pytest.mark.parametrize(("text", "shown"), CASES["visible"])
def test_unsafe_characters_are_shown_as_in_the_browser(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(("word", "level"), CASES["levels"])
def test_the_level_of_a_state_is_as_in_the_browser(word: str, level: str) -> None:
    assert state_level(word) == level


def test_floats_that_are_not_finite_have_the_words_of_the_documents() -> None:
    values = [float("nan"), float("inf"), float("-inf")]
    assert [format_number(value) for value in values] == ["NaN", "Infinity", "-Infinity"]


def test_the_full_number_has_every_digit() -> None:
    assert full_number(0.1 + 0.2) == "0.30000000000000004"
    assert full_number(10**20) == "1" + "0" * 20


def test_the_decimal_context_of_the_caller_changes_nothing() -> None:
    with decimal.localcontext(decimal.Context(prec=2, rounding=decimal.ROUND_DOWN)):
        assert format_number(1234.125) == "1,234.13"
