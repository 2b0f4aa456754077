"""Methods of StandardPreprocesser on rows with several values: sequences, lists and images; and the same at serving."""

from __future__ import annotations

import io
import types
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from tests.engine.preprocessing import call, example, one_hot, ranked, weights
from zenml_nb.artifacts.examples import read_records
from zenml_nb.steps import StandardPreprocesser, TFFeedForwardTrainer

PIXELS = np.random.default_rng(3).integers(0, 256, (24, 6, 5, 3), dtype=np.uint8)
LISTS: dict[str, Any] = {
    "window": {"transform": "scale_to_z_score"},
    "ragged": {"transform": "scale_to_0_1"},
    "ids": {"transform": call("hash_strings", hash_buckets=5)},
    "multi": {"transform": call("one_hot_encode", top_k=2)},
    "projected": {"transform": call("pca", output_dim=2)},
    "bins": {"transform": call("bucketize", num_buckets=3)},
    "names": {"transform": call("one_hot_encode", top_k=3)},
    "bag": {"transform": call("tfidf", top_k=4)},
    "image": {"transform": call("load_binary_image", height=6, width=5)},
    "pixels": {"transform": [call("load_binary_image", height=6, width=5), "image_reshape", call("pca", output_dim=2)]},
    "grey": {
        "transform": [
            call("load_binary_image", height=3, width=2, channels=1),
            call("image_reshape", shape=[2, -1]),
            "scale_to_0_1",
        ]
    },
}
COLUMNS = {
    "window": "FLOAT",
    "ragged": "FLOAT",
    "ids": "STRING",
    "multi": "STRING",
    "projected": "FLOAT",
    "bins": "INTEGER",
    "names": "STRING",
    "bag": "STRING",
    "image": "BYTES",
    "pixels": "STRING",
    "grey": "BYTES",
    "y": "FLOAT",
}


def encoded(pixels: Any, kind: str = "PNG") -> bytes:
    """An image file of pixels."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()


def list_rows() -> list[dict[str, Any]]:
    """Rows with several values a column: windows, lists of different lengths, and images."""
    random = np.random.default_rng(5)
    # No two categories are as frequent as each other.
    words = np.array(["a"] * 48 + ["b"] * 24 + ["c"] * 14 + ["d"] * 7 + ["e"] * 3, dtype=object)
    names = random.permutation(words).reshape(24, 4)
    return [
        {
            "window": random.normal(5.0, 2.0, 4).astype(np.float32),
            "ragged": random.random(row % 4).astype(np.float32),
            "projected": (random.random(3) * [9.0, 3.0, 1.0]).astype(np.float32),
            "bins": random.integers(0, 30, 2),
            "names": names[row].tolist(),
            "ids": names[row].tolist()[: row % 3],
            "multi": names[row].tolist()[: row % 5],
            "bag": names[row].tolist()[: row % 5],
            "image": [] if row == 2 else [encoded(PIXELS[row])],
            "pixels": [encoded(PIXELS[row], "BMP")],
            "grey": [encoded(PIXELS[row, :3, :2, 0])],
            "y": np.float32([random.random()]),
        }
        for row in range(24)
    ]


@dataclass(frozen=True)
class Lists:
    """What a preprocesser makes of rows with several values, in the training and by the exported model."""

    rows: list[dict[str, Any]]
    transformed: dict[str, Any]
    features: dict[str, Any]
    served: dict[str, Any]


def dense(tensor: Any) -> Any:
    """A tensor with lists filled up by 0."""
    import tensorflow as tf

    return tf.sparse.to_dense(tensor) if isinstance(tensor, tf.SparseTensor) else tensor


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Lists:
    """Rows that no datasource gives, through the preprocesser and an exported model."""
    import apache_beam as beam
    import tensorflow as tf
    import tensorflow_transform as tft
    import tensorflow_transform.beam as tft_beam
    from tfx_bsl.coders import example_coder

    from zenml_nb.engine.session import local_pipeline
    from zenml_nb.engine.training import TrainingContext, export
    from zenml_nb.engine.transforms import TransformContext

    folder = tmp_path_factory.mktemp("lists")
    rows = list_rows()
    step = StandardPreprocesser(labels=["y"], overwrite=LISTS)
    step.check_columns(COLUMNS, {"image": 1})
    step.check_lists({name: COLUMNS[name] for name in ("ragged", "ids", "multi", "bag")})
    spec: dict[str, Any] = {
        "window": tf.io.FixedLenFeature([4], tf.float32),
        "ragged": tf.io.VarLenFeature(tf.float32),
        "ids": tf.io.VarLenFeature(tf.string),
        "multi": tf.io.VarLenFeature(tf.string),
        "projected": tf.io.FixedLenFeature([3], tf.float32),
        "bins": tf.io.FixedLenFeature([2], tf.int64),
        "names": tf.io.FixedLenFeature([4], tf.string),
        "bag": tf.io.VarLenFeature(tf.string),
        **{name: tf.io.VarLenFeature(tf.string) for name in ("image", "pixels", "grey")},
        "y": tf.io.VarLenFeature(tf.float32),
    }
    metadata = tft.DatasetMetadata.from_feature_spec(spec)

    def preprocessing_fn(inputs: dict[str, Any]) -> dict[str, Any]:
        outputs = step.preprocessing_fn(inputs, TransformContext(COLUMNS, ["ragged", "ids", "multi", "bag"]))
        # Without the ending of the features: what a trainer makes of lists is tested with the trainers.
        return {
            name.replace("_xf", "_made") if name in ("ragged_xf", "ids_xf") else name: t for name, t in outputs.items()
        }

    with tft_beam.Context(temp_dir=str(folder / "temp")), local_pipeline() as pipeline:
        data = pipeline | beam.Create(rows, reshuffle=False)
        (transformed, _), function = (data, metadata) | tft_beam.AnalyzeAndTransformDataset(
            preprocessing_fn, output_record_batches=True
        )
        function | tft_beam.WriteTransformFn(str(folder / "graph"))
        metadata | tft_beam.WriteMetadata(str(folder / "graph" / "metadata"), pipeline)
        # As TFX's Transform writes the transformed examples.
        encoder = example_coder.RecordBatchToExamplesEncoder()
        examples = transformed | beam.FlatMapTuple(lambda batch, _: encoder.encode(batch))
        examples | beam.io.WriteToTFRecord(str(folder / "examples"), shard_name_template="")
    output = tft.TFTransformOutput(str(folder / "graph"))
    written = tf.constant(list(read_records(folder / "examples")))
    parsed = tf.io.parse_example(written, output.transformed_feature_spec())
    transformed = {name: dense(x).numpy() for name, x in parsed.items()}
    serialized = tf.constant([example(**{k: x for k, x in row.items() if len(x)}) for row in rows])
    context = TrainingContext(types.SimpleNamespace(transform_output=str(folder / "graph")))
    model = context.feed_forward(TFFeedForwardTrainer(last_activation="linear"))
    export(model, context, str(folder / "model"))
    loaded = tf.saved_model.load(str(folder / "model"))
    served = {name: x.numpy() for name, x in loaded.signatures["transform_features"](examples=serialized).items()}
    served["outputs"] = loaded.signatures["serving_default"](examples=serialized)["outputs"].numpy()
    return Lists(rows, transformed, {column.name: column for column in context.features}, served)


def test_windows_and_lists_keep_their_places(lists: Lists) -> None:
    window = np.array([row["window"] for row in lists.rows], dtype=float)
    np.testing.assert_allclose(lists.transformed["window_xf"], (window - window.mean()) / window.std(), atol=1e-5)
    bins = lists.transformed["bins_xf"]
    assert bins.shape == (24, 2)
    assert np.bincount(bins.ravel()) == pytest.approx(16, abs=3)
    by_frequency = ranked(name for row in lists.rows for name in row["names"])[:3]
    expected = [one_hot(row["names"], by_frequency) for row in lists.rows]
    np.testing.assert_array_equal(lists.transformed["names_xf"], expected)


def test_lists_of_different_lengths_keep_their_values(lists: Lists) -> None:
    import tensorflow as tf

    values = np.concatenate([row["ragged"] for row in lists.rows])
    for row, made in zip(lists.rows, lists.transformed["ragged_made"], strict=True):
        expected = (row["ragged"] - values.min()) / (values.max() - values.min())
        np.testing.assert_allclose(made, [*expected, *[0.0] * (3 - len(expected))], atol=1e-6)
    for row, made in zip(lists.rows, lists.transformed["ids_made"], strict=True):
        expected = tf.strings.to_hash_bucket_fast(row["ids"], 5).numpy().tolist() if row["ids"] else []
        assert made.tolist() == [*expected, *[0] * (2 - len(expected))]
    vocabulary = ranked(word for row in lists.rows for word in row["multi"])[:2]
    expected = [one_hot(row["multi"], vocabulary).max(axis=0) if row["multi"] else [0] * 3 for row in lists.rows]
    np.testing.assert_array_equal(lists.transformed["multi_xf"], expected)


def test_a_list_of_words_is_a_bag_of_them(lists: Lists) -> None:
    rows = [row["bag"] for row in lists.rows]
    vocabulary = ranked(word for row in rows for word in row)[:4]
    np.testing.assert_allclose(lists.transformed["bag_xf"], weights(rows, rows, vocabulary), atol=1e-6)


def test_pca_of_lists_is_that_of_scikit_learn(lists: Lists) -> None:
    from sklearn.decomposition import PCA

    expected = PCA(2).fit_transform(np.array([row["projected"] for row in lists.rows], dtype=float))
    found = lists.transformed["projected_xf"]
    np.testing.assert_allclose(np.abs(found), np.abs(expected), atol=1e-4)


def test_load_binary_image_works_unlike_in_zenml_0_3_8(lists: Lists) -> None:
    expected = PIXELS / 255.0
    expected[2] = 0.0
    np.testing.assert_allclose(lists.transformed["image_xf"], expected, atol=1e-6)
    # The bytes of the images are kept beside what was made of them, and a missing one has none.
    assert [row[0] for row in lists.transformed["image"]] == [b"".join(row["image"]) for row in lists.rows]
    flat = (PIXELS / 255.0).reshape(24, -1)
    from sklearn.decomposition import PCA

    np.testing.assert_allclose(np.abs(lists.transformed["pixels_xf"]), np.abs(PCA(2).fit_transform(flat)), atol=1e-4)


def test_images_are_reshaped(lists: Lists) -> None:
    grey = PIXELS[:, :3, :2, 0].reshape(24, 2, 3) / 255.0
    expected = (grey - grey.min()) / (grey.max() - grey.min())
    np.testing.assert_allclose(lists.transformed["grey_xf"], expected, atol=1e-5)


def test_the_trainer_takes_every_output(lists: Lists) -> None:
    widths = {name.removesuffix("_xf"): column.width for name, column in lists.features.items()}
    assert widths == {
        "bag": 4,
        "bins": 2,
        "grey": 6,
        "image": 90,
        "multi": 3,
        "names": 16,
        "pixels": 2,
        "projected": 2,
        "window": 4,
    }
    assert lists.features["bins_xf"].kind == "category"
    assert lists.served["outputs"].shape == (24, 1)
    assert np.isfinite(lists.served["outputs"]).all()


def test_lists_and_images_are_served_as_they_were_trained_on(lists: Lists) -> None:
    for name, values in lists.transformed.items():
        np.testing.assert_array_equal(lists.served[name], values, err_msg=name)
