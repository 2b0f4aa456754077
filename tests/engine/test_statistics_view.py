"""The view of statistics, compared value by value with TFDV's statistics and with its drift comparator."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import apache_beam as beam
import jsonschema
import pandas as pd
import pyarrow as pa
import pytest
import tensorflow_data_validation as tfdv
from tensorflow_metadata.proto.v0 import schema_pb2, statistics_pb2

from tests.engine.conftest import ROOT, Shared
from zenml_nb.artifacts.protos import read_statistics_list
from zenml_nb.viewmodels.statistics import Dataset, datasets_of, statistics_document
from zenml_nb.views.distributions import quantile_bars, standard_bars
from zenml_nb.views.html import render_html
from zenml_nb.views.text import render_text

VALIDATOR = jsonschema.Draft202012Validator(
    json.loads((ROOT / "zenml_nb/viewmodels/schema/statistics.json").read_text("utf-8"))
)
DRIFT_KINDS = {"numeric": "jensen_shannon_divergence", "categorical": "infinity_norm"}
#: Of the range of a feature: how far an inner edge of a bin may be from the exact one.
EDGE = 2e-6

Lists = dict[str, statistics_pb2.DatasetFeatureStatisticsList]


def document_of(lists: Lists) -> dict[str, Any]:
    shown = statistics_document([dataset for split, found in lists.items() for dataset in datasets_of(split, found)])
    VALIDATOR.validate(json.loads(json.dumps(shown, allow_nan=False)))
    return shown


@pytest.fixture(scope="module")
def taxi(taxi_csv: Path) -> Lists:
    """The statistics of three unequal parts of the taxi data."""
    frame = pd.read_csv(taxi_csv)
    frame["is_cash"] = frame.payment_type == "Cash"
    parts = {
        "train": frame[:9000],
        "eval": frame[9000:12000],
        "test": frame[frame.trip_miles > 3].reset_index(drop=True),
    }
    return {split: tfdv.generate_statistics_from_dataframe(part) for split, part in parts.items()}


@pytest.fixture(scope="module")
def penguins(shared: Shared) -> Lists:
    """The statistics of the splits of the penguin pipeline, as TFDV itself reads them."""
    artifact = shared.run.artifact("SplitStatistics", "statistics")
    return {
        split: tfdv.load_stats_binary(str(Path(artifact.uri) / f"Split-{split}" / "FeatureStats.pb"))
        for split in artifact.splits
    }


@pytest.fixture(scope="module")
def weighted(taxi_csv: Path) -> Lists:
    """Statistics by weight, of two parts of the taxi data."""
    frame = pd.read_csv(taxi_csv)[["fare", "payment_type", "trip_miles", "trip_start_hour"]]
    frame["weight"] = frame.trip_miles.fillna(0) + 0.5
    options = tfdv.StatsOptions(weight_feature="weight")
    parts = {"train": frame[:4000], "eval": frame[frame.fare > 10][:3000].reset_index(drop=True)}
    return {split: tfdv.generate_statistics_from_dataframe(part, options) for split, part in parts.items()}


@pytest.fixture(params=["taxi", "penguins"])
def lists(request: pytest.FixtureRequest) -> Lists:
    found: Lists = request.getfixturevalue(request.param)
    return found


def cells(lists: Lists) -> Any:
    """Every feature and split: the section, the feature, its proto, and its data by the names of the columns."""
    shown = document_of(lists)
    protos = [{tuple(feature.path.step): feature for feature in found.datasets[0].features} for found in lists.values()]
    for section in shown["sections"]:
        names = [column["name"] for column in section["columns"]]
        for feature in section["features"]:
            for index, data in enumerate(feature["data"]):
                if data is not None:
                    figures = dict(zip(names, data["figures"], strict=True))
                    yield section, feature, protos[index][tuple(feature["name"].split("."))], data, figures


def test_every_feature_of_every_split_is_there(lists: Lists) -> None:
    found = sorted(proto.path.step[0] for _, _, proto, _, _ in cells(lists))
    expected = sorted(f.path.step[0] for listed in lists.values() for f in listed.datasets[0].features)
    assert found == expected
    rows = [dataset["rows"] for dataset in document_of(lists)["datasets"]]
    assert rows == [listed.datasets[0].num_examples for listed in lists.values()]


def test_counts_are_exact(lists: Lists) -> None:
    for section, _, proto, data, figures in cells(lists):
        common = (proto.num_stats if section["kind"] == "numeric" else proto.string_stats).common_stats
        assert (figures["count"], figures["missing"]) == (common.num_non_missing, common.num_missing)
        assert data.get("values", figures["count"]) == common.tot_num_values


def test_numbers_are_those_of_tfdv(lists: Lists) -> None:
    compared = 0
    for section, _, proto, data, figures in cells(lists):
        if section["kind"] != "numeric":
            continue
        stats = proto.num_stats
        assert figures["zeros"] == stats.num_zeros
        expected = (stats.mean, stats.std_dev, stats.min, stats.median, stats.max)
        assert [figures[name] for name in ("mean", "std", "min", "median", "max")] == pytest.approx(expected, rel=1e-9)
        for histogram in stats.histograms:
            bars = (standard_bars if histogram.type == 0 else quantile_bars)(section, data)
            width = stats.max - stats.min
            assert [bar.size for bar in bars] == pytest.approx([b.sample_count for b in histogram.buckets], rel=1e-5)
            for side in ("low", "high"):
                exact = [getattr(bucket, f"{side}_value") for bucket in histogram.buckets]
                assert [getattr(bar, side) for bar in bars] == pytest.approx(exact, abs=EDGE * width, rel=1e-9)
            compared += 1
    assert compared > 10


def test_texts_are_those_of_tfdv(lists: Lists) -> None:
    compared = 0
    for section, feature, proto, data, figures in cells(lists):
        if section["kind"] != "categorical":
            continue
        stats = proto.string_stats
        top = stats.top_values[0] if stats.top_values else None
        assert figures["unique"] == stats.unique
        assert (figures["top"], figures["top_count"]) == ((top.value, top.frequency) if top else (None, None))
        assert figures["length"] == pytest.approx(stats.avg_length, rel=1e-7)
        counts = {bucket.label: bucket.sample_count for bucket in stats.rank_histogram.buckets}
        listed = dict(zip(feature.get("labels", ()), data.get("counts", ()), strict=True))
        assert {label: count for label, count in listed.items() if count is not None} == counts
        compared += len(counts)
    assert compared > 4


def drift(lists: Lists, split: str) -> dict[str, float]:
    """What TFDV measures between the first split and another one: feature to distance."""
    first = next(iter(lists))
    schema = tfdv.infer_schema(lists[first])
    types = {feature.path.step[0]: feature.WhichOneof("stats") for feature in lists[split].datasets[0].features}
    for feature in schema.feature:
        kind = "categorical" if types[feature.name] == "string_stats" else "numeric"
        getattr(feature.drift_comparator, DRIFT_KINDS[kind]).threshold = 1e-12
        # A feature without a value would be taken out of the comparison as deprecated.
        feature.lifecycle_stage = schema_pb2.PRODUCTION
    anomalies = tfdv.validate_statistics(lists[split], schema, previous_statistics=lists[first])
    return {
        info.path.step[0]: measurement.value
        for info in anomalies.drift_skew_info
        for measurement in info.drift_measurements
    }


def check_distances(lists: Lists) -> int:
    shown = document_of(lists)
    compared = 0
    for index, split in enumerate(lists):
        if index == 0:
            continue
        measured = drift(lists, split)
        for section in shown["sections"]:
            for feature in section["features"]:
                data = feature["data"][index]
                if feature["name"] not in measured or data is None or feature["data"][0] is None:
                    continue
                if data["figures"][-1] is None:
                    # Without any value there is no distance; TFDV calls it zero.
                    assert 0 in (data["figures"][0], feature["data"][0]["figures"][0])
                    continue
                assert data["figures"][-1] == pytest.approx(measured[feature["name"]], abs=1e-6), feature["name"]
                compared += 1
    return compared


def test_distances_are_those_of_the_drift_comparator(lists: Lists) -> None:
    assert check_distances(lists) >= 7


def test_distances_by_weight_are_those_of_the_drift_comparator(weighted: Lists) -> None:
    unweighted = {split: statistics_pb2.DatasetFeatureStatisticsList() for split in weighted}
    assert check_distances(weighted) >= 4
    by_weight = document_of(weighted)["sections"][0]["features"][0]["data"][1]["figures"][-1]
    for split, listed in weighted.items():
        unweighted[split].CopyFrom(listed)
        unweighted[split].datasets[0].weighted_num_examples = 0
    assert document_of(unweighted)["sections"][0]["features"][0]["data"][1]["figures"][-1] != by_weight


def test_weighted_figures_are_those_of_tfdv(weighted: Lists) -> None:
    shown = document_of(weighted)
    place = next(index for index, dataset in enumerate(shown["datasets"]) if dataset["weighted"])
    section = shown["sections"][0]
    stats = {feature.path.step[0]: feature for feature in weighted["train"].datasets[0].features}
    for feature in section["features"]:
        proto = stats[feature["name"]].num_stats
        names = [column["name"] for column in section["columns"]]
        figures = dict(zip(names, feature["data"][place]["figures"], strict=True))
        by_weight = proto.weighted_numeric_stats
        assert figures["count"] == pytest.approx(proto.common_stats.weighted_common_stats.num_non_missing, rel=1e-9)
        assert [figures[name] for name in ("mean", "std", "median")] == pytest.approx(
            (by_weight.mean, by_weight.std_dev, by_weight.median), rel=1e-9
        )


def test_slices_that_tfdv_makes_are_shown(taxi_csv: Path, tmp_path: Path) -> None:
    frame = pd.read_csv(taxi_csv)[["fare", "payment_type"]][:500]
    columns = [pa.array([[value] for value in frame[name]]) for name in frame]
    slices = tfdv.experimental_get_feature_value_slicer({"payment_type": None})
    options = tfdv.StatsOptions(experimental_slice_functions=[slices])
    path = str(tmp_path / "statistics.pb")
    with beam.Pipeline() as pipeline:
        batches = pipeline | beam.Create([pa.RecordBatch.from_arrays(columns, list(frame))])
        _ = batches | tfdv.GenerateStatistics(options) | tfdv.WriteStatisticsToBinaryFile(path)
    shown = document_of({"train": tfdv.load_stats_binary(path)})
    labels = [dataset["label"] for dataset in shown["datasets"] if dataset["shown"]]
    assert labels == ["train"]
    assert any(dataset["slice"].startswith("payment_type_") for dataset in shown["datasets"])
    assert sum(dataset["rows"] for dataset in shown["datasets"] if dataset["slice"]) == 500


def test_lists_of_values_are_told(tmp_path: Path) -> None:
    frame = pd.DataFrame({"numbers": [[1.0, 2.0], [3.0], [], None, [4.0, 5.0, 6.0]]})
    shown = document_of({"train": tfdv.generate_statistics_from_dataframe(frame)})
    [entry] = shown["sections"][0]["features"][0]["data"]
    facts = dict(entry["facts"])
    assert entry["values"] == facts["Values in all"] == 6
    assert facts["Values a row, max"] == 3
    assert [chart["title"] for chart in entry["charts"]] == ["Values a row"]


def test_the_artifact_of_a_run_is_shown(shared: Shared, penguins: Lists) -> None:
    artifact = shared.run.artifact("SplitStatistics", "statistics")
    read = {split: read_statistics_list(artifact, split) for split in artifact.splits}
    assert read == penguins
    shown = document_of(read)
    html, text = render_html(shown), render_text(shown)
    for feature in (feature for section in shown["sections"] for feature in section["features"]):
        assert feature["name"] in html
        assert feature["name"] in text
    assert html.count("<img src=") == sum(
        "labels" in feature or any("bins" in data for data in feature["data"] if data)
        for section in shown["sections"]
        for feature in section["features"]
    )


def test_a_dataset_can_be_shown_alone(taxi: Lists) -> None:
    shown = statistics_document([Dataset("all", taxi["train"].datasets[0])])
    assert "distance" not in {column["name"] for section in shown["sections"] for column in section["columns"]}
