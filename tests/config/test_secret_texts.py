from __future__ import annotations

import importlib
import sys

import pytest

from tests.notebook import forget, modules, notebook  # noqa: F401
from zenml_nb.config.secret_texts import secret_in
from zenml_nb.config.snapshots import NotPinnedError, build_snapshot

HEAD = "from zenml_nb.steps import BaseSplit\n"


@pytest.mark.parametrize(
    ("text", "name", "line"),
    [
        ("DB_PASSWORD = 'hunter2-secret'", "DB_PASSWORD", 1),
        ("def f():\n    token = 'abc12345'", "token", 2),
        ("class S:\n    api_key: str = 'abc12345'", "api_key", 2),
        ("self.password = 'abc12345'", "password", 1),
        ("connect(password='abc12345')", "password", 1),
        ("d = {'password': 'abc12345'}", "password", 1),
        ("d['password'] = 'abc12345'", "password", 1),
        ("def f(a, password='abc12345'):\n    pass", "password", 1),
        ("def f(*, secret='abc12345'):\n    pass", "secret", 1),
        ("connect('postgresql://me:hunter2@host/d')", "", 1),
    ],
)
def test_a_text_that_looks_like_a_secret_is_found(text, name, line):
    assert secret_in(text) == (name, line)


@pytest.mark.parametrize(
    "text",
    [
        "token = ' '",
        "pad_token = '[PADDING]'",
        "password = os.environ['DB_PASSWORD']",
        "token = 'two words'",
        "password = None",
        "PASSWORD_FIELD = 'the_column'",
        "not python (",
    ],
)
def test_other_texts_are_none(text):
    assert secret_in(text) is None


def test_a_secret_of_the_environment_is_found_under_any_name(monkeypatch):
    monkeypatch.setenv("MY_API_KEY", "k-0123456789")
    assert secret_in("anything = 'k-0123456789'") == ("anything", 1)


@pytest.mark.parametrize("inner", ["'abc12345'", "{'password': 'abc12345'}"])
def test_a_class_that_holds_a_secret_is_not_written_down(notebook, inner):  # noqa: F811
    cell = f"class S(BaseSplit):\n    def partition_fn(self, element, n):\n        token = {inner}\n        return 0\n"
    cls = notebook.run(HEAD + cell)["S"]
    with pytest.raises(NotPinnedError, match=r"the code of S holds(.|\n)*os.environ") as told:
        build_snapshot(cls)
    assert "abc12345" not in str(told.value)


def test_a_module_that_holds_a_secret_is_not_written_down(notebook, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "my_settings.py").write_text("A = 1\nDB_PASSWORD = 'hunter2-secret'\n")
    (tmp_path / "my_steps_module.py").write_text("import my_settings\n\ndef f():\n    return my_settings.A\n")
    importlib.invalidate_caches()
    try:
        cls = notebook.run(
            HEAD + "import my_steps_module\n\nclass S(BaseSplit):\n"
            "    def partition_fn(self, element, n):\n        return my_steps_module.f()\n"
        )["S"]
        with pytest.raises(NotPinnedError, match=r"the module my_settings, line 2(.|\n)*DB_PASSWORD") as told:
            build_snapshot(cls)
        assert "hunter2" not in str(told.value)
    finally:
        for name in ("my_settings", "my_steps_module"):
            sys.modules.pop(name, None)
