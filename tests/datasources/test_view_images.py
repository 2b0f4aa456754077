"""The view of a datasource's images: which ones are shown."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import pandas as pd
import pytest

from zenml_nb.datasources import CSVDatasource, ImageDatasource, PandasDatasource
from zenml_nb.errors import DataError, NotAvailableError

pillow = pytest.importorskip("PIL.Image")


def picture(kind="PNG", size=(8, 6)):
    content = io.BytesIO()
    pillow.new("L", size).save(content, kind)
    return content.getvalue()


@pytest.fixture
def folder(write):
    """Images of three labels, one after the other: 5 cats, 2 dogs and 1 owl, and their label file."""
    labels = {f"{label}s/{i}.png": label for label, count in (("cat", 5), ("dog", 2), ("owl", 1)) for i in range(count)}
    for name in labels:
        write(f"images/{name}", picture(size=(2, len(name))))
    write("labels.json", json.dumps(labels))
    return ImageDatasource("pets", path="images", label_file="labels.json")


def shown(view):
    return [(image["name"], image["label"]) for image in view.document["images"]]


def test_the_labels_take_turns(folder):
    assert shown(folder.view_images(n=4)) == [
        ("cats/0.png", "cat"),
        ("cats/1.png", "cat"),
        ("dogs/0.png", "dog"),
        ("owls/0.png", "owl"),
    ]
    view = folder.view_images(n=7)
    assert [label for _, label in shown(view)] == ["cat"] * 4 + ["dog"] * 2 + ["owl"]
    assert view.document["labels"] == [
        {"name": "cat", "total": 5},
        {"name": "dog", "total": 2},
        {"name": "owl", "total": 1},
    ]
    assert len(shown(folder.view_images())) == 8


def test_more_labels_than_images(folder):
    view = folder.view_images(n=2)
    assert shown(view) == [("cats/0.png", "cat"), ("dogs/0.png", "dog")]
    assert view.document["notes"][-1] == "These are the first 2 labels; there are more."


def test_each_image_is_that_of_its_name(folder):
    for image in folder.view_images().document["images"]:
        assert base64.b64decode(image["source"].partition(",")[2]) == Path("images", image["name"]).read_bytes()


def test_an_older_commit_is_shown(folder, write):
    old = folder.commit()
    write("images/cats/0.png", picture(size=(99, 1)))
    assert folder.view_images(n=1).document["images"][0]["width"] == 99
    assert folder.view_images(n=1, commit_id=old).document["images"][0]["width"] == 2
    with pytest.raises(NotAvailableError, match="no commit 'none'"):
        folder.view_images(commit_id="none")


def test_images_without_a_label_file(folder):
    view = ImageDatasource("bare", path="images").view_images(n=3)
    assert shown(view) == [("cats/0.png", None), ("cats/1.png", None), ("cats/2.png", None)]
    assert view.document["labels"] == []


def test_any_column_of_bytes(repository):
    frame = pd.DataFrame(
        {"photo": [picture(), picture("GIF"), None], "score": [0.1, None, 0.1], "kind": ["", "x" * 99, None]}
    )
    source = PandasDatasource("frame", df=frame)
    assert shown(source.view_images()) == [("row 1", None), ("row 2", None), ("row 3", None)]
    assert shown(source.view_images(label_column="score"))[:2] == [("row 1", "0.1"), ("row 2", "(no label)")]
    view = source.view_images(image_column="photo", label_column="kind")
    assert [label for _, label in shown(view)] == ["(empty)", "x" * 80 + "… (99 characters)", "(no label)"]
    two = PandasDatasource("two", df=frame.assign(other=frame["photo"]))
    with pytest.raises(DataError, match="'photo', 'other'"):
        two.view_images()


@pytest.mark.parametrize("n", [0, -1, 201, True, "3", 2.0])
def test_how_many(folder, n):
    with pytest.raises(DataError, match="n is"):
        folder.view_images(n=n)


def test_wrong_columns(folder, write):
    with pytest.raises(DataError, match="Did you mean 'image'"):
        folder.view_images(image_column="imag")
    with pytest.raises(DataError, match="'file_name' is a column of STRING"):
        folder.view_images(image_column="file_name")
    with pytest.raises(DataError, match="Did you mean 'label'"):
        folder.view_images(label_column="lable")
    write("x.csv", "a\n1\n")
    with pytest.raises(NotAvailableError, match="has no images"):
        CSVDatasource("csv", path="x.csv").view_images()


def test_rows_of_several_parts_of_a_snapshot(folder, monkeypatch):
    monkeypatch.setattr("zenml_nb.datasources.snapshot.ROWS_PER_GROUP", 3)
    monkeypatch.setattr("zenml_nb.datasources.snapshot._BYTES_PER_GROUP", 1)
    commit = folder.get_commit(folder.commit())
    names = [name for batch in commit.record_batches() for name in batch.column(1).to_pylist()]
    for numbers in ([], [0], [7], [0, 2, 3, 7], list(range(8))):
        assert [row["file_name"] for row in commit.rows(numbers, ["file_name"])] == [names[i] for i in numbers]
