from __future__ import annotations

import numpy as np
import pytest

from zenml_nb.errors import DataError, DeclarationError
from zenml_nb.steps import InferenceStep


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"batch_size": 0}, "batch_size holds 0"),
        ({"output_columns": ["p"]}, "Give a dictionary"),
        ({"output_columns": {"a": ""}}, r"output_columns\['a'\] is ''"),
        ({"output_columns": {"a": "p", "b": "p"}}, "names a column twice"),
        ({"keep_columns": "island"}, "Give a list"),
    ],
)
def test_a_wrong_declaration_is_told(arguments, text):
    with pytest.raises(DeclarationError, match=text):
        InferenceStep(**arguments)


def test_outputs_have_columns():
    assert InferenceStep().column_names(["outputs"]) == {"outputs": "prediction"}
    assert InferenceStep().column_names(["a", "b"]) == {"a": "a", "b": "b"}
    step = InferenceStep(output_columns={"a": "first"})
    assert step.column_names(["a", "b"]) == {"a": "first", "b": "b"}
    assert list(step.predictions({"a": np.zeros(2), "b": np.ones(2)})) == ["first", "b"]


def test_predictions_do_not_hide_the_data():
    with pytest.raises(DataError, match="'prediction' of the data"):
        InferenceStep().check_columns(["prediction"], ["outputs"])
    InferenceStep(keep_columns=[]).check_columns(["prediction"], ["outputs"])
    InferenceStep().check_columns(["prediction"], None)
