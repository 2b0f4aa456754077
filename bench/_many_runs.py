"""Writes a metadata store with thousands of made-up runs, as the engine records them; also a program of its own.

A store is written in a process of its own: whoever reads it in the same one would read what this connection knows.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

COMPONENTS = (
    "Data",
    "DataStatistics",
    "Split",
    "SplitStatistics",
    "SplitSchema",
    "Transform",
    "Trainer",
    "Evaluator",
    "Deployer",
)
PIPELINES = 20
METRICS = ("accuracy", "auc", "loss", "example_count")
#: Of a hundred runs so many have these states; the last one has no error.
STATES = (("FAILED", 8), ("CANCELED", 3), ("ABORTED", 2), ("COMPLETE", 87))
#: When the oldest run started, and how long after it the next one did, in milliseconds.
FIRST, APART = 1_700_000_000_000, 600_000
_BATCH = 500


def write_store(path: Path, runs: int, executions: int = len(COMPONENTS), first: int = 0, files: int = 0) -> None:
    """Write runs into a store, which is made where there is none; the same for the same numbers.

    Args:
        path: of the SQLite file.
        runs: how many.
        executions: of each run, each with two artifacts; without any it is written ten times sooner.
        first: the number of the first run.
        files: so many of the newest runs have a configuration beside the store, in ``runs``, as the engine writes it.
    """
    store, types = _open(path)
    numbers = range(first, first + runs)
    for number in numbers[runs - files :]:
        file = _configuration_file(path.parent, number)
        file.parent.mkdir(parents=True)
        file.write_text(_configuration(number), encoding="utf-8")
    if not executions:
        for start in range(0, runs, _BATCH):
            store.put_contexts([_context(types, path.parent, number) for number in numbers[start : start + _BATCH]])
        return
    for number in numbers:
        write_run(store, types, path.parent, number, executions)


def write_run(store: Any, types: dict[str, int], folder: Path, number: int, executions: int) -> None:
    """Write one run, whole, in one transaction."""
    from ml_metadata.proto import metadata_store_pb2 as pb

    nodes: list[Any] = []
    artifacts: list[Any] = []
    events: list[tuple[int, int, Any]] = []
    for place, component in enumerate(COMPONENTS[:executions]):
        node = pb.Execution(type_id=types[component], last_known_state=pb.Execution.COMPLETE)
        texts = {"component_id": component, "pipeline_name": _pipeline(number), "run_id": f"{number:06}"}
        for key, text in texts.items():
            node.properties[key].string_value = text
        node.custom_properties["reason"].string_value = "first run"
        node.custom_properties["seconds"].double_value = 1.5 * place
        nodes.append(node)
        for key in ("first", "second"):
            artifact = pb.Artifact(
                type_id=types["artifact"], uri=f"/artifacts/{number}/{component}/{key}", state=pb.Artifact.LIVE
            )
            artifact.properties["split_names"].string_value = '["train", "eval"]'
            event = pb.Event(type=pb.Event.OUTPUT)
            event.path.steps.add().key = key
            events.append((place, len(artifacts), event))
            artifacts.append(artifact)
    store.put_lineage_subgraph(nodes, artifacts, [_context(types, folder, number)], events)


def _open(path: Path) -> tuple[Any, dict[str, int]]:
    """The open store, with the numbers of its types."""
    from ml_metadata.proto import metadata_store_pb2 as pb

    from zenml_nb.records.connection import open_store

    if not path.exists():
        # As the engine makes it, before ML Metadata opens it.
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
    store = open_store({"type": "sqlite", "uri": str(path)})
    words = {"can_add_fields": True, "can_omit_fields": True}
    context = pb.ContextType(name="run", properties=dict.fromkeys(("pipeline_name", "run_id"), pb.STRING))
    artifact = pb.ArtifactType(name="Examples", properties={"split_names": pb.STRING})
    types = {
        "run": store.put_context_type(context, **words),
        "artifact": store.put_artifact_type(artifact, **words),
    }
    keys = ("component_id", "pipeline_name", "run_id")
    for component in COMPONENTS:
        kind = pb.ExecutionType(name=component, properties=dict.fromkeys(keys, pb.STRING))
        types[component] = store.put_execution_type(kind, **words)
    return store, types


def _context(types: dict[str, int], folder: Path, number: int) -> Any:
    from ml_metadata.proto import metadata_store_pb2 as pb

    context = pb.Context(type_id=types["run"], name=run_id(number))
    context.properties["pipeline_name"].string_value = _pipeline(number)
    context.properties["run_id"].string_value = f"{number:06}"
    context.custom_properties["config_uri"].string_value = str(_configuration_file(folder, number))
    for key, value in _properties(number):
        if isinstance(value, float):
            context.custom_properties[key].double_value = value
        else:
            context.custom_properties[key].string_value = value
    return context


def run_id(number: int) -> str:
    """The id of a run."""
    return f"{_pipeline(number)}.{number:06}"


def _pipeline(number: int) -> str:
    return f"pipeline_{number % PIPELINES:02}"


def state_of(number: int) -> str:
    """The state of a run: the same share of each hundred."""
    place = number * 37 % 100
    for state, share in STATES:
        if place < share:
            return state
        place -= share
    raise AssertionError("the shares are those of a hundred")


def _configuration_file(folder: Path, number: int) -> Path:
    return folder / "runs" / run_id(number) / "pipeline.yaml"


def _configuration(number: int) -> str:
    return f"""version: 1
artifact_store: .zenml_nb/artifacts
metadata:
  type: sqlite
  uri: .zenml_nb/metadata.sqlite
backend:
  type: local
pipeline:
  name: {_pipeline(number)}
  source: zenml_nb.pipelines.training.TrainingPipeline
  args:
    enable_cache: true
  datasource:
    source: zenml_nb.datasources.csv.CSVDatasource
    args:
      name: rows
      path: data/rows.csv
  datasource_commit_id: {number % 10:016x}
  steps:
    split:
      source: zenml_nb.steps.split.RandomSplit
      args:
        split_map:
          train: {0.5 + number % 5 / 10}
          eval: {0.5 - number % 5 / 10}
        seed: {number % 3}
      code: 1d05a205521a58cc
    trainer:
      source: zenml_nb.steps.trainer.TFFeedForwardTrainer
      args:
        batch_size: {2 ** (number % 6)}
        lr: {number % 97 / 1000}
        epochs: {1 + number % 20}
        hidden_layers:
        - {8 * (1 + number % 9)}
        - {4 * (1 + number % 7)}
      code: {number % 4:016x}
"""


def _properties(number: int) -> Iterator[tuple[str, str | float]]:
    chance = random.Random(number)
    started = float(FIRST + number * APART)
    yield from {
        "pipeline": _pipeline(number),
        "state": state_of(number),
        "started": started,
        "finished": started + chance.randrange(10_000, 300_000),
        "config_hash": f"{number % 100:016x}",
        "user": "me",
        "host": "machine",
        "zenml_nb_version": "0.1.0",
    }.items()
    if state_of(number) == "FAILED":
        yield from {"failed_step": "trainer", "error": f"The loss became infinite at epoch {number % 7}."}.items()
    elif state_of(number) == "COMPLETE":
        yield from ((f"metric:{name}", repr(chance.random())) for name in METRICS)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("path", type=Path, help="of the SQLite file")
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--executions", type=int, default=len(COMPONENTS), help="of each run, with two artifacts each")
    parser.add_argument("--files", type=int, default=0, help="so many of the newest runs have their configuration")
    parser.add_argument("--first", type=int, default=0, help="the number of the first run")
    given = parser.parse_args(arguments)
    write_store(given.path, given.runs, given.executions, given.first, given.files)


if __name__ == "__main__":
    main()
