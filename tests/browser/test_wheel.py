"""The wheel, installed where no checkout, no Node and no network is: both extensions are there, enabled and sound."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.browser.conftest import ROOT
from zenml_nb.version import __version__

LIST_SERVER = "from jupyter_server.extension.serverextension import main; main()"
LIST_LAB = "from jupyterlab.labextensions import main; main()"


class Installed:
    """An environment that holds the wheel; what it depends on is looked up in the environment of the tests."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.folder = folder
        self.wheel = wheel
        venv.create(folder, with_pip=False)
        self.python = folder / "bin" / "python"
        [site] = (folder / "lib").glob("python*/site-packages")
        # After the environment's own packages; the link to the checkout is a .pth file there, which is not followed.
        (site / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
        uv = Path(sys.executable).with_name("uv")
        command = [uv, "pip", "install", "--no-deps", "--no-index", "--offline", "--python", self.python, wheel]
        subprocess.run(command, check=True, capture_output=True)

    def run(self, *command: str) -> str:
        """What a command prints, on both streams, without colours."""
        home = self.folder / "home"
        environment = {
            "HOME": str(home),
            "PATH": str(self.folder / "bin"),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            # JupyterLab itself, which is no part of the wheel.
            "JUPYTERLAB_DIR": str(Path(sys.prefix, "share", "jupyter", "lab")),
            "LANG": os.environ.get("LANG", "C.UTF-8"),
        }
        done = subprocess.run(
            [str(self.python), *command], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        printed = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
        assert done.returncode == 0, printed
        return printed


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel as `python -m build` makes it from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    [wheel] = folder.glob("*.whl")
    return Installed(folder / "environment", wheel)


def test_the_package_is_that_of_the_wheel(installed: Installed) -> None:
    place = installed.run("-c", "import zenml_nb; print(zenml_nb.__file__)")
    assert place.startswith(str(installed.folder))
    assert installed.run("-m", "zenml_nb", "--version") == f"zenml-nb {__version__}\n"
    assert (installed.folder / "bin" / "zenml-nb").is_file()


def test_no_node_is_needed(installed: Installed) -> None:
    assert installed.run("-c", "import shutil; print(shutil.which('node'))") == "None\n"


def test_the_server_extension_is_enabled_and_ok(installed: Installed) -> None:
    listed = installed.run("-c", LIST_SERVER, "list")
    assert re.search(r"zenml_nb\S* enabled", listed), listed
    assert re.search(rf"zenml_nb\S* {re.escape(__version__)}.* OK", listed), listed


def test_the_jupyterlab_extension_is_enabled_and_ok(installed: Installed) -> None:
    listed = installed.run("-c", LIST_LAB, "list")
    [line] = [line for line in listed.splitlines() if line.strip().startswith("zenml-nb ")]
    assert f"v{__version__}" in line
    assert "enabled" in line
    assert "OK" in line
    assert str(installed.folder / "share" / "jupyter" / "labextensions") in listed


def test_the_scripts_are_whole(installed: Installed) -> None:
    extension = installed.folder / "share" / "jupyter" / "labextensions" / "zenml-nb"
    assert (extension / "package.json").is_file()
    assert list((extension / "static").glob("remoteEntry*.js"))
    assert (extension / "schemas" / "zenml-nb" / "runs.json").is_file() or list((extension / "schemas").rglob("*.json"))
