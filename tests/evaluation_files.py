"""Folders as TFMA's writers leave them, made from its messages; TFMA itself is not imported."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from google.protobuf import json_format

from tests.artifacts.conftest import framed
from zenml_nb.artifacts.tfma_messages import message_class

Record = dict[str, Any]


def message(kind: str, content: Record) -> Any:
    """One of TFMA's messages from its JSON."""
    return json_format.ParseDict(content, message_class(kind)())


def slice_key(**columns: str | int | float) -> Record:
    """The key of a slice."""
    import base64

    keys = []
    for column, value in columns.items():
        if isinstance(value, str):
            keys.append({"column": column, "bytesValue": base64.b64encode(value.encode()).decode()})
        else:
            keys.append({"column": column, "int64Value" if isinstance(value, int) else "floatValue": value})
    return {"singleSliceKeys": keys}


def metric(name: str, value: Any, interval: tuple[float, ...] | None = None, **key: Any) -> Record:
    """A metric; a number, or the JSON of a MetricValue."""
    entry: Record = {
        "key": {"name": name, **key},
        "value": value if isinstance(value, dict) else {"doubleValue": value},
    }
    if interval:
        sides = dict(zip(("lowerBound", "upperBound", "standardError"), interval, strict=True))
        entry["confidenceInterval"] = {side: {"doubleValue": bound} for side, bound in sides.items()}
    return entry


def matrices(*rows: tuple[float, float, float, float, float]) -> Record:
    """Binary confusion matrices: threshold, true and false positives, true and false negatives."""
    names = ("threshold", "truePositives", "falsePositives", "trueNegatives", "falseNegatives")
    return {"matrices": [dict(zip(names, row, strict=True)) for row in rows]}


def buckets(*rows: tuple[float, float, float, float, float]) -> Record:
    """Buckets: lower, upper, weight, sum of labels, sum of predictions."""
    names = (
        "lowerThresholdInclusive",
        "upperThresholdExclusive",
        "numWeightedExamples",
        "totalWeightedLabel",
        "totalWeightedRefinedPrediction",
    )
    return {"buckets": [dict(zip(names, row, strict=True)) for row in rows]}


def write_evaluation(
    folder: Path,
    metrics: list[Record],
    plots: list[Record] = [],  # noqa: B006 (never changed)
    validation: Record | None = None,
    config: Record | None = None,
    compressed: bool = False,
) -> Path:
    """Write the files of an evaluation."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "metrics-00000-of-00001.tfrecord": [message("MetricsForSlice", record) for record in metrics],
        "plots-00000-of-00001.tfrecord": [message("PlotsForSlice", record) for record in plots],
    }
    if validation is not None:
        files["validations.tfrecord"] = [message("ValidationResult", validation)]
    for name, messages in files.items():
        content = framed([one.SerializeToString() for one in messages])
        (folder / name).write_bytes(gzip.compress(content) if compressed else content)
    if config is not None:
        (folder / "eval_config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


#: A candidate and a baseline, three slices, a failed and some passed checks.
MODELS: dict[str, Any] = {
    "config": {
        "evalConfig": {
            "modelSpecs": [{"name": "new", "labelKey": "tip"}, {"name": "old", "isBaseline": True, "labelKey": "tip"}],
            "slicingSpecs": [{}, {"featureKeys": ["hour"]}],
            "metricsSpecs": [
                {
                    "modelNames": ["new", "old"],
                    "metrics": [
                        {"className": "ExampleCount"},
                        {
                            "className": "AUC",
                            "threshold": {
                                "valueThreshold": {"lowerBound": 0.5},
                                "changeThreshold": {"direction": "HIGHER_IS_BETTER", "absolute": 0.0},
                            },
                        },
                    ],
                }
            ],
            "options": {"computeConfidenceIntervals": True, "confidenceIntervals": {"method": "POISSON_BOOTSTRAP"}},
        },
        "version": "0.47.1",
        "dataLocation": "data/eval",
        "modelLocations": {"new": "models/2", "old": "<unknown>"},
    },
    "metrics": [
        {
            "sliceKey": slice_key(**columns),
            "metricKeysAndValues": [
                metric("auc", new, (new - 0.1, new + 0.1, 0.05), modelName="new"),
                metric("auc", old, modelName="old"),
                metric("auc", new - old, modelName="new", isDiff=True),
                metric("example_count", count, modelName="new"),
                metric("example_count", count, modelName="old"),
            ],
        }
        for columns, count, new, old in (
            ({"hour": 12}, 30, 0.75, 0.625),
            ({"hour": 2}, 10, 0.25, 0.5),
            ({}, 40, 0.625, 0.5),
        )
    ],
    "plots": [
        {
            "sliceKey": slice_key(),
            "plotKeysAndValues": [
                {
                    "key": {"modelName": model},
                    "value": {
                        "confusionMatrixAtThresholds": matrices(
                            (-1e-7, 20, 20, 0, 0), (0.5, tp, 5, 15, 20 - tp), (1.0000001, 0, 0, 20, 20)
                        ),
                        "calibrationHistogramBuckets": buckets(
                            ("-Infinity", 0, 0, 0, 0),
                            (0, 0.5, 18, 4, 4.5),
                            (0.5, 1, 20, 15, 16),
                            (1, "Infinity", 2, 1, 2.5),
                        ),
                    },
                }
                for model, tp in (("new", 16), ("old", 12))
            ],
        }
    ],
    "validation": {
        "validationOk": False,
        "metricValidationsPerSlice": [
            {
                "sliceKey": slice_key(hour=2),
                "failures": [
                    {
                        "metricKey": {"name": "auc", "modelName": "new"},
                        "metricThreshold": {"valueThreshold": {"lowerBound": 0.5}},
                        "metricValue": {"doubleValue": 0.25},
                    },
                    {
                        "metricKey": {"name": "auc", "modelName": "new", "isDiff": True},
                        "metricThreshold": {"changeThreshold": {"direction": "HIGHER_IS_BETTER", "absolute": 0.0}},
                        "metricValue": {"doubleValue": -0.25},
                    },
                ],
            }
        ],
        "missingSlices": [{"featureValues": {"hour": "25"}}],
    },
}


def _entry(actual: int, predicted: int, weight: float) -> Record:
    return {"actualClassId": actual, "predictedClassId": predicted, "numWeightedExamples": weight}


_PAIR = {"actualClassId": 0, "predictedClassId": 1, "truePositives": 3, "falsePositives": 1, "trueNegatives": 5}

#: The same with matrices of several classes and labels; tests/views/evaluation_sample.json is its document.
SAMPLE: dict[str, Any] = {
    **MODELS,
    "plots": [
        *MODELS["plots"],
        {
            "sliceKey": slice_key(hour=12),
            "plotKeysAndValues": [
                {
                    "key": {"modelName": "new"},
                    "value": {
                        "confusionMatrixAtThresholds": matrices((0, 8, 22, 0, 0), (0.5, 6, 2, 20, 2), (1, 0, 0, 22, 8))
                    },
                },
            ],
        },
        {
            "sliceKey": slice_key(hour=2),
            "plotKeysAndValues": [
                {
                    "key": {"modelName": "new", "name": "kinds"},
                    "value": {
                        "multiClassConfusionMatrixAtThresholds": {
                            "matrices": [
                                {"threshold": 0.25, "entries": [_entry(0, 0, 5), _entry(0, 1, 1), _entry(1, 1, 4)]},
                                {"threshold": 0.5, "entries": [_entry(0, 0, 3), _entry(0, -1, 3), _entry(1, 1, 4)]},
                            ]
                        }
                    },
                },
                {
                    "key": {"modelName": "new", "name": "tags"},
                    "value": {
                        "multiLabelConfusionMatrixAtThresholds": {"matrices": [{"threshold": 0.5, "entries": [_PAIR]}]}
                    },
                },
                {"key": {"modelName": "new", "name": "broken"}, "value": {"debugMessage": "no plot"}},
            ],
        },
    ],
}
