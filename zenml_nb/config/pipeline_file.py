"""The readable YAML of a pipeline: written at each run, checked and read by ``load``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from zenml_nb.errors import ConfigError, did_you_mean, shorten_path

VERSION = 1
_TEXT, _NULL = "tag:yaml.org,2002:str", "tag:yaml.org,2002:null"

_HEADER = "# Written by zenml_nb at a run of the pipeline; TrainingPipeline.load(path) gives the pipeline back.\n"
# Line breaks of Unicode: PyYAML writes them as they are and reads them as other ones.
_LINE_BREAKS = ("\x85", "\u2028", "\u2029")
_TOP_KEYS = ("version", "artifact_store", "metadata", "backend", "environment", "pipeline")
_PIPELINE_KEYS = ("name", "source", "args", "code", "snapshot", "datasource", "datasource_commit_id", "steps")
_DECLARATION_KEYS = ("source", "args", "code", "snapshot")


def dump_pipeline(document: Mapping[str, Any]) -> str:
    """Write a pipeline document as YAML text."""
    text = _dump(document, allow_unicode=True)
    if any(mark in text for mark in _LINE_BREAKS):
        text = _dump(document, allow_unicode=False)
    return _HEADER + text


def _dump(document: Mapping[str, Any], allow_unicode: bool) -> str:
    return str(yaml.safe_dump(dict(document), sort_keys=False, allow_unicode=allow_unicode, width=110))


def config_hash(document: Mapping[str, Any]) -> str:
    """A hash of what a pipeline is, whatever machine, stores and versions it runs on."""
    text = json.dumps(_without_snapshots(document["pipeline"]), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _without_snapshots(declared: Mapping[str, Any]) -> dict[str, Any]:
    """Without the names of sources: they hold code that is not used too, and ``code`` tells what is."""
    found = {key: value for key, value in declared.items() if key != "snapshot"}
    if isinstance(found.get("datasource"), Mapping):
        found["datasource"] = _without_snapshots(found["datasource"])
    if "steps" in found:
        found["steps"] = {slot: _without_snapshots(step) for slot, step in found["steps"].items()}
    return found


def load_pipeline(path: Path, slots: Sequence[str]) -> dict[str, Any]:
    """Read and check a pipeline document.

    Args:
        path: the YAML file.
        slots: the names of the steps that the pipeline may have.

    Raises:
        ConfigError: with file, line and column, and the nearest valid name for a misspelled one.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        near = sorted(entry.name for entry in path.parent.glob("*.y*ml")) if path.parent.is_dir() else []
        raise ConfigError(
            "There is no such pipeline file.", where=shorten_path(path), advice=did_you_mean(path.name, near)
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The pipeline file cannot be read: {error}.", where=shorten_path(path)) from error
    return _Checker(path, text).check(slots)


def parse_pipeline(text: str, path: Path) -> dict[str, Any]:
    """Check the text of a pipeline document of any class of pipelines.

    Args:
        text: YAML.
        path: where it is from, for errors.

    Raises:
        ConfigError: see ``load_pipeline``; the names of steps are not checked.
    """
    return _Checker(path, text).check(None)


def _pairs(node: Any) -> list[tuple[Any, Any]]:
    return list(node.value) if isinstance(node, yaml.MappingNode) else []


class _Checker:
    """Checks a document along its YAML nodes, which know their line and column."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        try:
            self.root = yaml.compose(text, Loader=yaml.SafeLoader)
            self.document = yaml.safe_load(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise self.error(str(getattr(error, "problem", None) or error), mark, "Correct the YAML.") from error

    def error(self, what: str, mark: Any, advice: str) -> ConfigError:
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        return ConfigError(what.rstrip(".") + ".", where=f"{shorten_path(self.path)}{place}", advice=advice)

    def check(self, slots: Sequence[str] | None) -> dict[str, Any]:
        top = self.mapping(self.root, "the file", _TOP_KEYS, ("version", "pipeline"))
        version = self.document["version"]
        if version != VERSION:
            raise self.error(
                f"The file has the version {version!r}; this zenml_nb reads version {VERSION}",
                top["version"].start_mark,
                "Install the zenml_nb that wrote the file, or run the pipeline again to write it anew.",
            )
        pipeline = self.mapping(top["pipeline"], "pipeline", _PIPELINE_KEYS, ("name", "source", "steps"))
        self.class_and_arguments(pipeline, "pipeline")
        if self.document["pipeline"].get("datasource") is not None:
            datasource = self.mapping(pipeline["datasource"], "datasource", _DECLARATION_KEYS, ("source", "args"))
            self.class_and_arguments(datasource, "datasource")
        if slots is None:
            slots = [str(key.value) for key, _ in _pairs(pipeline["steps"])]
        for slot, node in self.mapping(pipeline["steps"], "steps", slots, ()).items():
            step = self.mapping(node, f"step {slot}", _DECLARATION_KEYS, ("source", "args"))
            self.class_and_arguments(step, f"step {slot}")
        return dict(self.document)

    def class_and_arguments(self, nodes: Mapping[str, Any], what: str) -> None:
        """Check that ``source`` is a text and ``args`` a mapping, or left empty."""
        if nodes["source"].tag != _TEXT:
            raise self.error(
                f"source of {what} must be a text", nodes["source"].start_mark, "Give the import path of a class."
            )
        arguments = nodes.get("args")
        if isinstance(arguments, yaml.MappingNode):
            self.unique_keys(arguments)
        elif arguments is not None and arguments.tag != _NULL:
            raise self.error(
                f"args of {what} must be a mapping of names to values",
                arguments.start_mark,
                "Write 'name: value' lines.",
            )

    def unique_keys(self, node: Any) -> None:
        """Check that no key stands twice in a mapping, at any depth: YAML would silently take the last."""
        found = set()
        for key_node, value_node in node.value if isinstance(node, yaml.MappingNode) else ():
            if key_node.value in found:
                raise self.error(
                    f"The key {key_node.value!r} stands here twice", key_node.start_mark, "Remove one of them."
                )
            found.add(key_node.value)
            self.unique_keys(value_node)
        for item in node.value if isinstance(node, yaml.SequenceNode) else ():
            self.unique_keys(item)

    def mapping(self, node: Any, what: str, allowed: Sequence[str], required: Sequence[str]) -> dict[str, Any]:
        """Check the keys of a mapping and give its nodes by key."""
        mark = getattr(node, "start_mark", None)
        if not isinstance(node, yaml.MappingNode):
            raise self.error(f"{what} must be a mapping of keys to values", mark, f"Its keys are {', '.join(allowed)}.")
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key not in allowed:
                raise self.error(f"{what} has no key {key!r}", key_node.start_mark, did_you_mean(key, allowed))
            if key in found:
                raise self.error(f"{what} has the key {key!r} twice", key_node.start_mark, "Remove one of them.")
            found[key] = value_node
        for key in required:
            if key not in found:
                raise self.error(f"{what} lacks the key {key!r}", mark, f"Add '{key}:'.")
        return found
