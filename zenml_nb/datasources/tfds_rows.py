"""The records of a prepared dataset as batches of columns."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zenml_nb.datasources.arrow_values import Unfit, stored
from zenml_nb.datasources.columns import BYTES, FLOAT, INTEGER, STRING, Kind, arrow_type
from zenml_nb.datasources.files import open_file
from zenml_nb.datasources.snapshot import Restart
from zenml_nb.datasources.tfds_features import Feature
from zenml_nb.datasources.tfds_folder import Shard
from zenml_nb.datasources.tfrecord import parsed_record, records_in
from zenml_nb.errors import DataError, shorten_path

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS_PER_BLOCK = 4096
_BYTES_PER_BLOCK = 16 << 20
_ADVICE = "Copy the dataset again from where it came from, or prepare it again."
_NO_LABEL = -1


@dataclass(frozen=True)
class Columns:
    """What is read, and as which types.

    Attributes:
        features: the columns in their order.
        declared: types that the user declared, by name.
        wider: types that an earlier reading found necessary, by name.
        names: the names of class labels, by the name of the feature; those that stay numbers are left out.
    """

    features: Sequence[Feature]
    declared: Mapping[str, str]
    wider: Mapping[str, str]
    names: Mapping[str, list[str]]

    def kind(self, feature: Feature) -> Kind:
        """The kind of a feature's column."""
        own = STRING if feature.name in self.names else feature.type
        return Kind(self.declared.get(feature.name) or self.wider.get(feature.name) or own, feature.many)


def label_names(folder: str, features: Sequence[Feature], declared: Mapping[str, str]) -> dict[str, list[str]]:
    """The names of class labels, one a line of ``<feature>.labels.txt``; a dataset need not have them.

    Raises:
        DataError: a file cannot be read.
    """
    found = {}
    for feature in features:
        if feature.labels is None or declared.get(feature.name, STRING) not in (STRING, BYTES):
            continue
        path = os.path.join(folder, f"{feature.labels}.labels.txt")
        if not os.path.exists(path):
            continue
        with open_file(path, _ADVICE) as file:
            content = file.read()
        try:
            lines = content.decode("utf-8").split("\n")
        except UnicodeDecodeError as error:
            where = shorten_path(path)
            raise DataError(f"The names of labels are no UTF-8: {error}.", where=where, advice=_ADVICE) from None
        found[feature.name] = [line.strip() for line in lines if line.strip()]
    return found


def read_shards(shards: Sequence[Shard], columns: Columns, split_column: str | None) -> Iterator[pa.RecordBatch]:
    """The rows of files, in batches; with ``split_column``, a last column names the split of each.

    Raises:
        Restart: a column needs a wider type.
        DataError: a file is damaged, has another number of records than it should, or records do not hold what they
            should; with the record's number, from 1.
    """
    import pyarrow as pa

    n_rows = 0
    for shard in shards:
        for start, rows in _groups(shard):
            arrays = {feature.name: _column(feature, rows, start, shard, columns) for feature in columns.features}
            if split_column is not None:
                arrays[split_column] = pa.array([shard.split] * len(rows), pa.string())
            n_rows += len(rows)
            yield pa.record_batch(list(arrays.values()), list(arrays))
    if not n_rows:
        where = shorten_path(os.path.dirname(shards[0].path)) if shards else None
        raise DataError("The dataset has no records.", where=where, advice="Read another split, or prepare it again.")


def _groups(shard: Shard) -> Iterator[tuple[int, list[dict[str, list[Any] | None]]]]:
    """The records of a file in groups, each with the number of those before it."""
    rows: list[dict[str, list[Any] | None]] = []
    n_bytes = n_rows = 0
    if not shard.n_records and not (os.path.exists(shard.path) and os.path.getsize(shard.path)):
        return
    for record in records_in(shard.path):
        rows.append(parsed_record(shard.path, record, n_rows + len(rows) + 1))
        n_bytes += len(record)
        if len(rows) >= _ROWS_PER_BLOCK or n_bytes >= _BYTES_PER_BLOCK:
            yield n_rows, rows
            n_rows += len(rows)
            rows, n_bytes = [], 0
    if rows:
        yield n_rows, rows
    if n_rows + len(rows) != shard.n_records:
        raise DataError(
            f"The file holds {n_rows + len(rows)} records, and dataset_info.json says {shard.n_records}.",
            where=shorten_path(shard.path),
            advice=_ADVICE,
        )


def _column(
    feature: Feature, rows: Sequence[Mapping[str, list[Any] | None]], start: int, shard: Shard, columns: Columns
) -> pa.Array:
    try:
        values = [_value(feature, row.get(feature.name), number) for number, row in enumerate(rows)]
        names = columns.names.get(feature.name)
        if feature.labels is not None:
            values = [_label(feature, value, names, number) for number, value in enumerate(values)]
        return _as_array(feature, values, columns)
    except Unfit as unfit:
        raise DataError(
            f"The feature {feature.name!r} {unfit.what}.",
            where=f"{shorten_path(shard.path)}, record {start + unfit.row + 1}, feature {feature.name!r}",
            advice=unfit.advice,
        ) from None


def _value(feature: Feature, given: list[Any] | None, row: int) -> Any:
    """The value of a row: a list if the column is of lists, else a single value; None if it is missing.

    Raises:
        Unfit: the record does not hold what ``features.json`` says.
    """
    if given is None or (not given and not feature.many):
        if feature.optional:
            return None
        if feature.size is not None and feature.size > 0:
            raise Unfit(row, "is not in the record", _ADVICE)
        return []
    expected: type = bytes if not feature.dtype or feature.encoding != "none" else float
    expected = int if expected is float and feature.type == INTEGER else expected
    if given and not isinstance(given[0], expected):
        what = f"holds {type(given[0]).__name__} values, where features.json says {feature.dtype or 'bytes'}"
        raise Unfit(row, what, _ADVICE)
    values = given if feature.encoding == "none" else _unpacked(feature, given, row)
    if feature.size is not None and len(values) != feature.size:
        raise Unfit(row, f"holds {len(values)} values, where features.json says {feature.size}", _ADVICE)
    if feature.dtype == "uint64" and feature.encoding == "none":
        # A tf.Example has no such numbers: their bits lie in signed ones.
        values = [value + (1 << 64) if value < 0 else value for value in values]
    return values if feature.many else values[0]


def _unpacked(feature: Feature, parts: Sequence[bytes], row: int) -> list[Any]:
    import numpy as np

    dtype: Any = np.dtype(feature.dtype).newbyteorder("<")
    most = 0 if feature.size is None else feature.size * dtype.itemsize + 1
    values: list[Any] = []
    try:
        for part in parts:
            content = zlib.decompressobj().decompress(part, most) if feature.encoding == "zlib" else part
            numbers = np.frombuffer(content, dtype)
            values += (numbers.astype("i8") if feature.dtype == "bool" else numbers).tolist()
    except (zlib.error, ValueError) as error:
        raise Unfit(row, f"cannot be unpacked: {error}", _ADVICE) from None
    return values


def _label(feature: Feature, value: Any, names: Sequence[str] | None, row: int) -> Any:
    if isinstance(value, list):
        return [_label(feature, item, names, row) for item in value] if names else value
    if value is None or (value == _NO_LABEL and not feature.many):
        return None
    if names is None:
        return value
    if not 0 <= value < len(names):
        advice = f"{_ADVICE} Or read the numbers: column_types={{{feature.name!r}: 'INTEGER'}}."
        raise Unfit(row, f"holds the label {value}, and there are names of {len(names)}", advice)
    return names[value]


def _as_array(feature: Feature, values: list[Any], columns: Columns) -> pa.Array:
    import pyarrow as pa

    kind = columns.kind(feature)
    if feature.name in columns.names:
        raw = _typed(values, pa.string(), feature.many)
    elif feature.dtype == "uint64":
        raw = _typed(values, pa.uint64(), feature.many)
    elif feature.dtype:
        raw = _typed(values, pa.int64() if feature.type == INTEGER else pa.float64(), feature.many)
    elif kind.type == BYTES:
        raw = _typed(values, pa.binary(), feature.many)
    else:
        raw = _typed(_texts(feature, values, columns), pa.string(), feature.many)
    if kind == Kind(FLOAT, True) and raw.null_count == len(raw):
        return pa.nulls(len(raw), arrow_type(FLOAT, True))
    try:
        return stored(raw, kind)
    except Unfit:
        if feature.dtype == "uint64" and feature.name not in columns.declared and kind.type == INTEGER:
            raise Restart({**columns.wider, feature.name: FLOAT}) from None
        raise


def _typed(values: list[Any], element: pa.DataType, many: bool) -> pa.Array:
    import pyarrow as pa

    return pa.array(values, pa.list_(element) if many else element)


def _texts(feature: Feature, values: list[Any], columns: Columns) -> list[Any]:
    """Bytes as texts.

    Raises:
        Restart: some are no UTF-8, and the column becomes one of bytes.
        Unfit: they are declared as texts.
    """
    texts: list[Any] = []
    for row, value in enumerate(values):
        try:
            texts.append(_text(value))
        except UnicodeDecodeError as error:
            if feature.name in columns.declared:
                advice = f"Read it as bytes: column_types={{{feature.name!r}: 'BYTES'}}."
                raise Unfit(row, f"holds a text that is no UTF-8: {error}", advice) from None
            raise Restart({**columns.wider, feature.name: BYTES}) from None
    return texts


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return [item.decode("utf-8") for item in value]
    return None if value is None else value.decode("utf-8")
