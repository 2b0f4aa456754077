"""The view of a schema, compared with what TFDV itself shows of real schemas, feature by feature."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pytest
import tensorflow_data_validation as tfdv
from tensorflow_metadata.proto.v0 import schema_pb2

from tests.engine.conftest import ROOT, Shared
from zenml_nb.artifacts.protos import read_schema
from zenml_nb.viewmodels.schema import schema_document
from zenml_nb.views.html import render_html
from zenml_nb.views.text import render_text

VALIDATOR = jsonschema.Draft202012Validator(
    json.loads((ROOT / "zenml_nb/viewmodels/schema/schema.json").read_text("utf-8"))
)


@pytest.fixture(scope="module")
def taxi_schema(taxi_csv: Path) -> schema_pb2.Schema:
    """What TFDV infers of the taxi data."""
    return tfdv.infer_schema(tfdv.generate_statistics_from_dataframe(pd.read_csv(taxi_csv)))


@pytest.fixture(scope="module")
def penguin_schema(shared: Shared) -> schema_pb2.Schema:
    """The schema that the penguin pipeline made of its training split."""
    return read_schema(shared.run.artifact("SplitSchema", "schema"))


@pytest.fixture(scope="module", params=["taxi", "penguins"])
def schema(request: pytest.FixtureRequest) -> schema_pb2.Schema:
    """Each of the two."""
    name = "taxi_schema" if request.param == "taxi" else "penguin_schema"
    made: schema_pb2.Schema = request.getfixturevalue(name)
    return made


def test_every_feature_is_shown_as_tfdv_shows_it(schema: schema_pb2.Schema) -> None:
    from tensorflow_data_validation.utils.display_util import get_schema_dataframe

    features, domains = get_schema_dataframe(schema)
    document = schema_document(schema)
    VALIDATOR.validate(document)
    shown = {feature["path"][0]: feature for feature in document["features"]}
    assert set(shown) == {name.strip("'") for name in features.index}
    for name, row in features.iterrows():
        own = shown[name.strip("'")]
        _compare_row(own, row)
    listed = {domain["name"]: set(domain["values"]) for domain in document["domains"]}
    expected = {d.name: set(d.value) for d in schema.string_domain}
    expected |= {
        f.string_domain.name: set(f.string_domain.value) for f in schema.feature if f.HasField("string_domain")
    }
    assert listed == expected
    assert {name.strip("'") for name in domains.index} == {name for name in expected if name}


def _compare_row(own: dict[str, Any], row: pd.Series) -> None:
    types = {"STRING": "BYTES", "BOOL": own["type"]}
    assert own["type"] == types.get(row["Type"], row["Type"])
    assert own["presence"]["text"] == row["Presence"]
    single = row["Valency"] in ("single", "")
    assert own["valency"] in ("1", "") if single else own["valency"] not in ("1", "")
    if row["Domain"].startswith("'"):
        assert own["domain"]["name"] == row["Domain"].strip("'")
        assert own["domain"]["kind"] == "values"
    else:
        assert (own["domain"]["kind"] in ("", "bool", "url", "language")) == (row["Domain"] == "-")


def test_every_field_of_the_proto_is_in_the_document(schema: schema_pb2.Schema) -> None:
    document = schema_document(schema)
    for feature, own in zip(schema.feature, document["features"], strict=True):
        assert own["path"] == [feature.name]
        assert own["type"] == schema_pb2.FeatureType.Name(feature.type)
        assert own["presence"]["level"] == ("required" if feature.presence.min_fraction == 1 else "optional")
        counts = [detail["text"] for detail in own["details"] if detail["label"] == "Least number of rows"]
        assert counts == ([str(feature.presence.min_count)] if feature.presence.min_count else [])
        if feature.HasField("value_count"):
            assert feature.value_count.min == feature.value_count.max == 1
            assert own["valency"] == "1"


def test_equal_schemas_do_not_differ_and_each_change_is_found(schema: schema_pb2.Schema) -> None:
    changed = schema_pb2.Schema()
    changed.CopyFrom(schema)
    assert schema_document(changed, other=schema)["difference"]["entries"] == []
    textual = next(f for f in changed.feature if f.WhichOneof("domain_info") in ("domain", "string_domain"))
    tfdv.get_domain(changed, textual.name).value.append("Atlantis")
    tfdv.set_domain(changed, next(f.name for f in changed.feature if f.type == 3), schema_pb2.FloatDomain(min=0, max=9))
    gone = changed.feature[-1].name
    del changed.feature[-1]
    changed.feature.add(name="fresh", type=2)
    entries = schema_document(changed, other=schema)["difference"]["entries"]
    found = {(entry["change"], entry["path"][0]): entry for entry in entries}
    number = next(f.name for f in changed.feature if f.type == 3)
    assert {("changed", textual.name), ("changed", number), ("added", "fresh"), ("removed", gone)} <= set(found)
    assert found["changed", textual.name]["values_added"] == ["Atlantis"]
    assert {"label": "Domain", "old": None, "new": "0 to 9"} in found["changed", number]["changes"]
    assert len(entries) == 4


def test_the_static_page_has_every_feature_and_value(schema: schema_pb2.Schema) -> None:
    from html import unescape

    document = schema_document(schema)
    page, text = unescape(render_html(document)), render_text(document)
    for feature in schema.feature:
        assert feature.name in page
        assert feature.name in text
    for domain in schema.string_domain:
        assert all(value in page for value in domain.value)
