"""What all steps of a pipeline have in common."""

from __future__ import annotations

from typing import ClassVar

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


def split_roles(split_mapping: dict[str, list[str]] | None) -> dict[str, list[str]]:
    """Complete the mapping from roles to split names.

    Args:
        split_mapping: lists of split names under the keys ``train_splits``, ``eval_splits`` and ``test_splits``;
            a missing role has the split of its own name.

    Raises:
        DeclarationError: a key is unknown or a role has no split.
    """
    roles = {"train_splits": [TRAIN], "eval_splits": [EVAL], "test_splits": [TEST]}
    for role, names in (split_mapping or {}).items():
        if role not in roles:
            raise DeclarationError(
                f"split_mapping has no role {role!r}.", advice=f"The roles are {', '.join(roles)}."
            )
        if not isinstance(names, (list, tuple)) or not names:
            raise DeclarationError(
                f"split_mapping[{role!r}] must be a list of split names.",
                advice=f"For example: split_mapping={{'{role}': ['train']}}.",
            )
        roles[role] = list(names)
    return roles
