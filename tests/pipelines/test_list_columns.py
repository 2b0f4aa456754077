"""Columns of lists: features that the standard preprocesser takes, but no labels."""

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


def test_a_list_is_no_label(repository):
    with pytest.raises(DeclarationError, match=r"label 'tags' are lists"):
        _check(features=["x"], labels=["tags"])


@pytest.mark.parametrize("features", [["x"], ["x", "tags"], None])
def test_a_list_may_be_a_feature_or_left_out(repository, features):
    _check(features=features, labels=["y"])
