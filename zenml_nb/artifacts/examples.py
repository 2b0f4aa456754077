"""Rows of an Examples artifact as a pandas frame, without TensorFlow."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml_nb.artifacts.damage import unreadable
from zenml_nb.datasources.tf_examples import open_records, parse_example, records_of
from zenml_nb.errors import NotAvailableError, did_you_mean
from zenml_nb.records import Artifact

if TYPE_CHECKING:
    import pandas


def sample(artifact: Artifact, split: str, sample_size: int, order: Sequence[str] = ()) -> pandas.DataFrame:
    """The first rows of one split.

    Args:
        artifact: an Examples artifact.
        split: the name of the split.
        sample_size: at most so many rows.
        order: features that come first, in this order; the others follow by name.

    Returns:
        One column a feature: whole numbers as Int64, numbers, text where all bytes are UTF-8, None where there is no
        value, lists where any row has several values.

    Raises:
        NotAvailableError: there is no such split, or a file is missing or damaged.
    """
    import pandas as pd

    if split not in artifact.splits:
        raise NotAvailableError(f"There is no split {split!r}.", advice=did_you_mean(split, artifact.splits))
    rows = list(itertools.islice(_examples(artifact.split_path(split)), max(sample_size, 0)))
    found = {name for row in rows for name in row}
    names = [*(name for name in order if name in found), *sorted(found.difference(order))]
    columns = {name: _column([row.get(name) or [] for row in rows]) for name in names}
    frame: pandas.DataFrame = pd.DataFrame(columns)
    return frame


def _examples(folder: Path) -> Iterator[dict[str, list[Any]]]:
    from google.protobuf.message import DecodeError

    paths = sorted(folder.glob("*"))
    if not paths:
        raise unreadable(folder, "a TFRecord file", "the files of the split are gone")
    for path in paths:
        for record in read_records(path):
            try:
                yield parse_example(record)
            except DecodeError as error:
                raise unreadable(path, "a TFRecord file", str(error)) from error


def _column(values: list[list[Any]]) -> pandas.Series[Any]:
    import pandas as pd

    if any(len(items) > 1 for items in values):
        lists: pandas.Series[Any] = pd.Series([[_text(item) for item in items] for items in values], dtype=object)
        return lists
    single = [_text(items[0]) if items else None for items in values]
    is_whole = any(isinstance(v, int) for v in single) and all(v is None or isinstance(v, int) for v in single)
    # Whole numbers with gaps would become floats.
    column: pandas.Series[Any] = pd.Series(single, dtype="Int64" if is_whole else None)
    return column


def _text(value: Any) -> Any:
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value


def read_records(path: Path) -> Iterator[bytes]:
    """The records of one TFRecord file, gzip or plain.

    Raises:
        NotAvailableError: the file is truncated or no TFRecord file.
    """
    try:
        with open_records(path) as file:
            yield from records_of(file)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise unreadable(path, "a TFRecord file", str(error)) from error
