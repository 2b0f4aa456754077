"""The process that reads one store: ``python -m zenml_nb.server.worker``; it ends with the server that started it.

It reads lines of JSON, first the store, then calls ``{"id", "call", "arguments"}``, and answers each by a line
``{"id", "status", "etag", "log", "length"}`` and so many bytes.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import traceback
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

from zenml_nb.server.answers import Answer, answer_of_error
from zenml_nb.server.boundary import Boundary
from zenml_nb.server.reading import Reading

_THREADS = 4
#: Bytes of memory; files that unpack to more than they seem end here, and not the machine.
_MEMORY = 8 * 2**30


def main() -> None:
    """Serve until the server closes the pipe."""
    replies = private_output()
    limit_memory()
    reading = _reading(json.loads(sys.stdin.readline()))
    lock = threading.Lock()
    with ThreadPoolExecutor(_THREADS) as threads:
        for line in sys.stdin:
            threads.submit(_serve, reading, json.loads(line), replies, lock)
    # A call that waits for a server far away would keep the process.
    os._exit(0)


def private_output() -> IO[bytes]:
    """The pipe to the server for answers alone: what a library prints goes to the error output instead."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return replies


def limit_memory() -> None:
    """Let the process have so much memory and no more, where the system can do that."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY if most < 0 else min(_MEMORY, most), most))


def _reading(given: Mapping[str, Any]) -> Reading:
    boundary = Boundary(Path(given["root"]), tuple(Path(folder) for folder in given["roots"]))
    return Reading(given["connection"], boundary, given["large"], given["largest"])


def _serve(reading: Reading, asked: Mapping[str, Any], replies: IO[bytes], lock: threading.Lock) -> None:
    answer = _answer(reading, asked["call"], asked["arguments"])
    head = {
        "id": asked["id"],
        "status": answer.status,
        "etag": answer.etag,
        "log": answer.log,
        "length": len(answer.body),
    }
    with lock, contextlib.suppress(BrokenPipeError):
        replies.write(json.dumps(head).encode() + b"\n" + answer.body)
        replies.flush()


def _answer(reading: Reading, call: str, arguments: Mapping[str, Any]) -> Answer:
    try:
        return reading.answer(call, arguments)
    except Exception as error:
        return answer_of_error(error, reading.root, traceback.format_exc())


if __name__ == "__main__":
    main()
