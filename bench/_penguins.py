"""The penguin pipeline, as a user of zenml_nb writes it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zenml_nb import TrainingPipeline


def penguin_csv() -> Path:
    """The Palmer penguins, as their package ships them; without importing it, which would import pandas."""
    package = find_spec("palmerpenguins")
    if package is None or package.origin is None:
        raise SystemExit("The package palmerpenguins is not installed.")
    return Path(package.origin).parent / "data" / "penguins.csv"


def penguin_pipeline() -> TrainingPipeline:
    """From the CSV file to the deployed model."""
    from zenml_nb import CSVDatasource, TrainingPipeline
    from zenml_nb.steps import (
        LocalDirectoryDeployer,
        RandomSplit,
        StandardPreprocesser,
        TFFeedForwardTrainer,
        TFMAEvaluator,
    )

    pipeline = TrainingPipeline(name="penguins")
    pipeline.add_datasource(CSVDatasource(name="penguins", path=str(penguin_csv()), null_values=["NA"]))
    pipeline.add_split(RandomSplit({"train": 0.7, "eval": 0.3}))
    pipeline.add_preprocesser(
        StandardPreprocesser(
            features=["island", "bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "sex"],
            labels=["species"],
            overwrite={
                "bill_depth_mm": {"filling": "mean", "transform": "scale_to_0_1"},
                "body_mass_g": {
                    "filling": "min",
                    "transform": {"method": "bucketize", "parameters": {"num_buckets": 4}},
                },
                "island": {"transform": {"method": "one_hot_encode", "parameters": {"top_k": 5}}},
            },
        )
    )
    pipeline.add_trainer(
        TFFeedForwardTrainer(
            loss="sparse_categorical_crossentropy",
            last_activation="softmax",
            output_units=3,
            epochs=5,
            lr=0.01,
            metrics=["accuracy"],
        )
    )
    pipeline.add_evaluator(TFMAEvaluator(slices=[["island"], ["island", "sex"]]))
    pipeline.add_deployment(LocalDirectoryDeployer("deployed"))
    return pipeline
