"""Folders of images with a file of their labels."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from zenml_nb.datasources.arrow_values import Unfit
from zenml_nb.datasources.base import BaseDatasource
from zenml_nb.datasources.columns import BYTES, STRING, check_column_types
from zenml_nb.datasources.csv_file import CsvFile, check_bytes, check_utf8, read_header, records
from zenml_nb.datasources.files import check_path, open_file
from zenml_nb.datasources.python_values import as_arrow
from zenml_nb.datasources.settle import Block, settled_batches
from zenml_nb.datasources.snapshot import read_until_settled
from zenml_nb.datasources.texts import parse
from zenml_nb.errors import DataError, DeclarationError, did_you_mean, shorten_path

if TYPE_CHECKING:
    import pyarrow as pa

IMAGE = "image"
FILE_NAME = "file_name"
LABEL = "label"
_ENDINGS = (".png", ".jpg", ".jpeg")
_BEGINS = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}
_ROWS_PER_BLOCK = 256
_BYTES_PER_BLOCK = 16 << 20
_UNLABELED = ("refuse", "skip")


class ImageDatasource(BaseDatasource):
    """Images, PNG or JPEG, with a label each.

    The columns are ``image`` (BYTES, the file as it is), ``file_name`` (STRING, below the folder, with ``/``) and,
    with a label file, ``label``: INTEGER if all labels are whole numbers, FLOAT if all are numbers, else STRING. The
    images of all folders below are read too, in the order of their names.

    Args:
        name: names the datasource and the folder of its commits.
        path: the folder of the images, relative to the working directory.
        label_file: a ``.csv`` with a header and the columns ``file_name`` and ``label``, or a ``.json`` with an object
            of file name to label.
        file_column, label_column: the names of these columns in the ``.csv``.
        unlabeled: what is done with images that the label file does not name: ``refuse`` or ``skip``.
        column_types: the type of ``label``, see ``CSVDatasource``.

    Raises:
        DeclarationError: an argument is invalid.
    """

    def __init__(
        self,
        name: str,
        path: str | os.PathLike[str],
        label_file: str | os.PathLike[str] | None = None,
        file_column: str = FILE_NAME,
        label_column: str = LABEL,
        unlabeled: str = "refuse",
        column_types: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(name)
        self.path = check_path(path, "a folder of images")
        self.label_file = None if label_file is None else check_path(label_file, "a .csv or .json file")
        if self.label_file is not None and not self.label_file.lower().endswith((".csv", ".json")):
            raise DeclarationError(
                f"label_file is {self.label_file!r}.", advice="Give a file that ends with .csv or .json."
            )
        if unlabeled not in _UNLABELED:
            raise DeclarationError(f"unlabeled is {unlabeled!r}.", advice=did_you_mean(str(unlabeled), _UNLABELED))
        self.file_column = file_column
        self.label_column = label_column
        self.unlabeled = unlabeled
        self.column_types = check_column_types(column_types)

    def read(self) -> Iterator[pa.RecordBatch]:
        """Yield the images in batches of at most 256, about 16 MB.

        Raises:
            DataError: the folder or the label file is missing, a label has no image, an image no label, or a file is
                no image.
        """
        return read_until_settled(self._attempt)

    def _attempt(self, hint: Any) -> Iterator[pa.RecordBatch]:
        declared = {IMAGE: BYTES, FILE_NAME: STRING, **self.column_types}
        return settled_batches(self._blocks(), declared, hint)

    def _blocks(self) -> Iterator[Block]:
        folder = os.path.expanduser(self.path)
        names = _images_in(folder)
        labels: pa.Array | None = None
        if self.label_file is not None:
            given = self._labels(os.path.expanduser(self.label_file))
            names = _matched(folder, names, given, self.label_file, self.unlabeled)
            labels = _label_values([given[name] for name in names], names, self.label_file)
        start = 0
        for images in _groups(folder, names):
            part = names[start : start + len(images)]
            columns = {IMAGE: as_arrow(images), FILE_NAME: as_arrow(part)}
            if labels is not None:
                columns[LABEL] = labels.slice(start, len(images))
            yield Block(columns, len(images), lambda row, part=part: os.path.join(shorten_path(folder), part[row]))  # type: ignore[misc]
            start += len(images)

    def _labels(self, path: str) -> dict[str, Any]:
        if path.lower().endswith(".json"):
            return _json_labels(path)
        return _csv_labels(path, self.file_column, self.label_column)


def _images_in(folder: str) -> list[str]:
    """The names of all images below a folder, with ``/`` and in their order."""
    place = shorten_path(folder)
    if not os.path.isdir(folder):
        parent = os.path.dirname(os.path.abspath(folder))
        folders = sorted(e.name for e in os.scandir(parent) if e.is_dir()) if os.path.isdir(parent) else []
        advice = did_you_mean(os.path.basename(folder.rstrip("/")), folders) if folders else "Check the path."
        raise DataError(f"There is no folder {place!r}.", where=place, advice=advice)
    found = []
    inside = os.path.realpath(folder) + os.sep
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            if not name.lower().endswith(_ENDINGS) or name.startswith("."):
                continue
            if not os.path.realpath(path).startswith(inside):
                raise DataError(
                    "A link leads out of the folder.",
                    where=shorten_path(path),
                    advice="Copy the image into the folder.",
                )
            found.append(os.path.relpath(path, folder).replace(os.sep, "/"))
    if not found:
        raise DataError(
            "The folder holds no images.", where=place, advice=f"Their names end with {', '.join(_ENDINGS)}."
        )
    return sorted(found)


def _matched(folder: str, names: list[str], labels: Mapping[str, Any], label_file: str, unlabeled: str) -> list[str]:
    """The images that have a label, in their order."""
    present = set(names)
    lost = [name for name in labels if name not in present]
    if lost:
        listed = ", ".join(map(repr, lost[:5])) + (f" and {len(lost) - 5} more" if len(lost) > 5 else "")
        raise DataError(
            f"The label file names images that are not in {shorten_path(folder)}: {listed}.",
            where=shorten_path(label_file),
            advice="Its names are relative to the folder and cannot leave it. " + did_you_mean(lost[0], names),
        )
    bare = [name for name in names if name not in labels]
    if bare and unlabeled == "refuse":
        listed = ", ".join(map(repr, bare[:5])) + (f" and {len(bare) - 5} more" if len(bare) > 5 else "")
        raise DataError(
            f"Images have no label: {listed}.",
            where=shorten_path(label_file),
            advice="Label them, or leave them out: unlabeled='skip'.",
        )
    kept = [name for name in names if name in labels]
    if not kept:
        raise DataError("No image has a label.", where=shorten_path(label_file), advice="Label some.")
    return kept


def _label_values(labels: list[Any], names: list[str], label_file: str) -> pa.Array:
    """All labels as an array; texts that are all numbers become numbers."""
    try:
        values = as_arrow(labels)
    except Unfit as unfit:
        where = f"{shorten_path(label_file)}, {names[unfit.row]!r}"
        raise DataError(f"The label {unfit.what}.", where=where, advice=unfit.advice) from None
    if str(values.type) != "string" or label_file.lower().endswith(".json"):
        return values
    numbers = (parse(values, kind) for kind in ("INTEGER", "FLOAT"))
    return next((found for found in numbers if found is not None), values)


def _groups(folder: str, names: list[str]) -> Iterator[list[bytes]]:
    images: list[bytes] = []
    size = 0
    for name in names:
        path = os.path.join(folder, *name.split("/"))
        images.append(_image(path))
        size += len(images[-1])
        if len(images) >= _ROWS_PER_BLOCK or size >= _BYTES_PER_BLOCK:
            yield images
            images, size = [], 0
    if images:
        yield images


def _image(path: str) -> bytes:
    advice = "Save it as PNG or JPEG, or move it out of the folder."
    with open_file(path, advice) as file:
        content = file.read()
    kind = next((name for begin, name in _BEGINS.items() if content.startswith(begin)), None)
    if kind is None:
        raise DataError("The file is no PNG and no JPEG image.", where=shorten_path(path), advice=advice)
    if kind == "PNG" and b"IEND" not in content[-64:]:
        raise DataError("The PNG image is cut off.", where=shorten_path(path), advice="Copy it again.")
    return content


def _csv_labels(path: str, file_column: str, label_column: str) -> dict[str, Any]:
    file = CsvFile(path, ",", (), {})
    check_bytes(file)
    check_utf8(file)
    header = read_header(file)
    for name in (file_column, label_column):
        if name not in header:
            raise DataError(
                f"The label file has no column {name!r}.", where=file.at(1), advice=did_you_mean(name, header)
            )
    at, label_at = header.index(file_column), header.index(label_column)
    labels: dict[str, Any] = {}
    for record in list(records(file))[1:]:
        if len(record.fields) != len(header):
            what = f"The header has {len(header)} fields, and this line {len(record.fields)}."
            raise DataError(what, where=file.at(record.line), advice="Quote fields that hold commas.")
        name = record.fields[at]
        if name in labels:
            raise DataError(f"The image {name!r} has two labels.", where=file.at(record.line), advice="Keep one.")
        labels[name] = record.fields[label_at] or None
    return labels


def _json_labels(path: str) -> dict[str, Any]:
    advice = 'Give one object of file name to label: {"cat.png": "cat"}.'
    place = shorten_path(path)
    with open_file(path, advice) as file:
        content = file.read()
    try:
        labels = json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        where = f"{place}, line {error.lineno}, column {error.colno}"
        raise DataError(f"The label file is no JSON: {error.msg}.", where=where, advice=advice) from None
    except (UnicodeDecodeError, RecursionError) as error:
        raise DataError(f"The label file cannot be read: {error}.", where=place, advice=advice) from None
    if not isinstance(labels, dict):
        raise DataError("The label file holds no object.", where=place, advice=advice)
    for name, label in labels.items():
        if isinstance(label, (dict, list)):
            raise DataError(f"The label of {name!r} is no single value.", where=place, advice=advice)
    return labels
