from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import anomalies_pb2, schema_pb2, statistics_pb2

from zenml_nb.viewmodels.anomalies import anomalies_document
from zenml_nb.viewmodels.anomaly_evidence import Evidence, about
from zenml_nb.viewmodels.anomaly_reasons import _FAMILY_OF, _SENTENCES, explain

JSON_SCHEMA = json.loads((Path(__file__).parents[2] / "zenml_nb/viewmodels/schema/anomalies.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(JSON_SCHEMA)

SCHEMA = """
feature { name: 'city' type: BYTES presence { min_fraction: 1 min_count: 1 } value_count { min: 1 max: 1 }
    domain: 'cities' }
string_domain { name: 'cities' value: 'Oslo' value: 'Rome' }
feature { name: 'fare' type: FLOAT float_domain { min: 0 max: 100 } }
feature { name: 'old' lifecycle_stage: DEPRECATED }
"""
STATISTICS = """
num_examples: 200
features { path { step: 'city' } type: STRING string_stats { unique: 4
    common_stats { num_non_missing: 190 num_missing: 10 min_num_values: 1 max_num_values: 1 tot_num_values: 190 }
    rank_histogram { buckets { label: 'Oslo' sample_count: 180 } buckets { label: 'Bonn' sample_count: 6 }
        buckets { label: 'Kiel' sample_count: 3 } buckets { label: 'Rome' sample_count: 1 } } } }
features { path { step: 'fare' } type: FLOAT num_stats { min: -3 max: 250.5
    histograms { num_nan: 4 } common_stats { num_non_missing: 200 min_num_values: 1 max_num_values: 1
    tot_num_values: 200 } } }
features { path { step: 'new' } type: INT num_stats { common_stats { num_non_missing: 100 num_missing: 100 } } }
"""


def document(anomalies, schema=SCHEMA, statistics=STATISTICS, **options):
    made = anomalies_document(
        text_format.Parse(anomalies, anomalies_pb2.Anomalies()),
        split="eval",
        schema=None if schema is None else text_format.Parse(schema, schema_pb2.Schema()),
        statistics=None
        if statistics is None
        else text_format.Parse(statistics, statistics_pb2.DatasetFeatureStatistics()),
        **options,
    )
    VALIDATOR.validate(json.loads(json.dumps(made, allow_nan=False)))
    return made


def info(name, kind, description="said", severity="ERROR"):
    return f"""anomaly_info {{ key: '{name}' value {{ path {{ step: '{name}' }} severity: {severity}
        short_description: 'short' description: '{description}'
        reason {{ type: {kind} short_description: 'short' description: '{description}' }} }} }}"""


def reason(name, kind, description="said", more="", schema=SCHEMA, statistics=STATISTICS):
    made = document(info(name, kind, description) + more, schema=schema, statistics=statistics)
    return made["anomalies"][0]["reasons"][0]


def test_the_json_schema_is_valid_closed_and_described():
    jsonschema.Draft202012Validator.check_schema(JSON_SCHEMA)
    for own in [JSON_SCHEMA, *JSON_SCHEMA["$defs"].values()]:
        assert own["additionalProperties"] is False
        assert all(field.get("description") for field in own["properties"].values())


def test_no_anomalies_says_over_what():
    made = document("")
    assert made["notes"] == ["No anomalies: 2 features of the split eval checked over 200 rows against the schema."]
    assert made["checked"] == [{"feature": "city", "present": 0.95}, {"feature": "fare", "present": 1.0}]
    assert (made["rows"], made["split"], made["anomalies"]) == (200, "eval", [])


def test_the_schema_that_tfdv_keeps_is_used_where_no_other_is_given():
    made = document("baseline { feature { name: 'fare' } }", schema=None)
    assert [checked["feature"] for checked in made["checked"]] == ["fare"]
    bare = document("", schema=None)
    assert bare["notes"] == ["No anomalies: 3 features of the split eval checked over 200 rows."]
    assert document("", schema=None, statistics=None)["rows"] is None


def test_values_outside_of_the_domain():
    own = reason("city", "ENUM_TYPE_UNEXPECTED_STRING_VALUES")
    assert own["text"] == "2 values are not in the domain: Bonn, Kiel (4.5% of the rows)."
    assert own["expected"] == "one of 2 values: Oslo, Rome"
    assert own["found"] == "Bonn (6), Kiel (3)"
    assert own["share"] == 9 / 200
    assert own["values"] == [{"value": "Bonn", "count": 6.0}, {"value": "Kiel", "count": 3.0}]


def test_values_of_which_the_statistics_know_a_part():
    statistics = STATISTICS.replace("unique: 4", "unique: 40")
    own = reason("city", "ENUM_TYPE_UNEXPECTED_STRING_VALUES", statistics=statistics)
    assert own["text"].startswith("At least 2 values are not in the domain")


def test_values_without_statistics_keep_tfdvs_words():
    own = reason("city", "ENUM_TYPE_UNEXPECTED_STRING_VALUES", "Bonn (<1%)", statistics=None)
    assert own["text"] == "Values are not in the domain. Bonn (<1%)"
    assert own["share"] is None


EXPLAINED = [
    (
        ("city", "FEATURE_TYPE_LOW_FRACTION_PRESENT"),
        "10 rows (5%) have no value and the schema asks for one in every row.",
        ("in every row (required)", "in 95% of the rows (190 of 200)"),
    ),
    (
        ("fare", "UNEXPECTED_DATA_TYPE", "x"),
        "The values are not what the domain asks for: 0 to 100.",
        ("FLOAT, 0 to 100", "FLOAT: -3 to 250.5"),
    ),
    (("fare", "FLOAT_TYPE_BIG_FLOAT"), "The largest value is 250.5; allowed is 0 to 100.", ("0 to 100", "-3 to 250.5")),
    (("fare", "FLOAT_TYPE_SMALL_FLOAT"), "The smallest value is -3; allowed is 0 to 100.", ("0 to 100", "-3 to 250.5")),
    (("fare", "FLOAT_TYPE_HAS_NAN"), "4 values are NaN (2% of the rows).", ("no NaN", "4 NaN")),
    (
        ("city", "FEATURE_TYPE_HIGH_NUMBER_VALUES"),
        "Some rows have more values than the schema allows: 1 value a row.",
        ("1 value a row", "1 value a row"),
    ),
    (
        ("new", "SCHEMA_NEW_COLUMN"),
        "The column is in the data and not in the schema.",
        ("no such feature", "INT in 50% of the rows (100 of 200)"),
    ),
    (("fare", "CUSTOM_VALIDATION"), "A validation of your own does not hold.", ("0 to 100", "")),
    (("fare", "UNKNOWN_TYPE", "Something."), "Something.", ("0 to 100", "")),
]


@pytest.mark.parametrize(("arguments", "text", "sides"), EXPLAINED, ids=[a[1] for a, _, _ in EXPLAINED])
def test_reasons_in_plain_words(arguments, text, sides):
    own = reason(*arguments)
    assert own["text"] == text
    assert (own["expected"], own["found"]) == sides


def test_a_column_that_is_missing():
    own = reason("city", "SCHEMA_MISSING_COLUMN", statistics="num_examples: 5")
    assert own["text"] == "The column is not in the data, and the schema asks for it: in every row (required)."
    assert (own["found"], own["share"]) == ("not in the data", 1.0)


def test_another_type():
    schema = SCHEMA.replace("type: FLOAT float_domain { min: 0 max: 100 }", "type: BYTES")
    own = reason("fare", "UNEXPECTED_DATA_TYPE", schema=schema)
    assert own["text"] == "The values are of type FLOAT, and the schema asks for BYTES."
    assert (own["expected"], own["found"], own["share"]) == ("BYTES", "FLOAT: -3 to 250.5", 1.0)


DRIFT = """drift_skew_info { path { step: 'fare' }
    drift_measurements { type: JENSEN_SHANNON_DIVERGENCE value: 0.5 threshold: 0.25 }
    skew_measurements { type: JENSEN_SHANNON_DIVERGENCE value: nan threshold: 0.75 } }"""


def test_distances_are_told_in_the_reason_and_in_a_list_of_their_own():
    kind = "COMPARATOR_JENSEN_SHANNON_DIVERGENCE_HIGH"
    drift = reason("fare", kind, "between current and previous", DRIFT)
    assert (drift["expected"], drift["found"]) == ("Jensen-Shannon divergence at most 0.25", "0.5")
    skew = reason("fare", kind, "between training and serving", DRIFT)
    assert (skew["expected"], skew["found"]) == ("Jensen-Shannon divergence at most 0.75", "NaN")
    common = {"feature": "fare", "measure": "Jensen-Shannon divergence", "exceeded": True}
    assert document(DRIFT)["distances"] == [
        {**common, "comparison": "drift", "value": 0.5, "threshold": 0.25},
        {**common, "comparison": "skew", "value": "NaN", "threshold": 0.75},
    ]


def test_anomalies_of_the_whole_data_come_first():
    schema = SCHEMA + "dataset_constraints { min_examples_count: 1000 }"
    anomalies = (
        info("fare", "FLOAT_TYPE_HAS_NAN")
        + """dataset_anomaly_info { severity: WARNING
        reason { type: DATASET_LOW_NUM_EXAMPLES short_description: 'a' description: 'b' }
        reason { type: COMPARATOR_LOW_NUM_EXAMPLES short_description: 'c' description: 'd' } }"""
    )
    made = document(anomalies, schema=schema)
    whole, fare = made["anomalies"]
    assert (whole["feature"], whole["severity"], whole["short"], whole["description"]) == (
        None,
        "warning",
        "a; c",
        "b; d",
    )
    assert whole["reasons"][0]["text"] == "The data have fewer rows than the schema allows: 200 rows."
    assert whole["reasons"][0]["expected"] == "at least 1,000 rows"
    assert fare["feature"] == "fare"
    looked = "2 features of the split eval checked over 200 rows against the schema."
    assert made["notes"] == [f"1 error, 1 warning: {looked}"]


def test_errors_come_before_warnings():
    made = document(info("a", "UNKNOWN_TYPE", severity="WARNING") + info("b", "UNKNOWN_TYPE"))
    assert [own["feature"] for own in made["anomalies"]] == ["b", "a"]


def test_missing_data_is_an_error():
    only = document("data_missing: true")["anomalies"]
    assert [(own["severity"], own["reasons"][0]["text"]) for own in only] == [("error", "The split has no rows.")]


def test_an_anomaly_without_reasons_is_told_by_its_own_description():
    made = document("anomaly_info { key: 'x' value { severity: WARNING short_description: 's' description: 'd' } }")
    (own,) = made["anomalies"]
    assert (own["feature"], own["short"], own["reasons"][0]["text"], own["measured"]) == ("x", "s", "d", False)


def test_every_type_of_anomaly_has_a_sentence():
    names = set(anomalies_pb2.AnomalyInfo.Type.keys())
    assert names - {*_FAMILY_OF, *_SENTENCES} == {"UNKNOWN_TYPE"}
    assert not set(_FAMILY_OF) & set(_SENTENCES)


@pytest.mark.parametrize("kind", [*anomalies_pb2.AnomalyInfo.Type.keys(), "OF_A_LATER_VERSION"])
def test_every_type_is_explained_with_and_without_evidence(kind):
    assert explain(kind, "", Evidence()).text.endswith(".")
    for name in ("city", "fare", "new", "nowhere"):
        if kind != "OF_A_LATER_VERSION":
            assert reason(name, kind)["text"]


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (0, "0%"),
        (1, "100%"),
        (0.9999, "99.99%"),
        (0.021, "2.1%"),
        (1e-9, "less than 0.01%"),
        (0.999999, "99.9999%"),
    ],
)
def test_shares_are_never_rounded_to_all_or_nothing(part, text):
    assert about(part) == text


@pytest.mark.parametrize("name", ["__proto__", "<img src=x onerror=alert(1)>", "\u202e\x00", "x" * 10_000])
def test_hostile_names_and_values(name):
    anomalies = anomalies_pb2.Anomalies()
    own = anomalies.anomaly_info[name]
    own.path.step.append(name)
    own.reason.add(type="ENUM_TYPE_UNEXPECTED_STRING_VALUES", description=name)
    schema = schema_pb2.Schema()
    schema.feature.add(name=name).string_domain.value.append("a")
    statistics = statistics_pb2.DatasetFeatureStatistics(num_examples=1)
    feature = statistics.features.add(type="STRING")
    feature.path.step.append(name)
    feature.string_stats.rank_histogram.buckets.add(label=name, sample_count=1)
    made = anomalies_document(anomalies, split=name, schema=schema, statistics=statistics)
    VALIDATOR.validate(made)
    (objection,) = made["anomalies"]
    assert (objection["feature"], objection["description"]) == (name, name)
    assert objection["reasons"][0]["values"] == [{"value": name, "count": 1.0}]
    assert len(objection["reasons"][0]["text"]) < 200
