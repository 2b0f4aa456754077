"""Runs the quickstart notebook without a browser, and shows what a person would see in it."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

import nbclient
import nbformat

from zenml_nb import TrainingPipeline

FOLDER = Path(__file__).resolve().parent


class Echo(nbclient.NotebookClient):
    """Runs a notebook and prints the text of its cells as it comes."""

    _shown = 0
    _followed = ""

    def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
        """Called by nbclient at each message of the kernel."""
        content, kind = msg["content"], msg["msg_type"]
        if kind == "stream":
            print(content["text"], end="", flush=True)
        elif kind in ("display_data", "update_display_data", "execute_result"):
            text = content["data"].get("text/plain", "").rstrip()
            display = content.get("transient", {}).get("display_id")
            if display and kind == "display_data":
                self._followed = display
            if display:
                # A pipeline that is displayed is kept up to date by a run too, which has an output of its own.
                if display == self._followed:
                    self._show_progress(text.split("\n"), is_new=kind == "display_data")
            else:
                self._end_progress()
                print(f"\n{text}\n", flush=True)
        elif kind == "status" and content["execution_state"] == "idle":
            self._end_progress()
        return super().process_message(msg, cell, cell_index)

    def _show_progress(self, lines: list[str], is_new: bool) -> None:
        """Print what was added to an output that the run updates; only its last line may still change."""
        self._shown = 0 if is_new else self._shown
        for line in lines[self._shown : -1]:
            print(f"{self._start}{line}", flush=True)
        self._shown, self._last = len(lines) - 1, lines[-1]
        if sys.stdout.isatty():
            print(f"{self._start}{self._last}", end="", flush=True)

    def _end_progress(self) -> None:
        if self._last:
            print(f"{self._start}{self._last}", flush=True)
        self._last = ""

    @property
    def _start(self) -> str:
        return "\r\x1b[K" if sys.stdout.isatty() else ""

    _last = ""


def main() -> int:
    """Run the notebook; the exit status is 1 if a cell fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the run is recorded")
    folder = parser.parse_args().folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    notebook = nbformat.read(FOLDER / "quickstart.ipynb", as_version=4)
    print("Running notebooks/quickstart.ipynb ...", flush=True)
    resources = {"metadata": {"path": str(folder)}}
    try:
        Echo(notebook, kernel_name="python3", resources=resources, extra_arguments=["--log-level=ERROR"]).execute()
    except nbclient.exceptions.CellExecutionError as error:
        print(error, file=sys.stderr)
        return 1
    os.chdir(folder)
    pipeline = TrainingPipeline(name="quickstart")
    run = pipeline.last_run
    print(f"\nThe notebook took {time.monotonic() - began:.0f} s. The run {run.id} is {run.state}.")
    print(f"  recorded in    {os.path.relpath(pipeline.repository.metadata['uri'], FOLDER.parent)}")
    print(f"  configuration  {os.path.relpath(pipeline.repository.pipelines_dir / 'quickstart.yaml', FOLDER.parent)}")
    print(f"  log            {os.path.relpath(run.folder / 'log.txt', FOLDER.parent)}")
    print("Open the notebook, and your own, with: make lab")
    return 0


if __name__ == "__main__":
    sys.exit(main())
