"""What a snapshot of a class holds: run by itself, it does what the class did, and has the same fingerprint."""

from __future__ import annotations

import json
import re
import sys
import types

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zenml_nb.config import pins, source_code
from zenml_nb.config.snapshot_values import NotLiteralError, literal
from zenml_nb.config.snapshots import NotPinnedError, build_snapshot
from zenml_nb.config.source_code import code_fingerprint, user_parts
from zenml_nb.config.sources import pinned, recorded_class, write_snapshots
from zenml_nb.steps import BaseSplit, RandomSplit

HEAD = "from zenml_nb.steps import BaseSplit\n"
STEP = """
class Step(BaseSplit):
    def get_split_names(self):
        return ["train"]

    def partition_fn(self, element, num_partitions):
        return WHAT
"""


@pytest.fixture
def again(forget, tmp_path):
    """The class as another process makes it of its snapshot."""

    def again(cls):
        declared = {"source": pins.source_of(cls), **pinned(cls)}
        assert write_snapshots([cls], [tmp_path]) == []
        before = user_parts(cls)
        forget()
        made = recorded_class({**declared, "source": "__main__.gone"}, BaseSplit, [tmp_path])
        assert made is not cls
        assert code_fingerprint(made) == declared["code"]
        assert user_parts(made) == before
        return made

    return again


def parts_anew(cls, monkeypatch):
    """The parts as they are worked out for a class that is not known to be of a snapshot."""
    with monkeypatch.context() as patch:
        patch.setattr(source_code, "pin_of", lambda cls: None)
        prefix = f"{cls.__module__}."
        return {name.removeprefix(prefix): digest for name, digest in user_parts(cls).items()}


CELLS = [
    ("constants", "LIMIT = 3\nNAMES = {'a': (1, 2.5), 'b': [None, True, b'x', {1}]}\n", "(LIMIT, NAMES)"),
    ("not finite", "BIG = float('inf')\nNONE = [float('nan')]\n", "(BIG, str(NONE))"),
    ("functions", "def half(x):\n    return x / 2\n\ndef quarter(x):\n    return half(half(x))\n", "quarter(8)"),
    ("recursion", "def f(n):\n    return 1 if n < 2 else n * g(n)\n\ndef g(n):\n    return f(n - 1)\n", "f(5)"),
    ("a lambda", "double = lambda x: 2 * x\n", "double(4)"),
    ("a module", "import math\n", "math.floor(2.5)"),
    ("a module by another name", "import os.path as place\n", "place.join('a', 'b')"),
    (
        "a module in a package",
        "import xml.dom.minidom\n",
        "xml.dom.minidom.parseString('<a/>').nodeName",
    ),
    ("a function of a package", "from math import sqrt as root\n", "root(16)"),
    ("a class of a package", "from collections import OrderedDict\n", "list(OrderedDict(a=1))"),
    (
        "a partial function",
        "import functools\n\ndef f(x, y):\n    return x - y\n\ng = functools.partial(f, 10)\n",
        "g(3)",
    ),
    ("a pattern", "import re\nWORDS = re.compile(r'\\w+', re.I)\n", "WORDS.findall('a b')"),
    ("a path", "from pathlib import Path\nHERE = Path('a') / 'b'\n", "str(HERE)"),
    (
        "a function in a table",
        "def f(x):\n    return x\n\nTABLE = {'f': f, 'max': max}\n",
        "TABLE['f'](TABLE['max'](1, 2))",
    ),
    ("a cache", "import functools\n\n@functools.lru_cache\ndef f(x):\n    return [x]\n", "f(1) is f(1)"),
    (
        "a decorator",
        "import functools\n\ndef twice(f):\n    @functools.wraps(f)\n    def inner(*a):\n        return 2 * f(*a)\n"
        "    return inner\n\n@twice\ndef three():\n    return 3\n",
        "three()",
    ),
    ("a class without methods", "class Mistake(ValueError):\n    '''Wrong.'''\n", "Mistake('x').args"),
    (
        "a dataclass",
        "from dataclasses import dataclass\n\n@dataclass\nclass Box:\n    width: int\n    height: int = 2\n",
        "Box(3).width * Box(3).height",
    ),
    ("an enumeration", "import enum\n\nclass Kind(enum.Enum):\n    A = 1\n\nUSED = [Kind.A]\n", "USED[0].value"),
    ("an alias", "def f():\n    return 1\n\ng = f\n", "(f(), g())"),
    ("a default", "LIMIT = 3\n\ndef f(x=LIMIT):\n    return x\n\nLIMIT = 4\n", "f()"),
    ("a comprehension", "A = 2\n", "[A * i for i in range(3) if i < A]"),
    ("a logger", "import logging\nlog = logging.getLogger('mine')\n", "log.name"),
    ("a local import", "", "__import__('json').dumps(1)"),
    ("a method of super", "", "super().__class__.__name__"),
    ("a variable with underscores", "__version__ = '1'\n", "(__version__, __name__ != '')"),
    ("its own name", "", "Step.__name__"),
    ("what is not there", "", "num_partitions or not_there"),
]


@pytest.mark.parametrize(("cell", "what"), [pytest.param(c, w, id=name) for name, c, w in CELLS])
def test_a_class_of_a_cell_runs_by_itself(notebook, again, monkeypatch, cell, what):
    cls = notebook.run(HEAD + cell + STEP.replace("WHAT", what))["Step"]
    expected = cls().partition_fn({}, 2)
    before = user_parts(cls)
    made = again(cls)
    assert made().partition_fn({}, 2) == expected
    assert parts_anew(made, monkeypatch) == before


def test_a_module_that_another_one_stands_in_for(notebook, again, monkeypatch):
    """As ``from tensorflow import keras``: no module of that name was imported, the package has an object for it."""

    class Lazy(types.ModuleType):
        VALUE = 3

    monkeypatch.setattr(json, "lazy", Lazy("nowhere.lazy"), raising=False)
    cls = notebook.run(HEAD + "from json import lazy as another\n" + STEP.replace("WHAT", "another.VALUE"))["Step"]
    assert again(cls)().partition_fn({}, 2) == 3


def test_bases_and_helpers_of_several_cells(notebook, again):
    notebook.run(HEAD + STEP.replace("WHAT", "self.size()").replace("Step", "Base"))
    notebook.run("class Sized:\n    def size(self):\n        return SIZE\n")
    notebook.run("SIZE = 7\n")
    cls = notebook.run("class Step(Sized, Base):\n    pass\n")["Step"]
    assert again(cls)().partition_fn({}, 2) == 7


def test_a_base_whose_cell_ran_again_is_the_one_that_the_class_has(notebook, again):
    notebook.run(HEAD + STEP.replace("WHAT", "1").replace("Step", "Base"))
    cls = notebook.run("class Step(Base):\n    def more(self):\n        return 0\n")["Step"]
    notebook.run(STEP.replace("WHAT", "2").replace("Step", "Base"))
    assert again(cls)().partition_fn({}, 2) == cls().partition_fn({}, 2) == 1


def test_two_meanings_of_a_name_are_told(notebook, forget):
    notebook.run(HEAD + STEP.replace("WHAT", "1").replace("Step", "Base"))
    cls = notebook.run("class Step(Base):\n    def more(self):\n        return super(Base, self)\n")["Step"]
    notebook.run(STEP.replace("WHAT", "2").replace("Step", "Base"))
    with pytest.raises(NotPinnedError, match="'Base', which cannot be written down: it stands for two different"):
        build_snapshot(cls)


def test_a_class_made_by_a_function_keeps_what_it_was_made_with(notebook, again):
    cell = "def make(limit):\n    class Step(BaseSplit):\n        def get_split_names(self):\n            return []\n"
    cell += "        def partition_fn(self, element, num_partitions):\n            return limit\n    return Step\n"
    made = again(notebook.run(HEAD + cell + "Step = make(5)\n")["Step"])
    assert made().partition_fn({}, 2) == 5


@pytest.mark.parametrize(
    ("cell", "what", "told"),
    [
        ("file = open('/dev/null')\n", "file.read()", "variable 'file'.*TextIOWrapper"),
        ("import threading\nlock = threading.Lock()\n", "lock", "variable 'lock'.*lock"),
        ("import pandas as pd\nframe = pd.DataFrame()\n", "len(frame)", r"variable 'frame'.*pandas.*DataFrame"),
        (
            "class Model:\n    def fit(self):\n        pass\n\nmodel = Model()\n",
            "model",
            "variable 'model'.*__main__.Model",
        ),
        ("TABLE = {'a': [object()]}\n", "TABLE", "variable 'TABLE'.*holds a object"),
        ("TABLE = [lambda x: x]\n", "TABLE", "variable 'TABLE'.*function without a name"),
        ("f = (lambda y: lambda x: x + y)(1)\n", "f(2)", "variable 'f'.*source cannot be found"),
        ("f = 'abc'.upper\n", "f()", "variable 'f'.*builtin"),
        (
            "def d(f):\n    def inner():\n        return f()\n    return inner\n\n@d\ndef g():\n    return 1\n",
            "g()",
            "'f'",
        ),
    ],
)
def test_what_has_no_source_is_named(notebook, forget, cell, what, told):
    cls = notebook.run(HEAD + cell + STEP.replace("WHAT", what))["Step"]
    with pytest.raises(NotPinnedError, match=told):
        build_snapshot(cls)
    assert pinned(cls)["snapshot"] is None


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("DB_PASSWORD = 'hunter2'\n", "DB_PASSWORD"),
        ("settings = {'a': [{'api_key': 'hunter2'}]}\n", "settings"),
        ("url = 'mysql://me:hunter2@host/db'\n", "url"),
        ("import os\nharmless = os.environ['OWN_SECRET']\n", "harmless"),
    ],
)
def test_a_secret_is_never_written(notebook, forget, tmp_path, monkeypatch, cell, name):
    monkeypatch.setenv("OWN_SECRET", "hunter2 and more")
    cls = notebook.run(HEAD + cell + STEP.replace("WHAT", name))["Step"]
    [told] = write_snapshots([cls], [tmp_path])
    assert re.search(rf"variable '{name}'.*looks like a secret.*os\.environ", told)
    assert "hunter2" not in told
    assert not list(tmp_path.rglob("*.py"))


def test_what_only_sounds_like_a_secret_is_written(notebook, again):
    cell = "PASSWORD = ''\nUNKNOWN_TOKEN = '[UNK]'\ntokens = ['a']\n"
    cls = notebook.run(HEAD + cell + STEP.replace("WHAT", "(PASSWORD, UNKNOWN_TOKEN, tokens)"))["Step"]
    assert again(cls)().partition_fn({}, 2) == ("", "[UNK]", ["a"])


def test_a_run_says_what_is_not_pinned(notebook, forget, tmp_path):
    cls = notebook.run(HEAD + "file = open('/dev/null')\n" + STEP.replace("WHAT", "file"))["Step"]
    [told] = write_snapshots([cls, RandomSplit, cls], [tmp_path])
    assert told.startswith("Not pinned: The code of Step refers to the variable 'file'")
    assert not list(tmp_path.glob("sources/*"))


MODULES = {
    "deeper": "def constant():\n    return 6\n",
    "lib/__init__": "from .inner import f\n",
    "lib/inner": "from ..deeper import x\n" if False else "from . import other\n\ndef f():\n    return other.value()\n",
    "lib/other": "def value():\n    return 10\n",
    "helpers": "from deeper import constant\n\ndef scale(x):\n    return x * constant()\n\ndef late():\n"
    "    import deeper\n    return deeper.constant()\n",
}


@pytest.mark.parametrize(
    ("cell", "what", "expected"),
    [
        ("from helpers import scale\n", "scale(2)", 12),
        ("import helpers\n", "helpers.scale(3)", 18),
        ("import helpers as h\n", "h.late()", 6),
        ("import lib.inner\n", "lib.inner.f()", 10),
        ("from lib import f\n", "f()", 10),
        ("from lib import other\n", "other.value()", 10),
        ("def f():\n    from helpers import scale\n    return scale(1)\n", "f()", 6),
    ],
)
@pytest.mark.parametrize("place", ["cell", "module"])
def test_modules_of_the_user_are_kept_as_they_were(notebook, modules, again, place, cell, what, expected):
    text = HEAD + cell + STEP.replace("WHAT", what)
    modules(**MODULES, steps=text)
    if place == "cell":
        cls = notebook.run(text)["Step"]
    else:
        import steps

        cls = steps.Step
    assert cls().partition_fn({}, 2) == expected
    made = again(cls)
    # All of it is another code today; what is recorded imports none of it.
    modules(**dict.fromkeys([*MODULES, "steps"], "raise ImportError('today')\n"))
    assert made().partition_fn({}, 2) == expected
    assert "deeper" not in sys.modules


def test_a_module_as_it_is_today_is_not_touched(notebook, modules, again):
    modules(**MODULES)
    cls = notebook.run(HEAD + "import deeper\n" + STEP.replace("WHAT", "deeper.constant()"))["Step"]
    made = again(cls)
    modules(deeper="def constant():\n    return 7\n")
    import deeper

    assert (made().partition_fn({}, 2), deeper.constant()) == (6, 7)


def test_a_snapshot_of_a_snapshot_is_the_same(notebook, again):
    cls = notebook.run(HEAD + "LIMIT = 3\n" + STEP.replace("WHAT", "LIMIT"))["Step"]
    before = {"source": pins.source_of(cls), **pinned(cls)}
    made = again(cls)
    assert {"source": made().source, **pinned(made)} == before


def test_a_class_on_top_of_one_of_a_loaded_pipeline_is_not_pinned(notebook, again):
    made = again(notebook.run(HEAD + STEP.replace("WHAT", "1"))["Step"])
    notebook.names["Loaded"] = made
    cls = notebook.run("class Step(Loaded):\n    def more(self):\n        return 2\n")["Step"]
    assert user_parts(cls).keys() > user_parts(made).keys()
    with pytest.raises(NotPinnedError, match="loaded pipeline"):
        build_snapshot(cls)


def test_the_text_is_the_same_in_every_process(notebook, forget):
    def text():
        return build_snapshot(notebook.names["Step"]).text

    notebook.run(HEAD + "NAMES = {'a', 'b', 'c', 'd'}\n" + STEP.replace("WHAT", "NAMES"))
    assert text() == text()
    assert "set(['a', 'b', 'c', 'd'])" in text()


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner) | st.tuples(inner),
    max_leaves=10,
)


@given(plain)
def test_constants_come_back(value):
    assert eval(literal(value, lambda part: None)) == value


@given(st.dictionaries(st.from_regex(r"[a-z]{1,6}_", fullmatch=True), plain, min_size=1, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_any_constants_of_a_notebook_are_in_the_snapshot(notebook, forget, tmp_path, values):
    notebook.names.update(values)
    cls = notebook.run(HEAD + STEP.replace("WHAT", f"({', '.join(values)},)"))["Step"]
    write_snapshots([cls], [tmp_path])
    made = recorded_class({"source": "__main__.gone", **pinned(cls)}, BaseSplit, [tmp_path])
    assert made().partition_fn({}, 2) == tuple(values.values())


def test_a_constant_that_holds_itself_is_told():
    endless = []
    endless.append(endless)
    with pytest.raises(NotLiteralError):
        literal(endless, lambda part: None)
