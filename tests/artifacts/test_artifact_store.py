from __future__ import annotations

import pytest

import zenml_nb
from zenml_nb.errors import AlreadyExistsError, DeclarationError, NotAvailableError, StoreError


@pytest.fixture
def store(tmp_path):
    made = zenml_nb.ArtifactStore(tmp_path / "store")
    (made.path / "Trainer" / "model").mkdir(parents=True)
    (made.path / "Trainer" / "model" / "weights").write_text("1")
    (tmp_path / "outside").mkdir()
    return made


@pytest.mark.parametrize("path", ["gs://bucket/a", "s3://bucket", "hdfs://host/a", "http://a/b", "file://host/a"])
def test_a_remote_store_is_refused(path):
    with pytest.raises(NotAvailableError, match=r"folders of this machine(.|\n)*Mount the storage"):
        zenml_nb.ArtifactStore(path)


@pytest.mark.parametrize("path", ["", "  ", None, 5, "a\0b", b"a"])
def test_what_is_no_path_is_told(path):
    with pytest.raises(DeclarationError, match="is no address"):
        zenml_nb.ArtifactStore(path)


def test_a_relative_path_is_made_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert zenml_nb.ArtifactStore("a").path == tmp_path / "a"


def test_an_address_of_the_store_is_a_path(store):
    model = store.path / "Trainer" / "model"
    for uri in (str(model), f"file://{model}", f"file://localhost{model}", "Trainer/model"):
        assert store.resolve_uri_locally(uri) == str(model)


def test_an_address_is_copied_and_nothing_overwritten(store, tmp_path):
    target = tmp_path / "new" / "copy"
    assert store.resolve_uri_locally("Trainer/model", target) == str(target)
    assert (target / "weights").read_text() == "1"
    assert sorted(path.name for path in target.parent.iterdir()) == ["copy"]
    (target / "weights").write_text("2")
    with pytest.raises(AlreadyExistsError):
        store.resolve_uri_locally("Trainer/model", target)
    assert (target / "weights").read_text() == "2"
    assert (store.path / "Trainer" / "model" / "weights").read_text() == "1"
    one = store.resolve_uri_locally("Trainer/model/weights", tmp_path / "one")
    assert (tmp_path / "one").read_text() == "1"
    assert one == str(tmp_path / "one")


@pytest.mark.parametrize("uri", ["../outside", "Trainer/../../outside", "Trainer/nothing"])
def test_what_is_not_in_the_store_is_told(store, tmp_path, uri):
    with pytest.raises(NotAvailableError):
        store.resolve_uri_locally(uri, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_a_link_out_of_the_store_is_not_followed(store, tmp_path):
    (store.path / "link").symlink_to(tmp_path / "outside")
    with pytest.raises(NotAvailableError, match="is not in this artifact store"):
        store.resolve_uri_locally("link")


def test_a_copy_that_cannot_be_written_leaves_nothing(store, tmp_path, small_files_only):
    (store.path / "big").mkdir()
    (store.path / "big" / "values").write_bytes(b"0" * 100_000)
    small_files_only(1_000)
    with pytest.raises(StoreError, match="cannot be written"):
        store.resolve_uri_locally("big", tmp_path / "copy")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["outside", "store"]
