from __future__ import annotations

import os

import pytest

from zenml_nb.errors import DataError, DeclarationError, StoreError
from zenml_nb.steps import TFServingDeployer
from zenml_nb.steps.serving import models_config


@pytest.fixture
def model(tmp_path):
    folder = tmp_path / "saved"
    (folder / "variables").mkdir(parents=True)
    (folder / "saved_model.pb").write_bytes(b"graph")
    return folder


@pytest.fixture
def serving(tmp_path):
    return tmp_path / "serving"


def test_a_model_is_tried_before_it_becomes_a_version(model, serving):
    tried = []

    def predict(folder):
        tried.append(sorted(os.listdir(folder)))
        assert not [name for name in os.listdir(serving / "taxi") if name.isdigit()]

    deployer = TFServingDeployer(serving, "taxi")
    assert deployer.deploy(model, {"predict": predict}) == str(serving / "taxi" / "1")
    assert tried == [["saved_model.pb", "variables"]]
    assert sorted(os.listdir(serving / "taxi" / "1")) == ["saved_model.pb", "variables"]
    assert os.listdir(serving) == ["taxi"]


def test_a_model_that_cannot_predict_leaves_what_is_served(model, serving):
    deployer = TFServingDeployer(serving, "taxi", models_config=True)
    deployer.deploy(model, {})
    listed = (serving / "models.config").read_bytes()

    def predict(folder):
        raise DataError("The copy of the model cannot predict: broken")

    with pytest.raises(DataError, match="cannot predict"):
        deployer.deploy(model, {"predict": predict})
    assert os.listdir(serving / "taxi") == ["1"]
    assert (serving / "models.config").read_bytes() == listed


def test_the_list_names_every_model_of_the_folder(model, serving):
    for name in ("taxi", "penguins"):
        TFServingDeployer(serving, name, models_config=True, serving_root="/models/").deploy(model, {})
    (serving / "no versions").mkdir()
    (serving / "empty").mkdir()
    assert (serving / "models.config").read_text() == (
        "model_config_list {\n"
        '  config {\n    name: "penguins"\n    base_path: "/models/penguins"\n    model_platform: "tensorflow"\n  }\n'
        '  config {\n    name: "taxi"\n    base_path: "/models/taxi"\n    model_platform: "tensorflow"\n  }\n'
        "}\n"
    )
    assert f'base_path: "{serving}/taxi"' in models_config(serving)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"output_dir": ""}, "output_dir is ''"),
        ({"output_dir": 5}, "output_dir is 5"),
        ({"model_name": ""}, "model_name is ''"),
        ({"model_name": "../taxi"}, "model_name is '../taxi'"),
        ({"model_name": ".taxi"}, "model_name"),
        ({"model_name": 'a"b'}, "model_name"),
        ({"smoke_rows": 0}, "smoke_rows holds 0"),
        ({"serving_root": " "}, "serving_root is ' '"),
    ],
)
def test_a_wrong_deployer_is_told(arguments, text):
    with pytest.raises(DeclarationError, match=text):
        TFServingDeployer(**{"output_dir": "out", "model_name": "taxi", **arguments})


def test_a_file_in_the_place_of_the_folder_is_told(model, serving):
    serving.write_text("a file")
    with pytest.raises(StoreError, match="The model cannot be deployed"):
        TFServingDeployer(serving, "taxi").deploy(model, {})
    assert serving.read_text() == "a file"
