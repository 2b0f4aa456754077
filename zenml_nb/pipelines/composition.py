"""What a class of pipelines consists of: its slots, and the components that run in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from zenml_nb.pipelines.context import ComponentContext, Placed
from zenml_nb.pipelines.slots import Slot, adder, check_slots


class Composition:
    """Slots in their order, and the hook that says what runs in them.

    Attributes:
        slots: of the class; a method ``add_<slot>`` is made for each that the class does not define itself.
    """

    slots: ClassVar[tuple[Slot, ...]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        check_slots(cls.__name__, cls.slots)
        for slot in cls.slots:
            if not hasattr(cls, slot.method):
                setattr(cls, slot.method, adder(slot))

    def components(self, context: ComponentContext) -> Iterator[Placed]:
        """The TFX components of a run, in the order of their running; a subclass may mix in any of its own.

        For example::

            def components(self, context):
                yield from context.data()
                yield from context.slot("split")
                if context.wants("report"):
                    yield "report", Report(statistics=context.output("SplitStatistics", "statistics"))

        Args:
            context: the run.

        Yields:
            Pairs of the slot that a component belongs to and the component. Components of slots that the run does
            not go through are left out.
        """
        for name in context.slots:
            yield from context.slot(name)
