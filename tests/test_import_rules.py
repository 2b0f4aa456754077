"""What is imported when: the linter reads the sources, and this looks at what a process really loads."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import zenml_nb

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {
    "apache_beam",
    "keras",
    "tensorflow",
    "tensorflow_data_validation",
    "tensorflow_model_analysis",
    "tensorflow_transform",
    "tf_keras",
    "tfx",
    "tfx_bsl",
}
LOAD = """
import importlib, json, sys
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def rooms():
    return [module.name for module in pkgutil.iter_modules(zenml_nb.__path__) if not module.name.startswith("_")]


def light_modules():
    """Every module outside the engine; found by name, so that nothing is imported here."""
    folder = Path(zenml_nb.__file__).parent
    paths = (path.relative_to(folder.parent) for path in folder.rglob("*.py"))
    names = (".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths)
    return sorted(name for name in names if not f"{name}.".startswith("zenml_nb.engine."))


def loaded_by(modules):
    """The top-level modules that a fresh process has loaded after these imports."""
    command = [sys.executable, "-c", LOAD, json.dumps(modules)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def contracts():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


def test_the_package_alone_loads_nothing_big():
    big = HEAVY | {"IPython", "ml_metadata", "numpy", "pandas", "pyarrow"}
    assert loaded_by(["zenml_nb"]) & big == set()


def test_no_room_outside_the_engine_loads_tensorflow():
    assert loaded_by(light_modules()) & HEAVY == set()


def test_the_light_modules_are_found():
    assert {"zenml_nb", "zenml_nb.errors", "zenml_nb.pipelines.base", "zenml_nb.views"} <= set(light_modules())


@pytest.mark.parametrize("room", rooms())
def test_every_room_is_under_the_contracts(room):
    layers, heavy, *_ = contracts()
    named = " ".join(layers["layers"]).replace("(", " ").replace(")", " ").split()
    if room != "version":
        assert f"zenml_nb.{room}" in named
    if room != "engine":
        assert f"zenml_nb.{room}" in heavy["source_modules"]


def test_all_rules_name_the_same_heavy_packages():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    assert set(settings["flake8-tidy-imports"]["banned-module-level-imports"]) == HEAVY
    assert set(contracts()[1]["forbidden_modules"]) == HEAVY
