from __future__ import annotations

import asyncio
import http.client
import socket
import sys
import threading

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from zenml_nb.errors import NotAvailableError
from zenml_nb.views.page import serve


@pytest.fixture
def page(monkeypatch, sample, tmp_path):
    """Serves a page; all are stopped at the end. No browser is opened: there is no screen."""
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    # The page serves the file as it is: what is in it is tested in a browser.
    script = tmp_path / "views.js"
    script.write_text("export default {render() { return () => {} }}", encoding="utf-8")
    monkeypatch.setattr("zenml_nb.views.bundle._MODULE", script)
    pages = []

    def page(title="Statistics", port=0):
        pages.append(serve({**sample, "title": title}, "as text", port))
        return pages[-1]

    yield page
    for served in pages:
        served.stop()


@pytest.fixture
def ask():
    """Asks a page; gives the status and the body."""

    def ask(page, path="/", method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", port_of(page), timeout=30)
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body

    return ask


def port_of(page):
    return int(page.url.rstrip("/").rpartition(":")[2])


def connect(page, origin):
    """The status of a WebSocket, through which the document goes, for a page of this origin."""

    async def connect():
        url = page.url.replace("http:", "ws:") + "ws"
        request = HTTPRequest(url, headers={"Origin": origin.format(port=port_of(page))})
        try:
            (await websocket_connect(request, subprotocols=["bokeh", "no-token"])).close()
        except HTTPClientError as error:
            return error.code
        return 101

    return asyncio.run(connect())


def test_a_page_is_served_with_its_title(page, ask):
    status, body = ask(page(title="<b>a\u202e"))
    assert status == 200
    assert "<title>&lt;b&gt;a\\u202e</title>" in body


def test_a_page_loads_its_scripts_from_this_machine_alone(page, ask):
    _, body = ask(page())
    sources = [part.split('"')[0] for part in body.split(' src="')[1:]]
    assert sources
    assert [source for source in sources if "//" in source] == []


def test_a_page_is_for_this_machine_alone(page):
    served = page()
    assert served.url.startswith("http://127.0.0.1:")
    assert served._server.address == "127.0.0.1"


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://127.0.0.1:{port}", True),
        ("http://localhost:{port}", True),
        ("http://evil.example:{port}", False),
        ("http://127.0.0.1.evil.example:{port}", False),
        ("http://127.0.0.1:1", False),
    ],
)
def test_the_document_is_not_given_to_pages_of_other_hosts(page, origin, allowed):
    assert (connect(page(), origin) != 403) == allowed


def test_a_port_in_use_is_told(page):
    port = port_of(page())
    with pytest.raises(NotAvailableError, match=rf"port {port}: Address already in use(.|\n)*port=0"):
        page(port=port)


@pytest.mark.parametrize("port", [70000, -1, "8000", None, True])
def test_a_port_that_is_none_is_told(page, port):
    with pytest.raises(NotAvailableError, match=f"cannot have the port {port!r}"):
        page(port=port)


def test_stop_frees_the_port_and_ends_the_thread(page):
    served = page()
    port = port_of(served)
    served.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "zenml_nb page"]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    assert port_of(page(port=port)) == port
    served.stop()


def test_without_a_browser_the_text_and_the_address_are_printed(page, capsys, monkeypatch):
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    served = page()
    assert capsys.readouterr().out == f"as text\n{served.url}\n"
    assert repr(served) == f"Page at {served.url} (call .stop() to end it)"


def test_requests_are_not_reported_in_the_cell(page, ask, capsys):
    served = page()
    capsys.readouterr()
    ask(served)
    ask(served, "/none")
    assert capsys.readouterr() == ("", "")
