"""Conducts one run from the first word to the last: record, imports, components, and the end, however it comes."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING, Any

from zenml_nb.artifacts.evaluation import plain_metrics, read_evaluation
from zenml_nb.artifacts.run_log import heading
from zenml_nb.config.pipeline_file import config_hash, dump_pipeline
from zenml_nb.config.sources import write_snapshots
from zenml_nb.engine.failures import cut_to_user_code, step_failed
from zenml_nb.engine.ledger import Ledger, open_for_writing, seal_aborted_runs
from zenml_nb.engine.noise import quiet
from zenml_nb.engine.progress import Progress, lines_for
from zenml_nb.engine.scope import RunScope, entered
from zenml_nb.errors import NotAvailableError, RunCanceledError, StepFailedError, shorten_path
from zenml_nb.pipelines import components as ids
from zenml_nb.records import Run, Store
from zenml_nb.records import vocabulary as v

if TYPE_CHECKING:
    from zenml_nb.datasources import Commit
    from zenml_nb.pipelines.base import BasePipeline


def conduct(pipeline: BasePipeline, commit: Commit, until: str | None) -> Run:
    """Run a checked pipeline; see ``BasePipeline.run``."""
    document = pipeline.to_config()
    text = dump_pipeline(document)
    store = open_for_writing(pipeline.repository)
    sealed = seal_aborted_runs(pipeline.repository, store)
    ledger = Ledger(pipeline.repository, store, pipeline.name)
    ledger.begin(text, config_hash(document), until)
    pipeline.run_id = ledger.run_id
    graph = pipeline.graph
    progress = Progress(lines_for(sys.stdout, graph.picture), [graph, *pipeline.listeners])
    try:
        progress.begin_run()
        # Before the file that names them.
        unpinned = write_snapshots(_classes_of(pipeline), [ledger.folder, pipeline.repository.pipelines_dir])
        pipeline.write_config(text)
        with quiet(ledger.log_file) as visible:
            progress.lines = lines_for(visible, graph.picture)
            for run_id in sealed:
                progress.say(f"The run {run_id} was aborted; what it finished is taken from the cache.")
            progress.say(f"Run {ledger.run_id}")
            for told in unpinned:
                progress.say(told)
            _execute(pipeline, commit, pipeline.slots_until(until), ledger, progress)
    except KeyboardInterrupt as error:
        _finish(ledger, progress, v.CANCELED, pipeline.running_slot)
        raise RunCanceledError(
            f"The run {ledger.run_id} was interrupted.",
            where=f"step {pipeline.running_slot}" if pipeline.running_slot else None,
            advice="Run again to go on: the finished steps are taken from the cache.",
        ) from error
    except BaseException as error:
        _finish(ledger, progress, v.FAILED, getattr(error, "step", ""), error)
        raise
    ledger.finish(v.COMPLETE)
    progress.end_run(v.COMPLETE)
    return Store(pipeline.repository.metadata).run(ledger.run_id)


def _classes_of(pipeline: BasePipeline) -> list[type]:
    return [type(pipeline), type(pipeline.datasource), *(type(step) for step in pipeline.steps.values())]


def _finish(
    ledger: Ledger, progress: Progress, state: str, failed_step: str, error: BaseException | None = None
) -> None:
    """Record a bad end; what ended the run is told, not that a store in the same trouble cannot record it."""
    with contextlib.suppress(Exception):
        ledger.finish(state, failed_step, error)
    with contextlib.suppress(Exception):
        progress.end_run(state)


def _execute(pipeline: BasePipeline, commit: Commit, slots: list[str], ledger: Ledger, progress: Progress) -> None:
    _load(progress)
    from zenml_nb.engine.compatibility import mended
    from zenml_nb.engine.compile import compile_pipeline
    from zenml_nb.engine.metadata import RunMetadata
    from zenml_nb.engine.placement import planned
    from zenml_nb.engine.project import project
    from zenml_nb.engine.session import Session
    from zenml_nb.records.connection import connection_config

    session = Session(
        pipeline_name=pipeline.name,
        pipeline_root=str(pipeline.repository.artifact_store / "pipelines" / pipeline.name),
        run_id=ledger.suffix,
        metadata=RunMetadata(connection_config(pipeline.repository.metadata), ledger.open_store),
        progress=progress,
    )
    scope = RunScope(ledger.run_id, pipeline.name, pipeline.repository.root, commit, progress)
    began = time.monotonic()
    with entered(scope), mended():
        try:
            order = compile_pipeline(pipeline, commit, slots)
        except Exception as error:
            failure = _failure(pipeline.running_slot or slots[-1], error, ledger)
            raise failure from error
        ledger.record_components(planned([(compiled.slot, compiled.component) for compiled in order]))
        for compiled in order:
            pipeline.running_slot = compiled.slot
            print(heading(compiled.component.id), flush=True)
            try:
                session.run(compiled.component, enable_cache=pipeline.enable_cache)
                project(compiled.component)
                _record_metrics(compiled.component, ledger)
            except Exception as error:
                failure = _failure(compiled.slot, error, ledger)
                raise failure from error
    pipeline.running_slot = ""
    progress.say(f"Done in {time.monotonic() - began:.1f} s. Log: {shorten_path(ledger.log_file)}")


def _record_metrics(component: Any, ledger: Ledger) -> None:
    """Put the numbers of the whole data on the record of the run, once they are there or taken from the cache."""
    if component.id != ids.EVALUATOR:
        return
    # A run is none the worse for an evaluation that its list cannot show; whoever opens the evaluation is told why.
    with contextlib.suppress(NotAvailableError):
        evaluation = read_evaluation(component.outputs["evaluation"].get()[0].uri)
        whole = next((entry for entry in plain_metrics(evaluation)["slices"] if not entry["slice"]), None)
        ledger.record_metrics(whole["metrics"] if whole else {})


def _failure(slot: str, error: Exception, ledger: Ledger) -> StepFailedError:
    failure = step_failed(slot, error, str(ledger.log_file))
    cut_to_user_code(error)
    return failure


def _load(progress: Progress) -> None:
    """Import TensorFlow and TFX, and say so: it is the longest silence there is.

    Raises:
        EnvironmentMissingError: they are not installed.
    """
    if "tfx.components" in sys.modules and "tensorflow_model_analysis" in sys.modules:
        return
    progress.begin("(loading)", "TensorFlow and TFX; once a kernel, up to a minute on a slow machine")
    try:
        import tensorflow_model_analysis  # noqa: F401
        import tfx.components  # noqa: F401
    except ImportError as error:
        from zenml_nb.errors import EnvironmentMissingError

        raise EnvironmentMissingError(
            f"TFX cannot be imported: {error}.", advice="Install it: pip install 'zenml-nb', or run the set-up again."
        ) from error
    progress.end(v.COMPLETE, "TensorFlow and TFX")
