"""Vocabularies of different types, one pipeline after the other in one process."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.engine.conftest import working_in
from zenml_nb import PandasDatasource, TrainingPipeline
from zenml_nb.repository import create_repository
from zenml_nb.steps import RandomSplit, StandardPreprocesser

VALUES = {"texts": ["a", "b"], "numbers": [7, 9]}


def transformed(name: str) -> list[int]:
    frame = pd.DataFrame({"x": VALUES[name] * 20, "y": range(40)})
    pipeline = TrainingPipeline(name)
    pipeline.add_datasource(PandasDatasource(name, df=frame))
    pipeline.add_split(RandomSplit({"train": 0.7, "eval": 0.3}))
    overwrite = {"x": {"transform": "compute_and_apply_vocabulary"}}
    pipeline.add_preprocesser(StandardPreprocesser(features=["x"], labels=["y"], overwrite=overwrite))
    pipeline.run(until="preprocesser")
    return sorted(set(pipeline.sample_transformed_data("train")["x_xf"]))


@pytest.mark.parametrize("order", [["texts", "numbers"], ["numbers", "texts"]])
def test_numbers_and_texts_have_vocabularies_of_their_own(tmp_path: Path, order: list[str]) -> None:
    with working_in(tmp_path):
        create_repository(tmp_path)
        assert [transformed(name) for name in order] == [[0, 1], [0, 1]]
