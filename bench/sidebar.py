"""The sidebar of runs in a real JupyterLab, over a generated store of thousands of runs: first paint, and scrolling."""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from _many_runs import write_store
from _measure import child_environment, print_target

from zenml_nb.repository import create_repository

RUNS = 10_000
LIMIT_OF_PAINT, LIMIT_OF_FRAME = 1.0, 0.1

# From the click on the sidebar's icon until the first run can be read, with one frame more for the paint itself.
_PAINT = """() => new Promise((resolve) => {
  const began = performance.now();
  const look = () => {
    if (document.querySelector(".zenml-nb-runs .znb-run .znb-run-pipeline")?.textContent)
      requestAnimationFrame(() => resolve(performance.now() - began));
    else requestAnimationFrame(look);
  };
  window.jupyterapp.commands.execute("zenml-nb:show-runs");
  look();
})"""

# A person drags the scroll bar from the newest run to the oldest one.
_SCROLL = """async () => {
  const list = document.querySelector(".zenml-nb-runs [role=listbox]");
  let last = performance.now(), longest = 0, rows = 0;
  for (let step = 1; step <= 120; step++) {
    list.scrollTop = (list.scrollHeight * step) / 120;
    await new Promise(requestAnimationFrame);
    rows = Math.max(rows, list.querySelectorAll(".znb-run").length);
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }
  const scrolled = performance.now();
  while (!list.querySelector(".znb-run:last-child .znb-run-pipeline")?.textContent)
    await new Promise(requestAnimationFrame);
  return { longest, rows, settled: performance.now() - scrolled };
}"""


@contextlib.contextmanager
def jupyterlab(folder: Path, home: Path) -> Iterator[str]:
    """JupyterLab over a folder, with nobody's settings; gives its address with the token."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    command = [
        *(sys.executable, "-m", "jupyter", "lab", "--no-browser", "--ip=127.0.0.1", f"--port={port}", "--allow-root"),
        *("--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}"),
        *("--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly"),
        *(f"--LabApp.user_settings_dir={home / 'settings'}", f"--LabApp.workspaces_dir={home / 'workspaces'}"),
    ]
    folders = {f"JUPYTER_{kind}_DIR": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    environment = {**child_environment(), **folders}
    log = subprocess.DEVNULL
    server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api?token={token}", timeout=5).close()
                break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/lab?reset&token={token}"
    finally:
        server.terminate()
        server.wait(timeout=60)


def measure(address: str, chromium: str) -> list[dict[str, Any]]:
    """The first time, when the server has not yet seen the store, and once more after a reload."""
    from playwright.sync_api import sync_playwright

    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        for _ in range(2):
            page.goto(address)
            page.wait_for_function("() => window.jupyterapp?.restored", timeout=90_000)
            page.evaluate("() => window.jupyterapp.restored")
            page.wait_for_timeout(2000)
            painted = page.evaluate(_PAINT)
            # All runs are known once their number is.
            page.get_by_text(" runs", exact=False).locator("visible=true").first.wait_for()
            page.wait_for_timeout(3000)
            found.append({"paint": painted / 1000, **page.evaluate(_SCROLL)})
        browser.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=RUNS, help="of the store, with 9 executions each")
    arguments = parser.parse_args()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        raise SystemExit("No Chromium: install it, or name it in the environment variable CHROMIUM.")
    with tempfile.TemporaryDirectory() as root:
        folder, home = Path(root, "project"), Path(root, "home")
        folder.mkdir()
        write_store(Path(create_repository(folder).metadata["uri"]), arguments.runs)
        with jupyterlab(folder, home) as address:
            first, again = measure(address, chromium)
    for name, figures in (("a new server", first), ("after a reload", again)):
        print_target(f"first paint, {name}", figures["paint"], LIMIT_OF_PAINT, " s")
        print_target(f"longest frame of scrolling, {name}", figures["longest"] / 1000, LIMIT_OF_FRAME, " s")
        print(f"        rows in the page: at most {figures['rows']}; the oldest after {figures['settled']:.0f} ms")


if __name__ == "__main__":
    main()
