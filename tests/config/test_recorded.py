from __future__ import annotations

import copy
import enum
import pickle
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from zenml_nb.config.recorded import Recorded, plain
from zenml_nb.errors import ConfigError, DeclarationError


class Color(str, enum.Enum):
    RED = "red"


class Step(Recorded):
    unrecorded = frozenset({"frame"})

    def __init__(self, size, ratio=0.5, names=(), frame=None):
        self.size = size
        self.frame = frame
        self.changed = 0


class AnyStep(Recorded):
    def __init__(self, first, **rest):
        self.rest = rest


class Texts(Recorded):
    def __init__(self, address: str, columns: Mapping[str, str] | None = None, user: str | None = None):
        self.address, self.columns, self.user = address, columns, user


class BareStep(Recorded):
    pass


def test_arguments_are_recorded_with_their_defaults():
    step = Step(3, names=("a", "b"))
    assert step.args == {"size": 3, "ratio": 0.5, "names": ["a", "b"]}
    assert step.to_config() == {"source": f"{__name__}.Step", "args": step.args}
    assert repr(step) == "Step(size=3, ratio=0.5, names=['a', 'b'])"
    assert Step(**step.args) == step


def test_the_record_is_a_copy():
    given_names = ["a"]
    step = Step(1, names=given_names)
    given_names.append("b")
    step.args["names"].append("c")
    assert step.args["names"] == ["a"]


def test_free_arguments_are_recorded():
    assert AnyStep(1, b=2).args == {"first": 1, "b": 2}
    assert AnyStep(1).args == {"first": 1}
    assert BareStep().args == {}


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Step(size=1, ration=2), r"no argument 'ration'(.|\n)*Did you mean 'ratio'"),
        (lambda: Step(), r"missing a required argument: 'size'(.|\n)*Its arguments are: size"),
        (lambda: Step(1, 2, 3, 4, 5), "too many positional arguments"),
        (lambda: BareStep(a=1), "takes no arguments"),
        (lambda: BareStep(1), "too many positional arguments"),
        (lambda: Step(object()), r"Step\(size=\.\.\.\) holds a object"),
        (lambda: Step([1, {"a": {1, 2}}]), r"Step\(size=\.\.\.\)\[1\]\['a'\] holds a set"),
        (lambda: Step({1: 2}), "has the key 1, a int"),
        (lambda: Step(float("nan")), "is nan"),
        (lambda: Step(np.float64("inf")), "is inf"),
        (lambda: Step(np.array([1])), "holds a ndarray"),
    ],
)
def test_wrong_arguments(make, text):
    with pytest.raises(DeclarationError, match=text):
        make()


def test_unrecorded_arguments_may_be_anything():
    step = Step(1, frame=object())
    assert "frame" not in step.args


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Path("a") / "b", "a/b"),
        ((1, (2,)), [1, [2]]),
        (np.int64(3), 3),
        (np.float32(0.5), 0.5),
        (np.float64(0.5), 0.5),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (np.array(2), 2),
        (Color.RED, "red"),
        ({np.str_("a"): np.float64(1.5), Color.RED: None}, {"a": 1.5, "red": None}),
    ],
)
def test_values_become_plain(value, expected):
    found = plain(value, "here")
    assert found == expected
    assert yaml.safe_load(yaml.safe_dump(found)) == expected


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text("abc"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(value=values)
def test_plain_values_stay_and_equal_steps_hash_equal(value):
    step = Step(value)
    assert step.args["size"] == value
    other = Step(**yaml.safe_load(yaml.safe_dump(step.args, sort_keys=False)))
    assert other == step
    assert hash(other) == hash(step)


def test_equality_and_hash_agree():
    assert Step(1) == Step(1.0)
    assert hash(Step(1)) == hash(Step(1.0))
    one, other = Step({"a": 1, "b": [2]}), Step({"b": [2], "a": 1})
    assert one != other
    assert Step([{"a": 1, "b": 2}]) != Step([{"b": 2, "a": 1}])
    assert Step(1) != AnyStep(1)
    assert Step(1) != Step(2)
    assert Step(1) != "Step"


@pytest.mark.parametrize("clone", [copy.copy, copy.deepcopy, lambda step: pickle.loads(pickle.dumps(step))])
def test_copies_keep_arguments_and_state(clone):
    step = Step([1], frame="data")
    step.changed = 7
    other = clone(step)
    assert other == step
    assert (other.changed, other.frame) == (7, "data")
    other._recorded_args["size"].append(2)
    assert step.args["size"] == [1]


def test_a_secret_is_named_and_never_recorded(monkeypatch):
    monkeypatch.setenv("ADDRESS", "sesame")
    step = Texts({"env": "ADDRESS"}, user={"env": "ADDRESS"})
    assert (step.address, step.user) == ("sesame", "sesame")
    assert step.args == {"address": {"env": "ADDRESS"}, "columns": None, "user": {"env": "ADDRESS"}}
    assert "sesame" not in repr(step)
    assert Texts(**step.args) == step
    assert copy.deepcopy(step).address == "sesame"


def test_a_variable_that_is_not_set_is_told():
    with pytest.raises(ConfigError, match=r"NOT_THERE is not set(.|\n)*Texts\(address=\.\.\.\)(.|\n)*export NOT_THERE"):
        Texts(address={"env": "NOT_THERE"})


def test_a_dictionary_of_the_users_is_no_reference():
    """A column may be called env."""
    assert Texts("a", columns={"env": "STRING"}).columns == {"env": "STRING"}
    assert Step({"env": "STRING"}).size == {"env": "STRING"}
