from __future__ import annotations

import pyarrow as pa
import pytest

from zenml_nb.steps import BaseSplit


class Rows:
    """A batch as a split gets it: list columns, and rows as dictionaries."""

    def __init__(self, columns):
        arrays = [values if isinstance(values, pa.Array) else pa.array(values) for values in columns.values()]
        self.batch = pa.RecordBatch.from_arrays(arrays, list(columns))

    def examples(self):
        columns = {name: self.batch.column(i).to_pylist() for i, name in enumerate(self.batch.schema.names)}
        return [{name: (values[row] or [None])[0] for name, values in columns.items()} for row in range(len(self))]

    def __len__(self):
        return self.batch.num_rows


@pytest.fixture(scope="session")
def make_rows():
    """Makes a batch from columns: name to a list of lists."""
    return lambda **columns: Rows(columns)


@pytest.fixture(scope="session")
def make_split():
    """Makes a split of the user's own from a function of one row."""

    def make(choose, names=("train", "eval")):
        class OwnSplit(BaseSplit):
            def get_split_names(self):
                return list(names)

            def partition_fn(self, element, num_partitions):
                assert num_partitions == len(names)
                return choose(element)

        return OwnSplit()

    return make


class Committed:
    """Committed data as a check gets it: flat columns, in two batches."""

    def __init__(self, columns):
        arrays = [pa.array(values) for values in columns.values()]
        self.batch = pa.RecordBatch.from_arrays(
            [a.cast(pa.float32()) if pa.types.is_floating(a.type) else a for a in arrays], list(columns)
        )
        self.n_rows = self.batch.num_rows

    def record_batches(self, max_rows=16384, columns=None):
        names = columns or self.batch.schema.names
        chosen = pa.RecordBatch.from_arrays([self.batch.column(self.batch.schema.names.index(n)) for n in names], names)
        yield from (chosen.slice(0, 1), chosen.slice(1))


@pytest.fixture(scope="session")
def committed():
    """Makes committed data from columns."""
    return lambda **columns: Committed(columns)
