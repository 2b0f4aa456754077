from __future__ import annotations

import copy
import os
import pickle

import pytest

from zenml_nb import errors
from zenml_nb.errors import (
    DataError,
    RunCanceledError,
    StepFailedError,
    ZenmlNbError,
    did_you_mean,
    shorten_path,
)

CLASSES = [
    error
    for error in vars(errors).values()
    if isinstance(error, type) and issubclass(error, ZenmlNbError) and error is not StepFailedError
]


def test_the_text_says_what_where_and_what_to_do():
    assert str(DataError("It broke.", where="a.csv, line 2", advice="Mend it.")) == (
        "It broke.\n  where: a.csv, line 2\n  to do: Mend it."
    )
    assert str(DataError("It broke.")) == "It broke."


@pytest.mark.parametrize("error", CLASSES)
def test_every_error_survives_another_process(error):
    made = error("What.", where="Where.", advice="Do.")
    for other in (pickle.loads(pickle.dumps(made)), copy.copy(made), copy.deepcopy(made)):
        assert type(other) is error
        assert (str(other), other.where, other.advice) == (str(made), "Where.", "Do.")


def test_a_failed_step_survives_another_process():
    made = StepFailedError("What.", step="trainer", where="Where.", user_traceback="line\n")
    other = pickle.loads(pickle.dumps(made))
    assert (other.step, other.user_traceback, str(other)) == ("trainer", "line\n", str(made))


def test_all_errors_are_exported():
    assert {error.__name__ for error in CLASSES} | {"StepFailedError"} <= set(errors.__all__)


def test_a_canceled_run_is_an_interrupt():
    with pytest.raises(KeyboardInterrupt):
        raise RunCanceledError("Canceled.")


def test_ipython_shows_no_stack_but_the_users():
    assert DataError("What.")._render_traceback_() == ["DataError: What."]
    failed = StepFailedError("What.", step="trainer", user_traceback="File x\n  y\n")
    assert failed._render_traceback_() == ["File x", "  y", "", "StepFailedError: What."]
    assert StepFailedError("What.", step="t")._render_traceback_() == ["StepFailedError: What."]


@pytest.mark.parametrize(
    ("name", "valid", "text"),
    [
        ("specis", ["island", "species"], "Did you mean 'species'? Valid names: island, species."),
        ("SPECIES", ["island", "species"], "Did you mean 'species'? Valid names: island, species."),
        ("zzz", ["island"], "Valid names: island."),
        ("a", [], "There are no valid names here."),
        ("c99", [f"n{i}" for i in range(25)], "and 5 more."),
    ],
)
def test_did_you_mean(name, valid, text):
    assert did_you_mean(name, iter(valid)).endswith(text)


def test_shorten_path(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    assert shorten_path(tmp_path / "in" / "a" / "b.csv") == os.path.join("a", "b.csv")
    assert shorten_path(tmp_path / "b.csv") == str(tmp_path / "b.csv")
    assert shorten_path(tmp_path / "in" / "..hidden") == "..hidden"
    assert shorten_path("b.csv") == "b.csv"
    assert shorten_path(os.path.join("..", "b.csv")) == os.path.join("..", "b.csv")
