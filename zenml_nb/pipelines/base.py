"""What all pipelines have in common: slots for steps, the configuration, the run."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from zenml_nb.config.environment import environment
from zenml_nb.config.migration import VERSION
from zenml_nb.config.pins import source_of
from zenml_nb.config.portable import step_to_portable, to_portable
from zenml_nb.config.sources import pins_of, pins_of_user
from zenml_nb.datasources import BaseDatasource, Commit
from zenml_nb.errors import (
    DeclarationError,
    StoreError,
    ZenmlNbError,
    did_you_mean,
    shorten_path,
)
from zenml_nb.pipelines import checks
from zenml_nb.pipelines.graph import StepGraph
from zenml_nb.pipelines.named_commit import named_commit
from zenml_nb.pipelines.placing import check_place
from zenml_nb.pipelines.recorded_arguments import RecordedArguments, constructor_call
from zenml_nb.pipelines.recorded_state import RecordedState
from zenml_nb.pipelines.slots import described
from zenml_nb.repository import Repository, write_atomically
from zenml_nb.steps import BaseSplit, BaseStep
from zenml_nb.steps.base import TRAIN, mapped

if TYPE_CHECKING:
    from zenml_nb.artifacts.artifact_store import ArtifactStore
    from zenml_nb.records import Run
    from zenml_nb.views.view import View

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_Self = TypeVar("_Self", bound="BasePipeline")


class BasePipeline(RecordedArguments, RecordedState):
    """Base of all pipelines: named steps in a fixed order, run on TFX and recorded in ML Metadata.

    A subclass names its ``slots`` in their order; a method ``add_<slot>`` is made for each. What runs is what
    ``components`` yields: by default the data, then the components of each slot.

    Args:
        name: letters, digits, ``_``, ``.`` and ``-``; runs of the same name belong together.
        enable_cache: whether a step that was run before in the same way is taken from the cache.
        steps_dict: slot to step; the same as ``add_step`` for each.
        backend: where it runs: ``local``, this machine, is the only one.
        metadata_store: the connection to the repository's metadata store; no other one.
        artifact_store: the repository's artifact store, or its folder; no other one.
        datasource: the data; the same as ``add_datasource``.

    Raises:
        DeclarationError: the name cannot be the name of a file, or a step or the datasource does not fit.
        NotAvailableError: it cannot run on this backend or with these stores.
    """

    def __init__(
        self,
        name: str,
        enable_cache: bool = True,
        steps_dict: Mapping[str, BaseStep] | None = None,
        backend: str | None = None,
        metadata_store: Mapping[str, Any] | None = None,
        artifact_store: ArtifactStore | str | None = None,
        datasource: BaseDatasource | None = None,
    ) -> None:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise DeclarationError(
                f"{name!r} cannot be the name of a pipeline.",
                advice="Use letters, digits, '_', '.' and '-', a letter or digit first, at most 100 of them.",
            )
        self.name = name
        if not isinstance(enable_cache, bool):
            raise DeclarationError(f"enable_cache is {enable_cache!r}.", advice="Give True or False.")
        self.enable_cache = enable_cache
        self.datasource: BaseDatasource | None = None
        self.datasource_commit_id: str | None = None
        #: The version of the data that the file or the run had that this pipeline was loaded from.
        self.recorded_commit_id: str | None = None
        self.steps: dict[str, BaseStep] = {}
        #: Called with each ``engine.progress.Event`` of a run, in the thread of the run.
        self.listeners: list[Callable[[Any], None]] = []
        #: The step graph, which listens to the runs too.
        self.graph = StepGraph(self)
        #: The id of the run that the helper functions show; None takes the latest one of this name.
        self.run_id: str | None = None
        #: The slot whose step runs at this moment.
        self.running_slot = ""
        self._commit: Commit | None = None
        self._repository: Repository | None = None
        check_place(self, backend, metadata_store, artifact_store)
        for slot_name, step in mapped("steps_dict", steps_dict or {}).items():
            self.add_step(slot_name, step)
        if datasource is not None:
            self.add_datasource(datasource)

    # What a user declares.

    def add_datasource(self, datasource: BaseDatasource, commit_id: str | None = None) -> None:
        """Set the data.

        Args:
            datasource: where the data comes from.
            commit_id: the version of the data; by default the datasource is committed at each run.

        Raises:
            DeclarationError: it is no datasource.
        """
        if not isinstance(datasource, BaseDatasource):
            raise DeclarationError(
                f"add_datasource takes a datasource, not {described(datasource)}.",
                advice="For example CSVDatasource(name='taxi', path='taxi.csv').",
            )
        self.datasource = datasource
        self.datasource_commit_id = commit_id
        self._commit = None

    def add_step(self, slot_name: str, step: BaseStep) -> None:
        """Fill a slot; a step that is there already is replaced.

        Raises:
            DeclarationError: the step does not fit the slot.
        """
        slot = next((slot for slot in self.slots if slot.name == slot_name), None)
        if slot is None:
            raise DeclarationError(
                f"{type(self).__name__} has no step {slot_name!r}.",
                advice=did_you_mean(slot_name, [slot.name for slot in self.slots]),
            )
        if not isinstance(step, slot.kind):
            fitting = next((other for other in self.slots if isinstance(step, other.kind)), None)
            advice = f"Use {fitting.method}(...)." if fitting else f"Give an instance of a {slot.kind.__name__}."
            raise DeclarationError(f"{slot.method} takes a {slot.kind.__name__}, not {described(step)}.", advice=advice)
        self.steps[slot_name] = step

    def slots_until(self, until: str | None) -> list[str]:
        """The names of the slots that a run goes through: ``data`` and the filled ones, in their order.

        Raises:
            DeclarationError: ``until`` is no slot, or an empty one.
        """
        names = ["data", *(slot.name for slot in self.slots)]
        if until is not None and until not in names:
            raise DeclarationError(f"There is no step {until!r} to run until.", advice=did_you_mean(until, names))
        wanted = names if until is None else names[: names.index(until) + 1]
        return [name for name in wanted if name == "data" or name in self.steps]

    def train_splits(self) -> list[str]:
        """The splits to learn from: as the first step with a split_mapping says, else ``train``, else the first."""
        split = self.steps.get("split")
        names = split.get_split_names() if isinstance(split, BaseSplit) else [TRAIN]
        for slot in self.slots:
            mapping = getattr(self.steps.get(slot.name), "split_mapping", None) or {}
            learned = [name for name in mapping.get("train_splits", ()) if name in names]
            if learned:
                return learned
        return [TRAIN] if TRAIN in names else names[:1]

    def check(self, until: str | None = None) -> None:
        """Check before a run all that can be known before it; a subclass adds what it knows.

        Raises:
            DeclarationError: steps are missing (all are named) or do not fit the data.
            DataError: the data is missing or unfit.
        """
        wanted = self.slots_until(until)
        names = [slot.name for slot in self.slots]
        reach = len(names) if until is None else (["data", *names]).index(until)
        missing = [] if self.datasource is not None else ["add_datasource"]
        for slot in self.slots[:reach]:
            if (slot.mandatory or slot.name == until) and slot.name not in wanted:
                missing.append(slot.method)
        if missing:
            raise DeclarationError(
                f"The pipeline {self.name} is not complete: {', '.join(missing)} "
                f"{'was' if len(missing) == 1 else 'were'} not called.",
                advice="Add these steps, or run(until=...) the last step that is there.",
            )
        for part in (self.datasource, *(self.steps.get(name) for name in wanted)):
            unavailable = getattr(part, "unavailable", None)
            if unavailable is not None:
                raise unavailable
        # What cannot be recorded is told before anything runs.
        self.all_arguments()
        if self.steps:
            checks.check_steps(self, wanted)

    # The configuration.

    def commit(self) -> Commit:
        """The version of the data that a run is of; committed now unless one was named.

        Raises:
            DataError: the data is missing or unfit, or is no longer that of the recorded commit.
            NotAvailableError: there is no commit of the id that was named; the nearest ids are given.
        """
        assert self.datasource is not None, "checked before"
        if self.datasource_commit_id is None:
            self._commit = self.datasource.get_commit(self.datasource.commit(self.repository), self.repository)
            return self._commit
        was_recorded = self.datasource_commit_id == self.recorded_commit_id
        self._commit = named_commit(self.datasource, self.datasource_commit_id, self.repository, was_recorded)
        return self._commit

    def to_config(self) -> dict[str, Any]:
        """The declarative configuration, as it is written to YAML."""
        commit_id = self._commit.id if self._commit else self.datasource_commit_id
        steps = {slot.name: self.steps[slot.name] for slot in self.slots if slot.name in self.steps}
        return {
            "version": VERSION,
            "artifact_store": self.repository.config["artifact_store"],
            "metadata": dict(self.repository.config["metadata"]),
            "backend": {"type": "local"},
            "environment": environment(self.repository.root),
            "pipeline": {
                "name": self.name,
                "source": source_of(type(self)),
                "args": self.all_arguments(),
                **pins_of_user(self),
                "datasource": self._datasource_config(),
                "datasource_commit_id": commit_id,
                "steps": {name: self._step_config(step) for name, step in steps.items()},
            },
        }

    def _step_config(self, step: BaseStep) -> dict[str, Any]:
        config = step.to_config()
        return {**config, "args": step_to_portable(config["args"], self.repository.root), **pins_of(step)}

    def _datasource_config(self) -> dict[str, Any] | None:
        if self.datasource is None:
            return None
        config = self.datasource.to_config()
        return {**config, "args": to_portable(config["args"], self.repository.root), **pins_of_user(self.datasource)}

    @classmethod
    def from_config(cls: type[_Self], document: Mapping[str, Any], root: Path | None = None) -> _Self:
        """Build a pipeline from its declarative configuration.

        Args:
            document: what ``to_config`` gave.
            root: the folder that relative paths of the datasource start from; by default that of the repository here,
                or the working directory.

        Raises:
            ConfigError: a class cannot be found.
            DeclarationError: an argument is wrong.
        """
        from zenml_nb.pipelines.loading import pipeline_of_config

        return pipeline_of_config(cls, document, root)

    @classmethod
    def load(
        cls: type[_Self],
        path: str | Path | None = None,
        *,
        run: str | None = None,
        repository: str | Path | Repository | None = None,
    ) -> _Self:
        """Give a pipeline back: from the YAML that a run wrote, or as one run recorded it.

        Classes have the code that they were recorded with. It is executed, as by an import: load only what you trust.

        Args:
            path: the file; paths in it start from the folder of its repository, or of the one here if it has none.
            run: the id of a run; the helper functions (``view_statistics``, ``evaluate``) then show that run. A step
                whose code is not to be had any more can be looked at, but not run.
            repository: where the run is recorded; by default the repository of the working directory.

        Raises:
            DeclarationError: neither a file nor a run was named, or both.
            ConfigError: the file is missing or wrong, with line and column; or recorded code is, or was changed.
            NotAvailableError: there is no such run (the nearest ids are named), or another tool recorded it.
            RepositoryError: there is no repository.
        """
        from zenml_nb.pipelines.loading import pipeline_of_file, pipeline_of_run

        if (path is None) == (run is None):
            raise DeclarationError(
                "load takes the path of a file or the id of a run.",
                advice="Write load('pipelines/taxi.yaml') or load(run='taxi.20260102T030405-a1b2c3').",
            )
        return pipeline_of_file(cls, Path(path)) if path is not None else pipeline_of_run(cls, str(run), repository)

    def copy(self: _Self, new_name: str) -> _Self:
        """A pipeline of another name with the same configuration; it shares nothing with this one.

        Raises:
            DeclarationError: the name is none, or an argument of the constructor is no plain value.
        """
        args, given = constructor_call(type(self), new_name, self.all_arguments())
        other = type(self)(*args, **given)
        other._repository = self._repository
        other.datasource = copy.deepcopy(self.datasource)
        other.datasource_commit_id = self.datasource_commit_id
        other.recorded_commit_id = self.recorded_commit_id
        other.steps = copy.deepcopy(self.steps)
        return other

    # The run.

    def run(
        self,
        until: str | None = None,
        *,
        backend: str | None = None,
        metadata_store: Mapping[str, Any] | None = None,
        artifact_store: ArtifactStore | str | None = None,
    ) -> Run:
        """Run what is missing, and take the rest from the cache. What steps print goes to the log of the run.

        Args:
            until: the name of the last step to run, for example ``split``; by default all steps are run.
            backend, metadata_store, artifact_store: as of the class; whatever would move the run is refused.

        Returns:
            The record of the run; displayed, it says of each step why it ran.

        Raises:
            DeclarationError, DataError: something is wrong that can be known before the run; nothing was run.
            NotAvailableError: it cannot run there, or a step cannot run here.
            StoreError: a store cannot be written.
            StepFailedError: a step failed; the run is recorded as failed, and the next one goes on from there.
            RunCanceledError: the run was interrupted; it is recorded as canceled.
        """
        check_place(self, backend, metadata_store, artifact_store)
        self._commit = None
        self.check(until)
        commit = self._commit or self.commit()
        from zenml_nb.engine import run_pipeline

        try:
            return run_pipeline(self, commit, until)
        except ZenmlNbError as error:
            # How the run came to the step is our business; what the user needs is in the error and its cause.
            raise error.with_traceback(None) from error.__cause__

    def write_config(self, text: str) -> Path:
        """Write the YAML of this pipeline into the pipelines directory.

        Raises:
            StoreError: it cannot be written.
        """
        path = self.repository.pipelines_dir / f"{self.name}.yaml"
        try:
            write_atomically(path, text)
        except OSError as error:
            raise StoreError(
                f"The configuration cannot be written: {error.strerror or error}.",
                where=shorten_path(path),
                advice="Free some space, or set a pipelines_dir that you may write to in .zenml_nb/config.yaml.",
            ) from error
        return path

    def view_steps(self) -> View:
        """The steps as a graph: of the latest run, or as they are declared if there was none."""
        from zenml_nb.views.view import View

        return View(self.graph.document())

    def _ipython_display_(self) -> None:
        self.graph.display()

    def __repr__(self) -> str:
        filled = [name for name in self.slots_until(None) if name != "data" or self.datasource]
        return f"{type(self).__name__}({self.name!r}: {' -> '.join(filled) or 'no steps yet'})"
