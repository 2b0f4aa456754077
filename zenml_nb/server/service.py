"""What the routes ask: the known stores, their processes, and what takes long."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from zenml_nb.server.answers import Answer, RefusedError, answer_of, answer_of_error
from zenml_nb.server.jobs import Jobs
from zenml_nb.server.processes import Processes
from zenml_nb.server.reading import TO_JOB
from zenml_nb.server.stores import KnownStore, Stores


class Service:
    """Answers requests whose parameters were checked.

    Args:
        folder: the Jupyter server's root folder.
        stores: the known ones.
        processes: those that read stores.
        jobs: for artifacts that take long.
        log: the server's.
    """

    def __init__(self, folder: Path, stores: Stores, processes: Processes, jobs: Jobs, log: logging.Logger) -> None:
        self.folder = folder
        self.log = log
        self._stores = stores
        self._processes = processes
        self._jobs = jobs
        # Looking for stores touches files: on a slow disk the server's loop would stand still.
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="zenml_nb stores")

    async def read(self, store_id: str, call: str, arguments: Mapping[str, Any]) -> Answer:
        """A document of a store.

        Raises:
            ZenmlNbError: there is no such store, or no answer.
        """
        store = await self._in_thread(self._stores.get, store_id)
        answer = await self._processes.call(store, call, arguments)
        if answer.status == TO_JOB:
            return await self._jobs.answer(await asyncio.to_thread(_parse, answer.body))
        return answer

    async def stores(self) -> Answer:
        """All known stores."""
        return answer_of(await self._in_thread(self._stores.document))

    async def add(self, entry: Any) -> Answer:
        """Add a store, once it could be opened.

        Raises:
            ZenmlNbError: something is wrong with it.
        """
        store: KnownStore = await self._in_thread(self._stores.declared, entry)
        try:
            answer = await self._processes.call(store, "check", {})
        finally:
            await self._processes.close(store.id)
        if answer.status != 200:
            return answer
        await self._in_thread(self._stores.add, store)
        return answer_of(await self._in_thread(self._stores.document), 201)

    async def remove(self, store_id: str) -> Answer:
        """Forget a store that was added.

        Raises:
            ZenmlNbError: there is none, or it is not the user's.
        """
        await self._in_thread(self._stores.remove, store_id)
        await self._processes.close(store_id)
        return await self.stores()

    def error(self, error: Exception, log: str) -> Answer:
        """An error as an answer."""
        return answer_of_error(error, self.folder, log)

    async def end(self) -> None:
        """End all processes."""
        await self._jobs.end()
        await self._processes.end()
        self._threads.shutdown(wait=False)

    async def _in_thread(self, call: Any, *args: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *args)


def _parse(body: bytes) -> dict[str, Any]:
    found = json.loads(body)
    if not isinstance(found, dict):
        raise RefusedError(500, "A store's process gave no job.")
    return found
