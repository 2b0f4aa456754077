"""A process that reads one artifact: ``python -m zenml_nb.server.read``; the engine has one for what takes TensorFlow.

It is given a job as a line of JSON, tells its stages in lines ``{"stage", "done"}``, and writes the document to a file.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from zenml_nb.records import Artifact
from zenml_nb.server.answers import answer_of, answer_of_error
from zenml_nb.server.stores import write_privately
from zenml_nb.server.worker import limit_memory, private_output
from zenml_nb.viewmodels.artifact import Recorded, document_of_recorded

Tell = Callable[[str, "float | None"], None]
Build = Callable[[Mapping[str, Any], Tell], "dict[str, Any]"]


def serve_job(build: Build) -> None:
    """Do the job that is given on the input.

    Args:
        build: makes the document, and tells what it does and which part is done.
    """
    replies = private_output()
    job = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_the_server, daemon=True).start()

    def tell(stage: str, done: float | None = None) -> None:
        replies.write(json.dumps({"stage": stage, "done": done}).encode() + b"\n")
        replies.flush()

    try:
        answer = answer_of(build(job, tell))
        write_privately(Path(job["target"]), answer.body)
        tell("Done", 1.0)
    except Exception as error:
        failed = answer_of_error(error, Path(job["root"]), traceback.format_exc())
        told = {"status": failed.status, "body": failed.body.decode(), "log": failed.log}
        replies.write(json.dumps({"failed": told}).encode() + b"\n")
        replies.flush()


def recorded_of(job: Mapping[str, Any]) -> Recorded:
    """The artifact of a job, with what belongs to it."""
    given = job["recorded"]
    found = {
        name: Artifact(id=0, type=given[name]["type"], key="", uri=given[name]["uri"]) for name in given if given[name]
    }
    return Recorded(**found)


def _end_with_the_server() -> None:
    sys.stdin.read()
    os._exit(1)


def _document(job: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    limit_memory()
    tell("Reading the files", None)
    return document_of_recorded(recorded_of(job), Path(job["root"]), job["split"])


if __name__ == "__main__":
    serve_job(_document)
