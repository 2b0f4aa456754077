from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from tests.views.test_html import HOSTILE, Reader
from zenml_nb.views.distributions import bars_of, figure_text, percent
from zenml_nb.views.html import render_html
from zenml_nb.views.text import render_text

Document = dict[str, Any]
ALLOWED_TAGS = {
    "div", "strong", "table", "thead", "tbody", "tr", "th", "td", "span", "img", "details", "summary", "br", "em",
}  # fmt: skip
ALLOWED_ATTRIBUTES = {
    "style", "align", "valign", "rowspan", "colspan", "cellpadding", "src", "alt", "width", "height",
}  # fmt: skip
KEPT_BY_A_NOTEBOOK = {
    "border-collapse", "border-top", "border-radius", "margin", "margin-right", "font-size", "text-align", "color",
    "overflow-x", "opacity", "padding", "white-space", "background-color",
}  # fmt: skip


def column(name: str, kind: str = "number", **more: str) -> dict[str, str]:
    return {"name": name, "label": name.capitalize(), "kind": kind, "help": "h", **more}


COMMON = [column("count"), column("missing", "share", of="rows")]
NUMERIC = [*COMMON, column("mean"), column("zeros", "share", of="values"), column("min"), column("max")]


@pytest.fixture
def document() -> Document:
    """Two splits with a number, a text and a structure."""
    number = {
        "name": "fare",
        "type": "FLOAT",
        "data": [
            {"figures": [8, 2, 1.23456789, 4, 0, 4], "bins": [5, 3], "quantiles": [None, 1, None]},
            {"figures": [6, 0, "NaN", 0, 0, 8], "values": 12, "bins": [2, 10], "quantiles": [0, 1, 1, 8],
             "quantile_counts": [3, 3, 6], "facts": [["Values a row, mean", 2]],
             "charts": [{"title": "Values a row", "edges": [1, 2, 9], "counts": [4, 4]}]},
        ],
    }  # fmt: skip
    text = {
        "name": "sex",
        "type": "STRING",
        "labels": ["female", "male"],
        "flags": [{"severity": "error", "split": "eval", "what": "Unexpected values", "why": "Value x."}],
        "data": [{"figures": [9, 1, "female"], "counts": [5, 3], "rest": [1, 1]}, None],
    }
    return {
        "schema": "zenml_nb/statistics@1",
        "title": "Statistics",
        "notes": ["A note."],
        "datasets": [
            {"label": "train", "split": "train", "slice": "", "weighted": False, "rows": 10, "shown": True},
            {"label": "eval", "split": "eval", "slice": "", "weighted": False, "rows": 6, "shown": True},
        ],
        "flags": [{"feature": "gone", "severity": "warning", "split": "eval", "what": "Dropped", "why": "Not there."}],
        "sections": [
            {"kind": "numeric", "title": "Numeric features", "columns": NUMERIC, "features": [number]},
            {"kind": "categorical", "title": "Texts", "columns": [*COMMON, column("top", "text")], "features": [text]},
            {"kind": "struct", "title": "Structures", "columns": COMMON,
             "features": [{"name": "s", "type": "STRUCT", "data": [{"figures": [10, 0]}, {"figures": [5, 1]}]}]},
        ],
    }  # fmt: skip


def cells(html: str) -> list[str]:
    return [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", html)]


def charts(html: str) -> list[ElementTree.Element]:
    sources = re.findall(r'<img src="data:image/svg\+xml,([^"]*)"', html)
    return [ElementTree.fromstring(unquote(source)) for source in sources]


def test_every_figure_of_every_split_is_a_cell(document: Document) -> None:
    found = cells(render_html(document))
    assert found[:8] == ["fare FLOAT", "", "train", "8", "20%\xa0(2)", "1.23457", "50%\xa0(4)", "0"]
    assert found[9:15] == ["eval", "6", "0%", "NaN", "0%", "0"]
    assert "not in this dataset, or of another type" in found
    assert found[-6:] == ["train", "10", "0%", "eval", "5", "16.67%\xa0(1)"]


def test_all_values_are_there(document: Document) -> None:
    html = render_html(document)
    for line in (
        "Bins: 5 | 3, from 0 to 4 in equal steps",
        "Quantiles: 0 | 1 | 4, each 4",
        "Quantiles: 0 (3) 1 (3) 1 (6) 8",
        "Values: female 5; male 3; and 1 more values 1 times",
        "Values a row, mean: 2",
        "Values a row: 1 | 2 | 9, each 4",
    ):
        assert line in html


def test_each_feature_has_one_chart_of_all_splits(document: Document) -> None:
    fare, sex = charts(render_html(document))
    colours = [[path.get("fill") for path in chart if path.get("fill")] for chart in (fare, sex)]
    assert colours == [["#3b82c4", "#e07b39"], ["#3b82c4"]]
    # Ten values reach the top of forty pixels; the bins of train end in the middle of those of eval.
    first, second = (path.get("d") or "" for path in list(fare)[:2])
    assert first == "M0 40V20H40V28H80V40"
    assert second == "M0 40V32H80V0H160V40"


def test_a_dataset_that_waits_to_be_chosen_is_not_in_the_chart(document: Document) -> None:
    document["datasets"][1]["shown"] = False
    html = render_html(document)
    assert [path.get("fill") for path in charts(html)[0] if path.get("fill")] == ["#3b82c4"]
    assert "eval" in cells(html)


def test_many_slices_are_told_and_left_out(document: Document) -> None:
    extra = {**document["datasets"][0], "label": "a slice", "shown": False}
    document["datasets"] += [extra] * 20
    for section in document["sections"]:
        for feature in section["features"]:
            feature["data"] += [feature["data"][0]] * 20
    for rendered in (render_html(document), render_text(document)):
        assert "20 more slices are shown where this view is interactive." in rendered
    assert "a slice" not in cells(render_html(document))


def test_anomalies_are_flagged_with_the_reason(document: Document) -> None:
    html = render_html(document)
    assert re.search(r"error</span> <strong>Unexpected values</strong> in eval: Value x\.", html)
    assert re.search(r"warning</span> <strong>Dropped</strong> gone in eval: Not there\.", html)


@pytest.mark.parametrize("hostile", [*HOSTILE, "__proto__", "a\u202eb\x00"])
def test_hostile_text_stays_text(document: Document, hostile: str) -> None:
    document["title"] = hostile
    document["notes"] = [hostile]
    document["datasets"][0]["label"] = hostile
    document["flags"][0].update(feature=hostile, split=hostile, what=hostile, why=hostile)
    number, text, _ = (section["features"][0] for section in document["sections"])
    number["name"] = text["name"] = text["labels"][0] = hostile
    number["data"][1]["facts"] = [[hostile, hostile]]
    text["flags"][0].update(what=hostile, why=hostile)
    text["data"][0]["figures"][2] = hostile
    html = render_html(document)
    read = Reader(re.sub(r"<(img|br)([^>]*)>", r"<\1\2></\1>", html))
    assert set(read.tags) <= ALLOWED_TAGS
    assert {name for name, _ in read.attributes} <= ALLOWED_ATTRIBUTES
    assert read.open == []
    assert len(charts(html)) == 2
    shown = hostile.replace("\u202e", "\\u202e").replace("\x00", "\\x00")
    assert "".join(read.texts).count(shown) >= 16
    text_ = render_text(document)
    assert shown[:50] in text_
    assert all(char.isprintable() or char == "\n" for char in text_)


def test_long_texts_are_cut_with_their_length(document: Document) -> None:
    document["sections"][1]["features"][0]["name"] = "n" * 10_000
    html = render_html(document)
    assert "n" * 200 + "… (10,000 characters)" in html
    assert "n" * 201 not in html
    assert max(map(len, render_text(document).splitlines())) < 301


def test_only_what_a_notebook_keeps_is_used(document: Document) -> None:
    html = render_html(document)
    styles = re.findall(r'style="([^"]*)"', html)
    used = {rule.partition(":")[0].strip() for style in styles for rule in style.split(";") if rule.strip()}
    assert used <= KEPT_BY_A_NOTEBOOK
    assert not re.search(r"<(svg|style|script)", html)


def test_what_is_not_finite_is_no_chart_but_a_text(document: Document) -> None:
    for data in document["sections"][0]["features"][0]["data"]:
        data["bin_edges"] = ["-Infinity", 0, "Infinity"]
    html = render_html(document)
    assert len(charts(html)) == 1
    assert "-Infinity (5) 0 (3) Infinity" in html


def test_the_text_is_aligned(document: Document) -> None:
    lines = render_text(document).splitlines()
    assert lines[:9] == [
        "Statistics",
        "A note.",
        "train: 10 rows",
        "eval: 6 rows",
        "warning: gone, eval: Dropped: Not there.",
        "",
        "Numeric features (1)",
        "Feature  Type   Dataset  Count  Missing     Mean    Zeros  Min  Max",
        "-------  -----  -------  -----  -------  -------  -------  ---  ---",
    ]
    assert lines[9] == "fare     FLOAT  train        8  20% (2)  1.23457  50% (4)    0    4"
    assert lines[10] == "                eval         6       0%      NaN       0%    0    8"
    assert "error: sex, eval: Unexpected values: Value x." in lines
    assert not [line for line in lines if line != line.rstrip()]


def test_many_features_are_counted_in_the_text(document: Document) -> None:
    section = document["sections"][2]
    section["features"] = [{**section["features"][0], "name": f"s{index}"} for index in range(500)]
    lines = render_text(document).splitlines()
    assert lines[-1] == "and 302 more"
    assert len(lines) < 450


def test_no_features(document: Document) -> None:
    document["sections"] = []
    assert "no features" in render_html(document)
    assert render_text(document).splitlines()[-1] == "(no features)"


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0, "0%"), (0.27657, "27.66%"), (1, "100%"), (0.999999, ">99.99%"), (1e-6, "<0.01%"), (float("nan"), "—")],
)
def test_percentages(share: float, shown: str) -> None:
    assert percent(share) == shown


def test_a_share_of_nothing_is_unknown() -> None:
    assert figure_text(COMMON[1], {"figures": [0, 0]}, 0) == "—"
    assert figure_text(COMMON[1], {"figures": [0, 0]}, None) == "—"


def test_two_edges_lie_around_equal_bins() -> None:
    assert bars_of([0, 4], [1, 2]) == [(0, 2, 1), (2, 4, 2)]
    assert bars_of([0, 1, 4], [1, 2]) == [(0, 1, 1), (1, 4, 2)]
