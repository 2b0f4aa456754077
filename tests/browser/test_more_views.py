"""Sequences, trainings and images in a real JupyterLab."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Lab, Run, Watched, failures_in, open_notebook, run_all, write_notebook
from tests.browser.test_lab import MIME, set_theme, view_in
from tests.browser.test_pages import HOSTILE
from zenml_nb.views.html import render_html
from zenml_nb.views.page import Page

CELLS = [
    """import numpy as np
from PIL import Image
from vega_datasets import data

from zenml_nb import ImageDatasource, PandasDatasource, TrainingPipeline
from zenml_nb.steps import RandomSplit, StandardPreprocesser, StandardSequencer, TFFeedForwardTrainer

weather = data.seattle_weather()
weather["date"] = weather["date"].dt.strftime("%Y-%m-%d")
weather["half"] = weather["date"].str[:4]
pipeline = TrainingPipeline(name="weather")
pipeline.add_datasource(PandasDatasource(name="weather", df=weather))
pipeline.add_split(RandomSplit({"train": 0.7, "eval": 0.3}))
pipeline.add_sequencer(
    StandardSequencer("date", gap_threshold=30 * 86400, sequence_length=7, ahead={"temp_max": 1})
)
pipeline.add_preprocesser(StandardPreprocesser(features=["temp_max", "wind"], labels=["temp_max_ahead"]))
pipeline.add_trainer(TFFeedForwardTrainer(epochs=4, batch_size=32, last_activation="linear"))
run = pipeline.run()""",
    "pipeline.view_sequences('train')",
    "pipeline.view_training()",
    "pipeline",
    """from pathlib import Path

folder = Path("pictures")
folder.mkdir(exist_ok=True)
lines = ["file_name,label"]
for number in range(9):
    shade = np.full((24, 24, 3), [25 * number, 120, 255 - 25 * number], dtype=np.uint8)
    Image.fromarray(shade).save(folder / f"{number}.png")
    lines.append(f"{number}.png,{'<b>cold</b>' if number < 4 else 'warm'}")
Path("labels.csv").write_text("\\n".join(lines))
images = ImageDatasource("pictures", path="pictures", label_file="labels.csv")""",
    "images.view_images()",
]
VIEWS = {
    1: ("sequences", "temp_max"),
    2: ("training", "loss"),
    3: ("steps", "StandardSequencer"),
    5: ("images", "warm"),
}


@pytest.fixture(scope="module")
def weather(lab: Lab, open_page: Callable[..., Watched]) -> Run:
    """The weather of Seattle as sequences, a model that learned from them, and some pictures."""
    path = lab.folder / "weather.ipynb"
    write_notebook(path, CELLS)
    watched = open_page()
    open_notebook(lab, watched, path.name)
    run_all(watched)
    assert failures_in(path) == []
    return Run(lab, watched, path)


@pytest.mark.parametrize("cell", VIEWS)
@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_it_is_drawn_in_both_themes(weather: Run, theme: str, cell: int) -> None:
    kind, text = VIEWS[cell]
    set_theme(weather.watched, theme)
    view = view_in(weather.watched, cell)
    assert text in view.inner_text()
    assert view.locator("[role=alert]").count() == 0
    view.screenshot(path=weather.watched.screenshot_path(f"lab-{kind}-{theme.lower()}"))


def test_no_request_left_the_machine_and_the_console_has_no_error(weather: Run) -> None:
    assert "<b>cold</b>" in view_in(weather.watched, 5).inner_text()
    assert weather.watched.foreign == []
    assert weather.watched.errors == []


def hostile(weather: Run, cell: int) -> dict:
    """The real document of a cell, in which a name of the data's is replaced by markup."""
    _, name = VIEWS[cell]
    outputs = json.loads(weather.path.read_text(encoding="utf-8"))["cells"][cell]["outputs"]
    [document] = [output["data"][MIME] for output in outputs if MIME in output.get("data", {})]
    return json.loads(json.dumps(document).replace(name, json.dumps(HOSTILE)[1:-1]))


@pytest.mark.parametrize("cell", [1, 2, 5])
def test_markup_in_names_is_text(weather: Run, open_page: Callable[..., Watched], tmp_path: Path, cell: int) -> None:
    document = hostile(weather, cell)
    page = Page(document, 0)
    try:
        watched = open_page()
        watched.page.goto(page.url)
        watched.page.locator(".zenml-nb").filter(has_text="<img src=x").first.wait_for()
        assert watched.page.locator(".zenml-nb").locator("img:not([src^='data:image/']), script").count() == 0
        assert watched.page.evaluate("() => window.hacked") is None
        watched.screenshot(f"hostile-{VIEWS[cell][0]}")
    finally:
        page.stop()
    static = tmp_path / "static.html"
    static.write_text(f"<meta charset=utf-8>{render_html(document)}", encoding="utf-8")
    watched = open_page()
    watched.page.goto(static.as_uri())
    assert "<img src=x" in (watched.page.locator("body").text_content() or "")
    assert watched.page.locator("img:not([src^='data:image/']), script").count() == 0
    assert watched.page.evaluate("() => window.hacked") is None
