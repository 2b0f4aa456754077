"""The places of a pipeline that steps fill."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from zenml_nb.errors import DeclarationError
from zenml_nb.steps import BaseStep

#: What every pipeline begins with; no slot of a step.
DATA = "data"


@dataclass(frozen=True)
class Slot:
    """A place for a step.

    Attributes:
        name: the key of the step in the configuration, for example ``trainer``.
        method: the pipeline's method that fills it, for example ``add_trainer``; by default ``add_<name>``, which is
            made where the pipeline does not define it.
        kind: the base class of the steps that fit.
        mandatory: whether a whole run needs it.
    """

    name: str
    method: str = ""
    kind: type[BaseStep] = BaseStep
    mandatory: bool = False

    def __post_init__(self) -> None:
        if not self.method:
            object.__setattr__(self, "method", f"add_{self.name}")


def described(thing: object) -> str:
    """What a user gave instead of a step, in words."""
    if isinstance(thing, type):
        return f"the class {thing.__name__} (write {thing.__name__}(...))"
    return f"a {type(thing).__name__}"


def check_slots(pipeline: str, slots: Iterable[Any]) -> None:
    """Check the slots of a class of pipelines, when the class is defined.

    Args:
        pipeline: the name of the class.
        slots: what it declares.

    Raises:
        DeclarationError: one is no slot, or its name is taken or no name of Python's.
    """
    seen = {DATA}
    for slot in slots:
        if not isinstance(slot, Slot):
            raise DeclarationError(
                f"slots of {pipeline} holds {described(slot)}.", advice="For example Slot('report', kind=ReportStep)."
            )
        if not isinstance(slot.name, str) or not slot.name.isidentifier() or not slot.method.isidentifier():
            raise DeclarationError(
                f"A slot of {pipeline} is named {slot.name!r}.", advice="Use letters, digits and underscores."
            )
        if slot.name in seen:
            raise DeclarationError(
                f"{pipeline} has two slots named {slot.name!r}.",
                advice=f"Give each slot its own name; {DATA!r} is what every pipeline begins with.",
            )
        if not (isinstance(slot.kind, type) and issubclass(slot.kind, BaseStep)):
            raise DeclarationError(
                f"The kind of the slot {slot.name!r} is {slot.kind!r}.", advice="Give a subclass of BaseStep."
            )
        seen.add(slot.name)


def adder(slot: Slot) -> Callable[[Any, BaseStep], None]:
    """The method of a pipeline that fills a slot."""

    def add(self: Any, step: BaseStep) -> None:
        self.add_step(slot.name, step)

    add.__name__ = slot.method
    add.__doc__ = f"Set the step {slot.name}, a {slot.kind.__name__}."
    return add
