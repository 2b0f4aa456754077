"""The five views in a real JupyterLab: drawn, used, kept, and never a request to another host."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.browser.conftest import Run, Watched, open_notebook

MIME = "application/vnd.zenml-nb.view.v1+json"
#: Cell of the notebook to the kind of view that it shows, and a text that is in it.
VIEWS = {
    1: ("steps", "TFFeedForwardTrainer"),
    3: ("statistics", "bill_length_mm"),
    4: ("schema", "bill_length_mm"),
    5: ("anomalies", "eval"),
    6: ("evaluation", "sparse_categorical_accuracy"),
}
HOSTILE = (8, 9, 10)
FAILING = 12


def view_in(watched: Watched, cell: int):
    """The view in the output of a cell, scrolled to: JupyterLab draws a cell when it comes into sight."""
    watched.page.evaluate(
        "async (index) => {"
        " const notebook = window.jupyterapp.shell.currentWidget.content;"
        " await notebook.scrollToItem(index, 'start');"
        "}",
        cell,
    )
    found = watched.page.locator(f".jp-Notebook .jp-Cell[data-windowed-list-index='{cell}'] .zenml-nb-output")
    found.first.wait_for(timeout=30_000)
    found.first.scroll_into_view_if_needed()
    return found.first


def set_theme(watched: Watched, theme: str) -> None:
    watched.page.evaluate(
        "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", f"JupyterLab {theme}"
    )
    watched.page.wait_for_function(
        "(light) => document.body.dataset.jpThemeLight === light", arg="true" if theme == "Light" else "false"
    )


def test_each_saved_output_holds_the_view_as_data_html_and_text(notebook: Run) -> None:
    cells = json.loads(notebook.path.read_text(encoding="utf-8"))["cells"]
    for cell, (kind, _) in VIEWS.items():
        bundles = [output["data"] for output in cells[cell]["outputs"] if MIME in output.get("data", {})]
        assert len(bundles) == 1, f"cell {cell}"
        assert bundles[0][MIME]["schema"] == f"zenml_nb/{kind}@1"
        assert bundles[0]["text/plain"]
        assert bundles[0]["text/html"]


@pytest.mark.parametrize("cell", VIEWS)
@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_every_view_is_drawn_in_both_themes(notebook: Run, theme: str, cell: int) -> None:
    kind, text = VIEWS[cell]
    set_theme(notebook.watched, theme)
    view = view_in(notebook.watched, cell)
    assert text in view.inner_text()
    assert view.locator("[role=alert]").count() == 0
    view.screenshot(path=notebook.watched.screenshot_path(f"lab-{kind}-{theme.lower()}"))


def test_no_request_left_the_machine_and_the_console_has_no_error_unlike_in_zenml_0_3_8(notebook: Run) -> None:
    for cell in VIEWS:
        view_in(notebook.watched, cell)
    assert notebook.watched.foreign == []
    assert notebook.watched.errors == []


def test_the_graph_shown_before_the_run_has_followed_it(notebook: Run) -> None:
    assert "COMPLETE" in view_in(notebook.watched, 1).inner_text().upper()


def test_without_a_kernel_the_views_are_drawn(notebook: Run, open_page: Callable[..., Watched]) -> None:
    watched = open_page()
    # No kernel: what is shown comes from the file. The copy was not run here, so it is not trusted either.
    document = json.loads(notebook.path.read_text(encoding="utf-8"))
    for cell in document["cells"]:
        cell["metadata"].pop("trusted", None)
        cell["source"] = [*cell["source"], "\n# not run here"]
    copy = notebook.lab.folder / "copy.ipynb"
    copy.write_text(json.dumps(document), encoding="utf-8")
    open_notebook(notebook.lab, watched, copy.name, kernel=False)
    context = "window.jupyterapp.shell.currentWidget.sessionContext"
    watched.page.evaluate(f"async () => {{ await {context}.ready; await {context}.shutdown(); }}")
    assert watched.page.evaluate(f"() => {context}.hasNoKernel || !{context}.session")
    models = "[...window.jupyterapp.shell.currentWidget.content.model.cells]"
    assert watched.page.evaluate(f"() => {models}.map((cell) => cell.trusted)") == [False] * len(document["cells"])
    for cell, (_, text) in VIEWS.items():
        assert text in view_in(watched, cell).inner_text()
    assert watched.foreign == []
    # JupyterLab's debugger complains of the kernel that was ended under it.
    assert [error for error in watched.errors if "debugger" not in error] == []


def test_a_view_opens_in_a_tab(notebook: Run) -> None:
    page = notebook.watched.page
    view_in(notebook.watched, 4).click(button="right")
    page.locator(".lm-Menu-item", has_text="Open View in a Tab").click()
    panel = page.locator(".zenml-nb-panel")
    panel.wait_for()
    assert "bill_length_mm" in panel.inner_text()
    page.locator(".lm-TabBar-tab", has_text="Schema").locator(".lm-TabBar-tabCloseIcon").click()
    panel.wait_for(state="detached")


@pytest.mark.parametrize("cell", HOSTILE)
def test_what_data_says_is_drawn_as_text(notebook: Run, cell: int) -> None:
    view = view_in(notebook.watched, cell)
    view.get_by_text("<img src=x onerror=window.hacked=1>").first.wait_for()
    assert view.locator("img, script").count() == 0
    assert notebook.watched.page.evaluate("() => window.hacked") is None


def test_a_failed_run_shows_the_error_and_the_line_of_code(notebook: Run) -> None:
    view = view_in(notebook.watched, FAILING)
    assert "FAILED" in view.inner_text()
    # The failed step is open without a click.
    assert "ZeroDivisionError" in view.inner_text()
    assert "return 1 / 0" in view.inner_text()
    view.screenshot(path=notebook.watched.screenshot_path("lab-failed"))


def test_statistics_are_searched_sorted_and_opened(notebook: Run) -> None:
    view = view_in(notebook.watched, 3)
    view.get_by_placeholder("Search features").fill("bill_")
    assert view.get_by_role("button", name="bill_length_mm").is_visible()
    assert view.get_by_role("button", name="body_mass_g").count() == 0
    view.get_by_placeholder("Search features").fill("")
    view.get_by_label("Sort by").select_option(label="Name")
    view.get_by_label("Log scale").check()
    # With the keyboard alone.
    opener = view.get_by_role("button", name="bill_depth_mm").first
    opener.focus()
    notebook.watched.page.keyboard.press("Enter")
    assert opener.get_attribute("aria-expanded") == "true"
    view.screenshot(path=notebook.watched.screenshot_path("lab-statistics-open"))
    view.get_by_role("button", name="eval").first.click()
    view.get_by_placeholder("Search features").fill("no such feature")
    view.get_by_text("No feature matches").wait_for()
    view.get_by_placeholder("Search features").fill("")


def test_a_schema_is_searched_and_its_values_opened(notebook: Run) -> None:
    view = view_in(notebook.watched, 4)
    view.get_by_role("searchbox").fill("Biscoe")
    opener = view.locator("tbody .znb-opener").filter(has_text="island")
    opener.click()
    assert opener.get_attribute("aria-expanded") == "true"
    view.get_by_text("Biscoe").first.wait_for()
    assert view.locator("tbody .znb-opener").count() == 1
    view.get_by_role("searchbox").fill("")


def test_slices_are_sorted_searched_and_compared(notebook: Run) -> None:
    view = view_in(notebook.watched, 6)
    view.get_by_role("searchbox").fill("Biscoe")
    rows = view.locator("tbody tr").filter(has_text="island")
    assert rows.count() > 0
    assert all("Biscoe" in text for text in rows.all_inner_texts())
    rows.first.get_by_role("checkbox").check()
    view.get_by_role("searchbox").fill("")
    view.locator("thead button").filter(has_text="Examples").click()
    assert view.locator("th[aria-sort=ascending]").count() == 1
    view.screenshot(path=notebook.watched.screenshot_path("lab-evaluation-compare"))


def test_a_step_shows_its_configuration_and_opens_what_it_made(notebook: Run) -> None:
    page = notebook.watched.page
    view = view_in(notebook.watched, 1)
    card = view.locator(".znb-step").filter(has_text="RandomSplit")
    card.focus()
    page.keyboard.press("Enter")
    assert card.get_attribute("aria-expanded") == "true"
    view.screenshot(path=notebook.watched.screenshot_path("lab-steps-open"))
    before = page.evaluate("() => window.jupyterapp.shell.currentWidget.content.widgets.length")
    view.locator("summary").filter(has_text="SplitSchema").click()
    view.get_by_role("button", name="Open view: Schema").last.click()
    # The artifact's view is drawn by a new cell below, which runs at once.
    page.wait_for_function(
        "(count) => window.jupyterapp.shell.currentWidget.content.widgets.length === count + 1", arg=before
    )
    opened = view_in(notebook.watched, 2)
    opened.get_by_text("bill_length_mm").first.wait_for()
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:delete-cell')")
