"""Classes that were executed from a snapshot of their source, and what is on record about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Classes of snapshots live in modules below this name; it is no package on any disk.
PACKAGE = "zenml_nb_sources"


@dataclass(frozen=True)
class Pin:
    """What a snapshot says of the class that it was made of.

    Attributes:
        source: the import path of the class when it was recorded, for example ``__main__.MySplit``.
        parts: see ``source_code.user_parts``; those of the time of the record.
        sha: the hash of the snapshot's text, which is its name.
    """

    source: str
    parts: Mapping[str, str]
    sha: str


_pins: dict[type, Pin] = {}


def pin_of(cls: type) -> Pin | None:
    """The record of a class; None for one that is not from a snapshot."""
    return _pins.get(cls)


def remember(cls: type, pin: Pin) -> None:
    """Keep the record of a class that was made from a snapshot."""
    _pins[cls] = pin


def source_of(cls: type) -> str:
    """The import path under which a class is recorded; one from a snapshot keeps that of its original."""
    pin = pin_of(cls)
    return pin.source if pin else f"{cls.__module__}.{cls.__qualname__}"
