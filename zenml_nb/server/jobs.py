"""Artifacts that take long to read: once, in a process of their own, with a time limit, and kept in a cache."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zenml_nb.server.answers import Answer, RefusedError, answer_of, answer_of_error
from zenml_nb.server.processes import start

SCHEMA = "zenml_nb/job@1"
#: Seconds that a request waits before it is told to ask again: much is read by then.
_PATIENCE = 1.0
_MOST_WAITING = 20
#: Bytes of documents that are kept; the oldest go first.
_CACHE = 500_000_000


class Jobs:
    """Reads artifacts, one at a time.

    Args:
        cache: the folder that documents are kept in.
        seconds: how long a process may take.
        log: the server's.
    """

    def __init__(self, cache: Path, seconds: float, log: logging.Logger) -> None:
        self._cache = cache
        self._seconds = seconds
        self._log = log
        self._one = asyncio.Lock()
        self._running: dict[str, _Job] = {}

    async def answer(self, asked: Mapping[str, Any]) -> Answer:
        """The document of a job, or how far it is.

        Args:
            asked: what ``reading.Reading`` gives another process to do.

        Raises:
            RefusedError: 503, there are too many.
        """
        key = str(asked["key"])
        kept = await asyncio.to_thread(_read, self._cache / f"{key}.json")
        if kept is not None:
            return kept
        self._forget_old()
        job = self._running.get(key)
        if job is None:
            if len(self._running) >= _MOST_WAITING:
                raise RefusedError(503, "Many artifacts are being read at once.", advice="Try again in a moment.")
            job = self._running[key] = _Job(asked)
            job.task = asyncio.create_task(self._do(job))
        if job.task is not None:
            await asyncio.wait({job.task}, timeout=_PATIENCE)
            if job.task.done():
                # An error is told once; whoever asks again after it starts anew.
                self._running.pop(key, None)
                return job.task.result()
        return answer_of(job.document(), 202)

    async def end(self) -> None:
        """End what is being read."""
        for job in list(self._running.values()):
            if job.task is not None:
                job.task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await job.task
        self._running.clear()

    def _forget_old(self) -> None:
        """Nobody came to ask how these ended; their documents are in the cache."""
        for key, job in list(self._running.items()):
            if job.task is not None and job.task.done() and job.seconds > 2 * self._seconds:
                del self._running[key]

    async def _do(self, job: _Job) -> Answer:
        try:
            return await self._do_alone(job)
        except RefusedError as error:
            return answer_of_error(error, Path(job.asked["root"]))

    async def _do_alone(self, job: _Job) -> Answer:
        async with self._one:
            job.stage = "Starting a process"
            target = self._cache / f"{job.asked['key']}.json"
            process = await start("zenml_nb.engine.read" if job.asked["is_heavy"] else "zenml_nb.server.read")
            try:
                failed = await asyncio.wait_for(job.follow(process, target), self._seconds)
            except asyncio.TimeoutError:
                raise self._too_slow() from None
            finally:
                if process.returncode is None:
                    with contextlib.suppress(ProcessLookupError):
                        process.kill()
                    await process.wait()
            if failed is not None:
                return Answer(failed["status"], failed["body"].encode(), "", failed["log"])
            return await asyncio.to_thread(self._written, target)

    def _written(self, target: Path) -> Answer:
        answer = _read(target)
        if answer is None:
            raise RefusedError(
                503,
                "The process that reads this artifact ended without a word.",
                advice="Try again; if it happens again, the machine may lack memory.",
            )
        _tidy(self._cache, keep=target)
        return answer

    def _too_slow(self) -> RefusedError:
        return RefusedError(
            504,
            f"This artifact was not read within {self._seconds:g} seconds.",
            advice="Open it in a notebook (from zenml_nb.views import show), or allow more time: "
            "c.RunBrowser.time_limit in jupyter_server_config.py.",
        )


class _Job:
    def __init__(self, asked: Mapping[str, Any]) -> None:
        self.asked = asked
        self.task: asyncio.Task[Answer] | None = None
        self.stage = "Waiting for another artifact to be read"
        self.done: float | None = None
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since somebody asked for it first."""
        return time.monotonic() - self._started

    def document(self) -> dict[str, Any]:
        """How far it is."""
        return {"schema": SCHEMA, "stage": self.stage, "done": self.done, "seconds": round(self.seconds, 1)}

    async def follow(self, process: asyncio.subprocess.Process, target: Path) -> dict[str, Any] | None:
        """Give the process its job and note its stages; what failed, if it did."""
        if process.stdin is None or process.stdout is None:
            return None
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            process.stdin.write(json.dumps({**self.asked, "target": str(target)}).encode() + b"\n")
            await process.stdin.drain()
        failed: dict[str, Any] | None = None
        while line := await process.stdout.readline():
            told = json.loads(line)
            failed = told.get("failed", failed)
            self.stage, self.done = told.get("stage", self.stage), told.get("done", self.done)
            if failed is not None or self.done == 1:
                return failed
        await process.wait()
        return failed


def _read(path: Path) -> Answer | None:
    try:
        body = path.read_bytes()
    except OSError:
        return None
    return Answer(200, body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def _tidy(folder: Path, keep: Path) -> None:
    """Remove the oldest documents where there are too many bytes of them."""
    files = []
    with contextlib.suppress(OSError):
        files = [(path.stat().st_mtime, path.stat().st_size, path) for path in folder.glob("*.json")]
    total = 0
    for _, size, path in sorted(files, reverse=True):
        total += size
        if total > _CACHE and path != keep:
            path.unlink(missing_ok=True)
