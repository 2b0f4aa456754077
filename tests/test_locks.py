"""The requirement locks: exact, complete, and free of anything that belongs to one machine."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = [ROOT / "requirements" / f"{name}.txt" for name in ("tfx-1.16", "tfx-1.21", "uv", "node")]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_has_only_pins_and_hashes(lock):
    pin = re.compile(r"[a-z0-9][a-z0-9._-]*==[^\s;]+( ; [^\\]+)? \\")
    digest = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    lines = lock.read_text().splitlines()
    assert [line for line in lines if not pin.fullmatch(line) and not digest.fullmatch(line)] == []
    followed = itertools.pairwise(lines)
    assert [line for line, after in followed if pin.fullmatch(line) and not digest.fullmatch(after)] == []


@pytest.mark.parametrize(("name", "minor"), [("tfx-1.16", "2.16"), ("tfx-1.21", "2.21")])
def test_tensorflow_and_tf_keras_are_of_one_minor_version(name, minor):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    for package in ("tensorflow-cpu", "tf-keras", *(["tensorflow"] if name == "tfx-1.21" else [])):
        assert re.findall(rf"^{package}==(\d+\.\d+)\.", text, re.MULTILINE) == [minor]


@pytest.mark.parametrize("name", ["tfx-1.16", "tfx-1.21"])
def test_a_lock_holds_what_builds_the_package(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    for package in ("hatchling", "editables", "setuptools", "wheel"):
        assert re.search(rf"^{package}==", text, re.MULTILINE)
