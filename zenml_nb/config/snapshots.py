"""A self-contained module text of a class of the user's, so that what a pipeline ran can be run again later.

A class of a notebook cell (or of a script, or of a function) is written down with everything that its code refers to:
its bases, functions and classes of cells, constants, and an import for each name of a package. A class of a module of
the user's is pinned by the whole file of that module; so are the modules of the user's that it, or a cell, imports.
"""

from __future__ import annotations

import functools
import hashlib
import json
import sys
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zenml_nb.config import pins
from zenml_nb.config.imported_files import ImportedFiles
from zenml_nb.config.secret_texts import secret_in
from zenml_nb.config.snapshot_names import Names, names_of, submodules_used
from zenml_nb.config.snapshot_values import NotLiteralError, has_secret, literal
from zenml_nb.config.source_code import (
    MODULE_ATTRIBUTES,
    class_source,
    closure_of,
    function_source,
    functions_of,
    is_of_user,
    user_parts,
)
from zenml_nb.config.user_files import is_user_file
from zenml_nb.errors import ConfigError

HEADER = "# zenml_nb: "
_NOTE = "# The code of {} as a pipeline ran it. Written by zenml_nb and named by its content: do not edit it.\n"
_MISSING = object()


class NotPinnedError(ConfigError):
    """The source of a class cannot be written down in full."""


@dataclass(frozen=True)
class Snapshot:
    """The source of one class, and the files of the user's that it imports.

    Attributes:
        sha: the hash of the text, by which its file is named.
        files: the text of each file by its hash; that of the class and those of the modules that it imports.
    """

    sha: str
    files: Mapping[str, str] = field(repr=False)

    @property
    def text(self) -> str:
        """The module's text."""
        return self.files[self.sha]


def content_hash(text: str) -> str:
    """The name of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def build_snapshot(cls: type) -> Snapshot:
    """Write down a class of the user's with all that it refers to.

    Raises:
        NotPinnedError: something that it refers to has no source: an open file, a fitted object, a connection; the
            variable is named. Or a text in it, or in a module that it imports, looks like a secret.
    """
    writer = _Writer(cls)
    body = writer.module_text()
    _refuse_secrets(cls, body, writer.imported.texts)
    files = {content_hash(text): text for text in writer.imported.texts.values()}
    manifest = {
        "class": cls.__name__,
        "source": pins.source_of(cls),
        "parts": user_parts(cls),
        "modules": {name: content_hash(text) for name, text in sorted(writer.imported.texts.items())},
        "packages": sorted(writer.imported.packages),
    }
    text = f"{_NOTE.format(cls.__name__)}{HEADER}{json.dumps(manifest)}\n{body}"
    sha = content_hash(text)
    return Snapshot(sha, {**files, sha: text})


def _refuse_secrets(cls: type, body: str, modules: Mapping[str, str]) -> None:
    places = {f"the code of {cls.__name__}": body, **{f"the module {name}": text for name, text in modules.items()}}
    for place, text in places.items():
        found = secret_in(text)
        if found:
            name, line = found
            where = f", line {line}" if place.startswith("the module") else ""
            raise NotPinnedError(
                f"The code of {cls.__name__} cannot be written down: {place}{where} holds a text that looks like a "
                f"secret{f' ({name})' if name else ''}.",
                advice="Read it inside the step: os.environ[...].",
            )


class _Writer:
    """Collects what a class refers to, each thing once and what it needs before it."""

    def __init__(self, cls: type) -> None:
        self.cls = cls
        self.imported = ImportedFiles()
        self._values: dict[str, Any] = {}
        self._imports: list[str] = []
        self._body: list[str] = []

    def module_text(self) -> str:
        self._define(self.cls.__name__, self.cls)
        imports = "\n".join(["from __future__ import annotations", "", *sorted(set(self._imports))]).rstrip()
        return "\n\n\n".join([imports, *(part.strip("\n") for part in self._body)]) + "\n"

    def _define(self, name: str, value: Any) -> None:
        """Let the module have a variable, unless it has it already."""
        if name in self._values:
            if not _same(self._values[name], value):
                raise self._error(name, "it stands for two different things; run the cells that use it again")
            return
        self._values[name] = value
        if isinstance(value, types.ModuleType):
            self._import_module(name, value)
        elif isinstance(value, (type, types.FunctionType)) or functions_of_cell(value) is not None:
            self._define_code(name, value)
        elif not _is_plain(value) and (found := self._found_in_a_module(name, value)):
            self._import_from(found, name, name)
        else:
            self._body.append(f"{name} = {self._expression(name, value)}")

    def _expression(self, name: str, value: Any) -> str:
        if has_secret(name, value):
            raise NotPinnedError(
                f"The code of {self.cls.__name__} refers to the variable {name!r}, which looks like a secret: "
                "it is not written down.",
                advice="Read it inside the step: os.environ[...].",
            )
        try:
            return literal(value, lambda part: self._reference(name, part))
        except NotLiteralError as error:
            kind = f"{error.kind.__module__}.{error.kind.__qualname__}".removeprefix("builtins.")
            raise self._error(name, f"it holds a {kind}, which has no source") from None

    def _reference(self, name: str, value: Any) -> str | None:
        """The variable of a class, a function or a module inside a constant; None if it is none of these."""
        if isinstance(value, types.ModuleType):
            self._define(own := f"_{value.__name__.replace('.', '_')}", value)
            return own
        if not isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)):
            return None
        own = value.__name__
        home = getattr(value, "__module__", None)
        if (
            isinstance(value, types.BuiltinFunctionType)
            and vars(sys.modules.get(home or "", pins)).get(own) is not value
        ):
            return None
        if not own.isidentifier():
            raise self._error(name, "it holds a function without a name")
        if home != "builtins":
            self._define(own, value)
        return own

    def _define_code(self, name: str, value: Any) -> None:
        if str(getattr(value, "__module__", "")).startswith(f"{pins.PACKAGE}."):
            raise self._error(name, "it is code of a loaded pipeline; define it in a cell")
        module = self._place_of(value)
        if module is not None:
            self._import_from(module, value.__qualname__, name)
            return
        function = functions_of_cell(value)
        thing = value if isinstance(value, type) else function
        if thing is None or not is_of_user(thing):
            found = self._found_in_a_module(name, value)
            if found is None:
                raise self._error(name, f"it is a {type(value).__name__} that cannot be imported")
            self._import_from(found, name, name)
            return
        self._define_text(name, value, thing)

    def _define_text(self, name: str, value: Any, thing: Any) -> None:
        text = class_source(thing) if isinstance(thing, type) else function_source(thing)
        names = names_of(text, name)
        if names is None:
            raise self._error(name, "its source cannot be found")
        is_wrapped = thing is not value
        if not isinstance(thing, type):
            if is_wrapped and not names.is_decorated:
                raise self._error(name, "it was made of a function by other means than a decorator above it")
            if names.defined != name and (is_wrapped or names.is_decorated):
                raise self._error(name, f"a decorator made it of {names.defined}; use functools.wraps there")
        if names.defined != name:
            self._define(names.defined, value)
            self._body.append(f"{name} = {names.defined}")
            return
        self._define_needed(names, thing)
        self._body.append(text)

    def _define_needed(self, names: Names, thing: Any) -> None:
        space = _namespace(thing)
        at_definition = {**_bases(names, thing), **_defaults(names, thing)}
        # A name may mean one thing when it is defined and another when it runs: the second definition then fails.
        wanted = [(name, at_definition.get(name, space.get(name, _MISSING))) for name in sorted(names.early)]
        wanted += [(name, space.get(name, _MISSING)) for name in sorted(names.late)]
        for needed, value in wanted:
            if value is not _MISSING and value is not thing and needed not in MODULE_ATTRIBUTES:
                self._define(needed, value)
        for needed in sorted(names.annotations - names.early - names.late):
            value = space.get(needed, _MISSING)
            # Annotations are texts in the snapshot: whoever evaluates them finds what can be had.
            if isinstance(value, (type, types.ModuleType)) and value is not thing:
                self._define(needed, value)
        for module in submodules_used(names.chains, space):
            self._imports.append(f"import {module}")
            self.imported.follow_module(module)
        self.imported.follow_imports_of(names.text, package="")

    def _import_module(self, name: str, module: types.ModuleType) -> None:
        known = module.__name__
        if sys.modules.get(known) is not module:
            known = next((key for key, other in list(sys.modules.items()) if other is module), "")
        if not known or known == "__main__":
            self._import_lazy_module(name, module)
            return
        self._follow(name, known)
        self._imports.append(f"import {known}" if name == known else f"import {known} as {name}")

    def _import_lazy_module(self, name: str, module: types.ModuleType) -> None:
        """Import what stands for a module in another one, as ``keras`` does in ``tensorflow``."""
        for attribute in (name, str(vars(module).get("__name__", "")).rpartition(".")[2]):
            found = self._found_in_a_module(attribute, module)
            if found is not None:
                self._import_from(found, attribute, name)
                return
        raise self._error(name, "it is a module that cannot be imported")

    def _import_from(self, module: str, attribute: str, name: str) -> None:
        self._follow(name, module)
        alias = "" if attribute == name else f" as {name}"
        self._imports.append(f"from {module} import {attribute}{alias}")

    def _follow(self, name: str, module: str) -> None:
        self.imported.follow_module(module)
        file = getattr(sys.modules.get(module), "__file__", None)
        if file and is_user_file(str(file)) and module not in self.imported.texts:
            raise self._error(name, f"the file of the module {module} cannot be read as Python")

    def _place_of(self, value: Any) -> str | None:
        """The module that has a class or a function under its own name; None for one of a cell."""
        module = str(getattr(value, "__module__", None) or "")
        name = str(getattr(value, "__qualname__", ""))
        if module in ("", "__main__") or not name.isidentifier():
            return None
        return module if vars(sys.modules.get(module, pins)).get(name) is value else None

    def _found_in_a_module(self, name: str, value: Any) -> str | None:
        """A module that has a value under this name, for what does not know where it is from."""
        found = [
            key
            for key, module in list(sys.modules.items())
            if isinstance(module, types.ModuleType)
            and key == module.__name__ != "__main__"
            and vars(module).get(name, _MISSING) is value
        ]
        return min(found, key=lambda key: (key.count("."), len(key), key)) if found else None

    def _error(self, name: str, why: str) -> NotPinnedError:
        where = "" if name == self.cls.__name__ else f" refers to the variable {name!r}, which"
        told = f"{self.cls.__name__}{where} cannot be written down: {why}."
        return NotPinnedError(
            f"The code of {told}",
            advice=f"Make {name!r} inside the step, or keep it in a module and import it from there."
            if where
            else "Define it in a cell or in a module, under a name of its own.",
        )


def functions_of_cell(value: Any) -> types.FunctionType | None:
    """The function of the user's that a function, or what a decorator made of it, was defined as."""
    if isinstance(value, (type, types.ModuleType, types.MethodType, functools.partial)) or not callable(value):
        return None
    found = [function for function in functions_of(value) if is_of_user(function)]
    return found[-1] if found else None


def _namespace(thing: Any) -> dict[str, Any]:
    """What names mean in the code of a class or a function."""
    if not isinstance(thing, type):
        return {**thing.__globals__, **closure_of(thing)}
    found = dict(vars(sys.modules[thing.__module__])) if thing.__module__ in sys.modules else {}
    functions = [f for member in vars(thing).values() for f in functions_of(member) if is_of_user(f)]
    for function in functions:
        found.update(function.__globals__)
    for function in functions:
        found.update({name: value for name, value in closure_of(function).items() if name != "__class__"})
    return found


def _bases(names: Names, thing: Any) -> dict[str, Any]:
    """The bases that a class has: a name may mean another class since its cell ran again."""
    if not isinstance(thing, type) or len(names.bases) != len(thing.__bases__):
        return {}
    return {name: base for name, base in zip(names.bases, thing.__bases__, strict=True) if name}


def _defaults(names: Names, thing: Any) -> dict[str, Any]:
    """The values that defaults of arguments had when they were evaluated."""
    found: dict[str, Any] = {}
    for function_name, defaults in names.defaults.items():
        member = vars(thing).get(function_name) if isinstance(thing, type) else thing
        for function in functions_of(member):
            values = function.__defaults__ or ()
            if function.__name__ == function_name and len(values) == len(defaults):
                found.update({name: value for name, value in zip(defaults, values, strict=True) if name})
    return found


def _is_plain(value: Any) -> bool:
    return isinstance(value, (bool, int, float, complex, str, bytes, type(None), tuple, list, dict, set, frozenset))


def _same(one: Any, other: Any) -> bool:
    if one is other:
        return True
    return _is_plain(one) and type(one) is type(other) and repr(one) == repr(other)
