"""Evaluations that TFMA itself makes of a frame with labels and predictions: no model has to be trained for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import tensorflow_model_analysis as tfma
from google.protobuf import text_format

from zenml_nb.engine.session import local_pipeline

#: Two models, intervals, slices, binary plots, and thresholds of which some fail.
BINARY = """
model_specs { name: "candidate" label_key: "label" prediction_key: "score" }
model_specs { name: "baseline" label_key: "label" prediction_key: "old_score" is_baseline: true }
slicing_specs { }
slicing_specs { feature_keys: "payment_type" }
slicing_specs { feature_keys: "trip_start_hour" feature_values { key: "payment_type" value: "Cash" } }
metrics_specs {
  metrics { class_name: "ExampleCount" }
  metrics { class_name: "BinaryAccuracy" threshold {
    value_threshold { lower_bound { value: 0.55 } }
    change_threshold { direction: HIGHER_IS_BETTER absolute { value: -0.01 } } } }
  metrics { class_name: "AUC" per_slice_thresholds {
    slicing_specs { feature_keys: "payment_type" }
    slicing_specs { feature_values { key: "payment_type" value: "Barter" } }
    threshold { value_threshold { lower_bound { value: 0.7 } upper_bound { value: 0.9999 } } } } }
  metrics { class_name: "CalibrationPlot" }
  metrics { class_name: "ConfusionMatrixPlot" }
  metrics { class_name: "ConfusionMatrixAtThresholds" config: '{"thresholds": [0.25, 0.5]}' }
}
"""

#: Jackknife intervals, and means by slice.
INTERVALS = """
model_specs { label_key: "label" prediction_key: "score" }
slicing_specs { }
slicing_specs { feature_keys: "payment_type" }
metrics_specs {
  metrics { class_name: "ExampleCount" }
  metrics { class_name: "BinaryAccuracy" }
  metrics { class_name: "MeanLabel" }
  metrics { class_name: "MeanPrediction" }
}
options { compute_confidence_intervals { value: true } confidence_intervals { method: METHOD } }
"""

#: Several classes: binarized, averaged, at cutoffs, and as matrices.
CLASSES = """
model_specs { label_key: "species" prediction_key: "shares" }
slicing_specs { }
slicing_specs { feature_keys: "payment_type" }
metrics_specs {
  metrics { class_name: "ExampleCount" }
  metrics { class_name: "SparseCategoricalAccuracy" }
  metrics { class_name: "MultiClassConfusionMatrixPlot" config: '{"thresholds": [0.0, 0.4, 0.6]}' }
  metrics { class_name: "MultiClassConfusionMatrixAtThresholds" config: '{"thresholds": [0.5]}' }
}
metrics_specs { metrics { class_name: "ConfusionMatrixPlot" } binarize { class_ids { values: 0 values: 2 } } }
metrics_specs {
  metrics { class_name: "AUC" }
  binarize { class_ids { values: 0 values: 2 } }
  aggregate { macro_average: true class_weights { key: 0 value: 1.0 } class_weights { key: 2 value: 1.0 } }
}
metrics_specs { metrics { class_name: "Precision" } binarize { top_k_list { values: 1 values: 2 } } }
"""

#: A model with two outputs.
OUTPUTS = """
model_specs {
  label_keys { key: "tip" value: "label" } label_keys { key: "amount" value: "tips" }
  prediction_keys { key: "tip" value: "score" } prediction_keys { key: "amount" value: "guess" }
}
slicing_specs { }
slicing_specs { feature_keys: "payment_type" }
metrics_specs {
  output_names: "tip"
  metrics { class_name: "ExampleCount" }
  metrics { class_name: "AUC" }
  metrics { class_name: "CalibrationPlot" }
}
metrics_specs {
  output_names: "amount"
  metrics { class_name: "MeanSquaredError" }
  metrics { class_name: "CalibrationPlot" config: '{"left": 0, "right": 20, "num_buckets": 50}' }
}
"""


def scored_trips(path: Path, rows: int = 1500) -> pd.DataFrame:
    """The first trips, with made-up predictions that know something of the labels."""
    trips = pd.read_csv(path).head(rows)
    random = np.random.default_rng(7)
    frame = trips[["payment_type", "trip_start_hour", "tips"]].copy()
    frame["label"] = (trips["tips"] > 0.2 * trips["fare"]).astype("int64")
    noise = random.normal(0, 1, (2, rows))
    for column, weight, row in (("score", 1.6, 0), ("old_score", 0.9, 1)):
        frame[column] = (1 / (1 + np.exp(-(weight * (frame["label"] - 0.5) + noise[row])))).astype("float32")
    frame["guess"] = (frame["tips"] + random.normal(0, 1, rows)).clip(0).astype("float32")
    frame["species"] = random.integers(0, 3, rows)
    shares = random.dirichlet([1, 1, 1], rows) + 0.4 * np.eye(3)[frame["species"]]
    frame["shares"] = list((shares / shares.sum(axis=1, keepdims=True)).astype("float32"))
    return frame


def evaluate(frame: pd.DataFrame, config: str, folder: Path) -> tfma.EvalResult:
    """Let TFMA evaluate and write, and read it back with its own reader."""
    import apache_beam as beam
    from tensorflow_model_analysis.extractors.materialized_predictions_extractor import MaterializedPredictionsExtractor
    from tfx_bsl.arrow import table_util

    batch = table_util.CanonicalizeRecordBatch(pa.RecordBatch.from_pandas(frame))
    parsed: Any = text_format.Parse(config, tfma.EvalConfig())
    for spec in parsed.metrics_specs:
        spec.model_names.extend(spec.model_names or [model.name for model in parsed.model_specs])
    # The pieces, because their sum refuses change thresholds where the baseline is no model but a column.
    take = tfma.extractors
    extractors = [
        take.FeaturesExtractor(parsed),
        take.LabelsExtractor(parsed),
        take.ExampleWeightsExtractor(parsed),
        MaterializedPredictionsExtractor(parsed),
        take.UnbatchExtractor(),
        take.SliceKeyExtractor(eval_config=parsed),
    ]
    evaluators = [tfma.evaluators.MetricsPlotsAndValidationsEvaluator(parsed)]
    with local_pipeline() as pipeline:
        _ = (
            pipeline
            | beam.Create([batch])
            | tfma.BatchedInputsToExtracts()
            | tfma.ExtractAndEvaluate(extractors=extractors, evaluators=evaluators)
            | tfma.WriteResults(writers=tfma.default_writers(str(folder), eval_config=parsed))
        )
    return tfma.load_eval_result(str(folder), model_name=parsed.model_specs[0].name or None)
