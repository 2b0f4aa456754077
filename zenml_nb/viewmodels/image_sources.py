"""What can be shown of an image's bytes: its format and size, and itself as an address, in small if need be."""

from __future__ import annotations

import base64
import importlib.util
import io
import struct
from typing import Any, NamedTuple

#: An image of more pixels is shown in small alone: a browser unpacks a small file to four bytes a pixel.
MOST_PIXELS = 1 << 21
#: An image of more pixels is not unpacked here either.
MOST_UNPACKED = 50_000_000
_SIDES = (256, 128, 64)
_PNG = b"\x89PNG\r\n\x1a\n"
_GIFS = (b"GIF87a", b"GIF89a")
_JPEG = b"\xff\xd8\xff"
#: A photograph's size comes after some tens of segments at most.
_MOST_SEGMENTS = 1_000


class Header(NamedTuple):
    """What the first bytes of an image say: its format (PNG, JPEG or GIF), and its size in pixels if they tell it."""

    kind: str
    width: int | None
    height: int | None

    @property
    def n_pixels(self) -> int | None:
        """Width times height; None where the size is not known or empty."""
        return (self.width or 0) * (self.height or 0) or None


def read_header(content: bytes) -> Header | None:
    """The header of a PNG, JPEG or GIF; None for anything else.

    The layouts are those of the PNG specification (11.2.1), of ITU T.81 (B.2.2) and of GIF89a (18).
    """
    if content.startswith(_PNG):
        is_whole = len(content) >= 24 and content[12:16] == b"IHDR"
        return Header("PNG", *(struct.unpack_from(">II", content, 16) if is_whole else (None, None)))
    if content.startswith(_GIFS):
        return Header("GIF", *(struct.unpack_from("<HH", content, 6) if len(content) >= 10 else (None, None)))
    if content.startswith(_JPEG):
        return Header("JPEG", *_jpeg_size(content))
    return None


def _jpeg_size(content: bytes) -> tuple[int | None, int | None]:
    """The width and the height in the first frame header."""
    at = 2
    for _ in range(_MOST_SEGMENTS):
        if at + 9 > len(content) or content[at] != 0xFF:
            break
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        if marker == 0xFF:
            at += 1
        elif marker == 0x01 or 0xD0 <= marker <= 0xD7:
            at += 2
        else:
            at += 2 + int(struct.unpack_from(">H", content, at + 2)[0])
    return None, None


def address(content: bytes, kind: str) -> str:
    """The ``data:`` address of an image."""
    return f"data:image/{kind.lower()};base64,{base64.b64encode(content).decode('ascii')}"


def can_shrink() -> bool:
    """Whether Pillow is installed, without which no image is made smaller."""
    return importlib.util.find_spec("PIL") is not None


def small_address(content: bytes, header: Header, longest: int) -> str | None:
    """An image of at most 256 by 256 pixels as a ``data:`` address of at most so many characters.

    None without Pillow, for a damaged image, and for one of more than 50 million pixels.
    """
    if not can_shrink() or not header.n_pixels or header.n_pixels > MOST_UNPACKED:
        return None
    try:
        return _small_address(content, header.kind, longest)
    except Exception:
        # Of damaged images Pillow raises OSError, ValueError, SyntaxError, EOFError, struct.error and others.
        return None


def _small_address(content: bytes, kind: str, longest: int) -> str | None:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(content), formats=[kind]) as opened:
        # Decodes a photograph at a fraction of its size; other formats leave it.
        opened.draft("RGB", (_SIDES[0], _SIDES[0]))
        whole: Any = ImageOps.exif_transpose(opened)
        is_clear = whole.mode in ("LA", "PA", "RGBA") or "transparency" in whole.info
        if whole.mode.startswith("I"):
            # 16 bits a pixel: a conversion would cut off what is above 255.
            whole = whole.convert("I").point(lambda value: value * (1 / 256)).convert("L")
        small = whole.convert("RGBA" if is_clear else "RGB")
    for side in _SIDES:
        small.thumbnail((side, side))
        saved = io.BytesIO()
        if is_clear:
            small.save(saved, "PNG")
        else:
            small.save(saved, "JPEG", quality=85)
        made = address(saved.getvalue(), "PNG" if is_clear else "JPEG")
        if len(made) <= longest:
            return made
    return None
