"""What a label of classes must be like, for a loss and its outputs: the same rules before a run and in the training."""

from __future__ import annotations

from collections.abc import Iterable

from zenml_nb.errors import DataError, DeclarationError, did_you_mean

#: The losses that tell classes apart.
CLASS_LOSSES = ("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy")
_WHERE = "step trainer"


def check_number_of_classes(label: str, n_classes: int, loss: str, output_units: int) -> None:
    """The loss and the outputs must fit the number of classes.

    Args:
        label: its name.
        n_classes: of a label of texts; 0 for numbers.
        loss: the name of a Keras loss.
        output_units: the outputs of the network.

    Raises:
        DeclarationError: they do not fit.
    """
    advice = None
    if n_classes > 2 and loss == "binary_crossentropy":
        advice = f"loss='sparse_categorical_crossentropy', output_units={n_classes}, last_activation='softmax'"
    elif n_classes and loss == "categorical_crossentropy":
        advice = f"loss='sparse_categorical_crossentropy', output_units={n_classes}"
    elif loss == "sparse_categorical_crossentropy" and 0 < output_units < n_classes:
        advice = f"output_units={n_classes}"
    if advice:
        raise DeclarationError(
            f"The label {label!r} has {n_classes} classes, which does not fit "
            f"loss={loss!r} with output_units={output_units}.",
            where=_WHERE,
            advice=f"Use {advice}.",
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


def check_class_numbers(label: str, least: float, most: float, loss: str, output_units: int) -> None:
    """A label of numbers holds the numbers of classes, where the loss takes it for that.

    Args:
        label: its name.
        least: its smallest value.
        most: its largest value.
        loss: the name of a Keras loss.
        output_units: the outputs of the network.

    Raises:
        DeclarationError: a value is the number of no output.
    """
    if loss == "sparse_categorical_crossentropy" and (least < 0 or most >= output_units):
        raise DeclarationError(
            f"The label {label!r} has values from {least:g} to {most:g}, which does not fit "
            f"output_units={output_units}.",
            where=_WHERE,
            advice=f"Classes are whole numbers from 0 on: use output_units={max(int(most) + 1, 2)}, or let the "
            "preprocesser make classes of the label: {'transform': 'compute_and_apply_vocabulary'}.",
        )


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
