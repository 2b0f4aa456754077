"""Inference: how a model's predictions of many rows are made and written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zenml_nb.errors import DataError, DeclarationError, did_you_mean
from zenml_nb.steps.base import BaseStep, listed, mapped, whole_number

if TYPE_CHECKING:
    import numpy.typing as npt

    Arrays = Mapping[str, npt.NDArray[Any]]

#: The name of the column of a model with one output.
PREDICTION = "prediction"


class InferenceStep(BaseStep):
    """Lets a model predict rows in batches; each row is written with its predictions beside it.

    A subclass may give ``predictions``, to make something else of what the model says (a class of probabilities).

    Args:
        batch_size: rows that the model is asked for at once.
        output_columns: name of an output of the model to the column that its predictions are written to; by default
            ``prediction`` for a model with one output, else the names of the outputs.
        keep_columns: the columns of the data that are written beside the predictions; all by default.

    Raises:
        DeclarationError: an argument is of the wrong type, or two outputs go to one column.
    """

    slot = "infer"

    def __init__(
        self,
        batch_size: int = 512,
        output_columns: Mapping[str, str] | None = None,
        keep_columns: Sequence[str] | None = None,
    ) -> None:
        self.batch_size = whole_number("batch_size", batch_size, at_least=1)
        self.output_columns = mapped("output_columns", output_columns or {})
        self.keep_columns = None if keep_columns is None else listed("keep_columns", keep_columns)
        for output, column in self.output_columns.items():
            if not isinstance(column, str) or not column:
                raise DeclarationError(
                    f"output_columns[{output!r}] is {column!r}.", advice="Give the name of a column to write."
                )
        if len(set(self.output_columns.values())) < len(self.output_columns):
            raise DeclarationError("output_columns names a column twice.", advice="Give each output its own column.")

    def predictions(self, outputs: Arrays) -> Arrays:
        """What is written of one batch of the model's outputs.

        Args:
            outputs: name of an output to its values, shape (rows, ...).

        Returns:
            Name of a column to its values, of the same number of rows; by default the outputs under the names of
            ``output_columns``. What a row has more than one of becomes a list, in row-major order.
        """
        names = self.column_names(list(outputs))
        return {names[output]: values for output, values in outputs.items()}

    def column_names(self, outputs: Sequence[str]) -> dict[str, str]:
        """The column of each output of a model.

        Raises:
            DeclarationError: ``output_columns`` names an output that the model does not have.
        """
        for output in self.output_columns:
            if output not in outputs:
                raise DeclarationError(
                    f"output_columns names the output {output!r}, which the model does not have.",
                    where="step infer",
                    advice=did_you_mean(output, outputs),
                )
        default = {outputs[0]: PREDICTION} if len(outputs) == 1 else {output: output for output in outputs}
        return {**default, **self.output_columns}

    def check_columns(self, columns: Iterable[str], outputs: Sequence[str] | None) -> None:
        """Tell before the run what does not fit the data and the model.

        Args:
            columns: of the data.
            outputs: of the model; None where they are known only when it is loaded.

        Raises:
            DeclarationError: a column to keep is missing (the nearest names are given).
            DataError: predictions would be written over a column of the data.
        """
        known = list(columns)
        for name in self.keep_columns or ():
            if name not in known:
                raise DeclarationError(
                    f"{type(self).__name__}(keep_columns=...) names the column {name!r}, which the data does not have.",
                    where="step infer",
                    advice=did_you_mean(str(name), known),
                )
        # A step of the user's own names its columns itself, when it has run.
        if outputs is not None and type(self).predictions is InferenceStep.predictions:
            self.check_names(list(self.column_names(outputs).values()), known)

    def check_names(self, names: Iterable[str], columns: Iterable[str]) -> None:
        """Check that predictions have columns of their own.

        Raises:
            DataError: one is the name of a column that is kept.
        """
        kept = set(columns if self.keep_columns is None else self.keep_columns)
        for name in names:
            if name in kept:
                raise DataError(
                    f"Predictions would be written over the column {name!r} of the data.",
                    where="step infer",
                    advice="Name another column: InferenceStep(output_columns={'output': 'column'}).",
                )
