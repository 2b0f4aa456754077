"""What can be known of the sequences before a run: their columns, and whether the data holds any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml_nb.errors import DeclarationError
from zenml_nb.steps import BaseSequencerStep

if TYPE_CHECKING:
    import pandas

    from zenml_nb.datasources import Commit


def check_sequencer(step: BaseSequencerStep, commit: Commit) -> tuple[dict[str, str], dict[str, int]]:
    """Check a sequencer against the data.

    Returns:
        What the steps behind it find: column name to type, and column name to its number of missing values.

    Raises:
        DeclarationError: a column is missing or has lists, or a method does not fit its type.
        DataError: the timestamps cannot be read, or no series is long enough.
    """
    columns = {column.name: column.type for column in commit.columns}
    for column in commit.columns:
        if getattr(column, "many", False):
            raise DeclarationError(
                f"The rows of the column {column.name!r} are lists, and sequences are made of single values.",
                where="step sequencer",
                advice="Leave the column out of the data, or make columns of its values.",
            )
    step.check_columns(columns, {column.name: column.n_missing for column in commit.columns}, commit.n_rows)
    if step.read_before_run():
        step.check_rows(read_values(commit, step.read_before_run()), columns)
    made = step.output_columns(columns)
    return made, dict.fromkeys(made, 0)


def read_values(commit: Commit, names: list[str]) -> pandas.DataFrame:
    """Some columns of a commit; only these are ever in memory as a whole."""
    import pandas as pd
    import pyarrow as pa

    parts: dict[str, list[pa.Array]] = {name: [] for name in names}
    for batch in commit.record_batches():
        for name in names:
            parts[name].append(batch.column(batch.schema.get_field_index(name)))
    nullable = {pa.int64(): pd.Int64Dtype()}
    frame: pandas.DataFrame = pd.DataFrame(
        {name: pa.chunked_array(arrays).to_pandas(types_mapper=nullable.get) for name, arrays in parts.items()}
    )
    return frame
