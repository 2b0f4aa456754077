"""Folders of images and their labels."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from zenml_nb.datasources import ImageDatasource, images
from zenml_nb.errors import DeclarationError


def image(shade, kind="PNG"):
    """A gray image of 2 by 2 pixels, as Pillow writes it."""
    pillow = pytest.importorskip("PIL.Image")
    content = io.BytesIO()
    pillow.new("L", (2, 2), shade).save(content, kind)
    return content.getvalue()


@pytest.fixture
def folder(write):
    """The images cats/1.png, cats/2.JPG, 10.jpeg, and files that are none."""
    for name, kind in (("cats/1.png", "PNG"), ("cats/2.JPG", "JPEG"), ("10.jpeg", "JPEG")):
        write(f"images/{name}", image(len(name), kind))
    write("images/notes.txt", "none")
    write("images/._1.png", "none")
    return "images"


NAMES = ["10.jpeg", "cats/1.png", "cats/2.JPG"]


def test_images_without_labels(folder, values_of):
    values, types = values_of(ImageDatasource("i", path=folder))
    assert types == {"image": "BYTES", "file_name": "STRING"}
    assert values["file_name"] == NAMES
    assert values["image"] == [Path(folder, name).read_bytes() for name in NAMES]


@pytest.mark.parametrize(
    ("labels", "kind", "stored"),
    [
        (["1", "2", "3"], "INTEGER", [1, 2, 3]),
        (["1", "2.5", "3"], "FLOAT", [1.0, 2.5, 3.0]),
        (["cat", "2", "dog"], "STRING", ["cat", "2", "dog"]),
    ],
)
def test_labels_of_a_csv(folder, write, values_of, labels, kind, stored):
    rows = list(zip(NAMES, labels, strict=True))
    write("labels.csv", "file_name,label\n" + "".join(f"{name},{label}\n" for name, label in reversed(rows)))
    values, types = values_of(ImageDatasource("i", path=folder, label_file="labels.csv"))
    assert (types["label"], values["label"]) == (kind, stored)


def test_labels_of_a_json(folder, write, values_of):
    write("labels.json", json.dumps(dict(zip(NAMES, [1, 2, 3], strict=True))))
    values, _ = values_of(ImageDatasource("i", path=folder, label_file="labels.json"))
    assert values["label"] == [1, 2, 3]


def test_other_names_of_columns_and_a_declared_type(folder, write, values_of):
    write("labels.csv", "x,class,file\n" + "".join(f"-,{i},{name}\n" for i, name in enumerate(NAMES)))
    options = {"file_column": "file", "label_column": "class", "column_types": {"label": "STRING"}}
    values, _ = values_of(ImageDatasource("i", path=folder, label_file="labels.csv", **options))
    assert values["label"] == ["0", "1", "2"]


def test_small_batches(folder, values_of, monkeypatch):
    whole = ImageDatasource("whole", path=folder).commit()
    monkeypatch.setattr(images, "_ROWS_PER_BLOCK", 2)
    assert ImageDatasource("cut", path=folder).commit() == whole


def test_images_without_a_label(folder, write, values_of, fault_of):
    write("labels.json", json.dumps({"10.jpeg": 1}))
    text = fault_of(ImageDatasource("i", path=folder, label_file="labels.json"))
    assert "Images have no label: 'cats/1.png', 'cats/2.JPG'." in text
    assert "unlabeled='skip'" in text
    values, _ = values_of(ImageDatasource("j", path=folder, label_file="labels.json", unlabeled="skip"))
    assert values["file_name"] == ["10.jpeg"]


@pytest.mark.parametrize("name", ["cats/1.pgn", "../secret.png", "/etc/passwd", "cats/../10.jpeg"])
def test_a_label_without_an_image(folder, write, fault_of, name):
    write("secret.png", image(1))
    write("labels.json", json.dumps({**dict.fromkeys(NAMES, 1), name: 1}))
    text = fault_of(ImageDatasource("i", path=folder, label_file="labels.json"))
    assert f"not in images: '{name}'" in text
    if name == "cats/1.pgn":
        assert "Did you mean 'cats/1.png'" in text


def test_a_link_that_leads_out_of_the_folder(folder, write, fault_of, repository):
    write("secret.png", image(1))
    (repository.root / "images" / "link.png").symlink_to(repository.root / "secret.png")
    assert "leads out of the folder" in fault_of(ImageDatasource("i", path=folder))


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"GIF89a", "no PNG and no JPEG"), (b"", "empty"), (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "cut off")],
)
def test_a_file_that_is_no_image(folder, write, fault_of, content, words):
    write("images/x.png", content)
    text = fault_of(ImageDatasource("i", path=folder))
    assert words in text
    assert "images/x.png" in text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("l.csv", "file,label\na,b\n", ["no column 'file_name'", "Did you mean"]),
        ("l.csv", "file_name,label\n10.jpeg,1\n10.jpeg,2\n", ["two labels", "line 3"]),
        ("l.csv", "file_name,label\n10.jpeg,1,2\n", ["this line 3", "line 2"]),
        ("l.csv", "file_name,label\n10.jpeg,é\n".encode("latin-1"), ["line 2, byte 9"]),
        ("l.json", "[]", ["no object"]),
        ("l.json", '{"a":\n x}', ["line 2, column 2"]),
        ("l.json", '{"10.jpeg": {"x": 1}}', ["no single value"]),
        ("l.json", '{"10.jpeg": 1, "cats/1.png": "x", "cats/2.JPG": 2}', ["'cats/1.png'", "a number came before"]),
        ("l.json", b"\xff", ["cannot be read"]),
    ],
)
def test_bad_label_files(folder, write, fault_of, name, content, words):
    write(name, content)
    text = fault_of(ImageDatasource("i", path=folder, label_file=name))
    for word in (name, *words):
        assert word in text


def test_missing_places(folder, fault_of, repository):
    (repository.root / "empty").mkdir()
    assert "Did you mean 'images'" in fault_of(ImageDatasource("i", path="imags"))
    assert "holds no images" in fault_of(ImageDatasource("i", path="empty"))
    assert "no file 'labels.csv'" in fault_of(ImageDatasource("i", path=folder, label_file="labels.csv"))


def test_declarations():
    with pytest.raises(DeclarationError, match=r"labels\.txt"):
        ImageDatasource("i", path="images", label_file="labels.txt")
    with pytest.raises(DeclarationError, match="Did you mean 'skip'"):
        ImageDatasource("i", path="images", unlabeled="skp")
