from __future__ import annotations

import itertools
import json
from pathlib import Path

import jsonschema
import pytest
from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import anomalies_pb2, statistics_pb2

from zenml_nb.viewmodels.feature_statistics import Limits, cut
from zenml_nb.viewmodels.histograms import Detail, bins_of, evenness, figure, quantile_bins, standard_bins
from zenml_nb.viewmodels.statistics import Dataset, datasets_of, statistics_document

SCHEMA = json.loads((Path(__file__).parents[2] / "zenml_nb/viewmodels/schema/statistics.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
FINE = Detail(digits=6, steps=1e6)

NUMBER = """num_examples: 10
features { path { step: "fare" } type: FLOAT num_stats {
  common_stats { num_non_missing: 8 num_missing: 2 min_num_values: 1 max_num_values: 1 avg_num_values: 1
    tot_num_values: 8 }
  mean: 1.2345678901234 std_dev: 0.5 num_zeros: 4 min: 0 median: 1.25 max: 4
  histograms { buckets { low_value: 0 high_value: 2 sample_count: 5.0000001 }
    buckets { low_value: 2 high_value: 4 sample_count: 3 } }
  histograms { type: QUANTILES buckets { low_value: 0 high_value: 1 sample_count: 4 }
    buckets { low_value: 1 high_value: 4 sample_count: 4 } } } }"""
TEXT = """num_examples: 10
features { name: "sex" type: STRING string_stats {
  common_stats { num_non_missing: 9 num_missing: 1 tot_num_values: 9 } unique: 3 avg_length: 5.5
  top_values { value: "female" frequency: 5 } top_values { value: "male" frequency: 3 }
  rank_histogram { buckets { label: "female" sample_count: 5 } buckets { label: "male" sample_count: 3 } } } }"""
HOSTILE = ["<img src=x onerror=alert(1)>", "</script>", "__proto__", "a\u202eb\x00", "x" * 10_000]


def statistics(text, **more):
    made = text_format.Parse(text, statistics_pb2.DatasetFeatureStatistics())
    for name, value in more.items():
        setattr(made, name, value)
    return made


def document(*datasets, **more):
    """The document of splits called train, eval, ...; checked against the schema as JSON."""
    names = ["train", "eval", "test"]
    made = [d if isinstance(d, Dataset) else Dataset(names[i], d) for i, d in enumerate(datasets)]
    shown = statistics_document(made, **more)
    VALIDATOR.validate(json.loads(json.dumps(shown, allow_nan=False)))
    return shown


def figures(shown, section=0, feature=0):
    """The figures of a feature: one dictionary of column names a dataset."""
    found = shown["sections"][section]
    names = [column["name"] for column in found["columns"]]
    data = found["features"][feature]["data"]
    return [None if one is None else dict(zip(names, one["figures"], strict=True)) for one in data]


def test_the_schema_is_valid_and_every_field_is_described():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    objects = [SCHEMA, *(kind for kind in SCHEMA["$defs"].values() if kind["type"] == "object")]
    for kind in objects:
        assert kind["additionalProperties"] is False
        assert all(field.get("description") for field in kind["properties"].values())
    assert all(kind["title"] and kind["description"] for kind in SCHEMA["$defs"].values())


def test_a_number():
    shown = document(statistics(NUMBER))
    assert figures(shown) == [
        {"count": 8, "missing": 2, "mean": 1.23456789, "std": 0.5, "zeros": 4, "min": 0, "median": 1.25, "max": 4}
    ]
    [feature] = shown["sections"][0]["features"]
    assert (feature["name"], feature["type"], shown["sections"][0]["kind"]) == ("fare", "FLOAT", "numeric")
    # Bins between the smallest and the largest value, and equal parts of the values, need no more words.
    expected = {"bins": [5, 3], "quantiles": [None, 1, None]}
    assert {name: value for name, value in feature["data"][0].items() if name != "figures"} == expected
    assert shown["datasets"] == [
        {"label": "train", "split": "train", "slice": "", "weighted": False, "rows": 10, "shown": True}
    ]


def test_a_text():
    shown = document(statistics(TEXT))
    expected = {"count": 9, "missing": 1, "unique": 3, "top": "female", "top_count": 5, "length": 5.5}
    assert figures(shown) == [expected]
    [feature] = shown["sections"][0]["features"]
    assert feature["labels"] == ["female", "male"]
    assert feature["data"][0]["counts"] == [5, 3]
    assert feature["data"][0]["rest"] == [1, 1]


def test_bytes_and_structures_have_sections():
    shown = document(
        statistics("""num_examples: 3
        features { name: "raw" type: BYTES bytes_stats { common_stats { num_non_missing: 3 }
          unique: 2 avg_num_bytes: 5 min_num_bytes: 1 max_num_bytes: 2 max_num_bytes_int: 9 } }
        features { name: "s" type: STRUCT struct_stats { common_stats { num_non_missing: 2 num_missing: 1 } } }
        features { name: "none" type: INT }""")
    )
    assert [section["kind"] for section in shown["sections"]] == ["bytes", "struct"]
    assert figures(shown, 0)[0]["max_bytes"] == 9
    assert figures(shown, 1, 0) == [{"count": 2, "missing": 1}]
    assert figures(shown, 1, 1) == [{"count": 0, "missing": 3}]


def test_splits_are_side_by_side_in_the_order_of_their_first_feature():
    other = NUMBER.replace("fare", "tips")
    shown = document(statistics(NUMBER + other.partition("\n")[2]), statistics(other))
    assert [feature["name"] for feature in shown["sections"][0]["features"]] == ["fare", "tips"]
    assert figures(shown, 0, 0)[1] is None
    assert figures(shown, 0, 1)[1]["distance"] == pytest.approx(0, abs=1e-12)
    assert figures(shown, 0, 1)[0]["distance"] is None


def test_a_feature_of_two_types_is_in_both_sections():
    number = NUMBER.replace('path { step: "fare" }', 'name: "sex"')
    shown = document(statistics(TEXT), statistics(number))
    assert [s["features"][0]["name"] for s in shown["sections"]] == ["sex", "sex"]
    assert [figures(shown, 0)[0], figures(shown, 1)[1]] == [None, None]


def test_distances_are_those_from_the_first_split():
    others = [TEXT.replace("sample_count: 5", f"sample_count: {count}") for count in (6, 30)]
    shown = document(statistics(TEXT), *map(statistics, others))
    first, second, third = (found["distance"] for found in figures(shown))
    assert first is None
    assert second == pytest.approx(6 / 9 - 5 / 8, rel=1e-6)
    assert third == pytest.approx(30 / 33 - 5 / 8, rel=1e-6)
    assert "train" in shown["sections"][0]["columns"][-1]["help"]


def test_one_split_has_no_distances():
    names = [column["name"] for column in document(statistics(TEXT))["sections"][0]["columns"]]
    assert "distance" not in names


WEIGHTED = (
    NUMBER.replace("tot_num_values: 8 }", "tot_num_values: 8 weighted_common_stats { num_non_missing: 16.5 "
                   "num_missing: 3.5 avg_num_values: 1 tot_num_values: 16.5 } }")
    .replace("max: 4\n", "max: 4 weighted_numeric_stats { mean: 2 std_dev: 1 median: 1.5 "
             "histograms { buckets { low_value: 0 high_value: 4 sample_count: 16.5 } } }\n")
    + "\nweighted_num_examples: 20"
)  # fmt: skip


def test_weighted_statistics_are_a_dataset_of_their_own():
    shown = document(statistics(WEIGHTED))
    assert [(d["label"], d["rows"], d["shown"]) for d in shown["datasets"]] == [
        ("train", 10, True),
        ("train, weighted", 20, False),
    ]
    weighted = figures(shown)[1]
    assert weighted == {
        "count": 16.5, "missing": 3.5, "mean": 2, "std": 1, "zeros": None, "min": 0, "median": 1.5, "max": 4,
    }  # fmt: skip
    assert shown["sections"][0]["features"][0]["data"][1]["bins"] == [16.5]


def test_weighted_texts():
    text = TEXT.replace(
        "tot_num_values: 9 }",
        "tot_num_values: 9 weighted_common_stats { num_non_missing: 4.5 tot_num_values: 4.5 avg_num_values: 1 } }",
    ).replace(
        "avg_length: 5.5",
        'avg_length: 5.5 weighted_string_stats { top_values { value: "male" frequency: 4 } '
        'rank_histogram { buckets { label: "male" sample_count: 4 } buckets { label: "female" sample_count: 0.5 } } }',
    )
    shown = document(statistics(text, weighted_num_examples=5))
    assert figures(shown)[1]["top"] == "male"
    [feature] = shown["sections"][0]["features"]
    assert dict(zip(feature["labels"], feature["data"][1]["counts"], strict=True)) == {"male": 4, "female": 0.5}


def test_distances_are_by_weight_where_all_features_have_weights():
    def weighted(count):
        made = statistics(WEIGHTED)
        bucket = made.features[0].num_stats.weighted_numeric_stats.histograms[0].buckets
        bucket.add(low_value=4, high_value=8, sample_count=count)
        return made

    shown = document(weighted(1), weighted(1000))
    assert figures(shown)[1]["distance"] > 0.3
    both = [weighted(1), weighted(1000)]
    for made in both:
        made.features.add(name="plain").num_stats.common_stats.num_non_missing = 1
    assert figures(document(*both))[1]["distance"] == pytest.approx(0, abs=1e-12)


def test_slices_wait_to_be_chosen():
    listed = statistics_pb2.DatasetFeatureStatisticsList()
    for name in ("All Examples", "island_Dream", "island_Biscoe"):
        listed.datasets.add().CopyFrom(statistics(TEXT, name=name))
    found = datasets_of("train", listed)
    assert [(dataset.name, dataset.slice) for dataset in found] == [
        ("train", ""), ("train", "island_Dream"), ("train", "island_Biscoe"),
    ]  # fmt: skip
    shown = document(*found)
    assert [dataset["shown"] for dataset in shown["datasets"]] == [True, False, False]
    assert shown["datasets"][1]["label"] == "train, island_Dream"
    # Slices of one split are no other split.
    assert "distance" not in figures(shown)[1]


def test_slices_alone_are_shown():
    found = [Dataset("train", statistics(TEXT), f"s{index}") for index in range(5)]
    assert [d["shown"] for d in document(*found)["datasets"]] == [True, True, True, False, False]


def test_a_single_dataset_is_the_whole_split():
    listed = statistics_pb2.DatasetFeatureStatisticsList()
    listed.datasets.add().CopyFrom(statistics(TEXT, name="island_Dream"))
    assert [(dataset.name, dataset.slice) for dataset in datasets_of("train", listed)] == [("train", "")]


def test_custom_statistics():
    text = (
        TEXT.rpartition("}")[0]
        + """
      custom_stats { name: "mutual information" num: 0.25 } custom_stats { name: "note" str: "fine" }
      custom_stats { name: "h" histogram { buckets { low_value: 0 high_value: 1 sample_count: 3 }
        buckets { low_value: 1 high_value: 5 sample_count: 4 } } }
      custom_stats { name: "r" rank_histogram { buckets { label: "x" sample_count: 7 } } } }"""
    )
    made = statistics(text)
    made.features[0].custom_stats.add(name="packed").any.type_url = "type.googleapis.com/x"
    [entry] = document(made)["sections"][0]["features"][0]["data"]
    assert entry["facts"] == [
        ["mutual information", 0.25], ["note", "fine"], ["packed", "type.googleapis.com/x (0 bytes)"],
    ]  # fmt: skip
    assert entry["charts"] == [
        {"title": "h", "edges": [0, 1, 5], "counts": [3, 4]},
        {"title": "r", "labels": ["x"], "counts": [7]},
    ]


LISTS = NUMBER.replace("max_num_values: 1 avg_num_values: 1", "max_num_values: 5 avg_num_values: 2.5").replace(
    "tot_num_values: 8",
    """tot_num_values: 20 num_values_histogram { type: QUANTILES buckets { low_value: 1 high_value: 2 sample_count: 4 }
    buckets { low_value: 2 high_value: 5 sample_count: 4 } }
    presence_and_valency_stats { num_non_missing: 8 num_missing: 2 min_num_values: 1 max_num_values: 5
      tot_num_values: 20 }
    presence_and_valency_stats { num_non_missing: 20 min_num_values: 1 max_num_values: 1 tot_num_values: 20 }""",
)


def test_lists_tell_how_many_values_a_row_has():
    [entry] = document(statistics(LISTS))["sections"][0]["features"][0]["data"]
    assert entry["values"] == 20
    facts = dict(map(tuple, entry["facts"]))
    assert [facts[f"Values a row, {what}"] for what in ("min", "mean", "max")] == [1, 2.5, 5]
    assert facts["Nesting level 2, present"] == 20
    assert entry["charts"] == [{"title": "Values a row", "edges": [1, 2, 5], "counts": [4, 4]}]


def test_an_empty_split():
    text = 'features { name: "a" num_stats { } } features { name: "b" type: STRING string_stats { } }'
    shown = document(statistics(text), statistics(text))
    assert figures(shown, 0)[0]["count"] == 0
    assert figures(shown, 0)[1]["distance"] is None
    assert figures(shown, 1)[0]["top"] is None
    assert shown["sections"][1]["features"][0]["data"][0] == {"figures": [0, 0, 0, None, None, 0, None]}


def test_a_feature_that_is_always_missing():
    shown = document(statistics("num_examples: 7 features { name: 'a' type: STRING string_stats { } }"))
    assert figures(shown)[0]["missing"] == 7


def test_no_features_and_no_datasets():
    assert document(statistics("num_examples: 4"))["sections"] == []
    assert document()["datasets"] == []


def test_what_is_not_finite_is_a_word():
    text = NUMBER.replace("mean: 1.2345678901234", "mean: nan").replace(" min: 0", " min: -inf")
    text = text.replace("low_value: 0 high_value: 2", "low_value: -inf high_value: 2")
    text = text.replace("histograms { buckets", "histograms { num_nan: 3 buckets", 1)
    shown = document(statistics(text))
    assert (figures(shown)[0]["mean"], figures(shown)[0]["min"]) == ("NaN", "-Infinity")
    entry = shown["sections"][0]["features"][0]["data"][0]
    assert entry["bin_edges"] == ["-Infinity", 2, 4]
    assert entry["facts"] == [["Not a number (NaN)", 3]]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_kept(text):
    made = statistics(TEXT)
    made.features[0].name = text
    made.features[0].string_stats.rank_histogram.buckets[0].label = text
    made.features[0].string_stats.top_values[0].value = text
    anomalies = anomalies_pb2.Anomalies()
    anomalies.anomaly_info[text].description = text
    shown = document(Dataset(text, made), anomalies={text: anomalies}, title=text, notes=[text])
    [feature] = shown["sections"][0]["features"]
    assert feature["name"] == shown["title"] == shown["notes"][0] == feature["flags"][0]["why"] == text
    assert feature["labels"][0] == cut(text, 1000)
    assert figures(shown)[0]["top"] == cut(text, 80)


def test_a_long_text_tells_its_length():
    assert cut("x" * 10_000, 5) == "xxxxx… (10,000 characters)"
    assert cut("xxxxx", 5) == "xxxxx"


def test_anomalies_flag_their_feature():
    found = text_format.Parse(
        """anomaly_info { key: "sex" value { severity: ERROR path { step: "sex" } description: "d"
             reason { type: ENUM_TYPE_UNEXPECTED_STRING_VALUES short_description: "Unexpected"
               description: "Value x." }
             reason { type: UNKNOWN_TYPE short_description: "Other" description: "More." } } }
           anomaly_info { key: "gone" value { severity: WARNING short_description: "Dropped" description: "No." } }
           dataset_anomaly_info { severity: ERROR short_description: "Few" description: "Few rows." }
           data_missing: true""",
        anomalies_pb2.Anomalies(),
    )
    shown = document(statistics(TEXT), anomalies={"eval": found})
    assert shown["sections"][0]["features"][0]["flags"] == [
        {"severity": "error", "split": "eval", "what": "Unexpected", "why": "Value x."},
        {"severity": "error", "split": "eval", "what": "Other", "why": "More."},
    ]
    assert [(flag["feature"], flag["severity"], flag["what"]) for flag in shown["flags"]] == [
        ("gone", "warning", "Dropped"),
        ("", "error", "Few"),
        ("", "error", "Data missing"),
    ]


def test_crosses_are_counted_in_a_note():
    made = statistics(TEXT)
    made.cross_features.add(count=3)
    assert document(made, notes=["n"])["notes"] == ["n", "1 crosses of features are in these statistics and not shown."]


def test_the_figures_of_json():
    numbers = [3.0, -0.0, 2.0**60, 0.1 + 0.2, 1 / 3, float("nan"), float("-inf"), 1e300]
    assert list(map(figure, numbers)) == [
        3, 0, 1.152921505e18, 0.3, 0.3333333333, "NaN", "-Infinity", 1e300,
    ]  # fmt: skip
    assert figure(17031347880.027) == 17031347880
    assert figure(123456.789, 6) == 123457


def histogram(*buckets, kind=0):
    made = statistics_pb2.Histogram(type=kind)
    for low, high, count in buckets:
        made.buckets.add(low_value=low, high_value=high, sample_count=count)
    return made


def test_a_gap_between_buckets_is_an_empty_bin():
    assert bins_of(histogram((0, 1, 2), (3, 5, 4)), FINE) == {"edges": [0, 1, 3, 5], "counts": [2, 0, 4]}


def test_edges_of_a_narrow_range_far_from_zero_stay_apart():
    edges = [17031010304.0, 17031080960.0, 17031081984.0, 17031980032.0]
    made = histogram(*((low, high, 1) for low, high in itertools.pairwise(edges)))
    assert bins_of(made, Detail(digits=5, steps=1e4))["edges"] == [17031010304, 17031080960, 17031081980, 17031980032]


def test_quantiles_that_are_uneven_have_their_counts():
    uneven = histogram((0, 1, 4), (1, 1, 2), (1, 9, 4), kind=1)
    assert quantile_bins([uneven], [0, 9], 10, FINE) == {"quantiles": [None, 1, 1, None], "quantile_counts": [4, 2, 4]}
    even = histogram((0, 1, 4), (1, 9, 4), kind=1)
    assert quantile_bins([even], [0, 8], 10, FINE) == {"quantiles": [None, 1, 9], "quantile_counts": [4]}
    assert quantile_bins([histogram((0, 1, 4))], [0, 1], 4, FINE) == {}


def test_bins_beyond_the_range_have_their_edges():
    made = [histogram((0, 1, 4), (1, 2, 5))]
    assert standard_bins(made, [0, 2], FINE) == {"bins": [4, 5]}
    assert standard_bins(made, [0, 1.5], FINE) == {"bins": [4, 5], "bin_edges": [0, 2]}


def test_evenness():
    assert evenness([5, 5, 5, 5]) == pytest.approx(1)
    assert evenness([9, 0, 0]) == 0
    assert evenness([9]) == evenness([]) == evenness([0, 0]) == 0


def test_many_features_have_fewer_values_each():
    small, large = Limits.of(20, 5, 3), Limits.of(1000, 500, 2)
    assert small.values > large.values >= 5
    made = statistics("num_examples: 100")
    for index in range(600):
        feature = made.features.add(name=f"f{index}", type=2)
        for rank in range(30):
            feature.string_stats.rank_histogram.buckets.add(label=f"a long category {rank}", sample_count=30 - rank)
        feature.string_stats.unique = 30
        feature.string_stats.common_stats.num_non_missing = 465
    features = document(made)["sections"][0]["features"]
    assert {len(feature["labels"]) for feature in features} == {3}
    assert features[0]["data"][0]["rest"] == [27, 465 - 30 - 29 - 28]
