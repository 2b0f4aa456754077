from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import anomalies_pb2, schema_pb2, statistics_pb2

from tests.views.reader import Reader, assert_safe
from zenml_nb.viewmodels.anomalies import anomalies_document
from zenml_nb.views.html import render_html
from zenml_nb.views.text import render_text

ANOMALIES = """
anomaly_info { key: 'city' value { path { step: 'city' } severity: ERROR short_description: 'Unexpected values'
    description: 'Examples contain: Bonn, Kiel' reason { type: ENUM_TYPE_UNEXPECTED_STRING_VALUES
    short_description: 'Unexpected values' description: 'Examples contain: Bonn, Kiel' } } }
anomaly_info { key: 'fare' value { path { step: 'fare' } severity: WARNING
    reason { type: SCHEMA_MISSING_COLUMN short_description: 'Dropped' description: 'Completely missing' } } }
drift_skew_info { path { step: 'city' } drift_measurements { type: L_INFTY value: 0.0522 threshold: 0.01 } }
"""
SCHEMA = """
feature { name: 'city' type: BYTES string_domain { value: 'Oslo' } }
feature { name: 'fare' type: FLOAT presence { min_fraction: 1 } }
"""
STATISTICS = """
num_examples: 8
features { path { step: 'city' } type: STRING string_stats { unique: 3
    common_stats { num_non_missing: 6 num_missing: 2 max_num_values: 1 }
    rank_histogram { buckets { label: 'Oslo' sample_count: 3 } buckets { label: 'Bonn' sample_count: 2 }
    buckets { label: 'Kiel' sample_count: 1 } } } }
"""


def make(anomalies: str, **options: Any) -> dict[str, Any]:
    return anomalies_document(
        text_format.Parse(anomalies, anomalies_pb2.Anomalies()),
        split="eval",
        schema=text_format.Parse(SCHEMA, schema_pb2.Schema()),
        statistics=text_format.Parse(STATISTICS, statistics_pb2.DatasetFeatureStatistics()),
        **options,
    )


def test_the_html_has_both_sides_and_tfdvs_own_words() -> None:
    read = Reader(render_html(make(ANOMALIES)))
    shown = " ".join(read.texts)
    for word in ("error", "2 values are not in the domain: Bonn, Kiel (37.5% of the rows).", "one of 1 value: Oslo"):
        assert word in shown
    for word in ("Bonn (2), Kiel (1)", "TFDV: Unexpected values – Examples contain: Bonn, Kiel", "warning"):
        assert word in shown
    for word in ("not in the data", "L-infinity distance", "0.0522", "0.01", "75%"):
        assert word in shown
    assert_safe(read)


def test_the_html_has_a_chart_with_its_numbers_as_text() -> None:
    read = Reader(render_html(make(ANOMALIES)))
    assert [value for name, value in read.attributes if name == "alt"] == [
        "Rows affected by each anomaly. city: 37.5%; fare: 100%"
    ]
    good = Reader(render_html(make("")))
    assert [value for name, value in good.attributes if name == "alt"] == [
        "Rows with a value, by feature. city: 75%; fare: —"
    ]


def test_no_anomalies_are_said_with_what_was_checked() -> None:
    said = "No anomalies: 2 features of the split eval checked over 8 rows against the schema."
    assert said in render_html(make(""))
    assert render_text(make("")).splitlines() == ["Anomalies", said]


def test_the_text() -> None:
    assert render_text(make(ANOMALIES)).splitlines() == [
        "Anomalies",
        "1 error, 1 warning: 2 features of the split eval checked over 8 rows against the schema.",
        "",
        "ERROR  city",
        "  2 values are not in the domain: Bonn, Kiel (37.5% of the rows).",
        "    expected: one of 1 value: Oslo",
        "    found:    Bonn (2), Kiel (1)",
        "    TFDV:     Examples contain: Bonn, Kiel",
        "",
        "WARNING  fare",
        "  The column is not in the data, and the schema asks for it: in every row (required).",
        "    expected: in every row (required)",
        "    found:    not in the data",
        "    TFDV:     Completely missing",
        "",
        "Distances from other data",
        "Feature  Comparison  Measure              Distance  Allowed  Result",
        "-------  ----------  -------------------  --------  -------  --------",
        "city     drift       L-infinity distance    0.0522     0.01  exceeded",
    ]


@pytest.mark.parametrize(
    "text", ["<img src=x onerror=alert(1)>", "</script><script>x</script>", '" onclick="x', "__proto__", "\u202e\x00"]
)
def test_hostile_text_stays_text(text: str) -> None:
    anomalies = anomalies_pb2.Anomalies()
    own = anomalies.anomaly_info[text]
    own.path.step.append(text)
    own.reason.add(type="CUSTOM_VALIDATION", short_description=text, description=text)
    anomalies.drift_skew_info.add().path.step.append(text)
    anomalies.drift_skew_info[0].skew_measurements.add(type="L_INFTY", value=float("nan"), threshold=1)
    schema = schema_pb2.Schema()
    schema.feature.add(name=text).string_domain.value.append(text)
    made = anomalies_document(anomalies, split=text, schema=schema, title=text)
    assert_safe(Reader(render_html(made)))
    shown = render_text(made)
    assert all(char.isprintable() or char == "\n" for char in shown)
    assert "\u202e" not in render_html(made)


def test_long_texts_are_cut_with_their_length() -> None:
    anomalies = anomalies_pb2.Anomalies()
    anomalies.anomaly_info["f"].description = "y" * 10_000
    made = anomalies_document(anomalies, split="eval")
    assert made["anomalies"][0]["description"] == "y" * 10_000
    assert "… (10,000 characters)" in render_html(made)
    assert len(render_html(made)) < 5000
    assert max(map(len, render_text(made).splitlines())) < 500
