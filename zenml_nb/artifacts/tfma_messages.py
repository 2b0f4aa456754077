"""The messages of TensorFlow Model Analysis (TFMA), without importing it: it would import TensorFlow.

TFMA declares them in tensorflow_model_analysis/proto/*.proto. The modules that protoc makes of these hold each
declaration as one literal of bytes, a serialized FileDescriptorProto; it is read from their source, which is never run.
"""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.util
from pathlib import Path
from typing import Any

from zenml_nb.errors import EnvironmentMissingError, shorten_path

_PACKAGE = "tensorflow_model_analysis"
_FILES = ("metrics_for_slice", "config", "validation_result")


@functools.cache
def message_class(name: str) -> Any:
    """The class of one of TFMA's messages, for example ``MetricsForSlice``.

    Raises:
        EnvironmentMissingError: TFMA is not installed, or of a version that has no such message.
    """
    from google.protobuf import message_factory

    pool = _pool()
    try:
        descriptor = pool.FindMessageTypeByName(f"{_PACKAGE}.{name}")
    except KeyError as error:
        raise EnvironmentMissingError(
            f"The installed TensorFlow Model Analysis has no message {name!r}.",
            advice="Install the version that zenml_nb's requirements name.",
        ) from error
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(pool).GetPrototype(descriptor)


@functools.lru_cache(maxsize=1)
def _pool() -> Any:
    """A pool of its own: in the default one, TFMA's modules could not be imported any more."""
    from google.protobuf import descriptor_pool

    pool = descriptor_pool.DescriptorPool()
    added: set[str] = set()
    for name in _FILES:
        _add(pool, f"{_PACKAGE}/proto/{name}.proto", added)
    return pool


def _add(pool: Any, name: str, added: set[str]) -> None:
    """Add one file to the pool, after those that it imports."""
    if name in added:
        return
    added.add(name)
    declared = _declared(name) if name.startswith(f"{_PACKAGE}/") else _imported(name)
    for dependency in declared.dependency:
        _add(pool, dependency, added)
    pool.Add(declared)


def _imported(name: str) -> Any:
    """The declaration of a file of another package, whose module is light."""
    from google.protobuf import descriptor_pb2

    module = importlib.import_module(name.removesuffix(".proto").replace("/", ".") + "_pb2")
    declared = descriptor_pb2.FileDescriptorProto()
    module.DESCRIPTOR.CopyToProto(declared)
    return declared


def _declared(name: str) -> Any:
    """The declaration of a file of TFMA, from the text of its module."""
    from google.protobuf import descriptor_pb2

    # To find a top-level package does not import it.
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise EnvironmentMissingError(
            "Evaluations are read with the declarations of TensorFlow Model Analysis, which is not installed.",
            advice="Install it: pip install tensorflow-model-analysis.",
        )
    relative = name.removesuffix(".proto").partition("/")[2] + "_pb2.py"
    path = Path(found.submodule_search_locations[0]) / relative
    try:
        return descriptor_pb2.FileDescriptorProto.FromString(_literal(path.read_bytes()))
    except (OSError, ValueError, SyntaxError) as error:
        raise EnvironmentMissingError(
            f"The installed TensorFlow Model Analysis declares no messages: {error}.",
            where=shorten_path(path),
            advice="Install the version that zenml_nb's requirements name.",
        ) from error


def _literal(source: bytes) -> bytes:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "AddSerializedFile" and node.args:
            content = ast.literal_eval(node.args[0])
            if isinstance(content, bytes):
                return content
    raise ValueError("no AddSerializedFile(b'...')")
