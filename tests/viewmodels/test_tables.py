from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import anomalies_pb2, schema_pb2, statistics_pb2

from zenml_nb.viewmodels.tables import (
    anomalies_tables,
    evaluation_tables,
    json_cell,
    schema_tables,
    statistics_tables,
)

SCHEMA = Path(__file__).parents[2] / "zenml_nb/viewmodels/schema/tables.json"
VALIDATOR = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
HOSTILE = "</td><script>alert(1)</script>\u202e\x00"


@pytest.fixture
def sections():
    """Checks a document and gives its tables: title to rows as dictionaries of column names."""

    def sections(document):
        VALIDATOR.validate(json.loads(json.dumps(document, allow_nan=False)))
        found = {}
        for section in document["sections"]:
            names = [column["name"] for column in section["columns"]]
            assert len(set(names)) == len(names)
            found[section["title"]] = [dict(zip(names, row, strict=True)) for row in section["rows"]]
        return found

    return sections


def statistics(text):
    return text_format.Parse(text, statistics_pb2.DatasetFeatureStatistics())


def schema(text):
    return text_format.Parse(text, schema_pb2.Schema())


NUMBER = """num_examples: 10
features { path { step: "fare" } type: FLOAT num_stats {
  common_stats { num_non_missing: 8 tot_num_values: 16 }
  mean: 1.5 std_dev: 0.5 num_zeros: 4 min: 0 median: 1.25 max: 3 } }"""
TEXT = """num_examples: 10
features { name: "sex" type: STRING string_stats {
  common_stats { num_non_missing: 9 tot_num_values: 9 } unique: 2 avg_length: 5.5
  top_values { value: "female" frequency: 6 } top_values { value: "male" frequency: 3 } } }"""


def test_statistics_of_numbers(sections):
    document = statistics_tables({"train": statistics(NUMBER)})
    assert document["notes"] == ["train: 10 rows"]
    assert sections(document) == {
        "Numbers": [
            {
                "feature": "fare",
                "split": "train",
                "count": 8,
                "missing": 0.2,
                "mean": 1.5,
                "std": 0.5,
                "zeros": 0.25,
                "min": 0,
                "median": 1.25,
                "max": 3,
            }
        ]
    }


def test_statistics_of_text(sections):
    assert sections(statistics_tables({"train": statistics(TEXT)})) == {
        "Text": [
            {
                "feature": "sex",
                "split": "train",
                "count": 9,
                "missing": 0.1,
                "unique": 2,
                "top": "female",
                "freq": 6,
                "length": 5.5,
            }
        ]
    }


def test_the_splits_of_a_feature_are_below_each_other(sections):
    both = NUMBER + NUMBER.partition("\n")[2].replace("fare", "a")
    found = sections(statistics_tables({"train": statistics(both), "eval": statistics(both)}))["Numbers"]
    assert [(row["feature"], row["split"]) for row in found] == [
        ("fare", "train"),
        ("fare", "eval"),
        ("a", "train"),
        ("a", "eval"),
    ]


def test_statistics_that_are_not_finite(sections):
    text = NUMBER.replace("mean: 1.5", "mean: nan").replace("min: 0", "min: -inf").replace("max: 3", "max: inf")
    [row] = sections(statistics_tables({"s": statistics(text)}))["Numbers"]
    assert (row["mean"], row["min"], row["max"]) == ("NaN", "-Infinity", "Infinity")


def test_statistics_of_nothing(sections):
    text = 'features { name: "a" num_stats { } } features { name: "b" type: STRING string_stats { } }'
    found = sections(statistics_tables({"s": statistics(text)}))
    assert (found["Numbers"][0]["missing"], found["Numbers"][0]["zeros"]) == (None, None)
    assert (found["Text"][0]["top"], found["Text"][0]["freq"]) == (None, None)
    assert sections(statistics_tables({})) == {}


def test_hostile_names_stay_as_they_are(sections):
    dataset = statistics(TEXT)
    dataset.features[0].name = dataset.features[0].string_stats.top_values[0].value = HOSTILE
    [row] = sections(statistics_tables({HOSTILE: dataset}))["Text"]
    assert (row["feature"], row["split"], row["top"]) == (HOSTILE, HOSTILE, HOSTILE)
    evaluation = {"slices": [{"slice": [[HOSTILE, HOSTILE]], "metrics": {HOSTILE: 1.0}}]}
    [row] = sections(evaluation_tables(evaluation))["Metrics"]
    assert row == {"slice": f"{HOSTILE} = {HOSTILE}", HOSTILE: 1.0}


def test_a_schema(sections):
    document = schema_tables(
        schema("""
    feature { name: "a" type: INT presence { min_fraction: 1 } shape { dim { size: 1 } } }
    feature { name: "b" type: BYTES domain: "b" presence { min_fraction: 0.5 } value_count { min: 1 max: 1 } }
    feature { name: "c" type: BYTES string_domain { value: "u" } value_count { min: 1 } }
    feature { name: "d" type: FLOAT shape { dim { size: 2 } dim { size: 3 } } }
    feature { name: "e" type: FLOAT value_count { min: 0 max: 4 } presence { min_count: 1 } }
    feature { name: "f" value_count { } }
    string_domain { name: "b" value: "x" value: "y" }
    """)
    )
    found = sections(document)
    assert document["notes"] == ["6 features"]
    assert [tuple(row.values()) for row in found["Features"]] == [
        ("a", "INT", "required", "1", ""),
        ("b", "BYTES", "at least 0.5 of the rows", "1", "2 values"),
        ("c", "BYTES", "optional", "1 to many", "1 values"),
        ("d", "FLOAT", "optional", "2×3", ""),
        ("e", "FLOAT", "optional", "0 to 4", ""),
        ("f", "UNKNOWN", "optional", "0 to many", ""),
    ]
    assert found["Domains of text"] == [
        {"feature": "b", "size": 2, "values": "x, y"},
        {"feature": "c", "size": 1, "values": "u"},
    ]


@pytest.mark.parametrize(
    ("domain", "shown"),
    [
        ("int_domain { min: 0 max: 1234567 }", "0 to 1234567"),
        ("int_domain { min: 3 }", "at least 3"),
        ("int_domain { max: 0 }", "at most 0"),
        ("int_domain { }", ""),
        ("float_domain { min: -0.5 max: inf }", "-0.5 to inf"),
        ("bool_domain { }", ""),
    ],
)
def test_the_domains_of_numbers(sections, domain, shown):
    [row] = sections(schema_tables(schema(f'feature {{ name: "a" type: INT {domain} }}')))["Features"]
    assert row["domain"] == shown


def anomalies(text):
    return text_format.Parse(text, anomalies_pb2.Anomalies())


def test_anomalies(sections):
    found = anomalies("""
    anomaly_info { key: "sex" value { severity: ERROR
      reason { short_description: "Unexpected" description: "Value x." }
      reason { short_description: "Dropped" description: "Half." } } }
    anomaly_info { key: "age" value { severity: WARNING description: "Odd." short_description: "Strange" } }
    """)
    document = anomalies_tables(found, "eval", 1234, 8)
    assert document["notes"] == ["split eval: 1,234 rows, 8 features, against the schema of the training data"]
    assert [tuple(row.values()) for row in sections(document)["Reasons"]] == [
        ("warning", "age", "Strange", "Odd."),
        ("error", "sex", "Unexpected", "Value x."),
        ("error", "sex", "Dropped", "Half."),
    ]


def test_no_anomalies_are_said_to_be_none(sections):
    document = anomalies_tables(anomalies(""), "eval", 5, 1)
    assert sections(document) == {}
    assert document["notes"][0].startswith("No anomalies. Split eval: 5 rows, 1 features")


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("data_missing: true", ("error", "(all)", "Data missing", "The split has no rows.")),
        (
            'dataset_anomaly_info { severity: ERROR description: "Few." short_description: "Low" }',
            ("error", "(all)", "Low", "Few."),
        ),
    ],
)
def test_anomalies_of_the_whole_data(sections, text, row):
    document = anomalies_tables(anomalies(text), "eval", 0, 0)
    assert [tuple(found.values()) for found in sections(document)["Reasons"]] == [row]
    assert "No anomalies" not in document["notes"][0]


def test_an_evaluation(sections):
    document = evaluation_tables(
        {
            "slices": [
                {"slice": [], "metrics": {"auc": 0.5, "example_count": 10, "aloss": "NaN"}},
                {"slice": [["island", "Dream"], ["sex", ""]], "metrics": {"example_count": 4}},
            ]
        }
    )
    assert document["notes"] == ["2 slices, the whole data included"]
    assert sections(document)["Metrics"] == [
        {"slice": "Overall", "example_count": 10, "aloss": "NaN", "auc": 0.5},
        {"slice": "island = Dream, sex = (missing)", "example_count": 4, "aloss": None, "auc": None},
    ]
    assert [column["name"] for column in document["sections"][0]["columns"]][:2] == ["slice", "example_count"]


def test_numbers_as_json_cells():
    values = [1.5, 0, float("nan"), float("inf"), float("-inf")]
    assert list(map(json_cell, values)) == [1.5, 0, "NaN", "Infinity", "-Infinity"]
