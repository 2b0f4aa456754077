"""Runs components through TFX's InteractiveContext, under one run, anywhere."""

from __future__ import annotations

import atexit
import contextlib
import gc
import traceback
from typing import Any

from tfx.dsl.components.base import base_beam_executor, base_component, base_executor
from tfx.orchestration import data_types
from tfx.orchestration.experimental.interactive import execution_result
from tfx.orchestration.experimental.interactive.interactive_context import InteractiveContext
from tfx.orchestration.launcher.in_process_component_launcher import InProcessComponentLauncher

from zenml_nb.engine.ledger import remove_outputs
from zenml_nb.engine.metadata import RunMetadata
from zenml_nb.engine.placement import own_code
from zenml_nb.engine.progress import Progress
from zenml_nb.records import vocabulary as v

# A process in which TensorFlow Transform ran on TFX 1.21 crashes in Python's last collection of garbage, after all is
# done, and its exit code says so: what is left at the end is not collected.
atexit.register(gc.freeze)


class _NamedOutputs:
    """A driver that names outputs after their component too.

    TFX names an artifact after its output and the run, and a name is unique in a store: two components of one run
    could not both have an output ``examples``.
    """

    def _prepare_output_artifacts(self, *args: Any, **kwargs: Any) -> dict[str, list[Any]]:
        outputs: dict[str, list[Any]] = super()._prepare_output_artifacts(*args, **kwargs)  # type: ignore[misc]
        component_id = kwargs["component_info"].component_id
        for artifacts in outputs.values():
            for artifact in artifacts:
                artifact.name = f"{component_id}.{artifact.name}"
        return outputs


class Launcher(InProcessComponentLauncher):
    """Launches one component in this process; knows the outputs that it prepared, also when the executor raises."""

    outputs: dict[str, list[Any]] | None = None

    def _run_driver(self, input_dict: Any, output_dict: Any, exec_properties: Any) -> Any:
        driver_class: Any = self._driver_class
        self._driver_class: Any = type("Driver", (_NamedOutputs, driver_class), {})
        decision = super()._run_driver(input_dict, output_dict, exec_properties)
        self.outputs = None if decision.use_cached_results else decision.output_dict
        return decision

    def _run_executor(self, execution_id: int, input_dict: Any, output_dict: Any, exec_properties: Any) -> None:
        executor_class = self._component_executor_spec.executor_class
        folder = {"tmp_dir": f"{self._pipeline_info.pipeline_root}/.temp/", "unique_id": str(execution_id)}
        if issubclass(executor_class, base_beam_executor.BaseBeamExecutor):
            context = base_beam_executor.BaseBeamExecutor.Context(make_beam_pipeline_fn=local_pipeline, **folder)
        else:
            context = base_executor.BaseExecutor.Context(**folder)
        executor_class(context).Do(input_dict, output_dict, exec_properties)


def local_pipeline() -> Any:
    """A Beam pipeline in this process.

    The runner is named: Beam's default may choose one that it first downloads.
    """
    import apache_beam as beam
    from apache_beam.options.pipeline_options import PipelineOptions
    from apache_beam.runners.portability.fn_api_runner import FnApiRunner

    return beam.Pipeline(runner=FnApiRunner(), options=PipelineOptions(flags=[]))


class Session(InteractiveContext):
    """An InteractiveContext whose components share one run, also outside IPython, and whose failures are recorded.

    TFX's own context gives each component a run of its own, does nothing outside IPython, and leaves the execution of
    a failed component running for ever.

    Args:
        pipeline_name: the name of the pipeline.
        pipeline_root: the folder of its artifacts.
        run_id: the run's part of its context's name.
        metadata: the open metadata of the run.
        progress: told what happens.
    """

    def __init__(
        self, *, pipeline_name: str, pipeline_root: str, run_id: str, metadata: RunMetadata, progress: Progress
    ) -> None:
        super().__init__(pipeline_name, pipeline_root, metadata.connection_config)
        self._metadata = metadata
        self._progress = progress
        self._info = data_types.PipelineInfo(pipeline_name=pipeline_name, pipeline_root=pipeline_root, run_id=run_id)

    def run(
        self, component: Any, enable_cache: bool = True, beam_pipeline_args: list[str] | None = None
    ) -> execution_result.ExecutionResult:
        """Run one component whose inputs have been run.

        Raises:
            BaseException: what the executor raised, after it was recorded.
        """
        self._metadata.start_component(enable_cache, own_code(component))
        self._progress.begin(component.id)
        launcher = self._launcher(component, enable_cache)
        try:
            launcher.launch()
        except BaseException as error:
            state = v.CANCELED if isinstance(error, KeyboardInterrupt) else v.FAILED
            self._give_up(launcher, state)
            raise
        self._progress.end(v.CACHED if self._metadata.cached else v.COMPLETE, self._metadata.reason)
        return execution_result.ExecutionResult(component=component, execution_id=self._metadata.execution_id)

    def _launcher(self, component: Any, enable_cache: bool) -> Launcher:
        for name, output in component.outputs.items():
            for artifact in output.get():
                artifact.pipeline_name = self.pipeline_name
                artifact.producer_component = component.id
                artifact.name = name
        if isinstance(component, base_component.BaseComponent):
            component._resolve_pip_dependencies(self.pipeline_root)
        return Launcher.create(
            component,
            self._info,
            data_types.DriverArgs(enable_cache=enable_cache, interactive_resolution=True),
            self._metadata,
            [],
            {},
        )

    def _give_up(self, launcher: Launcher, state: str) -> None:
        if self._metadata.execution_id is not None:
            # What ended the step is told, not that a store in the same trouble cannot record it.
            with contextlib.suppress(Exception):
                self._metadata.fail(self._metadata.execution_id, state, traceback.format_exc())
        remove_outputs([a.uri for artifacts in (launcher.outputs or {}).values() for a in artifacts])
        self._progress.end(state)
