"""The ids of the TFX components that a training pipeline compiles to."""

from __future__ import annotations

DATA = "Data"
DATA_STATISTICS = "DataStatistics"
DATA_SCHEMA = "DataSchema"
SPLIT = "Split"
SPLIT_STATISTICS = "SplitStatistics"
SPLIT_SCHEMA = "SplitSchema"
SPLIT_ANOMALIES = "SplitAnomalies"
PREPROCESSER = "Preprocesser"
TRAINER = "Trainer"
PREDICTIONS = "Predictions"
EVALUATOR = "Evaluator"
DEPLOYER = "Deployer"
