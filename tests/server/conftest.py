from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import anomalies_pb2, schema_pb2, statistics_pb2

from tests.records.conftest import Writer
from zenml_nb.records import vocabulary as v
from zenml_nb.repository import create_repository

TOKEN = "the-token-of-this-test"
HOSTILE = "<img src=x onerror=alert(1)>\u202e'\"&amp;"


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


@dataclass
class Server:
    """A real Jupyter server with this extension alone, on this machine, in a process of its own."""

    folder: Path
    port: int
    process: subprocess.Popen
    headers: dict[str, str] = field(default_factory=lambda: {"Authorization": f"token {TOKEN}"})

    @property
    def log(self):
        return (self.folder / "log.txt").read_text()

    def ask(self, path, query=(), method="GET", body=None, headers=None, timeout=120):
        """``query`` is a mapping or pairs."""
        pairs = list(query.items()) if isinstance(query, dict) else list(query)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        sent = json.dumps(body) if body is not None and not isinstance(body, (str, bytes)) else body
        try:
            address = f"/{path}" + (f"?{urllib.parse.urlencode(pairs)}" if pairs else "")
            connection.request(method, address, sent, self.headers if headers is None else headers)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def get(self, route, store=None, **query):
        given = {"store": store or self.store(), **query}
        pairs = [(k, x) for k, value in given.items() for x in (value if isinstance(value, list) else [value])]
        return self.ask(f"zenml-nb/{route}", pairs)

    def store(self, number=0):
        return self.ask("zenml-nb/stores").json["stores"][number]["id"]

    def until_read(self, **query):
        """The document of an artifact that a process of its own reads, and what was told meanwhile."""
        told = []
        for _ in range(120):
            answer = self.get("artifact", **query)
            if answer.status != 202:
                return answer, told
            told.append(answer.json)
        raise AssertionError(told)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(folder, root, settings="", **environment):
    for name in ("config", "data", "runtime", "home"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    config = {"ServerApp": {"jpserver_extensions": {"zenml_nb": True}}}
    (folder / "config" / "jupyter_server_config.json").write_text(json.dumps(config))
    dump = (
        "import atexit, json, sys, threading\n"
        f"atexit.register(lambda: open({str(folder / 'modules.json')!r}, 'w').write(json.dumps(sorted(sys.modules))))\n"
    )
    (folder / "config" / "jupyter_server_config.py").write_text(f"c = get_config()\n{dump}{settings}")
    env = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTER_NO_CONFIG": "",
        "JUPYTER_PREFER_ENV_PATH": "0",
        "HOME": str(folder / "home"),
        **environment,
    }
    env.pop("JUPYTER_NO_CONFIG")
    port = free_port()
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}", "--allow-root"]
    command += [f"--ServerApp.root_dir={root}"]
    with open(folder / "log.txt", "w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=env, cwd=root, start_new_session=True)
    server = Server(folder, port, process)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if server.ask("api/status", timeout=10).status == 200:
                return server
        except OSError:
            time.sleep(0.1)
    server.stop()
    raise AssertionError(server.log)


@pytest.fixture
def jupyter(tmp_path_factory):
    """Starts Jupyter servers: ``jupyter(root, settings, **environment)``."""
    started = []

    def starter(root, settings="", **environment):
        started.append(start(tmp_path_factory.mktemp("jupyter"), root, settings, **environment))
        return started[-1]

    yield starter
    for server in started:
        server.stop()


class Project:
    """A project folder with a store and the artifacts of one run, as the engine writes them."""

    def __init__(self, root):
        self.root = root
        self.repository = create_repository(root)
        self.writer = Writer(root / ".zenml_nb" / "metadata.sqlite")
        self.uris = {}

    def folder(self, name):
        path = self.repository.artifact_store / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def shared(self, name):
        """As documents name it."""
        return f".zenml_nb/artifacts/{name}"

    def statistics(self, name, splits=("train", "eval"), feature="fare"):
        for split in splits:
            listed = statistics_pb2.DatasetFeatureStatisticsList()
            dataset = listed.datasets.add(num_examples=10)
            found = dataset.features.add(type=statistics_pb2.FeatureNameStatistics.FLOAT)
            found.path.step.append(feature)
            found.num_stats.common_stats.num_non_missing = 10
            found.num_stats.mean = 1.5
            (self.folder(name) / f"Split-{split}").mkdir()
            (self.folder(name) / f"Split-{split}" / "FeatureStats.pb").write_bytes(listed.SerializeToString())
        return self.writer.artifact("ExampleStatistics", str(self.folder(name)), split_names=json.dumps(list(splits)))

    def schema(self, name, feature="fare"):
        schema = schema_pb2.Schema()
        schema.feature.add(name=feature, type=schema_pb2.FLOAT)
        (self.folder(name) / "schema.pbtxt").write_text(text_format.MessageToString(schema))
        return self.writer.artifact("Schema", str(self.folder(name)))

    def anomalies(self, name, feature="fare"):
        found = anomalies_pb2.Anomalies()
        info = found.anomaly_info[feature]
        info.path.step.append(feature)
        info.severity = anomalies_pb2.AnomalyInfo.ERROR
        info.short_description = "Unexpected"
        info.description = HOSTILE
        info.reason.add(type=anomalies_pb2.AnomalyInfo.UNEXPECTED_DATA_TYPE, short_description="Unexpected")
        (self.folder(name) / "Split-eval").mkdir()
        (self.folder(name) / "Split-eval" / "SchemaDiff.pb").write_bytes(found.SerializeToString())
        return self.writer.artifact("ExampleAnomalies", str(self.folder(name)), split_names='["eval"]')

    def run(self, name="taxi.1", pipeline="taxi"):
        run = self.writer.own_run(name, pipeline, v.COMPLETE, finished=1_700_000_060_000)
        statistics, schema = self.statistics("statistics"), self.schema("schema")
        anomalies = self.anomalies("anomalies")
        given = [("statistics", statistics), ("schema", schema)]
        self.writer.execution("S", "COMPLETE", [run], (), given[:1], component_id="SplitStatistics")
        self.writer.execution("C", "COMPLETE", [run], given[:1], given[1:], component_id="SplitSchema")
        self.writer.execution("A", "COMPLETE", [run], given, [("anomalies", anomalies)], component_id="SplitAnomalies")
        return run


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    made = Project(tmp_path_factory.mktemp("project"))
    made.run()
    return made


@pytest.fixture(scope="module")
def server(project, tmp_path_factory):
    """One server for the tests of a file that only read."""
    running = start(tmp_path_factory.mktemp("jupyter"), project.root)
    yield running
    running.stop()
