from __future__ import annotations

import json
import math
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml_nb.artifacts.history import read_history
from zenml_nb.errors import NotAvailableError
from zenml_nb.viewmodels.training import history_of, loss_curve, training_document
from zenml_nb.views.html import render_html
from zenml_nb.views.text import render_text

SCHEMA = Path(__file__).parents[2] / "zenml_nb/viewmodels/schema/training.json"
VALIDATOR = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
HOSTILE = ["<img src=x onerror=alert(1)>", "</script>", "\u202e\x00", "__proto__", "val_", "val_val_loss"]


def document(history, **given):
    made = training_document(history, **given)
    VALIDATOR.validate(json.loads(json.dumps(made, allow_nan=False)))
    return made


def test_metrics_of_both_sides_belong_together():
    made = document(
        {"loss": [0.9, 0.5], "accuracy": [0.1, 0.6], "val_loss": [0.8, 0.7], "val_only": [1.0, 2.0]}, run="r.1"
    )
    assert [(m["name"], m["train"], m["eval"]) for m in made["metrics"]] == [
        ("loss", [0.9, 0.5], [0.8, 0.7]),
        ("accuracy", [0.1, 0.6], []),
        ("only", [], [1.0, 2.0]),
    ]
    assert made["notes"] == ["Run r.1."]
    assert made["epochs"] == [1, 2]


def test_the_best_epoch_is_told_of_losses_alone():
    made = document(
        {"loss": [3.0, 2.0, 1.0], "val_loss": [2.0, 1.5, 1.75], "accuracy": [1.0] * 3, "val_accuracy": [1.0] * 3}
    )
    assert [m["best"] for m in made["metrics"]] == [{"epoch": 2, "value": 1.5}, None]


def test_a_long_training_is_thinned_evenly_and_keeps_its_ends():
    made = document({"loss": [float(i) for i in range(10_000)]})
    assert (made["epochs"][0], made["epochs"][-1]) == (1, 10_000)
    assert len(made["epochs"]) == 2000
    assert [value + 1 for value in made["metrics"][0]["train"]] == made["epochs"]
    assert "2,000 of 10,000 epochs" in made["notes"][0]
    curve = loss_curve({"loss": [float(i) for i in range(10_000)]})
    assert len(curve["epochs"]) == 120
    assert (curve["epochs"][0], curve["epochs"][-1], curve["eval"]) == (1, 10_000, [])


def test_without_a_loss_a_step_has_no_curve():
    assert loss_curve({"score": [0.5]}) is None
    assert loss_curve({}) is None
    assert document({})["notes"] == ["No metric was reported."]


@given(
    st.dictionaries(
        st.sampled_from(["loss", "val_loss", "a", "val_a", *HOSTILE]),
        st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), max_size=8),
        max_size=5,
    )
)
def test_any_history_is_shown_everywhere(history):
    made = document(history)
    html, plain = render_html(made), render_text(made)
    assert "<img src=x" not in html
    assert "\u202e" not in html
    assert all(line == line.rstrip() for line in plain.splitlines())
    curve = loss_curve(history)
    assert curve is None or len(curve["epochs"]) == max(len(history.get("loss", [])), len(history.get("val_loss", [])))


def test_what_a_training_tells_may_lack_metrics_and_be_no_number():
    assert history_of([{"loss": 1.0}, {"loss": math.nan, "val_loss": 0.5}]) == {
        "loss": [1.0, None],
        "val_loss": [None, 0.5],
    }


def test_text_and_html_tell_the_values():
    made = document({"loss": [0.9, 0.25], "val_loss": [0.8, None]}, title="Training of taxi")
    text = render_text(made)
    assert text.splitlines()[0] == "Training of taxi"
    assert "loss: Best on the evaluation splits: 0.8 in epoch 1." in text
    assert text.splitlines()[-1].split() == ["2", "0.25", "—"]
    html = render_html(made)
    assert html.count("<img ") == 1
    assert "train, 2 points; eval, 1 points" in html


@pytest.mark.parametrize("content", ["", "[]", '{"loss": 1}', "{", "\x00"])
def test_a_damaged_history_is_told(tmp_path, content):
    (tmp_path / "history.json").write_text(content)
    with pytest.raises(NotAvailableError, match=r"missing or damaged(.|\n)*history\.json"):
        read_history(str(tmp_path))


def test_a_history_holds_numbers_alone(tmp_path):
    (tmp_path / "history.json").write_text('{"loss": [1, true, "x", null, 1e400, {"a": 1}]}')
    assert read_history(str(tmp_path)) == {"loss": [1.0, None, None, None, None, None]}


def test_a_training_is_shown_by_its_folder(tmp_path):
    from zenml_nb.viewmodels.artifact import document_of

    (tmp_path / "history.json").write_text('{"loss": [1.0]}')
    assert document_of(str(tmp_path))["schema"] == "zenml_nb/training@1"
