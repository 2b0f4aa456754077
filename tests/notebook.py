"""A notebook without a kernel: cells that run in ``__main__``, and modules that are written and imported anew."""

from __future__ import annotations

import importlib
import itertools
import linecache
import sys
import types

import pytest

_numbers = itertools.count(1)


class Notebook:
    """Runs texts as a kernel runs cells.

    Attributes:
        names: the variables.
    """

    def __init__(self) -> None:
        self.main = types.ModuleType("__main__")
        self.names = vars(self.main)

    def run(self, text):
        """Run a cell; gives the variables."""
        filename = f"/tmp/ipykernel_7/{next(_numbers)}.py"
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        exec(compile(text, filename, "exec"), self.names)
        return self.names


@pytest.fixture
def notebook(monkeypatch):
    """A notebook whose variables are those of ``__main__``."""
    made = Notebook()
    monkeypatch.setitem(sys.modules, "__main__", made.main)
    return made


@pytest.fixture
def modules(tmp_path, monkeypatch):
    """Writes modules of the user's and forgets those that were imported, as after a restart."""
    folder = tmp_path / "code"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def modules(**files):
        for name, text in files.items():
            path = folder / f"{name}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            for loaded in [known for known in sys.modules if known.split(".")[0] == name.split("/")[0]]:
                monkeypatch.delitem(sys.modules, loaded)
        importlib.invalidate_caches()
        linecache.checkcache()

    return modules


@pytest.fixture
def forget(monkeypatch):
    """Forgets all that this process knows of snapshots, as a new process does."""

    def forget():
        from zenml_nb.config import pins, sources

        for owner, name in ((sources, "_texts"), (sources, "_classes"), (sources, "_built"), (pins, "_pins")):
            monkeypatch.setattr(owner, name, {})
        for name in [name for name in sys.modules if name.partition(".")[0] == pins.PACKAGE]:
            monkeypatch.delitem(sys.modules, name)

    forget()
    return forget
