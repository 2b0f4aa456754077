from __future__ import annotations

import http.client
import socket
import sys
import threading

import pytest

from zenml_nb.errors import NotAvailableError
from zenml_nb.views.page import serve


@pytest.fixture
def page(monkeypatch):
    """Serves a page; all are stopped at the end. No browser is opened: there is no screen."""
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    pages = []

    def page(title="Statistics", body="<p>body</p>", text="as text", port=0):
        pages.append(serve(title, body, text, port))
        return pages[-1]

    yield page
    for served in pages:
        served.stop()


@pytest.fixture
def ask():
    """Asks a page; gives the status, the headers and the body."""

    def ask(page, path="/", host=None, method="GET"):
        port = port_of(page)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.putrequest(method, path, skip_host=host is not None)
        if host:
            connection.putheader("Host", host.format(port=port))
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, dict(answer.getheaders()), body

    return ask


def port_of(page):
    return int(page.url.rstrip("/").rpartition(":")[2])


def test_a_page_is_served_with_its_body(page, ask):
    status, headers, body = ask(page(title="<b>", body="<p>{body}</p>"))
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<p>{body}</p>" in body
    assert "<title>&lt;b&gt;</title>" in body


def test_a_page_may_load_nothing_and_run_nothing(page, ask):
    policy = ask(page())[1]["Content-Security-Policy"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def test_a_page_is_for_this_machine_alone(page):
    served = page()
    assert served.url.startswith("http://127.0.0.1:")
    assert served._server.socket.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "127.0.0.1", "localhost"])
def test_a_page_is_given_to_its_own_names(page, ask, host):
    assert ask(page(), host=host)[0] == 200


@pytest.mark.parametrize(
    "host", ["evil.example:{port}", "evil.example", "127.0.0.1.evil.example:{port}", "[::1]:{port}", ""]
)
def test_a_page_is_not_given_to_other_names(page, ask, host):
    status, _, body = ask(page(body="secret"), host=host)
    assert status == 404
    assert "secret" not in body


@pytest.mark.parametrize("path", ["/favicon.ico", "/../etc/passwd", "/?a"])
def test_there_is_nothing_but_the_page(page, ask, path):
    assert ask(page(), path)[0] == 404


def test_a_page_cannot_be_written(page, ask):
    assert ask(page(), method="POST")[0] == 501


def test_a_lone_surrogate_can_be_served(page, ask):
    assert "a\\ud800" in ask(page(title="a\ud800"))[2]


def test_a_port_in_use_is_told(page):
    port = port_of(page())
    with pytest.raises(NotAvailableError, match=rf"port {port}: Address already in use(.|\n)*port=0"):
        page(port=port)


@pytest.mark.parametrize("port", [70000, -1, "8000", None])
def test_a_port_that_is_none_is_told(page, port):
    with pytest.raises(NotAvailableError, match=f"cannot be served on port {port}"):
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
