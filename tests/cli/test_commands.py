"""The commands that run nothing."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import yaml

from zenml_nb.repository import find_repository

HEAVY = {"tensorflow", "tfx", "apache_beam", "keras", "ml_metadata", "pandas", "pyarrow", "numpy", "IPython", "panel"}
LIGHT = [
    ["version"],
    ["init", "new"],
    ["pipeline", "list"],
    ["pipeline", "show", "taxi"],
    ["pipeline", "schema"],
    ["datasource", "list"],
    ["datasource", "show", "trips"],
    ["config", "get"],
    ["config", "set", "pipelines_dir", "pipelines"],
]
LOADED = """
import json, sys
from zenml_nb.cli import main
code = main(json.loads(sys.argv[1]))
print(json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


@pytest.mark.parametrize("command", LIGHT, ids=" ".join)
def test_a_light_command_loads_nothing_heavy(write_pipeline, repository, command):
    write_pipeline()
    assert loaded_by(command, repository.root) & HEAVY == set()


def test_the_list_of_steps_loads_no_tensorflow(repository):
    assert loaded_by(["step", "list"], repository.root) & {"tensorflow", "tfx", "apache_beam", "keras"} == set()


def loaded_by(command, folder):
    done = subprocess.run(
        [sys.executable, "-c", LOADED, json.dumps(command)], capture_output=True, text=True, cwd=folder, check=True
    )
    code, modules = json.loads(done.stdout.splitlines()[-1])
    assert code == 0
    return set(modules)


def test_init_makes_a_repository_once(tmp_path, monkeypatch, zenml):
    monkeypatch.chdir(tmp_path)
    code, out, _ = zenml("init", "project")
    assert (code, find_repository(tmp_path / "project").root) == (0, (tmp_path / "project").resolve())
    assert f"Created a zenml_nb repository in {(tmp_path / 'project').resolve()}." in out
    assert "already" in zenml("init", "project")[1]
    assert json.loads(zenml("init", "project", "--json")[1])["created"] is False
    assert "lies in the repository" in zenml("init", "project/inner")[1]


def test_init_where_nothing_can_be_written(tmp_path, zenml):
    (tmp_path / "file").write_text("")
    code, out, err = zenml("init", tmp_path / "file")
    assert (code, out) == (1, "")
    assert "No zenml_nb repository can be created" in err


def test_version(zenml):
    found = json.loads(zenml("version", "--json")[1])
    assert {"zenml-nb", "python", "platform", "numpy"} <= set(found)
    assert found["numpy"] in zenml("version")[1]


def test_pipelines_are_listed_and_shown(write_pipeline, repository, zenml):
    assert "no pipeline file yet" in zenml("pipeline", "list")[1]
    write_pipeline()
    (repository.pipelines_dir / "broken.yaml").write_text("version: 9\npipeline: {}\n")
    code, out, _ = zenml("pipeline", "list")
    lines = out.splitlines()
    assert (code, lines[0].split()) == (0, ["pipeline", "class", "datasource", "steps", "file"])
    assert lines[2].split() == ["taxi", "TrainingPipeline", "trips", "split,", "preprocesser", "pipelines/taxi.yaml"]
    assert "Left out" in out
    assert "broken.yaml, line 1, column 10" in out
    found = json.loads(zenml("pipeline", "list", "--json")[1])
    assert [row["pipeline"] for row in found["pipelines"]] == ["taxi"]
    assert len(found["errors"]) == 1
    shown = yaml.safe_load(zenml("pipeline", "show", "taxi")[1])
    assert shown["pipeline"]["datasource"]["args"]["path"] == "trips.csv"
    assert json.loads(zenml("pipeline", "show", "taxi", "--json")[1])["version"] == 2


def test_a_pipeline_that_is_not_there_names_the_nearest(write_pipeline, zenml):
    write_pipeline()
    code, out, err = zenml("pipeline", "show", "taxy")
    assert (code, out) == (1, "")
    assert "Did you mean 'taxi'?" in err


def test_a_hostile_name_drives_no_terminal(repository, zenml):
    repository.pipelines_dir.mkdir()
    text = 'version: 2\npipeline: {name: "\\e[31mred\\u202e", source: a.B, steps: {}}\n'
    (repository.pipelines_dir / "a.yaml").write_text(text)
    for command in (["list"], ["show", "\x1b[31mred\u202e"]):
        code, out, _ = zenml("pipeline", *command)
        assert (code, "\x1b" in out, "\u202e" in out) == (0, False, False)


def test_the_schema_is_printed(zenml):
    assert json.loads(zenml("pipeline", "schema")[1])["title"] == "PipelineFile"


def test_datasources_are_listed_and_shown(write_pipeline, repository, zenml):
    assert "no datasource yet" in zenml("datasource", "list")[1]
    write_pipeline()
    write_pipeline("other")
    (repository.artifact_store / "datasources" / "loose").mkdir()
    found = json.loads(zenml("datasource", "list", "--json")[1])["datasources"]
    assert [(row["datasource"], row["commits"], row["rows"]) for row in found] == [("loose", 0, None), ("trips", 1, 20)]
    assert found[1]["pipelines"] == ["other", "taxi"]
    code, out, _ = zenml("datasource", "show", "trips")
    assert (code, found[1]["latest"] in out, "path: trips.csv" in out) == (0, True, True)
    code, _, err = zenml("datasource", "show", "trip")
    assert (code, "Did you mean 'trips'" in err) == (1, True)


def test_every_step_has_a_line(zenml):
    from zenml_nb.pipelines.builtin import built_in_steps

    lines = zenml("step", "list")[1].splitlines()[2:]
    assert len(lines) == len(built_in_steps())
    assert "RandomSplit" in " ".join(lines)
    assert all(len(line.split()) > 4 for line in lines)


def test_a_setting_is_changed(repository, zenml):
    path = repository.marker / "config.yaml"
    head = [line for line in path.read_text().splitlines() if line.startswith("#")]
    assert zenml("config", "get", "pipelines_dir")[:2] == (0, "pipelines\n")
    assert zenml("config", "set", "pipelines_dir", "declared")[0] == 0
    assert find_repository(repository.root).pipelines_dir == repository.root / "declared"
    assert zenml("config", "set", "metadata", "{type: grpc, host: localhost, port: 8080}")[0] == 0
    assert zenml("config", "set", "metadata.port", "9090")[0] == 0
    assert yaml.safe_load(zenml("config", "get", "metadata")[1]) == {"type": "grpc", "host": "localhost", "port": 9090}
    assert json.loads(zenml("config", "get", "metadata.port", "--json")[1]) == 9090
    assert [line for line in path.read_text().splitlines() if line.startswith("#")] == head


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("pipeline_dir", "a", "Did you mean 'pipelines_dir'"),
        ("metadata.ury", "a", "Did you mean 'metadata.uri'"),
        ("version", "3", "no setting 'version' to change"),
        ("pipelines_dir", "[a]", "pipelines_dir is ['a']"),
        ("pipelines_dir", "{a", "is no value in YAML"),
        ("metadata.type", "mysql", "Set all of them at once"),
        ("metadata", "{type: mysql}", "has no host"),
        ("metadata", "{type: mysql, host: h, database: d, username: u, password: sesame}", "password_env"),
        ("artifact_store", "'s3://me:sesame@bucket/a'", "address with a password"),
    ],
)
def test_a_wrong_setting_is_refused_and_the_file_left(repository, zenml, key, value, text):
    before = (repository.marker / "config.yaml").read_bytes()
    code, out, err = zenml("config", "set", key, value)
    assert (code, out) == (1, "")
    assert text in err
    assert (repository.marker / "config.yaml").read_bytes() == before
    if "sesame" in value and "metadata" in key:
        assert "sesame" not in err


def test_a_misspelled_command_names_the_nearest(zenml):
    code, _, err = zenml("pipelin")
    assert (code, "Did you mean 'pipeline'?" in err) == (2, True)


@pytest.mark.parametrize("command", [["pipeline", "list"], ["datasource", "list"], ["config", "get"], ["clean"]])
def test_without_a_repository_it_says_so(tmp_path, monkeypatch, zenml, command):
    monkeypatch.chdir(tmp_path)
    code, out, err = zenml(*command)
    assert (code, out) == (1, "")
    assert "zenml-nb init" in err


def test_a_wrong_file_is_not_run(write_pipeline, zenml):
    path = write_pipeline()
    path.write_text(path.read_text().replace("seed: 0", "sed: 0"))
    code, out, err = zenml("run", path)
    assert (code, out) == (1, "")
    assert "Did you mean 'seed'" in err
    assert "taxi.yaml, line" in err
    assert "Traceback" not in err
    code, out, err = zenml("run", path, "--json")
    assert json.loads(out)["error"]["type"] == "DeclarationError"
    assert "Did you mean 'seed'" in err
    code, _, err = zenml("run", path.with_name("tax.yaml"))
    assert (code, "Did you mean 'taxi.yaml'" in err) == (1, True)


def test_a_step_that_is_not_there_is_told_before_the_run(write_pipeline, zenml):
    code, _, err = zenml("run", write_pipeline(), "--until", "spilt")
    assert (code, "Did you mean 'split'" in err) == (1, True)


def test_the_commands_of_zenml_0_3_8_are_there(write_pipeline, zenml):
    write_pipeline()
    assert zenml("pipeline", "get", "taxi") == zenml("pipeline", "show", "taxi")
    assert zenml("datasource", "get", "trips") == zenml("datasource", "show", "trips")
    assert zenml("version")[0] == 0
    code, _, err = zenml("pipeline", "compare", "taxi")
    assert (code, "StoreError" in err) == (1, True)


def test_a_pipeline_is_run_by_name_or_file(write_pipeline, repository, zenml):
    path = write_pipeline()
    for name in ("taxi", path, "pipelines/taxi.yaml"):
        code, _, err = zenml("pipeline", "run", name, "--until", "spilt")
        assert (code, "Did you mean 'split'" in err) == (1, True)
    code, _, err = zenml("pipeline", "run", "taxy")
    assert (code, "Did you mean 'taxi'" in err) == (1, True)
    code, _, err = zenml("pipeline", "run", "taxy.yaml")
    assert (code, "no such pipeline file" in err) == (1, True)
