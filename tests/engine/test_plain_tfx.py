"""Runs of plain TFX, without this package: listed, and their artifacts shown by the server."""

from __future__ import annotations

import builtins
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.engine.pipelines import penguin_csv
from tests.server.conftest import Server, start
from zenml_nb.records import Store
from zenml_nb.records import vocabulary as v
from zenml_nb.records.catalog import Catalog, Filters
from zenml_nb.viewmodels.run import run_document


@dataclass(frozen=True)
class Plain:
    """A folder with the store and the artifacts of one pipeline, run in two ways."""

    root: Path
    metadata: Path


def components(data: Path) -> list[Any]:
    import tfx.v1 as tfx

    examples = tfx.components.CsvExampleGen(input_base=str(data))
    statistics = tfx.components.StatisticsGen(examples=examples.outputs["examples"])
    schema = tfx.components.SchemaGen(statistics=statistics.outputs["statistics"])
    return [examples, statistics, schema]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Plain:
    import tfx.v1 as tfx
    from tfx.orchestration.experimental.interactive.interactive_context import InteractiveContext

    root = tmp_path_factory.mktemp("plain_tfx")
    data = root / "data"
    data.mkdir()
    (data / "penguins.csv").write_bytes(penguin_csv().read_bytes())
    metadata = root / "metadata.sqlite"
    config = tfx.orchestration.metadata.sqlite_metadata_connection_config(str(metadata))
    context = InteractiveContext("in.a.notebook", str(root / "interactive"), config)
    with pytest.MonkeyPatch.context() as patched:
        # Elsewhere than in a notebook the context does nothing.
        patched.setattr(builtins, "__IPYTHON__", True, raising=False)
        for component in components(data):
            context.run(component)
    pipeline = tfx.dsl.Pipeline(
        pipeline_name="in.a.program",
        pipeline_root=str(root / "program"),
        components=components(data),
        metadata_connection_config=config,
        enable_cache=False,
    )
    tfx.orchestration.LocalDagRunner().run(pipeline)
    return Plain(root, metadata)


@pytest.fixture(scope="module")
def server(plain: Plain, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    stores = [
        {"name": "plain", "connection": {"type": "sqlite", "uri": str(plain.metadata)}, "roots": [str(plain.root)]}
    ]
    settings = f"c.RunBrowser.stores = {json.dumps(stores)}\n"
    started = start(tmp_path_factory.mktemp("jupyter"), tmp_path_factory.mktemp("elsewhere"), settings)
    yield started
    started.stop()


def test_runs_of_both_are_listed(plain: Plain) -> None:
    page = Catalog(Store({"type": "sqlite", "uri": str(plain.metadata)})).page(Filters(), 0, 50)
    by_pipeline = {run.pipeline: run for run in page.runs}
    assert set(by_pipeline) == {"in.a.notebook", "in.a.program"}
    assert {run.state for run in page.runs} == {v.COMPLETE}
    assert page.runs[0].pipeline == "in.a.program"


def test_a_run_of_each_has_its_page(plain: Plain) -> None:
    store = Store({"type": "sqlite", "uri": str(plain.metadata)})
    run = store.latest_run("in.a.program")
    assert run is not None
    document = run_document(run, root=plain.root)
    assert [span["component"] for span in document["timeline"]] == ["CsvExampleGen", "StatisticsGen", "SchemaGen"]
    assert document["views"]["statistics"] is not None
    assert document["views"]["schema"] is not None
    assert document["configuration"]["yaml"] is None
    assert document["configuration"]["notes"]


def test_the_server_shows_what_plain_tfx_produced(server: Server) -> None:
    listed = server.get("runs").json
    assert {run["pipeline"] for run in listed["runs"]} == {"in.a.notebook", "in.a.program"}
    shown: dict[str, set[str]] = {}
    for row in listed["runs"]:
        run = server.get("run", run=row["id"]).json
        assert run["run"]["id"] == row["id"]
        for name, uri in run["views"].items():
            if uri is None:
                continue
            answer, _ = server.until_read(uri=uri)
            assert answer.status == 200, answer.json
            shown.setdefault(row["pipeline"], set()).add(name)
            assert "bill_length_mm" in answer.body.decode()
    # An InteractiveContext records each component as a run of its own.
    assert shown == {"in.a.notebook": {"statistics", "schema"}, "in.a.program": {"statistics", "schema"}}


def test_examples_of_plain_tfx_lead_to_what_was_made_of_them(server: Server) -> None:
    program = next(run for run in server.get("runs").json["runs"] if run["pipeline"] == "in.a.program")
    run = server.get("run", run=program["id"]).json
    examples = next(artifact for artifact in run["artifacts"] if artifact["type"] == "Examples")
    lineage = server.get("lineage", artifact=examples["id"]).json
    labels = {node["label"] for node in lineage["nodes"] if node["kind"] == "execution"}
    assert labels == {"CsvExampleGen", "StatisticsGen", "SchemaGen"}
    answer, _ = server.until_read(uri=examples["uri"])
    assert answer.status == 200
