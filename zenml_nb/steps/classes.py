"""What a label must be like, for a loss and its outputs: the same rules before a run and in the training."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zenml_nb.errors import DataError, DeclarationError, did_you_mean

_BINARY, _SPARSE, _ONE_HOT = "binary_crossentropy", "sparse_categorical_crossentropy", "categorical_crossentropy"
#: The losses that tell classes apart.
CLASS_LOSSES = (_BINARY, _ONE_HOT, _SPARSE)
#: The losses that measure how far an output is from the label; others, as hinge, look at its sign or direction.
_DISTANCES = (
    "huber",
    "log_cosh",
    "mae",
    "mape",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "mse",
    "msle",
    "poisson",
)
#: The least and the most that an output can be.
_OUTPUTS = {
    "hard_sigmoid": (0.0, 1.0),
    "sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "softsign": (-1.0, 1.0),
    "tanh": (-1.0, 1.0),
}
#: What was scaled in float32 may be this much too large.
_ROUNDING = 1e-5
_WHERE = "step trainer"


@dataclass(frozen=True)
class Range:
    """The values of a label of numbers.

    Attributes:
        least: the smallest.
        most: the largest.
        is_whole: whether all are whole numbers.
    """

    least: float
    most: float
    is_whole: bool


def check_number_of_classes(label: str, n_classes: int, loss: str, output_units: int, n_named: int) -> None:
    """The loss and the outputs must fit the number of classes.

    Args:
        label: its name.
        n_classes: of a label of texts, with places for unknown ones; 0 for numbers.
        loss: the name of a Keras loss.
        output_units: the outputs of the network.
        n_named: how many classes have a name; their indices are in no order that a distance could mean.

    Raises:
        DeclarationError: they do not fit.
    """
    advice = None
    if (n_classes > 2 and loss == _BINARY) or (n_named > 2 and loss not in CLASS_LOSSES):
        advice = f"loss={_SPARSE!r}, output_units={n_classes}, last_activation='softmax'"
    elif n_classes and loss == _ONE_HOT:
        advice = f"loss={_SPARSE!r}, output_units={n_classes}"
    elif loss == _SPARSE and 0 < output_units < n_classes:
        advice = f"output_units={n_classes}"
    if advice:
        raise DeclarationError(
            f"The label {label!r} has {n_classes} classes, which does not fit "
            f"loss={loss!r} with output_units={output_units}.",
            where=_WHERE,
            advice=f"Use {advice}.",
        )


def check_width(label: str, width: int, loss: str, output_units: int) -> None:
    """Each output must have a value of the label to be compared with, or be that of a class.

    Args:
        label: its name.
        width: its values a row.
        loss: the name of a Keras loss.
        output_units: the outputs of the network.

    Raises:
        DeclarationError: it does not; Keras would compare all of them with all, or fail.
    """
    advice = None
    if loss == _SPARSE:
        if width > 1:
            advice = f"Use loss={_ONE_HOT!r}, output_units={width}, or a label with the number of a class."
    elif loss == _ONE_HOT and width == 1:
        advice = f"Use loss={_SPARSE!r} for the numbers of classes, or {_BINARY!r} with output_units=1 for two."
    elif output_units != width:
        classes = f", or for several classes loss={_SPARSE!r}, last_activation='softmax'"
        advice = f"Use output_units={width}{classes if width == 1 else ''}."
    if advice:
        raise DeclarationError(
            f"The label {label!r} has {width} {'value' if width == 1 else 'values'} a row, which does not fit "
            f"loss={loss!r} with output_units={output_units}.",
            where=_WHERE,
            advice=advice,
        )


def all_the_same(label: str, rows: str) -> DataError:
    """The error of a label that has one class.

    Args:
        label: its name.
        rows: which rows, for example ``all 20 rows``.
    """
    return DataError(
        f"The label {label!r} is the same in {rows}: there is nothing to learn.",
        where=_WHERE,
        advice="Use data, or another split, in which the label has at least two classes.",
    )


def reads_values(loss: str, last_activation: str) -> bool:
    """Whether some numbers would be no label for such a loss and such outputs."""
    return loss in CLASS_LOSSES or (loss in _DISTANCES and last_activation in _OUTPUTS)


def check_values(label: str, values: Range, loss: str, last_activation: str, output_units: int) -> None:
    """A label of numbers must hold what the loss takes it for, and what the outputs can be.

    Args:
        label: its name.
        values: its values.
        loss: the name of a Keras loss.
        last_activation: of the outputs.
        output_units: the outputs of the network.

    Raises:
        DeclarationError: a value is the number of no output, no probability, or out of an output's reach.
    """
    found = f"The label {label!r} has values from {values.least:g} to {values.most:g}"
    if loss == _SPARSE:
        _check_class_numbers(label, values, found, output_units)
    elif loss == _BINARY and not _within(values, 0, 1):
        raise DeclarationError(
            f"{found}, which does not fit loss={loss!r}: it takes 0, 1 and probabilities.",
            where=_WHERE,
            advice=f"{_as_classes(label)}; for a quantity use loss='mse', last_activation='linear'.",
        )
    elif loss in _DISTANCES and last_activation in _OUTPUTS:
        least, most = _OUTPUTS[last_activation]
        if not _within(values, least, most):
            raise DeclarationError(
                f"{found}, and outputs with last_activation={last_activation!r} are from {least:g} to {most:g}.",
                where=_WHERE,
                advice=f"Use last_activation='linear', or let the preprocesser scale the label: "
                f"overwrite={{{label!r}: {{'transform': 'scale_to_0_1'}}}}.",
            )


def _check_class_numbers(label: str, values: Range, found: str, output_units: int) -> None:
    if not values.is_whole:
        raise DeclarationError(
            f"{found} that are no whole numbers, which does not fit loss={_SPARSE!r}: it takes numbers of classes.",
            where=_WHERE,
            advice="For a quantity use loss='mse', last_activation='linear', output_units=1; or let the preprocesser "
            f"make classes of it: overwrite={{{label!r}: {{'transform': 'bucketize'}}}}.",
        )
    if values.least < 0 or values.most >= output_units:
        raise DeclarationError(
            f"{found}, which does not fit output_units={output_units}.",
            where=_WHERE,
            advice=f"Classes are whole numbers from 0 on: use output_units={max(int(values.most) + 1, 2)}. "
            f"{_as_classes(label)}.",
        )


def _as_classes(label: str) -> str:
    call = "{'method': 'compute_and_apply_vocabulary', 'parameters': {'num_oov_buckets': 0}}"
    return (
        f"Of whole numbers or texts the preprocesser can make classes from 0 on: "
        f"overwrite={{{label!r}: {{'transform': {call}}}}}"
    )


def _within(values: Range, least: float, most: float) -> bool:
    return least - _ROUNDING <= values.least and values.most <= most + _ROUNDING


def check_weighted(label: str, weighted: Iterable[str], classes: Iterable[str]) -> None:
    """The classes that have a weight must be some of the label's.

    Raises:
        DeclarationError: one is not; the nearest names are given.
    """
    known = list(classes)
    for name in weighted:
        if name not in known:
            raise DeclarationError(
                f"class_weights names {name!r}, which is no class of {label!r}.",
                where=_WHERE,
                advice=did_you_mean(name, known),
            )
