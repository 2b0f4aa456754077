"""Steps as a user might write them in a module, with mistakes."""

from __future__ import annotations

from typing import Any

from zenml_nb.steps import (
    BaseEvaluatorStep,
    BasePreprocesserStep,
    BaseSplit,
    BaseTrainerStep,
    StandardPreprocesser,
)


class BrokenTrainer(BaseTrainerStep):
    """Fails in the user's own function."""

    def model_fn(self, context: Any) -> Any:
        return divide(1, 0)


def divide(a: int, b: int) -> float:
    """Divide."""
    return a / b


class InterruptedTrainer(BaseTrainerStep):
    """Is interrupted by the user."""

    def model_fn(self, context: Any) -> Any:
        raise KeyboardInterrupt


class BrokenPreprocesser(StandardPreprocesser):
    """Fails while TensorFlow traces it."""

    def preprocessing_fn(self, inputs: dict[str, Any], context: Any) -> dict[str, Any]:
        return {"x_xf": inputs["no such column"]}


class LopsidedSplit(BaseSplit):
    """Leaves one split empty."""

    def get_split_names(self) -> list[str]:
        return ["train", "eval"]

    def partition_fn(self, element: dict[str, Any], num_partitions: int) -> int:
        return 0


class OutOfRangeSplit(LopsidedSplit):
    """Gives a number that is no split."""

    def partition_fn(self, element: dict[str, Any], num_partitions: int) -> int:
        return 2


class OwnPreprocesser(BasePreprocesserStep):
    """Two features and a label, with TensorFlow Transform's own functions."""

    def preprocessing_fn(self, inputs: dict[str, Any], context: Any) -> dict[str, Any]:
        import tensorflow_transform as tft

        depth = context.fill("bill_depth_mm", inputs["bill_depth_mm"], "mean", {})
        length = context.fill("bill_length_mm", inputs["bill_length_mm"], "mean", {})
        mass = context.fill("body_mass_g", inputs["body_mass_g"], "mean", {})
        return {
            "depth_xf": tft.scale_to_z_score(depth),
            "length_xf": tft.scale_to_z_score(length),
            "body_mass_g_xl": context.transform("body_mass_g", mass, "scale_to_0_1", {}),
        }


class OwnTrainer(BaseTrainerStep):
    """A linear model in Keras."""

    def model_fn(self, context: Any) -> Any:
        import keras

        inputs = context.inputs()
        outputs = keras.layers.Dense(1)(keras.layers.Concatenate()(list(inputs.values())))
        model = keras.Model(inputs, outputs)
        model.compile(optimizer=keras.optimizers.Adam(0.05), loss="mse")
        return model


class Bills(BaseEvaluatorStep):
    """Counts rows, and how often the model is right, by island; good enough with few rows."""

    def __init__(self, at_most: float) -> None:
        super().__init__()
        self.at_most = at_most

    def evaluate_fn(self, context: Any) -> Any:
        frame = context.frame()
        right = context.predict().argmax(axis=1) == context.transformed()["species_xl"].ravel()
        found = {(): {"rows": len(frame), "sure": right.mean()}}
        for island, rows in frame.groupby("island"):
            found[(("island", island),)] = {"rows": len(rows), "sure": right[rows.index].mean()}
        return found

    def verdict(self, metrics: Any) -> list[str]:
        too_many = metrics[()]["rows"] > self.at_most
        return [f"there are more than {self.at_most:g} rows"] if too_many else []


class NoNumbers(BaseTrainerStep):
    """A model that predicts nothing."""

    def model_fn(self, context: Any) -> Any:
        import keras

        inputs = context.inputs()
        outputs = keras.layers.Dense(3)(keras.layers.Concatenate()(list(inputs.values()))) * float("nan")
        model = keras.Model(inputs, outputs)
        model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
        return model


class WordsPreprocesser(BasePreprocesserStep):
    """Rows with any number of values: the letters of the island's name, and a number that may be missing."""

    def preprocessing_fn(self, inputs: dict[str, Any], context: Any) -> dict[str, Any]:
        import tensorflow as tf
        import tensorflow_transform as tft

        island = context.fill("island", inputs["island"], "custom", {"custom_value": ""})
        letters = tf.strings.bytes_split(tf.reshape(island, [-1])).to_sparse()
        mass = context.fill("body_mass_g", inputs["body_mass_g"], "mean", {})
        return {
            "letters_xf": tft.compute_and_apply_vocabulary(letters, vocab_filename="letters"),
            "length_xf": tft.scale_to_z_score(inputs["flipper_length_mm"]),
            "body_mass_g_xl": context.transform("body_mass_g", mass, "scale_to_0_1", {}),
        }


class TwoLabelsPreprocesser(OwnPreprocesser):
    """A second label, which is of classes."""

    def preprocessing_fn(self, inputs: dict[str, Any], context: Any) -> dict[str, Any]:
        species = context.fill("species", inputs["species"], "custom", {"custom_value": ""})
        parameters = {"top_k": None, "frequency_threshold": None, "num_oov_buckets": 0}
        index = context.transform("species", species, "compute_and_apply_vocabulary", parameters)
        return {**super().preprocessing_fn(inputs, context), "species_xl": index}


class TwoLabelsTrainer(BaseTrainerStep):
    """One network with two heads."""

    def __init__(self, epochs: int = 1, by_name: bool = False) -> None:
        super().__init__(batch_size=16, epochs=epochs)
        self.by_name = by_name

    def model_fn(self, context: Any) -> Any:
        import keras

        inputs = context.inputs()
        shared = keras.layers.Dense(8, "relu")(keras.layers.Concatenate()(list(inputs.values())))
        mass = keras.layers.Dense(1)(shared)
        species = keras.layers.Dense(context.n_classes("species_xl"), "softmax")(shared)
        assert context.labels == ["body_mass_g_xl", "species_xl"]
        losses = ["mse", "sparse_categorical_crossentropy"]
        names = ["body_mass_g", "species"]
        outputs = dict(zip(names, [mass, species], strict=True)) if self.by_name else [mass, species]
        model = keras.Model(inputs, outputs)
        model.compile(
            optimizer=keras.optimizers.Adam(0.03),
            loss=dict(zip(names, losses, strict=True)) if self.by_name else losses,
        )
        return model
