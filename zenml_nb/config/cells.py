"""Notebook cells as Python text: those that open a run, and those that declare its pipeline once more."""

from __future__ import annotations

import keyword
from collections.abc import Mapping, Sequence
from typing import Any

from zenml_nb.config.pipeline_file import DATA_PIPELINE
from zenml_nb.config.portable import PATH_ARGUMENTS

#: Leaves room for the indent of a call inside a call.
_WIDTH = 84
#: Where a class of this package is imported from, by the beginning of its recorded source.
_PUBLIC = (
    ("zenml_nb.steps.", "zenml_nb.steps"),
    ("zenml_nb.datasources.", "zenml_nb"),
    ("zenml_nb.pipelines.", "zenml_nb"),
)
_METHODS = {"deployer": "add_deployment"}
_TRAINING = "zenml_nb.TrainingPipeline"
#: The class of a pipeline to the look at one of its runs.
_LOOKS = {
    _TRAINING: "pipeline.view_statistics(magic=True)",
    "zenml_nb.BatchInferencePipeline": "pipeline.get_predictions(10)",
}


class _Code(str):
    """Text that is written as it is, not as a string."""


def open_cells(
    run_id: str, *, repository: str | None = None, uris: Sequence[str] = (), pipeline: str = ""
) -> list[str]:
    """The cells that bring a run back, so that its views work in a fresh kernel.

    Args:
        run_id: the id of a run of this package.
        repository: the project folder as seen from the notebook; None where the notebook lies in it.
        uris: for a run of another tool, which has no configuration: the artifacts that have a view.
        pipeline: the import path of the pipeline's class, as the run recorded it.
    """
    if uris:
        return ["from zenml_nb.views import show", *(f"show({_literal(uri)})" for uri in uris)]
    arguments = {"run": run_id, **({"repository": repository} if repository is not None else {})}
    kind = _opening_class(pipeline)
    load = _call(f"{kind.rpartition('.')[2]}.load", (), arguments, "pipeline = ")
    # What a pipeline of the user's own has to show is not known here; its steps it can show.
    return [f"{_imports([kind], False, {})}\n\n{load}", _LOOKS.get(kind, "pipeline")]


def _opening_class(source: str) -> str:
    """The class that brings a run back: its own; the training pipeline for those that no user constructs."""
    kind = _class(source)
    is_name = "." in kind and all(part.isidentifier() and not keyword.iskeyword(part) for part in kind.split("."))
    return _TRAINING if not is_name or (kind.startswith("zenml_nb.") and kind not in _LOOKS) else kind


def again_cells(document: Mapping[str, Any]) -> list[str]:
    """The cells that declare the pipeline of a configuration and run it; with every recorded argument.

    What was run for a datasource alone, by its views, is shown by them again: no user declares such a pipeline.

    Args:
        document: a pipeline document, see ``config.pipeline_file``.
    """
    declared = document["pipeline"]
    steps = {slot: _declaration(step) for slot, step in declared["steps"].items()}
    pipeline = _class(declared["source"])
    source = declared.get("datasource")
    datasource = _declaration(source, at_root=True) if source else None
    is_of_data = declared["source"] == DATA_PIPELINE
    used = [
        *([] if is_of_data else [pipeline]),
        *(name for name, _ in steps.values()),
        *([datasource[0]] if datasource else []),
    ]
    pins = {_class(d["source"]): d.get("snapshot") for d in (declared, source or declared, *declared["steps"].values())}
    cells = [_imports(used, datasource is not None and "repository" in datasource[1], pins)]
    if datasource:
        cells.append(f"datasource = {datasource[1]}")
    if is_of_data:
        commit = declared.get("datasource_commit_id")
        shown = {"magic": True, **({"commit_id": commit} if commit else {})}
        return [*cells, _call("datasource.view_statistics", (), shown)]
    made = _call(
        pipeline.rpartition(".")[2], (), {"name": declared["name"], **(declared.get("args") or {})}, "pipeline = "
    )
    cells.append("\n".join([made, *_add_datasource(declared, datasource is not None)]))
    known = pipeline == "zenml_nb.TrainingPipeline"
    for slot, (_, text) in steps.items():
        cells.append(_add_step(slot, text, known))
    return [*cells, "run = pipeline.run()"]


def _add_datasource(declared: Mapping[str, Any], has_one: bool) -> list[str]:
    commit = declared.get("datasource_commit_id")
    if not has_one:
        return []
    if not commit:
        return ["pipeline.add_datasource(datasource)"]
    return [
        "# The data of that run; without commit_id it is the data of today.",
        f"pipeline.add_datasource(datasource, commit_id={_literal(commit)})",
    ]


def _add_step(slot: str, text: str, known: bool) -> str:
    inner = (
        text
        if "\n" not in text
        else "\n".join(line if not i else f"    {line}" for i, line in enumerate(text.split("\n")))
    )
    opening = f"pipeline.{_METHODS.get(slot, f'add_{slot}')}(" if known else f"pipeline.add_step({_literal(slot)}, "
    if "\n" not in text and len(opening) + len(text) < _WIDTH:
        return f"{opening}{text})"
    return f"{opening.rstrip()}\n    {inner}\n)"


def _imports(names: Sequence[str], needs_repository: bool, pins: Mapping[str, str | None] | None = None) -> str:
    """One line a module; classes of a notebook are asked for by a comment, which names the file of their code."""
    wanted = {*names, *(["zenml_nb.get_repository"] if needs_repository else [])}
    modules: dict[str, list[str]] = {}
    for name in sorted(wanted):
        module, _, last = name.rpartition(".")
        modules.setdefault(module, []).append(last)
    missing = modules.pop("__main__", [])
    lines = [_import(module, found) for module, found in sorted(modules.items())]
    for name in missing:
        lines.append(f"# {name} was defined in a notebook: bring its cell here first.")
        pin = (pins or {}).get(f"__main__.{name}")
        lines += [f"# Its code as it was: {pin} in the folder of pipelines."] if pin else []
    return "\n".join([*lines, *(["", "repository = get_repository()"] if needs_repository else [])])


def _import(module: str, names: Sequence[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= _WIDTH:
        return line
    return "\n".join([f"from {module} import (", *(f"    {name}," for name in names), ")"])


def _declaration(declared: Mapping[str, Any], at_root: bool = False) -> tuple[str, str]:
    """The import path of a recorded class, and the call that makes the object."""
    name = _class(declared["source"])
    args = dict(declared.get("args") or {})
    for key in PATH_ARGUMENTS if at_root else ():
        value = args.get(key)
        # Relative paths start from the project folder, wherever the notebook is.
        if isinstance(value, str) and not value.startswith(("/", "~")):
            args[key] = _Code(f"repository.root / {_literal(value)}")
    return name, _call(name.rpartition(".")[2], (), args)


def _class(source: str) -> str:
    for beginning, module in _PUBLIC:
        if source.startswith(beginning):
            return f"{module}.{source.rpartition('.')[2]}"
    return source


def _call(function: str, args: Sequence[Any], kwargs: Mapping[str, Any], before: str = "") -> str:
    """A call on one line, or, where that is too long, with a line an argument."""
    named = {key: value for key, value in kwargs.items() if key.isidentifier() and not keyword.iskeyword(key)}
    others = {key: value for key, value in kwargs.items() if key not in named}
    parts = [*map(_literal, args), *(f"{key}={_literal(value)}" for key, value in named.items())]
    parts += [f"**{_literal(others)}"] if others else []
    line = f"{before}{function}({', '.join(parts)})"
    if len(line) <= _WIDTH:
        return line
    return "\n".join([f"{before}{function}(", *(f"    {part}," for part in parts), ")"])


def _literal(value: Any) -> str:
    """A plain value as Python writes it, texts in double quotes."""
    if isinstance(value, _Code):
        return str(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_literal(key)}: {_literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return repr(value)


def _text(value: str) -> str:
    # repr escapes what is not printable; it prefers single quotes, which are exchanged where that is safe.
    text = repr(value)
    return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in text and "\\'" not in text else text
