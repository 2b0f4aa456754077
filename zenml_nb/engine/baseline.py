"""The model that an evaluation compares with: that of a named run, or the latest one that kept its thresholds."""

from __future__ import annotations

from pathlib import Path

from zenml_nb.engine.verdict import BLESSED
from zenml_nb.errors import NotAvailableError
from zenml_nb.pipelines import components as ids
from zenml_nb.records import Artifact, Run, Store
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
        None if no other model was good enough yet, or the named run has the same one.

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
    for run in store.runs(pipeline, limit=_MOST_RUNS):
        model = _blessed_model(store.run(run.id))
        if model is not None and model.id != candidate and Path(model.uri).exists():
            return model
    return None


def _blessed_model(run: Run) -> Artifact | None:
    blessing = run.artifact(ids.EVALUATOR, "blessing")
    is_blessed = blessing is not None and blessing.properties.get(BLESSED) == 1
    return run.artifact(ids.TRAINER, "model") if is_blessed else None
