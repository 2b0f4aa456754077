from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml_nb.errors import DeclarationError
from zenml_nb.steps import StandardPreprocesser
from zenml_nb.steps.preprocessing_methods import (
    FILLING_METHODS,
    PCA_WIDTH,
    TRANSFORM_METHODS,
    Made,
    check_transforms,
    read_calls,
)

REFERENCE = [
    "scale_by_min_max",
    "scale_to_0_1",
    "scale_to_z_score",
    "tfidf",
    "compute_and_apply_vocabulary",
    "ngrams",
    "hash_strings",
    "pca",
    "bucketize",
    "no_transform",
    "image_reshape",
    "load_binary_image",
    "one_hot_encode",
]


def follow(column_type, *chain, is_list=False):
    """What a chain makes of a column; a method is a name, or a pair with its parameters."""
    entry = [call if isinstance(call, str) else {"method": call[0], "parameters": call[1]} for call in chain]
    return check_transforms(read_calls(entry, TRANSFORM_METHODS, "here"), column_type, "a", is_list)


def test_every_method_of_the_reference_is_there():
    assert sorted(TRANSFORM_METHODS) == sorted(REFERENCE)
    assert {"min", "max", "mean", "custom"} <= set(FILLING_METHODS)


@pytest.mark.parametrize(
    ("method", "parameters", "text"),
    [
        ("scale_by_min_max", {"min": 2, "max": 2}, "min must be below max"),
        ("scale_by_min_max", {"max": 0}, "min must be below max"),
        ("scale_by_min_max", {"min": "0"}, r"scale_by_min_max\(min=\.\.\.\) is '0'(.|\n)*Give a number"),
        ("bucketize", {"num_buckets": 1}, "at least 2"),
        ("bucketize", {"num_buckets": 2.5}, "whole numbers"),
        ("bucketize", {"num_buckets": None}, "holds None"),
        ("pca", {"output_dim": 0}, "at least 1"),
        ("compute_and_apply_vocabulary", {"top_k": 0}, "at least 1"),
        ("compute_and_apply_vocabulary", {"frequency_threshold": -1}, "how often"),
        ("compute_and_apply_vocabulary", {"num_oov_buckets": -1}, "at least 0"),
        ("compute_and_apply_vocabulary", {"topk": 3}, "Did you mean 'top_k'"),
        ("hash_strings", {"hash_buckets": True}, "whole numbers"),
        ("one_hot_encode", {"top_k": None}, "holds None"),
        ("ngrams", {"ngram_range": [2, 1]}, r"\[1, 2\]"),
        ("ngrams", {"ngram_range": 2}, "ngram_range=...*is 2"),
        ("ngrams", {"ngram_range": [0, 2]}, "at least 1"),
        ("ngrams", {"delimiter": ""}, "None for any space"),
        ("ngrams", {"separator": None}, "joined"),
        ("ngrams", {"length": 0}, "at least 1"),
        ("tfidf", {"smooth": 1}, "True or False"),
        ("tfidf", {"top_k": "10"}, "whole numbers"),
        ("load_binary_image", {"height": 0}, "at least 1"),
        ("load_binary_image", {"channels": 2}, "1 .grey., 3"),
        ("image_reshape", {"shape": []}, r"\[28, 28, 1\]"),
        ("image_reshape", {"shape": [-1, -1]}, "one of them may be -1"),
        ("image_reshape", {"shape": [0, 3]}, "one of them may be -1"),
        ("image_reshape", {"shape": [2, -2]}, "at least -1"),
        ("image_reshape", {"shape": 9}, "Give a list"),
    ],
)
def test_a_parameter_out_of_its_range_is_told(method, parameters, text):
    entry = {"a": {"transform": {"method": method, "parameters": parameters}}}
    with pytest.raises(DeclarationError, match=rf"overwrite\['a'\]\['transform'\](.|\n)*{text}"):
        StandardPreprocesser(overwrite=entry)


@pytest.mark.parametrize("table", [TRANSFORM_METHODS, FILLING_METHODS])
def test_the_defaults_are_parameters_that_can_be_given(table):
    for method, (_, defaults) in table.items():
        if method != "custom":
            assert read_calls({"method": method, "parameters": defaults}, table, "here") == [(method, defaults)]
            assert read_calls(method, table, "here") == [(method, defaults)]


@pytest.mark.parametrize(
    ("column_type", "chain", "made"),
    [
        ("STRING", [("one_hot_encode", {"top_k": 4}), ("pca", {"output_dim": 3})], Made("FLOAT", 3)),
        ("STRING", [("tfidf", {"top_k": 50})], Made("FLOAT", 50)),
        ("STRING", ["ngrams", ("tfidf", {"top_k": 50}), ("pca", {"output_dim": 50})], Made("FLOAT", 50)),
        ("STRING", ["ngrams", ("one_hot_encode", {"top_k": 9})], Made("FLOAT", 10)),
        ("STRING", ["ngrams", "hash_strings"], Made("INTEGER", None, is_list=True)),
        ("STRING", ["ngrams", ("ngrams", {"ngram_range": [2, 2]}), "tfidf"], Made("FLOAT", 1000)),
        ("STRING", [("ngrams", {"length": 6}), "compute_and_apply_vocabulary"], Made("INTEGER", 6)),
        ("STRING", [("ngrams", {"length": 6}), ("one_hot_encode", {"top_k": 9})], Made("FLOAT", 60)),
        ("STRING", [("ngrams", {"length": 6}), "hash_strings", "scale_to_0_1"], Made("FLOAT", 6)),
        ("BYTES", [("load_binary_image", {"height": 4, "width": 5}), "image_reshape"], Made("FLOAT", 60)),
        (
            "STRING",
            [("load_binary_image", {"channels": 1}), ("image_reshape", {"shape": [64, -1]})],
            Made("FLOAT", 1024),
        ),
        ("FLOAT", ["bucketize", "pca"], Made("FLOAT", 2)),
        ("BYTES", ["no_transform"], Made("BYTES")),
    ],
)
def test_types_and_numbers_of_values_are_followed_through_a_chain(column_type, chain, made):
    assert follow(column_type, *chain) == made


@pytest.mark.parametrize(
    ("column_type", "chain", "text"),
    [
        (
            "STRING",
            ["ngrams"],
            "end with words(.|\n)*compute_and_apply_vocabulary, hash_strings, one_hot_encode, tfidf",
        ),
        ("STRING", [("ngrams", {"length": 3})], "end with words"),
        ("STRING", ["ngrams", "compute_and_apply_vocabulary", "pca"], "'pca' takes rows of one length"),
        ("STRING", ["ngrams", "load_binary_image"], "one_hot_encode, or tfidf"),
        ("STRING", ["tfidf", "tfidf"], "does not fit what 'tfidf' makes of the column 'a', of type FLOAT"),
        ("INTEGER", ["tfidf"], "Methods for INTEGER"),
        ("INTEGER", ["load_binary_image"], "Methods for INTEGER"),
        ("STRING", ["image_reshape"], "Methods for STRING"),
        ("BYTES", ["compute_and_apply_vocabulary"], "Methods for BYTES: load_binary_image, no_transform"),
        ("STRING", ["load_binary_image", "load_binary_image"], "of type FLOAT"),
        ("STRING", [("tfidf", {"top_k": 4}), ("pca", {"output_dim": 5})], "output_dim of at most 4"),
        ("STRING", [("tfidf", {"top_k": 1}), "pca"], "has 1 value"),
        ("STRING", [("tfidf", {"top_k": PCA_WIDTH + 1}), "pca"], "at most 4096 values a row"),
        ("BYTES", ["load_binary_image", ("image_reshape", {"shape": [7, -1]})], "a row of it has 3072 values"),
        ("BYTES", ["load_binary_image", ("image_reshape", {"shape": [32, 32]})], "a row of it has 3072 values"),
    ],
)
def test_a_chain_that_cannot_be_is_told(column_type, chain, text):
    with pytest.raises(DeclarationError, match=text):
        follow(column_type, *chain)


def test_images_need_a_transform_that_reads_them():
    columns = {"image": "BYTES", "label": "STRING"}
    step = StandardPreprocesser(labels=["label"])
    with pytest.raises(DeclarationError, match=r"'image' is of type BYTES(.|\n)*load_binary_image"):
        step.check_columns(columns, {})
    reads = {"image": {"transform": ["load_binary_image", "image_reshape"]}}
    step = StandardPreprocesser(labels=["label"], overwrite=reads)
    step.check_columns(columns, {"image": 1})
    assert step.filling_of("image", "BYTES") == ("custom", {"custom_value": ""})


LISTS = {"tags": "STRING", "scores": "FLOAT"}


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"labels": ["tags"]}, "rows of the label 'tags' are lists"),
        ({"overwrite": {"scores": {"filling": "mean"}}}, r"overwrite\['scores'\]\['filling'\] fills a list"),
        ({"overwrite": {"scores": {"transform": "pca"}}}, "'pca' takes rows of one length"),
        ({"overwrite": {"scores": {"transform": ["scale_to_0_1", "image_reshape"]}}}, "what 'scale_to_0_1' makes"),
    ],
)
def test_what_does_not_fit_lists_is_told(arguments, text):
    with pytest.raises(DeclarationError, match=text):
        StandardPreprocesser(**arguments).check_lists(LISTS)


def test_lists_go_through_methods_for_single_values_and_become_vectors():
    StandardPreprocesser().check_lists(LISTS)
    StandardPreprocesser(features=["other"]).check_lists(LISTS)
    assert follow("FLOAT", "scale_to_0_1", "bucketize", is_list=True) == Made("INTEGER", None, is_list=True)
    vector = follow("INTEGER", ("one_hot_encode", {"top_k": 4}), ("pca", {"output_dim": 5}), is_list=True)
    assert vector == Made("FLOAT", 5)


@given(
    st.sampled_from(["INTEGER", "FLOAT", "STRING", "BYTES"]), st.lists(st.sampled_from(sorted(REFERENCE)), max_size=5)
)
def test_any_chain_either_ends_in_numbers_or_text_or_is_refused(column_type, chain):
    try:
        made = follow(column_type, *chain)
    except DeclarationError:
        return
    assert made.type in ("INTEGER", "FLOAT", "STRING", "BYTES")
    if {"tfidf", "pca", "load_binary_image"} & set(chain):
        assert made.type in ("INTEGER", "FLOAT")
        assert made.width
    if "ngrams" in chain:
        assert made.type in ("INTEGER", "FLOAT") or chain[-1] == "no_transform"
