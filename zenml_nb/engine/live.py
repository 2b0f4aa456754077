"""The declared objects of this process, found again by components that know only their recorded declaration.

TFX hands strings to executors and reloads the modules of user functions. What is declared in a notebook cell cannot
be imported at all. So the objects of a run are kept here, by declaration and fingerprint, and are made anew only
where another process executes a component: of the class that can be imported there if its code is the same, else of
the snapshot of its source, whose file the declaration names.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

from zenml_nb.config.recorded import Recorded
from zenml_nb.config.source_code import code_fingerprint, code_parts
from zenml_nb.config.sources import FOLDER, recorded_class, written_file

_SNAPSHOT = "snapshot"
_objects: dict[str, Recorded] = {}
_lock = threading.Lock()


def declaration_of(step: Recorded) -> str:
    """The text by which executors know a declared object: equal text means equal class, code and arguments.

    The order within arguments counts: it is that of the splits, for example.
    """
    return json.dumps({**step.to_config(), "code": code_fingerprint(type(step))})


def register(step: Recorded) -> str:
    """Keep an object for the executors of this process.

    Returns:
        Its declaration.
    """
    declaration = declaration_of(step)
    snapshot = written_file(type(step))
    if snapshot is not None:
        declaration = json.dumps({**json.loads(declaration), _SNAPSHOT: str(snapshot)})
    with _lock:
        _objects[declaration] = step
    return declaration


def restore(declaration: str) -> Any:
    """The object behind a declaration.

    Raises:
        ConfigError: it is not of this process and its class is not to be had.
    """
    with _lock:
        if declaration in _objects:
            return _objects[declaration]
    recorded = json.loads(declaration)
    folders = []
    if recorded.get(_SNAPSHOT):
        file = Path(recorded[_SNAPSHOT])
        folders = [file.parent.parent]
        recorded[_SNAPSHOT] = f"{FOLDER}/{file.name}"
    return recorded_class(recorded, Recorded, folders)(**recorded["args"])


def parts_of(declaration: str) -> dict[str, str]:
    """The parts of the code behind a declaration of this process, see ``code_parts``; none of another."""
    with _lock:
        step = _objects.get(declaration)
    return {} if step is None else code_parts(type(step))


def without_snapshot(name: str, value: Any) -> str:
    """An execution property as it counts for the cache: where the source lies does not matter, its hash is in it."""
    if name == "custom_config" and isinstance(value, str):
        custom = json.loads(value)
        if isinstance(custom, dict) and "step" in custom:
            return json.dumps({**custom, "step": without_snapshot("step", custom["step"])})
    if name == "step" and isinstance(value, str):
        declared = json.loads(value)
        declared.pop(_SNAPSHOT, None)
        return json.dumps(declared)
    return str(value)
