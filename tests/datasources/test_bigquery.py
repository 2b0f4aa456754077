"""BigQuery up to the query: Google's own client sends it to a server of this test, which answers as Google does."""

from __future__ import annotations

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from zenml_nb.datasources import BigQueryDatasource
from zenml_nb.errors import ConfigError, DeclarationError, EnvironmentMissingError

ERROR = 'Syntax error: Expected keyword FROM but got identifier "FORM" at [2:1]'


@pytest.fixture
def google(tmp_path, monkeypatch):
    """The requests that arrive; ``answers`` says what the jobs become."""
    pytest.importorskip("google.cloud.bigquery")
    rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa")
    from cryptography.hazmat.primitives import serialization as form

    received: list[dict] = []

    class Google(BaseHTTPRequestHandler):
        answers: list[tuple[int, dict]] = []
        requests = received

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/token":
                status, answer = 200, {"access_token": "t", "expires_in": 3600, "token_type": "Bearer"}
            else:
                received.append({"path": self.path, **json.loads(body)})
                status, answer = self.answers.pop(0)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Google)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    key = rsa.generate_private_key(65537, 2048).private_bytes(
        form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
    )
    account = {
        "type": "service_account",
        "project_id": "of-the-key",
        "client_email": "nb@example.com",
        "private_key": key.decode(),
        "token_uri": f"{address}/token",
    }
    (tmp_path / "key.json").write_text(json.dumps(account))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
    monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", address)
    yield Google
    server.shutdown()
    server.server_close()


def job(**statistics):
    return {
        "jobReference": {"projectId": "p", "jobId": "j"},
        "status": {"state": "DONE"},
        "configuration": {"query": {}, "dryRun": True},
        "statistics": {"query": statistics},
    }


def test_the_query_is_checked_as_it_was_given(google):
    google.answers.append((200, job(totalBytesProcessed="1234")))
    source = BigQueryDatasource("b", "SELECT 1 AS a;", project="p", location="EU", maximum_bytes_billed=10**9)
    assert source.check() == 1234
    (request,) = google.requests
    assert request["path"].startswith("/bigquery/v2/projects/p/jobs")
    assert request["configuration"]["dryRun"] is True
    assert request["configuration"]["query"] == {
        "query": "SELECT 1 AS a",
        "useLegacySql": False,
        "maximumBytesBilled": "1000000000",
    }
    assert request["jobReference"]["location"] == "EU"


def test_a_table_and_the_project_of_the_credentials(google):
    google.answers.append((200, job(totalBytesProcessed="0")))
    BigQueryDatasource("b", table="data-project.taxi.trips").check()
    assert google.requests[0]["configuration"]["query"]["query"] == "SELECT * FROM `data-project.taxi.trips`"
    assert "/projects/of-the-key/" in google.requests[0]["path"]


def test_the_place_of_an_error(google, fault_of):
    answer = {"error": {"code": 400, "message": ERROR, "errors": [{"reason": "invalidQuery", "message": ERROR}]}}
    google.answers.extend([(400, answer), (400, answer)])
    text = fault_of(BigQueryDatasource("b", "SELECT *\nFORM t", project="p"))
    assert "BigQuery, the query, line 2, column 1" in text
    assert "Expected keyword FROM" in text
    # Nothing was run.
    assert all(request["configuration"]["dryRun"] for request in google.requests)


def test_no_credentials(repository, monkeypatch, tmp_path):
    pytest.importorskip("google.cloud.bigquery")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "nothing.json"))
    with pytest.raises(ConfigError, match="gcloud auth application-default login"):
        BigQueryDatasource("b", "SELECT 1", project="p").commit()


def test_without_the_package(repository, monkeypatch):
    monkeypatch.setitem(sys.modules, "google.cloud.bigquery", None)
    monkeypatch.delattr("google.cloud.bigquery", raising=False)
    with pytest.raises(EnvironmentMissingError, match="pip install google-cloud-bigquery"):
        BigQueryDatasource("b", "SELECT 1", project="p").commit()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"query": "SELECT 1", "table": "a.b"},
        {"query": "DELETE FROM a.b WHERE TRUE"},
        {"table": "trips"},
        {"table": "a.b` WHERE 1; --"},
        {"query": "SELECT 1", "maximum_bytes_billed": 0},
    ],
)
def test_declarations(options):
    with pytest.raises(DeclarationError):
        BigQueryDatasource("b", **options)
