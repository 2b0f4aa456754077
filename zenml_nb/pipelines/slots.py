"""The places of a pipeline that steps fill."""

from __future__ import annotations

from dataclasses import dataclass

from zenml_nb.steps import BaseStep


@dataclass(frozen=True)
class Slot:
    """A place for a step.

    Attributes:
        name: the key of the step in the configuration, for example ``trainer``.
        method: the pipeline's method that fills it, for example ``add_trainer``.
        kind: the base class of the steps that fit.
        mandatory: whether a whole run needs it.
    """

    name: str
    method: str
    kind: type[BaseStep]
    mandatory: bool


def described(thing: object) -> str:
    """What a user gave instead of a step, in words."""
    if isinstance(thing, type):
        return f"the class {thing.__name__} (write {thing.__name__}(...))"
    return f"a {type(thing).__name__}"
