"""A real JupyterLab, Debian's Chromium, and one notebook that was run in them from the first cell to the last."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
# What Chromium would ask of the network by itself is not what this package asks.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
LOCAL = ("127.0.0.1", "localhost", "")

CELLS = [
    "from tests.engine.pipelines import penguin_pipeline\npipeline = penguin_pipeline()",
    "pipeline",
    "run = pipeline.run()",
    "pipeline.view_statistics(magic=True)",
    "pipeline.view_schema()",
    "pipeline.view_anomalies('eval')",
    "pipeline.evaluate(magic=True)",
    # What comes from data is drawn as text, whatever it says.
    """import pandas as pd
from zenml_nb import PandasDatasource, TrainingPipeline
from zenml_nb.steps import RandomSplit
bad = "<img src=x onerror=window.hacked=1>"
rows = {bad: [bad, "</script><script>window.hacked=1</script>"] * 30}
rows["__proto__"] = [number + 0.5 for number in range(60)]
hostile = TrainingPipeline("hostile")
hostile.add_datasource(PandasDatasource(name="hostile", df=pd.DataFrame(rows)))
hostile.add_split(RandomSplit({"train": 0.5, "eval": 0.5}))
run = hostile.run(until="split")""",
    "hostile.view_statistics(magic=True)",
    "hostile.view_schema()",
    "hostile.view_anomalies('eval')",
    """from zenml_nb.steps import BaseSplit


class BadSplit(BaseSplit):
    def get_split_names(self):
        return ["train", "eval"]

    def partition_fn(self, element, num_partitions):
        return 1 / 0


failing = pipeline.copy("failing")
failing.add_split(BadSplit())
try:
    failing.run(until="split")
except Exception as error:
    print(type(error).__name__)""",
    "failing",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


def chromium() -> str:
    """The path of Chromium; a machine of continuous integration must have it."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if found is None:
        if os.environ.get("CI") == "true":
            raise RuntimeError("there is no chromium to test with")
        pytest.skip("no Chromium: install it, or name it in the environment variable CHROMIUM")
    return found


@dataclass
class Watched:
    """A page of the browser, and what happened in it.

    Attributes:
        page: Playwright's page.
        foreign: requests to other hosts; all of them were blocked.
        errors: errors of the console and uncaught exceptions.
    """

    page: Page
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def screenshot(self, name: str) -> None:
        """Keep a picture of the page for people to look at."""
        self.page.screenshot(path=self.screenshot_path(name))

    def screenshot_path(self, name: str) -> str:
        """Where a picture of this name is kept; git ignores the folder."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        return str(SCREENSHOTS / f"{name}.png")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def open_page(browser: Browser) -> Iterator[Callable[..., Watched]]:
    """Opens pages that reach this machine alone."""
    with contextlib.ExitStack() as stack:

        def open_page(**context: Any) -> Watched:
            made = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context})
            stack.callback(made.close)
            watched = Watched(made.new_page())
            made.route("**/*", lambda route: _pass_local(route, watched))
            watched.page.on("console", lambda m: watched.errors.append(m.text) if m.type == "error" else None)
            watched.page.on("pageerror", lambda error: watched.errors.append(error.stack or str(error)))
            return watched

        yield open_page


def _pass_local(route: Any, watched: Watched) -> None:
    address = urlsplit(route.request.url)
    if address.scheme in ("data", "blob") or (address.hostname or "") in LOCAL:
        route.continue_()
    else:
        watched.foreign.append(route.request.url)
        route.abort()


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab.

    Attributes:
        url: of the server, without a slash at the end.
        token: lets in.
        folder: what it shows.
    """

    url: str
    token: str
    folder: Path

    def address(self, notebook: str, **query: str) -> str:
        """The page of one notebook; ``reset`` forgets what was open before."""
        return f"{self.url}/lab/tree/{notebook}?reset&token={self.token}"


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab as it is after the set-up, with nothing of this person's own settings."""
    chromium()
    home, folder = tmp_path_factory.mktemp("jupyter"), tmp_path_factory.mktemp("notebooks")
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}', encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    command = [
        *(sys.executable, "-m", "jupyter", "lab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"),
        *("--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", "--allow-root"),
        *(f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True"),
        *("--LabApp.extension_manager=readonly", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
        *(f"--LabApp.user_settings_dir={home / 'settings'}", f"--LabApp.workspaces_dir={home / 'workspaces'}"),
    ]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    with open(home / "log.txt", "w", encoding="utf-8") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        lab = Lab(f"http://127.0.0.1:{port}", token, folder)
        _wait_for_server(lab, server, home / "log.txt")
        yield lab
    finally:
        server.terminate()
        server.wait(timeout=60)


def _wait_for_server(lab: Lab, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if server.poll() is not None:
            break
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{lab.url}/api?token={lab.token}", timeout=5).close()
            return
        time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")


def write_notebook(path: Path, sources: list[str]) -> None:
    """A notebook with these cells."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)


def open_notebook(lab: Lab, watched: Watched, name: str, kernel: bool = True) -> None:
    """Open a notebook in JupyterLab, and wait until it is there."""
    page = watched.page
    page.goto(lab.address(name))
    page.wait_for_function("() => window.jupyterapp?.restored", timeout=90_000)
    page.evaluate("() => window.jupyterapp.restored")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    if kernel:
        page.wait_for_function(
            "() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
            timeout=90_000,
        )


def run_all(watched: Watched) -> None:
    """Run all cells, and save the notebook."""
    watched.page.set_default_timeout(240_000)
    watched.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    watched.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    watched.page.set_default_timeout(30_000)


def failures_in(path: Path) -> list[str]:
    """The errors among the outputs of a saved notebook."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    return ["\n".join(output["traceback"]) for output in outputs if output["output_type"] == "error"]


@dataclass(frozen=True)
class Run:
    """The notebook after all its cells ran.

    Attributes:
        lab: where it ran.
        watched: the page in which it ran, still open.
        path: the saved notebook.
    """

    lab: Lab
    watched: Watched
    path: Path


@pytest.fixture(scope="session")
def notebook(lab: Lab, open_page: Callable[..., Watched]) -> Run:
    """The penguin pipeline, built, run and looked at in JupyterLab."""
    path = lab.folder / "penguins.ipynb"
    write_notebook(path, CELLS)
    watched = open_page()
    open_notebook(lab, watched, path.name)
    run_all(watched)
    assert failures_in(path) == []
    return Run(lab, watched, path)
