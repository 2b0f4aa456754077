"""PyTorch trainers on arrays, without a pipeline; skipped where PyTorch is absent."""

from __future__ import annotations

import json

import numpy as np
import pytest

from zenml_nb.errors import DeclarationError
from zenml_nb.steps import BasePyTorchTrainerStep, PyTorchTrainer
from zenml_nb.steps.classes import Range, check_values
from zenml_nb.steps.training_data import Arrays, FeatureColumn

torch = pytest.importorskip("torch", reason="PyTorch is an extra: pip install 'zenml-nb[pytorch]'")

COLUMNS = [FeatureColumn("a_xf", "number", 2), FeatureColumn("b_xf", "category", 1, 4)]


class Context:
    """The rows of a training: two numbers, and a category from -1 to 2 that is the label too."""

    def __init__(self, n_rows=96):
        random = np.random.default_rng(0)
        self.category = random.integers(-1, 3, n_rows)
        numbers = random.normal(size=(n_rows, 2))
        self.values = np.column_stack([numbers, self.category]).astype(np.float32)
        self.told = []

    def arrays(self, role, one_hot=False):
        return Arrays(self.values, ["a_xf[0]", "a_xf[1]", "b_xf"], self.category + 1)

    def torch_module(self, step):
        from zenml_nb.engine.torch_models import feed_forward_module

        return feed_forward_module(step, COLUMNS)

    def check_label(self, step):
        check_values("y", Range(0, 3, True), step.loss, step.last_activation, step.output_units)

    def report_epoch(self, epoch, epochs, values):
        self.told.append((epoch, epochs, dict(values)))


class Rows:
    """Rows to predict."""

    def __init__(self, values):
        self.values = values

    def arrays(self, one_hot=False):
        return Arrays(self.values, [], None)


def trainer(**changes):
    """A classifier that can learn the category."""
    arguments = {"loss": "sparse_categorical_crossentropy", "last_activation": "softmax", "output_units": 4}
    return PyTorchTrainer(**{**arguments, "epochs": 30, "lr": 0.05, "hidden_layers": [8, 5], **changes})


def test_it_learns_and_tells_each_epoch():
    context = Context()
    trainer().run_fn(context)
    assert [epoch for epoch, _, _ in context.told] == list(range(1, 31))
    assert list(context.told[0][2]) == ["loss", "val_loss", "val_accuracy", "accuracy"]
    assert context.told[-1][2]["val_accuracy"] > 0.95


def test_learning_rate_loss_and_layers_are_honoured_unlike_in_zenml_0_3_8():
    step = trainer(hidden_layers=[7, 3], dropout_chance=0.25, hidden_activation="tanh")
    model = step.model_fn(Context())
    linear = [layer for layer in model if isinstance(layer, torch.nn.Linear)]
    # Two numbers and an embedding of half the categories.
    assert [(layer.in_features, layer.out_features) for layer in linear] == [(4, 7), (7, 3), (3, 4)]
    assert [layer.p for layer in model if isinstance(layer, torch.nn.Dropout)] == [0.25, 0.25]
    assert sum(isinstance(layer, torch.nn.Tanh) for layer in model) == 2
    assert step.optimizer_fn(model).param_groups[0]["lr"] == 0.05
    slow, fast = Context(), Context()
    trainer(lr=1e-7, epochs=3).run_fn(slow)
    trainer(lr=0.05, epochs=3).run_fn(fast)
    losses = [[told["val_loss"] for _, _, told in context.told] for context in (slow, fast)]
    assert losses[0][2] == pytest.approx(losses[0][0], abs=1e-4)
    assert losses[1][2] < losses[1][0] - 0.05


def test_the_loss_that_was_named_is_the_one_that_is_minimized():
    outputs, labels = torch.tensor([[0.25], [0.5]]), torch.tensor([1.0, 0.0])
    expected = {
        "mse": (0.75**2 + 0.5**2) / 2,
        "mean_absolute_error": (0.75 + 0.5) / 2,
        "binary_crossentropy": -(np.log(0.25) + np.log(0.5)) / 2,
        "huber": (0.75**2 + 0.5**2) / 4,
    }
    for loss, value in expected.items():
        assert float(PyTorchTrainer(loss=loss).loss_fn(outputs, labels)) == pytest.approx(value)
    loss = trainer().loss_fn(torch.tensor([[0.25, 0.75]]), torch.tensor([1.0]))
    assert float(loss) == pytest.approx(-np.log(0.75))


def test_classes_compete_whatever_the_outputs_are():
    step = trainer(last_activation="sigmoid", output_units=3)
    labels = torch.tensor([0.0, 2.0])
    # That all outputs are 1 must say nothing of the classes.
    assert float(step.loss_fn(torch.ones(2, 3), labels)) == pytest.approx(np.log(3))
    outputs = torch.tensor([[0.5, 0.25, 0.75], [0.0, 0.9, 0.1]])
    expected = -(np.log(0.5 / 1.5) + np.log(0.1 / 1.0)) / 2
    assert float(step.loss_fn(outputs, labels)) == pytest.approx(expected, rel=1e-5)


def test_a_label_that_does_not_fit_is_told_before_the_training():
    context = Context()
    with pytest.raises(DeclarationError, match="output_units=4"):
        trainer(output_units=3).run_fn(context)
    assert context.told == []


def test_the_same_seed_gives_the_same_model_and_another_one_another():
    values = Context().values
    made = [trainer(epochs=2, seed=seed).run_fn(Context()).eval() for seed in (1, 1, 2)]
    first, same, other = (model(torch.from_numpy(values)).detach().numpy() for model in made)
    assert np.array_equal(first, same)
    assert not np.allclose(first, other)


def test_what_is_saved_predicts_the_same_by_its_weights_and_as_a_program(tmp_path):
    step, context = trainer(epochs=2), Context()
    model = step.run_fn(context)
    told = step.save_fn(model, str(tmp_path), context)
    assert json.loads(json.dumps(told))["files"] == {"state_dict": "model.pt", "program": "model.pt2"}
    expected = step.test_fn(model.eval(), Rows(context.values))
    loaded = step.test_fn(step.load_fn(str(tmp_path), context), Rows(context.values[:7]))
    np.testing.assert_allclose(loaded, expected[:7], atol=1e-6)
    program = torch.export.load(tmp_path / "model.pt2").module()
    for n_rows in (1, 5, 96):
        scores = program(torch.from_numpy(context.values[:n_rows])).detach().numpy()
        np.testing.assert_allclose(scores, expected[:n_rows], atol=1e-5)


def test_a_module_that_cannot_be_exported_keeps_its_weights_and_says_why(tmp_path):
    class Stubborn(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = torch.nn.Linear(3, 1)

        def forward(self, values):
            return self.linear(values) if float(values.sum()) > 0 else -self.linear(values)

    class Own(BasePyTorchTrainerStep):
        def model_fn(self, context):
            return Stubborn()

        def loss_fn(self, outputs, labels):
            return torch.nn.functional.mse_loss(outputs[:, 0], labels)

    step, context = Own(epochs=1), Context()
    told = step.save_fn(step.run_fn(context), str(tmp_path), context)
    assert told["files"] == {"state_dict": "model.pt"}
    assert told["not_exported"]
    assert step.test_fn(step.load_fn(str(tmp_path), context), Rows(context.values)).shape == (96, 1)


def test_hostile_weights_are_not_run(tmp_path):
    import pickle

    class Hostile:
        def __reduce__(self):
            return (print, ("run",))

    with open(tmp_path / "model.pt", "wb") as file:
        pickle.dump(Hostile(), file)
    with pytest.raises(Exception, match=r"weights_only|Weights only|Unsupported"):
        trainer().load_fn(str(tmp_path), Context())
