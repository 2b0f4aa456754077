"""A page with one view, served by Panel to this machine alone."""

from __future__ import annotations

import asyncio
import functools
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Mapping
from typing import Any

from zenml_nb.errors import NotAvailableError
from zenml_nb.views.answers import answer
from zenml_nb.views.bundle import module_path
from zenml_nb.views.format import visible

_LOCAL = "127.0.0.1"
_START_SECONDS = 60


class Page:
    """A served page.

    Attributes:
        url: its address.
    """

    def __init__(self, document: Mapping[str, Any], port: int) -> None:
        self._document = dict(document)
        self._loop: Any = None
        self._server: Any = None
        self._trouble: BaseException | None = None
        self.url = ""
        self._ready = threading.Event()
        # A thread with a loop of its own: that of a notebook's kernel stands still while a cell runs.
        self._thread = threading.Thread(target=self._serve, args=(port,), name="zenml_nb page", daemon=True)
        self._thread.start()
        self._ready.wait(_START_SECONDS)
        if self._trouble is not None:
            raise self._trouble

    def _serve(self, port: int) -> None:
        from tornado.ioloop import IOLoop

        try:
            asyncio.set_event_loop(asyncio.new_event_loop())
            self._loop = IOLoop.current()
            self._server = _panel_server(self._document, port, self._loop)
            self._server.start()
            self.url = f"http://{_LOCAL}:{self._server.port}/"
        except BaseException as error:
            self._trouble = error
            return
        finally:
            self._loop_started()
        self._loop.start()
        self._loop.close()

    def _loop_started(self) -> None:
        if self._trouble is not None or self._loop is None:
            self._ready.set()
        else:
            self._loop.add_callback(self._ready.set)

    def stop(self) -> None:
        """End the server and free its port; a second call does nothing."""
        if self._thread.is_alive():
            self._loop.add_callback(self._end)
            self._thread.join()

    def _end(self) -> None:
        # Open sessions are not waited for: the page is gone.
        self._server.stop(wait=False)
        self._loop.stop()

    def __repr__(self) -> str:
        return f"Page at {self.url} (call .stop() to end it)"


def serve(document: Mapping[str, Any], text: str, port: int) -> Page:
    """Serve a view on this machine and open a browser.

    Args:
        document: the view document.
        text: printed in a terminal that has no browser.
        port: 0 takes any free one.

    Raises:
        NotAvailableError: the port is in use or not allowed.
        EnvironmentMissingError: the views' script has not been built.
    """
    module_path()
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port < 65536:
        raise NotAvailableError(f"A page cannot have the port {port!r}.", advice="Use port=0 for any free port.")
    try:
        page = Page(document, port)
    except OSError as error:
        raise NotAvailableError(
            f"The page cannot be served on port {port}: {error.strerror or error}.",
            advice="Use port=0 for any free port.",
        ) from error
    if not _open_browser(page.url) and "ipykernel" not in sys.modules:
        print(text)
        print(page.url)
    return page


def _panel_server(document: Mapping[str, Any], port: int, loop: Any) -> Any:
    import panel as pn

    port = port or _free_port()

    def content() -> Any:
        return _component_class()(view_document=dict(document), sizing_mode="stretch_width")

    return pn.io.server.get_server(
        {"/": content},
        port=port,
        address=_LOCAL,
        loop=loop,
        title=visible(str(document.get("title", "zenml_nb"))),
        show=False,
        start=False,
        # Pages of other hosts may not connect, also where a name of theirs points here.
        websocket_origin=[f"{_LOCAL}:{port}", f"localhost:{port}"],
    )


def _free_port() -> int:
    """The origins that may connect are named with the port, so it must be known before the server is."""
    with socket.socket() as probe:
        probe.bind((_LOCAL, 0))
        return int(probe.getsockname()[1])


@functools.lru_cache(maxsize=1)
def _component_class() -> Any:
    """The class is made at the first use: Panel takes seconds to import."""
    import panel as pn
    import param

    class PanelView(pn.custom.AnyWidgetComponent):
        """The parameters are the protocol of ``labextension/src/hosts/anywidget.ts``."""

        _esm = module_path()
        view_document = param.Dict(default={})
        asked = param.Dict(default={})
        opened = param.Dict(default={})
        problem = param.String(default="")

        @param.depends("asked", watch=True)
        def _open(self) -> None:
            if self.asked:
                self.opened, self.problem = answer(self.asked)

    return PanelView


def _open_browser(url: str) -> bool:
    # Without a screen a browser of the terminal would start, and take the terminal over.
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    try:
        return webbrowser.open(url)
    except webbrowser.Error:
        return False
