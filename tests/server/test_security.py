"""Who may ask, what may be read, and what is never said."""

from __future__ import annotations

import http.cookies
import json
import os
import shutil

import pytest

from tests.server.conftest import HOSTILE, TOKEN, Project
from zenml_nb.server.routes import ROUTES

NEEDED = {
    "zenml-nb/run": {"run": "taxi.1"},
    "zenml-nb/artifact": {"uri": ".zenml_nb/artifacts/schema"},
    "zenml-nb/lineage": {"artifact": 1},
    "zenml-nb/compare": {"run": "taxi.1"},
    "zenml-nb/cells": {"run": "taxi.1", "kind": "open"},
}
METHODS = [
    (path, method) for path, route in ROUTES for method in ("GET", "POST", "DELETE") if method.lower() in vars(route)
]


def test_every_route_is_walked():
    assert {path for path, _ in METHODS} == {path for path, _ in ROUTES}
    assert ("zenml-nb/stores", "POST") in METHODS
    assert ("zenml-nb/stores", "DELETE") in METHODS
    assert set(NEEDED) <= {path for path, _ in ROUTES}


@pytest.mark.parametrize("headers", [{}, {"Authorization": "token wrong"}, {"Authorization": "Bearer "}])
@pytest.mark.parametrize(("path", "method"), METHODS)
def test_nobody_without_the_token_is_answered(server, path, method, headers):
    query = {"store": server.store(), **NEEDED.get(path, {})}
    answer = server.ask(path, query, method, {} if method == "POST" else None, headers)
    assert answer.status == 403
    assert set(answer.json) == {"error", "where", "hint"}
    assert b"taxi" not in answer.body
    wrong = server.ask(path, {**query, "token": "wrong"}, method, {} if method == "POST" else None, headers)
    assert wrong.status == 403


@pytest.mark.parametrize("path", [path for path, _ in ROUTES])
def test_with_the_token_every_route_answers(server, path):
    query = {} if path == "zenml-nb/stores" else {"store": server.store(), **NEEDED.get(path, {})}
    assert server.ask(path, query).status == 200
    assert server.ask(path, {**query, "token": TOKEN}, headers={}).status == 200


def test_a_cookie_alone_does_not_change_anything(server):
    """The browser of a person who is logged in sends the cookie to whatever page asks: XSRF protection stays."""
    login = server.ask("tree", {"token": TOKEN}, headers={})
    jar = http.cookies.SimpleCookie()
    for line in login.headers.get_all("Set-Cookie"):
        jar.load(line)
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in jar.items())
    assert server.ask("zenml-nb/stores", headers={"Cookie": cookies}).status == 200
    body = {"connection": {"type": "sqlite", "uri": "/nowhere"}}
    for method, query in (("POST", {}), ("DELETE", {"store": server.store()})):
        refused = server.ask("zenml-nb/stores", query, method, body if method == "POST" else None, {"Cookie": cookies})
        assert refused.status == 403
        assert "_xsrf" in refused.json["error"]
    xsrf = jar["_xsrf"].value
    allowed = {"Cookie": cookies, "X-XSRFToken": xsrf}
    answer = server.ask("zenml-nb/stores", {}, "POST", body, allowed)
    assert answer.status == 503
    assert "no metadata store yet" in answer.json["error"]


SECRET = "secret-content-of-another-file"


@pytest.fixture(scope="module")
def outside(project, tmp_path_factory):
    """Artifacts that a store registers, and that nobody may read through it."""
    far = tmp_path_factory.mktemp("far")
    (far / "schema").mkdir()
    (far / "schema" / "schema.pbtxt").write_text(f'feature {{ name: "{SECRET}" }}')
    project.writer.artifact("Schema", str(far / "schema"))
    store = project.repository.artifact_store
    (store / "link").symlink_to(far / "schema")
    (store / "holds-link").mkdir()
    (store / "holds-link" / "schema.pbtxt").symlink_to(far / "schema" / "schema.pbtxt")
    (store / "sub").mkdir()
    (store / "pipe").mkdir()
    os.mkfifo(store / "pipe" / "schema.pbtxt")
    for name in ("link", "holds-link", "pipe", "../../../far/schema", "sub/../schema"):
        project.writer.artifact("Schema", os.path.join(str(store), name))
    for uri in (f"file://{far}/schema", "http://127.0.0.1:9/schema", "gs://bucket/schema", "~/schema", "/etc"):
        project.writer.artifact("Schema", uri)
    shutil.copytree(store / "schema", store / "unregistered")
    return far


@pytest.mark.parametrize(
    "uri",
    [
        "{far}/schema",
        "{root}/.zenml_nb/artifacts/schema",
        "file://{far}/schema",
        "file://{root}/.zenml_nb/artifacts/schema",
        "http://127.0.0.1:9/schema",
        "gs://bucket/schema",
        "data:text/plain,x",
        "../{far_name}/schema",
        ".zenml_nb/artifacts/../../../{far_name}/schema",
        ".zenml_nb/artifacts/sub/../schema",
        ".zenml_nb/../.zenml_nb/artifacts/schema",
        ".zenml_nb/artifacts//schema",
        ".zenml_nb\\artifacts\\schema",
        ".zenml_nb/artifacts/schema\0",
        ".zenml_nb/artifacts/link",
        ".zenml_nb/artifacts/holds-link",
        ".zenml_nb/artifacts/pipe",
        ".zenml_nb/artifacts/unregistered",
        ".zenml_nb/artifacts/schema/schema.pbtxt",
        ".zenml_nb/artifacts",
        ".zenml_nb/metadata.sqlite",
        ".",
        "/",
        "~/schema",
        "~root/schema",
        "/etc/passwd",
        "/etc",
        "..",
        "../../../../../../etc",
        "#",
        "#../{far_name}/schema",
        "%2e%2e/{far_name}/schema",
    ],
)
def test_nothing_but_registered_artifacts_below_the_roots_is_read(server, project, outside, uri):
    uri = uri.format(far=outside, root=project.root, far_name=outside.name)
    answer = server.get("artifact", uri=uri)
    assert answer.status == 403, answer.body
    assert answer.json["hint"]
    assert SECRET not in answer.body.decode()
    assert str(project.root) not in answer.body.decode()


def test_with_an_allowed_root_it_is_read(project, outside, jupyter):
    server = jupyter(project.root, f"c.RunBrowser.roots = [{str(outside)!r}]\n")
    for uri in (f"../{outside.name}/schema", ".zenml_nb/artifacts/link", ".zenml_nb/artifacts/holds-link"):
        answer = server.get("artifact", uri=uri)
        assert answer.status == 200, answer.body
        assert SECRET in answer.body.decode()
    assert server.get("artifact", uri=f"{outside}/schema").status == 403
    assert server.get("artifact", uri="/etc").status == 403


def test_names_of_any_kind_are_plain_json(tmp_path, jupyter):
    project = Project(tmp_path)
    name = f"{HOSTILE}\n\x1b[31m.1"
    project.writer.own_run(name, HOSTILE, HOSTILE, error=HOSTILE)
    server = jupyter(tmp_path)
    answer = server.get("runs")
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    [run] = answer.json["runs"]
    assert (run["id"], run["pipeline"]) == (name, HOSTILE)
    assert server.get("run", run=name).json["run"]["pipeline"] == HOSTILE
    wrong = server.get("run", run=f"{HOSTILE}2")
    assert wrong.status == 404
    assert HOSTILE in wrong.json["hint"]


def test_a_run_may_name_any_folder_and_nothing_is_read_there(tmp_path, jupyter):
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "pipeline.yaml").write_text(f"pipeline: {SECRET}")
    (tmp_path / "far" / "log.txt").write_text(SECRET)
    project = Project(tmp_path / "project")
    project.writer.own_run("taxi.1", config_uri=str(tmp_path / "far" / "pipeline.yaml"), zenml_nb_version="0.1.0")
    server = jupyter(tmp_path / "project")
    answer = server.get("run", run="taxi.1")
    assert answer.status == 200
    assert SECRET not in answer.body.decode()
    assert server.get("cells", run="taxi.1", kind="again").status == 404


PASSWORD = "hunter2-is-secret"


def test_a_password_is_refused_with_advice(server):
    connection = {"type": "mysql", "host": "127.0.0.1", "database": "ml", "username": "me"}
    for key in ("password", "Password", "passwd", "secret", "token"):
        body = {"connection": {**connection, key: PASSWORD}}
        answer = server.ask("zenml-nb/stores", method="POST", body=body)
        assert answer.status == 400
        assert "password_env" in answer.json["hint"]
        assert PASSWORD not in answer.body.decode()
    answer = server.ask("zenml-nb/stores", method="POST", body={"connection": {**connection, "password_env": "a b"}})
    assert answer.status == 400
    assert "environment variable" in answer.json["error"]
    assert PASSWORD not in server.log


def test_passwords_of_stores_are_never_told(tmp_path, jupyter):
    """Nothing listens at the port: the connection fails, and what is told of it says nothing secret."""
    connection = {"type": "mysql", "host": "127.0.0.1", "port": 9, "database": "ml", "username": "me"}
    connection["password_env"] = "MLMD_PASSWORD"
    settings = f"c.RunBrowser.stores = [{{'name': 'team', 'connection': {connection!r}}}]\n"
    server = jupyter(tmp_path, settings, MLMD_PASSWORD=PASSWORD)
    stores = server.ask("zenml-nb/stores")
    [store] = stores.json["stores"]
    assert (store["name"], store["place"], store["origin"]) == ("team", "127.0.0.1:9/ml", "settings")
    runs = server.get("runs")
    assert runs.status == 503
    assert "cannot be reached" in runs.json["error"]
    added = server.ask("zenml-nb/stores", method="POST", body={"connection": connection})
    assert added.status == 503
    said = b"".join([stores.body, runs.body, added.body]).decode()
    server.stop()
    kept = "".join(p.read_text(errors="replace") for p in server.folder.rglob("*") if p.is_file())
    assert PASSWORD not in said + server.log + kept


def test_requests_and_artifacts_have_limits(project, jupyter):
    server = jupyter(project.root, "c.RunBrowser.largest_artifact = 10\n")
    answer = server.get("artifact", uri=".zenml_nb/artifacts/schema")
    assert answer.status == 413
    assert "c.RunBrowser.largest_artifact" in answer.json["hint"]
    large = server.ask("zenml-nb/stores", method="POST", body={"name": "x" * 70_000})
    assert large.status == 413
    for body, words in [
        ("no json", "no JSON"),
        ("[" * 60_000, "no JSON"),
        ([], "no metadata store"),
        ({"connection": []}, "no metadata store"),
        ({"connection": {"type": "sqlite"}}, "'uri'"),
        ({"connection": {"type": "oracle"}}, "oracle"),
        ({"connection": {"type": "sqlite", "uri": "a\0b"}}, "no short text"),
        ({"connection": {"type": "sqlite", "uri": "x" * 2000}}, "no short text"),
        ({"connection": {"type": "sqlite", "uri": {}}}, "no short text"),
        ({"connection": {"type": "sqlite", "uri": "x"}, "roots": ["/"]}, "no folder"),
        ({"connection": {"type": "sqlite", "uri": "x"}, "roots": ["relative"]}, "no folder"),
        ({"connection": {"type": "sqlite", "uri": "x"}, "roots": "x"}, "no list"),
        ({"connection": {"type": "sqlite", "uri": "x"}, "name": "x" * 101}, "too long"),
        ({"connection": {"type": "sqlite", "uri": "x"}, "nme": "x"}, "Did you mean 'name'"),
    ]:
        refused = server.ask("zenml-nb/stores", method="POST", body=body)
        assert refused.status == 400, (body, refused.body)
        assert words in f"{refused.json['error']} {refused.json['hint']}"


def test_a_traceback_is_in_the_log_alone(tmp_path, jupyter):
    project = Project(tmp_path)
    project.run()
    for path in (tmp_path / ".zenml_nb" / "artifacts" / "statistics").rglob("*.pb"):
        path.write_bytes(b"\xff" * 100)
    server = jupyter(tmp_path)
    damaged = server.get("artifact", uri=".zenml_nb/artifacts/statistics")
    assert damaged.status == 404
    assert "cannot be read" in damaged.json["error"]
    assert "Traceback" not in damaged.body.decode()
    assert str(tmp_path) not in damaged.body.decode()
    # A name that no file can have makes the system itself fail.
    odd = server.get("artifact", uri=f".zenml_nb/artifacts/{'x' * 1500}")
    assert odd.status in (403, 404)
    assert len(odd.body) < 2000
    assert json.loads(odd.body)["hint"]
