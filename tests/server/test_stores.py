"""Which stores are known: found below or above the server's folder, of the settings, added by the user."""

from __future__ import annotations

import json
import os
import stat

import pytest

from tests.records.conftest import Writer
from tests.server.conftest import Project
from zenml_nb.errors import NotAvailableError
from zenml_nb.repository import create_repository
from zenml_nb.server.answers import RefusedError
from zenml_nb.server.stores import Stores


@pytest.fixture
def stores(tmp_path):
    def stores(folder, settings=(), roots=()):
        return Stores(folder, settings, roots, tmp_path / "config" / "stores.json")

    return stores


def names(stores):
    return [store["name"] for store in stores.document()["stores"]]


def test_the_repository_above_is_found_and_those_below_otherwise(stores, tmp_path):
    for name in ("a", "b/deep", "b/.hidden", "b/node_modules/x", "c/1/2/too-deep"):
        (tmp_path / name).mkdir(parents=True)
        create_repository(tmp_path / name)
    assert names(stores(tmp_path)) == ["a", "deep"]
    (tmp_path / "a" / "notebooks" / "more").mkdir(parents=True)
    assert names(stores(tmp_path / "a" / "notebooks" / "more")) == ["a"]
    (tmp_path / "z").symlink_to(tmp_path / "c" / "1" / "2")
    assert names(stores(tmp_path)) == ["a", "deep"]


def test_looking_for_repositories_is_bounded(stores, tmp_path):
    for number in range(500):
        (tmp_path / f"d{number:03}").mkdir()
    create_repository(tmp_path / "d010")
    create_repository(tmp_path / "d499")
    assert names(stores(tmp_path)) == ["d010"]


def test_a_repository_with_broken_settings_is_told(stores, tmp_path):
    create_repository(tmp_path)
    (tmp_path / ".zenml_nb" / "config.yaml").write_text("metadata: {type: sqlit}")
    document = stores(tmp_path).document()
    assert document["stores"] == []
    [note] = document["notes"]
    assert "config.yaml" in note
    assert str(tmp_path) not in note


def test_ids_stay_the_same(stores, tmp_path):
    create_repository(tmp_path)
    [first], [second] = (stores(tmp_path).document()["stores"] for _ in range(2))
    assert first == second
    assert stores(tmp_path).get(first["id"]).connection["uri"] == str(tmp_path / ".zenml_nb" / "metadata.sqlite")
    with pytest.raises(NotAvailableError):
        stores(tmp_path).get("none")


def test_what_the_user_adds_is_kept_privately(stores, tmp_path):
    known = stores(tmp_path)
    store = known.declared({"name": "  mine\nand more ", "connection": {"type": "sqlite", "uri": "x/m.sqlite"}})
    known.add(store)
    known.add(store)
    file = tmp_path / "config" / "stores.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert os.listdir(file.parent) == ["stores.json"]
    [shown] = stores(tmp_path).document()["stores"]
    assert (shown["name"], shown["place"], shown["origin"], shown["removable"]) == (
        "mine and more",
        "x/m.sqlite",
        "user",
        True,
    )
    stores(tmp_path).remove(shown["id"])
    assert names(stores(tmp_path)) == []


def test_only_what_the_user_added_is_removed(stores, tmp_path):
    create_repository(tmp_path)
    setting = {"name": "team", "connection": {"type": "grpc", "host": "h", "port": 1}}
    known = stores(tmp_path, [setting])
    for store in known.document()["stores"]:
        with pytest.raises(RefusedError, match="not added here"):
            known.remove(store["id"])


def test_there_are_only_so_many(stores, tmp_path):
    known = stores(tmp_path)
    for number in range(50):
        known.add(known.declared({"connection": {"type": "sqlite", "uri": f"{number}.sqlite"}}))
    with pytest.raises(RefusedError, match="50 stores"):
        known.add(known.declared({"connection": {"type": "sqlite", "uri": "more.sqlite"}}))
    assert len(names(known)) == 50


def test_a_damaged_list_is_told_and_not_overwritten(stores, tmp_path):
    create_repository(tmp_path)
    file = tmp_path / "config" / "stores.json"
    file.parent.mkdir()
    for content in ("{", "[]", '{"stores": 1}'):
        file.write_text(content)
        known = stores(tmp_path)
        document = known.document()
        assert len(document["stores"]) == 1
        assert "stores.json" in document["notes"][0]
        with pytest.raises(RefusedError):
            known.add(known.declared({"connection": {"type": "sqlite", "uri": "m.sqlite"}}))
        assert file.read_text() == content
    file.write_text(json.dumps({"stores": [{"connection": {"type": "mysql", "password": "p"}}, 3]}))
    assert len(stores(tmp_path).document()["notes"]) == 2


def test_a_store_is_added_and_removed_by_the_routes(tmp_path, jupyter):
    (tmp_path / "root").mkdir()
    plain = Writer(tmp_path / "plain.sqlite")
    plain.own_run("taxi.7")
    server = jupyter(tmp_path / "root")
    assert server.ask("zenml-nb/stores").json["stores"] == []
    body = {"name": "plain", "connection": {"type": "sqlite", "uri": str(plain.path)}, "roots": [str(tmp_path)]}
    added = server.ask("zenml-nb/stores", method="POST", body=body)
    assert added.status == 201, added.body
    assert [run["id"] for run in server.get("runs").json["runs"]] == ["taxi.7"]
    for path, words in [(tmp_path / "none.sqlite", "no metadata store yet"), (tmp_path / "root", "cannot be opened")]:
        refused = server.ask(
            "zenml-nb/stores", method="POST", body={"connection": {"type": "sqlite", "uri": str(path)}}
        )
        assert refused.status == 503
        assert words in refused.json["error"]
        assert refused.json["hint"]
    assert len(server.ask("zenml-nb/stores").json["stores"]) == 1
    removed = server.ask("zenml-nb/stores", {"store": server.store()}, "DELETE")
    assert (removed.status, removed.json["stores"]) == (200, [])
    assert server.ask("zenml-nb/stores", {"store": "none"}, "DELETE").status == 404
    assert plain.path.exists()


def test_a_file_that_is_replaced_is_noticed(tmp_path, jupyter):
    project = Project(tmp_path)
    project.run()
    server = jupyter(tmp_path)
    assert [run["id"] for run in server.get("runs").json["runs"]] == ["taxi.1"]
    other = Writer(tmp_path / "other.sqlite")
    other.own_run("penguins.1", "penguins")
    del project
    os.replace(other.path, tmp_path / ".zenml_nb" / "metadata.sqlite")
    assert [run["id"] for run in server.get("runs").json["runs"]] == ["penguins.1"]
    assert server.get("run", run="taxi.1").status == 404
    os.remove(tmp_path / ".zenml_nb" / "metadata.sqlite")
    gone = server.get("runs")
    assert gone.status == 503
    assert "Run a pipeline first" in gone.json["hint"]
