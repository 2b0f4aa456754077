"""Files that a datasource reads: one, those of a folder, or those that a pattern finds; plain or packed by gzip."""

from __future__ import annotations

import contextlib
import glob
import gzip
import hashlib
import os
import zlib
from typing import IO, TYPE_CHECKING, Any, NoReturn

from zenml_nb.errors import DataError, DeclarationError, did_you_mean, shorten_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CHUNK = 1 << 20
GZIP = b"\x1f\x8b"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
BOM = b"\xef\xbb\xbf"


def check_path(path: object, what: str) -> str:
    """Return a path as text.

    Args:
        path: what the user gave.
        what: what it should be, for example ``a CSV file``.

    Raises:
        DeclarationError: it is no path of this machine.
    """
    if isinstance(path, (str, os.PathLike)) and isinstance(text := os.fspath(path), str) and text and "\0" not in text:
        if "://" not in text:
            return text
        raise DeclarationError(f"{text!r} is no file.", advice="Download it and give the path of the copy.")
    raise DeclarationError(f"path is {path!r}.", advice=f"Give the path of {what}.")


def find_files(path: str, endings: Sequence[str], what: str) -> list[str]:
    """The files that a path means, by name: itself, those of a folder with one of some endings, those of a pattern.

    Hidden files of a folder (their names begin with ``.`` or ``_``) and its own folders are left out.

    Raises:
        DataError: there is none; the nearest names are given.
    """
    whole = os.path.expanduser(path)
    if os.path.isdir(whole):
        names = sorted(name for name in _files_in(whole) if not name.startswith((".", "_")))
        fitting = [name for name in names if name.lower().endswith(tuple(endings))]
        if not fitting:
            raise DataError(
                f"The folder holds no {what}.",
                where=shorten_path(whole),
                advice=f"Their names end with {' or '.join(endings)}."
                + (f" There are: {', '.join(names[:10])}." if names else " The folder has no files."),
            )
        return [os.path.join(whole, name) for name in fitting]
    # A file may be called data[1].csv: what is there is no pattern.
    if glob.has_magic(whole) and not os.path.exists(whole):
        found = sorted(name for name in glob.glob(whole, recursive=True) if os.path.isfile(name))
        if not found:
            base = whole[: min(whole.index(mark) for mark in "*?[" if mark in whole)]
            raise DataError(f"No file fits {path!r}.", where=path, advice=nearest_files(base or "."))
        return found
    return [whole]


def _files_in(folder: str) -> list[str]:
    try:
        return [entry.name for entry in os.scandir(folder) if entry.is_file()]
    except OSError as error:
        cause = error.strerror or error
        raise DataError(
            f"The folder cannot be read: {cause}.", where=shorten_path(folder), advice="Check the path."
        ) from error


@contextlib.contextmanager
def open_file(path: str, advice: str) -> Iterator[IO[bytes]]:
    """Open a file to read its bytes, unpacked if they are packed by gzip, whatever its name is.

    Args:
        path: the file.
        advice: what to do if it is empty.

    Raises:
        DataError: it is missing, a folder, empty, damaged, or may not be read; or reading it fails in the block.
    """
    place = shorten_path(path)
    try:
        with open(path, "rb") as raw:
            if os.fstat(raw.fileno()).st_size == 0:
                raise DataError("The file is empty.", where=place, advice=advice)
            begin = raw.read(2)
            raw.seek(0)
            if begin != GZIP:
                yield raw
                return
            with gzip.open(raw) as unpacked:
                yield unpacked  # type: ignore[misc]
    except FileNotFoundError as error:
        raise DataError(f"There is no file {place!r}.", where=place, advice=nearest_files(path)) from error
    except IsADirectoryError as error:
        raise DataError(
            "A folder is no file.", where=place, advice=nearest_files(os.path.join(path, "data"))
        ) from error
    except PermissionError as error:
        advice = "Give yourself the permission to read it (chmod u+r)."
        raise DataError("The file may not be read.", where=place, advice=advice) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(
            f"The file is packed by gzip, and damaged or cut off: {error}",
            where=place,
            advice="Copy it again from where it came from; gzip -t tells whether a packed file is whole.",
        ) from error
    except OSError as error:
        cause = error.strerror or error
        raise DataError(f"The file cannot be read: {cause}.", where=place, advice="Check the path.") from error


def hash_files(paths: Sequence[str], advice: str) -> list[str]:
    """The SHA-256 of each file's bytes, as they lie on the disk.

    Raises:
        DataError: see ``open_file``.
    """
    digests = []
    for path in paths:
        digest = hashlib.sha256()
        with open_file(path, advice):
            pass
        with open(path, "rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
        digests.append(digest.hexdigest())
    return digests


def nearest_files(path: str) -> str:
    """Name the files beside a missing one, the nearest first."""
    folder = os.path.dirname(os.path.abspath(path))
    try:
        names = sorted(name for name in os.listdir(folder) if os.path.isfile(os.path.join(folder, name)))
    except OSError:
        return f"There is no folder {shorten_path(folder)!r} either; the working directory is {os.getcwd()!r}."
    if not names:
        return f"The folder {shorten_path(folder)!r} has no files."
    return f"In the folder {shorten_path(folder)!r}: {did_you_mean(os.path.basename(path), names)}"


def fail_utf8(path: str, line: bytes, start: int, offset: int, number: int) -> NoReturn:
    """Tell of a byte that is not UTF-8.

    Args:
        path: the file.
        line: the line's bytes.
        start: where in the line the byte is.
        offset: where in the file the line begins.
        number: the line's number, from 1.
    """
    is_utf16 = line[:2] in _UTF16 and not offset
    encoding = "UTF-16" if is_utf16 else "latin-1"
    begin = max(line.rfind(b"\r", 0, start) + 1, len(BOM) if not offset and line.startswith(BOM) else 0)
    context = line[max(begin, start - 15) : start + 15].decode("latin-1").strip()
    hint = "" if is_utf16 else f" As latin-1 the place reads {context!r}."
    name = os.path.basename(path)
    ending = os.path.splitext(name)[1] or ".txt"
    raise DataError(
        f"The byte 0x{line[start]:02x} at byte offset {offset + start} is not UTF-8.{hint}",
        where=f"{shorten_path(path)}, line {number}, byte {start - begin + 1} of the line",
        advice=f"It is probably {encoding}; convert it: iconv -f {encoding} -t UTF-8 old{ending} > new{ending}.",
    )


def lines_of(file: IO[Any]) -> Iterator[tuple[int, int, bytes]]:
    """The lines of an opened file: number, from 1, offset of the first byte, and the bytes with the line's end."""
    offset = 0
    for number, line in enumerate(file, 1):
        yield number, offset, line
        offset += len(line)
