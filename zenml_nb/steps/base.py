"""What all steps of a pipeline have in common."""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from zenml_nb.config.recorded import Recorded
from zenml_nb.errors import DeclarationError

TRAIN = "train"
EVAL = "eval"
TEST = "test"


class BaseStep(Recorded):
    """A step of a pipeline. Its constructor arguments are its recorded configuration.

    Attributes:
        slot: the place in a pipeline that steps of this family fill, for example ``split``.
    """

    slot: ClassVar[str] = ""

    def components(self, context: Any) -> Iterator[Any]:
        """The TFX components of a step of your own family, in the order of their running.

        Args:
            context: the run, see ``pipelines.context.ComponentContext``: ``context.output("Split", "examples")`` is
                an input for a component, ``context.declaration(self.slot)`` a parameter that stands for this step.

        Yields:
            Components of TFX; their ids are unique in the run.
        """
        raise NotImplementedError(f"{type(self).__name__} must define components(self, context)")

    def check_commit(self, commit: Any) -> None:
        """Tell before the run what does not fit the data; for steps of your own family.

        Args:
            commit: the version of the data, see ``datasources.Commit``: its ``columns``, ``n_rows`` and rows.

        Raises:
            ZenmlNbError: of any kind, with what is wrong and what to do.
        """


def listed(argument: str, values: Any) -> list[Any]:
    """Copy a list argument; a single text is not taken for its letters.

    Raises:
        DeclarationError: it is no list.
    """
    if isinstance(values, str):
        raise DeclarationError(f"{argument} is the text {values!r}.", advice=f"Give a list: {argument}=[{values!r}].")
    if isinstance(values, Mapping) or not isinstance(values, Iterable):
        raise DeclarationError(f"{argument} is {values!r}.", advice=f"Give a list: {argument}=[...].")
    return list(values)


def mapped(argument: str, values: Any) -> dict[str, Any]:
    """Copy a dictionary argument.

    Raises:
        DeclarationError: it is no dictionary.
    """
    if not isinstance(values, Mapping):
        raise DeclarationError(f"{argument} is {values!r}.", advice=f"Give a dictionary: {argument}={{...: ...}}.")
    return dict(values)


def whole_number(argument: str, value: Any, at_least: int | None = None) -> int:
    """Check a whole number, of Python or of NumPy.

    Raises:
        DeclarationError: it is none, or too small.
    """
    is_whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not is_whole or (at_least is not None and value < at_least):
        limit = "" if at_least is None else f" of at least {at_least}"
        raise DeclarationError(f"{argument} holds {value!r}.", advice=f"{argument} takes whole numbers{limit}.")
    return int(value)


def is_number(value: Any) -> bool:
    """Whether a value is a real number, of Python or of NumPy, and no boolean."""
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def split_roles(split_mapping: Mapping[str, list[str]] | None) -> dict[str, list[str]]:
    """Complete the mapping from roles to split names.

    Args:
        split_mapping: lists of split names under the keys ``train_splits``, ``eval_splits`` and ``test_splits``;
            a missing role has the split of its own name.

    Raises:
        DeclarationError: a key is unknown or a role has no split.
    """
    roles = {"train_splits": [TRAIN], "eval_splits": [EVAL], "test_splits": [TEST]}
    for role, names in mapped("split_mapping", split_mapping or {}).items():
        if role not in roles:
            raise DeclarationError(f"split_mapping has no role {role!r}.", advice=f"The roles are {', '.join(roles)}.")
        if not isinstance(names, (list, tuple)) or not names:
            raise DeclarationError(
                f"split_mapping[{role!r}] must be a list of split names.",
                advice=f"For example: split_mapping={{'{role}': ['train']}}.",
            )
        roles[role] = list(names)
    return roles
