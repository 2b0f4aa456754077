"""Prepared datasets of TensorFlow Datasets; their files are written here as version 4.9 of the library writes them."""

from __future__ import annotations

import json

import pytest

from tests.artifacts.conftest import encode, framed
from zenml_nb.datasources import TFDSDatasource
from zenml_nb.errors import DeclarationError

_CLASSES = "tensorflow_datasets.core.features"


def tensor(dtype, *dimensions, encoding="none"):
    shape = {"dimensions": [str(number) for number in dimensions]} if dimensions else {}
    return {"tensor": {"dtype": dtype, "encoding": encoding, "shape": shape}}


def sequence(feature, length=-1):
    return {"sequence": {"feature": feature, "length": str(length)}}


TEXT = {"text": {}}
LABEL = {"classLabel": {"numClasses": "2"}}
FEATURES = {
    "f": tensor("float64"),
    "i": tensor("uint8"),
    "image": {"image": {"dtype": "uint8", "encodingFormat": "png", "shape": {"dimensions": ["-1", "-1", "3"]}}},
    "label": LABEL,
    "matrix": tensor("float32", 2, 2),
    "nested": {"featuresDict": {"features": {"a": TEXT, "kind": LABEL}}},
    "words": sequence(TEXT),
}
ROW = {
    "f": [0.5],
    "i": [7],
    "image": [b"\x89PNG"],
    "label": [1],
    "matrix": [1.0, 2.0, 3.0, 4.0],
    "nested/a": ["é".encode()],
    "nested/kind": [0],
    "words": [b"x", b"y"],
}


@pytest.fixture
def prepare(write):
    """Write a prepared dataset; ``splits`` are lists of files of rows."""

    def prepare(splits, features=None, folder="data/zoo/1.0.0", **info):
        described = {"pythonClassName": f"{_CLASSES}.FeaturesDict", "featuresDict": {"features": features or FEATURES}}
        write(f"{folder}/features.json", json.dumps(described))
        write(f"{folder}/label.labels.txt", "cat\ndög\n")
        write(f"{folder}/nested-kind.labels.txt", "old\nnew\n")
        entries = []
        for name, files in splits.items():
            for number, rows in enumerate(files):
                file = f"{folder}/zoo-{name}.tfrecord-{number:05}-of-{len(files):05}"
                write(file, framed([encode(row) for row in rows]))
            lengths = [str(len(rows)) for rows in files]
            entries.append({"name": name, "shardLengths": lengths, "numBytes": "9"})
        described = {"name": "zoo", "version": "1.0.0", "fileFormat": "tfrecord", "splits": entries, **info}
        write(f"{folder}/dataset_info.json", json.dumps(described))
        return lambda **options: TFDSDatasource("tfds", **{"path": folder, **options})

    return prepare


def test_features_become_columns(prepare, values_of):
    values, types = values_of(prepare({"train": [[ROW], [{**ROW, "label": [-1], "f": [1.5]}]], "test": [[ROW]]})())
    assert values["split"] == ["train", "train", "test"]
    assert values["label"] == ["dög", None, "dög"]
    assert values["f"] == [0.5, 1.5, 0.5]
    assert values["matrix"][0] == [1.0, 2.0, 3.0, 4.0]
    assert values["nested/a"] == ["é"] * 3
    assert values["nested/kind"] == ["old"] * 3
    assert values["words"] == [["x", "y"]] * 3
    assert types["image"] == "BYTES"
    assert (types["i"], types["words"], types["matrix"]) == ("INTEGER", "STRING", "FLOAT")


def test_one_split_and_some_columns(prepare, values_of):
    source = prepare({"train": [[ROW]], "test": [[ROW]]})
    chosen = source(split="test", columns=["label", "i"], column_types={"label": "INTEGER"})
    assert values_of(chosen)[0] == {"label": [1], "i": [7]}


def test_an_unknown_split_is_told_with_the_nearest(prepare, fault_of):
    assert "Did you mean 'train'?" in fault_of(prepare({"train": [[ROW]]})(split="trian"))


def test_slices_are_refused_when_declared():
    with pytest.raises(DeclarationError, match="slices"):
        TFDSDatasource("s", path="d", split="train[:10%]")


def test_the_newest_version_is_read_and_told(prepare, values_of, capsys):
    for version, number in (("1.2.0", 2), ("1.10.0", 10)):
        prepare({"train": [[{"i": [number]}]]}, {"i": tensor("int64")}, folder=f"data/zoo/{version}")
    assert values_of(TFDSDatasource("s", path="data/zoo", split="train"))[0] == {"i": [10]}
    assert "version 1.10.0 is read; there are also 1.2.0" in capsys.readouterr().out


def test_a_folder_of_datasets_names_them(prepare, fault_of):
    prepare({"train": [[ROW]]})
    assert "zoo" in fault_of(TFDSDatasource("s", path="data"))


def test_a_missing_file_and_a_wrong_number_of_records(prepare, fault_of, repository):
    source = prepare({"train": [[ROW], [ROW, ROW]]})()
    path = repository.root / "data/zoo/1.0.0/zoo-train.tfrecord-00001-of-00002"
    path.write_bytes(framed([encode(ROW)]))
    assert "holds 1 records, and dataset_info.json says 2" in fault_of(source)
    path.write_bytes(framed([encode(ROW)] * 2)[:-6])
    assert "zoo-train.tfrecord-00001-of-00002, record 2" in fault_of(source)
    path.unlink()
    assert "1 of 2 files of records are missing: zoo-train.tfrecord-00001-of-00002" in fault_of(source)


@pytest.mark.parametrize(
    ("feature", "word"),
    [
        ({"video": {"dtype": "uint8"}}, "a video"),
        (sequence(sequence(tensor("int64"))), "ragged"),
        (tensor("int64", -1, -1), "several dimensions"),
        ({"pythonClassName": f"{_CLASSES}.Dataset", **sequence(TEXT)}, "a dataset in the dataset"),
        ({"pythonClassName": "mine.Odd", "jsonFeature": {"json": "{}"}}, "mine.Odd"),
    ],
)
def test_what_is_not_read_is_named_and_can_be_left_out(prepare, fault_of, values_of, feature, word):
    source = prepare({"train": [[{"i": [1]}]]}, {"i": tensor("int64"), "odd": feature})
    text = fault_of(source(split="train"))
    assert "'odd' is" in text
    assert word in text
    assert "columns=['i']" in text
    assert values_of(source(split="train", columns=["i"]))[0] == {"i": [1]}


def test_other_file_formats(prepare, fault_of):
    assert "'array_record'" in fault_of(prepare({"train": [[ROW]]}, fileFormat="array_record")())


@pytest.mark.parametrize("template", ["../{SPLIT}", "{DATASET.__class__}", "/etc/passwd"])
def test_names_of_files_do_not_leave_the_folder(prepare, fault_of, repository, template):
    source = prepare({"train": [[ROW]]})()
    path = repository.root / "data/zoo/1.0.0/dataset_info.json"
    info = json.loads(path.read_text())
    info["splits"][0]["filepathTemplate"] = template
    path.write_text(json.dumps(info))
    assert "are not read" in fault_of(source)


@pytest.mark.parametrize("row", [{"i": [1, 2]}, {"i": [b"x"]}, {"other": [1]}])
def test_a_record_that_is_not_as_described(prepare, fault_of, row):
    text = fault_of(prepare({"train": [[{"i": [1]}, row]]}, {"i": tensor("int64")})())
    assert "record 2, feature 'i'" in text


def test_bytes_that_are_no_text_and_large_numbers(prepare, values_of):
    rows = [{"s": [b"x"], "u": [1]}, {"s": [b"\xff"], "u": [-1]}]
    values, types = values_of(prepare({"train": [rows]}, {"s": TEXT, "u": tensor("uint64")})())
    assert (values["s"], types["s"], types["u"]) == ([b"x", b"\xff"], "BYTES", "FLOAT")
    assert values["u"] == [1.0, 2.0**64]
