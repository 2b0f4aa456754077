"""The readable YAML of a pipeline: written at each run, checked and read by ``load``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from zenml_nb.config.migration import VERSION, is_known, migrated
from zenml_nb.config.places import Places, place_of
from zenml_nb.config.readable import unreadable
from zenml_nb.config.secrets import refuse_secrets
from zenml_nb.errors import ConfigError, did_you_mean, shorten_path

_LOCAL = "local"
_TEXT, _NULL = "tag:yaml.org,2002:str", "tag:yaml.org,2002:null"

#: The source of the pipelines that the views of a datasource run.
DATA_PIPELINE = "zenml_nb.pipelines.data.DataPipeline"
#: Editors look for the schema beside the file; nothing is fetched from anywhere.
SCHEMA_FILE = "pipeline.schema.json"
_HEADER = f"""\
# yaml-language-server: $schema=./{SCHEMA_FILE}
# Written by zenml_nb at a run of the pipeline; TrainingPipeline.load(path) gives the pipeline back, and
# 'zenml-nb run FILE' runs it. For completion in an editor, beside this file: zenml-nb pipeline schema > {SCHEMA_FILE}
"""
# Line breaks of Unicode: PyYAML writes them as they are and reads them as other ones.
_LINE_BREAKS = ("\x85", "\u2028", "\u2029")
_TOP_KEYS = ("version", "artifact_store", "metadata", "backend", "environment", "pipeline")
_PIPELINE_KEYS = ("name", "source", "args", "code", "snapshot", "datasource", "datasource_commit_id", "steps")
_DECLARATION_KEYS = ("source", "args", "code", "snapshot")


@dataclass(frozen=True)
class PipelineFile:
    """A checked pipeline document, and where in its file everything stands.

    Attributes:
        document: of the present version, whatever version the file has.
        places: by the keys of the document.
    """

    document: dict[str, Any]
    places: Places


def dump_pipeline(document: Mapping[str, Any]) -> str:
    """Write a pipeline document as YAML text.

    Raises:
        ConfigError: a value looks like a secret, see ``refuse_secrets``.
    """
    refuse_secrets(document)
    text = _dump(document, allow_unicode=True)
    if any(mark in text for mark in _LINE_BREAKS):
        text = _dump(document, allow_unicode=False)
    return _HEADER + text


def _dump(document: Mapping[str, Any], allow_unicode: bool) -> str:
    return str(yaml.safe_dump(dict(document), sort_keys=False, allow_unicode=allow_unicode, width=110))


def config_hash(document: Mapping[str, Any]) -> str:
    """A hash of what a pipeline is, whatever machine, stores and versions it runs on.

    The order of what a dictionary among the arguments holds counts: it is that of the splits of a run, for one. The
    names of sources do not: they hold code that is not used too, and ``code`` tells what is.
    """
    text = json.dumps(_with_ordered_args(document["pipeline"]), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _with_ordered_args(declared: Mapping[str, Any]) -> dict[str, Any]:
    """A declaration, or a mapping of some, whose arguments are lists of pairs: sorting keys leaves them alone."""
    return {
        key: _pairwise(value) if key == "args" else _with_ordered_args(value) if isinstance(value, Mapping) else value
        for key, value in declared.items()
        if key != "snapshot"
    }


def _pairwise(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {"pairs": [[key, _pairwise(item)] for key, item in value.items()]}
    return [_pairwise(item) for item in value] if isinstance(value, (list, tuple)) else value


def load_pipeline(path: Path, slots: Sequence[str]) -> dict[str, Any]:
    """Read and check a pipeline document; see ``read_pipeline``."""
    return read_pipeline(path, slots).document


def read_pipeline(path: Path, slots: Sequence[str] | None) -> PipelineFile:
    """Read and check a pipeline document of any known version.

    Args:
        path: the YAML file.
        slots: the names of the steps that the pipeline may have; None for any.

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
    checker = _Checker(path, text)
    return PipelineFile(checker.check(slots), Places(path, checker.root))


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
            wrong = unreadable(self.root)
            if wrong is not None:
                raise self.error(*wrong)
            self.document = yaml.safe_load(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise self.error(str(getattr(error, "problem", None) or error), mark, "Correct the YAML.") from error
        except RecursionError as error:
            raise self.error("The values are nested too deeply", None, "Write them flatter.") from error

    def error(self, what: str, mark: Any, advice: str) -> ConfigError:
        return ConfigError(what.rstrip(".") + ".", where=place_of(self.path, mark), advice=advice)

    def check(self, slots: Sequence[str] | None) -> dict[str, Any]:
        top = self.mapping(self.root, "the file", _TOP_KEYS, ("version", "pipeline"))
        self.version(top["version"])
        self.backend(top.get("backend"))
        pipeline = self.mapping(top["pipeline"], "pipeline", _PIPELINE_KEYS, ("name", "source", "steps"))
        if pipeline["name"].tag != _TEXT:
            raise self.error("name of pipeline must be a text", pipeline["name"].start_mark, "Put it into quotes.")
        self.class_and_arguments(pipeline, "pipeline")
        if self.document["pipeline"].get("datasource") is not None:
            datasource = self.mapping(pipeline["datasource"], "datasource", _DECLARATION_KEYS, ("source", "args"))
            self.class_and_arguments(datasource, "datasource")
        if slots is None:
            slots = [str(key.value) for key, _ in _pairs(pipeline["steps"])]
        for slot, node in self.mapping(pipeline["steps"], "steps", slots, ()).items():
            step = self.mapping(node, f"step {slot}", _DECLARATION_KEYS, ("source", "args"))
            self.class_and_arguments(step, f"step {slot}")
        return migrated(self.document)

    def version(self, node: Any) -> None:
        """Check that this package reads the version of the file."""
        version = self.document["version"]
        if is_known(version):
            return
        is_newer = isinstance(version, int) and version > VERSION
        raise self.error(
            f"The file has the version {version!r}; this zenml_nb reads the versions 1 to {VERSION}",
            node.start_mark,
            "A newer zenml_nb wrote it: install that one, pip install --upgrade zenml-nb."
            if is_newer
            else f"Write 'version: {VERSION}', or run the pipeline again to write the file anew.",
        )

    def backend(self, node: Any) -> None:
        """Check that the pipeline is to run on this machine, which is all that there is."""
        declared = self.document.get("backend")
        kind = declared.get("type", _LOCAL) if isinstance(declared, Mapping) else declared
        if kind not in (None, _LOCAL):
            raise self.error(
                f"The backend is {kind!r}, and pipelines run on this machine",
                node.start_mark,
                f"Write 'backend: {{type: {_LOCAL}}}', or leave it out.",
            )

    def class_and_arguments(self, nodes: Mapping[str, Any], what: str) -> None:
        """Check that ``source`` is a text and ``args`` a mapping, or left empty."""
        if nodes["source"].tag != _TEXT:
            raise self.error(
                f"source of {what} must be a text", nodes["source"].start_mark, "Give the import path of a class."
            )
        snapshot = nodes.get("snapshot")
        if snapshot is not None and snapshot.tag not in (_TEXT, _NULL):
            raise self.error(
                f"snapshot of {what} must be a text", snapshot.start_mark, "Give the path of a file with its code."
            )
        arguments = nodes.get("args")
        if isinstance(arguments, yaml.MappingNode):
            self.unique_keys(arguments)
            for key_node, _ in arguments.value:
                self.text_key(key_node)
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

    def text_key(self, node: Any) -> None:
        """Check that a key is a text: YAML takes ``on`` and ``1`` for something else."""
        if node.tag != _TEXT:
            written = getattr(node, "value", "")
            told = written if isinstance(written, str) else "?"
            raise self.error(f"The key {told!r} is no text for YAML", node.start_mark, f"Put it into quotes: '{told}':")

    def mapping(self, node: Any, what: str, allowed: Sequence[str], required: Sequence[str]) -> dict[str, Any]:
        """Check the keys of a mapping and give its nodes by key."""
        mark = getattr(node, "start_mark", None)
        if not isinstance(node, yaml.MappingNode):
            advice = f"Its keys are {', '.join(allowed)}." if allowed else "Write 'key: value' lines below it."
            raise self.error(f"{what} must be a mapping of keys to values", mark, advice)
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            self.text_key(key_node)
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
