"""The ids of the TFX components that the built-in slots compile to."""

from __future__ import annotations

DATA = "Data"
DATA_STATISTICS = "DataStatistics"
DATA_SCHEMA = "DataSchema"
SPLIT = "Split"
SPLIT_STATISTICS = "SplitStatistics"
SPLIT_SCHEMA = "SplitSchema"
SPLIT_ANOMALIES = "SplitAnomalies"
SEQUENCER = "Sequencer"
SEQUENCE_STATISTICS = "SequenceStatistics"
SEQUENCE_SCHEMA = "SequenceSchema"
PREPROCESSER = "Preprocesser"
TRAINER = "Trainer"
PREDICTIONS = "Predictions"
EVALUATOR = "Evaluator"
DEPLOYER = "Deployer"

# Of a batch inference.
MODEL = "Model"
INFERENCE = "Inference"
