"""PyTorch trainers over the transformed penguins; skipped where PyTorch is absent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engine.conftest import Shared, working_in
from tests.engine.test_trainers import model_folder, predicted, trained
from zenml_nb import TrainingPipeline
from zenml_nb.artifacts.history import read_history
from zenml_nb.steps import PyTorchTrainer

ARGUMENTS: dict[str, Any] = {
    "loss": "sparse_categorical_crossentropy",
    "last_activation": "softmax",
    "output_units": 3,
    "epochs": 12,
    "lr": 0.02,
    "hidden_layers": [12, 6],
}


@pytest.fixture(scope="module")
def torch() -> Any:
    """PyTorch, where it is installed."""
    return pytest.importorskip("torch", reason="PyTorch is an extra: pip install 'zenml-nb[pytorch]'")


@pytest.fixture(scope="module")
def network(torch: Any, shared: Shared) -> TrainingPipeline:
    """A feed-forward network of PyTorch, trained on what the shared run transformed."""
    with working_in(shared.root):
        return trained(PyTorchTrainer(**ARGUMENTS), "torch")


def test_a_network_of_pytorch_learns_the_species(network: TrainingPipeline) -> None:
    history = read_history(network.last_run.artifact("Trainer", "model_run").uri)
    assert list(history) == ["loss", "val_loss", "val_accuracy", "accuracy"]
    assert history["loss"][-1] < history["loss"][0] / 2
    assert history["val_accuracy"][-1] > 0.9
    rows = predicted(network)
    hits = [int(np.argmax(row["prediction"])) == row["label"][0] for row in rows]
    assert np.mean(hits) == pytest.approx(history["val_accuracy"][-1])


def test_learning_rate_loss_and_layers_are_honoured_unlike_in_zenml_0_3_8(
    torch: Any, network: TrainingPipeline, in_shared: Shared
) -> None:
    state = torch.load(model_folder(network) / "model.pt", weights_only=True)
    shapes = {name: tuple(value.shape) for name, value in state.items() if name.endswith("weight")}
    assert [shape[0] for name, shape in shapes.items() if "tables" not in name] == [12, 6, 3]
    slow = trained(PyTorchTrainer(**{**ARGUMENTS, "lr": 1e-6, "epochs": 2}), "torch")
    history = read_history(slow.last_run.artifact("Trainer", "model_run").uri)
    # At such a rate nothing is learned.
    assert history["val_loss"][1] == pytest.approx(history["val_loss"][0], abs=1e-3)
    assert slow.last_run.execution("Trainer").reason.startswith("changed: epochs (12 → 2), lr (0.02 → 1e-06)")


def test_the_loss_that_was_named_is_the_one_that_is_minimized(torch: Any) -> None:
    outputs, labels = torch.tensor([[0.25], [0.5]]), torch.tensor([1.0, 0.0])
    expected = {
        "mse": (0.75**2 + 0.5**2) / 2,
        "mae": (0.75 + 0.5) / 2,
        "binary_crossentropy": -(np.log(0.25) + np.log(0.5)) / 2,
        "huber": (0.75**2 + 0.5**2) / 4,
    }
    for loss, value in expected.items():
        assert float(PyTorchTrainer(loss=loss).loss_fn(outputs, labels)) == pytest.approx(value)
    several = PyTorchTrainer(loss="sparse_categorical_crossentropy", output_units=2, last_activation="softmax")
    assert float(several.loss_fn(torch.tensor([[0.25, 0.75]]), torch.tensor([1.0]))) == pytest.approx(-np.log(0.75))


def test_the_exported_program_predicts_without_the_class(torch: Any, network: TrainingPipeline) -> None:
    from zenml_nb.artifacts.examples import read_records
    from zenml_nb.engine.components.predictions import RawRows
    from zenml_nb.engine.transformed import Transformed

    folder = model_folder(network)
    told = json.loads((folder / "model.json").read_text())
    assert (told["kind"], told["files"]) == ("torch", {"state_dict": "model.pt", "program": "model.pt2"})
    [path] = network.last_run.artifact("Split", "examples").split_path("eval").glob("*")
    transformed = Transformed(str(folder / told["transform"]))
    rows = RawRows(list(read_records(path)), transformed, transformed.transform_output.transform_features_layer())
    values = rows.arrays(one_hot=told["one_hot"]).values
    assert rows.arrays(one_hot=told["one_hot"]).columns == told["columns"]
    program = torch.export.load(folder / "model.pt2").module()
    scores = program(torch.from_numpy(values)).detach().numpy()
    np.testing.assert_allclose(scores, [row["prediction"] for row in predicted(network)], atol=1e-5)


def test_a_module_of_ones_own_is_trained_by_its_own_loss(torch: Any, in_shared: Shared) -> None:
    from tests.engine.pipelines import penguin_pipeline
    from tests.engine.user_torch import MassTrainer
    from zenml_nb.steps import StandardPreprocesser

    pipeline = penguin_pipeline("torch_mass")
    pipeline.add_preprocesser(
        StandardPreprocesser(
            features=["flipper_length_mm", "sex"],
            labels=["body_mass_g"],
            overwrite={"body_mass_g": {"filling": "mean", "transform": "scale_to_0_1"}},
        )
    )
    pipeline.add_trainer(MassTrainer(epochs=15, lr=0.05))
    pipeline.run(until="trainer")
    history = read_history(pipeline.last_run.artifact("Trainer", "model_run").uri)
    assert history["val_loss"][-1] < 0.03
    rows = predicted(pipeline)
    assert {len(row["prediction"]) for row in rows} == {1}
    errors = [(row["prediction"][0] - row["label"][0]) ** 2 for row in rows]
    assert np.mean(errors) == pytest.approx(history["val_loss"][-1], rel=1e-3)
    assert Path(pipeline.get_model_uri(), "model.pt2").exists()
