"""The same views outside JupyterLab: exported HTML without scripts, Panel pages, ipywidgets."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Run, Watched, failures_in, open_notebook, run_all, write_notebook
from tests.browser.test_lab import MIME, VIEWS
from zenml_nb.views.html import render_html
from zenml_nb.views.page import Page


def documents(notebook: Run) -> dict[str, dict]:
    """The documents of the penguins that the notebook holds, by kind."""
    cells = json.loads(notebook.path.read_text(encoding="utf-8"))["cells"]
    shown = {}
    for cell, (kind, _) in VIEWS.items():
        [bundle] = [output["data"] for output in cells[cell]["outputs"] if MIME in output.get("data", {})]
        shown[kind] = bundle[MIME]
    return shown


@pytest.fixture
def serve() -> Iterator[Callable[[dict], Page]]:
    pages: list[Page] = []

    def serve(document: dict) -> Page:
        pages.append(Page(document, 0))
        return pages[-1]

    yield serve
    for page in pages:
        page.stop()


def test_the_exported_notebook_shows_everything_without_javascript(
    notebook: Run, open_page: Callable[..., Watched]
) -> None:
    command = [sys.executable, "-m", "nbconvert", "--to", "html", str(notebook.path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    watched = open_page(java_script_enabled=False)
    watched.page.goto(notebook.path.with_suffix(".html").as_uri())
    watched.screenshot("exported")
    outputs = watched.page.locator(".jp-OutputArea-output.jp-RenderedHTMLCommon")
    shown = {
        text: outputs.filter(has_text=text).filter(has=watched.page.locator("img[src^='data:image/svg']"))
        for _, text in VIEWS.values()
    }
    assert {text for text, found in shown.items() if found.count() == 0} == set()
    # The same page with scripts: none of those that the data brought may run.
    scripted = open_page()
    scripted.page.goto(notebook.path.with_suffix(".html").as_uri())
    assert scripted.page.evaluate("() => window.hacked") is None


@pytest.mark.parametrize("kind", [kind for kind, _ in VIEWS.values()])
def test_a_panel_page_draws_the_view(
    notebook: Run, open_page: Callable[..., Watched], serve: Callable[[dict], Page], kind: str
) -> None:
    text = next(text for other, text in VIEWS.values() if other == kind)
    watched = open_page()
    watched.page.goto(serve(documents(notebook)[kind]).url)
    watched.page.locator(".zenml-nb h3").first.wait_for(timeout=30_000)
    watched.page.locator(".zenml-nb").filter(has_text=text).first.wait_for()
    watched.screenshot(f"panel-{kind}")
    assert watched.foreign == []
    assert watched.errors == []


@pytest.mark.parametrize("kind", [kind for kind, _ in VIEWS.values()])
def test_a_narrow_page_has_nothing_cut_off(
    notebook: Run, open_page: Callable[..., Watched], serve: Callable[[dict], Page], kind: str
) -> None:
    watched = open_page(viewport={"width": 600, "height": 900}, color_scheme="dark")
    watched.page.goto(serve(documents(notebook)[kind]).url)
    watched.page.locator(".zenml-nb h3").first.wait_for(timeout=30_000)
    watched.screenshot(f"narrow-{kind}")
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= 600


def test_ipywidgets_draw_the_views(notebook: Run, open_page: Callable[..., Watched]) -> None:
    path = notebook.lab.folder / "widgets.ipynb"
    bundles = {kind: document for kind, document in documents(notebook).items() if kind != "steps"}
    (notebook.lab.folder / "documents.json").write_text(json.dumps(bundles), encoding="utf-8")
    head = "import json\nfrom zenml_nb.views.view import View\ndocuments = json.load(open('documents.json'))"
    write_notebook(path, [head, *(f"View(documents[{kind!r}]).widget()" for kind in bundles)])
    watched = open_page()
    open_notebook(notebook.lab, watched, path.name)
    run_all(watched)
    assert failures_in(path) == []
    watched.page.wait_for_function("() => document.querySelectorAll('.jp-Cell .zenml-nb h3').length >= 4")
    watched.screenshot("widgets")
    assert watched.foreign == []
    assert watched.errors == []


HOSTILE = "<img src=x onerror=window.hacked=1></script><script>window.hacked=1</script>"
#: A name in each document that comes from the data or from the user's code.
NAMES = {
    "steps": "penguins",
    "statistics": "island",
    "schema": "island",
    "anomalies": "island",
    "evaluation": "Biscoe",
}


def hostile_documents(notebook: Run) -> dict[str, dict]:
    """The real documents, in which a name is replaced by markup."""
    shown = documents(notebook)
    return {
        kind: json.loads(json.dumps(shown[kind]).replace(name, json.dumps(HOSTILE)[1:-1]))
        for kind, name in NAMES.items()
    }


@pytest.mark.parametrize("kind", NAMES)
def test_markup_in_names_is_text_on_a_panel_page(
    notebook: Run, open_page: Callable[..., Watched], serve: Callable[[dict], Page], kind: str
) -> None:
    watched = open_page()
    watched.page.goto(serve(hostile_documents(notebook)[kind]).url)
    watched.page.locator(".zenml-nb").filter(has_text="<img src=x").first.wait_for()
    assert watched.page.locator(".zenml-nb").locator("img, script").count() == 0
    assert watched.page.evaluate("() => window.hacked") is None


def test_markup_in_names_is_text_in_ipywidgets(notebook: Run, open_page: Callable[..., Watched]) -> None:
    path = notebook.lab.folder / "hostile.ipynb"
    (notebook.lab.folder / "hostile.json").write_text(json.dumps(hostile_documents(notebook)), encoding="utf-8")
    head = "import json\nfrom zenml_nb.views.view import View\ndocuments = json.load(open('hostile.json'))"
    write_notebook(path, [head, *(f"View(documents[{kind!r}]).widget()" for kind in NAMES)])
    watched = open_page()
    open_notebook(notebook.lab, watched, path.name)
    run_all(watched)
    assert failures_in(path) == []
    watched.page.wait_for_function("() => document.querySelectorAll('.jp-Cell .zenml-nb').length >= 4")
    assert watched.page.locator(".jp-OutputArea .zenml-nb").locator("img, script").count() == 0
    assert watched.page.evaluate("() => window.hacked") is None


@pytest.mark.parametrize("kind", NAMES)
def test_markup_in_names_is_text_in_static_html(
    notebook: Run, open_page: Callable[..., Watched], tmp_path: Path, kind: str
) -> None:
    page = tmp_path / "static.html"
    page.write_text(f"<meta charset=utf-8>{render_html(hostile_documents(notebook)[kind])}", encoding="utf-8")
    watched = open_page()
    watched.page.goto(page.as_uri())
    # Some names are in parts that are folded.
    assert "<img src=x" in (watched.page.locator("body").text_content() or "")
    assert watched.page.locator("img:not([src^='data:image/svg+xml']), script").count() == 0
    assert watched.page.evaluate("() => window.hacked") is None
