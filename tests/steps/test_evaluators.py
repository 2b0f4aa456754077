from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml_nb.errors import DeclarationError
from zenml_nb.steps import AgnosticEvaluator, BaseEvaluatorStep, TFMAEvaluator
from zenml_nb.steps.metrics import METRICS, Measure, snake_case
from zenml_nb.steps.thresholds import Bound, SliceSpec, slice_spec

WHOLE = SliceSpec()
PRECISIONS = [
    {"name": "Precision", "thresholds": 0.4, "as": "precision_04"},
    {"name": "Precision", "thresholds": 0.6, "as": "precision_06"},
]
CHANGE = {"absolute": -0.01, "direction": "higher_is_better"}


def test_metrics_have_parameters_and_names_of_their_own():
    evaluator = TFMAEvaluator(metrics=["AUC", *PRECISIONS])
    assert evaluator.measures_of("label", None) == [
        Measure("ExampleCount"),
        Measure("AUC"),
        Measure("Precision", "precision_04", {"thresholds": 0.4}),
        Measure("Precision", "precision_06", {"thresholds": 0.6}),
    ]


@pytest.mark.parametrize("name", ["BinaryAccuracy", "binary_accuracy"])
def test_a_metric_is_bounded_by_the_name_of_its_class_or_that_of_its_value(name):
    [_, accuracy] = TFMAEvaluator(["BinaryAccuracy"], thresholds={name: {"lower": 0.8}}).measures_of("label", None)
    assert accuracy == Measure("BinaryAccuracy", bounds=(Bound(WHOLE, lower=0.8),))


def test_what_is_only_bounded_is_computed_too():
    evaluator = TFMAEvaluator(["AUC"], thresholds={"Recall": {"upper": 1}, "ExampleCount": {"lower": 100}})
    assert evaluator.measures_of("label", None) == [
        Measure("ExampleCount", bounds=(Bound(WHOLE, lower=100.0),)),
        Measure("AUC"),
        Measure("Recall", bounds=(Bound(WHOLE, upper=1.0),)),
    ]


def test_default_metrics_can_be_bounded():
    evaluator = TFMAEvaluator(thresholds={"mean_squared_error": {"upper": 3}})
    assert [(m.name, len(m.bounds)) for m in evaluator.measures_of("label", "mse")] == [
        ("ExampleCount", 0),
        ("MeanSquaredError", 1),
        ("MeanAbsoluteError", 0),
    ]


def test_thresholds_may_be_by_label():
    evaluator = TFMAEvaluator({"a": ["AUC"], "b": ["AUC"]}, thresholds={"b": {"AUC": {"lower": 0.7}}})
    assert evaluator.measures_of("a", None)[1].bounds == ()
    assert evaluator.measures_of("b", None)[1].bounds == (Bound(WHOLE, lower=0.7),)
    evaluator.check_columns({}, ["a", "b"])
    with pytest.raises(DeclarationError, match=r"thresholds=...\) names 'c', which is no label"):
        TFMAEvaluator(thresholds={"c": {"AUC": {"lower": 0.7}}}).check_columns({}, ["a", "b"])


def test_bounds_are_of_the_whole_data_of_slices_and_of_changes():
    evaluator = TFMAEvaluator(
        slices=[["sex"]],
        thresholds={"AUC": {"lower": 0.8, "change": CHANGE, "slices": [{"slice": {"island": "Biscoe"}, "lower": 0.6}]}},
        baseline="last_blessed",
    )
    biscoe = SliceSpec((), (("island", "Biscoe"),))
    assert evaluator.measures_of("label", None)[-1].bounds == (
        Bound(WHOLE, lower=0.8, absolute=-0.01, direction="higher_is_better"),
        Bound(biscoe, lower=0.6),
    )
    # A slice that only a threshold names is evaluated too.
    assert evaluator.slice_specs() == [WHOLE, SliceSpec(("sex",)), biscoe]


def test_ways_to_slice():
    assert slice_spec("a") == slice_spec(["a"]) == SliceSpec(("a",))
    assert slice_spec(["a", "b"]) == SliceSpec(("a", "b"))
    assert slice_spec({"a": "x", "b": None, "c": 3}) == SliceSpec(("b",), (("a", "x"), ("c", "3")))
    assert slice_spec({"a": "x", "b": None}).names == ("b", "a")
    assert TFMAEvaluator(slices=[{"a": "x"}, "b"]).slices == [{"a": "x"}, ["b"]]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"metrics": [{"name": "Precison"}]}, "Did you mean 'Precision'"),
        ({"metrics": [{"thresholds": 0.4}]}, "There is no metric None"),
        ({"metrics": ["AUC", {"name": "AUC", "num_thresholds": 10}]}, r"names 'AUC' 2 times(.|\n)*'as'"),
        ({"metrics": [{"name": "AUC", "as": ""}]}, "'as' takes a text"),
        ({"thresholds": {"BinaryAcuracy": {"lower": 1}}}, "no metric(.|\n)*Did you mean 'BinaryAccuracy'"),
        ({"metrics": PRECISIONS, "thresholds": {"Precision": {"lower": 1}}}, "one of 'precision_04', 'precision_06'"),
        ({"thresholds": {"AUC": {"lower": "a lot"}}}, r"\['AUC'\]\['lower'\] is 'a lot'"),
        ({"thresholds": {"AUC": {"lower": 0.9, "upper": 0.8}}}, "Exchange them"),
        ({"thresholds": {"AUC": {"lower": 0.9, "uper": 0.8}}}, "Did you mean 'upper'"),
        ({"thresholds": {"AUC": {}}}, r"\['AUC'\] is {}"),
        ({"thresholds": {"AUC": 0.8}}, r"\['AUC'\] is 0.8(.|\n)*{'lower': 0.8}"),
        ({"thresholds": {"AUC": {"slices": []}}}, "bounds nothing"),
        ({"thresholds": {"AUC": {"slices": [{"lower": 1}]}}}, r"\['slices'\]\[0\] is"),
        ({"thresholds": {"AUC": {"slices": [{"slice": ["a"]}]}}}, "bounds nothing"),
        ({"thresholds": ["AUC"]}, "Give a dictionary"),
        ({"thresholds": {"AUC": {"change": CHANGE}}}, r"no baseline(.|\n)*'last_blessed'"),
        ({"thresholds": {"AUC": {"change": {"absolute": 1}}}, "baseline": "x"}, "'higher_is_better' and"),
        ({"thresholds": {"AUC": {"change": {**CHANGE, "direction": "up"}}}, "baseline": "x"}, "'direction'"),
        ({"thresholds": {"AUC": {"change": 1}}, "baseline": "x"}, "'change'] is 1"),
        ({"baseline": ""}, "baseline is ''"),
        ({"confidence_intervals": "bootstrp"}, "'jackknife', 'bootstrap'"),
        ({"slices": [{"island": ["a"]}]}, "slice of fixed values"),
    ],
)
def test_what_is_wrong_is_told(arguments, text):
    with pytest.raises(DeclarationError, match=text):
        TFMAEvaluator(**arguments)


def test_an_evaluator_judges_where_it_has_thresholds():
    assert not TFMAEvaluator().is_gate
    assert TFMAEvaluator(thresholds={"AUC": {"lower": 0.5}}).is_gate
    assert not BaseEvaluatorStep().is_gate


class _Judging(BaseEvaluatorStep):
    def verdict(self, metrics):
        return ["never good enough"]


class _Below(_Judging):
    pass


class _Silent(_Judging):
    is_gate = False


class _SilentBelow(_Silent):
    pass


class _Strict:
    def verdict(self, metrics):
        return ["too weak"]


class _Mixed(_Strict, BaseEvaluatorStep):
    pass


@pytest.mark.parametrize(
    ("kind", "is_gate"),
    [(_Judging, True), (_Below, True), (_Mixed, True), (_Silent, False), (_SilentBelow, False)],
)
def test_an_evaluator_with_a_verdict_is_asked_unless_it_says_otherwise(kind, is_gate):
    assert kind().is_gate is is_gate


@pytest.mark.parametrize(
    ("given", "method"), [(False, ""), (True, "jackknife"), ("jackknife", "jackknife"), ("bootstrap", "bootstrap")]
)
def test_methods_of_intervals(given, method):
    assert TFMAEvaluator(confidence_intervals=given).confidence_intervals == method


def test_slices_of_thresholds_are_checked_against_the_columns():
    evaluator = TFMAEvaluator(thresholds={"AUC": {"slices": [{"slice": {"iland": "Biscoe"}, "lower": 0.5}]}})
    with pytest.raises(DeclarationError, match=r"'iland'(.|\n)*Did you mean 'island'"):
        evaluator.check_columns({"island": "STRING"}, ["label"])


@pytest.mark.parametrize(
    ("label_key", "labels", "text"),
    [
        ("label_bar", ["heavy"], "'label_bar', which the data does not have(.|\n)*'label'"),
        ("label_havy", ["heavy", "island"], "Did you mean 'label_heavy'"),
        ("label_heavy", ["heavy", "island"], None),
        ("label", ["heavy"], None),
        ("label_bar", [], None),
    ],
)
def test_stored_labels_are_those_that_the_preprocesser_names(label_key, labels, text):
    evaluator = AgnosticEvaluator(prediction_key="prediction_a", label_key=label_key)
    if text is None:
        evaluator.check_data({"heavy": "INTEGER"}, {}, True, labels)
        return
    with pytest.raises(DeclarationError, match=text):
        evaluator.check_data({"heavy": "INTEGER"}, {}, True, labels)


@pytest.mark.parametrize(
    ("arguments", "missing", "are_stored", "text"),
    [
        ({"prediction_key": "scor"}, {}, False, "Did you mean 'score'"),
        ({"prediction_key": "score", "label_key": "island"}, {}, False, "is text"),
        ({"prediction_key": "score", "label_key": "heavy"}, {"score": 3}, False, "no value in 3 rows"),
        ({}, {}, False, "'prediction', which the data does not have"),
        ({}, {}, True, None),
        ({"prediction_key": "prediction_a", "label_key": "label_a"}, {}, True, None),
        ({"prediction_key": "prediction_a", "label_key": "label_a"}, {}, False, "'prediction_a', which the data"),
        ({"prediction_key": "score", "label_key": "heavy"}, {}, False, None),
    ],
)
def test_stored_predictions_are_checked_before_the_run(arguments, missing, are_stored, text):
    columns = {"island": "STRING", "score": "FLOAT", "heavy": "INTEGER"}
    evaluator = AgnosticEvaluator(**arguments)
    if text is None:
        evaluator.check_data(columns, missing, are_stored)
        return
    with pytest.raises(DeclarationError, match=text):
        evaluator.check_data(columns, missing, are_stored)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"metrics": {"a": ["AUC"]}}, "Give a list"),
        ({"label_key": ""}, "label_key is ''"),
        ({"thresholds": {"a": {"AUC": {"lower": 1}}}}, "values of metrics only"),
        ({"thresholds": {"AUC": {"change": CHANGE}}}, "values of metrics only"),
    ],
)
def test_a_wrong_agnostic_evaluator_is_told(arguments, text):
    with pytest.raises(DeclarationError, match=text):
        AgnosticEvaluator(**arguments)


def test_configurations_build_the_same_evaluator():
    evaluator = TFMAEvaluator(
        metrics={"a": PRECISIONS},
        slices=[{"x": "1"}],
        thresholds={"a": {"precision_04": {"lower": 0.5, "change": CHANGE}}},
        baseline="last_blessed",
        confidence_intervals="bootstrap",
    )
    again = TFMAEvaluator(**evaluator.to_config()["args"])
    assert again == evaluator
    assert again.measures_of("a", None) == evaluator.measures_of("a", None)


@given(
    metrics=st.lists(st.sampled_from(METRICS), unique=True, max_size=6),
    bounded=st.lists(st.sampled_from(METRICS), unique=True, max_size=4),
    in_snake_case=st.booleans(),
)
def test_every_bound_is_checked_once_and_every_metric_computed_once(metrics, bounded, in_snake_case):
    named = [snake_case(name) if in_snake_case else name for name in bounded]
    # Two classes may share a name in snake case; the later bound of one metric is the one that counts.
    evaluator = TFMAEvaluator(metrics, thresholds={name: {"lower": 0.5} for name in named})
    found = evaluator.measures_of("label", None)
    names = [measure.name for measure in found]
    assert len(names) == len(set(names))
    assert set(names) >= {"ExampleCount", *metrics}
    assert sum(len(measure.bounds) for measure in found) == len(set(named))
    assert evaluator.is_gate == bool(bounded)
