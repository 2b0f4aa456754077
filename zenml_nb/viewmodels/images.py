"""Some images of a commit: documents of the kind ``zenml_nb/images@1``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from zenml_nb.datasources.columns import BYTES, STRING
from zenml_nb.datasources.commits import Commit
from zenml_nb.errors import DataError, NotAvailableError
from zenml_nb.viewmodels.discretion import cut
from zenml_nb.viewmodels.image_sources import MOST_PIXELS, Header, address, can_shrink, read_header, small_address

SCHEMA = "zenml_nb/images@1"
#: The largest number of images in a view.
MOST_IMAGES = 200
#: So many bytes of an image are shown as they are; what is larger is shown in small.
MOST_BYTES = 64_000
#: The addresses of all images together have at most so many characters.
MOST_CHARACTERS = 1_500_000
_LONGEST_NAME = 80
_LABEL = "label"
_IMAGE = "image"
_FILE_NAME = "file_name"

Document = dict[str, Any]


class LabeledImage(NamedTuple):
    """An image's name, its label as text (None where there are no labels), and its bytes (None where it is missing)."""

    name: str
    label: str | None
    content: bytes | None


def images_of(commit: Commit, n: int, image_column: str | None = None, label_column: str | None = None) -> Document:
    """The first images of a commit: of each label the first, then of each the second, until they are ``n``.

    Args:
        commit: the version of the data.
        n: how many images are shown at most, 1 to 200.
        image_column: of the type BYTES; by default ``image``, or the only one of this type.
        label_column: by default ``label``, if there is such a column.

    Raises:
        DataError: an argument is none of these.
        NotAvailableError: the commit has no column of bytes.
        StoreError: the commit is damaged.
    """
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= MOST_IMAGES:
        raise DataError(f"n is {n!r}.", advice=f"Give the number of images, 1 to {MOST_IMAGES}.")
    image_column = _image_column(commit, image_column)
    label_column = _label_column(commit, label_column)
    names = [c.name for c in commit.columns if c.name == _FILE_NAME and c.type == STRING and not c.many]
    chosen = _chosen(commit, label_column, n)
    columns = list(dict.fromkeys([image_column, *names, *([label_column] if label_column else [])]))
    images = [
        LabeledImage(
            str(row[names[0]]) if names and row[names[0]] is not None else f"row {number + 1:,}",
            _label_text(row[label_column]) if label_column else None,
            row[image_column],
        )
        for number, row in zip(chosen.rows, commit.rows(chosen.rows, columns), strict=True)
    ]
    return images_document(
        images,
        datasource=commit.datasource,
        commit=commit.id,
        total=commit.n_rows,
        label_totals=chosen.label_totals,
        has_more_labels=chosen.has_more_labels,
    )


def images_document(
    images: Sequence[LabeledImage],
    *,
    datasource: str,
    commit: str,
    total: int,
    label_totals: Mapping[str, int] | None = None,
    has_more_labels: bool = False,
) -> Document:
    """Images as a document.

    Args:
        images: those to show.
        datasource, commit: what they are of.
        total: the number of images of the commit.
        label_totals: the labels of ``images``, and how many images of the commit have each.
        has_more_labels: whether the commit has other labels too.
    """
    labels = [{"name": name, "total": count} for name, count in (label_totals or {}).items()]
    shown = _described(images)
    which = f"All {total:,} images" if len(images) == total else f"{len(images):,} of {total:,} images"
    spread = ", evenly of each label as far as it has images" if labels and len(images) < total else ""
    notes = [f"{which} of the commit {commit}{spread}."]
    if has_more_labels:
        notes.append(f"These are the first {len(labels):,} labels; there are more.")
    if not can_shrink() and any(entry["source"] is None for entry in shown):
        notes.append("Install Pillow to see large images in small.")
    return {
        "schema": SCHEMA,
        "title": f"Images of {datasource}",
        "notes": notes,
        "total": total,
        "labels": labels,
        "images": shown,
    }


class _Chosen(NamedTuple):
    """The numbers of rows in their order, and the labels that they have."""

    rows: list[int]
    label_totals: dict[str, int]
    has_more_labels: bool


def _chosen(commit: Commit, label_column: str | None, n: int) -> _Chosen:
    if label_column is None:
        return _Chosen(list(range(min(n, commit.n_rows))), {}, False)
    # With n labels there is one image of each, so neither more labels nor more rows of one are kept in memory.
    first: dict[str, list[int]] = {}
    totals: dict[str, int] = {}
    has_more = False
    row = -1
    for batch in commit.record_batches(columns=[label_column]):
        for value in batch.column(0).to_pylist():
            row += 1
            label = _label_text(value)
            if label not in first and len(first) == n:
                has_more = True
                continue
            totals[label] = totals.get(label, 0) + 1
            own = first.setdefault(label, [])
            if len(own) < n:
                own.append(row)
    turns = sorted((turn, row) for own in first.values() for turn, row in enumerate(own))
    return _Chosen(sorted(row for _, row in turns[:n]), totals, has_more)


def _label_text(value: Any) -> str:
    if value is None:
        return "(no label)"
    # A float32 as Python's float has digits that nobody wrote.
    text = f"{value:.7g}" if isinstance(value, float) else str(value)
    return cut(text, _LONGEST_NAME) or "(empty)"


def _image_column(commit: Commit, name: str | None) -> str:
    found = [c.name for c in commit.columns if c.type == BYTES and not c.many]
    if name is not None:
        column = commit.column(name)
        if column.name not in found:
            kind = f"a column of {'lists of ' if column.many else ''}{column.type}"
            raise DataError(f"{name!r} is {kind}.", advice=f"Images are in columns of {BYTES}.")
        return name
    if not found:
        raise NotAvailableError(
            f"The datasource {commit.datasource!r} has no images: none of its columns is of {BYTES}.",
            advice="Use an ImageDatasource, or another whose column holds the bytes of image files.",
        )
    if _IMAGE in found or len(found) == 1:
        return _IMAGE if _IMAGE in found else found[0]
    listed = ", ".join(map(repr, found))
    raise DataError(f"Several columns are of {BYTES}: {listed}.", advice="Name that of the images: image_column=…")


def _label_column(commit: Commit, name: str | None) -> str | None:
    if name is not None:
        return commit.column(name).name
    return next((c.name for c in commit.columns if c.name == _LABEL and c.type != BYTES), None)


def _described(images: Sequence[LabeledImage]) -> list[dict[str, Any]]:
    """What the document says of each; what one image does not need of its share is for those behind it."""
    left = MOST_CHARACTERS
    entries = []
    for index, (name, label, content) in enumerate(images):
        header = read_header(content) if content else None
        source, remark = _source(content, header, left // (len(images) - index), left)
        left -= len(source or "")
        entries.append(
            {
                "name": cut(name, _LONGEST_NAME),
                "label": label,
                "details": _details(content, header) + remark,
                "source": source,
                "width": header.width if header else None,
                "height": header.height if header else None,
            }
        )
    return entries


def _source(content: bytes | None, header: Header | None, share: int, left: int) -> tuple[str | None, str]:
    """The address of an image and a remark on it.

    Args:
        content, header: the image.
        share: so many characters it may have in any case.
        left: so many are left for it and those behind it.
    """
    if content is None or header is None:
        return None, ""
    own = None
    if header.n_pixels and header.n_pixels <= MOST_PIXELS and len(content) <= MOST_BYTES:
        own = address(content, header.kind)
        if len(own) <= share:
            return own, ""
    small = small_address(content, header, share)
    if small:
        return small, ", shown in small"
    if own and len(own) <= left:
        return own, ""
    return None, ": too large to be shown" if header.n_pixels else ": not shown, as it does not tell its size"


def _details(content: bytes | None, header: Header | None) -> str:
    if content is None:
        return "no image"
    if header is None:
        return f"{_size(len(content))}: no PNG, JPEG or GIF"
    size = f"{header.width:,} × {header.height:,} pixels, " if header.n_pixels else ""
    return f"{header.kind}, {size}{_size(len(content))}"


def _size(n_bytes: int) -> str:
    if n_bytes < 1_000:
        return f"{n_bytes} bytes"
    return f"{n_bytes / 1e3:,.1f} kB" if n_bytes < 1_000_000 else f"{n_bytes / 1e6:,.1f} MB"
