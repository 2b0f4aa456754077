"""Evaluators of a user's own: what they get of the model and the rows, and their metrics as files of TFMA."""

from __future__ import annotations

import functools
import json
import numbers
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import tensorflow as tf
import tensorflow_model_analysis as tfma
from google.protobuf import json_format
from tensorflow_model_analysis.proto import config_pb2, metrics_for_slice_pb2, validation_result_pb2
from tfx.types import artifact_utils
from tfx.utils import path_utils

from zenml_nb.engine.examples import read_split
from zenml_nb.errors import DataError
from zenml_nb.steps.evaluator import BaseEvaluatorStep

_Key = tuple[tuple[str, str], ...]
_ADVICE = "Return {(): {'metric': number}, (('column', 'value'),): {'metric': number}}, or {'metric': number}."
_METRICS, _SETTINGS = "metrics-00000-of-00001.tfrecord", "eval_config.json"
_VALIDATION = "validations.tfrecord"


class RowsContext:
    """The rows and the model of an evaluation; see ``steps.evaluator.EvaluationContext``.

    Args:
        examples: TFX's Examples artifact.
        splits: the splits to read.
        model: the folder of the SavedModel; '' for none.
    """

    def __init__(self, examples: Any, splits: list[str], model: str) -> None:
        self._examples = examples
        self._splits = splits
        self.model_uri = model

    def frame(self) -> pd.DataFrame:
        """See ``steps.evaluator.EvaluationContext``."""
        return self._frame.copy()

    def transformed(self) -> dict[str, npt.NDArray[Any]]:
        """See ``steps.evaluator.EvaluationContext``."""
        return self._called("transform_features")

    def predict(self) -> npt.NDArray[Any] | dict[str, npt.NDArray[Any]]:
        """See ``steps.evaluator.EvaluationContext``."""
        outputs = self._called("serving_default")
        return next(iter(outputs.values())) if len(outputs) == 1 else outputs

    @functools.cached_property
    def _batches(self) -> list[Any]:
        return [rows for split in self._splits for rows in read_split(self._examples, split)]

    @functools.cached_property
    def _frame(self) -> pd.DataFrame:
        return pd.DataFrame([row for rows in self._batches for row in rows.examples()])

    @functools.cached_property
    def _model(self) -> Any:
        if not self.model_uri:
            raise DataError(
                "There is no SavedModel to predict with.",
                where="step evaluator",
                advice="Use the predictions that the trainer stored: they are columns of context.frame().",
            )
        return tf.saved_model.load(self.model_uri)

    def _called(self, signature: str) -> dict[str, npt.NDArray[Any]]:
        call = self._model.signatures[signature]
        parts = [call(examples=tf.constant(rows.serialized)) for rows in self._batches]
        return {name: np.concatenate([part[name].numpy() for part in parts]) for name in parts[0]}


def evaluate_by_hand(step: BaseEvaluatorStep, inputs: Mapping[str, Any], uri: str) -> list[str]:
    """Let a step compute metrics, and write them.

    Returns:
        Why the model is not good enough; empty if it is, or where the step does not judge.

    Raises:
        DataError: what it returned are no metrics.
    """
    examples = artifact_utils.get_single_instance(inputs["examples"])
    model = inputs.get("model")
    folder = path_utils.serving_model_path(model[0].uri) if model else ""
    is_saved_model = os.path.exists(os.path.join(folder, "saved_model.pb"))
    context = RowsContext(examples, list(step.split_mapping["eval_splits"]), folder if is_saved_model else "")
    metrics = checked_metrics(type(step).__name__, step.evaluate_fn(context))
    write_metrics(Path(uri), metrics, examples.uri, folder)
    if not step.is_gate:
        return []
    reasons = [str(reason) for reason in step.verdict(metrics)]
    write_verdict(Path(uri), reasons)
    return reasons


def checked_metrics(name: str, returned: Any) -> dict[_Key, dict[str, float]]:
    """What ``evaluate_fn`` returned, in its full form.

    Raises:
        DataError: it is something else, or says nothing of the whole data.
    """
    if not isinstance(returned, Mapping) or not returned:
        raise DataError(f"{name}.evaluate_fn returned {returned!r:.200}.", where="step evaluator", advice=_ADVICE)
    if all(isinstance(key, str) for key in returned):
        returned = {(): returned}
    found: dict[_Key, dict[str, float]] = {}
    for key, metrics in returned.items():
        if not _is_key(key) or not isinstance(metrics, Mapping) or not all(map(_is_metric, metrics.items())):
            raise DataError(
                f"{name}.evaluate_fn returned the slice {key!r} with {metrics!r:.200}.",
                where="step evaluator",
                advice=_ADVICE,
            )
        found[tuple((column, str(value)) for column, value in key)] = {m: float(v) for m, v in metrics.items()}
    if () not in found:
        raise DataError(
            f"{name}.evaluate_fn returned no metrics of the whole data.", where="step evaluator", advice=_ADVICE
        )
    return found


def _is_key(key: Any) -> bool:
    return isinstance(key, tuple) and all(
        isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[0], str) for pair in key
    )


def _is_metric(item: tuple[Any, Any]) -> bool:
    # NumPy's booleans are no numbers, Python's are.
    return isinstance(item[0], str) and isinstance(item[1], numbers.Real) and not isinstance(item[1], bool)


def write_metrics(folder: Path, metrics: Mapping[_Key, Mapping[str, float]], data: str, model: str) -> None:
    """Write metrics as TFMA does, so that every reader of evaluations reads them.

    Args:
        folder: of the evaluation.
        metrics: by slice.
        data, model: where they lie, for the record.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tf.io.TFRecordWriter(str(folder / _METRICS)) as writer:
        for key, values in metrics.items():
            message = metrics_for_slice_pb2.MetricsForSlice()
            for column, value in key:
                message.slice_key.single_slice_keys.add(column=column, bytes_value=value.encode())
            if not key:
                message.slice_key.SetInParent()
            for name, number in values.items():
                entry = message.metric_keys_and_values.add()
                entry.key.name = name
                entry.value.double_value.value = number
            writer.write(message.SerializeToString())
    run = config_pb2.EvalRun(version=tfma.VERSION_STRING, data_location=data, file_format="tfrecords_gzip")
    run.eval_config.model_specs.add()
    run.eval_config.slicing_specs.add()
    run.model_locations[""] = model
    text = json.dumps(json.loads(json_format.MessageToJson(run)), sort_keys=True)
    (folder / _SETTINGS).write_text(text, encoding="utf-8")


def write_verdict(folder: Path, reasons: Sequence[str]) -> None:
    """Write a verdict as TFMA does its validations: a reason is a failure of no metric, with a message.

    Args:
        folder: of the evaluation.
        reasons: why the model is not good enough; none if it is.
    """
    result = validation_result_pb2.ValidationResult(validation_ok=not reasons)
    if reasons:
        overall = result.metric_validations_per_slice.add()
        overall.slice_key.SetInParent()
        for reason in reasons:
            overall.failures.add(message=reason)
    with tf.io.TFRecordWriter(str(folder / _VALIDATION)) as writer:
        writer.write(result.SerializeToString())
