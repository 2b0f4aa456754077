"""The views of the artifacts of TFX; what is in them is found by ``viewmodels.artifact``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from zenml_nb.records import Artifact, Execution
from zenml_nb.viewmodels import artifact as documents
from zenml_nb.views.view import View

if TYPE_CHECKING:
    from zenml_nb.datasources.commits import Commit


def view_of(thing: Any, split: str | None = None) -> View:
    """The view of an artifact, see ``viewmodels.artifact.document_of``; a view is its own.

    Raises:
        NotAvailableError: there is nothing at the URI, or no such split, or this kind of thing has no view.
    """
    return thing if isinstance(thing, View) else View(documents.document_of(thing, split))


def statistics_view(artifact: Artifact, anomalies: Artifact | None = None) -> View:
    """The statistics of every split, see ``viewmodels.artifact.statistics_of``.

    Raises:
        NotAvailableError: a file is missing or damaged.
    """
    return View(documents.statistics_of(artifact, anomalies))


def schema_view(artifact: Artifact, other: Artifact | None = None, names: tuple[str, str] = ("this", "other")) -> View:
    """A schema, or what another one has that it has not, see ``viewmodels.artifact.schema_of``.

    Raises:
        NotAvailableError: a file is missing or damaged.
    """
    return View(documents.schema_of(artifact, other, names))


def anomalies_view(artifact: Artifact, split: str, statistics: Artifact, schema: Artifact, root: Path) -> View:
    """The anomalies of a split, see ``viewmodels.artifact.anomalies_of``.

    Raises:
        NotAvailableError: a file is missing or damaged.
    """
    return View(documents.anomalies_of(artifact, split, statistics, schema, root))


def training_view(artifact: Artifact, run: str = "") -> View:
    """How a model was trained, see ``viewmodels.artifact.training_of``.

    Raises:
        NotAvailableError: there is no history, or it is damaged.
    """
    return View(documents.training_of(artifact, run))


def evaluation_view(artifact: Artifact) -> View:
    """An evaluation, see ``viewmodels.artifact.evaluation_of``.

    Raises:
        NotAvailableError: a file is missing or damaged.
    """
    return View(documents.evaluation_of(artifact))


def sequences_view(artifact: Artifact, split: str, execution: Execution | None, n_windows: int) -> View:
    """The first sequences of a split, see ``viewmodels.sequences.sequences_of``.

    Raises:
        NotAvailableError: there is no such split, or a file is missing or damaged.
    """
    from zenml_nb.viewmodels.sequences import sequences_of

    return View(sequences_of(artifact, split, execution, n_windows))


def images_view(commit: Commit, n: int, image_column: str | None = None, label_column: str | None = None) -> View:
    """Some images of a commit, see ``viewmodels.images.images_of``.

    Raises:
        DataError: an argument is not valid.
        NotAvailableError: the commit has no column of bytes.
    """
    from zenml_nb.viewmodels.images import images_of

    return View(images_of(commit, n, image_column, label_column))
