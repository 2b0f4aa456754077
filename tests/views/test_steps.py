from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from zenml_nb.views.html import render_html
from zenml_nb.views.step_words import duration
from zenml_nb.views.text import render_text

HOSTILE = ["<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", '" onclick="x', "__proto__"]
ALLOWED = {"div", "strong", "table", "thead", "tbody", "tr", "th", "td", "span", "img", "details", "summary", "pre"}


def component(name="Data", state="COMPLETE", **given):
    made = {"id": name, "label": name, "state": state, "seconds": 0.5, "reason": "first run", "log": []}
    return {**made, "inputs": [], "outputs": [], **given}


def step(name="data", state="COMPLETE", **given):
    made = {"name": name, "state": state, "method": "add_datasource", "configuration": None, "seconds": 0.5}
    return {**made, "rows": [], "progress": None, "error": None, "components": [component(state=state)], **given}


def document(*steps, edges=(), **given):
    run = {"id": "taxi.1", "state": "COMPLETE", "started": "2026-01-02T03:04:05+00:00", "seconds": 65.0}
    run |= {"until": None, "error": None}
    made = {"schema": "zenml_nb/steps@1", "title": "taxi", "notes": [], "run": run, "steps": list(steps)}
    return {**made, "edges": [{"from": a, "to": b, "artifacts": ["Examples"]} for a, b in edges], **given}


ERROR = {
    "message": "The step trainer failed: ZeroDivisionError",
    "place": "cell In[3], line 4",
    "source": "return a / b",
    "stack": "my\nstack",
    "traceback": "whole\nstack",
}


class Reader(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.texts = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.texts.append(data)


def image_of(html):
    [source] = re.findall(r'src="data:image/svg\+xml,([^"]*)"', html)
    return ElementTree.fromstring(unquote(source))


def texts_of(svg):
    return [node.text for node in svg.iter("{http://www.w3.org/2000/svg}text")]


def test_text_has_one_line_a_component():
    shown = document(
        step(rows=[{"split": "examples", "rows": 1344}], components=[component(), component("DataSchema", "CACHED")]),
        step("trainer", "NOT_DECLARED", method="add_trainer", seconds=None),
        notes=["A note."],
    )
    assert render_text(shown).splitlines() == [
        "taxi",
        "taxi.1: COMPLETE, 1 min 5 s",
        "A note.",
        "",
        "step     component   state        duration",
        "-------  ----------  -----------  --------  ---------------------",
        "data     Data        ✓ COMPLETE     0.50 s  first run; 1,344 rows",
        "         DataSchema  ↺ CACHED       0.50 s  first run",
        "trainer              + not added         —  add_trainer(...)",
    ]


def test_a_pipeline_that_never_ran_says_so():
    shown = document(step(state="NOT_RUN"), run=None)
    assert render_text(shown).splitlines()[1] == "Not run yet."
    assert "Not run yet." in render_html(shown)


def test_an_error_is_told_with_the_users_line():
    shown = document(step("trainer", "FAILED", error=ERROR))
    assert render_text(shown).splitlines()[-3:] == [
        "trainer failed:",
        "  The step trainer failed: ZeroDivisionError",
        "  cell In[3], line 4: return a / b",
    ]
    html = render_html(shown)
    assert html.index("ZeroDivisionError") < html.index("cell In[3], line 4: return a / b") < html.index("my\nstack")
    assert "<details><summary>Whole traceback</summary>" in html


def test_an_error_of_the_run_is_told():
    run = {**document()["run"], "state": "FAILED", "error": ERROR}
    assert "The run failed:" in render_text(document(run=run))
    assert "ZeroDivisionError" in render_html(document(run=run))


def test_html_has_every_figure_of_a_step():
    configuration = {"source": "m.CSVDatasource", "args": [{"name": "path", "value": "taxi.csv"}], "changed": False}
    output = {"key": "examples", "type": "Examples", "from": "Data", "splits": ["train"], "uri": "a/1", "view": ""}
    html = render_html(
        document(
            step(
                configuration=configuration,
                rows=[{"split": "train", "rows": 200}, {"split": "eval", "rows": 100}],
                components=[component(outputs=[output], log=["one", "two"])],
            )
        )
    )
    for figure in (
        "CSVDatasource",
        "path = taxi.csv",
        "train 200, eval 100 rows",
        "0.50 s",
        "first run",
        "examples: Examples train a/1",
        "one\ntwo",
    ):
        assert figure in html


def test_progress_is_told():
    shown = document(step(state="RUNNING", progress={"done": 3, "total": 10, "unit": "epochs"}))
    assert "3 of 10 epochs" in render_html(shown)


def test_the_image_has_each_step_right_of_what_it_reads():
    names = ("data", "split", "trainer", "evaluator")
    shown = document(
        *map(step, names),
        edges=[("data", "split"), ("split", "trainer"), ("trainer", "evaluator"), ("split", "evaluator")],
    )
    svg = image_of(render_html(shown))
    drawn = {node.text: int(node.get("x")) for node in svg.iter("{http://www.w3.org/2000/svg}text")}
    assert sorted(names, key=drawn.__getitem__) == list(names)
    assert len(svg.findall("{http://www.w3.org/2000/svg}path")) == 4


@pytest.mark.parametrize("state", ["PENDING", "RUNNING", "COMPLETE", "CACHED", "FAILED", "CANCELED", "ABORTED"])
def test_states_are_words_and_not_colours_alone(state):
    html = render_html(document(step(state=state)))
    word = "pending" if state == "PENDING" else state
    assert any(word in text for text in texts_of(image_of(html)))
    assert f">{word}</span>" in html


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text):
    error = dict.fromkeys(ERROR, text)
    configuration = {"source": text, "args": [{"name": text, "value": text}], "changed": False}
    output = {"key": text, "type": text, "from": text, "splits": [text], "uri": text, "view": text}
    shown = document(
        step(
            text,
            "FAILED",
            error=error,
            configuration=configuration,
            rows=[{"split": text, "rows": 1}, {"split": "b", "rows": 2}],
            components=[component(text, "FAILED", reason=text, outputs=[output], log=[text])],
        ),
        title=text,
        notes=[text],
        edges=[(text, text), (text, "nowhere")],
    )
    html = render_html(shown)
    read = Reader(html)
    assert set(read.tags) <= ALLOWED | {"code"}
    assert {name for name, _ in read.attributes} <= {"style", "scope", "colspan", "src", "alt", "width", "height"}
    assert "".join(read.texts).count(text) >= 12
    assert {node.tag.rpartition("}")[2] for node in image_of(html).iter()} <= {
        "svg",
        "defs",
        "marker",
        "path",
        "rect",
        "text",
    }


def test_characters_that_hide_or_reorder_are_visible():
    shown = document(step("a\u202eb\x00", error={**ERROR, "message": "x\u202ey\x1b[2J"}), title="t\x00")
    for rendered in (render_text(shown), render_html(shown)):
        assert "x\\u202ey\\x1b[2J" in rendered
        assert not re.search("[\u202e\x00\x1b]", rendered)
    assert texts_of(image_of(render_html(shown)))[0] == "a\\u202eb\\x00"


def test_an_empty_graph_is_drawn():
    assert "taxi" in render_html(document())
    assert render_text(document()).splitlines() == ["taxi", "taxi.1: COMPLETE, 1 min 5 s"]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, "—"), (0.004, "0.00 s"), (9.99, "9.99 s"), (9.996, "10.0 s"), (59.96, "1 min 0 s"), (3725, "1 h 2 min")],
)
def test_durations(seconds, shown):
    assert duration(seconds) == shown
