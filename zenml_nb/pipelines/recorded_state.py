"""Where a pipeline runs, and what is recorded of its latest run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml_nb.config.pipeline_file import read_pipeline
from zenml_nb.errors import NotAvailableError, did_you_mean, shorten_path
from zenml_nb.pipelines.composition import Composition
from zenml_nb.records import vocabulary as v
from zenml_nb.repository import Repository, get_repository

if TYPE_CHECKING:
    import pandas

    from zenml_nb.records import Artifact, Run
    from zenml_nb.steps import BaseStep

#: What ``get_status`` says of a pipeline that was not run yet; else it says the state of the run.
NOT_RUN = "NOT_RUN"


class RecordedState(Composition):
    """The project folder of a pipeline, and the questions that the records of its runs answer.

    Attributes:
        name: of the pipeline.
        steps: slot to step.
        run_id: the id of the run that is asked about; None takes the latest one of this name.
    """

    name: str
    steps: dict[str, BaseStep]
    run_id: str | None
    _repository: Repository | None

    @property
    def repository(self) -> Repository:
        """The project folder that this pipeline runs in; found, or created, at the first use."""
        if self._repository is None:
            self._repository = get_repository()
        return self._repository

    def use_repository(self, repository: Repository) -> None:
        """Run in this project folder, not in that of the working directory."""
        self._repository = repository

    @property
    def last_run(self) -> Run:
        """The record of this pipeline's latest run.

        Raises:
            NotAvailableError: it never ran.
            StoreError: the store cannot be read.
        """
        run = self._recorded_run()
        if run is None:
            raise NotAvailableError(f"The pipeline {self.name} has not been run yet.", advice="Call run() first.")
        return run

    def _recorded_run(self) -> Run | None:
        from zenml_nb.records import Store

        metadata = self.repository.metadata
        if metadata.get("type") == "sqlite" and not Path(metadata["uri"]).exists():
            return None
        store = Store(metadata)
        return store.run(self.run_id) if self.run_id else store.latest_run(self.name)

    def get_status(self) -> str:
        """The state of the latest run: RUNNING, COMPLETE, FAILED, CANCELED or ABORTED; NOT_RUN if there is none.

        Raises:
            StoreError: the store cannot be read.
        """
        run = self._recorded_run()
        return NOT_RUN if run is None else run.state

    def load_config(self) -> dict[str, Any]:
        """The declarative configuration as it was written: by the latest run, or by the one that ``run_id`` names.

        Raises:
            NotAvailableError: nothing was written yet, or the configuration of the run is gone.
            ConfigError: the file is wrong, with line and column.
        """
        if self.run_id is not None:
            from zenml_nb.pipelines.loading import configuration_of

            return read_pipeline(configuration_of(self.last_run, self.repository), None).document
        path = self.repository.pipelines_dir / f"{self.name}.yaml"
        if not path.is_file():
            raise NotAvailableError(
                f"The pipeline {self.name} has no configuration file yet.",
                where=shorten_path(path),
                advice="Call run(), which writes it; to_config() gives what it would hold.",
            )
        return read_pipeline(path, None).document

    @property
    def artifacts(self) -> pandas.DataFrame:
        """The artifacts of the latest run: component, output, type, splits, state, id, uri."""
        return self.last_run.artifacts

    def artifact(self, component: str, key: str, needs: str) -> Artifact:
        """An output of the latest run.

        Args:
            component: the id of the component.
            key: the name of the output.
            needs: the slot that makes it, for the error.

        Raises:
            NotAvailableError: the run did not get that far.
        """
        run = self.last_run
        found = run.artifact(component, key)
        if found is not None:
            return found
        if needs != "data" and needs not in self.steps and run.execution(component) is None:
            advice = next(f"Add one by {slot.method}(...) and run again." for slot in self.slots if slot.name == needs)
            raise NotAvailableError(f"The run {run.id} has no step {needs}.", advice=advice)
        ended = {v.FAILED: "It failed", v.CANCELED: "It was canceled"}.get(run.state, "It ended")
        failed = f" {ended} in the step {run.properties['failed_step']}." if "failed_step" in run.properties else ""
        what = f"The run {run.id} ({run.state}) did not finish the step {needs}.{failed}"
        raise NotAvailableError(what, advice=f"Call run(until={needs!r}) or run().")

    def get_artifacts_uri_by_component(self, component_name: str, resolve_locally: bool = True) -> list[str]:
        """Where the outputs of a component of the latest run are.

        Args:
            component_name: the id of the component, for example ``Trainer`` (``artifacts`` lists them); upper and
                lower case are the same.
            resolve_locally: whether addresses are given as paths of this machine; else as they are recorded.

        Returns:
            An address an output, in the order of their recording; none if the component did not end well.

        Raises:
            NotAvailableError: nothing was run yet, the run has no such component (the nearest ids are named), or an
                output is not on this machine.
        """
        run = self.last_run
        ids = list(dict.fromkeys(execution.component for execution in run.executions))
        found = next((name for name in ids if name.casefold() == str(component_name).casefold()), None)
        if found is None:
            raise NotAvailableError(
                f"The run {run.id} has no component {component_name!r}.", advice=did_you_mean(str(component_name), ids)
            )
        execution = run.execution(found)
        ended_well = execution is not None and execution.state in (v.COMPLETE, v.CACHED)
        addresses = [output.uri for output in execution.outputs] if execution is not None and ended_well else []
        if not resolve_locally:
            return addresses
        from zenml_nb.artifacts.artifact_store import local_path

        return [str(local_path(address)) for address in addresses]
