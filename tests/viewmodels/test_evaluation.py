from __future__ import annotations

import json
import time
from pathlib import Path

import jsonschema
import pytest

from tests.evaluation_files import MODELS, matrices, message, metric, slice_key, write_evaluation
from zenml_nb.artifacts.evaluation import read_evaluation
from zenml_nb.viewmodels.evaluation import evaluation_document
from zenml_nb.viewmodels.evaluation_names import threshold_words
from zenml_nb.viewmodels.evaluation_values import value_text

SCHEMA = json.loads((Path(__file__).parents[2] / "zenml_nb/viewmodels/schema/evaluation.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
HOSTILE = "</td><script>alert(1)</script>\u202e\x00__proto__"


@pytest.fixture
def document_of(tmp_path):
    """Writes an evaluation, and gives its document, checked against the schema."""

    def document_of(metrics, plots=(), validation=None, config=None):
        folder = write_evaluation(tmp_path / str(time.monotonic_ns()), list(metrics), list(plots), validation, config)
        return checked(evaluation_document({"run": read_evaluation(folder)}))

    return document_of


def checked(document):
    VALIDATOR.validate(json.loads(json.dumps(document, allow_nan=False)))
    for entry in document["slices"]:
        assert [len(row) for row in entry["values"]] == [len(document["series"])] * len(document["metrics"])
    return document


def overall(*metrics):
    return {"sliceKey": {}, "metricKeysAndValues": list(metrics)}


def test_the_schema_is_valid_and_every_field_described():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == "urn:zenml-nb:view:evaluation:1"
    for part in [SCHEMA, *(part for part in SCHEMA["$defs"].values() if part.get("type") == "object")]:
        assert part["additionalProperties"] is False
        assert all(field.get("description") or "$ref" in field for field in part["properties"].values())
    assert all(part["title"] and part["description"] for part in SCHEMA["$defs"].values())


def test_models_stand_side_by_side(document_of):
    document = document_of(**MODELS)
    assert [(one["name"], one["is_baseline"], one["is_diff"]) for one in document["series"]] == [
        ("new", False, False),
        ("old", True, False),
        ("new − old", False, True),
    ]
    assert [(one["label"], one["kind"], one["is_count"]) for one in document["metrics"]] == [
        ("example_count", "number", True),
        ("auc", "number", False),
    ]
    assert [(one["name"], one["count"]) for one in document["slices"]] == [
        ("Overall", 40),
        ("hour = 2", 10),
        ("hour = 12", 30),
    ]
    assert document["slices"][1]["values"] == [[10, 10, None], [[0.25, 0.15, 0.35, 0.05], 0.5, -0.25]]
    assert document["specs"] == ["Overall", "hour"]
    assert [one["spec"] for one in document["slices"]] == [0, 1, 1]


def test_facts_of_the_settings(document_of):
    [entry] = document_of(**MODELS)["entries"]
    facts = {fact["label"]: fact["value"] for fact in entry["facts"]}
    assert facts == {
        "Model new": "models/2",
        "Data": "data/eval",
        "Baseline": "old",
        "Labels": "tip",
        "Confidence intervals": "95%, Poisson bootstrap",
        "Slices": "3, the whole data included",
        "Computed by": "TensorFlow Model Analysis 0.47.1",
    }


def test_passed_checks_follow_from_the_settings(document_of):
    [entry] = document_of(**MODELS)["entries"]
    validation = entry["validation"]
    assert (validation["state"], validation["missing"], validation["more"]) == ("failed", ["hour = 25"], 0)
    assert [
        (check["state"], check["slice"], check["metric"], check["threshold"], check["value"])
        for check in validation["checks"]
    ] == [
        ("failed", "hour = 2", "auc (new)", "≥ 0.5", 0.25),
        ("failed", "hour = 2", "auc (new)", "change ≥ 0", -0.25),
        ("passed", "Overall", "auc (new)", "≥ 0.5", 0.625),
        ("passed", "Overall", "auc (new)", "change ≥ 0", 0.125),
        ("passed", "hour = 12", "auc (new)", "≥ 0.5", 0.75),
        ("passed", "hour = 12", "auc (new)", "change ≥ 0", 0.125),
    ]


def config(*specs):
    return {"evalConfig": {"modelSpecs": [{}], "metricsSpecs": list(specs)}, "version": "1"}


PASSED = {"validationOk": True}
AT_LEAST = {"valueThreshold": {"lowerBound": 0.1}}


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ({"thresholds": {"auc": AT_LEAST}}, ["Overall", "a = 1", "a = 2, b = x"]),
        ({"metrics": [{"className": "AUC", "threshold": AT_LEAST}]}, ["Overall", "a = 1", "a = 2, b = x"]),
        (
            {"metrics": [{"className": "X", "config": '{"name": "auc"}', "threshold": AT_LEAST}]},
            ["Overall", "a = 1", "a = 2, b = x"],
        ),
        ({"metrics": [{"className": "AUC", "config": "broken", "threshold": AT_LEAST}], "outputNames": ["o"]}, []),
        ({"metrics": [{"className": "MeanLabel", "threshold": AT_LEAST}]}, []),
        ({"thresholds": {"auc": AT_LEAST}, "binarize": {"classIds": {"values": [1]}}}, []),
        (
            {"perSliceThresholds": {"auc": {"thresholds": [{"slicingSpecs": [{}], "threshold": AT_LEAST}]}}},
            ["Overall"],
        ),
        (
            {
                "metrics": [
                    {
                        "className": "AUC",
                        "perSliceThresholds": [
                            {
                                "slicingSpecs": [{"featureKeys": ["b"], "featureValues": {"a": "2.0"}}],
                                "threshold": AT_LEAST,
                            }
                        ],
                    }
                ]
            },
            ["a = 2, b = x"],
        ),
    ],
)
def test_which_checks_were_made(document_of, spec, found):
    keys = [{}, slice_key(a=1), slice_key(a=2, b="x")]
    records = [{"sliceKey": key, "metricKeysAndValues": [metric("auc", 0.5)]} for key in keys]
    validation = document_of(records, validation=PASSED, config=config(spec))["entries"][0]["validation"]
    assert validation["state"] == "passed"
    assert [check["slice"] for check in validation["checks"]] == found


def test_checks_of_classes_and_averages(document_of):
    spec = {
        "thresholds": {"auc": AT_LEAST},
        "binarize": {"classIds": {"values": [1]}},
        "aggregate": {"macroAverage": True},
    }
    entries = [
        metric("auc", 0.5),
        metric("auc", 0.5, subKey={"classId": 1}),
        metric("auc", 0.5, subKey={"classId": 2}),
        metric("auc", 0.5, aggregationType={"macroAverage": True}),
        metric("auc", 0.5, aggregationType={"microAverage": True}),
    ]
    document = document_of([overall(*entries)], validation=PASSED, config=config(spec))
    checks = document["entries"][0]["validation"]["checks"]
    assert [check["metric"] for check in checks] == ["auc (class 1)", "macro auc"]


def test_many_passed_checks_are_counted(document_of):
    records = [{"sliceKey": slice_key(a=i), "metricKeysAndValues": [metric("auc", 0.5)]} for i in range(510)]
    found = document_of(records, validation=PASSED, config=config({"thresholds": {"auc": AT_LEAST}}))
    validation = found["entries"][0]["validation"]
    assert (len(validation["checks"]), validation["more"]) == (500, 10)


def test_an_evaluation_without_thresholds_is_unchecked(document_of):
    [entry] = document_of([overall(metric("auc", 1))], validation={"missingThresholds": True})["entries"]
    assert entry["validation"]["state"] == "unchecked"
    assert "nothing was checked" in entry["validation"]["notes"][0]
    [entry] = document_of([overall(metric("auc", 1))], validation={"validationOk": True, "rubberStamp": True})[
        "entries"
    ]
    assert "no baseline" in entry["validation"]["notes"][0]


def test_what_an_evaluator_of_a_users_own_has_against_a_model_is_told(document_of):
    reasons = ["<b>too slow</b>", "too large"]
    failures = [{"sliceKey": {}, "failures": [{"message": reason} for reason in reasons]}]
    validation = {"validationOk": False, "metricValidationsPerSlice": failures}
    [entry] = document_of([overall(metric("rows", 9))], validation=validation)["entries"]
    assert entry["validation"] == {"state": "failed", "notes": reasons, "missing": [], "checks": [], "more": 0}


@pytest.mark.parametrize(
    ("threshold", "words"),
    [
        ({"valueThreshold": {"upperBound": 2}}, "≤ 2"),
        ({"valueThreshold": {"lowerBound": 0.25, "upperBound": 2}}, "0.25 to 2"),
        ({"valueThreshold": {}}, "any value"),
        ({"changeThreshold": {"direction": "LOWER_IS_BETTER", "absolute": 0.1}}, "change ≤ 0.1"),
        (
            {"changeThreshold": {"direction": "HIGHER_IS_BETTER", "absolute": 1, "relative": 0.05}},
            "change ≥ 1 and change ≥ 5% of the baseline",
        ),
    ],
)
def test_thresholds_in_words(threshold, words):
    assert threshold_words(message("MetricThreshold", threshold)) == words


def test_labels_of_metrics(document_of):
    entries = [
        metric("auc", 1, outputName="o", subKey={"classId": 1}),
        metric("auc", 1, subKey={"k": 2}),
        metric("auc", 1, subKey={"topK": 3}, aggregationType={"weightedMacroAverage": True}),
        metric("loss", 1, exampleWeighted=True),
        metric("loss", 2, exampleWeighted=False),
        metric("weighted_example_count", 7),
    ]
    document = document_of([overall(*entries)])
    assert [one["label"] for one in document["metrics"]] == [
        "weighted_example_count",
        "o: auc (class 1)",
        "auc (rank 2)",
        "weighted macro auc (top 3)",
        "loss (weighted)",
        "loss (unweighted)",
    ]
    assert document["slices"][0]["count"] == 7


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"bytesValue": "w6k="}, "é"),
        ({"arrayValue": {"dataType": "INT64", "shape": [2, 2], "int64Values": [1, 2, 3, 4]}}, "[[1, 2], [3, 4]]"),
        ({"arrayValue": {"dataType": "FLOAT32", "shape": [2], "float32Values": [0.5, "NaN"]}}, "[0.5, nan]"),
        ({"arrayValue": {"dataType": "BYTES", "shape": [1], "bytesValues": ["YQ=="]}}, "[a]"),
        ({"arrayValue": {"dataType": "INT32", "shape": [3], "int32Values": [1]}}, "[1, ?, ?]"),
        ({"arrayValue": {}}, "[]"),
        (
            {
                "valueAtCutoffs": {
                    "values": [
                        {"cutoff": 1, "value": 0.5},
                        {"cutoff": 2, "boundedValue": {"value": 0.25}},
                        {"cutoff": 3, "tDistributionValue": {"unsampledValue": 0.125}},
                    ]
                }
            },
            "1: 0.5, 2: 0.25, 3: 0.125",
        ),
        (
            {"confusionMatrixAtThresholds": matrices((0.5, 1, 2, 3, 4))},
            "at 0.5: TP 1, FP 2, TN 3, FN 4",
        ),
        (
            {
                "multiClassConfusionMatrixAtThresholds": {
                    "matrices": [
                        {
                            "threshold": 0.5,
                            "entries": [
                                {"actualClassId": 1, "predictedClassId": 1, "numWeightedExamples": 3},
                                {"actualClassId": 1, "predictedClassId": -1, "numWeightedExamples": 2},
                            ],
                        }
                    ]
                }
            },
            "at 0.5: 3 of 5 right",
        ),
        ({"unknownType": {"value": "YQ==", "error": "odd"}}, "a (odd)"),
    ],
)
def test_values_that_are_no_numbers_are_readable(document_of, value, text):
    assert value_text(message("MetricValue", value)) == text
    document = document_of([overall(metric("m", value))])
    assert document["metrics"][0]["kind"] == "text"
    assert document["slices"][0]["values"] == [[text]]


def test_many_thresholds_and_long_texts_are_cut(document_of):
    many = {"confusionMatrixAtThresholds": matrices(*((i / 10, 1, 1, 1, 1) for i in range(8)))}
    assert value_text(message("MetricValue", many)).endswith("; … 8 thresholds in all")
    long = {"arrayValue": {"dataType": "INT32", "shape": [9000], "int32Values": list(range(9000))}}
    [[cell]] = document_of([overall(metric("m", long))])["slices"][0]["values"]
    assert len(cell) < 1100
    assert cell.endswith("characters)")


def test_numbers_that_are_not_finite(document_of):
    entries = [metric("a", "NaN"), metric("b", "Infinity", ("-Infinity", "NaN", 1))]
    document = document_of([overall(*entries)])
    assert document["slices"][0]["values"] == [["NaN"], [["Infinity", "-Infinity", "NaN", 1]]]
    assert {one["kind"] for one in document["metrics"]} == {"number"}


def test_metrics_that_some_slices_lack_are_gaps(document_of):
    records = [overall(metric("a", 1)), {"sliceKey": slice_key(x="y"), "metricKeysAndValues": [metric("b", 2)]}]
    assert [one["values"] for one in document_of(records)["slices"]] == [[[1], [None]], [[None], [2]]]


def test_errors_of_slices_are_told(document_of):
    records = [
        overall(metric("a", 1)),
        {"sliceKey": slice_key(x="y"), "metrics": {"__ERROR__": {"debugMessage": "few"}}},
    ]
    document = document_of(records)
    assert [one["error"] for one in document["slices"]] == ["", "few"]
    assert [one["label"] for one in document["metrics"]] == ["a"]


def test_evaluations_stand_side_by_side(tmp_path):
    one = read_evaluation(write_evaluation(tmp_path / "1", [overall(metric("a", 1))]))
    two = read_evaluation(write_evaluation(tmp_path / "2", **MODELS))
    document = checked(evaluation_document({"first": one, "second": two}, title="Runs"))
    assert document["title"] == "Runs"
    assert [(entry["name"], entry["entry"]) for entry in document["series"]] == [
        ("first", 0),
        ("second: new", 1),
        ("second: old", 1),
        ("second: new − old", 1),
    ]
    assert len({plot["series"] for plot in document["plots"]} & {1, 2}) == 2
    labels = [one["label"] for one in document["metrics"]]
    assert document["slices"][0]["values"][labels.index("a")] == [1, None, None, None]


def test_no_evaluation_and_an_empty_one_give_documents(document_of):
    assert checked(evaluation_document({}))["slices"] == []
    assert document_of([{"sliceKey": {}}])["slices"][0]["values"] == []


def test_hostile_names_stay_as_they_are(document_of):
    record = {
        "sliceKey": slice_key(**{HOSTILE: HOSTILE}),
        "metricKeysAndValues": [metric(HOSTILE, 1, outputName=HOSTILE, modelName=HOSTILE)],
    }
    document = document_of([record])
    assert document["slices"][0]["name"] == f"{HOSTILE} = {HOSTILE}"
    assert document["metrics"][0]["label"] == f"{HOSTILE}: {HOSTILE}"


def test_plots_are_grouped_and_matrices_among_the_metrics_are_plots_too(document_of):
    value = {"confusionMatrixAtThresholds": matrices((0.5, 1, 2, 3, 4))}
    plots = [
        {
            "sliceKey": {},
            "plotKeysAndValues": [
                {"key": {"subKey": {"classId": 1}}, "value": value},
                {"key": {"name": "p", "outputName": "o"}, "value": {"debugMessage": "failed"}},
                {"key": {"name": "empty"}, "value": {}},
            ],
        }
    ]
    entries = [metric("cm", value), metric("cm", value, isDiff=True), metric("auc", 1)]
    document = document_of([overall(*entries)], plots)
    assert document["groups"] == ["class 1", "o: p", "cm"]
    assert document["plots"][1] == {"group": 1, "slice": 0, "series": 0, "message": "failed"}
    assert document["plots"][2]["thresholds"]["tp"] == [1]
    assert len(document["plots"]) == 3


def test_of_very_many_plots_the_largest_slices_are_kept(document_of):
    value = {"confusionMatrixAtThresholds": matrices(*((k / 100, 100 - k, 50, 50, k) for k in range(101)))}
    keys = [{}, *(slice_key(a=i) for i in range(450))]
    records = [
        {"sliceKey": key, "metricKeysAndValues": [metric("example_count", 1000 if i == 0 else i)]}
        for i, key in enumerate(keys)
    ]
    plots = [{"sliceKey": key, "plotKeysAndValues": [{"key": {}, "value": value}]} for key in keys]
    document = document_of(records, plots)
    assert document["notes"] == ["51 plots of the smallest slices are not shown."]
    assert len(document["plots"]) == 400
    assert [plot["slice"] for plot in document["plots"]][:2] == [0, 52]
    assert len(document["plots"][0]["thresholds"]["tp"]) == 101
    assert len(document["plots"][1]["thresholds"]["tp"]) == 40
    assert len(json.dumps(document)) < 600_000
