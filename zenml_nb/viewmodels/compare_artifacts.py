"""Reads what runs made for their comparison: each file once, and what cannot be read becomes a note."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from zenml_nb.artifacts.evaluation import Evaluation, read_evaluation
from zenml_nb.artifacts.protos import read_schema, read_statistics
from zenml_nb.errors import EnvironmentMissingError, NotAvailableError
from zenml_nb.records import Artifact, Run
from zenml_nb.records import vocabulary as v
from zenml_nb.viewmodels.discretion import cut, shared_text

if TYPE_CHECKING:
    from tensorflow_metadata.proto.v0 import schema_pb2, statistics_pb2

_T = TypeVar("_T")
_NAMED = 3


class Reading:
    """What was read of the artifacts of some runs.

    Args:
        root: the project folder; relative URIs start from it.
        folders: only artifacts in these folders are read; None allows any.
    """

    def __init__(self, root: Path, folders: Sequence[Path] | None = None) -> None:
        self.root = root
        self._folders = None if folders is None else [os.path.realpath(folder) for folder in folders]
        self._read: dict[tuple[str, str], Any] = {}
        #: What cannot be read, to the runs that have it.
        self._problems: dict[str, list[str]] = {}

    def evaluation(self, run: Run) -> Evaluation | None:
        """The evaluation of a run; None if it has none, or it cannot be read."""
        return self._of(run, "ModelEvaluation", "evaluation", lambda artifact: read_evaluation(artifact.uri))

    def schema(self, run: Run) -> schema_pb2.Schema | None:
        """The schema of a run's data."""
        return self._of(run, "Schema", "schema", read_schema)

    def statistics(self, run: Run, split: str) -> statistics_pb2.DatasetFeatureStatistics | None:
        """The statistics of one split of a run's data."""
        return self._of(
            run, "ExampleStatistics", "statistics", lambda artifact: read_statistics(artifact, split), split
        )

    def notes(self, labels: Mapping[str, str]) -> Iterator[str]:
        """What could not be read, and of which runs, by their labels."""
        for problem, ids in self._problems.items():
            named = [cut(labels[run_id], 80) for run_id in ids[:_NAMED]]
            more = f" and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else ""
            yield f"{', '.join(named)}{more}: {problem}"

    def _of(self, run: Run, kind: str, key: str, read: Callable[[Artifact], _T], part: str = "") -> _T | None:
        artifact = artifact_of(run, kind, key)
        if artifact is None:
            return None
        place = (artifact.uri, part)
        if place not in self._read:
            self._read[place] = self._attempt(artifact, read)
        found = self._read[place]
        if isinstance(found, str):
            ids = self._problems.setdefault(found, [])
            ids += [] if run.id in ids else [run.id]
            return None
        return found  # type: ignore[no-any-return]

    def _attempt(self, artifact: Artifact, read: Callable[[Artifact], _T]) -> _T | str:
        if not self._may_read(artifact.uri):
            return f"The {artifact.key} of the run may not be read: its folder is outside of the allowed ones."
        try:
            return read(artifact)
        except (NotAvailableError, EnvironmentMissingError) as error:
            return shared_text(f"Without its {artifact.key}. {error.what}", self.root, 300)

    def _may_read(self, uri: str) -> bool:
        if self._folders is None:
            return True
        try:
            real = os.path.realpath(uri)
        except (OSError, ValueError):
            return False
        return any(real.startswith(folder.rstrip(os.sep) + os.sep) for folder in self._folders)


def lacking(old: object, new: object, what: str) -> str:
    """Say which of two runs lacks something; what a run has is not None."""
    missing = [name for name, thing in (("baseline", old), ("run", new)) if thing is None]
    return f"The {' and the '.join(missing)} {'has' if len(missing) == 1 else 'have'} no {what}."


def artifact_of(run: Run, kind: str, key: str) -> Artifact | None:
    """The last output of this type and key that a run made or took from the cache.

    Transform gives out statistics and schemas of its own, under other keys.
    """
    for execution in reversed(run.executions):
        if execution.state in (v.COMPLETE, v.CACHED):
            for artifact in execution.outputs:
                if artifact.type == kind and artifact.key == key:
                    return artifact
    return None
