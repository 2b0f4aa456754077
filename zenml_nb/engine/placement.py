"""Which component of a run belongs to which slot: what a pipeline's ``components`` yields, checked and put in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tfx.dsl.components.base.base_node import BaseNode

from zenml_nb.config.source_code import code_fingerprint
from zenml_nb.engine import live
from zenml_nb.errors import DeclarationError, did_you_mean
from zenml_nb.pipelines.context import Placed, components_of_step
from zenml_nb.pipelines.slots import DATA

if TYPE_CHECKING:
    from zenml_nb.pipelines.base import BasePipeline

_PACKAGES = ("tfx", "zenml_nb")


class Placement:
    """Asks a pipeline for its components; see ``pipelines.context.ComponentContext``.

    Args:
        pipeline: checked.
        slots: the slots that the run goes through.
        build: what makes the components of the slots that are built in, and adds them to ``made``.
        made: the components so far, by id.
    """

    def __init__(
        self, pipeline: BasePipeline, slots: list[str], build: Mapping[str, Callable[[], None]], made: dict[str, Any]
    ) -> None:
        self.slots = list(slots)
        self._pipeline = pipeline
        self._build = build
        self._made = made

    def run(self) -> Iterator[Placed]:
        """The components that the run goes through, in their order.

        Raises:
            DeclarationError: something else is yielded, of an unknown slot, or twice with one id.
        """
        known = [DATA, *(slot.name for slot in self._pipeline.slots)]
        placed: dict[str, Any] = {}
        for item in self._pipeline.components(self):
            slot, component = self._checked(item, known)
            if component.id in placed:
                raise self._wrong(
                    f"yields two components with the id {component.id!r}",
                    "Give each its own: SomeComponent(...).with_id('...').",
                )
            placed[component.id] = component
            self._made[component.id] = component
            if slot in self.slots:
                self._pipeline.running_slot = slot
                yield slot, component

    def wants(self, slot: str) -> bool:
        """See ``ComponentContext.wants``."""
        return slot in self.slots

    def step(self, slot: str) -> Any:
        """See ``ComponentContext.step``."""
        if slot not in self._pipeline.steps:
            raise self._wrong(
                f"asks for the step {slot!r}, which was not added",
                f"Ask context.wants({slot!r}) first. {did_you_mean(slot, self._pipeline.steps)}",
            )
        return self._pipeline.steps[slot]

    def declaration(self, slot: str) -> str:
        """See ``ComponentContext.declaration``."""
        return live.register(self.step(slot))

    def data(self) -> Iterator[Placed]:
        """See ``ComponentContext.data``."""
        return self.slot(DATA)

    def slot(self, name: str) -> Iterator[Placed]:
        """See ``ComponentContext.slot``."""
        if name not in self.slots:
            names = [DATA, *(slot.name for slot in self._pipeline.slots)]
            if name not in names:
                raise self._wrong(f"asks for the slot {name!r}", did_you_mean(name, names))
            return
        self._pipeline.running_slot = name
        if name not in self._build:
            yield from components_of_step(self.step(name), name, self)
            return
        before = set(self._made)
        self._build[name]()
        yield from [(name, component) for id, component in self._made.items() if id not in before]

    def output(self, component: str, key: str) -> Any:
        """See ``ComponentContext.output``."""
        if component not in self._made:
            raise self._wrong(
                f"asks for an output of {component!r}, which this run has not come to",
                f"Ask context.wants(...) of its slot first. {did_you_mean(component, self._made)}",
            )
        outputs = self._made[component].outputs
        if key not in outputs:
            raise self._wrong(f"asks for the output {key!r} of {component}", did_you_mean(key, outputs))
        return outputs[key]

    def _checked(self, item: Any, known: list[str]) -> Placed:
        is_pair = isinstance(item, tuple) and len(item) == 2
        if not is_pair or not isinstance(item[1], BaseNode):
            raise self._wrong(
                f"yields {item!r:.200}", "Yield pairs: the name of a slot and a TFX component, 'report', Report(...)."
            )
        slot, component = item
        if slot not in known:
            raise self._wrong(f"yields a component of the slot {slot!r}", did_you_mean(str(slot), known))
        return str(slot), component

    def _wrong(self, what: str, advice: str) -> DeclarationError:
        return DeclarationError(f"components() of {type(self._pipeline).__name__} {what}.", advice=advice)


def planned(order: list[Placed]) -> dict[str, list[Any]]:
    """The components of each slot as plain values: ``{slot: [[id, [[from, type of artifact], ...]], ...]}``."""
    slots: dict[str, list[Any]] = {}
    for slot, component in order:
        inputs = [
            [str(getattr(channel, "producer_component_id", None) or ""), str(channel.type_name)]
            for channel in getattr(component, "inputs", {}).values()
        ]
        slots.setdefault(slot, []).append([str(component.id), inputs])
    return slots


def own_code(component: Any) -> str:
    """A fingerprint of a component's code where it is the user's; '' for components of TFX and of this package.

    TFX's cache knows parameters and inputs alone: an edited function would be taken from it.
    """
    executor = getattr(getattr(component, "executor_spec", None), "executor_class", None)
    kinds = [kind for kind in (type(component), executor) if isinstance(kind, type)]
    own = [kind for kind in kinds if kind.__module__.partition(".")[0] not in _PACKAGES]
    return "-".join(code_fingerprint(kind) for kind in own)
