from __future__ import annotations

import pandas as pd
import pytest

from tests.notebook import forget, modules, notebook  # noqa: F401
from zenml_nb.datasources import PandasDatasource
from zenml_nb.pipelines import TrainingPipeline
from zenml_nb.steps import (
    LocalDirectoryDeployer,
    RandomSplit,
    StandardPreprocesser,
    TFFeedForwardTrainer,
    TFMAEvaluator,
)

FRAME = pd.DataFrame({"species": ["a", "b"] * 10, "mass": range(20), "bill": [0.5, None] * 10})


@pytest.fixture
def make_source(repository):
    return lambda frame=FRAME, name="penguins": PandasDatasource(name, df=frame)


@pytest.fixture
def make_steps():
    """The steps of a whole pipeline by slot; arguments replace or, as None, remove some."""

    def make(**given):
        steps = {
            "split": RandomSplit({"train": 0.7, "eval": 0.3}),
            "preprocesser": StandardPreprocesser(labels=["species"]),
            "trainer": TFFeedForwardTrainer(loss="sparse_categorical_crossentropy", output_units=2),
            "evaluator": TFMAEvaluator(slices=[["species"]]),
            "deployer": LocalDirectoryDeployer("deployed"),
        }
        return {slot: step for slot, step in {**steps, **given}.items() if step is not None}

    return make


@pytest.fixture
def make(make_source, make_steps):
    """Makes a whole pipeline; arguments replace or, as None, remove steps."""

    def make(name="penguins", source=None, **given):
        pipeline = TrainingPipeline(name)
        pipeline.add_datasource(source or make_source())
        for slot, step in make_steps(**given).items():
            pipeline.add_step(slot, step)
        return pipeline

    return make
