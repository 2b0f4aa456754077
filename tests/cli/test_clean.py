"""What is removed, and what never is. The runs are written by the engine's ledger; no TensorFlow."""

from __future__ import annotations

import json
import os

import pytest
from ml_metadata.proto import metadata_store_pb2 as pb

from zenml_nb.engine.ledger import Ledger, open_for_writing
from zenml_nb.errors import DataError
from zenml_nb.records import vocabulary as v


@pytest.fixture
def record(repository):
    """Records a run with artifacts: a new folder for each name, the same one for a name that is there already."""
    folder = repository.artifact_store / "pipelines" / "taxi"

    def run(state, *names, end=True):
        store = open_for_writing(repository)
        ledger = Ledger(repository, store, "taxi")
        ledger.begin("pipeline:\n  name: taxi\n", "hash", None)
        context = store.get_context_by_type_and_name(v.RUN_TYPES[0], ledger.run_id)
        type_id = store.put_artifact_type(pb.ArtifactType(name="Examples"))
        kind = store.put_execution_type(pb.ExecutionType(name="Step"))
        for name in names:
            path = os.path.join(folder, name)
            known = store.get_artifacts_by_uri(path)
            artifact = known[0] if known else pb.Artifact(type_id=type_id, uri=path, state=pb.Artifact.LIVE)
            execution = pb.Execution(type_id=kind, last_known_state=pb.Execution.COMPLETE)
            event = pb.Event(type=pb.Event.OUTPUT)
            event.path.steps.add().key = "examples"
            store.put_execution(execution, [(artifact, event)], [context])
            if os.path.isabs(name) is False and not os.path.lexists(path):
                os.makedirs(path)
                with open(os.path.join(path, "data"), "w") as file:
                    file.write("x" * 2000)
        if end:
            ledger.finish(state, "split", DataError("no rows") if state == v.FAILED else None)
        return folder

    return run


def left(folder):
    return sorted(path.name for path in folder.iterdir())


def test_only_what_bad_runs_alone_made_is_removed_by_what_zenml_0_3_8_lacked(record, zenml):
    folder = record(v.COMPLETE, "good")
    record(v.FAILED, "bad", "good", "shared")
    record(v.CANCELED, "canceled")
    record(v.COMPLETE, "shared")
    code, out, _ = zenml("clean")
    assert code == 0
    assert "Nothing was removed. To remove it: zenml-nb clean --yes" in out
    assert "Together 4.0 kB" in out
    assert left(folder) == ["bad", "canceled", "good", "shared"]
    assert "Removed 2 things, 4.0 kB." in zenml("clean", "--yes")[1]
    assert left(folder) == ["good", "shared"]
    assert "nothing to remove" in zenml("clean", "--yes")[1]


def test_the_plan_as_json_removes_nothing(record, zenml):
    folder = record(v.FAILED, "bad")
    found = json.loads(zenml("clean", "--json")[1])
    assert (found["removed"], found["bytes"], len(found["items"])) == (False, 2000, 1)
    assert left(folder) == ["bad"]


@pytest.mark.parametrize(("answer", "remains"), [("y", []), ("", ["bad"]), ("n", ["bad"])])
def test_in_a_terminal_it_asks(record, zenml, monkeypatch, answer, remains):
    folder = record(v.FAILED, "bad")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: answer)
    assert "taxi/bad" in zenml("clean")[1]
    assert left(folder) == remains


def test_nothing_outside_the_store_is_removed(record, repository, zenml, tmp_path_factory):
    """Records are data: a folder that one names may be anywhere, and links may lead anywhere."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "precious").write_text("1")
    folder = record(v.FAILED, "bad")
    os.symlink(outside, folder / "link")
    for name in ("link", str(outside), "../../../../..", "..", "../../../../pipelines", ".", "link/precious"):
        record(v.FAILED, name)
    (repository.root / "pipelines").mkdir(exist_ok=True)
    found = json.loads(zenml("clean", "--yes", "--json")[1])
    assert {item["path"] for item in found["items"]} <= {".zenml_nb/artifacts/pipelines/taxi/bad"}
    assert (outside / "precious").read_text() == "1"
    assert (repository.marker / "config.yaml").exists()
    assert (repository.root / "pipelines").exists()


def test_nothing_is_removed_while_a_run_runs(record, zenml):
    folder = record(v.FAILED, "bad")
    record(v.RUNNING, "now", end=False)
    code, out, err = zenml("clean", "--yes")
    assert (code, out) == (1, "")
    assert "is running" in err
    assert left(folder) == ["bad", "now"]


def test_everything_but_declarations_and_settings(record, repository, zenml):
    record(v.COMPLETE, "good")
    (repository.artifact_store / "datasources" / "trips").mkdir(parents=True)
    (repository.artifact_store / "notes.txt").write_text("of the user")
    repository.pipelines_dir.mkdir()
    (repository.pipelines_dir / "taxi.yaml").write_text("a")
    (repository.root / "data.csv").write_text("a")
    assert "Nothing was removed" in zenml("clean", "--everything")[1]
    assert zenml("clean", "--everything", "--yes")[0] == 0
    remains = sorted(str(path.relative_to(repository.root)) for path in repository.root.rglob("*") if path.is_file())
    assert remains == [
        ".zenml_nb/.gitignore",
        ".zenml_nb/artifacts/notes.txt",
        ".zenml_nb/config.yaml",
        "data.csv",
        "pipelines/taxi.yaml",
    ]


@pytest.mark.parametrize("place", [".", "..", "pipelines/.."])
def test_a_store_that_holds_the_project_is_left_alone(repository, zenml, place):
    repository.pipelines_dir.mkdir()
    (repository.pipelines_dir / "taxi.yaml").write_text("a")
    zenml("config", "set", "artifact_store", place)
    code, _, err = zenml("clean", "--everything", "--yes")
    assert (code, "cannot be told apart" in err) == (1, True)
    assert (repository.pipelines_dir / "taxi.yaml").exists()
