"""Modules executed from recorded texts, which import each other and not what has become of them since."""

from __future__ import annotations

import builtins
import importlib.util
import linecache
import sys
import types
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from zenml_nb.config import pins


class RecordedModules:
    """The modules that one snapshot imports.

    ``import`` inside them finds a recorded module first, then what is installed; outside them nothing changes. All are
    registered below ``zenml_nb_sources``, so that their classes can be pickled within this process.

    Args:
        sha: the name of the snapshot.
        texts: the recorded text by the name of the module.
        paths: where each text is, for tracebacks.
        homes: where each module lies today, if it still does: what it reads beside its own file is there.
        packages: the modules that have modules inside.
    """

    def __init__(
        self,
        sha: str,
        texts: Mapping[str, str],
        paths: Mapping[str, Path],
        homes: Mapping[str, Path | None],
        packages: Collection[str],
    ) -> None:
        self._prefix = f"{pins.PACKAGE}.{sha}"
        self._texts = texts
        self._paths = paths
        self._homes = homes
        self._packages = packages

    def execute(self, text: str, path: Path) -> types.ModuleType:
        """Execute the snapshot itself."""
        for parent in (pins.PACKAGE, self._prefix):
            if parent not in sys.modules:
                sys.modules[parent] = types.ModuleType(parent)
                sys.modules[parent].__path__ = []
        module = self._run(self._prefix, "", text, path, path)
        setattr(sys.modules[pins.PACKAGE], self._prefix.rpartition(".")[2], module)
        return module

    def _module(self, name: str) -> types.ModuleType:
        full = f"{self._prefix}.{name}"
        if full in sys.modules:
            return sys.modules[full]
        parent, _, last = name.rpartition(".")
        around = self._module(parent) if parent else None
        if full in sys.modules:  # the package around has imported it
            return sys.modules[full]
        package = name if name in self._packages else parent
        path = self._paths[name]
        module = self._run(full, package, self._texts[name], path, self._homes.get(name) or path)
        if around is not None:
            setattr(around, last, module)
        return module

    def _run(self, full: str, package: str, text: str, path: Path, home: Path) -> types.ModuleType:
        module = types.ModuleType(full)
        module.__file__ = str(home)
        module.__path__ = []
        vars(module)["__builtins__"] = {**vars(builtins), "__import__": self._importer(package)}
        linecache.cache[str(path)] = (len(text), None, text.splitlines(keepends=True), str(path))
        code = compile(text, str(path), "exec", dont_inherit=True)
        before = sys.modules.get(full)
        sys.modules[full] = module
        try:
            exec(code, vars(module))
        except BaseException:
            if before is None:
                del sys.modules[full]
            else:
                sys.modules[full] = before
            raise
        return module

    def _importer(self, package: str) -> Any:
        """What ``import`` does in a module of this package."""

        def recorded_import(
            name: str,
            globals: Mapping[str, Any] | None = None,
            locals: Mapping[str, Any] | None = None,
            fromlist: tuple[str, ...] | None = (),
            level: int = 0,
        ) -> types.ModuleType:
            absolute = importlib.util.resolve_name("." * level + name, package) if level else name
            if absolute not in self._texts:
                return builtins.__import__(absolute, None, None, fromlist or (), 0)
            module = self._module(absolute)
            if not fromlist:
                return self._module(absolute.partition(".")[0])
            for item in fromlist:
                if not hasattr(module, item) and f"{absolute}.{item}" in self._texts:
                    self._module(f"{absolute}.{item}")
            return module

        return recorded_import
