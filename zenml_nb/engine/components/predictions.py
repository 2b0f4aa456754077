"""Predictions: what a trained model says of the rows that it did not learn from, beside their raw columns.

The artifact is what evaluators read that know nothing of the model: Examples whose rows hold all raw columns, and

- ``prediction`` (floats): a value, the probability of class 1 where there are two classes, else one score a class;
- ``label`` (float): the label as the preprocesser made it, a number or the index of its class.

A model with several labels has ``prediction_<output>`` and ``label_<name>`` for each.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf
from tfx.dsl.components.base import base_component, base_executor, executor_spec
from tfx.types import Channel, artifact_utils, standard_artifacts
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.utils import path_utils

from zenml_nb.engine import live
from zenml_nb.engine.examples import SplitWriter, describe, read_split
from zenml_nb.engine.scope import report_rows
from zenml_nb.engine.transformed import Transformed, dense, unknown_label
from zenml_nb.errors import DataError
from zenml_nb.steps.preprocesser import LABEL_SUFFIX
from zenml_nb.steps.trainer import BaseTrainerStep
from zenml_nb.steps.training_data import LABEL_KEY, PREDICTION_KEY, Arrays


class PredictSpec(ComponentSpec):
    """The step is a parameter by its declaration, the splits by their names as JSON."""

    PARAMETERS = {"step": ExecutionParameter(type=str), "splits": ExecutionParameter(type=str)}
    INPUTS = {
        "model": ChannelParameter(type=standard_artifacts.Model),
        "input_examples": ChannelParameter(type=standard_artifacts.Examples),
        "transform_graph": ChannelParameter(type=standard_artifacts.TransformGraph),
    }
    OUTPUTS = {"examples": ChannelParameter(type=standard_artifacts.Examples)}


class RawRows:
    """A batch of rows to predict; see ``steps.training_data.RowsToPredict``."""

    def __init__(self, serialized: Any, transformed: Transformed, layer: Any) -> None:
        self.serialized: list[bytes] = list(serialized)
        self._transformed = transformed
        raw = tf.io.parse_example(tf.constant(self.serialized), transformed.transform_output.raw_feature_spec())
        made = layer(raw)
        self.features = {
            column.name: transformed.as_input(column, made[column.name]).numpy() for column in transformed.features
        }
        self.labels = {name: dense(made[name]).numpy().reshape(-1) for name in transformed.labels if name in made}

    def arrays(self, one_hot: bool = False) -> Arrays:
        """The features as one matrix."""
        values, columns = self._transformed.arrays_of(self.features, one_hot)
        return Arrays(values, columns, next(iter(self.labels.values())) if len(self.labels) == 1 else self.labels)

    def served(self, model: Any) -> Any:
        """What a SavedModel of ours predicts for the raw rows."""
        outputs = model.signatures["serving_default"](examples=tf.constant(self.serialized))
        found = {name: value.numpy() for name, value in outputs.items()}
        return next(iter(found.values())) if len(found) == 1 else found


class PredictExecutor(base_executor.BaseExecutor):
    """Lets the trainer's ``test_fn`` predict, batch by batch."""

    def Do(self, input_dict: Any, output_dict: Any, exec_properties: dict[str, Any]) -> None:
        """Write the predictions; see ``tfx.dsl.components.base.base_executor.BaseExecutor.Do``."""
        step: BaseTrainerStep = live.restore(exec_properties["step"])
        splits = json.loads(exec_properties["splits"])
        source = artifact_utils.get_single_instance(input_dict["input_examples"])
        target = artifact_utils.get_single_instance(output_dict["examples"])
        transformed = Transformed(artifact_utils.get_single_uri(input_dict["transform_graph"]))
        context: Any = transformed  # What is known of the columns, without what is for training alone.
        layer = transformed.transform_output.transform_features_layer()
        folder = path_utils.serving_model_path(artifact_utils.get_single_uri(input_dict["model"]))
        model = tf.saved_model.load(folder) if step.format == "keras" else step.load_fn(folder, context)
        counts: list[int] = []
        for split in splits:
            writer = SplitWriter(target.uri, split)
            try:
                for batch in read_split(source, split):
                    rows = RawRows(batch.serialized, transformed, layer)
                    writer.write(with_predictions(rows, step.test_fn(model, rows), transformed))
                    report_rows(sum(counts) + writer.count)
            finally:
                writer.close()
            counts.append(writer.count)
        describe(target, splits, counts)


def with_predictions(rows: RawRows, predicted: Any, transformed: Transformed) -> list[bytes]:
    """Rows as serialized tf.Examples with what was predicted of them.

    Raises:
        DataError: there is not one prediction a row, or a row has a class that the training never saw.
    """
    named = predicted if isinstance(predicted, dict) else {"": predicted}
    outputs = {_key(PREDICTION_KEY, name): _per_row(values, len(rows.serialized)) for name, values in named.items()}
    for name, label in rows.labels.items():
        if transformed.n_classes(name) and (label < 0).any():
            raise unknown_label("step trainer, its predictions")
        own = "" if len(rows.labels) == 1 else name.removesuffix(LABEL_SUFFIX)
        outputs[_key(LABEL_KEY, own)] = label.astype(np.float32).reshape(-1, 1)
    return [
        _extended(row, {name: values[i] for name, values in outputs.items()}) for i, row in enumerate(rows.serialized)
    ]


def _key(key: str, name: str) -> str:
    return f"{key}_{name}" if name else key


def _per_row(values: Any, n_rows: int) -> npt.NDArray[np.float32]:
    found = np.asarray(values, dtype=np.float32)
    if found.ndim == 0 or len(found) != n_rows:
        raise DataError(
            f"test_fn gave predictions of the shape {found.shape} for {n_rows} rows.",
            where="step trainer",
            advice="Give an array with one row of outputs for each row, or a dictionary of such arrays.",
        )
    return found.reshape(n_rows, -1)


def _extended(row: bytes, values: dict[str, npt.NDArray[np.float32]]) -> bytes:
    example = tf.train.Example.FromString(row)
    for name, floats in values.items():
        # A raw column of the same name may be text.
        example.features.feature[name].Clear()
        example.features.feature[name].float_list.value.extend(floats.tolist())
    return example.SerializeToString()


class Predict(base_component.BaseComponent):
    """Predicts the rows of some splits with a trained model."""

    SPEC_CLASS = PredictSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(PredictExecutor)

    def __init__(self, model: Any, input_examples: Any, transform_graph: Any, step: str, splits: list[str]) -> None:
        super().__init__(
            spec=PredictSpec(
                model=model,
                input_examples=input_examples,
                transform_graph=transform_graph,
                step=step,
                splits=json.dumps(splits),
                examples=Channel(type=standard_artifacts.Examples),
            )
        )
