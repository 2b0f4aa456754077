"""Whether the steps of one's own have the methods that a run calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from zenml_nb.errors import DeclarationError
from zenml_nb.steps import (
    BaseDeployerStep,
    BasePreprocesserStep,
    BaseSequencerStep,
    BaseSplit,
    BaseTrainerStep,
)
from zenml_nb.steps.split import check_split_names

if TYPE_CHECKING:
    from zenml_nb.pipelines.base import BasePipeline

#: Of each base, the groups of methods: one of each group has to be defined, and the first is the usual one.
_NEEDED: tuple[tuple[type, tuple[tuple[str, ...], ...]], ...] = (
    (BaseSplit, (("get_split_names",), ("partition_fn", "partition", "fit"))),
    (BaseSequencerStep, (("sequence_fn", "sequences"),)),
    (BasePreprocesserStep, (("preprocessing_fn",),)),
    (BaseTrainerStep, (("model_fn", "run_fn"),)),
    (BaseDeployerStep, (("deploy",),)),
)


def check_methods(pipeline: BasePipeline, wanted: Sequence[str]) -> None:
    """Every step must define what its base leaves open, and every split must name its splits well.

    Raises:
        DeclarationError: one does not; its class and the method are named.
    """
    for slot in wanted:
        step = pipeline.steps.get(slot)
        for base, groups in _NEEDED:
            for names in groups if isinstance(step, base) else ():
                if not any(_is_defined(step, base, name) for name in names):
                    raise _undefined(step, base, slot, names)
        if isinstance(step, BaseSplit):
            check_names(step)


def check_names(split: BaseSplit) -> None:
    """The names of a split must be folders of an artifact, each once.

    Raises:
        DeclarationError: they are not.
    """
    where = f"step split ({type(split).__name__}.get_split_names)"
    names = split.get_split_names()
    if not isinstance(names, (list, tuple)):
        raise DeclarationError(f"get_split_names gave {names!r}.", where=where, advice="Give a list of names.")
    try:
        check_split_names(names)
    except DeclarationError as error:
        raise DeclarationError(error.what, where=where, advice=error.advice) from None


def _is_defined(step: Any, base: type, name: str) -> bool:
    return name in vars(step) or getattr(type(step), name, None) is not getattr(base, name)


def _undefined(step: Any, base: type, slot: str, names: Sequence[str]) -> DeclarationError:
    kind = type(step).__name__
    others = f" (or {' or '.join(names[1:])})" if len(names) > 1 else ""
    return DeclarationError(
        f"{kind} does not define {names[0]}{others}.",
        where=f"step {slot}",
        advice=f"Define it in {kind}; help({base.__name__}.{names[0]}) says what it is given and what it returns.",
    )
