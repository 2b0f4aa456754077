"""The declared objects of this process, found again by components that know only their recorded declaration.

TFX hands strings to executors and reloads the modules of user functions. What is declared in a notebook cell cannot
be imported at all. So the objects of a run are kept here, by declaration and fingerprint, and are imported anew only
where another process executes a component.
"""

from __future__ import annotations

import json
import threading
from typing import Any

from zenml_nb.config.recorded import Recorded
from zenml_nb.config.source_code import code_fingerprint, import_class

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
    with _lock:
        _objects[declaration] = step
    return declaration


def restore(declaration: str) -> Any:
    """The object behind a declaration.

    Raises:
        ConfigError: it is not of this process and its class cannot be imported.
    """
    with _lock:
        if declaration in _objects:
            return _objects[declaration]
    recorded = json.loads(declaration)
    return import_class(recorded["source"], Recorded)(**recorded["args"])
