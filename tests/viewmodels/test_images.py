from __future__ import annotations

import base64
import io
import json
import os
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml_nb.viewmodels import image_sources, images
from zenml_nb.viewmodels.images import LabeledImage, images_document

pillow = pytest.importorskip("PIL.Image")
JSON_SCHEMA = json.loads((Path(__file__).parents[2] / "zenml_nb/viewmodels/schema/images.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(JSON_SCHEMA)


def picture(kind="PNG", size=(8, 6), mode="RGB", noise=False, **options):
    made = pillow.new(mode, size)
    if noise:
        made = pillow.frombytes(mode, size, os.urandom(size[0] * size[1] * len(made.getbands())))
    content = io.BytesIO()
    made.save(content, kind, **options)
    return content.getvalue()


def document(*contents, **options):
    shown = [LabeledImage(f"{index}", None, content) for index, content in enumerate(contents)]
    made = images_document(shown, datasource="d", commit="abc", total=len(shown), **options)
    VALIDATOR.validate(made)
    return made


def decoded(source):
    kind, _, text = source.removeprefix("data:image/").partition(";base64,")
    content = base64.b64decode(text, validate=True)
    return kind, content


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
@pytest.mark.parametrize("size", [(1, 1), (300, 7), (28, 1000)])
def test_the_header_of_what_pillow_writes(kind, size):
    assert image_sources.read_header(picture(kind, size, "L")) == (kind, *size)


def test_a_progressive_photograph_with_metadata():
    content = picture("JPEG", (40, 30), progressive=True, exif=b"Exif\0\0" + b"\xff\xc0" * 500, comment=b"\xff" * 99)
    assert image_sources.read_header(content) == ("JPEG", 40, 30)


@given(st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"\xff\xd8\xff", b"\xff\xd8\xff\xe0\0\0"]), st.binary())
def test_any_bytes_are_read_without_a_fault(begin, rest):
    made = document(begin + rest)
    assert begin or made["images"][0]["source"] is None or image_sources.read_header(rest)


def test_small_images_are_shown_as_they_are():
    contents = [picture(), picture("JPEG"), picture("GIF", mode="P")]
    made = document(*contents)
    assert [decoded(image["source"]) for image in made["images"]] == list(
        zip(["png", "jpeg", "gif"], contents, strict=True)
    )
    assert made["images"][0]["details"] == f"PNG, 8 × 6 pixels, {len(contents[0])} bytes"
    assert made["notes"] == ["All 3 images of the commit abc."]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "CMYK", "I;16"])
def test_a_large_image_is_shown_in_small(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    made = {"P": lambda: pillow.effect_noise((900, 600), 90).convert("P"), "1": None}.get(mode)
    content = io.BytesIO()
    if made:
        made().save(content, kind)
    elif mode == "1":
        pillow.frombytes("1", (1600, 800), os.urandom(160_000)).save(content, kind)
    elif mode == "I;16":
        pillow.frombytes("I;16", (900, 600), os.urandom(900 * 600 * 2)).save(content, kind)
    else:
        content.write(picture(kind, (900, 600), mode, noise=True))
    [image] = document(content.getvalue())["images"]
    assert image["details"].endswith(", shown in small")
    kind, small = decoded(image["source"])
    with pillow.open(io.BytesIO(small)) as opened:
        assert opened.format == kind.upper()
        assert max(opened.size) <= 256
        assert (kind == "png") == (mode in ("RGBA", "LA"))
        low, high = opened.convert("L").getextrema()
        assert 20 < (low + high) / 2 < 235


def test_a_turned_photograph_stands_upright_in_small():
    content = io.BytesIO()
    made = pillow.frombytes("RGB", (900, 300), os.urandom(900 * 300 * 3))
    exif = made.getexif()
    exif[0x0112] = 6
    made.save(content, "JPEG", exif=exif)
    [image] = document(content.getvalue())["images"]
    with pillow.open(io.BytesIO(decoded(image["source"])[1])) as opened:
        assert opened.width < opened.height


def test_without_pillow_a_large_image_is_a_named_place(monkeypatch):
    monkeypatch.setattr(image_sources.importlib.util, "find_spec", lambda name: None)
    made = document(picture(size=(300, 200), noise=True), picture())
    large, small = made["images"]
    assert large["source"] is None
    assert large["details"].startswith("PNG, 300 × 200 pixels, 18")
    assert large["details"].endswith(" kB: too large to be shown")
    assert small["source"]
    assert made["notes"][-1] == "Install Pillow to see large images in small."


def test_a_small_file_of_many_pixels_is_not_unpacked():
    bomb = picture(size=(9000, 9000), mode="1")
    assert len(bomb) < images.MOST_BYTES
    [image] = document(bomb)["images"]
    assert (image["source"], image["width"]) == (None, 9000)
    assert image["details"].endswith("too large to be shown")


def test_a_damaged_large_image_is_a_named_place():
    content = picture(size=(400, 300), noise=True)
    [image] = document(content[: len(content) // 2])["images"]
    assert image["source"] is None


@pytest.mark.parametrize("with_pillow", [True, False])
def test_all_together_have_an_end(monkeypatch, with_pillow):
    if not with_pillow:
        monkeypatch.setattr(image_sources.importlib.util, "find_spec", lambda name: None)
    content = picture(size=(140, 140), noise=True)
    assert 55_000 < len(content) < images.MOST_BYTES
    made = document(*[content] * 60)
    sources = [image["source"] for image in made["images"]]
    assert sum(len(source or "") for source in sources) <= images.MOST_CHARACTERS
    assert sum(map(bool, sources)) == (60 if with_pillow else images.MOST_CHARACTERS // len(sources[0]))


@pytest.mark.parametrize(
    ("content", "details"),
    [(None, "no image"), (b"", "0 bytes: no PNG, JPEG or GIF"), (b"<svg onload=x>", "14 bytes: no PNG, JPEG or GIF")],
)
def test_what_is_no_image(content, details):
    [image] = document(content)["images"]
    assert (image["source"], image["details"]) == (None, details)
