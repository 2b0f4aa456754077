"""The view of anomalies, compared with those that TFDV finds in changed taxi data and in a real run."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pytest
import tensorflow_data_validation as tfdv
from tensorflow_metadata.proto.v0 import anomalies_pb2, schema_pb2, statistics_pb2

from tests.engine.conftest import ROOT, Shared
from zenml_nb.artifacts.protos import read_anomalies, read_schema, read_statistics
from zenml_nb.viewmodels.anomalies import anomalies_document
from zenml_nb.views.html import render_html
from zenml_nb.views.text import render_text

VALIDATOR = jsonschema.Draft202012Validator(
    json.loads((ROOT / "zenml_nb/viewmodels/schema/anomalies.json").read_text("utf-8"))
)
ROWS = 2000


@dataclass(frozen=True)
class Case:
    """What TFDV found, and of what.

    Attributes:
        frame: the changed rows.
    """

    anomalies: anomalies_pb2.Anomalies
    statistics: statistics_pb2.DatasetFeatureStatistics
    schema: schema_pb2.Schema
    frame: pd.DataFrame

    @property
    def document(self) -> dict[str, Any]:
        """The view of them."""
        made = anomalies_document(
            self.anomalies, split="eval", statistics=self.statistics, schema=self.schema, statistics_uri="/statistics"
        )
        VALIDATOR.validate(json.loads(json.dumps(made, allow_nan=False)))
        return made


@pytest.fixture(scope="module")
def case(taxi_csv: Path) -> Case:
    """Taxi rows with one change for every common kind of anomaly."""
    columns = ["payment_type", "fare", "trip_miles", "tips", "trip_start_hour", "trip_start_day", "trip_start_month"]
    before = pd.read_csv(taxi_csv, nrows=2 * ROWS)[columns].dropna()
    schema = tfdv.infer_schema(tfdv.generate_statistics_from_dataframe(before))
    tfdv.set_domain(schema, "trip_miles", schema_pb2.FloatDomain(min=0, max=50))
    tfdv.get_feature(schema, "payment_type").drift_comparator.infinity_norm.threshold = 0.01
    tfdv.get_feature(schema, "tips").skew_comparator.jensen_shannon_divergence.threshold = 0.01
    after = before.head(ROWS).reset_index(drop=True)
    after.loc[:39, "payment_type"] = "Barter"
    after.loc[40:49, "payment_type"] = "Bitcoin"
    after["trip_start_hour"] = "noon"
    after = after.drop(columns="trip_start_day")
    after.loc[:99, "fare"] = math.nan
    after["surprise"] = 1
    after.loc[7, "trip_miles"] = 9876.5
    after["tips"] = after["tips"] + 50
    listed = tfdv.generate_statistics_from_dataframe(after)
    old = tfdv.generate_statistics_from_dataframe(before)
    found = tfdv.validate_statistics(listed, schema, previous_statistics=old, serving_statistics=old)
    return Case(found, listed.datasets[0], schema, after)


def reason(case: Case, name: str, kind: str) -> dict[str, Any]:
    """One reason of a feature's anomaly."""
    (anomaly,) = [own for own in case.document["anomalies"] if own["feature"] == name]
    (own,) = [own for own in anomaly["reasons"] if own["type"] == kind]
    return own


def compare(document: dict[str, Any], anomalies: anomalies_pb2.Anomalies) -> None:
    """The document has exactly the anomalies of TFDV's own table."""
    table = tfdv.utils.display_util.get_anomalies_dataframe(anomalies)
    shown = {f"'{own['feature']}'": (own["short"], own["description"]) for own in document["anomalies"]}
    columns = ["Anomaly short description", "Anomaly long description"]
    assert shown == {name: tuple(row[columns]) for name, row in table.iterrows()}
    for own in document["anomalies"]:
        info = anomalies.anomaly_info[own["feature"]]
        assert own["severity"] == anomalies_pb2.AnomalyInfo.Severity.Name(info.severity).lower()
        kinds = [anomalies_pb2.AnomalyInfo.Type.Name(r.type) for r in info.reason]
        assert [r["type"] for r in own["reasons"]] == kinds
        assert [r["description"] for r in own["reasons"]] == [r.description for r in info.reason]


def test_the_anomalies_are_those_of_tfdvs_own_table(case: Case) -> None:
    compare(case.document, case.anomalies)
    assert {own["feature"] for own in case.document["anomalies"]} == {
        "payment_type",
        "fare",
        "trip_miles",
        "tips",
        "trip_start_hour",
        "trip_start_day",
        "surprise",
    }


def test_unseen_categories_are_counted(case: Case) -> None:
    own = reason(case, "payment_type", "ENUM_TYPE_UNEXPECTED_STRING_VALUES")
    assert own["text"] == "2 values are not in the domain: Barter, Bitcoin (2.5% of the rows)."
    assert own["values"] == [{"value": "Barter", "count": 40.0}, {"value": "Bitcoin", "count": 10.0}]
    assert own["share"] == 50 / len(case.frame)
    assert "Cash" in own["expected"]


def test_missing_values_are_counted(case: Case) -> None:
    own = reason(case, "fare", "FEATURE_TYPE_LOW_FRACTION_PRESENT")
    assert own["text"] == "100 rows (5%) have no value and the schema asks for one in every row."
    assert own["found"] == "in 95% of the rows (1,900 of 2,000)"


def test_a_value_out_of_range_is_named(case: Case) -> None:
    own = reason(case, "trip_miles", "FLOAT_TYPE_BIG_FLOAT")
    assert own["text"] == "The largest value is 9,876.5; allowed is 0 to 50."
    assert own["found"].endswith(" to 9,876.5")


def test_another_type_is_named_with_values(case: Case) -> None:
    (anomaly,) = [own for own in case.document["anomalies"] if own["feature"] == "trip_start_hour"]
    (own,) = anomaly["reasons"]
    assert own["text"] == "The values are of type STRING, and the schema asks for INT."
    assert (own["expected"], own["found"]) == ("INT", "STRING: noon")


def test_missing_and_new_columns(case: Case) -> None:
    missing = reason(case, "trip_start_day", "SCHEMA_MISSING_COLUMN")
    assert (missing["found"], missing["share"]) == ("not in the data", 1.0)
    new = reason(case, "surprise", "SCHEMA_NEW_COLUMN")
    assert (new["expected"], new["found"]) == ("no such feature", "INT in 100% of the rows (2,000 of 2,000)")


def test_drift_and_skew_are_measured_against_what_is_allowed(case: Case) -> None:
    shown = {(own["feature"], own["comparison"]): own for own in case.document["distances"]}
    assert set(shown) == {("payment_type", "drift"), ("tips", "skew")}
    for info in case.anomalies.drift_skew_info:
        for comparison in ("drift", "skew"):
            for measured in getattr(info, f"{comparison}_measurements"):
                own = shown[info.path.step[0], comparison]
                assert (own["value"], own["threshold"]) == (measured.value, measured.threshold)
                assert own["exceeded"]
    drift = reason(case, "payment_type", "COMPARATOR_L_INFTY_HIGH")
    assert drift["expected"] == "L-infinity distance at most 0.01"
    assert float(drift["found"]) == pytest.approx(shown["payment_type", "drift"]["value"], rel=1e-5)
    skew = reason(case, "tips", "COMPARATOR_JENSEN_SHANNON_DIVERGENCE_HIGH")
    assert skew["expected"] == "Jensen-Shannon divergence at most 0.01"


def test_too_few_rows_are_an_anomaly_of_the_whole(case: Case) -> None:
    schema = schema_pb2.Schema()
    schema.CopyFrom(case.schema)
    schema.dataset_constraints.min_examples_count = 5000
    listed = statistics_pb2.DatasetFeatureStatisticsList(datasets=[case.statistics])
    found = tfdv.validate_statistics(listed, schema)
    whole = Case(found, case.statistics, schema, case.frame).document["anomalies"][0]
    assert whole["feature"] is None
    assert whole["reasons"][0]["type"] == "DATASET_LOW_NUM_EXAMPLES"
    assert (whole["reasons"][0]["expected"], whole["reasons"][0]["found"]) == ("at least 5,000 rows", "2,000 rows")
    table = tfdv.utils.display_util.get_anomalies_dataframe(found)
    assert whole["description"] == table.loc["[dataset anomaly]", "Anomaly long description"]


def test_no_anomalies_are_said_over_what(case: Case) -> None:
    frame = case.frame.drop(columns="surprise")
    listed = tfdv.generate_statistics_from_dataframe(frame)
    schema = tfdv.infer_schema(listed)
    found = tfdv.validate_statistics(listed, schema)
    document = Case(found, listed.datasets[0], schema, frame).document
    assert tfdv.utils.display_util.get_anomalies_dataframe(found).empty
    assert document["notes"] == [
        "No anomalies: 6 features of the split eval checked over 2,000 rows against the schema."
    ]
    present = {own["feature"]: own["present"] for own in document["checked"]}
    assert present == pytest.approx({name: frame[name].notna().mean() for name in frame})


@pytest.mark.parametrize("split", ["train", "eval"])
def test_the_anomalies_of_a_run_are_those_of_tfdvs_own_table(shared: Shared, split: str) -> None:
    run = shared.run
    anomalies = read_anomalies(run.artifact("SplitAnomalies", "anomalies"), split)
    statistics = read_statistics(run.artifact("SplitStatistics", "statistics"), split)
    schema = read_schema(run.artifact("SplitSchema", "schema"))
    document = anomalies_document(anomalies, split=split, statistics=statistics, schema=schema)
    VALIDATOR.validate(document)
    compare(document, anomalies)
    assert document["rows"] == statistics.num_examples
    assert len(document["checked"]) == len(schema.feature)


def test_the_static_renderings_have_every_reason(case: Case) -> None:
    from html import unescape

    page, text = unescape(render_html(case.document)), render_text(case.document)
    for own in case.document["anomalies"]:
        for each in own["reasons"]:
            assert each["text"] in page
            assert each["text"] in text
