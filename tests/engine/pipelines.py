"""The pipelines that the integration tests run."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from zenml_nb import CSVDatasource, TrainingPipeline
from zenml_nb.steps import (
    LocalDirectoryDeployer,
    RandomSplit,
    StandardPreprocesser,
    TFFeedForwardTrainer,
    TFMAEvaluator,
)

COMPONENTS = [
    "Data",
    "DataStatistics",
    "DataSchema",
    "Split",
    "SplitStatistics",
    "SplitSchema",
    "SplitAnomalies",
    "Preprocesser",
    "Trainer",
    "Evaluator",
    "Deployer",
]


def penguin_csv() -> Path:
    """The Palmer penguins, as their package ships them."""
    return Path(str(files("palmerpenguins") / "data" / "penguins.csv"))


def penguin_trainer(**changes: Any) -> TFFeedForwardTrainer:
    """A trainer that learns the species."""
    arguments: dict[str, Any] = {
        "loss": "sparse_categorical_crossentropy",
        "last_activation": "softmax",
        "output_units": 3,
        "epochs": 5,
        "lr": 0.01,
        "metrics": ["accuracy"],
    }
    return TFFeedForwardTrainer(**{**arguments, **changes})


def penguin_pipeline(name: str = "penguins") -> TrainingPipeline:
    """From the CSV file to the deployed model."""
    pipeline = TrainingPipeline(name=name)
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
    pipeline.add_trainer(penguin_trainer())
    pipeline.add_evaluator(TFMAEvaluator(slices=[["island"], ["island", "sex"]]))
    pipeline.add_deployment(LocalDirectoryDeployer("deployed"))
    return pipeline
