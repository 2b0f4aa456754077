from __future__ import annotations

import json

import pytest

from tests.pipelines.conftest import FRAME
from zenml_nb import BatchInferencePipeline, CSVDatasource, TrainingPipeline
from zenml_nb.errors import DataError, DeclarationError, NotAvailableError
from zenml_nb.steps import InferenceStep

COLUMNS = {"types": {"mass": "INTEGER", "bill": "FLOAT", "species": "STRING"}, "needed": ["bill", "mass"]}
OUTPUTS = {"signatures": {"serving_default": {"inputs": {}, "outputs": {"outputs": {}}}}}


@pytest.fixture
def model(repository):
    """The folder of a downloaded model, as far as it is read without TensorFlow."""
    folder = repository.root / "models" / "one"
    (folder / "assets.extra").mkdir(parents=True)
    (folder / "saved_model.pb").write_bytes(b"graph")
    (folder / "manifest.json").write_text(json.dumps(OUTPUTS))
    (folder / "assets.extra" / "zenml_nb_columns.json").write_text(json.dumps(COLUMNS))
    return folder


@pytest.fixture
def infer(make_source):
    def infer(model, step=None, frame=FRAME):
        pipeline = BatchInferencePipeline("infer", model=model)
        pipeline.add_datasource(make_source(frame))
        pipeline.add_infer_step(step or InferenceStep())
        return pipeline

    return infer


def test_a_model_that_fits_passes(infer, model):
    infer(model).check()
    found = infer("models/one").find_model()
    assert (found.outputs, found.needed) == (("outputs",), ("bill", "mass"))


@pytest.mark.parametrize("inside", [".", "Format-Serving"])
def test_any_folder_of_a_saved_model_will_do(infer, model, inside):
    if inside != ".":
        model.rename(model.parent / "moved")
        model.mkdir()
        (model.parent / "moved").rename(model / inside)
    assert (infer(model).find_model().folder / "saved_model.pb").is_file()


@pytest.mark.parametrize(
    ("given", "text"),
    [(3, "model is a int"), ("", "model is a str"), (TrainingPipeline, "the class TrainingPipeline")],
)
def test_what_is_no_model_is_told_at_once(repository, given, text):
    with pytest.raises(DeclarationError, match=text):
        BatchInferencePipeline("infer", model=given)


def test_a_training_pipeline_that_never_ran_has_no_model(repository):
    with pytest.raises(NotAvailableError, match="has not been run yet"):
        BatchInferencePipeline("infer", model=TrainingPipeline("penguins"))


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("models/on", r"no such folder(.|\n)*Did you mean 'one'"),
        ("models", "holds no SavedModel"),
        ("penguins.1", "no run and no folder 'penguins.1'"),
    ],
)
def test_a_model_that_is_not_there_is_told_before_the_run(infer, model, given, text):
    with pytest.raises(NotAvailableError, match=text):
        infer(given).check()


def test_columns_that_do_not_fit_are_told_before_the_run(infer, model):
    with pytest.raises(DataError, match=r"takes the column 'bill'(.|\n)*Did you mean 'bills'"):
        infer(model, frame=FRAME.rename(columns={"bill": "bills"})).check()
    with pytest.raises(DataError, match=r"'species' as STRING; in the data it is INTEGER"):
        infer(model, frame=FRAME.assign(species=1)).check()
    infer(model, frame=FRAME.drop(columns=["species"])).check()


def test_text_and_bytes_are_one_to_a_model(infer, model):
    infer(model, frame=FRAME.assign(species=[b"\xff"] * 20)).check()
    with pytest.raises(DataError, match="'mass' as INTEGER; in the data it is BYTES"):
        infer(model, frame=FRAME.assign(mass=[b"\xff"] * 20)).check()


def test_the_advice_names_the_datasource_that_is_there(infer, model, tmp_path):
    with pytest.raises(DataError) as told:
        infer(model, frame=FRAME.assign(bill=1)).check()
    assert "column_types" not in str(told.value)
    assert "Change the type of the values" in str(told.value)
    FRAME.assign(bill=1).to_csv(tmp_path / "penguins.csv", index=False)
    pipeline = infer(model)
    pipeline.add_datasource(CSVDatasource("penguins_csv", path=str(tmp_path / "penguins.csv")))
    with pytest.raises(DataError, match=r"CSVDatasource\(column_types={'bill': 'FLOAT'}\)"):
        pipeline.check()


def test_a_model_of_sequences_takes_no_single_values(infer, model):
    description = model / "assets.extra" / "zenml_nb_columns.json"
    description.write_text(json.dumps({**COLUMNS, "widths": {"bill": 3}}))
    with pytest.raises(DataError, match=r"sequences: 3 values of the column 'bill'(.|\n)*sample_sequences"):
        infer(model).check()
    infer(model, frame=FRAME.assign(bill=[[0.5, 1.5, 2.5]] * 20)).check()
    description.write_text(json.dumps({**COLUMNS, "widths": {"species": 3}}))
    with pytest.raises(DataError, match="3 values of the column 'species'"):
        infer(model).check()
    infer(model, frame=FRAME.drop(columns=["species"])).check()
    description.write_text(json.dumps({**COLUMNS, "widths": ["damaged"]}))
    infer(model).check()


def test_columns_to_write_are_checked_before_the_run(infer, model):
    with pytest.raises(DeclarationError, match=r"'bil'(.|\n)*Did you mean 'bill'"):
        infer(model, InferenceStep(keep_columns=["bil"])).check()
    with pytest.raises(DeclarationError, match=r"output 'output', which(.|\n)*Did you mean 'outputs'"):
        infer(model, InferenceStep(output_columns={"output": "p"})).check()
    with pytest.raises(DataError, match="over the column 'mass'"):
        infer(model, InferenceStep(output_columns={"outputs": "mass"})).check()
    infer(model, InferenceStep(output_columns={"outputs": "mass"}, keep_columns=["bill"])).check()


def test_a_model_without_a_description_is_taken_as_it_is(infer, model):
    for name in ("manifest.json", "assets.extra/zenml_nb_columns.json"):
        (model / name).write_text("[damaged")
    pipeline = infer(model, frame=FRAME.drop(columns=["bill"]))
    found = pipeline.find_model()
    assert (found.types, found.outputs) == (None, None)
    pipeline.check()


def test_the_content_of_a_model_counts(infer, model):
    before = infer(model).find_model().content()
    assert before == infer("models/one").find_model().content()
    (model / "saved_model.pb").write_bytes(b"another")
    assert before != infer(model).find_model().content()


def test_the_folder_is_recorded_relative_to_the_project(infer, model):
    pipeline = infer(model)
    assert pipeline.to_config()["pipeline"]["args"] == {"model": "models/one", "enable_cache": True}
    assert pipeline.copy("other").find_model().content() == pipeline.find_model().content()


def test_predictions_need_a_step_and_a_run(infer, model, make_source):
    pipeline = BatchInferencePipeline("infer", model=model)
    pipeline.add_datasource(make_source())
    with pytest.raises(DeclarationError, match="add_infer_step was not called"):
        pipeline.check()
    with pytest.raises(NotAvailableError, match="has not been run yet"):
        infer(model).get_predictions()
