"""A model tried on a few rows, before it is published or handed over."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from zenml_nb.artifacts.examples import read_records
from zenml_nb.errors import DataError, shorten_path

_SIGNATURE = "serving_default"


def first_rows(uri: str, splits: Sequence[str], n_rows: int) -> list[bytes]:
    """The first serialized tf.Examples of the splits of an Examples artifact.

    Raises:
        DataError: there are none (any more).
        NotAvailableError: a file is damaged.
    """
    rows = list(itertools.islice(_records(uri, splits), n_rows))
    if not rows:
        raise DataError(
            f"There are no rows to try the model on: the splits {', '.join(splits)} are gone.",
            where=shorten_path(uri),
            advice="Run the pipeline again.",
        )
    return rows


def _records(uri: str, splits: Sequence[str]) -> Iterator[bytes]:
    for split in splits:
        for path in sorted((Path(uri) / f"Split-{split}").glob("*")):
            yield from read_records(path)


def predict_with_copy(folder: Path, rows: Sequence[bytes]) -> dict[str, npt.NDArray[Any]]:
    """Load a SavedModel and let it predict.

    Args:
        folder: of the SavedModel.
        rows: serialized tf.Examples.

    Returns:
        The predictions by the name of the output: shape (rows, outputs).

    Raises:
        DataError: it cannot be loaded, cannot predict, or a prediction is no finite number.
    """
    try:
        signature = tf.saved_model.load(str(folder)).signatures[_SIGNATURE]
        [key] = signature.structured_input_signature[1]
        outputs = {name: tensor.numpy() for name, tensor in signature(**{key: tf.constant(list(rows))}).items()}
    except Exception as error:
        raise DataError(
            f"The copy of the model cannot predict: {type(error).__name__}: {str(error).strip()[:300]}",
            where=shorten_path(folder),
            advice="Look at the log of its training, and train it anew.",
        ) from error
    for name, values in outputs.items():
        is_wrong = values.shape[:1] != (len(rows),)
        if is_wrong or (np.issubdtype(values.dtype, np.number) and not np.isfinite(values).all()):
            raise DataError(
                f"The model predicts {'shape ' + str(values.shape) if is_wrong else 'numbers that are not finite'} "
                f"for {len(rows)} rows, in its output {name!r}.",
                where=shorten_path(folder),
                advice="Train it with a smaller learning rate, or look for missing values that nothing fills.",
            )
    return outputs
