"""A metadata store on a real MariaDB server, which stands for MySQL."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.engine.conftest import working_in
from tests.engine.pipelines import COMPONENTS, penguin_pipeline
from zenml_nb.errors import ConfigError, StoreError
from zenml_nb.records import vocabulary as v
from zenml_nb.repository import create_repository

_USER = (
    "create database mlmd; create user 'nb'@'127.0.0.1' identified by 'secret-word'; "
    "grant all on mlmd.* to 'nb'@'127.0.0.1'"
)


@pytest.fixture
def mysql_port(tmp_path: Path) -> Iterator[int]:
    """A server on this machine alone, with the database ``mlmd`` of the user ``nb``."""
    if not shutil.which("mariadbd"):
        pytest.skip("no MariaDB server is installed (apt-get install mariadb-server)")
    folder = tmp_path / "server"
    folder.mkdir()
    data = f"--datadir={folder / 'data'}"
    root = ["--no-defaults", "--user=root", data]
    subprocess.run(
        ["mariadb-install-db", *root, "--auth-root-authentication-method=normal"], check=True, capture_output=True
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = [f"--socket={folder / 's'}", f"--port={port}", "--bind-address=127.0.0.1"]
    server = subprocess.Popen(["mariadbd", *root, *address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(60):
            asked = subprocess.run(["mariadb", "-uroot", f"-S{folder / 's'}", f"-e{_USER}"], capture_output=True)
            if asked.returncode == 0:
                break
            time.sleep(0.5)
        else:
            pytest.fail(f"the server did not start: {asked.stderr!r}")
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def test_runs_are_recorded_on_a_mysql_server(mysql_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "project"
    root.mkdir()
    create_repository(root)
    settings = root / ".zenml_nb" / "config.yaml"
    metadata = {
        "type": "mysql",
        "host": "127.0.0.1",
        "port": mysql_port,
        "database": "mlmd",
        "username": "nb",
        "password_env": "NB_PASSWORD",
    }
    settings.write_text(yaml.safe_dump({**yaml.safe_load(settings.read_text()), "metadata": metadata}))
    with working_in(root):
        pipeline = penguin_pipeline()
        monkeypatch.delenv("NB_PASSWORD", raising=False)
        with pytest.raises(ConfigError, match="NB_PASSWORD"):
            pipeline.run(until="data")
        monkeypatch.setenv("NB_PASSWORD", "wrong")
        with pytest.raises(StoreError, match="cannot be reached") as caught:
            pipeline.run(until="data")
        assert "wrong" not in str(caught.value)
        monkeypatch.setenv("NB_PASSWORD", "secret-word")
        run = pipeline.run(until="data")
        assert [e.component for e in run.executions] == COMPONENTS[:3]
        assert run.finished is not None
        assert {e.state for e in pipeline.run(until="data").executions} == {v.CACHED}
        assert not (root / ".zenml_nb" / "metadata.sqlite").exists()
        texts = [path.read_bytes() for path in root.rglob("*") if path.is_file()]
        assert not any(b"secret-word" in text for text in texts)
