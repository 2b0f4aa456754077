"""The small JSON that the engine writes beside an artifact which only TensorFlow can read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from zenml_nb.errors import NotAvailableError, shorten_path

#: In the folder of a model that is no SavedModel: what it is, which columns it takes, where its preprocessing is.
MODEL_FILE = "model.json"


def projected_path(uri: str, kind: str) -> Path:
    """Where the projection of an artifact is: beside its folder, so that the artifact stays as TFX wrote it."""
    folder = Path(uri)
    return folder.with_name(f"{folder.name}.{kind}.json")


def read_projected(uri: str, kind: str) -> dict[str, Any]:
    """Read the projection of an artifact.

    Raises:
        NotAvailableError: there is none, or it is damaged.
    """
    path = projected_path(uri, kind)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise ValueError("no JSON object")
        return content
    except (OSError, ValueError) as error:
        raise NotAvailableError(
            f"The {kind} of this artifact cannot be shown: its summary is missing or damaged.",
            where=shorten_path(path),
            advice="Remove the artifact's folder and run the pipeline again.",
        ) from error
