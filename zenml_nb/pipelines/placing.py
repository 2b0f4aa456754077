"""Where a pipeline may run: on this machine, in the stores of its repository."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml_nb.artifacts.artifact_store import ArtifactStore
from zenml_nb.errors import NotAvailableError

if TYPE_CHECKING:
    from zenml_nb.pipelines.recorded_state import RecordedState

LOCAL = "local"


def check_place(pipeline: RecordedState, backend: Any, metadata_store: Any, artifact_store: Any) -> None:
    """Check where a run is asked to take place; None is the default of each.

    Raises:
        NotAvailableError: not on this machine, or in other stores than those of the repository.
    """
    if backend is not None and backend != LOCAL:
        raise NotAvailableError(
            f"Pipelines run on this machine, and the backend is {backend!r}.", advice="Leave it out, or give 'local'."
        )
    if artifact_store is not None:
        store = artifact_store if isinstance(artifact_store, ArtifactStore) else ArtifactStore(artifact_store)
        if _real(store.path) != _real(pipeline.repository.artifact_store):
            raise _other("artifact_store", str(store.path), "artifact_store FOLDER")
    if metadata_store is not None:
        repository = pipeline.repository
        if metadata_store not in (repository.metadata, repository.config["metadata"]):
            kind = metadata_store.get("type") if isinstance(metadata_store, dict) else type(metadata_store).__name__
            raise _other("metadata_store", f"of type {kind}", "metadata '{type: sqlite, uri: FILE}'")


def _other(argument: str, told: str, setting: str) -> NotAvailableError:
    return NotAvailableError(
        f"A pipeline writes into the stores of its repository, and {argument} is another one: {told}.",
        advice=f"Set it for the whole project: zenml-nb config set {setting}; or run in another project folder.",
    )


def _real(path: Path) -> str:
    return os.path.realpath(path)
