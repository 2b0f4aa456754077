"""A page with one view, served to this machine alone."""

from __future__ import annotations

import functools
import html
import http.server
import os
import sys
import threading
import webbrowser

from zenml_nb.errors import NotAvailableError

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>:root {{ color-scheme: light dark }}
body {{ font-family: system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem }}</style></head>
<body>{body}</body></html>
"""
_LOCAL = "127.0.0.1"


class _Server(http.server.ThreadingHTTPServer):
    # Newer versions of Python let several servers share a port: none of them would say that it is in use.
    allow_reuse_port = False


class Page:
    """A served page.

    Attributes:
        url: its address.
    """

    def __init__(self, server: http.server.ThreadingHTTPServer) -> None:
        self._server = server
        self.url = f"http://{_LOCAL}:{server.server_address[1]}/"
        # stop() waits for the next look at whether to end; by default there is one every half second.
        serve_forever = functools.partial(server.serve_forever, poll_interval=0.1)
        self._thread = threading.Thread(target=serve_forever, name="zenml_nb page", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the server and free its port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __repr__(self) -> str:
        return f"Page at {self.url} (call .stop() to end it)"


def serve(title: str, body: str, text: str, port: int) -> Page:
    """Serve a view on this machine and open a browser.

    Args:
        title: of the page.
        body: HTML.
        text: printed in a terminal that has no browser.
        port: 0 takes any free one.

    Raises:
        NotAvailableError: the port is in use or not allowed.
    """
    content = _PAGE.format(title=html.escape(title), body=body).encode("utf-8", "backslashreplace")
    try:
        server = _Server((_LOCAL, port), _handler(content))
    except (OSError, OverflowError, TypeError) as error:
        raise NotAvailableError(
            f"The page cannot be served on port {port}: {getattr(error, 'strerror', None) or error}.",
            advice="Use port=0 for any free port.",
        ) from error
    page = Page(server)
    if not _open_browser(page.url) and "ipykernel" not in sys.modules:
        print(text)
        print(page.url)
    return page


def _open_browser(url: str) -> bool:
    # Without a screen a browser of the terminal would start, and take the terminal over.
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    try:
        return webbrowser.open(url)
    except webbrowser.Error:
        return False


def _handler(content: bytes) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            # Another name for this machine's address may be a page of somebody else's that wants to read this one.
            host = self.headers.get("Host", "").partition(":")[0]
            if self.path != "/" or host not in (_LOCAL, "localhost"):
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing in the cell."""

    return Handler
