"""Columns of lists: the standard preprocesser refuses them before the run, and says what to do."""

from __future__ import annotations

import pandas as pd
import pytest

from zenml_nb import PandasDatasource, TrainingPipeline
from zenml_nb.errors import DeclarationError
from zenml_nb.pipelines.checks import check_against_data
from zenml_nb.steps import StandardPreprocesser


def _check(**arguments):
    frame = pd.DataFrame({"y": [0, 1], "x": [1.0, 2.0], "tags": [["a"], ["b", "c"]]})
    pipeline = TrainingPipeline("lists")
    pipeline.add_datasource(PandasDatasource("lists", df=frame))
    pipeline.add_preprocesser(StandardPreprocesser(**arguments))
    check_against_data(pipeline, ["preprocesser"], pipeline.commit())


@pytest.mark.parametrize("arguments", [{"labels": ["y"]}, {"features": ["x"], "labels": ["tags"]}])
def test_a_list_is_no_feature_and_no_label(repository, arguments):
    with pytest.raises(DeclarationError, match=r"'tags' holds lists(.|\n)*features="):
        _check(**arguments)


def test_a_list_may_be_left_out(repository):
    _check(features=["x"], labels=["y"])
