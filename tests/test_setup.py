"""The set-up script: what it chooses, what it says is missing, and when it installs again."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import set_up
import setup_environment as environments
import setup_machine as machines
from setup_environment import Environment
from setup_machine import TFX_1_16, TFX_1_21, Interpreter, Machine, SetUpError

DEBIAN_12 = Machine("Linux", "x86_64", (2, 36))
DEBIAN_13 = Machine("Linux", "x86_64", (2, 41))
MAC = Machine("Darwin", "arm64", None)


def interpreter(version, has_venv=True, has_headers=True, folder="/usr/bin"):
    name = f"python{version[0]}.{version[1]}"
    return Interpreter(f"{folder}/{name}", (*version, 1), has_venv, has_headers)


@pytest.fixture
def project(tmp_path):
    """A project folder with the files that an installation depends on, and nothing installed."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "zenml_nb").mkdir()
    for name in ("tfx-1.16", "tfx-1.21", "uv", "node"):
        (tmp_path / "requirements" / f"{name}.txt").write_text(f"{name}==1\n")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "zenml-nb"\n[tool.ruff]\nline-length = 1\n')
    (tmp_path / "zenml_nb" / "version.py").write_text('__version__ = "1"\n')
    return Environment(tmp_path)


@pytest.fixture
def installed(project):
    """The same folder after an installation that ended well."""
    project.python.parent.mkdir(parents=True)
    project.python.symlink_to(sys.executable)
    environments.write_stamp(project, environments.expected_stamp(project, DEBIAN_12, "tfx-1.16", "3.11"))
    return project


@pytest.fixture
def commands(monkeypatch):
    """The commands that the installation would run; `venv` leaves an interpreter, as the real one does."""
    ran = []

    def record(command):
        ran.append(" ".join(str(part) for part in command))
        if command[1:3] == ["-m", "venv"]:
            python = Path(command[3], "bin", "python")
            python.parent.mkdir()
            python.symlink_to(sys.executable)

    monkeypatch.setattr(environments, "run", record)
    return ran


# The stack


@pytest.mark.parametrize(
    ("machine", "found", "stack"),
    [
        (DEBIAN_12, (3, 11), TFX_1_16),
        (DEBIAN_12, (3, 10), TFX_1_16),
        (Machine("Linux", "x86_64", (2, 38)), (3, 11), TFX_1_16),
        (Machine("Linux", "x86_64", (2, 39)), (3, 12), TFX_1_21),
        (DEBIAN_13, (3, 13), TFX_1_21),
        (DEBIAN_13, (3, 11), TFX_1_21),
        (DEBIAN_13, (3, 10), TFX_1_16),
        (MAC, (3, 12), TFX_1_21),
    ],
)
def test_stack_follows_from_platform_and_python(machine, found, stack):
    assert machines.choose(machine, [interpreter(found)]) == (stack, interpreter(found))


def test_an_interpreter_that_lacks_nothing_comes_first():
    poor, rich = interpreter((3, 11), has_venv=False), interpreter((3, 11), folder="/opt/bin")
    assert machines.choose(DEBIAN_12, [poor, rich])[1] == rich
    assert machines.choose(DEBIAN_12, [poor])[1] == poor


def test_no_interpreter_is_asked_after_one_that_fits():
    def found():
        yield interpreter((3, 12))
        pytest.fail("asked for another one")

    assert machines.choose(DEBIAN_13, found())[0] == TFX_1_21


@pytest.mark.parametrize(
    ("machine", "found", "said"),
    [
        (DEBIAN_12, [(3, 12)], ["TFX 1.16: Python 3.10 or 3.11", "found: 3.12.1 (/usr/bin/python3.12)", "PYTHON="]),
        (DEBIAN_13, [(3, 14)], ["TFX 1.21: Python 3.11 or 3.12 or 3.13", "found: 3.14.1"]),
        (DEBIAN_13, [], ["found: none", "Install Python 3.11"]),
        (MAC, [(3, 10)], ["TFX 1.21"]),
    ],
)
def test_no_fitting_interpreter_says_what_is_needed_and_found(machine, found, said):
    with pytest.raises(SetUpError) as raised:
        machines.choose(machine, [interpreter(version) for version in found])
    assert [text for text in said if text not in str(raised.value)] == []


@pytest.mark.parametrize(
    "platform", [("Linux", "aarch64", (2, 41)), ("Linux", "x86_64", None), ("Darwin", "x86_64", None)]
)
def test_a_platform_without_wheels_is_said(platform):
    with pytest.raises(SetUpError, match="no wheels for this platform"):
        machines.stacks_for(Machine(*platform))


# The interpreters


def script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_probe_describes_a_real_interpreter():
    found = machines.probe(sys.executable)
    assert found is not None
    assert found.version == sys.version_info[:3]
    assert found.path == getattr(sys, "_base_executable", sys.executable)


@pytest.mark.parametrize("text", ["exit 127", "echo no JSON"])
def test_a_shim_that_fails_is_no_interpreter(tmp_path, text):
    assert machines.probe(script(tmp_path / "python3.10", text)) is None


def test_a_command_that_is_not_there_is_no_interpreter():
    assert machines.probe("/nowhere/python3") is None


def test_a_failing_shim_hides_no_interpreter_behind_it(tmp_path, monkeypatch):
    for folder in ("shims", "real"):
        (tmp_path / folder).mkdir()
        script(tmp_path / folder / "python3.11", "exit 127")
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path / "shims"), "", str(tmp_path / "real")]))
    asked = list(machines.candidates())
    assert asked == [sys.executable, *(str(tmp_path / folder / "python3.11") for folder in ("shims", "real"))]


def test_a_named_interpreter_is_the_only_candidate():
    assert list(machines.candidates("/opt/python3.12")) == ["/opt/python3.12"]


# What the machine lacks


@pytest.fixture
def bare(monkeypatch):
    """A machine with apt-get and nothing else, used by root."""
    monkeypatch.setattr(machines.shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    monkeypatch.setattr(os, "geteuid", lambda: 0)


@pytest.mark.usefixtures("bare")
def test_all_that_is_missing_is_said_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(machines, "SPACE_NEEDED", 10**18)
    python = interpreter((3, 11), has_venv=False, has_headers=False)
    text = machines.explain(DEBIAN_12, python, machines.lacking(DEBIAN_12, python, tmp_path))
    for said in ("venv and ensurepip", "C++ compiler", "Python.h", "free space"):
        assert said in text
    assert "\n  apt-get update && apt-get install -y python3.11-venv g++ python3.11-dev\n" in text


@pytest.mark.usefixtures("bare")
def test_the_command_is_for_a_person_without_root_too(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    text = machines.explain(DEBIAN_12, interpreter((3, 11)), [machines.Lack("a compiler", "g++")])
    assert "sudo apt-get update && sudo apt-get install -y g++" in text


@pytest.mark.usefixtures("bare")
def test_a_python_of_ones_own_is_not_repaired_by_apt():
    python = interpreter((3, 11), has_venv=False, folder="/opt/python/bin")
    text = machines.explain(DEBIAN_12, python, [machines.Lack("venv", "python3.11-venv")])
    assert "reinstall it" in text
    assert "apt-get" not in text


@pytest.mark.usefixtures("bare")
def test_macos_names_its_own_tools(tmp_path):
    lacks = machines.lacking(MAC, interpreter((3, 12)), tmp_path)
    assert "xcode-select --install" in machines.explain(MAC, interpreter((3, 12)), lacks)


def test_nothing_missing_is_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(machines.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(machines, "SPACE_NEEDED", 0)
    assert machines.lacking(DEBIAN_12, interpreter((3, 11)), tmp_path) == []


# When something is installed


def test_a_finished_installation_misses_nothing(installed):
    assert environments.what_is_missing(installed, DEBIAN_12) == "nothing"


def test_without_an_environment_everything_is_missing(project):
    assert environments.what_is_missing(project, DEBIAN_12) == "everything"


def _change_lock(environment):
    environment.lock("tfx-1.16").write_text("tfx==2\n")


def _remove_interpreter(environment):
    environment.python.unlink()
    environment.python.symlink_to("/nowhere/python3.11")


def _interrupt(environment):
    stamp = environments.read_stamp(environment)
    environments.write_stamp(environment, replace(stamp, state="building"))


def _move(environment):
    stamp = environments.read_stamp(environment)
    environments.write_stamp(environment, replace(stamp, location="/elsewhere"))


def _spoil_stamp(environment):
    environment.stamp_file.write_text('{"state": "rea')


@pytest.mark.parametrize("change", [_change_lock, _remove_interpreter, _interrupt, _move, _spoil_stamp])
def test_what_makes_an_environment_unusable_replaces_it(installed, change):
    change(installed)
    assert environments.what_is_missing(installed, DEBIAN_12) == "everything"


def test_another_platform_replaces_the_environment(installed):
    assert environments.what_is_missing(installed, DEBIAN_13) == "everything"


@pytest.mark.parametrize("name", ["pyproject.toml", "zenml_nb/version.py"])
def test_a_change_of_the_projects_build_installs_only_the_project(installed, name):
    path = installed.root / name
    path.write_text(path.read_text().replace("1", "2").replace('"zenml-nb"', '"zenml-notebook"'))
    assert environments.what_is_missing(installed, DEBIAN_12) == "project"


def test_tool_settings_install_nothing(installed):
    path = installed.root / "pyproject.toml"
    path.write_text(path.read_text().replace("line-length = 1", "line-length = 2"))
    assert environments.what_is_missing(installed, DEBIAN_12) == "nothing"


def test_build_parts_are_those_an_installation_depends_on():
    text = "[build-system]\na = 1\n[tool.ruff]\nb = 2\n[project.scripts]\nc = 3\n[tool.hatch.version]\n\nd = 4\n[[x]]\n"
    assert environments.build_parts(text) == (
        "[build-system]\na = 1\n[project.scripts]\nc = 3\n[tool.hatch.version]\nd = 4"
    )


# The installation itself


@pytest.fixture
def debian_12(monkeypatch, project):
    """The set-up as it sees a Debian 12 that lacks nothing."""
    monkeypatch.setattr(set_up, "this_machine", lambda: DEBIAN_12)
    monkeypatch.setattr(set_up, "interpreters", lambda named: iter([interpreter((3, 11))]))
    monkeypatch.setattr(set_up, "lacking", lambda *_: [])
    return project


def test_the_first_run_installs_and_the_second_does_not(debian_12, commands):
    set_up.set_up(debian_12)
    assert [part for part in ("venv", "uv.txt", "tfx-1.16.txt", "--editable") if part not in " ".join(commands)] == []
    assert environments.read_stamp(debian_12).state == "ready"
    commands.clear()
    set_up.set_up(debian_12)
    assert commands == []


def test_packages_are_installed_by_hash_with_byte_code(debian_12, commands):
    set_up.set_up(debian_12)
    (line,) = [command for command in commands if command.count("tfx-1.16.txt")]
    assert "--require-hashes" in line
    assert "--compile-bytecode" in line
    assert "--no-deps" in line


def test_an_interrupted_run_is_made_again(debian_12, commands, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(environments, "install_project", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            set_up.set_up(debian_12)
    assert environments.read_stamp(debian_12).state == "building"
    (debian_12.folder / "left-over").touch()
    set_up.set_up(debian_12)
    assert environments.read_stamp(debian_12).state == "ready"
    assert not (debian_12.folder / "left-over").exists()


def test_a_change_of_the_build_leaves_the_packages(installed, commands, monkeypatch):
    monkeypatch.setattr(set_up, "this_machine", lambda: DEBIAN_12)
    (installed.root / "zenml_nb" / "version.py").write_text('__version__ = "2"\n')
    set_up.set_up(installed)
    assert len(commands) == 1
    assert "--editable" in commands[0]
    assert environments.what_is_missing(installed, DEBIAN_12) == "nothing"


def test_somebody_elses_environment_is_not_replaced_unasked(debian_12, commands):
    debian_12.folder.mkdir()
    (debian_12.folder / "theirs").touch()
    with pytest.raises(SetUpError, match="--rebuild"):
        set_up.set_up(debian_12)
    assert commands == []
    set_up.set_up(debian_12, rebuild=True)
    assert not (debian_12.folder / "theirs").exists()


def test_what_is_lacking_stops_it_before_anything_is_made(debian_12, commands, monkeypatch):
    monkeypatch.setattr(set_up, "lacking", lambda *_: [machines.Lack("a C++ compiler", "g++")])
    with pytest.raises(SetUpError, match=r"C\+\+ compiler"):
        set_up.set_up(debian_12)
    assert commands == []
    assert not debian_12.folder.exists()


def test_a_failing_command_is_named_with_a_way_out():
    with pytest.raises(SetUpError, match=r"exit 3\n.*PIP_INDEX_URL"):
        environments.run(["/bin/sh", "-c", "exit 3"])


def test_an_activated_environment_does_not_redirect_the_installation(monkeypatch, tmp_path):
    monkeypatch.setenv("VIRTUAL_ENV", "/elsewhere")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    environments.run(["/bin/sh", "-c", f"env > {tmp_path}/seen"])
    seen = (tmp_path / "seen").read_text()
    assert "VIRTUAL_ENV" not in seen
    assert "PYTHONDONTWRITEBYTECODE" not in seen


def test_main_prints_the_error_and_fails(monkeypatch, capsys, tmp_path):
    def fail(*_):
        raise SetUpError("no g++")

    monkeypatch.setattr(set_up, "set_up", fail)
    monkeypatch.setattr(set_up, "Environment", lambda _: Environment(tmp_path))
    assert set_up.main([]) == 1
    assert "set-up stopped. no g++" in capsys.readouterr().err


# Node


def fake_node(folder, version):
    folder.mkdir(parents=True, exist_ok=True)
    script(folder / "node", f"echo {version}")
    script(folder / "npm", "exit 0")


@pytest.mark.parametrize("version", ["v20.19.0", "v24.1.0"])
def test_the_machines_node_is_taken_when_it_is_new_enough(project, tmp_path, monkeypatch, commands, version):
    fake_node(tmp_path / "node", version)
    monkeypatch.setenv("PATH", str(tmp_path / "node"))
    assert set_up.node_folder(project) == tmp_path / "node"
    assert commands == []


@pytest.mark.parametrize("version", [None, "v18.20.4", "v20.18.3", "broken"])
def test_node_comes_from_wheels_otherwise_and_once(project, tmp_path, monkeypatch, commands, version):
    (tmp_path / "node").mkdir()
    if version:
        fake_node(tmp_path / "node", version)
    monkeypatch.setenv("PATH", str(tmp_path / "node"))
    assert set_up.node_folder(project) == project.folder / "bin"
    assert [command for command in commands if "node.txt" in command] == commands != []
    fake_node(project.folder / "bin", "v24.1.0")
    commands.clear()
    assert set_up.node_folder(project) == project.folder / "bin"
    assert commands == []
