"""pandas frames as Arrow batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from zenml_nb.datasources.columns import FLOAT, INTEGER, STRING, Kind, arrow_type
from zenml_nb.datasources.frame_lists import nested_kind, nested_values
from zenml_nb.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    import pyarrow as pa

_ROWS_PER_BATCH = 65_536
_TIME = "TIME"
_INT64 = (-(2**63), 2**63 - 1)

# What pandas.api.types.infer_dtype says of a column of objects.
_INFERRED = {
    "string": STRING,
    "empty": STRING,
    "boolean": INTEGER,
    "integer": INTEGER,
    "floating": FLOAT,
    "mixed-integer-float": FLOAT,
    "datetime": _TIME,
    "datetime64": _TIME,
    "date": _TIME,
}


def frame_batches(frame: pd.DataFrame, where: str) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a frame in batches of int64, float32 and string columns.

    Raises:
        DataError: the frame is empty, or a column is unfit; see ``PandasDatasource``.
    """
    _check_frame(frame, where)
    names = list(frame.columns)
    columns = [_plain_column(frame.iloc[:, position]) for position in range(len(names))]
    kinds = [_kind(column, f"{where}, column {name!r}") for name, column in zip(names, columns, strict=True)]
    return _batches(names, columns, kinds, where)


def _batches(
    names: list[str], columns: list[pd.Series[Any]], kinds: list[str | Kind], where: str
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    schema = pa.schema([(name, _stored_as(kind)) for name, kind in zip(names, kinds, strict=True)])
    for start in range(0, len(columns[0]), _ROWS_PER_BATCH):
        parts = [column.iloc[start : start + _ROWS_PER_BATCH] for column in columns]
        arrays = [
            _converted(part, kind, f"{where}, column {n!r}") for n, part, kind in zip(names, parts, kinds, strict=True)
        ]
        yield pa.record_batch(arrays, schema)


def _stored_as(kind: str | Kind) -> pa.DataType:
    if isinstance(kind, Kind):
        return arrow_type(*kind)
    return arrow_type(INTEGER if kind == _TIME else kind)


def _converted(part: pd.Series[Any], kind: str | Kind, where: str) -> pa.Array:
    return nested_values(part, kind, where) if isinstance(kind, Kind) else _CONVERT[kind](part, where)


def _check_frame(frame: pd.DataFrame, where: str) -> None:
    if not frame.shape[1] or not frame.shape[0]:
        rows, columns = frame.shape
        raise DataError(
            f"The frame is empty: {rows} rows, {columns} columns.",
            where=where,
            advice="Give rows and columns.",
        )
    seen: dict[str, int] = {}
    for position, name in enumerate(frame.columns, 1):
        if not isinstance(name, str) or not name.strip():
            raise DataError(
                f"The name of column {position} is {name!r}.",
                where=where,
                advice="Name every column by a text: df.columns = [...], or df.columns.map(str).",
            )
        if name in seen:
            raise DataError(
                f"Columns {seen[name]} and {position} have the same name, {name!r}.",
                where=where,
                advice="Rename one of them, or drop it: df.loc[:, ~df.columns.duplicated()].",
            )
        seen[name] = position


def _plain_column(series: Any) -> Any:
    """Replace categories by their values, and Arrow-backed and sparse columns by ordinary ones."""
    import pandas as pd

    if isinstance(series.dtype, pd.CategoricalDtype):
        # Few values many times: the values are checked once, and taken by their codes.
        values = _nullable(series.cat.categories.to_series().reset_index(drop=True))
        return values.reindex(series.cat.codes.to_numpy())
    if type(series.dtype).__name__ == "ArrowDtype":
        return series.astype(object)
    if type(series.dtype).__name__ == "SparseDtype":
        return series.sparse.to_dense()
    return series


def _nullable(values: Any) -> Any:
    """Give whole numbers and booleans a type that has missing values; float64 would round large numbers."""
    import numpy as np

    if not isinstance(values.dtype, np.dtype) or values.dtype.kind not in "iub":
        return values
    return values.astype({"i": "Int64", "u": "UInt64", "b": "boolean"}[values.dtype.kind])


def _kind(series: pd.Series[Any], where: str) -> str | Kind:
    from pandas.api import types

    dtype = series.dtype
    if types.is_object_dtype(dtype):
        return _object_kind(series, where)
    if types.is_bool_dtype(dtype):
        return INTEGER
    if types.is_integer_dtype(dtype):
        return _integer_kind(series)
    if types.is_float_dtype(dtype):
        return FLOAT
    if types.is_datetime64_any_dtype(dtype):
        return _TIME
    if types.is_string_dtype(dtype):
        return STRING
    raise DataError(
        f"Values of the type {dtype} are neither numbers nor texts nor times.",
        where=where,
        advice="Convert the column: durations by .dt.total_seconds(), others by .astype(str).",
    )


def _integer_kind(series: pd.Series[Any]) -> str:
    low, high = series.min(), series.max()
    fits = series.isna().all() or (_INT64[0] <= low and high <= _INT64[1])
    return INTEGER if fits else FLOAT


def _object_kind(series: pd.Series[Any], where: str) -> str | Kind:
    import pandas as pd

    inferred = pd.api.types.infer_dtype(series, skipna=True)
    kind = _INFERRED.get(inferred)
    if kind is None and (nested := nested_kind(series, where)) is not None:
        return nested
    if kind is None:
        _fail_objects(series, where)
    if inferred == "integer":
        return _integer_kind(series.dropna())
    return kind


def _fail_objects(series: pd.Series[Any], where: str) -> NoReturn:
    """Name the first value of no known type, or the first two values whose types conflict."""
    import pandas as pd

    first: tuple[int, Any, str] | None = None
    for row, value in enumerate(series):
        if not isinstance(value, (list, tuple, dict, set)) and pd.api.types.is_scalar(value) and pd.isna(value):
            continue
        family = _family(value)
        if family is None:
            _fail_value(value, row, where)
        if first is not None and first[2] != family:
            raise DataError(
                f"Values have mixed types: row {first[0]} holds the {first[2]} {first[1]!r}, "
                f"row {row} the {family} {value!r}.",
                where=f"{where}, row {row}",
                advice="Make them one type: .astype(str) for texts, pd.to_numeric for numbers.",
            )
        first = first or (row, value, family)
    raise DataError("The values are of no type that is known here.", where=where, advice="Convert the column.")


def _family(value: Any) -> str | None:
    import datetime

    import numpy as np

    families: list[tuple[tuple[type, ...], str]] = [
        ((str,), "text"),
        ((bool, np.bool_), "boolean"),
        ((int, float, np.integer, np.floating), "number"),
        ((datetime.datetime, np.datetime64), "time"),
        ((datetime.date,), "date"),
    ]
    return next((family for kinds, family in families if isinstance(value, kinds)), None)


def _fail_value(value: Any, row: int, where: str) -> NoReturn:
    nested = isinstance(value, (list, tuple, dict, set)) or hasattr(value, "__array__")
    advice = "Convert the column: bytes by .str.decode('utf-8'), decimal numbers by .astype(float)."
    if nested:
        advice = "Give one value a row: spread the parts over columns, or explode the rows."
    raise DataError(
        f"Row {row} holds a {type(value).__name__}, which is neither a number nor a text nor a time.",
        where=f"{where}, row {row}",
        advice=advice,
    )


def _filled(series: Any, missing: Any, value: float) -> Any:
    """Give the values as a NumPy array, with ``value`` in the place of missing ones."""
    if not missing.any():
        return series.to_numpy()
    if series.dtype.kind == "f":
        return series.to_numpy(dtype="float64", na_value=value)
    # NA among objects cannot be converted, and to_numpy(na_value=...) of pandas 1 converts before it fills.
    values = series.to_numpy(dtype=object).copy()
    values[missing] = value
    return values


def _integers(series: pd.Series[Any], where: str) -> pa.Array:
    import pyarrow as pa

    missing = series.isna().to_numpy()
    return pa.array(_filled(series, missing, 0).astype("int64"), pa.int64(), mask=missing)


def _floats(series: pd.Series[Any], where: str) -> pa.Array:
    import numpy as np
    import pyarrow as pa

    with np.errstate(over="ignore"):
        filled = _filled(series, series.isna().to_numpy(), np.nan)
        values = filled.astype("float64").astype("float32")
    return pa.array(values, pa.float32(), mask=np.isnan(values))


def _texts(series: pd.Series[Any], where: str) -> pa.Array:
    import pyarrow as pa

    values = series.to_numpy(dtype=object)
    try:
        return pa.array(values, pa.string(), mask=series.isna().to_numpy())
    except UnicodeEncodeError as error:
        raise DataError(
            f"A text cannot be written as UTF-8: {error.reason}.",
            where=where,
            advice="Replace lone surrogates: .str.encode('utf-8', 'replace').str.decode('utf-8').",
        ) from error


def _seconds(series: pd.Series[Any], where: str) -> pa.Array:
    import pandas as pd
    import pyarrow as pa

    try:
        times = pd.to_datetime(series, utc=True).dt.tz_localize(None)
    except (ValueError, TypeError, OverflowError) as error:
        raise DataError(f"A time cannot be read: {error}.", where=where, advice="Convert the column.") from error
    missing = times.isna().to_numpy()
    seconds = times.to_numpy().astype("datetime64[s]").astype("int64")
    return pa.array(seconds, pa.int64(), mask=missing)


_CONVERT = {INTEGER: _integers, FLOAT: _floats, STRING: _texts, _TIME: _seconds}
