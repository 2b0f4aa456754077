from __future__ import annotations

import importlib
import itertools
import linecache
import os
import subprocess
import sys

import pytest

from zenml_nb.config.recorded import Recorded
from zenml_nb.config.source_code import class_source, code_fingerprint, import_class
from zenml_nb.config.user_files import is_user_file
from zenml_nb.errors import ConfigError
from zenml_nb.steps import BaseSplit, RandomSplit

_cells = itertools.count(1)


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Writes modules and imports the last one anew, as after a restart."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def module(**files):
        for name, text in files.items():
            path = tmp_path / f"{name}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            for loaded in [known for known in sys.modules if known.split(".")[0] == name.split("/")[0]]:
                monkeypatch.delitem(sys.modules, loaded)
        importlib.invalidate_caches()
        linecache.checkcache()
        return importlib.import_module(list(files)[-1].replace("/", "."))

    return module


@pytest.fixture
def fingerprint(module):
    """The fingerprint of the class ``Step`` of the module ``steps`` among the given ones."""
    return lambda **files: code_fingerprint(module(**files).Step)


STEPS = """
import functools
import helpers
import unrelated_to_it
from base import Base
from helpers import scale, cached, decorated, Shift

LIMIT = 3
WORDS = ("a", "b")
NAMES = {"a", "b"}
TABLE = {"f": scale}
LEVELS = [1, [2, 3]]
partly = functools.partial(scale, 2)
OTHER = 1

def local(x):
    return x + 1

def unused(x):
    return x + 1

def outer():
    inner = 5
    class Step(Base):
        attribute = LEVELS[0]
        def run(self, x, default=LIMIT):
            return WHAT
    return Step

Step = outer()
"""
HELPERS = """
import functools
from deeper import constant

def scale(x, by=1):
    return x * constant()

@functools.lru_cache(maxsize=None)
def cached(x):
    return 7

def twice(function):
    @functools.wraps(function)
    def wrapper(*args):
        return 2 * function(*args)
    return wrapper

@twice
def decorated(x):
    return 8

class Shift:
    by = 9
"""
FILES = {
    "deeper": "def constant():\n    return 6\n",
    "base": "from zenml_nb.steps import BaseStep\n\nclass Base(BaseStep):\n    def check(self):\n        return 4\n",
    "helpers": HELPERS,
    "unrelated_to_it": "VALUE = 1\n",
}


@pytest.mark.parametrize(
    ("what", "changed", "old", "new"),
    [
        ("x", "steps", "return x\n    return Step", "return -x\n    return Step"),
        ("x", "base", "return 4", "return 5"),
        ("local(x)", "steps", "def local(x):\n    return x + 1", "def local(x):\n    return x + 2"),
        ("scale(x)", "helpers", "x * constant()", "x / constant()"),
        ("scale(x)", "deeper", "return 6", "return 7"),
        ("cached(x)", "helpers", "return 7", "return 8"),
        ("decorated(x)", "helpers", "return 8", "return 9"),
        ("decorated(x)", "helpers", "2 * function", "3 * function"),
        ("Shift().by", "helpers", "by = 9", "by = 10"),
        ("partly(x)", "helpers", "x * constant()", "x / constant()"),
        ("partly(x)", "steps", "partial(scale, 2)", "partial(scale, 3)"),
        ("LIMIT", "steps", "LIMIT = 3", "LIMIT = 4"),
        ("x", "steps", "LIMIT = 3", "LIMIT = 4"),  # the default of an argument
        ("inner", "steps", "inner = 5", "inner = 6"),
        ("WORDS", "steps", '("a", "b")', '("a", "c")'),
        ("NAMES", "steps", '{"a", "b"}', '{"a", "c"}'),
        ("LEVELS", "steps", "[1, [2, 3]]", "[1, [2, 4]]"),
        ("x", "steps", "[1, [2, 3]]", "[2, [2, 3]]"),  # an attribute of the class
        ("TABLE['f'](x)", "helpers", "x * constant()", "x / constant()"),
        ("[LIMIT for _ in range(x)]", "steps", "LIMIT = 3", "LIMIT = 4"),
        ("helpers.scale(x)", "helpers", "x * constant()", "x / constant()"),
        ("helpers.scale(x)", "deeper", "return 6", "return 7"),
    ],
)
def test_the_fingerprint_follows_what_the_code_uses(fingerprint, what, changed, old, new):
    files = {**FILES, "steps": STEPS.replace("WHAT", what)}
    assert files[changed].count(old) == 1
    before = fingerprint(**files)
    assert fingerprint(**files) == before
    assert fingerprint(**{**files, changed: files[changed].replace(old, new)}) != before


@pytest.mark.parametrize(
    ("changed", "old", "new"),
    [
        ("steps", "OTHER = 1", "OTHER = 2"),
        ("steps", "def unused(x):\n    return x + 1", "def unused(x):\n    return x + 2"),
        ("steps", "import functools", "# a comment above, which moves all lines\nimport functools"),
        ("helpers", "return 7", "return 8"),
        ("unrelated_to_it", "VALUE = 1", "VALUE = 2"),
    ],
)
def test_the_fingerprint_ignores_what_the_code_does_not_use(fingerprint, changed, old, new):
    files = {**FILES, "steps": STEPS.replace("WHAT", "scale(x)")}
    assert files[changed].count(old) == 1
    assert fingerprint(**{**files, changed: files[changed].replace(old, new)}) == fingerprint(**files)


INNER = "def f():\n    return 1\n"


def test_a_module_of_a_package_is_followed(fingerprint):
    step = "import lib.inner\nfrom zenml_nb.steps import BaseStep\n\nclass Step(BaseStep):\n    def run(self):\n"
    files = {"lib/__init__": "", "lib/inner": INNER, "steps": step + "        return lib.inner.f()\n"}
    before = fingerprint(**files)
    assert fingerprint(**{**files, "lib/inner": INNER.replace("1", "2")}) != before


STEP = (
    "from zenml_nb.steps import BaseStep\n\nclass Step(BaseStep):\n    def run(self):\n        {}\n        return f()\n"
)


@pytest.mark.parametrize(
    ("files", "changed"),
    [
        ({"inner": INNER, "steps": STEP.format("from inner import f")}, "inner"),
        ({"lib/__init__": "", "lib/inner": INNER, "steps": STEP.format("from lib.inner import f")}, "lib/inner"),
        ({"lib/__init__": "", "lib/inner": INNER, "lib/steps": STEP.format("from .inner import f")}, "lib/inner"),
        # Through a function of the step's own module, and through a module that is imported at the top.
        (
            {"inner": INNER, "steps": "def g():\n    import inner\n" + STEP.format("f = g")},
            "inner",
        ),
        (
            {
                "inner": INNER,
                "outer": "def f():\n    import inner\n",
                "steps": "import outer\n" + STEP.format("f = outer.f"),
            },
            "inner",
        ),
    ],
)
def test_modules_that_are_imported_inside_a_function_count(module, files, changed):
    last = list(files)[-1]
    before = code_fingerprint(module(**files).Step)
    step = module(**files).Step
    # What a module is loaded for does not change what it is.
    importlib.import_module(changed.replace("/", "."))
    assert code_fingerprint(step) == before
    assert code_fingerprint(module(**files).Step) == before
    files = {**files, changed: INNER.replace("1", "2")}
    assert list(files)[-1] == last
    assert code_fingerprint(module(**files).Step) != before


def test_what_a_function_imports_of_packages_does_not_count_and_mistakes_in_it_are_no_error(fingerprint):
    step = STEP.format("import json, not_there_at_all, numpy as np; f = np.ones")
    assert fingerprint(steps=step) == fingerprint(steps=step)


def test_the_fingerprint_is_the_same_in_every_process(module):
    files = {**FILES, "steps": STEPS.replace("WHAT", "(NAMES, TABLE, x in {'a', 'b', 'c'}, lambda: 3)")}
    folder = os.path.dirname(module(**files).__file__)
    code = "import steps; from zenml_nb.config.source_code import code_fingerprint; print(code_fingerprint(steps.Step))"
    found = set()
    for seed in ("1", "2", "3"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join([folder, *sys.path])}
        asked = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )
        found.add(asked.stdout)
    assert len(found) == 1


@pytest.fixture
def run_cell():
    """Runs a text as a notebook's kernel runs a cell, in ``__main__``; gives its names."""
    names = {"__name__": "__main__", "BaseSplit": BaseSplit}

    def run_cell(text, keep_text=True):
        filename = f"/tmp/ipykernel_1/{next(_cells)}.py"
        if keep_text:
            linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        exec(compile(text, filename, "exec"), names)
        return names

    return run_cell


CELL = """\
LIMIT = 3

@property
def helper(self):
    return 1

class Step(BaseSplit):
    '''The text of the class.'''

    def get_split_names(self):
        return ["train"]

    def partition_fn(self, element, num_partitions):
        return LIMIT

after = 1
"""


def test_the_source_of_a_class_of_a_cell(run_cell):
    expected = CELL[CELL.index("class Step") : CELL.index("after")].rstrip()
    assert class_source(run_cell(CELL)["Step"]).rstrip() == expected


def test_the_source_of_a_decorated_class_begins_at_its_decorator(run_cell):
    text = "def same(cls):\n    return cls\n\n@same\nclass Step(BaseSplit):\n    def f(self):\n        return 1\n"
    assert class_source(run_cell(text)["Step"]).startswith("@same\nclass Step")


def test_the_source_of_a_class_that_a_cell_defines_again(run_cell):
    old = run_cell(CELL)["Step"]
    new = run_cell(CELL.replace("return LIMIT", "return -1"))["Step"]
    assert "return LIMIT" in class_source(old)
    assert "return -1" in class_source(new)


def test_the_source_of_classes_in_files():
    assert class_source(RandomSplit).startswith("class RandomSplit(BaseSplit):")
    assert class_source(int) == ""


@pytest.mark.parametrize("keep_text", [True, False])
def test_the_fingerprint_of_a_class_of_a_cell(run_cell, keep_text):
    def fingerprint(old="", new=""):
        return code_fingerprint(run_cell(CELL.replace(old, new), keep_text)["Step"])

    before = fingerprint()
    assert fingerprint() == before
    assert fingerprint("return LIMIT", "return -1") != before
    assert fingerprint("LIMIT = 3", "LIMIT = 4") != before
    assert fingerprint("after = 1", "after = 2") == before


def test_a_class_of_a_cell_without_methods_counts_with_its_attributes(run_cell):
    def fingerprint(text):
        return code_fingerprint(run_cell(text)["Step"])

    assert fingerprint("class Step(BaseSplit):\n    size = 1\n") != fingerprint(
        "class Step(BaseSplit):\n    size = 2\n"
    )


def test_classes_of_this_package_count_by_its_version(monkeypatch):
    before = code_fingerprint(RandomSplit)
    monkeypatch.setattr("zenml_nb.config.source_code.__version__", "999")
    assert code_fingerprint(RandomSplit) != before


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("/tmp/ipykernel_1/2.py", True),
        ("<ipython-input-1-abc>", True),
        ("<string>", False),
        ("<frozen importlib._bootstrap>", False),
        (os.__file__, False),
        (pytest.__file__, False),
        (import_class.__code__.co_filename, False),
        (__file__, True),
    ],
)
def test_what_is_a_file_of_the_user(filename, expected):
    assert is_user_file(filename) is expected


def test_a_class_is_found_by_its_path():
    assert import_class("zenml_nb.steps.RandomSplit", BaseSplit) is RandomSplit
    assert import_class(RandomSplit().source, Recorded) is RandomSplit


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("zenml_nb.steps.RandomSplitt", r"no class 'RandomSplitt'(.|\n)*Did you mean 'RandomSplit'"),
        ("zenml_nb.step.RandomSplit", "cannot be imported: No module named 'zenml_nb.step'"),
        ("RandomSplit", "cannot be imported"),
        ("", "cannot be imported"),
        ("zenml_nb.steps.TFMAEvaluator", r"is not a BaseSplit(.|\n)*Name a subclass of BaseSplit"),
        ("zenml_nb.steps.split", "is not a BaseSplit"),
        ("__main__.NoSuchStep", r"defined in a notebook or script(.|\n)*Run the cell that defines NoSuchStep"),
    ],
)
def test_a_class_that_is_not_there_is_told(source, text):
    with pytest.raises(ConfigError, match=text):
        import_class(source, BaseSplit)


@pytest.mark.parametrize(
    ("text", "told"),
    [("def broken(:\n", "SyntaxError"), ("raise RuntimeError('no GPU here')\n", "RuntimeError: no GPU here")],
)
def test_a_module_that_stops_while_it_is_imported_is_an_error_of_ours(module, text, told):
    module(steps_to_break=INNER)
    folder = os.path.dirname(sys.modules["steps_to_break"].__file__)
    del sys.modules["steps_to_break"]
    with open(os.path.join(folder, "steps_to_break.py"), "w") as file:
        file.write(text)
    importlib.invalidate_caches()
    with pytest.raises(ConfigError, match=rf"{told}(.|\n)*Mend the module steps_to_break"):
        import_class("steps_to_break.Step", BaseSplit)


def test_a_relative_import_path_is_an_error_of_ours():
    with pytest.raises(ConfigError, match="cannot be imported"):
        import_class(".split.RandomSplit", BaseSplit)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from statistics import mean as G", "from statistics import median as G"),
        ("import statistics as G", "import random as G"),
        ("import re\nG = re.compile('ham')", "import re\nG = re.compile('spam')"),
        (
            "class H:\n    def f(self):\n        return 0\n\nG = H()",
            "class H:\n    def f(self):\n        return 1\n\nG = H()",
        ),
        ("G = C(limit=0)", "G = C(limit=1)"),
        ("G = Level.LOW", "G = Level.HIGH"),
        ("import numpy as np\nG = np.array([0])", "import numpy as np\nG = np.array([1])"),
        ("import numpy as np\nG = np.array([0])", "import numpy as np\nG = np.array([0.0])"),
        (
            "import numpy as np\nG = np.array(['a', None], dtype=object)",
            "import numpy as np\nG = np.array(['b', None], dtype=object)",
        ),
        ("import numpy as np\nG = np.float32", "import numpy as np\nG = np.float64"),
        ("import numpy as np\nG = np.int64(1)", "import numpy as np\nG = np.int64(2)"),
        ("import pandas as pd\nG = pd.DataFrame({'a': [1]})", "import pandas as pd\nG = pd.DataFrame({'a': [2]})"),
        ("import pandas as pd\nG = pd.Series(['a'])", "import pandas as pd\nG = pd.Series(['b'])"),
        ("from pathlib import Path\nG = Path('a')", "from pathlib import Path\nG = Path('b')"),
        ("from datetime import date\nG = date(2020, 1, 1)", "from datetime import date\nG = date(2020, 1, 2)"),
        ("from decimal import Decimal\nG = Decimal('1')", "from decimal import Decimal\nG = Decimal('2')"),
        ("from collections import deque\nG = deque([1])", "from collections import deque\nG = deque([2])"),
        (
            "from types import SimpleNamespace\nG = SimpleNamespace(a=1)",
            "from types import SimpleNamespace\nG = SimpleNamespace(a=2)",
        ),
        ("G = range(3)", "G = range(4)"),
        ("G = {(1, 2): 0}", "G = {(1, 3): 0}"),
        (
            "import functools, math\nG = functools.partial(math.floor)",
            "import functools, math\nG = functools.partial(math.ceil)",
        ),
        ("G = C(limit=0).f", "G = C(limit=1).f"),
    ],
)
def test_any_value_that_a_step_of_a_cell_refers_to_counts(run_cell, before, after):
    head = (
        "import dataclasses, enum\n@dataclasses.dataclass\nclass C:\n    limit: int = 0\n"
        "    def f(self):\n        return 1\n"
        "class Level(enum.Enum):\n    LOW = 0\n    HIGH = 1\n"
        "class Step(BaseSplit):\n    def partition_fn(self, element, num_partitions):\n        return G\n"
    )

    def fingerprint(text):
        return code_fingerprint(run_cell(f"{head}{text}\n")["Step"])

    first = fingerprint(before)
    assert fingerprint(before) == first
    assert fingerprint(after) != first


def test_an_attribute_of_the_name_of_a_variable_does_not_count(run_cell):
    cell = "class Step(BaseSplit):\n    def partition_fn(self, element, n):\n        return self.run\nrun = {}\n"
    assert code_fingerprint(run_cell(cell.format(1))["Step"]) == code_fingerprint(run_cell(cell.format(2))["Step"])


def test_values_that_cannot_be_taken_apart_count_by_their_class(run_cell, tmp_path):
    (tmp_path / "a").write_text("")
    cell = "class Step(BaseSplit):\n    def partition_fn(self, element, num_partitions):\n        return (F, L, S)\n"
    given = "import threading, sqlite3\nL = threading.Lock()\nS = sqlite3.connect(':memory:')\n"
    names = run_cell(f"{cell}{given}F = open({str(tmp_path / 'a')!r})\n")
    first = code_fingerprint(names["Step"])
    assert first == code_fingerprint(names["Step"])
    names["F"].close()
    names["S"].close()
