"""What one run of the penguin pipeline leaves behind."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.engine.conftest import Shared
from tests.engine.pipelines import COMPONENTS, penguin_csv
from zenml_nb.errors import AlreadyExistsError, NotAvailableError
from zenml_nb.records import vocabulary as v


def test_every_component_ran_once_and_in_order(shared: Shared) -> None:
    assert shared.run.state == v.COMPLETE
    assert [execution.component for execution in shared.run.executions] == COMPONENTS
    assert {execution.state for execution in shared.run.executions} == {v.COMPLETE}
    assert {execution.reason for execution in shared.run.executions} == {"first run"}


def test_all_executions_lie_under_one_run_context(shared: Shared) -> None:
    from zenml_nb.records.connection import open_store

    store = open_store(shared.pipeline.repository.metadata, read_only=True)
    context = store.get_context_by_type_and_name("run", shared.run.id)
    assert len(store.get_executions_by_context(context.id)) == len(COMPONENTS)
    assert context.properties["pipeline_name"].string_value == "penguins"
    recorded = set(context.custom_properties)
    assert {v.STATE, v.STARTED, v.FINISHED, v.CONFIG_HASH, v.CONFIG_URI, v.USER, v.HOST, v.VERSION} <= recorded


def test_the_user_sees_progress_and_no_noise(shared: Shared) -> None:
    lines = shared.printed.splitlines()
    assert lines[0].startswith("Run penguins.")
    assert [line.split()[0] for line in lines if " done " in line][-len(COMPONENTS) :] == COMPONENTS
    assert "tensorflow" not in shared.printed
    assert "WARNING" not in shared.printed
    log = (shared.run.folder / v.LOG_FILE).read_text()
    assert "INFO absl" in log
    assert "Epoch 1/5" in log


def test_the_whole_data_is_kept(shared: Shared) -> None:
    frame = shared.pipeline.sample_data()
    with open(penguin_csv(), newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(frame.columns) == list(rows[0])
    assert list(frame["species"]) == [row["species"] for row in rows]
    assert [None if pd.isna(mass) else str(mass) for mass in frame["body_mass_g"]] == [
        None if row["body_mass_g"] == "NA" else row["body_mass_g"] for row in rows
    ]
    expected = [np.nan if row["bill_length_mm"] == "NA" else float(row["bill_length_mm"]) for row in rows]
    np.testing.assert_allclose(frame["bill_length_mm"].astype(float), expected, rtol=1e-6)


def test_the_splits_divide_the_data(shared: Shared) -> None:
    whole, train, evaluation = (shared.pipeline.sample_data(split) for split in (None, "train", "eval"))
    assert len(train) + len(evaluation) == len(whole) == 344
    assert 0.6 < len(train) / len(whole) < 0.8
    together = pd.concat([train, evaluation]).astype(str).sort_values(list(whole.columns)).reset_index(drop=True)
    assert together.equals(whole.astype(str).sort_values(list(whole.columns)).reset_index(drop=True))


def test_transformations_are_those_that_were_declared(shared: Shared) -> None:
    train = shared.pipeline.sample_data("train")
    raw, transformed = train["bill_length_mm"].astype(float), shared.pipeline.sample_transformed_data("train")
    filled = raw.fillna(raw.max())
    np.testing.assert_allclose(
        transformed["bill_length_mm_xf"], (filled - filled.mean()) / filled.std(ddof=0), atol=1e-4
    )
    depth = train["bill_depth_mm"].astype(float)
    depth = depth.fillna(depth.mean())
    np.testing.assert_allclose(
        transformed["bill_depth_mm_xf"], (depth - depth.min()) / (depth.max() - depth.min()), atol=1e-4
    )
    assert set(transformed["body_mass_g_xf"]) == {0, 1, 2, 3}
    assert {len(row) for row in transformed["island_xf"]} == {6}
    by_frequency = list(train["island"].value_counts().index)
    assert [by_frequency.index(island) for island in train["island"]] == [
        int(np.argmax(row)) for row in transformed["island_xf"]
    ]
    assert set(transformed["species_xl"]) == {0, 1, 2}


def test_the_exported_model_transforms_raw_examples_as_the_training_did(shared: Shared) -> None:
    import tensorflow as tf

    from zenml_nb.artifacts.examples import read_records

    model = tf.saved_model.load(shared.pipeline.get_model_uri())
    [path] = shared.run.artifact("Split", "examples").split_path("eval").glob("*")
    serialized = list(read_records(path))
    features = model.signatures["transform_features"](examples=tf.constant(serialized))
    expected = shared.pipeline.sample_transformed_data("eval")
    for name in ("bill_length_mm_xf", "bill_depth_mm_xf", "body_mass_g_xf", "sex_xf"):
        np.testing.assert_allclose(features[name].numpy().ravel(), expected[name].astype(float), atol=1e-5)
    np.testing.assert_allclose(features["island_xf"].numpy(), np.array(list(expected["island_xf"])))
    predicted = model.signatures["serving_default"](examples=tf.constant(serialized))["outputs"].numpy()
    assert predicted.shape == (len(serialized), 3)
    assert (predicted.argmax(axis=1) == expected["species_xl"]).mean() > 0.9


def test_the_evaluation_is_what_tfma_computed(shared: Shared) -> None:
    import tensorflow_model_analysis as tfma

    result = tfma.load_eval_result(shared.run.artifact("Evaluator", "evaluation").uri)
    computed = {
        tuple((column, str(value)) for column, value in key): {
            name: next(iter(value.values())) for name, value in outputs[""][""].items()
        }
        for key, outputs in result.slicing_metrics
    }
    shown = shared.pipeline.evaluation()["slices"]
    assert {tuple(map(tuple, entry["slice"])): entry["metrics"] for entry in shown} == computed
    assert shown[0]["slice"] == []
    assert shown[0]["metrics"]["sparse_categorical_accuracy"] > 0.9
    assert len(shown) > 6


def test_the_helpers_show_tables(shared: Shared) -> None:
    assert "species" in str(shared.pipeline.view_schema())
    page = shared.pipeline.view_statistics()
    try:
        assert page.url.startswith("http://127.0.0.1:")
    finally:
        page.stop()
    with pytest.raises(NotAvailableError, match="eval"):
        shared.pipeline.view_anomalies("evaluation")
    with pytest.raises(NotAvailableError, match="notebook"):
        shared.pipeline.evaluate(magic=True)


def test_the_anomalies_are_those_that_tfdv_finds(shared: Shared) -> None:
    import tensorflow_data_validation as tfdv
    from tensorflow_metadata.proto.v0 import statistics_pb2

    from zenml_nb.artifacts.protos import read_schema, read_statistics

    statistics = read_statistics(shared.run.artifact("SplitStatistics", "statistics"), "eval")
    listed = statistics_pb2.DatasetFeatureStatisticsList(datasets=[statistics])
    expected = tfdv.validate_statistics(listed, read_schema(shared.run.artifact("SplitSchema", "schema")))
    document = shared.pipeline.view_anomalies("eval").document
    shown = {found["feature"] for found in document["anomalies"]}
    assert shown == set(expected.anomaly_info)
    assert document["rows"] == int(statistics.num_examples)


def test_anomalies_compare_with_the_schema_of_the_training_split_unlike_in_zenml_0_3_8(shared: Shared) -> None:
    from zenml_nb.artifacts.protos import read_schema

    schema = read_schema(shared.run.artifact("SplitSchema", "schema"))
    train = shared.pipeline.sample_data("train")
    domains = {domain.name: set(domain.value) for domain in schema.string_domain}
    assert domains["island"] == set(train["island"])
    presence = {feature.name: feature.presence.min_fraction for feature in schema.feature}
    assert (presence["sex"] == 1) == (train["sex"].notna().all())


def test_a_downloaded_model_predicts_and_says_where_it_comes_from(shared: Shared, tmp_path) -> None:
    import tensorflow as tf

    path = shared.pipeline.download_model(tmp_path / "model")
    assert set(tf.saved_model.load(str(path)).signatures) == {"serving_default", "transform_features"}
    manifest = json.loads((path / "manifest.json").read_text())
    assert manifest["run"] == shared.run.id
    assert manifest["signatures"]["serving_default"]["inputs"]["examples"]["dtype"] == "string"
    before = sorted(path.rglob("*"))
    with pytest.raises(AlreadyExistsError):
        shared.pipeline.download_model(path)
    assert sorted(path.rglob("*")) == before
    assert shared.pipeline.download_model(path, overwrite=True) == path


def test_a_downloaded_model_needs_nothing_of_the_store(shared: Shared, tmp_path) -> None:
    import tensorflow as tf

    from zenml_nb.artifacts.examples import read_records

    path = shared.pipeline.download_model(tmp_path / "model")
    [examples] = shared.run.artifact("Split", "examples").split_path("eval").glob("*")
    serialized = tf.constant(list(read_records(examples)))
    graph = Path(shared.run.artifact("Preprocesser", "transform_graph").uri)
    away = graph.rename(graph.with_name("away"))
    try:
        features = tf.saved_model.load(str(path)).signatures["transform_features"](examples=serialized)
    finally:
        away.rename(graph)
    expected = shared.pipeline.sample_transformed_data("eval")
    np.testing.assert_array_equal(features["sex_xf"].numpy().ravel(), expected["sex_xf"])


def test_the_model_is_deployed_as_version_one(shared: Shared) -> None:
    import tensorflow as tf

    assert "serving_default" in tf.saved_model.load(str(shared.root / "deployed" / "1")).signatures


def test_artifacts_are_listed_as_a_frame(shared: Shared) -> None:
    frame = shared.pipeline.artifacts
    assert set(frame["component"]) == set(COMPONENTS)
    assert dict(zip(frame["component"], frame["splits"], strict=True))["SplitStatistics"] == "train, eval"


def test_no_private_path_is_in_the_yaml(shared: Shared) -> None:
    text = (shared.root / "pipelines" / "penguins.yaml").read_text()
    assert str(shared.root) not in text


def test_steps_of_a_users_own_train_and_are_evaluated(in_shared: Shared) -> None:
    from tests.engine.user_steps import OwnPreprocesser, OwnTrainer
    from zenml_nb.steps import TFMAEvaluator

    pipeline = in_shared.pipeline.copy("own")
    pipeline.add_preprocesser(OwnPreprocesser())
    pipeline.add_trainer(OwnTrainer(epochs=20, batch_size=16))
    pipeline.add_evaluator(TFMAEvaluator(metrics={"body_mass_g": ["MeanSquaredError", "MeanLabel"]}))
    assert pipeline.run(until="evaluator").state == v.COMPLETE
    [overall] = pipeline.evaluation()["slices"]
    label = pipeline.sample_transformed_data("eval")["body_mass_g_xl"]
    assert overall["metrics"]["mean_label"] == pytest.approx(label.mean(), rel=1e-4)
    assert overall["metrics"]["mean_squared_error"] < label.var()
