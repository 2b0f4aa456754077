"""Data of every kind of datasource through TFX: equal data has equal statistics, and lists and bytes arrive."""

from __future__ import annotations

import gzip
import sqlite3
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import tensorflow as tf
from palmerpenguins import load_penguins

from tests.engine.conftest import working_in
from tests.engine.test_examples import same
from zenml_nb import (
    BigQueryDatasource,
    CSVDatasource,
    ImageDatasource,
    JSONLinesDatasource,
    NumPyDatasource,
    PandasDatasource,
    ParquetDatasource,
    SQLDatasource,
    TFRecordDatasource,
    TrainingPipeline,
)
from zenml_nb.artifacts.examples import sample
from zenml_nb.datasources import BaseDatasource
from zenml_nb.engine import examples
from zenml_nb.engine.examples import as_decoded, decode, encode
from zenml_nb.pipelines import components as ids
from zenml_nb.pipelines.data import data_artifact, data_statistics_view
from zenml_nb.repository import create_repository
from zenml_nb.steps import RandomSplit


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A repository with the penguins in files of every kind."""
    root = tmp_path_factory.mktemp("sources")
    with working_in(root):
        create_repository(root)
        penguins = load_penguins()
        penguins.to_csv("penguins.csv", index=False)
        (root / "parts").mkdir()
        for number, part in enumerate((penguins[:100], penguins[100:])):
            (root / "parts" / f"{number}.csv.gz").write_bytes(gzip.compress(part.to_csv(index=False).encode()))
        penguins.to_json("penguins.jsonl", orient="records", lines=True)
        penguins.to_parquet("penguins.parquet")
        connection = sqlite3.connect("penguins.db")
        penguins.to_sql("penguins", connection, index=False)
        connection.close()
        np.savez(
            "penguins.npz", **{name: np.array(_texts(penguins[name]).tolist()) for name in penguins if name != "sex"}
        )
        _write_tfrecords(root / "penguins.tfrecord.gz", penguins)
        yield root


def _texts(column: pd.Series[Any]) -> Any:
    return column.astype(str) if column.dtype == object else column


def _write_tfrecords(path: Path, frame: pd.DataFrame) -> None:
    with tf.io.TFRecordWriter(str(path), "GZIP") as writer:
        for row in frame.to_dict("records"):
            features = {name: _feature(value) for name, value in row.items() if not pd.isna(value)}
            writer.write(tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString())


def _feature(value: Any) -> tf.train.Feature:
    if isinstance(value, str):
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value.encode()]))
    if isinstance(value, float):
        return tf.train.Feature(float_list=tf.train.FloatList(value=[value]))
    return tf.train.Feature(int64_list=tf.train.Int64List(value=[value]))


def _statistics(datasource: BaseDatasource) -> dict[str, Any]:
    """What is shown of each column, by its name."""
    document = data_statistics_view(datasource, None, None).document
    return {feature["name"]: feature for section in document["sections"] for feature in section["features"]}


@pytest.fixture(scope="module")
def expected(root: Path) -> dict[str, Any]:
    return _statistics(CSVDatasource("csv", path="penguins.csv", null_values=["NA"]))


@pytest.mark.parametrize(
    "source",
    [
        lambda: CSVDatasource("csv_parts", path="parts", null_values=["NA"]),
        lambda: JSONLinesDatasource("jsonl", path="penguins.jsonl"),
        lambda: ParquetDatasource("parquet", path="penguins.parquet"),
        lambda: SQLDatasource("sqlite", table="penguins", path="penguins.db"),
        lambda: TFRecordDatasource("tfrecord", path="penguins.tfrecord.gz"),
        lambda: NumPyDatasource("npz", path="penguins.npz"),
        lambda: PandasDatasource("pandas", df=load_penguins()),
    ],
    ids=["csv parts", "jsonl", "parquet", "sqlite", "tfrecord", "npz", "pandas"],
)
def test_equal_data_has_equal_statistics(root: Path, expected: dict[str, Any], source: Any) -> None:
    found = _statistics(source())
    # NumPy's arrays of texts have no place for a missing one.
    left_out = {"sex"} - set(found)
    assert found == {name: feature for name, feature in expected.items() if name not in left_out}
    assert len(found) >= 7


def test_lists_go_through_the_split_and_come_back(root: Path) -> None:
    rows = [
        {"n": i, "tags": ["a", "b", "c"][: i % 4], "numbers": [i / 2] * (i % 3) if i % 5 else None} for i in range(40)
    ]
    pd.DataFrame(rows).to_json("lists.jsonl", orient="records", lines=True)
    pipeline = TrainingPipeline("lists")
    pipeline.add_datasource(JSONLinesDatasource("lists", path="lists.jsonl"))
    pipeline.add_split(RandomSplit({"train": 0.5, "eval": 0.5}, seed=1))
    run = pipeline.run(until="split")
    artifact = run.artifact(ids.SPLIT, "examples")
    frame = pd.concat([sample(artifact, split, 100) for split in ("train", "eval")]).sort_values("n")
    assert [list(tags) for tags in frame["tags"]] == [row["tags"] for row in rows]
    assert [list(numbers) for numbers in frame["numbers"]] == [row["numbers"] or [] for row in rows]
    found = _statistics(JSONLinesDatasource("lists", path="lists.jsonl"))
    assert set(found) == {"n", "tags", "numbers"}


def test_a_batch_of_lists_is_as_if_decoded() -> None:
    batch = pa.record_batch(
        [
            pa.array([[1, 2], None, [], [3]], pa.list_(pa.int64())),
            pa.array([["a"], ["b", "é"], None, []]),
            pa.array([[0.5], [], [1.5, 2.5], None], pa.list_(pa.float32())),
            pa.array([b"\xff", None, b"", b"x"]),
        ],
        ["i", "s", "f", "b"],
    )
    for part in (batch, batch.slice(1, 2), batch.slice(2)):
        assert same(as_decoded(part), decode(encode(part)))


def _png(shade: int) -> bytes:
    """A gray image of 2 by 2 pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">2I5B", 2, 2, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes([0, shade, shade]) * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def test_images_arrive_as_they_are(root: Path) -> None:
    folder = root / "images" / "dark"
    folder.mkdir(parents=True)
    for shade in (0, 10, 250):
        (folder / f"{shade}.png").write_bytes(_png(shade))
    (root / "labels.csv").write_text("file_name,label\n" + "".join(f"dark/{s}.png,{s}\n" for s in (250, 10, 0)))
    images = ImageDatasource("images", path="images", label_file="labels.csv")
    artifact = data_artifact(images, ids.DATA, "examples", None, None)
    frame = sample(artifact, "examples", 10)
    assert list(frame["label"]) == [0, 10, 250]
    assert list(frame["image"]) == [_png(shade) for shade in (0, 10, 250)]
    pixels = tf.io.decode_image(frame["image"][2]).numpy()
    assert pixels.shape == (2, 2, 1)
    assert (pixels == 250).all()
    sections = data_statistics_view(images, None, None).document["sections"]
    kinds = {feature["name"]: section["kind"] for section in sections for feature in section["features"]}
    assert kinds == {"image": "bytes", "file_name": "categorical", "label": "numeric"}


def test_large_rows_are_read_in_small_batches(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = CSVDatasource("csv", path="penguins.csv", null_values=["NA"])
    artifact = data_artifact(source, ids.DATA, "examples", None, None)
    files = [str(path) for path in artifact.split_path("examples").glob("*")]

    class Examples:
        """What read_split asks of TFX's artifact."""

        def get_int_custom_property(self, name: str) -> int:
            return int(artifact.properties[name])

    assert examples._rows_that_fit(Examples(), "examples", files) > examples.BATCH_ROWS
    monkeypatch.setattr(examples, "_BATCH_BYTES", sum(Path(file).stat().st_size for file in files) // 10)
    assert 30 <= examples._rows_that_fit(Examples(), "examples", files) <= 34


def test_bigquery_becomes_the_component_of_tfx() -> None:
    pytest.importorskip("google.cloud.bigquery")
    from zenml_nb.engine.bigquery import example_gen

    component = example_gen(BigQueryDatasource("b", "SELECT a FROM d.t"))
    assert '"pattern": "SELECT a FROM d.t"' in component.exec_properties["input_config"]
    assert type(component).__name__ == "BigQueryExampleGen"
