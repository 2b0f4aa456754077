"""What a pipeline is given to say which TFX components it consists of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from zenml_nb.steps import BaseStep

#: The slot that a component belongs to, and the component.
Placed = tuple[str, Any]


class ComponentContext(Protocol):
    """The run that components are compiled for; see ``BasePipeline.components``."""

    @property
    def slots(self) -> list[str]:
        """``data`` and the filled slots that the run goes through, in their order; ``until`` ends them."""

    def wants(self, slot: str) -> bool:
        """Whether the run goes through a slot: it is filled, and not after ``until``."""

    def step(self, slot: str) -> Any:
        """The step that fills a slot.

        Raises:
            DeclarationError: none does.
        """

    def declaration(self, slot: str) -> str:
        """The step of a slot as a text: its class, its code and its arguments.

        A component that takes it as a parameter runs again whenever one of them changes, and its executor gets the
        step back by ``zenml_nb.engine.live.restore``.
        """

    def data(self) -> Iterator[Placed]:
        """The data, its statistics and its schema: the components Data, DataStatistics and DataSchema."""

    def slot(self, name: str) -> Iterator[Placed]:
        """The components of one slot: nothing if the run does not go through it.

        Those of the slots split, preprocesser, trainer, evaluator, deployer and infer are built in; those of other
        slots are what the step gives by ``BaseStep.components``.
        """

    def output(self, component: str, key: str) -> Any:
        """An output of a component that was yielded before, as an input for another one.

        Args:
            component: its id, for example ``Split`` or that of a component of your own.
            key: the name of the output, for example ``examples``.

        Raises:
            DeclarationError: there is none; the nearest names are given.
        """


def components_of_step(step: BaseStep, slot: str, context: ComponentContext) -> Iterator[Placed]:
    """What a step of its own family consists of."""
    for component in step.components(context):
        yield slot, component
