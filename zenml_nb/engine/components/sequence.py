"""Sequencer: the rows of each split of an Examples artifact into sequences of rows."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from tfx.dsl.components.base import base_component, base_executor, executor_spec
from tfx.types import Channel, artifact_utils, standard_artifacts
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx_bsl.coders import example_coder

from zenml_nb.datasources.columns import arrow_type
from zenml_nb.engine import live
from zenml_nb.engine.examples import SplitWriter, describe, read_columns
from zenml_nb.engine.scope import report_rows
from zenml_nb.errors import DataError
from zenml_nb.steps.sequencer import ROWS_WITHOUT_CATEGORY, BaseSequencerStep

if TYPE_CHECKING:
    import pandas as pd

#: Beyond so many rows a split is sorted into parts by category on the disk, and one part at a time is in memory.
ROWS_AT_ONCE = 500_000
_WINDOWS_AT_ONCE = 1024


class SequencerSpec(ComponentSpec):
    """The step, by its declaration, and the columns of the data, as JSON, are the parameters."""

    PARAMETERS = {"step": ExecutionParameter(type=str), "columns": ExecutionParameter(type=str)}
    INPUTS = {"input_examples": ChannelParameter(type=standard_artifacts.Examples)}
    OUTPUTS = {"examples": ChannelParameter(type=standard_artifacts.Examples)}


class SequencerExecutor(base_executor.BaseExecutor):
    """Writes one example a sequence, each column a list, under the same split names."""

    def Do(self, input_dict: Any, output_dict: Any, exec_properties: dict[str, Any]) -> None:
        """Write the sequences; see ``tfx.dsl.components.base.base_executor.BaseExecutor.Do``.

        Raises:
            DataError: a split has no sequence, or the step gives something else than sequences.
        """
        step: BaseSequencerStep = live.restore(exec_properties["step"])
        columns: dict[str, str] = json.loads(exec_properties["columns"])
        source = artifact_utils.get_single_instance(input_dict["input_examples"])
        target = artifact_utils.get_single_instance(output_dict["examples"])
        splits = artifact_utils.decode_split_names(source.split_names)
        counts = []
        for split in splits:
            writer = SplitWriter(target.uri, split)
            try:
                left_out = _write_sequences(step, columns, source, split, writer)
            finally:
                writer.close()
            print(_summary(split, writer.count, left_out))
            if not writer.count:
                raise _no_sequence(step, split, left_out)
            for reason, count in left_out.items():
                target.set_int_custom_property(f"{reason}_{split}", count)
            counts.append(writer.count)
        describe(target, splits, counts)


def _write_sequences(
    step: BaseSequencerStep, columns: dict[str, str], source: Any, split: str, writer: SplitWriter
) -> Counter[str]:
    """Write the sequences of one split; what is left out is counted by reason."""
    kinds = step.output_columns(columns)
    encoder = example_coder.RecordBatchToExamplesEncoder()
    left_out: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for frame in _frames(step, columns, source, split, folder):
            rows = frame if step.category_column is None else frame[frame[step.category_column].notna()]
            if len(rows) < len(frame):
                left_out[ROWS_WITHOUT_CATEGORY] += len(frame) - len(rows)
            sequences = step.sequences(rows, columns)
            left_out.update(sequences.left_out)
            for batch in sequences.batches(_WINDOWS_AT_ONCE):
                lists = [_lists(batch[name], kind) for name, kind in kinds.items()]
                writer.write(encoder.encode(pa.RecordBatch.from_arrays(lists, list(kinds))))
                report_rows(writer.count, unit="sequences")
    return +left_out


def _frames(
    step: BaseSequencerStep, columns: dict[str, str], source: Any, split: str, folder: str
) -> Iterator[pd.DataFrame]:
    """The rows of a split, all rows of a category in the same frame."""
    batches = (_flat_batch(batch, columns) for batch in read_columns(source, split))
    schema = pa.schema([(name, arrow_type(kind)) for name, kind in columns.items()])
    # The split step counts what it writes; of other tools' examples it is not known.
    n_parts = -(-source.get_int_custom_property(f"rows_{split}") // ROWS_AT_ONCE)
    if step.category_column is None or n_parts <= 1:
        yield _frame(pa.Table.from_batches(list(batches), schema), columns)
        return
    paths = [os.path.join(folder, f"{part}.arrow") for part in range(n_parts)]
    _sort_into_files(batches, step.category_column, schema, paths)
    for path in paths:
        with pa.OSFile(path, "rb") as file, pa.ipc.open_stream(file) as reader:
            yield _frame(reader.read_all(), columns)
        os.remove(path)


def _sort_into_files(batches: Iterator[pa.RecordBatch], category: str, schema: pa.Schema, paths: list[str]) -> None:
    import pandas as pd

    writers = [pa.ipc.new_stream(path, schema) for path in paths]
    try:
        for batch in batches:
            values = batch.column(schema.get_field_index(category)).to_pandas()
            part = pd.util.hash_pandas_object(values, index=False).to_numpy() % len(paths)
            for index, writer in enumerate(writers):
                writer.write_batch(batch.filter(pa.array(part == index)))
    finally:
        for writer in writers:
            writer.close()


def _flat_batch(batch: pa.RecordBatch, columns: dict[str, str]) -> pa.RecordBatch:
    indices = {name: batch.schema.get_field_index(name) for name in columns}
    arrays = [
        pa.nulls(batch.num_rows, arrow_type(kind))
        if indices[name] < 0
        else _flat(batch.column(indices[name]), arrow_type(kind), name)
        for name, kind in columns.items()
    ]
    return pa.RecordBatch.from_arrays(arrays, list(columns))


def _flat(column: pa.Array, kind: pa.DataType, name: str) -> pa.Array:
    """Lists of at most one value as values, of none as null."""
    if pa.types.is_null(column.type):
        return pa.nulls(len(column), kind)
    lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy()
    if lengths.max(initial=0) > 1:
        raise DataError(
            f"A row has {lengths.max()} values in the column {name!r}.",
            where="step sequencer",
            advice="Sequences are made of rows of single values.",
        )
    indices = pa.array(np.cumsum(lengths) - lengths, mask=lengths == 0)
    return column.flatten().take(indices).cast(kind)


def _frame(table: pa.Table, columns: dict[str, str]) -> pd.DataFrame:
    """The rows as ``steps.sequencer.BaseSequencerStep.sequence_fn`` gets them."""
    import pandas as pd

    # Whole numbers with gaps would become floats, which hold 53 bits.
    nullable = {pa.int64(): pd.Int64Dtype()}
    series = {}
    for name, kind in columns.items():
        column = table.column(name)
        has_gaps = kind == "INTEGER" and column.null_count
        values = column.to_pandas(types_mapper=nullable.get if has_gaps else None)
        series[name] = values.astype("float64") if kind == "FLOAT" else values
    return pd.DataFrame(series)


def _lists(values: npt.NDArray[Any], kind: str) -> pa.Array:
    """An array of shape (windows, width) as a column of lists, in the types of a tf.Example."""
    n_windows, width = values.shape
    types = {"INTEGER": pa.int64(), "FLOAT": pa.float32(), "STRING": pa.string()}
    flat = pa.array(values.reshape(-1), type=types[kind])
    offsets = pa.array(np.arange(n_windows + 1, dtype=np.int32) * width)
    return pa.ListArray.from_arrays(offsets, flat.cast(pa.binary()) if kind == "STRING" else flat)


def _summary(split: str, count: int, left_out: Counter[str]) -> str:
    reasons = ", ".join(f"{number} {reason.replace('_', ' ')}" for reason, number in left_out.items())
    return f"split {split}: {count} sequences" + (f"; left out: {reasons}" if reasons else "")


def _no_sequence(step: BaseSequencerStep, split: str, left_out: Counter[str]) -> DataError:
    return DataError(
        f"There is no sequence in the {_summary(split, 0, left_out)}.",
        where=f"step sequencer ({type(step).__name__})",
        advice="Sequences are cut within the rows of a split, whose gaps are longer than those of the whole data: "
        "divide the data by time or category, raise gap_threshold, shorten sequence_length, or fill what is missing.",
    )


class Sequencer(base_component.BaseComponent):
    """Makes sequences of the rows of each split."""

    SPEC_CLASS = SequencerSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(SequencerExecutor)

    def __init__(self, input_examples: Any, step: str, columns: dict[str, str]) -> None:
        examples = Channel(type=standard_artifacts.Examples)
        spec = SequencerSpec(input_examples=input_examples, step=step, columns=json.dumps(columns), examples=examples)
        super().__init__(spec=spec)
