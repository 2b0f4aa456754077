"""The ids of the TFX components that the built-in slots compile to."""

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
EVALUATOR = "Evaluator"
DEPLOYER = "Deployer"

# Of a batch inference.
MODEL = "Model"
INFERENCE = "Inference"
