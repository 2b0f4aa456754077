"""The step graph of a pipeline: what is declared, what its latest run did, and what a running one tells."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml_nb.config.portable import to_portable
from zenml_nb.records import vocabulary as v
from zenml_nb.repository import Repository, find_repository

if TYPE_CHECKING:
    from zenml_nb.pipelines.base import BasePipeline
    from zenml_nb.records import Run, Store
    from zenml_nb.viewmodels.steps import DeclaredStep
    from zenml_nb.views.live import LiveView


class StepGraph:
    """The graph of one pipeline, displayed as often as its user likes; a listener of its runs.

    The record of the run is read at each change of a state; what is counted in between needs no reading.

    Args:
        pipeline: whose graph it is.
    """

    def __init__(self, pipeline: BasePipeline) -> None:
        self._pipeline = pipeline
        self._live: LiveView | None = None
        self._told: dict[str, Any] = {}
        self._run: Run | None = None
        self._logs: Mapping[str, list[str]] = {}
        self._histories: Mapping[str, Any] = {}
        self._store: Store | None = None
        self._picture: dict[str, Any] | None = None
        #: Whether a state has changed since the record was read.
        self._is_old = True

    def document(self) -> dict[str, Any]:
        """The graph of the latest run, or of the declared steps if there was none.

        Raises:
            StoreError: the store cannot be read.
        """
        from zenml_nb.viewmodels.steps import steps_document

        repository = self._pipeline._repository or find_repository()
        if self._is_old or not self._is_running:
            self._read(repository)
        root = repository.root if repository else Path.cwd()
        return steps_document(
            pipeline=self._pipeline.name,
            declared=declared_steps(self._pipeline, root),
            run=self._run,
            progress=dict(self._told) if self._is_running else None,
            logs=self._logs,
            histories=self._histories,
            root=root,
        )

    def display(self) -> None:
        """Show the graph in the current cell; in a notebook it is kept up to date from then on."""
        if self._live is None:
            from zenml_nb.views.live import LiveView

            self._live = LiveView()
        self._live.show(self.document())

    def __call__(self, event: Any) -> None:
        """Called at each ``engine.progress.Event`` of a run, in its thread; never ends the run."""
        if not event.component and event.state == v.RUNNING:
            self._told, self._run, self._store = {}, None, None
        before = self._told.get(event.component)
        self._told[event.component] = event
        self._is_old = self._is_old or before is None or before.state != event.state
        self._picture = None
        if self._live is not None and self._live.is_shown:
            with contextlib.suppress(Exception):
                self._live.update(self.document())

    def picture(self) -> dict[str, Any]:
        """The graph by MIME type, without text: what the output of a running cell shows beside its lines."""
        if self._picture is None:
            from zenml_nb.views.live import bundle

            self._picture = {}
            with contextlib.suppress(Exception):
                self._picture = {kind: data for kind, data in bundle(self.document()).items() if kind != "text/plain"}
        return self._picture

    @property
    def _is_running(self) -> bool:
        run = self._told.get("")
        return run is not None and run.state == v.RUNNING

    def _read(self, repository: Repository | None) -> None:
        self._run = self._read_run(repository) if repository else None
        self._is_old = False
        self._logs, self._histories = {}, {}
        if self._run is not None:
            from zenml_nb.artifacts.history import histories

            self._histories = histories(self._run)
        if self._run is not None and self._run.folder is not None:
            from zenml_nb.artifacts.run_log import last_lines

            self._logs = last_lines(self._run.folder / v.LOG_FILE)
        if not self._is_running:
            self._store = None

    def _read_run(self, repository: Repository) -> Run | None:
        metadata = repository.metadata
        # Nobody who only declares a pipeline waits for ML Metadata.
        if metadata.get("type") == "sqlite" and not Path(metadata["uri"]).exists():
            return None
        if self._store is None:
            from zenml_nb.records import Store

            self._store = Store(metadata)
        run_id = self._pipeline.run_id
        return self._store.run(run_id) if run_id else self._store.latest_run(self._pipeline.name)


def declared_steps(pipeline: BasePipeline, root: Path) -> list[DeclaredStep]:
    """The filled slots of a pipeline and the mandatory ones that are not filled, in their order.

    Args:
        pipeline: whose steps.
        root: the project folder, which paths in arguments are relative to.
    """
    from zenml_nb.pipelines.predictions import stores_predictions
    from zenml_nb.viewmodels.flow import parts_of
    from zenml_nb.viewmodels.steps import DeclaredStep

    source = pipeline.datasource
    data = ("", {}) if source is None else (source.source, to_portable(source.args, root))
    steps = [DeclaredStep("data", "add_datasource", source is not None, *data, parts_of("data", False))]
    for slot in pipeline.slots:
        step = pipeline.steps.get(slot.name)
        if step is None and not slot.mandatory:
            continue
        declared = ("", {}) if step is None else (step.source, step.args)
        stores = slot.name == "trainer" and stores_predictions(pipeline.steps)
        parts = parts_of(slot.name, "sequencer" in pipeline.steps, stores)
        steps.append(DeclaredStep(slot.name, slot.method, step is not None, *declared, parts))
    return steps
