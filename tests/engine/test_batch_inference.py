"""Predictions of the shared run's model for data without labels, against the model asked directly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.engine.conftest import Shared
from tests.engine.pipelines import penguin_csv
from zenml_nb import BatchInferencePipeline, PandasDatasource
from zenml_nb.artifacts.examples import read_records
from zenml_nb.errors import DataError
from zenml_nb.records import Store
from zenml_nb.records import vocabulary as v
from zenml_nb.steps import InferenceStep

FEATURES = ["bill_depth_mm", "bill_length_mm", "body_mass_g", "flipper_length_mm", "island", "sex"]


def unlabelled() -> pd.DataFrame:
    return pd.read_csv(penguin_csv()).drop(columns=["species"]).convert_dtypes()


def inference(model: Any, step: InferenceStep, name: str = "inference", frame: Any = None) -> BatchInferencePipeline:
    pipeline = BatchInferencePipeline(name, model=model)
    pipeline.add_datasource(PandasDatasource("unlabelled", df=unlabelled() if frame is None else frame))
    pipeline.add_infer_step(step)
    return pipeline


def asked_directly(shared: Shared, pipeline: BatchInferencePipeline) -> np.ndarray:
    import tensorflow as tf

    model = tf.saved_model.load(shared.pipeline.get_model_uri())
    [path] = pipeline.last_run.artifact("Data", "examples").split_path("examples").glob("*")
    serialized = tf.constant(list(read_records(path)))
    return model.signatures["serving_default"](examples=serialized)["outputs"].numpy()


class Species(InferenceStep):
    """The likeliest class and its probability."""

    def predictions(self, outputs):
        [probabilities] = outputs.values()
        return {"species_index": probabilities.argmax(axis=1), "probability": probabilities.max(axis=1)}


def test_predictions_are_those_of_the_model_unlike_in_zenml_0_3_8(in_shared: Shared) -> None:
    pipeline = inference(in_shared.run.id, InferenceStep(batch_size=100))
    run = pipeline.run()
    assert run.state == v.COMPLETE
    frame = pipeline.get_predictions()
    assert list(frame.columns) == [*unlabelled().columns, "prediction"]
    direct = asked_directly(in_shared, pipeline)
    np.testing.assert_allclose(np.array(list(frame["prediction"])), direct, rtol=1e-5, atol=1e-6)
    assert list(frame["island"]) == list(unlabelled()["island"]), "the rows keep their order"
    assert len(pipeline.get_predictions(5)) == 5
    assert pipeline.last_run.artifact("Model", "model").properties["origin"] == in_shared.run.id
    steps = {step["name"]: step["state"] for step in pipeline.view_steps().document["steps"]}
    assert steps == {"data": v.COMPLETE, "infer": v.COMPLETE}
    loaded = BatchInferencePipeline.load(run=run.id)
    assert loaded.model == in_shared.run.id
    assert loaded.get_predictions(3).equals(frame.head(3))


def test_a_model_of_a_training_pipeline_is_that_of_its_latest_run(in_shared: Shared) -> None:
    assert inference(in_shared.pipeline, InferenceStep()).model == in_shared.pipeline.last_run.id


def test_a_download_predicts_the_same_with_columns_of_ones_own(in_shared: Shared) -> None:
    folder = in_shared.pipeline.download_model(in_shared.root / "kept" / "model")
    pipeline = inference(folder, Species(batch_size=64, keep_columns=["island", "sex"]), "downloaded")
    pipeline.run()
    frame = pipeline.get_predictions()
    assert sorted(frame.columns) == ["island", "probability", "sex", "species_index"]
    direct = asked_directly(in_shared, pipeline)
    assert list(frame["species_index"]) == list(direct.argmax(axis=1))
    np.testing.assert_allclose(frame["probability"], direct.max(axis=1), rtol=1e-5)
    assert pd.isna(frame["sex"]).sum() == unlabelled()["sex"].isna().sum()
    assert pipeline.to_config()["pipeline"]["args"]["model"] == "kept/model"
    again = BatchInferencePipeline.load(in_shared.root / "pipelines" / "downloaded.yaml")
    assert again.find_model().content() == pipeline.find_model().content()


def test_the_model_says_which_columns_it_takes(in_shared: Shared) -> None:
    model = inference(in_shared.run.id, InferenceStep()).find_model()
    assert list(model.needed) == FEATURES
    assert model.types["species"] == "STRING"
    assert model.outputs == ("outputs",)
    assert json.loads(Path(model.folder, "assets.extra", "zenml_nb_columns.json").read_text())["needed"] == FEATURES


def test_data_that_does_not_fit_is_told_before_the_run(in_shared: Shared) -> None:
    def runs() -> int:
        return len(Store(in_shared.pipeline.repository.metadata).runs())

    before = runs()
    renamed = unlabelled().rename(columns={"bill_length_mm": "bill_lenght_mm"})
    with pytest.raises(DataError, match=r"takes the column 'bill_length_mm'(.|\n)*Did you mean 'bill_lenght_mm'"):
        inference(in_shared.run.id, InferenceStep(), frame=renamed).run()
    rounded = unlabelled().assign(bill_length_mm=1)
    with pytest.raises(DataError, match=r"'bill_length_mm' as FLOAT; in the data it is INTEGER(.|\n)*Change the type"):
        inference(in_shared.run.id, InferenceStep(), frame=rounded).run()
    with pytest.raises(DataError, match="written over the column 'sex'"):
        inference(in_shared.run.id, InferenceStep(output_columns={"outputs": "sex"})).run()
    assert runs() == before
