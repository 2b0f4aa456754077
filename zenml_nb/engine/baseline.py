"""The model that an evaluation compares with: that of a named run, or the latest one that kept its thresholds."""

from __future__ import annotations

from pathlib import Path

from zenml_nb.engine.verdict import BLESSED
from zenml_nb.errors import NotAvailableError
from zenml_nb.pipelines import components as ids
from zenml_nb.records import Artifact, Store
from zenml_nb.steps.evaluator import LAST_BLESSED

#: So many runs are looked through for a model that was good enough.
_MOST_RUNS = 1000


def baseline_model(store: Store, pipeline: str, wanted: str, candidate: int) -> Artifact | None:
    """The model to compare with.

    Args:
        store: the records.
        pipeline: the name of the pipeline.
        wanted: ``last_blessed`` or the id of a run.
        candidate: the number of the model that is evaluated. It is never its own baseline: so a run that changes
            nothing changes no evaluation.

    Returns:
        The latest other model that was good enough; where none was, the latest one that was evaluated and judged by
        nothing. None if there is no other model, or the named run has the same one.

    Raises:
        NotAvailableError: the named run is not there, or has no model (any more).
    """
    if wanted != LAST_BLESSED:
        model = store.run(wanted).artifact(ids.TRAINER, "model")
        if model is None or not Path(model.uri).exists():
            raise NotAvailableError(
                f"The run {wanted!r} has no model to compare with.",
                where="step evaluator",
                advice=f"Name another run, or use baseline={LAST_BLESSED!r}.",
            )
        return model if model.id != candidate else None
    unjudged: Artifact | None = None
    for entry in store.runs(pipeline, limit=_MOST_RUNS):
        run = store.run(entry.id)
        blessing, model = run.artifact(ids.EVALUATOR, "blessing"), run.artifact(ids.TRAINER, "model")
        if blessing is None or model is None or model.id == candidate or not Path(model.uri).exists():
            continue
        if blessing.properties.get(BLESSED) == 1:
            return model
        # Without thresholds no model is ever called good enough: the one before is what there is to compare with.
        if BLESSED not in blessing.properties and unjudged is None:
            unjudged = model
    return unjudged


def baseline_run(store: Store, pipeline: str, model: int) -> str:
    """The id of the latest run of a pipeline that has a model; '' if none of it has.

    Args:
        store: the records.
        pipeline: the name of the pipeline.
        model: the number of the model.
    """
    for entry in store.runs(pipeline, limit=_MOST_RUNS):
        found = store.run(entry.id).artifact(ids.TRAINER, "model")
        if found is not None and found.id == model:
            return entry.id
    return ""
