"""The processes that read stores, one a store, started when they are asked for the first time."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import sys
import time
from collections.abc import Mapping
from typing import Any

from zenml_nb.server.answers import Answer, RefusedError
from zenml_nb.server.stores import KnownStore

#: Stores that are open at once; the one that was asked least recently is closed.
_MOST = 8
#: Calls that wait at one store: more are asked to come back.
_MOST_WAITING = 64
#: Bytes of a line of its answers: the traceback of an error is in it.
_LONGEST_LINE = 2**20


class Process:
    """The process of one store."""

    def __init__(self, store: KnownStore, limits: Mapping[str, int]) -> None:
        self._store = store
        self._limits = limits
        self._numbers = itertools.count(1)
        #: The calls of the present process; one that ends keeps its own, to tell those who wait.
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._starting = asyncio.Lock()
        self._listener: asyncio.Task[None] | None = None
        self.used = time.monotonic()

    @property
    def is_idle(self) -> bool:
        """Whether no call waits for it."""
        return not self._waiting

    async def call(self, name: str, arguments: Mapping[str, Any], seconds: float) -> Answer:
        """Ask it.

        Raises:
            RefusedError: 503, there are too many calls, or it ended; 504, it took too long.
        """
        if len(self._waiting) >= _MOST_WAITING:
            raise RefusedError(503, "This store is being read by many at once.", advice="Try again in a moment.")
        self.used = time.monotonic()
        number = next(self._numbers)
        process, waiting = await self._running()
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        waiting[number] = answer
        try:
            await _write(process, {"id": number, "call": name, "arguments": dict(arguments)})
            return await asyncio.wait_for(answer, seconds)
        except asyncio.TimeoutError:
            # Whatever it waits for, others should not.
            if process is self._process:
                await self.end()
            raise RefusedError(
                504,
                f"The store did not answer within {seconds:g} seconds.",
                advice="Try again; where a store is slow, raise c.RunBrowser.time_limit in jupyter_server_config.py.",
            ) from None
        finally:
            waiting.pop(number, None)

    async def end(self) -> None:
        """End the process; whoever waits for it is told."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _running(self) -> tuple[asyncio.subprocess.Process, dict[int, asyncio.Future[Answer]]]:
        """The process, started if it does not run, with the calls that wait for it."""
        async with self._starting:
            if self._process is None or self._process.returncode is not None:
                self._process, self._waiting = await start("zenml_nb.server.worker"), {}
                self._listener = asyncio.create_task(_listen(self._process, self._waiting))
                await _write(self._process, self._declaration())
            return self._process, self._waiting

    def _declaration(self) -> dict[str, Any]:
        """What the process must know of its store; on its input, where nobody else sees it."""
        boundary = self._store.boundary
        return {
            "connection": dict(self._store.connection),
            "root": str(boundary.root),
            "roots": [str(folder) for folder in boundary.roots],
            **self._limits,
        }


async def _write(process: asyncio.subprocess.Process, request: Mapping[str, Any]) -> None:
    if process.stdin is None:
        raise _ended()
    try:
        process.stdin.write(json.dumps(request).encode() + b"\n")
        await process.stdin.drain()
    except (BrokenPipeError, ConnectionResetError):
        raise _ended() from None


async def _listen(process: asyncio.subprocess.Process, waiting: dict[int, asyncio.Future[Answer]]) -> None:
    """Hand each answer to whoever waits for it, until the process ends."""
    with contextlib.suppress(asyncio.IncompleteReadError, ValueError):
        while process.stdout is not None and (line := await process.stdout.readline()):
            head = json.loads(line)
            body = await process.stdout.readexactly(head["length"])
            call = waiting.get(head["id"])
            if call is not None and not call.done():
                call.set_result(Answer(head["status"], body, head["etag"], head["log"]))
    await process.wait()
    for call in waiting.values():
        if not call.done():
            call.set_exception(_ended())


class Processes:
    """The processes of all stores.

    Args:
        seconds: how long a call may take.
        limits: the sizes of artifacts, see ``reading.Reading``.
    """

    def __init__(self, seconds: float, limits: Mapping[str, int]) -> None:
        self._seconds = seconds
        self._limits = limits
        self._open: dict[str, Process] = {}

    async def call(self, store: KnownStore, name: str, arguments: Mapping[str, Any]) -> Answer:
        """Ask the process of a store.

        Raises:
            RefusedError: see ``Process.call``.
        """
        process = self._open.get(store.id)
        if process is None:
            await self._make_room()
            process = self._open.setdefault(store.id, Process(store, self._limits))
        return await process.call(name, arguments, self._seconds)

    async def close(self, store_id: str) -> None:
        """End the process of a store that is not wanted any more."""
        process = self._open.pop(store_id, None)
        if process is not None:
            await process.end()

    async def end(self) -> None:
        """End all."""
        for store_id in list(self._open):
            await self.close(store_id)

    async def _make_room(self) -> None:
        idle = sorted((p.used, store_id) for store_id, p in self._open.items() if p.is_idle)
        if len(self._open) >= _MOST and not idle:
            raise RefusedError(503, "Many stores are being read at once.", advice="Try again in a moment.")
        for _, store_id in idle[: max(0, len(self._open) - _MOST + 1)]:
            await self.close(store_id)


async def start(module: str) -> asyncio.subprocess.Process:
    """Start a module of this package as a process that ends when its input does."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LONGEST_LINE,
        # An interrupt at the terminal is for the server, which ends this process.
        start_new_session=True,
        # The folder of a notebook may hold a file that is named like a module: it must not be imported from there.
        env={**os.environ, "PYTHONSAFEPATH": "1"},
        cwd=os.path.dirname(sys.executable),
    )


def _ended() -> RefusedError:
    return RefusedError(
        503, "The process that reads this store ended.", advice="Try again; the log of the Jupyter server may say why."
    )
