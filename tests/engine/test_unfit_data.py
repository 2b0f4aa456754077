"""Names and labels that do not go together with what a pipeline declares."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.engine.conftest import working_in
from zenml_nb import PandasDatasource, TrainingPipeline
from zenml_nb.errors import DeclarationError, StepFailedError
from zenml_nb.records import vocabulary as v
from zenml_nb.steps import RandomSplit, StandardPreprocesser, TFFeedForwardTrainer, TFMAEvaluator

N = 60
NOISE = np.random.default_rng(0).normal(size=N)


@pytest.fixture
def train(tmp_path: Path) -> Callable[..., TrainingPipeline]:
    """A pipeline over a frame, with a trainer of the given arguments."""

    def make(frame: pd.DataFrame, label: str, **arguments: Any) -> TrainingPipeline:
        pipeline = TrainingPipeline(name="unfit")
        pipeline.add_datasource(PandasDatasource(name="unfit", df=frame))
        pipeline.add_split(RandomSplit({"train": 0.7, "eval": 0.3}))
        pipeline.add_preprocesser(StandardPreprocesser(labels=[label]))
        pipeline.add_trainer(TFFeedForwardTrainer(**{"last_activation": "linear", **arguments}))
        return pipeline

    return make


def test_names_with_slashes_and_other_signs_are_trained_and_sliced(
    train: Callable[..., TrainingPipeline], tmp_path: Path
) -> None:
    odd = {"größe/m": NOISE, "a.b": NOISE, "__proto__": ["x", "y"] * (N // 2), 'q"': ["u"] * N, "y": NOISE}
    with working_in(tmp_path):
        pipeline = train(pd.DataFrame(odd), "y", loss="mse")
        pipeline.add_evaluator(TFMAEvaluator(slices=[["__proto__"], ['q"']]))
        assert pipeline.run().state == v.COMPLETE
        slices = [entry["slice"] for entry in pipeline.evaluation()["slices"]]
    assert slices == [[], [["__proto__", "x"]], [["__proto__", "y"]], [['q"', "u"]]]


def test_a_class_that_the_training_split_lacks_is_told(train: Callable[..., TrainingPipeline], tmp_path: Path) -> None:
    labels = [f"c{i}" if i % 3 == 0 else "c" for i in range(N)]
    arguments = {"loss": "sparse_categorical_crossentropy", "output_units": 30, "last_activation": "softmax"}
    with working_in(tmp_path):
        pipeline = train(pd.DataFrame({"f": NOISE, "label": labels}), "label", **arguments)
        with pytest.raises(StepFailedError, match="class in another split"):
            pipeline.run()


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        ({"loss": "binary_crossentropy"}, "sparse_categorical_crossentropy"),
        ({"loss": "sparse_categorical_crossentropy"}, "output_units=3"),
        ({"loss": "categorical_crossentropy", "output_units": 3}, "sparse_categorical_crossentropy"),
    ],
)
def test_a_loss_that_does_not_fit_the_classes_is_told(
    train: Callable[..., TrainingPipeline], tmp_path_factory: pytest.TempPathFactory, arguments: Any, advice: str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "classes"
    folder.mkdir(exist_ok=True)
    with working_in(folder):
        pipeline = train(pd.DataFrame({"f": NOISE, "label": ["a", "b", "c"] * (N // 3)}), "label", **arguments)
        with pytest.raises(DeclarationError, match="has 3 classes") as caught:
            pipeline.run()
    assert advice in str(caught.value.advice)


def test_a_label_named_like_an_output_is_refused_before_the_run(
    train: Callable[..., TrainingPipeline], tmp_path: Path
) -> None:
    with working_in(tmp_path), pytest.raises(DeclarationError, match="ends with '_xf'"):
        train(pd.DataFrame({"f": NOISE, "y_xf": NOISE}), "y_xf", loss="mse").run()
