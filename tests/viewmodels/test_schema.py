from __future__ import annotations

import json
import struct
from pathlib import Path

import jsonschema
import pytest
from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2

from zenml_nb.viewmodels.schema import schema_document
from zenml_nb.viewmodels.schema_words import number, share

JSON_SCHEMA = json.loads((Path(__file__).parents[2] / "zenml_nb/viewmodels/schema/schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(JSON_SCHEMA)


def parse(text):
    return text_format.Parse(text, schema_pb2.Schema())


def document(text, **options):
    made = schema_document(parse(text), **options)
    VALIDATOR.validate(json.loads(json.dumps(made, allow_nan=False)))
    return made


def feature(text):
    """The first feature of a schema of one feature ``f`` with these fields."""
    return document(f"feature {{ name: 'f' {text} }}")["features"][0]


def test_the_json_schema_is_valid_closed_and_described():
    jsonschema.Draft202012Validator.check_schema(JSON_SCHEMA)
    for own in [JSON_SCHEMA, *JSON_SCHEMA["$defs"].values()]:
        assert own["additionalProperties"] is False
        assert all(field.get("description") for field in own["properties"].values())


DOMAINS = {
    "int_domain { min: -5 max: 10 }": ("int", "-5 to 10"),
    "int_domain { min: 9223372036854775807 }": ("int", "at least 9,223,372,036,854,775,807"),
    "int_domain { is_categorical: true }": ("int", "any number, categorical"),
    "float_domain { max: 0.1 }": ("float", "at most 0.1"),
    "float_domain { min: 0 max: inf disallow_nan: true disallow_inf: true }": (
        "float",
        "0 to Infinity, no NaN, no infinity",
    ),
    "string_domain { value: 'a' }": ("values", "1 value"),
    "string_domain { value: 'a' value: 'b' is_categorical: CATEGORICAL_YES }": ("values", "2 values, categorical"),
    "bool_domain { }": ("bool", "true or false"),
    "bool_domain { true_value: 'yes' false_value: 'no' }": ("bool", "true: yes, false: no"),
    "struct_domain { }": ("struct", "0 features"),
    "natural_language_domain { }": ("language", "natural language"),
    "natural_language_domain { vocabulary: 'v' }": ("language", 'natural language: vocabulary: "v"'),
    "image_domain { minimum_supported_image_fraction: 0.9 }": ("image", "image, 90% of a supported format"),
    "mid_domain { }": ("mid", "knowledge graph identifier"),
    "url_domain { }": ("url", "URL"),
    "time_domain { string_format: '%Y' }": ("time", "time as %Y"),
    "time_domain { integer_format: UNIX_MILLISECONDS }": ("time", "time in milliseconds since 1970"),
    "time_of_day_domain { integer_format: PACKED_64_NANOS }": (
        "time of day",
        "time of day packed in 64 bits, to the nanosecond",
    ),
    "domain: 'nowhere'": ("unknown", "nowhere, which the schema does not define"),
    "": ("", ""),
}

KINDS = {field.name for field in schema_pb2.Feature.DESCRIPTOR.oneofs_by_name["domain_info"].fields}
# Domains that only later versions of tensorflow_metadata have.
LATER = {
    "audio_domain { }": ("audio", "audio"),
    "video_domain { }": ("video", "video"),
    "content_chunk_domain { }": ("content chunk", "content chunk"),
}
DOMAINS.update({text: words for text, words in LATER.items() if text.split()[0] in KINDS})


@pytest.mark.parametrize(("text", "expected"), DOMAINS.items(), ids=DOMAINS)
def test_every_kind_of_domain_has_words(text, expected):
    domain = feature(text)["domain"]
    assert (domain["kind"], domain["text"]) == expected


def test_no_kind_of_domain_is_forgotten():
    assert {text.split()[0].rstrip(":") for text in DOMAINS if text} == KINDS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("presence { min_fraction: 1 }", ("required", "required")),
        ("presence { min_fraction: 0.95 }", ("partial", "in at least 95% of the rows")),
        ("presence { min_count: 1 }", ("optional", "optional")),
        ("group_presence { required: true }", ("required", "required in its group")),
        ("", ("optional", "optional")),
    ],
)
def test_presence(text, expected):
    presence = feature(text)["presence"]
    assert (presence["level"], presence["text"]) == expected


@pytest.mark.parametrize(
    ("text", "valency", "shape"),
    [
        ("value_count { min: 1 max: 1 }", "1", ""),
        ("value_count { min: 1 max: 3 }", "1 to 3", ""),
        ("value_count { min: 2 }", "at least 2", ""),
        ("value_count { }", "any number", ""),
        ("value_counts { value_count { min: 2 max: 2 } value_count { } }", "2, of which each has any number", ""),
        ("shape { dim { size: 2 name: 'x' } dim { size: 3 } }", "6", "2 (x) × 3"),
        ("shape { }", "1", "scalar"),
        ("", "", ""),
    ],
)
def test_valency_and_shape(text, valency, shape):
    own = feature(text)
    assert (own["valency"], own["shape"]) == (valency, shape)


def test_all_other_properties_are_told():
    own = feature("""
        type: BYTES presence { min_count: 7 } lifecycle_stage: BETA
        in_environment: 'TRAINING' not_in_environment: 'SERVING'
        distribution_constraints { min_domain_mass: 0.9 } unique_constraints { min: 2 max: 5 }
        drift_comparator { infinity_norm { threshold: 0.01 } }
        skew_comparator { jensen_shannon_divergence { threshold: 0.25 source { type: QUANTILES } } }
        annotation { tag: 't' comment: 'c' } sequence_metadata { joint_group: 'g' }
    """)
    assert (own["stage"], own["environments"]) == ("beta", "in TRAINING; not in SERVING")
    assert {detail["label"]: detail["text"] for detail in own["details"]} == {
        "Least number of rows": "7",
        "Values in the domain": "at least 90%",
        "Unique values": "2 to 5",
        "Drift between data sets": "L-infinity distance at most 0.01",
        "Skew between training and serving": "Jensen-Shannon divergence of the quantiles at most 0.25",
        "Tags": "t",
        "Comment": "c",
        "Sequence metadata": 'joint_group: "g"',
    }


def test_structs_sparse_and_weighted_features_and_tensors():
    made = document("""
        feature { name: 's' type: STRUCT struct_domain {
            feature { name: 'a' type: INT } sparse_feature { name: 'b' } } }
        sparse_feature { name: 'sp' type: FLOAT index_feature { name: 'i' } value_feature { name: 'v' } is_sorted: true
            dense_shape { dim { size: 9 } } }
        weighted_feature { name: 'w' feature { step: 's' step: 'a' } weight_feature { step: 'k' } }
        default_environment: 'TRAINING'
        int_domain { name: 'alone' min: 1 }
        tensor_representation_group { key: 'g' value { tensor_representation { key: 't' value {
            dense_tensor { column_name: 'a' shape { dim { size: 4 } } } } } } }
    """)
    assert [(f["kind"], f["path"]) for f in made["features"]] == [
        ("feature", ["s"]),
        ("feature", ["s", "a"]),
        ("sparse", ["s", "b"]),
        ("sparse", ["sp"]),
        ("weighted", ["w"]),
    ]
    assert made["features"][3]["shape"] == "9"
    assert [d["text"] for d in made["features"][3]["details"]] == ["i", "v", "yes"]
    assert [d["text"] for d in made["features"][4]["details"]] == ["s.a", "k"]
    assert made["tensors"] == [{"group": "g", "name": "t", "kind": "dense", "text": "column name: a; shape: 4"}]
    assert made["settings"] == [
        {"label": "Default environments", "text": "TRAINING"},
        {"label": "Domain alone, which no feature uses", "text": "at least 1"},
    ]
    assert made["notes"] == ["2 features: 2 optional, and 2 sparse features, and 1 weighted feature."]


def test_features_that_share_a_domain_share_its_values():
    made = document("""
        string_domain { name: 'd' value: 'x' value: 'y' } float_domain { name: 'r' min: 0.5 }
        feature { name: 'a' domain: 'd' } feature { name: 'b' domain: 'd' } feature { name: 'c' domain: 'r' }
    """)
    assert made["domains"] == [{"name": "d", "values": ["x", "y"]}]
    assert [f["domain"].get("values") for f in made["features"]] == [0, 0, None]
    assert made["features"][2]["domain"]["text"] == "at least 0.5"


def test_the_difference_names_what_was_added_removed_and_changed():
    old = parse("""
        feature { name: 'same' type: INT } feature { name: 'gone' type: INT }
        feature { name: 'kept' type: INT presence { min_fraction: 1 } string_domain { value: 'a' value: 'b' } }
    """)
    new = """
        feature { name: 'kept' type: FLOAT string_domain { value: 'b' value: 'c' } }
        feature { name: 'fresh' type: BYTES } feature { name: 'same' type: INT } default_environment: 'T'
    """
    difference = document(new, other=old, names=("new", "old"))["difference"]
    assert difference["names"] == ["new", "old"]
    assert difference["unchanged"] == 1
    kept, fresh, whole, gone = difference["entries"]
    assert (kept["change"], kept["path"]) == ("changed", ["kept"])
    assert kept["changes"] == [
        {"label": "Type", "old": "INT", "new": "FLOAT"},
        {"label": "Presence", "old": "required", "new": "optional"},
    ]
    assert (kept["values_added"], kept["values_removed"]) == (["c"], ["a"])
    assert (fresh["change"], fresh["path"]) == ("added", ["fresh"])
    assert {"label": "Type", "old": None, "new": "BYTES"} in fresh["changes"]
    assert (whole["change"], whole["kind"]) == ("changed", "schema")
    assert (gone["change"], gone["path"]) == ("removed", ["gone"])


def test_equal_schemas_do_not_differ():
    text = "feature { name: 'a' string_domain { value: 'x' value: 'y' } } feature { name: 'b' }"
    shuffled = parse("feature { name: 'b' } feature { name: 'a' string_domain { value: 'y' value: 'x' } }")
    difference = document(text, other=shuffled)["difference"]
    assert difference == {"names": ["this", "other"], "unchanged": 2, "entries": []}


def fill(message, depth=0):
    """Set every field, so that none is at its default."""
    for field in message.DESCRIPTOR.fields:
        if field.containing_oneof and message.WhichOneof(field.containing_oneof.name):
            continue
        set_field(message, field, depth)


def set_field(message, field, depth=0):
    repeated = hasattr(getattr(message, field.name), "append") or hasattr(getattr(message, field.name), "add")
    if field.message_type is not None:
        inner = getattr(message, field.name)
        inner = inner.add() if repeated else inner
        inner.SetInParent()
        if depth < 3 and field.message_type.full_name != "google.protobuf.Any":
            fill(inner, depth + 1)
        return
    kinds = {field.CPPTYPE_STRING: "x", field.CPPTYPE_BOOL: True}
    value = b"x" if field.type == field.TYPE_BYTES else kinds.get(field.cpp_type, 7)
    if field.enum_type is not None:
        value = field.enum_type.values[-1].number
    if repeated:
        getattr(message, field.name).append(value)
    else:
        setattr(message, field.name, value)


@pytest.mark.parametrize("name", [field.name for field in schema_pb2.Feature.DESCRIPTOR.fields if field.name != "name"])
def test_a_change_of_any_field_of_a_feature_is_a_difference(name):
    schema = parse("feature { name: 'f' }")
    set_field(schema.feature[0], schema_pb2.Feature.DESCRIPTOR.fields_by_name[name])
    made = schema_document(schema, other=parse("feature { name: 'f' }"))
    VALIDATOR.validate(made)
    assert made["difference"]["entries"], name


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e-300, 123456.789, 5e-324, 1.7976931348623157e308, -0.25])
def test_numbers_keep_all_their_digits(value):
    assert float(number(value).replace(",", "")) == value


def test_numbers_for_people():
    single = struct.unpack("f", struct.pack("f", 0.1))[0]
    assert [number(v) for v in (single, 1234567, 2.0, float("nan"), float("-inf"))] == [
        "0.1",
        "1,234,567",
        "2",
        "NaN",
        "-Infinity",
    ]
    assert [share(v) for v in (0.95, 1.0, 0.1234567)] == ["95%", "100%", "12.34567%"]


@pytest.mark.parametrize("name", ["__proto__", "<img src=x onerror=alert(1)>", "\u202e\x00", "x" * 10_000, ""])
def test_hostile_names_and_values_are_kept_as_they_are(name):
    schema = schema_pb2.Schema()
    schema.feature.add(name=name).string_domain.value.append(name)
    made = schema_document(schema, other=schema_pb2.Schema(), title=name)
    VALIDATOR.validate(made)
    assert made["features"][0]["path"] == [name]
    assert made["domains"] == [{"name": "", "values": [name]}]
    assert made["difference"]["entries"][0]["values_added"] == [name]


def test_an_empty_schema_is_a_document():
    assert document("")["notes"] == ["0 features."]
