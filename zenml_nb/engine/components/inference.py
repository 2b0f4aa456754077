"""Inference: the rows of an Examples artifact with what a model predicts for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import tensorflow as tf
from tfx.dsl.components.base import base_component, base_executor, executor_spec
from tfx.types import Channel, artifact_utils, standard_artifacts
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.utils import path_utils
from tfx_bsl.coders import example_coder

from zenml_nb.engine import live
from zenml_nb.engine.examples import SerializedRows, SplitWriter, describe, read_split
from zenml_nb.engine.scope import report_rows
from zenml_nb.errors import DataError
from zenml_nb.pipelines.inference import SPLIT
from zenml_nb.pipelines.model_source import SIGNATURE
from zenml_nb.steps import InferenceStep

_WHERE = "step infer"


class InferenceSpec(ComponentSpec):
    """The step is the parameter, by its declaration."""

    PARAMETERS = {"step": ExecutionParameter(type=str)}
    INPUTS = {
        "examples": ChannelParameter(type=standard_artifacts.Examples),
        "model": ChannelParameter(type=standard_artifacts.Model),
    }
    OUTPUTS = {"predictions": ChannelParameter(type=standard_artifacts.Examples)}


class InferenceExecutor(base_executor.BaseExecutor):
    """Asks the model's ``serving_default`` batch by batch; the order of the rows is kept."""

    def Do(self, input_dict: Any, output_dict: Any, exec_properties: dict[str, Any]) -> None:
        """Write the predictions; see ``tfx.dsl.components.base.base_executor.BaseExecutor.Do``.

        Raises:
            DataError: the model takes no serialized examples, or gives something else than a value a row.
        """
        step: InferenceStep = live.restore(exec_properties["step"])
        source = artifact_utils.get_single_instance(input_dict["examples"])
        target = artifact_utils.get_single_instance(output_dict["predictions"])
        served = _Served(path_utils.serving_model_path(artifact_utils.get_single_uri(input_dict["model"])))
        writer = SplitWriter(target.uri, SPLIT)
        try:
            for rows in _batches(source, step.batch_size):
                predictions = step.predictions(served.outputs(rows))
                step.check_names(predictions, rows.batch.schema.names)
                writer.write(_joined(_kept(step, rows), _encoded(predictions, len(rows))))
                report_rows(writer.count)
        finally:
            writer.close()
        describe(target, [SPLIT], [writer.count])


class _Served:
    """A model that predicts serialized examples."""

    def __init__(self, folder: str) -> None:
        # Kept as long as its signature is used: with the model its variables would go.
        self._model = tf.saved_model.load(folder)
        signatures = self._model.signatures
        if SIGNATURE not in signatures:
            raise DataError(
                f"The model has no signature {SIGNATURE!r}; it has: {', '.join(sorted(signatures)) or 'none'}.",
                where=_WHERE,
                advice=f"Export it with a signature {SIGNATURE!r} that takes serialized tf.Examples.",
            )
        self._signature = signatures[SIGNATURE]
        inputs = self._signature.structured_input_signature[1]
        if len(inputs) != 1 or next(iter(inputs.values())).dtype != tf.string:
            taken = ", ".join(f"{name} ({spec.dtype.name})" for name, spec in inputs.items())
            raise DataError(
                f"The model takes {taken or 'nothing'}, not serialized examples.",
                where=_WHERE,
                advice="Export it with a signature of one text input, which it parses by tf.io.parse_example.",
            )
        self._input = next(iter(inputs))

    def outputs(self, rows: SerializedRows) -> dict[str, npt.NDArray[Any]]:
        """The outputs for a batch, by name; each of shape (rows, ...)."""
        given = self._signature(**{self._input: tf.constant(rows.serialized)})
        for name, tensor in given.items():
            if not isinstance(tensor, tf.Tensor):
                raise DataError(
                    f"The output {name!r} of the model is a {type(tensor).__name__}.",
                    where=_WHERE,
                    advice="Export dense outputs, with the same number of values for each row.",
                )
        return {name: tensor.numpy() for name, tensor in given.items()}


def _batches(source: Any, size: int) -> Iterator[SerializedRows]:
    for split in artifact_utils.decode_split_names(source.split_names):
        yield from read_split(source, split, rows=size)


def _kept(step: InferenceStep, rows: SerializedRows) -> list[bytes]:
    """The rows as they are written: as they were read, or with some columns alone."""
    if step.keep_columns is None:
        return list(rows.serialized)
    names = [name for name in rows.batch.schema.names if name in step.keep_columns]
    columns = {name: rows.batch.column(rows.batch.schema.get_field_index(name)) for name in names}
    # A column without a value in this batch has no type, and nothing to write.
    return _as_examples({n: c for n, c in columns.items() if not pa.types.is_null(c.type)}, len(rows))


def _encoded(predictions: Mapping[str, Any], n_rows: int) -> list[bytes]:
    return _as_examples({name: _as_lists(name, np.asarray(v), n_rows) for name, v in predictions.items()}, n_rows)


def _as_examples(columns: Mapping[str, pa.Array], n_rows: int) -> list[bytes]:
    if not columns:
        return [b""] * n_rows
    batch = pa.RecordBatch.from_arrays(list(columns.values()), list(columns))
    return list(example_coder.RecordBatchToExamplesEncoder().encode(batch))


def _joined(rows: list[bytes], predictions: list[bytes]) -> list[bytes]:
    # Protobuf merges messages that stand one after the other, and the entries of their maps with them.
    return [row + predicted for row, predicted in zip(rows, predictions, strict=True)]


def _as_lists(name: str, values: npt.NDArray[Any], n_rows: int) -> pa.Array:
    """Values of shape (rows, ...) as a list column of a tf.Example's types: float32, int64 or bytes."""
    if not values.ndim or len(values) != n_rows:
        raise DataError(
            f"The predictions {name!r} have the shape {values.shape}, for {n_rows} rows.",
            where=_WHERE,
            advice="Give one value, or one array, for each row.",
        )
    flat = values.reshape(-1)
    if values.dtype.kind == "f":
        items = pa.array(flat.astype(np.float32))
    elif values.dtype.kind in "iub":
        items = pa.array(flat.astype(np.int64))
    else:
        items = pa.array([v if isinstance(v, bytes) else str(v).encode() for v in flat.tolist()], type=pa.binary())
    width = len(flat) // n_rows if n_rows else 0
    return pa.ListArray.from_arrays(pa.array(np.arange(n_rows + 1, dtype=np.int32) * np.int32(width)), items)


class Inference(base_component.BaseComponent):
    """Writes the rows of an Examples artifact with the predictions of a model."""

    SPEC_CLASS = InferenceSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(InferenceExecutor)

    def __init__(self, examples: Any, model: Any, step: str) -> None:
        predictions = Channel(type=standard_artifacts.Examples)
        super().__init__(spec=InferenceSpec(examples=examples, model=model, step=step, predictions=predictions))
