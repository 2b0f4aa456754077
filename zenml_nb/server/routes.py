"""The addresses below ``zenml-nb/`` of a Jupyter server, see ``HTTP`` in each class."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from zenml_nb.server import parameters
from zenml_nb.server.answers import Answer, RefusedError, answer_of
from zenml_nb.server.service import Service
from zenml_nb.version import __version__

_LARGEST_BODY = 64_000


class Route(APIHandler):
    """What all routes share: who may ask, the headers, and errors as JSON with a hint."""

    auth_resource = "zenml_nb"

    def initialize(self, service: Service) -> None:
        """Called by tornado with the arguments of the route."""
        self._service = service
        self._etag = ""

    def set_default_headers(self) -> None:
        """Headers of every answer, errors included."""
        super().set_default_headers()
        self.set_header("X-Zenml-Nb-Version", __version__)
        # Kept by the browser, and asked for again each time: what did not change is not sent again.
        self.set_header("Cache-Control", "private, no-cache")

    def compute_etag(self) -> str | None:
        """The hash that came with the document, computed where it was made."""
        return self._etag or None

    @property
    def query(self) -> dict[str, list[str]]:
        """The parameters of the address; ``token`` is Jupyter's own."""
        # Not by get_query_arguments, which takes control characters out: other tools may have them in names.
        given = self.request.query_arguments
        return {
            name: [self.decode_argument(value, name) for value in values]
            for name, values in given.items()
            if name not in ("token", "_")
        }

    def store(self) -> str:
        """The id of the store that is asked for."""
        return parameters.text(self.query, "store", 40)

    async def send(self, ask: Callable[[], Awaitable[Answer]]) -> None:
        """Answer with what is asked for, or with why there is none."""
        try:
            answer = await ask()
        except Exception as error:
            answer = self._service.error(error, traceback.format_exc())
        if answer.log:
            self.log.error("zenml_nb: %s", answer.log)
        self._etag = answer.etag if answer.status == 200 else ""
        self.set_status(answer.status)
        await self.finish(answer.body)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Errors of Jupyter and tornado themselves, in the same form as ours."""
        error = kwargs.get("exc_info", (None, None))[1]
        what = getattr(error, "log_message", None) or getattr(error, "reason", None) or self._reason
        hint = "Reload the page, and log in if Jupyter asks for it." if status_code == 403 else None
        self._etag = ""
        self.finish(answer_of({"error": str(what)[:300], "where": None, "hint": hint}).body)


class StoresRoute(Route):
    """HTTP: ``GET``, ``POST`` and ``DELETE zenml-nb/stores``."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """All known stores."""

        async def ask() -> Answer:
            parameters.known_only(self.query, ())
            return await self._service.stores()

        await self.send(ask)

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Add a store: ``{"name", "connection": {"type", ...}, "roots": [folder]}``."""

        async def ask() -> Answer:
            parameters.known_only(self.query, ())
            return await self._service.add(self._body())

        await self.send(ask)

    @web.authenticated
    @authorized
    async def delete(self) -> None:
        """Forget a store that was added."""

        async def ask() -> Answer:
            parameters.known_only(self.query, ("store",))
            return await self._service.remove(self.store())

        await self.send(ask)

    def _body(self) -> Any:
        if len(self.request.body) > _LARGEST_BODY:
            raise RefusedError(413, f"The request has {len(self.request.body):,} bytes.", advice="At most 64,000.")
        try:
            return json.loads(self.request.body)
        except (ValueError, RecursionError):
            raise RefusedError(400, "The request is no JSON.", advice='Send {"connection": {...}}.') from None


class RunsRoute(Route):
    """HTTP: ``GET zenml-nb/runs``."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """A page of the runs."""

        async def ask() -> Answer:
            return await self._service.read(self.store(), "runs", parameters.page_of_runs(self.query))

        await self.send(ask)


class RunRoute(Route):
    """HTTP: ``GET zenml-nb/run``."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Everything that is known of one run."""

        async def ask() -> Answer:
            parameters.known_only(self.query, ("store", "run"))
            return await self._service.read(self.store(), "run", {"run": parameters.text(self.query, "run")})

        await self.send(ask)


class ArtifactRoute(Route):
    """HTTP: ``GET zenml-nb/artifact``."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """The view document of an artifact, or 202 while a process of its own reads it."""

        async def ask() -> Answer:
            query = self.query
            parameters.known_only(query, ("store", "uri", "split", "run"))
            arguments = {
                "uri": parameters.text(query, "uri"),
                "split": parameters.optional_text(query, "split") or None,
                "run": parameters.optional_text(query, "run") or None,
            }
            return await self._service.read(self.store(), "artifact", arguments)

        await self.send(ask)


class LineageRoute(Route):
    """HTTP: ``GET zenml-nb/lineage``."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """What an artifact came from, and what came from it."""

        async def ask() -> Answer:
            return await self._service.read(self.store(), "lineage", parameters.artifact_number(self.query))

        await self.send(ask)


class CompareRoute(Route):
    """HTTP: ``GET zenml-nb/compare``."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Runs side by side."""

        async def ask() -> Answer:
            return await self._service.read(self.store(), "compare", parameters.runs_to_compare(self.query))

        await self.send(ask)


class CellsRoute(Route):
    """HTTP: ``GET zenml-nb/cells``."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """The sources of notebook cells that bring a run back; ``folder`` is the notebook's, below Jupyter's."""

        async def ask() -> Answer:
            query = self.query
            parameters.known_only(query, ("store", "run", "kind", "folder"))
            folder = os.path.normpath("/" + (parameters.optional_text(query, "folder") or "")).lstrip("/")
            arguments = {
                "run": parameters.text(query, "run"),
                "kind": parameters.one_of(query, "kind", ("open", "again")),
                "folder": str(self._service.folder / folder),
            }
            return await self._service.read(self.store(), "cells", arguments)

        await self.send(ask)


ROUTES: Sequence[tuple[str, type[Route]]] = (
    ("zenml-nb/stores", StoresRoute),
    ("zenml-nb/runs", RunsRoute),
    ("zenml-nb/run", RunRoute),
    ("zenml-nb/artifact", ArtifactRoute),
    ("zenml-nb/lineage", LineageRoute),
    ("zenml-nb/compare", CompareRoute),
    ("zenml-nb/cells", CellsRoute),
)
