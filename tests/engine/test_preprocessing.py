"""Every method of StandardPreprocesser in one run, against numpy, pandas and scikit-learn; and the same at serving."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.engine.conftest import working_in
from tests.engine.preprocessing import call, example, one_hot, ranked, weights
from zenml_nb import PandasDatasource, TrainingPipeline
from zenml_nb.artifacts.examples import read_records
from zenml_nb.records import vocabulary as v
from zenml_nb.steps import RandomSplit, StandardPreprocesser, TFFeedForwardTrainer

N_ROWS = 400
WORDS = ["red", "green", "blue", "old", "new", "big", "small", "fast", "slow"]


OVERWRITE: dict[str, Any] = {
    "by_min_max": {"filling": "mean", "transform": call("scale_by_min_max", min=-1, max=3)},
    "to_0_1": {"filling": "min", "transform": "scale_to_0_1"},
    "z_score": {"filling": "median", "transform": "scale_to_z_score"},
    "whole": {"filling": "mean", "transform": "no_transform"},
    "custom": {"filling": call("custom", custom_value=-7), "transform": "no_transform"},
    "bucket": {"filling": "max", "transform": call("bucketize", num_buckets=4)},
    "city": {"transform": call("compute_and_apply_vocabulary", top_k=3, num_oov_buckets=2)},
    "frequent": {"transform": call("compute_and_apply_vocabulary", frequency_threshold=40, num_oov_buckets=0)},
    "hashed": {"filling": call("custom", custom_value="none"), "transform": call("hash_strings", hash_buckets=7)},
    "one_hot": {"filling": call("custom", custom_value="none"), "transform": call("one_hot_encode", top_k=4)},
    "sentence": {"transform": call("tfidf", top_k=6)},
    "pairs": {"transform": [call("ngrams", ngram_range=[2, 2], separator="_"), call("one_hot_encode", top_k=8)]},
    "grams": {"transform": [call("ngrams", delimiter=","), call("tfidf", top_k=20)]},
    "first": {"transform": [call("ngrams", ngram_range=[1, 1], length=3), "compute_and_apply_vocabulary"]},
    "components": {"transform": [call("one_hot_encode", top_k=5), call("pca", output_dim=3)]},
    "chained": {
        "filling": call("custom", custom_value=0),
        "transform": [call("bucketize", num_buckets=3), call("one_hot_encode", top_k=3)],
    },
    "twice": {"transform": ["compute_and_apply_vocabulary", call("compute_and_apply_vocabulary", top_k=2)]},
}


def frame() -> pd.DataFrame:
    """A column a method, with missing values and rare categories."""
    random = np.random.default_rng(7)
    n = N_ROWS

    def numbers() -> Any:
        return np.where(random.random(n) < 0.1, np.nan, random.gamma(2.0, 30.0, n).round(2))

    def choose(values: list[str], missing: float = 0.0) -> Any:
        shares = np.arange(len(values), 0, -1.0) ** 2
        chosen = random.choice(np.array(values, dtype=object), n, p=shares / shares.sum())
        return np.where(random.random(n) < missing, None, chosen)

    def sentences(joined: str = " ") -> Any:
        texts = [joined.join(choose(WORDS)[: random.integers(0, 7)]) for _ in range(n)]
        return np.where(np.array([not text for text in texts]), None, np.array(texts, dtype=object))

    cities = ["Rome", "Oslo", "Köln", "Lima", "東京", "Bern", "Graz"]
    columns: dict[str, Any] = {name: numbers() for name in ("by_min_max", "to_0_1", "z_score", "custom", "bucket")}
    columns["chained"] = numbers()
    columns["whole"] = pd.array(np.where(random.random(n) < 0.1, None, random.integers(0, 90, n)), dtype="Int64")
    for name in ("city", "hashed", "one_hot"):
        columns[name] = choose(cities, missing=0.1)
    for name in ("frequent", "kept", "components", "twice"):
        columns[name] = choose(cities)
    for name in ("sentence", "pairs", "first"):
        columns[name] = sentences()
    columns["grams"] = sentences(",")
    columns["y"] = random.random(n)
    return pd.DataFrame(columns)


@dataclass(frozen=True)
class Ran:
    """The pipeline after its run, the rows of its splits before and after the preprocessing, and its model."""

    pipeline: TrainingPipeline
    raw: dict[str, pd.DataFrame]
    transformed: dict[str, pd.DataFrame]
    model: Any

    def values(self, name: str, split: str = "train") -> Any:
        """The transformed values of a feature, one row a row."""
        return np.array(self.transformed[split][f"{name}_xf"].tolist())


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """One run with every method."""
    import tensorflow as tf

    with working_in(tmp_path_factory.mktemp("preprocessing")):
        pipeline = TrainingPipeline(name="methods")
        pipeline.add_datasource(PandasDatasource(name="methods", df=frame()))
        pipeline.add_split(RandomSplit({"train": 0.7, "eval": 0.3}, seed=1))
        pipeline.add_preprocesser(StandardPreprocesser(labels=["y"], overwrite=OVERWRITE))
        pipeline.add_trainer(TFFeedForwardTrainer(batch_size=64, loss="mse", last_activation="linear"))
        assert pipeline.run().state == v.COMPLETE
        raw = {split: pipeline.sample_data(split) for split in ("train", "eval")}
        transformed = {split: pipeline.sample_transformed_data(split) for split in raw}
        for split, rows in raw.items():
            np.testing.assert_allclose(rows["y"].astype(float), transformed[split]["y_xl"])
        return Ran(pipeline, raw, transformed, tf.saved_model.load(pipeline.get_model_uri()))


def words(ran: Ran, name: str, split: str = "train", delimiter: str | None = None) -> list[list[str]]:
    """The words of a text column."""
    return [text.split(delimiter) if text else [] for text in ran.raw[split][name]]


def test_numbers_are_filled_from_the_training_split_and_scaled(ran: Ran) -> None:
    for split in ("train", "eval"):
        fill = {
            name: (ran.raw["train"][name].astype(float), ran.raw[split][name].astype(float))
            for name in ("by_min_max", "to_0_1", "z_score", "custom", "whole")
        }
        train, rows = fill["by_min_max"]
        low, high = train.min(), train.max()
        expected = (rows.fillna(train.mean()) - low) / (high - low) * 4 - 1
        np.testing.assert_allclose(ran.values("by_min_max", split), expected, atol=1e-5)
        train, rows = fill["to_0_1"]
        low, high = train.min(), train.max()
        np.testing.assert_allclose(ran.values("to_0_1", split), (rows.fillna(low) - low) / (high - low), atol=1e-5)
        train, rows = fill["z_score"]
        # The median of an even number of values is here the upper one of the two in the middle, or the lower.
        stand_in = ran.transformed[split]["z_score"][rows.isna()].unique()
        assert len(stand_in) == 1
        ordered = np.sort(train.dropna())
        assert ordered[len(ordered) // 2 - 1] - 1e-3 <= stand_in[0] <= ordered[len(ordered) // 2] + 1e-3
        filled = train.fillna(stand_in[0])
        expected = (rows.fillna(stand_in[0]) - filled.mean()) / filled.std(ddof=0)
        np.testing.assert_allclose(ran.values("z_score", split), expected, atol=1e-4)
        assert rows.isna().any()
        train, rows = fill["custom"]
        np.testing.assert_allclose(ran.values("custom", split), rows.fillna(-7), rtol=1e-6)
        train, rows = fill["whole"]
        np.testing.assert_array_equal(ran.values("whole", split), rows.fillna(round(train.mean())))


def test_buckets_are_quantiles(ran: Ran) -> None:
    train = ran.raw["train"]["bucket"].astype(float)
    filled, buckets = train.fillna(train.max()), ran.values("bucket")
    edges = [filled[buckets == bucket].agg(["min", "max"]).tolist() for bucket in range(4)]
    assert sorted(set(buckets)) == [0, 1, 2, 3]
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(edges))
    assert np.bincount(buckets) == pytest.approx(len(train) / 4, abs=0.03 * len(train))


def test_categories_become_indices(ran: Ran) -> None:
    for split in ("train", "eval"):
        by_frequency = ranked(ran.raw["train"]["city"].dropna())
        indices = ran.values("city", split)
        for city, index in zip(ran.raw[split]["city"].fillna(""), indices, strict=True):
            known = by_frequency.index(city) if city in by_frequency[:3] else None
            assert index == known if known is not None else index in (3, 4)
        counts = ran.raw["train"]["frequent"].value_counts()
        frequent = [city for city in ranked(ran.raw["train"]["frequent"]) if counts[city] >= 40]
        assert 1 < len(frequent) < len(counts)
        expected = [frequent.index(city) if city in frequent else -1 for city in ran.raw[split]["frequent"]]
        assert list(ran.values("frequent", split)) == expected
        # The indices of the indices, and one for all but the two most frequent.
        first = ranked(ran.raw["train"]["twice"])
        expected = [min(first.index(city), 2) for city in ran.raw[split]["twice"]]
        assert list(ran.values("twice", split)) == expected


def test_hashes_are_those_of_tensorflow(ran: Ran) -> None:
    import tensorflow as tf

    for split in ("train", "eval"):
        texts = ran.raw[split]["hashed"].fillna("none")
        expected = tf.strings.to_hash_bucket_fast(texts.tolist(), 7).numpy()
        np.testing.assert_array_equal(ran.values("hashed", split), expected)
    assert list(ran.transformed["train"]["kept"]) == list(ran.raw["train"]["kept"])


def test_one_hot_encode_works_unlike_in_zenml_0_3_8(ran: Ran) -> None:
    for split in ("train", "eval"):
        categories = ranked(ran.raw["train"]["one_hot"].fillna("none"))[:4]
        expected = one_hot(ran.raw[split]["one_hot"].fillna("none"), categories)
        np.testing.assert_array_equal(ran.values("one_hot", split), expected)
        assert expected[:, -1].any()


def test_tfidf_is_that_of_scikit_learn(ran: Ran) -> None:
    train = words(ran, "sentence")
    by_frequency = ranked(word for row in train for word in row)[:6]
    for split in ("train", "eval"):
        rows = words(ran, "sentence", split)
        np.testing.assert_allclose(ran.values("sentence", split), weights(train, rows, by_frequency), atol=1e-6)


def grams(row: list[str], low: int, high: int, separator: str) -> list[str]:
    """Runs of neighbouring words, as they begin."""
    return [
        separator.join(row[start : start + size])
        for start in range(len(row))
        for size in range(low, high + 1)
        if start + size <= len(row)
    ]


def test_ngrams_are_followed_by_what_makes_vectors_of_them(ran: Ran) -> None:
    for split in ("train", "eval"):
        train = [grams(row, 2, 2, "_") for row in words(ran, "pairs")]
        vocabulary = ranked(gram for row in train for gram in row)[:8]
        rows = [grams(row, 2, 2, "_") for row in words(ran, "pairs", split)]
        expected = [one_hot(row, vocabulary).max(axis=0) if row else np.zeros(9) for row in rows]
        np.testing.assert_array_equal(ran.values("pairs", split), expected)
        train = [grams(row, 1, 2, " ") for row in words(ran, "grams", delimiter=",")]
        vocabulary = ranked(gram for row in train for gram in row)[:20]
        rows = [grams(row, 1, 2, " ") for row in words(ran, "grams", split, ",")]
        np.testing.assert_allclose(ran.values("grams", split), weights(train, rows, vocabulary), atol=1e-6)


def test_ngrams_of_a_length_are_cut_and_filled(ran: Ran) -> None:
    train = [row[:3] for row in words(ran, "first")]
    vocabulary = ranked(word for row in train for word in row)
    expected = [[vocabulary.index(word) for word in row] + [len(vocabulary)] * (3 - len(row)) for row in train]
    np.testing.assert_array_equal(ran.values("first"), expected)


def test_pca_is_that_of_scikit_learn(ran: Ran) -> None:
    from sklearn.decomposition import PCA

    categories = ranked(ran.raw["train"]["components"])[:5]
    pca = PCA(3).fit(one_hot(ran.raw["train"]["components"], categories))
    for split in ("train", "eval"):
        expected = pca.transform(one_hot(ran.raw[split]["components"], categories))
        found = ran.values("components", split)
        # The sign of a component is arbitrary.
        signs = np.sign((found * expected).sum(axis=0))
        np.testing.assert_allclose(found * signs, expected, atol=1e-5)


def test_each_transform_of_a_chain_sees_what_the_one_before_made_unlike_in_zenml_0_3_8(ran: Ran) -> None:
    train = ran.raw["train"]["chained"].astype(float)
    found = ran.values("chained")
    assert found.shape == (len(train), 4)
    assert (found.sum(axis=1) == 1).all()
    place = found.argmax(axis=1)
    filled = train.fillna(0)
    # The places are the thirds of the values, ordered by how many rows there are.
    spans = sorted((filled[place == p].min(), filled[place == p].max()) for p in range(3))
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    assert not (place == 3).any()


def test_the_model_transforms_raw_examples_exactly_as_the_training_did(ran: Ran) -> None:
    import tensorflow as tf

    for split in ("train", "eval"):
        [path] = ran.pipeline.last_run.artifact("Split", "examples").split_path(split).glob("*")
        served = ran.model.signatures["transform_features"](examples=tf.constant(list(read_records(path))))
        assert set(served) == set(ran.transformed[split])
        for name, tensor in served.items():
            same_values(tensor.numpy(), ran.transformed[split][name])


def same_values(served: Any, artifact: pd.Series[Any]) -> None:
    """Bit by bit, but for what a matrix product adds up in another order."""
    rows = artifact.tolist()
    expected = np.array([[x] if not isinstance(x, list) else x for x in rows], dtype=object)
    found = served.reshape(len(rows), -1)
    if served.dtype == object:
        assert [[x.decode() for x in row] for row in found] == expected.tolist(), artifact.name
    elif str(artifact.name).startswith("components"):
        np.testing.assert_allclose(found.astype(float), expected.astype(float), atol=1e-6)
    else:
        np.testing.assert_array_equal(found, expected.astype(found.dtype), err_msg=str(artifact.name))


def test_missing_values_and_unseen_categories_are_served(ran: Ran) -> None:
    import tensorflow as tf

    unseen = {name: "never seen before" for name, kind in frame().dtypes.items() if kind.kind == "O"}
    examples = tf.constant([example(), example(**unseen, whole=1000, by_min_max=1e6)])
    served = {name: x.numpy() for name, x in ran.model.signatures["transform_features"](examples=examples).items()}
    train = ran.raw["train"]
    assert served["whole"].tolist() == [[round(train["whole"].astype(float).mean())], [1000]]
    assert served["by_min_max_xf"][1, 0] > 3
    assert served["twice_xf"].tolist() == [[2], [2]]
    assert served["frequent_xf"].tolist() == [[-1], [-1]]
    assert served["one_hot_xf"][1].tolist() == [0, 0, 0, 0, 1]
    assert served["sentence_xf"].tolist() == [[0] * 6] * 2
    assert served["pairs_xf"].tolist() == [[0] * 9, [0] * 8 + [1]]
    predicted = ran.model.signatures["serving_default"](examples=examples)["outputs"].numpy()
    assert np.isfinite(predicted).all()
