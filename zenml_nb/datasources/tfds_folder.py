"""The folder of a dataset that TensorFlow Datasets prepared: its version, its splits and their files.

``<data_dir>/<dataset>[/<config>]/<version>/`` holds ``dataset_info.json``, a message ``DatasetInfo``
(tensorflow_datasets/core/proto/dataset_info.proto) as JSON: its ``splits`` have ``name``, ``shardLengths``, the number
of records of each file, and ``filepathTemplate``, whose variables are those of ``ShardedFileTemplate`` in
tensorflow_datasets/core/naming.py; by default ``{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}``, for example
``mnist-train.tfrecord-00000-of-00001``.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from typing import Any

from zenml_nb.datasources.files import open_file
from zenml_nb.errors import DataError, did_you_mean, shorten_path

INFO_FILE = "dataset_info.json"
FEATURES_FILE = "features.json"
_TEMPLATE = "{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}"
_VERSION = re.compile(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})")
_DIGITS = 5
_LEVELS = 3
_PREPARE = "Prepare it again: tfds.builder(...).download_and_prepare()."


@dataclass(frozen=True)
class Shard:
    """One file of records.

    Attributes:
        path: the file.
        split: the name of its split.
        n_records: how many it holds, as ``dataset_info.json`` says.
    """

    path: str
    split: str
    n_records: int


def find_version(path: str) -> tuple[str, list[str]]:
    """The folder of a version, and the names of all versions beside it, the newest first.

    Args:
        path: that folder, or the one above, whose newest version is taken.

    Raises:
        DataError: it is neither; what is below it is named.
    """
    folder = os.path.expanduser(path)
    place = shorten_path(folder)
    if not os.path.isdir(folder):
        parent = os.path.dirname(os.path.abspath(folder))
        advice = did_you_mean(os.path.basename(folder.rstrip("/")), _folders(parent)) if _folders(parent) else ""
        raise DataError(f"There is no folder {place!r}.", where=place, advice=advice or "Check the path.")
    if os.path.isfile(os.path.join(folder, INFO_FILE)):
        return folder, []
    inside = _folders(folder)
    found = [(tuple(map(int, match.groups())), name) for name in inside if (match := _VERSION.fullmatch(name))]
    versions = [
        name for _, name in sorted(found, reverse=True) if os.path.isfile(os.path.join(folder, name, INFO_FILE))
    ]
    if versions:
        return os.path.join(folder, versions[0]), versions
    below = _prepared_below(folder)
    if below:
        what = "The folder holds no version of a dataset, but folders that do."
        listed = ", ".join(below[:10]) + (f" and {len(below) - 10} more" if len(below) > 10 else "")
        raise DataError(what, where=place, advice=f"Give the path of one of them: {listed}.")
    advice = "Give the folder <data_dir>/<dataset>/<version>, or the one above."
    if any(name.startswith("incomplete.") for name in inside):
        advice = f"Its preparation was interrupted. {_PREPARE}"
    raise DataError(f"The folder holds no {INFO_FILE}, and no version.", where=place, advice=advice)


def _folders(folder: str) -> list[str]:
    try:
        return sorted(entry.name for entry in os.scandir(folder) if entry.is_dir())
    except OSError:
        return []


def _prepared_below(folder: str) -> list[str]:
    """The folders below that hold versions, as paths below this one."""
    found = []
    for root, folders, _ in os.walk(folder):
        below = os.path.relpath(root, folder)
        if any(os.path.isfile(os.path.join(root, name, INFO_FILE)) for name in folders if _VERSION.fullmatch(name)):
            found.append(below)
        folders[:] = [] if below.count(os.sep) >= _LEVELS - 1 else sorted(folders)
    return sorted(name for name in found if name != ".")


def read_json(folder: str, name: str) -> Any:
    """The content of a JSON file of a version.

    Raises:
        DataError: it is missing or no JSON, with the place.
    """
    path = os.path.join(folder, name)
    with open_file(path, _PREPARE) as file:
        content = file.read()
    try:
        return json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        where = f"{shorten_path(path)}, line {error.lineno}, column {error.colno}"
        raise DataError(f"The file is no JSON: {error.msg}.", where=where, advice=_PREPARE) from None
    except (UnicodeDecodeError, RecursionError) as error:
        raise DataError(f"The file cannot be read: {error}.", where=shorten_path(path), advice=_PREPARE) from None


def shards_of(folder: str, split: str | None) -> list[Shard]:
    """The files of a split, or of all, in their order; all of them are there.

    Raises:
        DataError: there is no such split, a file is missing, or they are no TFRecord files; with the names.
    """
    where = shorten_path(os.path.join(folder, INFO_FILE))
    info = read_json(folder, INFO_FILE)
    try:
        dataset, file_format = str(info["name"]), str(info.get("fileFormat", "") or "tfrecord")
        splits = {str(entry["name"]): entry for entry in info.get("splits", [])}
        lengths = {name: [int(length) for length in entry["shardLengths"]] for name, entry in splits.items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = (
            f"The description of the dataset is not as TensorFlow Datasets writes it: {type(error).__name__}: {error}."
        )
        raise DataError(what, where=where, advice=_PREPARE) from None
    if file_format != "tfrecord":
        raise DataError(
            f"The dataset lies in files of the format {file_format!r}, and only TFRecord files are read.",
            where=where,
            advice="Prepare it as these: tfds.builder(..., file_format='tfrecord').download_and_prepare(), "
            "or convert it: python -m tensorflow_datasets.scripts.convert_format.",
        )
    if split is not None and split not in splits:
        raise DataError(f"The dataset has no split {split!r}.", where=where, advice=did_you_mean(split, splits))
    chosen = [split] if split is not None else list(splits)
    found = []
    for name in chosen:
        template = str(splits[name].get("filepathTemplate", "") or _TEMPLATE)
        for index, length in enumerate(lengths[name]):
            file = _file_name(template, dataset, name, index, len(lengths[name]), where)
            found.append(Shard(os.path.join(folder, file), name, length))
    _check_present(found, folder, where)
    return found


def _file_name(template: str, dataset: str, split: str, index: int, n_shards: int, where: str) -> str:
    digits = max(_DIGITS, len(str(n_shards)))
    shard, of = f"{index:0{digits}}", f"{n_shards:0{digits}}"
    values = {
        "DATASET": dataset,
        "SPLIT": split,
        "FILEFORMAT": "tfrecord",
        "SHARD_INDEX": shard,
        "NUM_SHARDS": of,
        "SHARD_X_OF_Y": f"{shard}-of-{of}",
    }
    # Not by str.format, which lets a template reach for more than these.
    name = re.sub(r"\{([A-Z_]+)\}", lambda match: values.get(match[1], match[0]), template)
    if os.path.basename(name) != name or "\0" in name or name in (".", "..") or "{" in name:
        raise DataError(
            f"The split {split!r} has files of the names {template!r}, which are not read.",
            where=where,
            advice="Prepare the dataset again, with its files in its folder.",
        )
    return name


def _check_present(shards: list[Shard], folder: str, where: str) -> None:
    lost = [os.path.basename(shard.path) for shard in shards if shard.n_records and not os.path.isfile(shard.path)]
    if lost:
        listed = ", ".join(lost[:3]) + (f" and {len(lost) - 3} more" if len(lost) > 3 else "")
        raise DataError(
            f"{len(lost)} of {len(shards)} files of records are missing: {listed}.",
            where=f"{shorten_path(folder)} (as {os.path.basename(where)} says)",
            advice=f"Copy them from where the dataset came from, or prepare it again. {_PREPARE}",
        )
