"""What the routes answer, by a real Jupyter server."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from referencing import Registry, Resource

import zenml_nb
from zenml_nb.version import __version__

SCHEMAS = Path(zenml_nb.__file__).parent / "viewmodels" / "schema"


def check(document):
    kind = document["schema"].partition("/")[2].partition("@")[0]
    path = next(p for p in (SCHEMAS / f"{kind}.json", SCHEMAS / "pages" / f"{kind}.json") if p.is_file())
    schema = json.loads(path.read_text())
    found = [json.loads(p.read_text()) for p in SCHEMAS.rglob("*.json")]
    pairs = [(other["$id"], Resource.from_contents(other)) for other in found]
    jsonschema.Draft202012Validator(schema, registry=Registry().with_resources(pairs)).validate(document)
    return document


def _datasets(document):
    return [dataset["label"] for dataset in document["datasets"]]


def test_the_store_of_the_project_is_known(server, project):
    answer = server.ask("zenml-nb/stores")
    assert answer.status == 200
    assert answer.headers["X-Zenml-Nb-Version"] == __version__ == answer.json["version"]
    [store] = check(answer.json)["stores"]
    assert (store["name"], store["type"], store["origin"], store["removable"]) == (
        project.root.name,
        "sqlite",
        "repository",
        False,
    )
    assert store["place"] == ".zenml_nb/metadata.sqlite"


def test_runs_and_a_run(server):
    runs = check(server.get("runs").json)
    assert [(run["id"], run["pipeline"], run["state"]) for run in runs["runs"]] == [("taxi.1", "taxi", "COMPLETE")]
    run = check(server.get("run", run="taxi.1").json)
    assert [artifact["uri"] for artifact in run["artifacts"]] == [
        ".zenml_nb/artifacts/statistics",
        ".zenml_nb/artifacts/schema",
        ".zenml_nb/artifacts/anomalies",
    ]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"pipeline": "taxi", "state": "COMPLETE"}, 1),
        ({"pipeline": ["taxi", "other"]}, 1),
        ({"pipeline": "other"}, 0),
        ({"state": ["FAILED", "CANCELED"]}, 0),
        ({"since": "2023-11-14T22:13:20Z", "before": "2023-11-15"}, 1),
        ({"since": "2023-11-14T22:13:21+00:00"}, 0),
        ({"search": "TAX"}, 1),
        ({"search": "nothing"}, 0),
        ({"metric": "auc", "min": "0.5"}, 0),
        ({"offset": "1"}, 0),
    ],
)
def test_runs_are_filtered(server, query, count):
    assert len(check(server.get("runs", **query).json)["runs"]) == count


@pytest.mark.parametrize("kind", ["statistics", "schema", "anomalies"])
def test_artifacts_are_view_documents(server, kind):
    document = check(server.get("artifact", uri=f".zenml_nb/artifacts/{kind}").json)
    assert document["schema"] == f"zenml_nb/{kind}@1"


def test_a_split_is_chosen_and_a_wrong_one_told(server):
    uri = ".zenml_nb/artifacts/statistics"
    assert _datasets(server.get("artifact", uri=uri, split="eval").json) == ["eval"]
    answer = server.get("artifact", uri=uri, split="evl")
    assert answer.status == 404
    assert "Did you mean 'eval'" in answer.json["hint"]


def test_a_run_adds_what_belongs_to_its_artifacts(server):
    flagged = check(server.get("artifact", uri=".zenml_nb/artifacts/statistics", run="taxi.1").json)
    plain = server.get("artifact", uri=".zenml_nb/artifacts/statistics").json
    assert flagged != plain
    assert "Unexpected" in json.dumps(flagged)
    assert "Unexpected" not in json.dumps(plain)
    anomalies = check(server.get("artifact", uri=".zenml_nb/artifacts/anomalies", run="taxi.1").json)
    # The link to the statistics names them as the run does, so that it can be followed here.
    assert ".zenml_nb/artifacts/statistics" in json.dumps(anomalies)
    linked = server.get("artifact", uri=".zenml_nb/artifacts/statistics#fare")
    assert linked.json == plain


def test_lineage_comparison_and_cells(server):
    lineage = check(server.get("lineage", artifact=3).json)
    assert {node["id"] for node in lineage["nodes"]} >= {"a1", "a2", "a3"}
    comparison = check(server.get("compare", run=["taxi.1", "taxi.1"]).json)
    assert [run["id"] for run in comparison["runs"]] == ["taxi.1"]
    assert not [note for note in comparison["notes"] if "outside" in note]


def test_cells_bring_a_run_of_another_tool_back(server):
    cells = server.get("cells", run="taxi.1", kind="open", folder="notebooks/deep").json["cells"]
    assert cells[0] == "from zenml_nb.views import show"
    assert cells[1] == 'show("../../.zenml_nb/artifacts/statistics")'
    again = server.get("cells", run="taxi.1", kind="again")
    assert again.status == 404
    assert "configuration" in again.json["error"]


def test_what_did_not_change_is_not_sent_again(server):
    for route, query in [
        ("runs", {}),
        ("run", {"run": "taxi.1"}),
        ("artifact", {"uri": ".zenml_nb/artifacts/schema"}),
        ("lineage", {"artifact": 1}),
    ]:
        first = server.get(route, **query)
        headers = {**server.headers, "If-None-Match": first.headers["ETag"]}
        again = server.ask(f"zenml-nb/{route}", {"store": server.store(), **query}, headers=headers)
        assert (again.status, again.body) == (304, b"")
        other = server.ask(
            f"zenml-nb/{route}", {"store": server.store(), **query}, headers={**headers, "If-None-Match": '"no"'}
        )
        assert (other.status, other.body) == (200, first.body)


@pytest.mark.parametrize(
    ("route", "query", "status", "words"),
    [
        ("runs", {"store": "none"}, 404, "no such metadata store"),
        ("runs", {"limit": "201"}, 400, "whole number from 1 to 200"),
        ("runs", {"limit": "0"}, 400, "from 1 to 200"),
        ("runs", {"limit": "1_0"}, 400, "from 1 to 200"),
        ("runs", {"offset": "-1"}, 400, "whole number from 0"),
        ("runs", {"offset": "x"}, 400, "whole number"),
        ("runs", {"since": "yesterday"}, 400, "ISO 8601"),
        ("runs", {"min": "nan", "metric": "auc"}, 400, "Give a number"),
        ("runs", {"min": "1"}, 400, "of no metric"),
        ("runs", {"state": "COMPLET"}, 400, "Did you mean 'COMPLETE'"),
        ("runs", {"pipelin": "x"}, 400, "Did you mean 'pipeline'"),
        ("runs", {"search": "x" * 201}, 413, "at most 200"),
        ("runs", {"pipeline": ["x"] * 101}, 413, "At most 100"),
        ("run", {}, 400, "'run' is missing"),
        ("run", {"run": ["a", "b"]}, 400, "given 2 times"),
        ("run", {"run": "taxi.2"}, 404, "Did you mean 'taxi.1'"),
        ("compare", {"run": [f"r{i}" for i in range(201)]}, 413, "At most 200"),
        ("compare", {}, 400, "no run to compare"),
        ("lineage", {"artifact": "one"}, 400, "whole number"),
        ("lineage", {"artifact": "999"}, 404, ""),
        ("cells", {"run": "taxi.1", "kind": "opne"}, 400, "Did you mean 'open'"),
        ("artifact", {}, 400, "'uri' is missing"),
    ],
)
def test_wrong_parameters_are_told(server, route, query, status, words):
    answer = server.get(route, **query)
    assert answer.status == status, answer.body
    assert set(answer.json) == {"error", "where", "hint"}
    assert words in f"{answer.json['error']} {answer.json['hint']}"
    assert answer.headers["X-Zenml-Nb-Version"] == __version__


def test_files_that_are_gone_are_told(server, project):
    project.writer.artifact("Schema", str(project.repository.artifact_store / "gone"))
    answer = server.get("artifact", uri=".zenml_nb/artifacts/gone")
    assert answer.status == 404
    assert "Run the pipeline again" in answer.json["hint"]
