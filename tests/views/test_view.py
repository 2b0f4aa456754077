from __future__ import annotations

import sys
import urllib.request

import pytest

from zenml_nb.errors import NotAvailableError
from zenml_nb.views.html import render_html
from zenml_nb.views.page import Page
from zenml_nb.views.text import render_text
from zenml_nb.views.view import View, in_ipython


@pytest.fixture
def shell():
    """A real IPython, as long as the test."""
    from IPython.core.interactiveshell import InteractiveShell

    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def test_a_view_has_text_and_html(sample):
    view = View(sample)
    assert view._repr_mimebundle_() == {"text/plain": render_text(sample), "text/html": render_html(sample)}
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


def test_without_magic_a_page_is_served(sample, monkeypatch, capsys):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    page = View(sample).show(magic=False, port=0)
    assert isinstance(page, Page)
    with urllib.request.urlopen(page.url, timeout=10) as answer:
        text = answer.read().decode()
    page.stop()
    assert render_html(sample) in text
    assert f"<title>{sample['title']}</title>" in text
