"""The browser of runs in a real JupyterLab, over the runs that the notebook made."""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import TimeoutError

from tests.browser.conftest import Lab, Run, Watched, failures_in
from zenml_nb.engine.ledger import Ledger, open_for_writing
from zenml_nb.records import Store
from zenml_nb.records import vocabulary as v
from zenml_nb.repository import Repository, find_repository

ROW = ".zenml-nb-runs .znb-run"
PAGE = ".zenml-nb-panel:visible"


def command(watched: Watched, name: str, **args: Any) -> None:
    watched.page.evaluate("([name, args]) => window.jupyterapp.commands.execute(name, args)", [name, args])


def open_lab(lab: Lab, watched: Watched, workspace: str) -> None:
    """JupyterLab with its sidebar of runs, in a workspace that no other page changes."""
    watched.page.goto(f"{lab.url}/lab/workspaces/{workspace}?reset&token={lab.token}")
    watched.page.wait_for_function("() => window.jupyterapp?.restored", timeout=90_000)
    watched.page.evaluate("() => window.jupyterapp.restored")
    command(watched, "zenml-nb:show-runs")


@pytest.fixture(scope="module")
def repository(notebook: Run) -> Repository:
    """The project that the notebook's runs are recorded in."""
    found = find_repository(notebook.lab.folder)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def ids(repository: Repository) -> dict[str, str]:
    """The id of the newest run of each pipeline."""
    return {run.pipeline: run.id for run in reversed(Store(repository.metadata).runs())}


@pytest.fixture(scope="module")
def runs(notebook: Run, open_page: Callable[..., Watched]) -> Watched:
    """The sidebar with the runs of the notebook."""
    watched = open_page()
    open_lab(notebook.lab, watched, "runs")
    watched.page.locator(ROW).first.wait_for()
    return watched


@pytest.fixture
def unfiltered(runs: Watched) -> Iterator[Watched]:
    """The sidebar, whose search is empty again afterwards."""
    yield runs
    runs.page.locator(".znb-sidebar input[type=search]").fill("")
    runs.page.locator(ROW, has_text="penguins").wait_for()


def row(watched: Watched, pipeline: str) -> Any:
    return watched.page.locator(ROW).filter(has=watched.page.locator(".znb-run-pipeline", has_text=pipeline)).first


def open_run(watched: Watched, run: str) -> None:
    store = watched.page.locator(".znb-stores select").input_value()
    command(watched, "zenml-nb:open-run", store=store, run=run)
    watched.page.locator(f"{PAGE} code", has_text=run).first.wait_for()


def tab(watched: Watched, name: str) -> Any:
    watched.page.locator(f"{PAGE} [role=tab]", has_text=name).click()
    return watched.page.locator(f"{PAGE} [role=tabpanel]:visible")


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_the_runs_are_listed_newest_first(runs: Watched, theme: str) -> None:
    command(runs, "apputils:change-theme", theme=f"JupyterLab {theme}")
    listed = runs.page.locator(f"{ROW} .znb-run-pipeline").all_inner_texts()
    # Tests of other files run pipelines in the same project folder.
    ours = ["failing", "hostile", "penguins"]
    assert [name for name in listed if name in ours] == ours
    assert "Failed" in row(runs, "failing").inner_text()
    assert "Complete" in row(runs, "penguins").inner_text()
    assert "accuracy" in row(runs, "penguins").inner_text()
    runs.screenshot(f"runs-{theme.lower()}")


def test_search_narrows_the_list(unfiltered: Watched) -> None:
    unfiltered.page.locator(".znb-sidebar input[type=search]").fill("peng")
    unfiltered.page.wait_for_function("(row) => document.querySelectorAll(row).length === 1", arg=ROW)
    assert row(unfiltered, "penguins").is_visible()
    unfiltered.page.locator(".znb-sidebar input[type=search]").fill("nothing like it")
    unfiltered.page.locator(".znb-sidebar", has_text="lear").get_by_role("button", name="Clear").first.wait_for()


def test_filters_narrow_the_list(runs: Watched) -> None:
    panel = runs.page.locator(".znb-sidebar")
    panel.get_by_role("button", name="Filters", exact=True).click()
    panel.locator("fieldset", has_text="State").locator("label", has_text="Failed").click()
    runs.page.wait_for_function("(row) => document.querySelectorAll(row).length === 1", arg=ROW)
    assert row(runs, "failing").is_visible()
    runs.screenshot("runs-filtered")
    panel.get_by_role("button", name="Clear filters").click()
    row(runs, "penguins").wait_for()
    panel.get_by_label("Metric", exact=True).select_option("sparse_categorical_accuracy")
    panel.get_by_label("At least").fill("0.5")
    panel.get_by_label("At least").press("Enter")
    runs.page.wait_for_function("(row) => document.querySelectorAll(row).length === 1", arg=ROW)
    assert row(runs, "penguins").is_visible()
    panel.get_by_role("button", name="Clear filters").click()
    row(runs, "failing").wait_for()
    panel.get_by_role("button", name="Filters", exact=True).click()


def test_a_run_is_opened_by_the_keyboard_and_its_views_are_drawn(unfiltered: Watched, ids: dict[str, str]) -> None:
    runs = unfiltered
    runs.page.locator(".znb-sidebar input[type=search]").fill("penguins")
    runs.page.wait_for_function("(row) => document.querySelectorAll(row).length === 1", arg=ROW)
    runs.page.locator(".zenml-nb-runs [role=listbox]").focus()
    runs.page.keyboard.press("End")
    runs.page.keyboard.press("Enter")
    runs.page.locator(f"{PAGE} code", has_text=ids["penguins"]).first.wait_for()
    assert "trainer" in tab(runs, "Steps").inner_text()
    for name, text in (
        ("Statistics", "bill_length_mm"),
        ("Schema", "bill_length_mm"),
        ("Anomalies", "Features checked"),
        ("Training", "loss"),
        ("Evaluation", "sparse_categorical_accuracy"),
        ("Lineage", "model"),
        ("Configuration", "TFFeedForwardTrainer"),
    ):
        panel = tab(runs, name)
        panel.get_by_text(text).locator("visible=true").first.wait_for()
        assert panel.locator("[role=alert]").count() == 0
        runs.screenshot(f"run-{name.lower()}")


def test_a_failed_run_shows_its_error_first(runs: Watched, ids: dict[str, str]) -> None:
    open_run(runs, ids["failing"])
    assert "division by zero" in runs.page.locator(PAGE).inner_text()
    runs.screenshot("run-failed")


def test_runs_are_compared(runs: Watched, ids: dict[str, str]) -> None:
    for pipeline in ("penguins", "failing"):
        row(runs, pipeline).locator(".znb-run-check").click()
    runs.page.locator(".zenml-nb-runs").get_by_role("button", name="Compare").click()
    runs.page.locator(PAGE, has_text="Comparison of 2 runs").wait_for()
    shown = runs.page.locator(PAGE).inner_text()
    assert all(ids[pipeline] in shown for pipeline in ("penguins", "failing"))
    runs.screenshot("compare")
    row(runs, "penguins").locator(".znb-run-check").click()
    row(runs, "failing").locator(".znb-run-check").click()


def test_a_run_that_begins_and_ends_is_seen(runs: Watched, repository: Repository) -> None:
    ledger = Ledger(repository, open_for_writing(repository), "live")
    ledger.begin("pipeline:\n  name: live\n", "hash", None)
    began = time.monotonic()
    row(runs, "live").wait_for()
    begun = time.monotonic() - began
    assert "Running" in row(runs, "live").inner_text()
    ledger.finish(v.COMPLETE)
    began = time.monotonic()
    row(runs, "live").filter(has_text="Complete").wait_for()
    print(f"seen after {begun:.2f} s, its end after {time.monotonic() - began:.2f} s")


def test_what_was_open_is_open_after_a_reload(runs: Watched, ids: dict[str, str]) -> None:
    open_run(runs, ids["penguins"])
    # JupyterLab keeps the layout a moment after it changed.
    time.sleep(2)
    runs.page.goto(runs.page.url.split("?")[0])
    runs.page.locator(f"{PAGE} code", has_text=ids["penguins"]).first.wait_for(timeout=90_000)
    command(runs, "zenml-nb:show-runs")
    runs.page.locator(ROW).first.wait_for()


def test_a_run_comes_back_into_a_notebook(runs: Watched, ids: dict[str, str], notebook: Run) -> None:
    open_run(runs, ids["penguins"])
    runs.page.get_by_role("button", name="Open in notebook").first.click()
    content = "window.jupyterapp.shell.currentWidget.content"
    runs.page.wait_for_function(f"() => {content}?.model?.cells?.length >= 2", timeout=60_000)
    context = "window.jupyterapp.shell.currentWidget.sessionContext"
    runs.page.wait_for_function(f"() => {context}?.session?.kernel?.status === 'idle'", timeout=90_000)
    runs.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    # Not by the command, which asks for a name of the notebook.
    runs.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.save()")
    path = notebook.lab.folder / runs.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.path")
    assert failures_in(path) == []
    view = runs.page.locator(".jp-Notebook .zenml-nb-output").first
    view.wait_for()
    assert "bill_length_mm" in view.inner_text()
    runs.screenshot("run-in-notebook")


def test_a_run_is_declared_again_in_cells(runs: Watched, ids: dict[str, str]) -> None:
    store = runs.page.locator(".znb-stores select").input_value()
    before = runs.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.model.cells.length")
    command(runs, "zenml-nb:run-again", store=store, run=ids["penguins"])
    sources = runs.page.evaluate(
        "() => [...window.jupyterapp.shell.currentWidget.content.model.cells].map((c) => c.sharedModel.getSource())"
    )
    assert len(sources) > before
    assert "run = pipeline.run()" in sources
    assert any("TFFeedForwardTrainer(" in source for source in sources)


def test_no_request_left_the_machine_and_the_console_has_no_error(runs: Watched) -> None:
    assert runs.foreign == []
    assert runs.errors == []


def test_without_the_server_extension_it_says_what_to_do(lab: Lab, open_page: Callable[..., Watched]) -> None:
    watched = open_page()
    # The routes alone: the scripts of the extension have the same name in their addresses.
    ours = re.compile(r"(?<!/extensions)/zenml-nb/")
    watched.page.route(ours, lambda route: route.fulfill(status=404, body="{}"))
    open_lab(lab, watched, "missing")
    told = watched.page.locator(".zenml-nb-runs", has_text="server extension of zenml_nb is missing")
    told.wait_for()
    assert "Restart the Jupyter server" in told.inner_text()
    watched.screenshot("runs-missing")


def test_an_error_of_the_server_is_told_with_its_hint(lab: Lab, open_page: Callable[..., Watched]) -> None:
    watched = open_page()
    answer = {"error": "The metadata store is busy.", "where": None, "hint": "Try again in a moment."}
    headers = {"X-Zenml-Nb-Version": "0.0.1", "Content-Type": "application/json"}
    watched.page.route(
        "**/zenml-nb/stores*", lambda route: route.fulfill(status=503, body=json.dumps(answer), headers=headers)
    )
    open_lab(lab, watched, "refused")
    panel = watched.page.locator(".zenml-nb-runs")
    panel.get_by_text("Try again in a moment.").wait_for()
    assert "The metadata store is busy." in panel.inner_text()
    assert "the Jupyter server has 0.0.1" in panel.inner_text()


def open_tree(lab: Lab, watched: Watched) -> None:
    """The page of the files in Notebook 7."""
    watched.page.goto(f"{lab.url}/tree?token={lab.token}")
    watched.page.locator(".jp-FileBrowser, .jp-DirListing").first.wait_for(timeout=90_000)
    with contextlib.suppress(TimeoutError):
        watched.page.wait_for_load_state("networkidle", timeout=10_000)


@pytest.fixture(scope="module")
def usual_errors(lab: Lab, open_page: Callable[..., Watched]) -> set[str]:
    """The first lines of what Notebook 7 itself says in the console, without our scripts."""
    watched = open_page()
    watched.page.route("**/extensions/zenml-nb/**", lambda route: route.abort())
    open_tree(lab, watched)
    return {error.splitlines()[0] for error in watched.errors}


def test_notebook_7_has_the_sidebar(
    notebook: Run, usual_errors: set[str], open_page: Callable[..., Watched], ids: dict[str, str]
) -> None:
    watched = open_page()
    open_tree(notebook.lab, watched)
    watched.page.keyboard.press("Control+Alt+p")
    watched.page.locator(ROW).first.wait_for()
    assert "penguins" in watched.page.locator(".zenml-nb-runs").inner_text()
    watched.screenshot("notebook-7-runs")
    row(watched, "penguins").click()
    watched.page.locator(f"{PAGE} [role=tab]", has_text="Steps").wait_for()
    # The page is a tab beside those of the files, with the whole width.
    assert watched.page.locator(f".jp-TreePanel {PAGE}, #main-panel {PAGE}", has_text=ids["penguins"]).count() == 1
    watched.screenshot("notebook-7-run")
    watched.page.locator(f"{PAGE}").get_by_role("button", name="Open in notebook").wait_for()
    assert watched.foreign == []
    assert {error.splitlines()[0] for error in watched.errors} <= usual_errors
