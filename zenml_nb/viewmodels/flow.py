"""Which components the slots of a pipeline consist of, and what flows between them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from zenml_nb.records import Run
from zenml_nb.records import vocabulary as v


@dataclass(frozen=True)
class Part:
    """A component of a slot.

    Attributes:
        component: its id.
        inputs: pairs of the component that an input comes from and the type of the artifact.
    """

    component: str
    inputs: tuple[tuple[str, str], ...] = ()


_SPLIT_SCHEMA = ("SplitSchema", "Schema")

#: Slot to its components, as the engine compiles them; kept here so that a graph needs no TFX.
TRAINING: dict[str, tuple[Part, ...]] = {
    "data": (
        Part("Data"),
        Part("DataStatistics", (("Data", "Examples"),)),
        Part("DataSchema", (("DataStatistics", "ExampleStatistics"),)),
    ),
    "split": (
        Part("Split", (("Data", "Examples"),)),
        Part("SplitStatistics", (("Split", "Examples"),)),
        Part("SplitSchema", (("SplitStatistics", "ExampleStatistics"),)),
        Part("SplitAnomalies", (("SplitStatistics", "ExampleStatistics"), _SPLIT_SCHEMA)),
    ),
    "sequencer": (
        Part("Sequencer", (("Split", "Examples"),)),
        Part("SequenceStatistics", (("Sequencer", "Examples"),)),
        Part("SequenceSchema", (("SequenceStatistics", "ExampleStatistics"),)),
    ),
    "preprocesser": (Part("Preprocesser", (("Split", "Examples"), _SPLIT_SCHEMA)),),
    "trainer": (Part("Trainer", (("Preprocesser", "Examples"), ("Preprocesser", "TransformGraph"), _SPLIT_SCHEMA)),),
    "evaluator": (Part("Evaluator", (("Split", "Examples"), ("Trainer", "Model"), _SPLIT_SCHEMA)),),
    "deployer": (Part("Deployer", (("Trainer", "Model"),)),),
    "infer": (Part("Model"), Part("Inference", (("Data", "Examples"), ("Model", "Model")))),
}

#: What the trainer's slot consists of too, where predictions are kept.
PREDICTIONS = Part("Predictions", (("Split", "Examples"), ("Trainer", "Model"), ("Preprocesser", "TransformGraph")))

SLOT_OF = {part.component: slot for slot, parts in TRAINING.items() for part in parts} | {"Predictions": "trainer"}

#: What the slots behind a sequencer read instead.
_SEQUENCED = {("Split", "Examples"): ("Sequencer", "Examples"), _SPLIT_SCHEMA: ("SequenceSchema", "Schema")}


def parts_of(slot: str, is_sequenced: bool, stores_predictions: bool = False) -> tuple[Part, ...]:
    """The components of a slot.

    Args:
        slot: its name; of one that is not known nothing is.
        is_sequenced: whether the pipeline has a sequencer.
        stores_predictions: whether it keeps predictions, if this is the slot of the trainer.
    """
    parts = (*TRAINING.get(slot, ()), *([PREDICTIONS] if stores_predictions else []))
    if not is_sequenced or slot in ("data", "split", "sequencer"):
        return parts
    return tuple(Part(part.component, tuple(_SEQUENCED.get(i, i) for i in part.inputs)) for part in parts)


def plain_parts(slot: str) -> list[Any] | None:
    """The components of a slot that is built in, as a run would record them; None for other slots."""
    if slot not in TRAINING:
        return None
    return [[part.component, [list(source) for source in part.inputs]] for part in TRAINING[slot]]


def recorded_parts(run: Run | None) -> dict[str, tuple[Part, ...]]:
    """The components of the slots of a custom pipeline, as its run recorded them."""
    text = run.properties.get(v.COMPONENTS) if run else None
    try:
        slots = json.loads(text) if isinstance(text, str) else {}
        return {
            str(slot): tuple(
                Part(str(name), tuple((str(source), str(kind)) for source, kind in inputs)) for name, inputs in parts
            )
            for slot, parts in slots.items()
        }
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}


def slot_of(run: Run, component: str) -> str:
    """The slot that a component of a run belongs to; in runs of other tools each is its own."""
    if v.VERSION not in run.properties:
        return component
    recorded = {part.component: slot for slot, parts in recorded_parts(run).items() for part in parts}
    return recorded.get(component) or SLOT_OF.get(component, component)
