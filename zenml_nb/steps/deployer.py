"""Deployers: where a trained model goes."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from zenml_nb.errors import DeclarationError, StoreError, shorten_path
from zenml_nb.steps.base import BaseStep


class BaseDeployerStep(BaseStep):
    """Base of all deployers. A subclass gives ``deploy``; it is asked only for models that keep their thresholds.

    Attributes:
        smoke_rows: how many rows ``run["predict"]`` predicts; 0 where the deployer does not try the model.
    """

    slot = "deployer"
    smoke_rows: int = 0

    def deploy(self, model: Path, run: dict[str, Any]) -> str:
        """Bring a model to where it is used.

        Args:
            model: the folder of the model; it must not be changed.
            run: ``run_id`` and ``pipeline`` that the model comes from, and ``repository``, the project folder; with
                ``smoke_rows``, ``predict`` too: a function that loads the copy of the model in a folder, lets it
                predict rows of the evaluation split, returns the predictions by output, and raises a DataError if
                it cannot or if a prediction is no finite number.

        Returns:
            Where the model is now: a path or an address.
        """
        raise NotImplementedError(f"{type(self).__name__} must define deploy(self, model, run) -> str")

    def check_place(self, repository: Path) -> None:
        """Tell before the run whether a model cannot be brought to where it is to go.

        Args:
            repository: the project folder.

        Raises:
            DeclarationError: it cannot.
        """

    def is_current(self, destination: str) -> bool:
        """Whether what was deployed is still in use there: if not, a run that changes nothing deploys it again.

        Args:
            destination: what ``deploy`` gave.
        """
        return True


class LocalDirectoryDeployer(BaseDeployerStep):
    """Copies the model into a folder, one numbered version a deployment, as TensorFlow Serving reads it.

    A version appears whole or not at all, and no version is ever changed.

    Args:
        output_dir: the folder that holds the versions; a relative path is taken from the repository's folder, and
            ``~`` is the home of who runs.
    """

    def __init__(self, output_dir: str | os.PathLike[str]) -> None:
        if not isinstance(output_dir, (str, os.PathLike)):
            raise DeclarationError(f"output_dir is {output_dir!r}.", advice="Give the path of a folder.")
        self.output_dir = os.fspath(output_dir)
        if not self.output_dir.strip():
            raise DeclarationError("output_dir is empty.", advice="Name the folder that models are deployed to.")

    def deploy(self, model: Path, run: dict[str, Any]) -> str:
        folder = folder_of(self.output_dir, run.get("repository", "."))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return str(copy_as_next_version(model, folder))
        except OSError as error:
            raise StoreError(
                f"The model cannot be deployed: {cause_of(error)}.",
                where=shorten_path(folder),
                advice="Free some space, or choose an output_dir that you may write to; then run again.",
            ) from error

    def is_current(self, destination: str) -> bool:
        return is_latest_version(Path(destination))

    def check_place(self, repository: Path) -> None:
        check_folder(folder_of(self.output_dir, repository))


def folder_of(output_dir: str, repository: str | os.PathLike[str]) -> Path:
    """Where an ``output_dir`` is: ``~`` is the home of who runs, a relative path starts from the repository.

    Raises:
        DeclarationError: there is no such home.
    """
    try:
        return Path(repository) / Path(output_dir).expanduser()
    except RuntimeError as error:
        raise DeclarationError(
            f"output_dir is {output_dir!r}, and there is no such home directory.",
            where="step deployer",
            advice="Write the whole path.",
        ) from error


def check_folder(folder: Path) -> None:
    """Tell before the run whether a folder can be written to, without making it.

    Raises:
        DeclarationError: it is a file, is below one, or may not be written to.
    """
    there = next(path for path in (folder, *folder.parents) if os.path.lexists(path) or path == path.parent)
    if not there.is_dir():
        why = f"{shorten_path(there)} is no folder"
    elif not os.access(there, os.W_OK | os.X_OK):
        why = f"{shorten_path(there)} may not be written to"
    else:
        return
    raise DeclarationError(
        f"The model cannot be deployed: {why}.",
        where=shorten_path(folder),
        advice="Choose an output_dir that is a folder, or can become one, and that you may write to.",
    )


def cause_of(error: OSError) -> str:
    """What went wrong with files, in one line: copying a folder collects the errors of all its files."""
    if isinstance(error, shutil.Error) and isinstance(error.args[0], list):
        return str(error.args[0][0][2])
    return str(error.strerror or error)


def copy_as_next_version(model: Path, folder: Path, check: Callable[[Path], Any] | None = None) -> Path:
    """Copy a model into the next numbered version of a folder; the version appears whole or not at all.

    Args:
        model: the folder of the model.
        folder: the folder of the versions.
        check: is given the copy before it becomes a version; what it raises leaves no version.

    Returns:
        The version's folder.
    """
    beside = folder / f".{os.getpid()}.{threading.get_ident()}.tmp"
    shutil.rmtree(beside, ignore_errors=True)
    try:
        shutil.copytree(model, beside)
        if check is not None:
            check(beside)
        while True:
            version = folder / str(_latest(folder) + 1)
            try:
                # A rename onto a version that somebody else made meanwhile fails: its folder is not empty.
                os.rename(beside, version)
                return version
            except OSError:
                if not version.exists():
                    raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def is_latest_version(version: Path) -> bool:
    """Whether a version is there, and none is newer."""
    return version.is_dir() and version.name == str(_latest(version.parent))


def _latest(folder: Path) -> int:
    """The number of the newest version in a folder; 0 if there is none."""
    # isdigit alone holds for '²' too.
    return max((int(name) for name in os.listdir(folder) if name.isascii() and name.isdigit()), default=0)
