"""The steps and datasources of this package, as a user may name them."""

from __future__ import annotations

import inspect

from zenml_nb import datasources, steps
from zenml_nb.datasources import BaseDatasource
from zenml_nb.steps import BaseStep


def built_in_steps() -> list[type[BaseStep]]:
    """Every step that can be put into a pipeline, by slot and name."""
    found = {
        kind
        for kind in (getattr(steps, name) for name in steps.__all__)
        if isinstance(kind, type) and issubclass(kind, BaseStep) and not kind.__name__.startswith("Base")
    }
    return sorted(found, key=lambda kind: (kind.slot, kind.__name__))


def built_in_datasources() -> list[type[BaseDatasource]]:
    """Every datasource that can be constructed, by name."""
    found = {
        kind
        for kind in (getattr(datasources, name) for name in datasources.__all__)
        if isinstance(kind, type) and issubclass(kind, BaseDatasource) and not inspect.isabstract(kind)
    }
    return sorted(found, key=lambda kind: kind.__name__)


def summary(kind: type) -> str:
    """What a class is, in the first sentence of its docstring."""
    return (inspect.getdoc(kind) or "").split("\n\n")[0].replace("\n", " ")


def sources_of(kind: type) -> list[str]:
    """The import paths that a class may be declared by: where it is defined, which is what is written, and shorter."""
    room = kind.__module__.split(".")[1]
    public = {"steps": "zenml_nb.steps", "datasources": "zenml_nb.datasources"}[room]
    return [f"{kind.__module__}.{kind.__qualname__}", f"{public}.{kind.__qualname__}"]
