"""Database servers for tests: on this machine alone, in a temporary folder, ended with the test."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@contextlib.contextmanager
def postgresql_server(password: str) -> Iterator[int]:
    """A PostgreSQL server whose only user is ``nb``, as long as the block lasts.

    Returns:
        Its port.
    """
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    initdb = shutil.which("initdb", path=os.pathsep.join([os.environ["PATH"], *map(str, folders)]))
    if initdb is None:
        pytest.skip("no PostgreSQL server is installed (apt-get install postgresql)")
    # In a folder of its own user: it refuses to run as root, who runs these tests in a container.
    with tempfile.TemporaryDirectory(prefix="zenml_nb_postgresql_") as name:
        folder, user = Path(name), _its_user()
        (folder / "word").write_text(password)
        if user:
            entry = pwd.getpwnam(user["user"])
            for path in (folder, folder / "word"):
                os.chown(path, entry.pw_uid, entry.pw_gid)
        words = ["-U", "nb", "-A", "scram-sha-256", f"--pwfile={folder / 'word'}", "--no-sync", "-E", "UTF8"]
        data = ["-D", str(folder / "data")]
        subprocess.run([initdb, *data, *words], check=True, capture_output=True, cwd=folder, **user)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        address = ["-h", "127.0.0.1", "-p", str(port), "-k", str(folder), "-F"]
        program = str(Path(initdb).resolve().with_name("postgres"))
        with open(folder / "log", "wb") as log:
            server = subprocess.Popen([program, *data, *address], stdout=log, stderr=log, cwd=folder, **user)
        try:
            _wait_until_ready(initdb, folder, port)
            yield port
        finally:
            # It waits for nobody who is still connected.
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)


def _its_user() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


def _wait_until_ready(initdb: str, folder: Path, port: int) -> None:
    program = str(Path(initdb).resolve().with_name("pg_isready"))
    for _ in range(120):
        if subprocess.run([program, "-h", "127.0.0.1", "-p", str(port)], capture_output=True).returncode == 0:
            return
        time.sleep(0.25)
    pytest.fail(f"the server did not start: {(folder / 'log').read_text()}")


@contextlib.contextmanager
def mariadb_server(password: str) -> Iterator[int]:
    """A MariaDB server with the database ``nb`` of the user ``nb``, as long as the block lasts.

    Returns:
        Its port.
    """
    if not shutil.which("mariadbd"):
        pytest.skip("no MariaDB server is installed (apt-get install mariadb-server)")
    with tempfile.TemporaryDirectory(prefix="zenml_nb_mariadb_") as name:
        folder = Path(name)
        root = ["--no-defaults", "--user=root", f"--datadir={folder / 'data'}"]
        install = ["mariadb-install-db", *root, "--auth-root-authentication-method=normal"]
        subprocess.run(install, check=True, capture_output=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        address = [f"--socket={folder / 's'}", f"--port={port}", "--bind-address=127.0.0.1"]
        with open(folder / "log", "wb") as log:
            server = subprocess.Popen(["mariadbd", *root, *address], stdout=log, stderr=log)
        user = (
            "create database nb character set utf8mb4; "
            f"create user 'nb'@'127.0.0.1' identified by '{password}'; grant all on nb.* to 'nb'@'127.0.0.1'"
        )
        try:
            for _ in range(120):
                asked = subprocess.run(["mariadb", "-uroot", f"-S{folder / 's'}", f"-e{user}"], capture_output=True)
                if asked.returncode == 0:
                    break
                time.sleep(0.25)
            else:
                pytest.fail(f"the server did not start: {asked.stderr!r}")
            yield port
        finally:
            server.terminate()
            server.wait(timeout=30)
