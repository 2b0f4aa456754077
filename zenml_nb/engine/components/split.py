"""Split: the rows of an Examples artifact into the splits of a step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from tfx.dsl.components.base import base_component, base_executor, executor_spec
from tfx.types import Channel, artifact_utils, standard_artifacts
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter

from zenml_nb.engine import live
from zenml_nb.engine.examples import SerializedRows, SplitWriter, describe, read_split
from zenml_nb.engine.scope import report_rows
from zenml_nb.errors import DataError
from zenml_nb.steps.split import BaseSplit, Partition

#: The custom property that holds what a split learned from the data, as JSON.
LEARNED_PROPERTY = "learned"
# MySQL keeps no longer texts.
_LONGEST = 15_000


class SplitSpec(ComponentSpec):
    """The step is the parameter, by its declaration."""

    PARAMETERS = {"step": ExecutionParameter(type=str)}
    INPUTS = {"input_examples": ChannelParameter(type=standard_artifacts.Examples)}
    OUTPUTS = {"examples": ChannelParameter(type=standard_artifacts.Examples)}


class SplitExecutor(base_executor.BaseExecutor):
    """Copies each serialized row, as it is, to the file of its split."""

    def Do(self, input_dict: Any, output_dict: Any, exec_properties: dict[str, Any]) -> None:
        """Write the splits; see ``tfx.dsl.components.base.base_executor.BaseExecutor.Do``.

        Raises:
            DataError: a split stays empty, or the step gives a number that is no split.
        """
        step: BaseSplit = live.restore(exec_properties["step"])
        names = step.get_split_names()
        source = artifact_utils.get_single_instance(input_dict["input_examples"])
        target = artifact_utils.get_single_instance(output_dict["examples"])
        fitted = _fitted(step, source)
        writers = [SplitWriter(target.uri, name) for name in names]
        done = 0
        try:
            for rows in _all_rows(source):
                _distribute(step, fitted, rows, writers)
                done += len(rows)
                report_rows(done)
        finally:
            for writer in writers:
                writer.close()
        counts = [writer.count for writer in writers]
        empty = [name for name, count in zip(names, counts, strict=True) if not count]
        if empty:
            raise DataError(
                f"The split {empty[0]!r} stays empty: none of the {done} rows falls into it.",
                where=f"step split ({type(step).__name__})",
                advice="Use more data, other shares or another seed, or leave this split out.",
            )
        describe(target, names, counts)
        _record(target, fitted)


def _all_rows(source: Any) -> Iterator[SerializedRows]:
    for split in artifact_utils.decode_split_names(source.split_names):
        yield from read_split(source, split)


def _fitted(step: BaseSplit, source: Any) -> Partition:
    """The step with what it must know of the whole data; most need nothing, and then nothing is read."""
    fitted = step.fit(_all_rows(source))
    if not callable(getattr(fitted, "partition", None)):
        raise DataError(
            f"{type(step).__name__}.fit gave {fitted!r}.",
            where="step split",
            advice="Return an object with partition(rows) and learned, or the step itself.",
        )
    return fitted


def _record(target: Any, fitted: Partition) -> None:
    learned = json.dumps(dict(getattr(fitted, "learned", None) or {}), allow_nan=False)
    if learned != "{}":
        note = json.dumps({"not recorded": f"{len(learned)} characters"})
        target.set_string_custom_property(LEARNED_PROPERTY, learned if len(learned) <= _LONGEST else note)


def _distribute(step: BaseSplit, fitted: Partition, rows: SerializedRows, writers: list[SplitWriter]) -> None:
    chosen = _checked(step, np.asarray(fitted.partition(rows)), len(rows), len(writers))
    serialized = np.asarray(rows.serialized, dtype=object)
    for index, writer in enumerate(writers):
        writer.write(serialized[chosen == index])


def _checked(step: BaseSplit, chosen: npt.NDArray[Any], n_rows: int, n_splits: int) -> npt.NDArray[Any]:
    if chosen.shape != (n_rows,) or chosen.dtype.kind not in "iu" or chosen.min() < -1 or chosen.max() >= n_splits:
        raise DataError(
            f"{type(step).__name__} gave {chosen.dtype} of shape {chosen.shape} with values from {chosen.min()} to "
            f"{chosen.max()}, for {n_rows} rows and {n_splits} splits.",
            where="step split",
            advice=f"Give a whole number from 0 to {n_splits - 1} for each row, or -1 to leave a row out.",
        )
    return chosen


class Split(base_component.BaseComponent):
    """Distributes the rows of an Examples artifact over the splits that a step names."""

    SPEC_CLASS = SplitSpec
    EXECUTOR_SPEC = executor_spec.ExecutorClassSpec(SplitExecutor)

    def __init__(self, input_examples: Any, step: str) -> None:
        examples = Channel(type=standard_artifacts.Examples)
        super().__init__(spec=SplitSpec(input_examples=input_examples, step=step, examples=examples))
