"""Runs with real files behind them, made without TensorFlow, for the tests of comparisons."""

from __future__ import annotations

import json
import math
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import statistics_pb2

from tests.evaluation_files import metric, slice_key, write_evaluation
from zenml_nb.records import Artifact, Execution, Run
from zenml_nb.records import vocabulary as v

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)

SCHEMA = """
feature {{ name: 'fare' type: {fare} presence {{ min_fraction: 1 min_count: 1 }} }}
feature {{ name: 'city' type: BYTES string_domain {{ value: 'Oslo' value: '{city}' }} }}
"""
STATISTICS = """
datasets {{ name: 'x' num_examples: 10
  features {{ name: 'fare' type: FLOAT num_stats {{ common_stats {{ num_non_missing: 10 tot_num_values: 10 }}
    min: 0 max: 2 histograms {{ buckets {{ low_value: 0 high_value: 1 sample_count: {low} }}
    buckets {{ low_value: 1 high_value: 2 sample_count: {high} }} }} }} }}
  features {{ name: 'city' type: STRING string_stats {{ common_stats {{ num_non_missing: 10 tot_num_values: 10 }}
    unique: 2 rank_histogram {{ buckets {{ label: 'Oslo' sample_count: {oslo} }}
    buckets {{ low_rank: 1 high_rank: 1 label: 'Rome' sample_count: {rome} }} }} }} }} }}
"""
YAML = """pipeline:
  name: taxi
  steps:
    evaluator:
      source: zenml_nb.steps.evaluator.TFMAEvaluator
      args:
        slices: [[hour]]
        password: hunter2
      code: eeee
    trainer:
      source: steps.Trainer
      args: {{lr: {lr}}}
"""


def _json(number: float) -> Any:
    return number if math.isfinite(number) else {"doubleValue": "NaN" if math.isnan(number) else "Infinity"}


class Taxi:
    """Makes runs of a pipeline with three components.

    Args:
        root: the project folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.number = 0

    def artifact(self, kind: str, key: str, splits: tuple[str, ...] = ()) -> Artifact:
        """An artifact with a folder of its own."""
        self.number += 1
        folder = self.root / ".zenml_nb/artifacts" / str(self.number)
        folder.mkdir(parents=True)
        return Artifact(self.number, kind, key, str(folder), splits)

    def statistics(self, low: float = 5, oslo: float = 5, splits: tuple[str, ...] = ("train", "eval")) -> Artifact:
        made = self.artifact("ExampleStatistics", "statistics", splits)
        text = STATISTICS.format(low=low, high=10 - low, oslo=oslo, rome=10 - oslo)
        listed = text_format.Parse(text, statistics_pb2.DatasetFeatureStatisticsList())
        for split in splits:
            made.split_path(split).mkdir()
            (made.split_path(split) / "FeatureStats.pb").write_bytes(listed.SerializeToString())
        return made

    def schema(self, fare: str = "FLOAT", city: str = "Rome") -> Artifact:
        made = self.artifact("Schema", "schema")
        (Path(made.uri) / "schema.pbtxt").write_text(SCHEMA.format(fare=fare, city=city), "utf-8")
        return made

    def evaluation(self, slices: dict[Any, dict[str, float]]) -> Artifact:
        """The metrics of slices: hour to name to value; None is the whole data."""
        made = self.artifact("ModelEvaluation", "evaluation")
        records = [
            {
                "sliceKey": slice_key() if hour is None else slice_key(hour=hour),
                "metricKeysAndValues": [metric(name, _json(value)) for name, value in metrics.items()],
            }
            for hour, metrics in slices.items()
        ]
        write_evaluation(Path(made.uri), records)
        return made

    def run(
        self,
        name: str,
        *outputs: Artifact,
        args: dict[str, Any] | None = None,
        code: str = "aaaa",
        state: str = v.COMPLETE,
        metrics: dict[str, float] | None = None,
        yaml_lr: str = "0.1",
        **properties: Any,
    ) -> Run:
        """A run whose split wrote the statistics and the schema, and whose evaluator the evaluation."""
        folder = self.root / ".zenml_nb/runs" / name
        folder.mkdir(parents=True)
        (folder / v.CONFIG_FILE).write_text(YAML.format(lr=yaml_lr), "utf-8")
        declared = {"source": "steps.Trainer", "args": {"lr": 0.1} if args is None else args, "code": code}
        parts = {
            "SplitStatistics": [a for a in outputs if a.type == "ExampleStatistics"],
            "SplitSchema": [a for a in outputs if a.type == "Schema"],
            "Trainer": [],
            "Evaluator": [a for a in outputs if a.type == "ModelEvaluation"],
        }
        executions = [
            Execution(
                index,
                component,
                v.COMPLETE,
                START,
                START + timedelta(seconds=2),
                properties={"custom_config": json.dumps({"step": json.dumps(declared)})}
                if component == "Trainer"
                else {},
                outputs=tuple(own),
            )
            for index, (component, own) in enumerate(parts.items())
            if own or component == "Trainer"
        ]
        recorded = {v.VERSION: "0", v.CONFIG_URI: str(folder / v.CONFIG_FILE), **properties}
        recorded.update({f"{v.METRIC_PREFIX}{key}": value for key, value in (metrics or {}).items()})
        return Run(f"taxi.{name}", "taxi", state, START, START + timedelta(seconds=9), recorded, tuple(executions))
