from __future__ import annotations

import copy
import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.evaluation_files import SAMPLE, write_evaluation
from tests.views.test_html import Reader
from zenml_nb.artifacts.evaluation import read_evaluation
from zenml_nb.viewmodels.evaluation import evaluation_document
from zenml_nb.views.evaluation_words import full_text, interval_text, value_text
from zenml_nb.views.html import render_html
from zenml_nb.views.text import render_text

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    '" style="color:red" onclick="alert(1)',
    "__proto__",
]


@pytest.fixture
def sample():
    return json.loads((Path(__file__).parent / "evaluation_sample.json").read_text("utf-8"))


def test_the_sample_is_what_the_reader_and_the_view_model_make(sample, tmp_path):
    folder = write_evaluation(tmp_path / "7", **SAMPLE)
    assert evaluation_document({"taxi.1": read_evaluation(folder)}) == sample


def test_the_text(sample):
    assert render_text(sample).splitlines() == [
        "Evaluation",
        "Validation failed: 2 of 6 checks failed.",
        "No data for the slice with a threshold: hour = 25",
        "",
        "Failed checks",
        "Slice     Metric     Threshold   Value",
        "--------  ---------  ----------  -----",
        "hour = 2  auc (new)  ≥ 0.5        0.25",
        "hour = 2  auc (new)  change ≥ 0  -0.25",
        "",
        "Overall",
        "Metric                          new  old  new − old",
        "-------------  --------------------  ---  ---------",
        "example_count                    40   40          —",
        "auc            0.625 [0.525, 0.725]  0.5      0.125",
        "",
        "Slices",
        "Slice      Examples              auc, new  auc, old  auc, new − old",
        "---------  --------  --------------------  --------  --------------",
        "Overall          40  0.625 [0.525, 0.725]       0.5           0.125",
        "hour = 2         10     0.25 [0.15, 0.35]       0.5           -0.25",
        "hour = 12        30     0.75 [0.65, 0.85]     0.625           0.125",
    ]


def test_a_small_evaluation_as_text(sample):
    sample["entries"][0]["validation"] = None
    sample["slices"] = sample["slices"][:1]
    sample["metrics"][1]["kind"] = "text"
    sample["slices"][0]["values"][1] = ["[1, 2]", None, None]
    sample["slices"][0]["error"] = "few"
    assert render_text(sample).splitlines() == [
        "Evaluation",
        "",
        "Overall",
        "few",
        "Metric         new  old  new − old",
        "-------------  ---  ---  ---------",
        "example_count   40   40          —",
        "auc, new: [1, 2]",
    ]


def test_many_slices_as_text_are_counted(sample):
    sample["slices"] *= 50
    assert render_text(sample).splitlines()[-1] == "… 150 slices in all"


def numbers_of(sample):
    for entry in sample["slices"]:
        yield entry["count"]
        for row in entry["values"]:
            yield from row
    for check in sample["entries"][0]["validation"]["checks"]:
        yield check["value"]


def test_the_html_has_every_number(sample):
    html = render_html(sample)
    for cell in numbers_of(sample):
        assert f">{value_text(cell)}" in html
        assert interval_text(cell) in html
    assert 'title="0.625, from 0.525, to 0.725, standard error 0.05"' in html


def images(html):
    return [
        (unescape(alternative), unquote(source))
        for source, alternative in re.findall(r'<img src="data:image/svg\+xml,([^"]*)" alt="([^"]*)"', html)
    ]


def test_the_html_has_charts(sample):
    found = images(render_html(sample))
    assert [alternative.partition(":")[0].partition(".")[0] for alternative, _ in found] == [
        "auc",
        "ROC",
        "Precision–recall",
        "Calibration",
        "Predictions",
    ]
    assert "Overall: new: 0.625" in found[0][0]
    assert found[1][0].endswith("False positive rate and True positive rate of new, 3 points; old, 3 points")
    # The threshold 0.5 of the candidate: a false positive rate of 5 / 20, a true one of 16 / 20.
    assert "117.0 68.0" in found[1][1]
    assert all(source.startswith("<svg") and source.endswith("</svg>") for _, source in found)


def test_the_html_has_the_confusion_matrix(sample):
    html = render_html(sample)
    assert "Confusion matrix: new, threshold 0.5; precision 0.7619, recall 0.8, F1 0.7805, accuracy 0.775" in html
    assert "kinds" not in html
    for plot in sample["plots"]:
        plot["slice"] = 0
    html = render_html(sample)
    assert "kinds" in html
    assert ">(none)</th>" in html
    assert html.count(">(none)</th>") == 1
    assert "Labels: new, threshold 0.5" in html
    assert "no plot" in html


def test_what_the_html_lacks_without_plots_and_slices(sample):
    sample["plots"], sample["slices"] = [], []
    html = render_html(sample)
    assert images(html) == []
    Reader(html)


def test_values_that_are_not_finite(sample):
    sample["slices"][0]["values"][1] = ["NaN", "Infinity", [0.5, "NaN", "Infinity", None]]
    html, text = render_html(sample), render_text(sample)
    for shown in (">NaN<", ">Infinity<", 'title="0.5, from NaN, to Infinity"'):
        assert shown in html
    assert "NaN  Infinity        0.5" in text
    assert full_text(None) == ""


ALLOWED = {
    *("div", "strong", "table", "caption", "thead", "tbody", "tr", "th", "td", "span", "details", "summary"),
    *("br", "img"),
}


class Balanced(Reader):
    """Void elements have no end."""

    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        if tag in ("br", "img"):
            self.open.pop()


def hostile(sample, text):
    """The text wherever data names something."""
    sample["title"], sample["notes"], sample["groups"] = text, [text], [text] * len(sample["groups"])
    entry = sample["entries"][0]
    entry["name"] = text
    entry["facts"][0].update(label=text, value=text)
    entry["validation"]["missing"] = [text]
    for check in entry["validation"]["checks"]:
        check.update(slice=text, metric=text, threshold=text, message=text)
    sample["entries"].append(copy.deepcopy(entry))
    for part in (*sample["series"], *sample["slices"]):
        part["name"] = text
    sample["metrics"][1].update(label=text, kind="text")
    sample["slices"][0]["values"][1] = [text, None, None]
    sample["slices"][0]["error"] = text
    for plot in sample["plots"]:
        plot["slice"] = 0
    sample["plots"][-1]["message"] = text
    return sample


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(sample, text):
    html = render_html(hostile(sample, text))
    read = Balanced(html)
    assert set(read.tags) <= ALLOWED
    assert {name for name, _ in read.attributes} <= {"style", "scope", "title", "src", "alt", "width", "height"}
    assert "".join(read.texts).count(text) > 30
    assert read.open == []
    for _, source in images(html):
        assert set(Balanced(source).tags) <= {"svg", "g", "path", "rect", "text"}
    styles = [value or "" for name, value in read.attributes if name == "style"]
    assert not [style for style in styles if re.search(r"var\(|rgba?\(|url\(|color-mix", style)]


@pytest.mark.parametrize("text", ["\x1b[2J", "a\u202eb\x00", "x" * 10_000, "\ud800"])
def test_control_characters_are_visible_and_long_texts_cut(sample, text):
    shown = hostile(sample, text)
    if len(text) > 1000:  # Remarks are ours, and short.
        shown["notes"] = []
    html, plain = render_html(shown), render_text(shown)
    assert all(char.isprintable() or char == "\n" for char in plain)
    assert not re.search("[\x00\x1b\u202e\ud800]", html)
    assert max(map(len, plain.splitlines())) < 800
    assert len(html) < 120_000
    html.encode()
    plain.encode()


def test_a_slice_that_does_not_fit_is_refused(sample):
    sample["slices"][1]["values"].pop()
    for render in (render_html, render_text):
        with pytest.raises(ValueError, match="'hour = 2' does not fit"):
            render(sample)
