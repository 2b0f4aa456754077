from __future__ import annotations

import sys
import urllib.request

import pytest

from zenml_nb.errors import DeclarationError, EnvironmentMissingError, NotAvailableError
from zenml_nb.views.html import render_html
from zenml_nb.views.page import Page
from zenml_nb.views.text import render_text
from zenml_nb.views.view import MIME_TYPE, View, in_ipython, set_default_host


@pytest.fixture
def shell():
    """A real IPython, as long as the test."""
    from IPython.core.interactiveshell import InteractiveShell

    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def test_a_view_has_data_text_and_html(sample):
    view = View(sample)
    assert view._repr_mimebundle_() == {
        MIME_TYPE: sample,
        "text/plain": render_text(sample),
        "text/html": render_html(sample),
    }
    assert str(view) == repr(view) == render_text(sample)


def test_a_view_keeps_its_document(sample):
    view = View(sample)
    title = sample["title"]
    sample["title"] = "changed"
    assert view.document["title"] == title


def test_magic_outside_a_notebook_is_told(sample):
    assert not in_ipython()
    with pytest.raises(NotAvailableError, match=r"this is no notebook(.|\n)*magic=False"):
        View(sample).show(magic=True, port=0)


def test_magic_shows_the_view_in_the_cell(sample, shell, capsys):
    assert in_ipython()
    view = View(sample)
    assert view.show(magic=True, port=0) is None
    assert capsys.readouterr().out.rstrip("\n") == render_text(sample)


@pytest.fixture
def script(tmp_path, monkeypatch):
    """The views' script; what is in it is tested in a browser."""
    path = tmp_path / "views.js"
    path.write_text("export default {render() { return () => {} }}", encoding="utf-8")
    monkeypatch.setattr("zenml_nb.views.bundle._MODULE", path)
    return path


def test_without_magic_a_page_is_served(sample, script, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    page = View(sample).show(magic=False, port=0)
    assert isinstance(page, Page)
    with urllib.request.urlopen(page.url, timeout=30) as answer:
        text = answer.read().decode()
    page.stop()
    assert f"<title>{sample['title']}</title>" in text


def test_a_script_that_was_not_built_is_told(sample, tmp_path, monkeypatch):
    monkeypatch.setattr("zenml_nb.views.bundle._MODULE", tmp_path / "views.js")
    for host in (lambda: View(sample).widget(), lambda: View(sample).show(magic=False)):
        with pytest.raises(EnvironmentMissingError, match=r"has not been built(.|\n)*make build"):
            host()


def test_a_widget_holds_the_document(sample, script):
    widget = View(sample).widget()
    assert widget.view_document == sample
    assert script.read_text() in str(widget._esm)


def test_a_widget_opens_what_its_view_asks_for(sample, script, tmp_path):
    widget = View(sample).widget()
    (tmp_path / "schema.pbtxt").write_text('feature { name: "fare" type: FLOAT }', encoding="utf-8")
    widget.asked = {"uri": str(tmp_path), "number": 1}
    assert widget.opened["schema"] == "zenml_nb/schema@1"
    widget.asked = {"uri": str(tmp_path / "none"), "number": 2}
    assert widget.opened == {}
    assert "There is no artifact here" in widget.problem


def test_widgets_can_be_the_default(sample, script):
    set_default_host("widget")
    try:
        assert set(View(sample)._repr_mimebundle_()) == {"text/plain", "application/vnd.jupyter.widget-view+json"}
    finally:
        set_default_host("mime")
    with pytest.raises(DeclarationError, match="Did you mean 'widget'"):
        set_default_host("widgets")
