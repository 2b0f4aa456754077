"""The deployer for TensorFlow Serving: its folders, its list of models, and a prediction before anything is served."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from zenml_nb.errors import DeclarationError, StoreError, shorten_path
from zenml_nb.repository import write_atomically
from zenml_nb.steps.base import whole_number
from zenml_nb.steps.deployer import (
    BaseDeployerStep,
    cause_of,
    check_folder,
    copy_as_next_version,
    folder_of,
    is_latest_version,
)

MODELS_CONFIG = "models.config"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


class TFServingDeployer(BaseDeployerStep):
    """Copies the model to where TensorFlow Serving looks: ``<output_dir>/<model_name>/<version>/``.

    The copy is loaded and predicts rows of the evaluation split first. A model that cannot is not deployed, and the
    version that is served stays. A version appears whole or not at all, and no version is ever changed.

    Args:
        output_dir: the folder that the server reads; a relative path is taken from the repository's folder, and
            ``~`` is the home of who runs.
        model_name: the name of the model in the server: letters, digits, ``_``, ``.`` and ``-``.
        smoke_rows: how many rows the copy predicts.
        models_config: whether to write ``<output_dir>/models.config``, which lists every model of the folder for the
            server's ``--model_config_file``.
        serving_root: where the server sees ``output_dir``, for the list: in a container another path than here.

    Raises:
        DeclarationError: a name or a path is empty or cannot be a folder's.
    """

    def __init__(
        self,
        output_dir: str | os.PathLike[str],
        model_name: str,
        smoke_rows: int = 5,
        models_config: bool = False,
        serving_root: str | None = None,
    ) -> None:
        if not isinstance(output_dir, (str, os.PathLike)) or not os.fspath(output_dir).strip():
            raise DeclarationError(f"output_dir is {output_dir!r}.", advice="Give the path of a folder.")
        if not isinstance(model_name, str) or not _NAME.fullmatch(model_name):
            raise DeclarationError(
                f"model_name is {model_name!r}.", advice="Use letters, digits, '_', '.' and '-': for example 'taxi'."
            )
        if serving_root is not None and (not isinstance(serving_root, str) or not serving_root.strip()):
            raise DeclarationError(f"serving_root is {serving_root!r}.", advice="For example '/models'.")
        self.output_dir = os.fspath(output_dir)
        self.model_name = model_name
        self.smoke_rows = whole_number("smoke_rows", smoke_rows, at_least=1)
        self.models_config = bool(models_config)
        self.serving_root = serving_root

    def deploy(self, model: Path, run: dict[str, Any]) -> str:
        root = folder_of(self.output_dir, run.get("repository", "."))
        folder = root / self.model_name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            version = copy_as_next_version(model, folder, run.get("predict"))
            if self.models_config:
                write_atomically(root / MODELS_CONFIG, models_config(root, self.serving_root))
        except OSError as error:
            raise StoreError(
                f"The model cannot be deployed: {cause_of(error)}.",
                where=shorten_path(folder),
                advice="Free some space, or choose an output_dir that you may write to; then run again.",
            ) from error
        return str(version)

    def is_current(self, destination: str) -> bool:
        return is_latest_version(Path(destination))

    def check_place(self, repository: Path) -> None:
        check_folder(folder_of(self.output_dir, repository) / self.model_name)


def models_config(root: Path, serving_root: str | None = None) -> str:
    """The list of the models in a folder, as a ModelServerConfig in text format.

    See tensorflow_serving/config/model_server_config.proto. A folder is a model if it has a numbered version.

    Args:
        root: the folder of the models.
        serving_root: where the server sees it; by default where it is.
    """
    base = serving_root.rstrip("/") if serving_root else str(root.resolve())
    entries = []
    for folder in sorted(root.iterdir()):
        if _NAME.fullmatch(folder.name) and folder.is_dir() and any(map(_is_version, folder.iterdir())):
            fields = {"name": folder.name, "base_path": f"{base}/{folder.name}", "model_platform": "tensorflow"}
            entries += ["  config {", *(f"    {key}: {json.dumps(value)}" for key, value in fields.items()), "  }"]
    return "\n".join(["model_config_list {", *entries, "}"]) + "\n"


def _is_version(path: Path) -> bool:
    return path.name.isascii() and path.name.isdigit() and path.is_dir()
