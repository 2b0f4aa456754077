from __future__ import annotations

import base64

import pytest

from tests.views.reader import Reader, assert_safe
from zenml_nb.viewmodels.images import LabeledImage, images_document
from zenml_nb.views.html import render_html
from zenml_nb.views.text import render_text

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
HOSTILE = '"><img src=x onerror=alert(1)>\u202e'


def make(*images: tuple[str, str | None, bytes | None], total: int = 50) -> dict[str, object]:
    totals = {label: 9 for _, label, _ in images if label is not None}
    shown = [LabeledImage(*image) for image in images]
    return images_document(shown, datasource="pets", commit="abc", total=total, label_totals=totals)


def test_the_text_is_a_table() -> None:
    document = make(("a/1.gif", "cat", PIXEL), ("b.gif", "<b>", b"GIF89a"), ("c.gif", "cat", None))
    assert render_text(document).splitlines() == [
        "Images of pets",
        "3 of 50 images of the commit abc, evenly of each label as far as it has images.",
        "",
        "Name     Label  Details",
        "-------  -----  " + "-" * len("GIF, 6 bytes: not shown, as it does not tell its size"),
        "a/1.gif  cat    GIF, 1 × 1 pixels, 42 bytes",
        "b.gif    <b>    GIF, 6 bytes: not shown, as it does not tell its size",
        "c.gif    cat    no image",
    ]


def test_a_long_text_ends_somewhere() -> None:
    lines = render_text(make(*[("x" * 500, None, PIXEL)] * 40)).splitlines()
    assert lines[-1] == "and 28 more"
    assert lines[3].split() == ["Name", "Details"]
    assert all(len(line) < 130 for line in lines)


def test_the_html_has_the_images_and_says_what_they_are() -> None:
    read = Reader(render_html(make(("a.gif", "cat", PIXEL), ("b.gif", "dog", None))))
    assert [value for name, value in read.attributes if name == "alt"] == ["a.gif: cat"]
    [source] = [value or "" for name, value in read.attributes if name == "src"]
    assert base64.b64decode(source.removeprefix("data:image/gif;base64,")) == PIXEL
    assert {"cat", "dog", "a.gif", "b.gif", "no image"} <= set(read.texts)
    assert_safe(read)


def test_names_and_labels_are_text() -> None:
    read = Reader(render_html(make((HOSTILE, HOSTILE, PIXEL))))
    assert read.tags.count("img") == 1
    assert "\u202e" not in "".join(read.texts)
    assert_safe(read)


@pytest.mark.parametrize(
    "source", ["https://example.org/x.png", "data:image/svg+xml,<svg/>", 'data:image/png;base64,A" onerror="x', ""]
)
def test_no_other_address_is_asked_for(source: str) -> None:
    document = make(("a.gif", "cat", PIXEL))
    document["images"][0]["source"] = source  # type: ignore[index]
    assert "img" not in Reader(render_html(document)).tags


def test_a_long_name_is_cut_once() -> None:
    read = Reader(render_html(make(("x" * 124, None, PIXEL))))
    assert "x" * 80 + "… (124 characters)" in read.texts


def test_no_images() -> None:
    document = make(total=0)
    assert render_text(document).splitlines() == ["Images of pets", "All 0 images of the commit abc."]
    assert_safe(Reader(render_html(document)))
