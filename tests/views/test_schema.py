from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2

from tests.views.reader import Reader, assert_safe
from zenml_nb.viewmodels.schema import schema_document
from zenml_nb.views.html import render_html
from zenml_nb.views.text import render_text

NEW = """
feature { name: 'fare' type: FLOAT presence { min_fraction: 1 min_count: 3 } float_domain { min: 0 max: 99.5 } }
feature { name: 'trip' type: STRUCT struct_domain { feature { name: 'city' type: BYTES not_in_environment: 'SERVING'
    string_domain { name: 'cities' value: 'Oslo' value: 'Rome' } } } }
default_environment: 'TRAINING'
tensor_representation_group { key: 'g' value { tensor_representation { key: 't' value {
    varlen_sparse_tensor { column_name: 'fare' } } } } }
"""
OLD = """
feature { name: 'fare' type: INT }
feature { name: 'trip' type: STRUCT struct_domain { feature { name: 'city' type: BYTES not_in_environment: 'SERVING'
    string_domain { name: 'cities' value: 'Oslo' value: 'Kiel' } } } }
feature { name: 'gone' }
"""


def parse(text: str) -> schema_pb2.Schema:
    return text_format.Parse(text, schema_pb2.Schema())


@pytest.fixture
def document() -> dict[str, Any]:
    return schema_document(parse(NEW), title="S", other=parse(OLD), names=("new", "old"))


def test_the_html_has_every_feature_value_and_difference(document: dict[str, Any]) -> None:
    read = Reader(render_html(document))
    shown = " ".join(read.texts)
    for word in ("fare", "FLOAT", "required", "0 to 99.5", "Least number of rows: 3", "city", "not in SERVING", "Rome"):
        assert word in shown
    for word in ("Difference from old", "In new", "added", "removed", "changed", "gone", "trip › city", "Kiel", "INT"):
        assert word in shown
    for word in ("Tensors", "sparse, of variable length", "Default environments", "TRAINING"):
        assert word in shown
    assert_safe(read)


def test_the_html_has_a_chart_with_its_numbers_as_text(document: dict[str, Any]) -> None:
    read = Reader(render_html(document))
    (alternative,) = [value for name, value in read.attributes if name == "alt"]
    assert alternative == "Features by type and presence. FLOAT: 1 required; STRUCT: 1 optional; BYTES: 1 optional"


def test_the_text_is_aligned_and_deterministic(document: dict[str, Any]) -> None:
    text = render_text(document)
    assert text == render_text(dict(document))
    assert not [line for line in text.splitlines() if line != line.rstrip()]
    lines = text.splitlines()
    assert lines[:2] == ["S", "3 features: 1 required, 2 optional."]
    assert "fare     FLOAT   required  —             —      0 to 99.5" in lines
    assert "  city   BYTES   optional  —             —      2 values: Oslo, Rome" in lines


@pytest.mark.parametrize("render", [render_html, render_text])
def test_no_differences_are_said(render: Any) -> None:
    made = schema_document(parse(NEW), other=parse(NEW))
    assert "No differences" in render(made)


def test_a_long_domain_is_folded_and_the_rest_counted() -> None:
    schema = schema_pb2.Schema()
    schema.feature.add(name="f").string_domain.value.extend(f"v{index}" for index in range(1500))
    html = render_html(schema_document(schema))
    assert "<details><summary>1,500 values</summary>" in html
    assert "v999" in html
    assert "and 500 more values" in html


def test_an_empty_schema_is_drawn() -> None:
    made = schema_document(schema_pb2.Schema())
    Reader(render_html(made))
    assert render_text(made).splitlines()[-1] == "(none)"


@pytest.mark.parametrize(
    "text", ["<img src=x onerror=alert(1)>", "</script><script>x</script>", '" onclick="x', "__proto__", "\u202e\x00"]
)
def test_hostile_text_stays_text(text: str) -> None:
    schema = schema_pb2.Schema()
    feature = schema.feature.add(name=text)
    feature.string_domain.value.append(text)
    feature.string_domain.name = text
    feature.annotation.comment.append(text)
    feature.in_environment.append(text)
    made = schema_document(schema, title=text, other=schema_pb2.Schema(), names=(text, text))
    read = Reader(render_html(made))
    assert_safe(read)
    assert "\x00" not in render_text(made)
    assert "\u202e" not in render_text(made) + render_html(made)


def test_a_long_name_is_cut_with_its_length() -> None:
    schema = schema_pb2.Schema()
    schema.feature.add(name="x" * 10_000)
    html = render_html(schema_document(schema))
    assert "… (10,000 characters)" in html
    assert len(html) < 5000
