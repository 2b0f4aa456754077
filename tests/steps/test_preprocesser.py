from __future__ import annotations

import pytest

from zenml_nb.errors import DeclarationError
from zenml_nb.steps import StandardPreprocesser
from zenml_nb.steps.preprocessing_methods import FILLING_METHODS, TRANSFORM_METHODS

COLUMNS = {"species": "STRING", "island": "STRING", "mass": "INTEGER", "bill": "FLOAT"}


@pytest.fixture
def check():
    """Checks a preprocesser against the columns; ``missing`` counts missing values."""

    def check(missing=None, **arguments):
        StandardPreprocesser(**arguments).check_columns(COLUMNS, missing or {})

    return check


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"features": ["a", "b"], "labels": ["b"]}, "'b' is both a feature and a label"),
        ({"features": "mass"}, r"features=\['mass'\]"),
        ({"labels": "mass"}, r"labels=\['mass'\]"),
        ({"labels": 5}, "labels is 5"),
        ({"labels": ["a", "a"]}, "labels names a column twice"),
        ({"features": ["a", "a"]}, "features names a column twice"),
        ({"overwrite": ["mass"]}, "overwrite is"),
        ({"overwrite": {"mass": "scale_to_0_1"}}, r"overwrite\['mass'\] must be a dictionary"),
        ({"overwrite": {"mass": {"transforms": []}}}, "no key 'transforms'"),
        ({"overwrite": {"mass": {"transform": ["scale_to_z_scor"]}}}, "Did you mean 'scale_to_z_score'"),
        ({"overwrite": {"mass": {"transform": None}}}, r"\['transform'\] is None"),
        ({"overwrite": {"mass": {"transform": [5]}}}, r"\['transform'\] is 5"),
        ({"overwrite": {"mass": {"filling": ["maxx"]}}}, "Did you mean 'max'"),
        ({"overwrite": {"mass": {"filling": ["min", "max"]}}}, "names 2 methods"),
        ({"overwrite": {"mass": {"filling": "custom"}}}, "custom needs a value"),
        ({"overwrite": {"mass": {"transform": {"methods": "bucketize"}}}}, "has the key 'methods'"),
        ({"overwrite": {"mass": {"transform": {"method": "bucketize", "with": 3}}}}, "has the key 'with'"),
        (
            {"overwrite": {"mass": {"transform": {"method": "bucketize", "parameters": {"buckets": 3}}}}},
            "Did you mean 'num_buckets'",
        ),
        (
            {"overwrite": {"mass": {"transform": {"method": "scale_to_0_1", "parameters": {"max": 3}}}}},
            "scale_to_0_1 takes no parameters",
        ),
        (
            {"overwrite": {"mass": {"transform": {"method": "bucketize", "parameters": [3]}}}},
            r"parameters of 'bucketize' is \[3\]",
        ),
        ({"overwrite": {"mass": {"transform": "one_hot_encod"}}}, "Did you mean 'one_hot_encode'"),
        ({"split_mapping": {"training": ["a"]}}, "no role 'training'"),
        ({"label": ["a"]}, "Did you mean 'labels'"),
    ],
)
def test_a_wrong_declaration_is_told(arguments, text):
    with pytest.raises(DeclarationError, match=text):
        StandardPreprocesser(**arguments)


def test_all_columns_but_the_labels_are_features():
    assert StandardPreprocesser(labels=["species"]).feature_names(COLUMNS) == ["island", "mass", "bill"]
    assert StandardPreprocesser(features=["bill"]).feature_names(COLUMNS) == ["bill"]


def test_the_defaults_of_each_type():
    step = StandardPreprocesser(labels=["species", "bill"])
    vocabulary = {"top_k": None, "frequency_threshold": None}
    assert {name: step.filling_of(name, kind) for name, kind in COLUMNS.items()} == {
        "species": ("custom", {"custom_value": ""}),
        "island": ("custom", {"custom_value": ""}),
        "mass": ("max", {}),
        "bill": ("max", {}),
    }
    assert {name: step.transforms_of(name, kind) for name, kind in COLUMNS.items()} == {
        "species": [("compute_and_apply_vocabulary", {**vocabulary, "num_oov_buckets": 0})],
        "island": [("compute_and_apply_vocabulary", {**vocabulary, "num_oov_buckets": 1})],
        "mass": [("scale_to_z_score", {})],
        "bill": [("no_transform", {})],
    }


def test_overwrites_are_read_in_all_their_forms():
    step = StandardPreprocesser(
        overwrite={
            "a": {"filling": "mean", "transform": "bucketize"},
            "b": {"filling": {"method": "custom", "parameters": {"custom_value": 0}}},
            "c": {"transform": ["scale_to_0_1", {"method": "bucketize", "parameters": {"num_buckets": 3}}]},
            "d": {"transform": []},
        }
    )
    assert step.filling == {"a": ("mean", {}), "b": ("custom", {"custom_value": 0})}
    assert step.transforms == {
        "a": [("bucketize", {"num_buckets": 10})],
        "c": [("scale_to_0_1", {}), ("bucketize", {"num_buckets": 3})],
        "d": [],
    }
    assert step.transforms_of("d", "INTEGER") == []


def test_given_parameters_do_not_change_the_defaults():
    StandardPreprocesser(overwrite={"a": {"transform": {"method": "bucketize", "parameters": {"num_buckets": 3}}}})
    assert TRANSFORM_METHODS["bucketize"][1] == {"num_buckets": 10}


def test_each_column_is_filled_then_transformed_in_order():
    class Column(str):
        def __getitem__(self, key):
            # The last value of each row is what a label is; of one value a row it is that value.
            assert key == (slice(None), slice(-1, None))
            return self

    class Context:
        columns = COLUMNS

        def fill(self, name, tensor, method, parameters):
            return Column(f"{method}({tensor})")

        def transform(self, name, tensor, method, parameters):
            return f"{method}({tensor})"

    step = StandardPreprocesser(
        features=["mass"],
        labels=["species"],
        overwrite={"mass": {"filling": "mean", "transform": ["scale_to_0_1", "bucketize"]}},
    )
    assert step.preprocessing_fn({"mass": "m", "species": "s"}, Context()) == {
        "mass": "mean(m)",
        "mass_xf": "bucketize(scale_to_0_1(mean(m)))",
        "species": "custom(s)",
        "species_xl": "compute_and_apply_vocabulary(custom(s))",
    }


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"labels": ["specis"]}, r"labels=\.\.\.\) names the column 'specis'(.|\n)*Did you mean 'species'"),
        ({"features": ["mas"]}, r"features=\.\.\.\) names the column 'mas'(.|\n)*Did you mean 'mass'"),
        ({"overwrite": {"bil": {"filling": "max"}}}, r"overwrite=\.\.\.\)(.|\n)*Did you mean 'bill'"),
        ({"overwrite": {"bil": {"transform": "bucketize"}}}, r"overwrite=\.\.\.\)(.|\n)*Did you mean 'bill'"),
        ({"features": [], "labels": ["species"]}, "No column is left to learn from"),
        ({"labels": list(COLUMNS)}, "No column is left to learn from"),
        ({"overwrite": {"island": {"transform": "scale_to_0_1"}}}, "'scale_to_0_1' does not fit the column 'island'"),
        ({"overwrite": {"bill": {"transform": "hash_strings"}}}, r"'bill' of type FLOAT(.|\n)*bucketize"),
        ({"overwrite": {"island": {"filling": "mean"}}}, r"'mean' does not fit(.|\n)*Methods for STRING: custom\."),
    ],
)
def test_what_does_not_fit_the_data_is_told_before_the_run(check, arguments, text):
    with pytest.raises(DeclarationError, match=text):
        check(**arguments)


def test_a_label_with_missing_values_needs_a_filling(check):
    with pytest.raises(DeclarationError, match=r"label 'species' is missing in 8 rows(.|\n)*'filling'"):
        check(missing={"species": 8, "island": 3}, labels=["species"])
    check(missing={"island": 3}, labels=["species"])
    filling = {"filling": {"method": "custom", "parameters": {"custom_value": "unknown"}}}
    check(missing={"species": 8}, labels=["species"], overwrite={"species": filling})


@pytest.mark.parametrize(
    ("column", "chain", "fits"),
    [
        ("bill", ["scale_to_0_1", "bucketize", "one_hot_encode"], True),
        ("island", ["hash_strings", "scale_to_z_score"], True),
        ("island", ["no_transform", "hash_strings"], True),
        ("mass", ["scale_to_0_1", "compute_and_apply_vocabulary"], False),
        ("island", ["compute_and_apply_vocabulary", "hash_strings"], False),
        ("mass", ["no_transform", "bucketize", "hash_strings"], False),
    ],
)
def test_each_transform_of_a_chain_must_fit_what_the_one_before_makes(check, column, chain, fits):
    overwrite = {column: {"transform": chain}}
    if fits:
        check(overwrite=overwrite)
    else:
        with pytest.raises(DeclarationError, match=rf"{chain[-1]!r} does not fit what {chain[-2]!r} makes of"):
            check(overwrite=overwrite)


@pytest.mark.parametrize("chain", [["no_transform"], [], ["no_transform", "no_transform"]])
def test_text_that_stays_text_cannot_be_learned_from(check, chain):
    overwrite = {"species": {"transform": chain}}
    with pytest.raises(DeclarationError, match=r"label 'species' stays text(.|\n)*compute_and_apply_vocabulary"):
        check(labels=["species"], overwrite=overwrite)
    for features in (["species"], ["species", "mass"], None):
        with pytest.raises(DeclarationError, match=r"feature 'species' stays text(.|\n)*leave the column out"):
            check(features=features, labels=["bill"], overwrite=overwrite)


def test_bytes_that_stay_bytes_cannot_be_learned_from():
    step = StandardPreprocesser(labels=["y"], overwrite={"image": {"transform": "no_transform"}})
    with pytest.raises(DeclarationError, match=r"'image' stays bytes(.|\n)*: load_binary_image; or leave"):
        step.check_columns({"image": "BYTES", "y": "FLOAT"}, {})


@pytest.mark.parametrize(
    ("column", "value", "fits"),
    [
        ("mass", 3, True),
        ("mass", 3.0, True),
        ("mass", 0.5, False),
        ("mass", "3", False),
        ("bill", 3, True),
        ("bill", "3", False),
        ("bill", True, False),
        ("island", "none", True),
        ("island", 0, False),
    ],
)
def test_a_custom_value_must_fit_its_column(check, column, value, fits):
    overwrite = {column: {"filling": {"method": "custom", "parameters": {"custom_value": value}}}}
    if fits:
        check(overwrite=overwrite)
    else:
        with pytest.raises(DeclarationError, match=rf"custom_value {value!r} does not fit the column {column!r}"):
            check(overwrite=overwrite)


@pytest.mark.parametrize("column", list(COLUMNS))
def test_every_type_has_methods_that_fit(check, column):
    for key, table in (("filling", FILLING_METHODS), ("transform", TRANSFORM_METHODS)):
        alone = {method: types for method, (types, _) in table.items() if method not in ("custom", "ngrams")}
        fitting = [method for method, types in alone.items() if COLUMNS[column] in types]
        if COLUMNS[column] == "STRING" and key == "transform":
            fitting.remove("no_transform")
        for method in fitting:
            check(overwrite={column: {key: method}})
        assert fitting or (key, COLUMNS[column]) == ("filling", "STRING")
