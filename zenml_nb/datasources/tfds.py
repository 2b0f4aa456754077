"""Datasets that TensorFlow Datasets prepared on this machine."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from zenml_nb.datasources.base import BaseDatasource
from zenml_nb.datasources.columns import check_column_types
from zenml_nb.datasources.files import check_path, hash_files
from zenml_nb.datasources.snapshot import read_until_settled
from zenml_nb.datasources.tfds_features import Feature, Malformed, Unsupported, features_of, twice_named
from zenml_nb.datasources.tfds_folder import FEATURES_FILE, INFO_FILE, find_version, read_json, shards_of
from zenml_nb.datasources.tfds_rows import Columns, label_names, read_shards
from zenml_nb.errors import DataError, DeclarationError, did_you_mean, shorten_path

if TYPE_CHECKING:
    import pyarrow as pa

SPLIT = "split"
# Part of a commit's origin: raise it when the same files give other values than before.
_READER_VERSION = 1
_PREPARE = "Prepare it again: tfds.builder(...).download_and_prepare()."


class TFDSDatasource(BaseDatasource):
    """A dataset that TensorFlow Datasets has prepared: read from its folder, without TensorFlow and the network.

    Every feature becomes a column, in the order of ``features.json``; a feature ``b`` in a dictionary ``a`` is ``a/b``.
    Whole numbers and booleans (1 and 0) become INTEGER, other numbers FLOAT, texts STRING (BYTES if any of a feature is
    no UTF-8), images BYTES, as they lie there (PNG or JPEG). A class label is STRING, its name; INTEGER if the dataset
    does not name its labels; the label -1, none, is missing. Sequences and tensors are columns of lists; a tensor of
    several dimensions is a list of its values, row by row. Numbers packed by ``zlib`` or ``bytes`` are unpacked. What a
    record may lack is missing.

    Not read are videos, sequences of sequences, tensors with several dimensions of any length, datasets in the dataset
    and classes of one's own; leave them out by ``columns``. The records are in the order of the files; TensorFlow
    Datasets mixes those of several files by default.

    Where the records lie is described in ``tensorflow_datasets/core/naming.py``, what they hold in
    ``tensorflow_datasets/core/features`` and ``core/example_serializer.py`` (version 4.9) of
    https://github.com/tensorflow/datasets.

    Args:
        name: names the datasource and the folder of its commits.
        path: the folder of a version, ``<data_dir>/<dataset>[/<config>]/<version>``, relative to the working directory;
            or the one above: then the newest version is read, and if there are several, it is said which.
        split: the split to read, for example ``train``, without slices; by default all, one after the other, with a
            last column ``split`` that names each row's (``CategoricalDomainSplit`` parts them again).
        columns: the features to read, in this order; all by default.
        column_types: the types of some columns, see ``CSVDatasource``; of a column of lists, that of the elements.
            ``{'label': 'INTEGER'}`` keeps the numbers of class labels.

    Raises:
        DeclarationError: an argument is invalid. The files themselves are looked at when they are read.
    """

    def __init__(
        self,
        name: str,
        path: str | os.PathLike[str],
        split: str | None = None,
        columns: list[str] | None = None,
        column_types: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(name)
        self.path = check_path(path, "a prepared dataset's folder")
        self.split = _check_split(split)
        self.columns = _check_columns(columns)
        self.column_types = check_column_types(column_types)

    def read(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows in batches of at most 4,096, about 16 MB.

        Raises:
            DataError: the folder, a split or a file is missing, a feature has no column, or a record is damaged or does
                not hold what ``features.json`` says; with the file and the record's number.
        """
        return read_until_settled(self._attempt)

    def _attempt(self, hint: dict[str, str] | None) -> Iterator[pa.RecordBatch]:
        folder, _ = find_version(self.path)
        shards = shards_of(folder, self.split)
        columns = self._columns(folder, hint or {})
        return read_shards(shards, columns, SPLIT if self.split is None else None)

    def _origin(self) -> str:
        folder, versions = find_version(self.path)
        if len(versions) > 1:
            print(f"{self.name}: version {versions[0]} is read; there are also {', '.join(versions[1:])}.")
        paths = [shard.path for shard in shards_of(folder, self.split) if shard.n_records]
        columns = self._columns(folder, {})
        paths += [os.path.join(folder, name) for name in (INFO_FILE, FEATURES_FILE)]
        options = [self.split, self.columns, sorted(self.column_types.items()), sorted(columns.names.items())]
        content = json.dumps(["tfds", _READER_VERSION, hash_files(paths, _PREPARE), options])
        return hashlib.sha256(content.encode("ascii")).hexdigest()

    def _columns(self, folder: str, wider: Mapping[str, str]) -> Columns:
        place = shorten_path(os.path.join(folder, FEATURES_FILE))
        try:
            described = features_of(read_json(folder, FEATURES_FILE))
        except (Malformed, RecursionError) as error:
            raise DataError(f"The features cannot be read: {error}.", where=place, advice=_PREPARE) from None
        features = _chosen(described, self.columns, place)
        if self.split is None and any(feature.name == SPLIT for feature in features):
            raise DataError(
                f"A feature has the name {SPLIT!r}, as the column of the splits' names has.",
                where=place,
                advice="Read one split (split='train'), or leave the feature out: columns=[...].",
            )
        valid = [feature.name for feature in features]
        for name in self.column_types:
            if name not in valid:
                raise DataError(
                    f"column_types names {name!r}, and there is no such column.",
                    where=place,
                    advice=did_you_mean(name, valid),
                )
        return Columns(features, self.column_types, wider, label_names(folder, features, self.column_types))


def _chosen(described: Sequence[Feature | Unsupported], columns: list[str] | None, place: str) -> list[Feature]:
    by_name = {feature.name: feature for feature in described}
    twice = twice_named(described)
    if twice is not None or not all(name.strip() for name in by_name):
        what = f"Two features have the name {twice!r}." if twice else "A feature has no name."
        raise DataError(what, where=place, advice="Rename it in the dataset's builder.")
    for name in columns or ():
        if name not in by_name:
            raise DataError(f"There is no feature {name!r}.", where=place, advice=did_you_mean(name, by_name))
    wanted = list(by_name.values()) if columns is None else [by_name[name] for name in columns]
    features = [feature for feature in wanted if isinstance(feature, Feature)]
    refused = [feature for feature in wanted if isinstance(feature, Unsupported)]
    if refused:
        rest = [feature.name for feature in described if isinstance(feature, Feature)]
        told = "; ".join(f"{feature.name!r} is {feature.why}" for feature in refused[:5])
        more = f"; and {len(refused) - 5} more" if len(refused) > 5 else ""
        raise DataError(
            f"Features cannot be columns: {told}{more}.",
            where=place,
            advice=f"Read the others: columns={rest}." if rest else "No feature of this dataset can be a column.",
        )
    if not features:
        raise DataError("The dataset has no features.", where=place, advice=_PREPARE)
    return features


def _check_split(split: object) -> str | None:
    if split is None or (isinstance(split, str) and split.strip() and not set(split) & set("[]+:%")):
        return split
    if isinstance(split, str) and split.strip():
        raise DeclarationError(
            f"split is {split!r}, and slices and sums of splits are not read.",
            advice="Name one split, or leave split out to read all; a split step parts the rows.",
        )
    raise DeclarationError(f"split is {split!r}.", advice="Give the name of a split, for example 'train'.")


def _check_columns(columns: object) -> list[str] | None:
    if columns is None:
        return None
    if (
        isinstance(columns, (list, tuple))
        and columns
        and all(isinstance(name, str) for name in columns)
        and len(set(columns)) == len(columns)
    ):
        return list(columns)
    raise DeclarationError(
        f"columns is {columns!r}.", advice="Give a list of the names of features, each once: ['image', 'label']."
    )
