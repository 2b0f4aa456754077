"""The statistics of one feature in one dataset, as the document of the statistics has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zenml_nb.viewmodels.histograms import (
    Bins,
    Detail,
    Figure,
    bins_of,
    evenness,
    figure,
    quantile_bins,
    standard_bins,
)

Entry = dict[str, Any]
Cell = Figure | None

#: The member of the proto's ``stats`` that makes a kind.
STATS_OF_KIND = {
    "numeric": "num_stats",
    "categorical": "string_stats",
    "bytes": "bytes_stats",
    "struct": "struct_stats",
}
_TYPES = {0: "INT", 1: "FLOAT", 2: "STRING", 3: "BYTES", 4: "STRUCT"}
_CUT_TOP = 80


@dataclass(frozen=True)
class Limits:
    """How much of a feature goes into a document of this size.

    Attributes:
        values: how many categories are listed one by one.
        characters: of a category, before it is cut.
        all_characters: of the listed categories together; three are listed in any case.
        detail: how precise histograms are.
    """

    values: int
    characters: int
    all_characters: int
    detail: Detail

    @classmethod
    def of(cls, n_features: int, n_categorical: int, n_datasets: int) -> Limits:
        """The limits with which a thousand features in two datasets take less than half a megabyte."""
        values = max(5, min(200, 5_000 // max(1, n_categorical * n_datasets)))
        if n_features * n_datasets <= 500:
            return cls(values, 1000, 10_000, Detail(digits=6, steps=1e6))
        return cls(values, 60, 60, Detail(digits=5, steps=1e3))


def kind_of(feature: Any) -> str:
    """numeric, categorical, bytes or struct; also struct where a feature has no statistics at all."""
    stats = feature.WhichOneof("stats")
    return next((kind for kind, name in STATS_OF_KIND.items() if name == stats), "struct")


def type_of(feature: Any) -> str:
    """The type of a feature's values, in the words of the proto."""
    return _TYPES.get(feature.type, f"type {feature.type}")


def entry_of(
    feature: Any,
    kind: str,
    weighted: bool,
    rows: float,
    counts: Mapping[str, float],
    labels: Mapping[str, str],
    limits: Limits,
) -> Entry:
    """The figures and charts of a feature.

    Args:
        feature: its FeatureNameStatistics.
        kind: see ``kind_of``.
        weighted: the figures by the weight of the examples instead of their number.
        rows: of the dataset.
        counts: of its categories, see ``value_counts``.
        labels: the categories that are listed, as in the proto and as shown.
        limits: how much is listed.
    """
    stats = getattr(feature, STATS_OF_KIND[kind])
    common = stats.common_stats.weighted_common_stats if weighted else stats.common_stats
    present = common.num_non_missing
    values = common.tot_num_values or present * (common.avg_num_values or 1)
    entry: Entry = {"figures": [figure(present), _missing(feature, common, rows)]}
    if values != present:
        entry["values"] = figure(values)
    if kind == "numeric":
        _add_numeric(entry, stats, weighted, values, limits.detail)
    elif kind == "categorical":
        _add_categories(entry, stats, weighted, counts, labels, values)
    elif kind == "bytes":
        longest = stats.max_num_bytes_int or stats.max_num_bytes
        sizes = (stats.unique, stats.avg_num_bytes, stats.min_num_bytes, longest)
        entry["figures"] += [None] * 4 if weighted else list(map(figure, sizes))
    facts = [*_list_facts(common, weighted), *([] if weighted else _more_facts(feature, stats, kind))]
    charts = [] if weighted else list(_more_charts(feature, stats.common_stats, limits))
    return {**entry, **({"facts": facts} if facts else {}), **({"charts": charts} if charts else {})}


def _missing(feature: Any, common: Any, rows: float) -> Cell:
    """How many rows have no value; some writers of statistics leave the number out."""
    if common.num_missing or len(feature.path.step) > 1:
        return figure(common.num_missing)
    return figure(max(0, rows - common.num_non_missing))


def _add_numeric(entry: Entry, stats: Any, weighted: bool, values: float, detail: Detail) -> None:
    source = stats.weighted_numeric_stats if weighted else stats
    low, high = figure(stats.min), figure(stats.max)
    zeros = None if weighted else figure(stats.num_zeros)
    entry["figures"] += [figure(source.mean), figure(source.std_dev), zeros, low, figure(source.median), high]
    entry.update(standard_bins(source.histograms, [low, high], detail))
    entry.update(quantile_bins(source.histograms, [low, high], values, detail))


def _add_categories(
    entry: Entry, stats: Any, weighted: bool, counts: Mapping[str, float], labels: Mapping[str, str], values: float
) -> None:
    source = stats.weighted_string_stats if weighted else stats
    top = source.top_values[0] if source.top_values else None
    if top is None and counts:
        value, count = max(counts.items(), key=lambda item: item[1])
        shown: list[Cell] = [cut(value, _CUT_TOP), figure(count)]
    else:
        shown = [cut(top.value, _CUT_TOP), figure(top.frequency)] if top else [None, None]
    entry["figures"] += [figure(stats.unique), *shown, figure(stats.avg_length, 8)]
    if labels:
        listed = [counts.get(value) for value in labels]
        entry["counts"] = [None if count is None else figure(count) for count in listed]
        found = [count for count in listed if count is not None]
        more = max(stats.unique, len(counts)) - len(found)
        if more > 0:
            entry["rest"] = [int(more), figure(max(0, values - sum(found)))]


def ranked_counts(stats: Any, weighted: bool) -> dict[str, float]:
    """How often each value of the rank histogram of a StringStatistics occurs."""
    source = stats.weighted_string_stats if weighted else stats
    buckets = source.rank_histogram.buckets
    # Of a value that is there twice the first counts, as in TFDV.
    return {bucket.label: bucket.sample_count for bucket in reversed(buckets)}


def value_counts(stats: Any, weighted: bool) -> dict[str, float]:
    """How often each value occurs, as far as the statistics tell it."""
    counts = ranked_counts(stats, weighted)
    if not counts:
        source = stats.weighted_string_stats if weighted else stats
        counts = {top.value: top.frequency for top in source.top_values}
    return counts


def listed_labels(counts: Sequence[Mapping[str, float]], limits: Limits) -> dict[str, str]:
    """The categories of a feature that are listed: by their share over the datasets, the largest first.

    Returns:
        The category as in the proto and as shown.
    """
    shares: dict[str, float] = {}
    for dataset in counts:
        total = sum(dataset.values()) or 1.0
        for value, count in dataset.items():
            shares[value] = shares.get(value, 0.0) + count / total
    listed: dict[str, str] = {}
    room = limits.all_characters
    for value in sorted(shares, key=lambda value: (-shares[value], value))[: limits.values]:
        shown = cut(value, limits.characters)
        room -= len(shown)
        if room < 0 and len(listed) >= 3:
            break
        listed[value] = shown
    return listed


def cut(text: str, characters: int) -> str:
    """A text that is not longer than so many characters, or its beginning with its length."""
    return text if len(text) <= characters else f"{text[:characters]}… ({len(text):,} characters)"


def feature_evenness(feature: Any, kind: str) -> float | None:
    """How evenly the values of a feature are spread, see ``histograms.evenness``; None without a histogram."""
    if kind == "categorical":
        buckets = feature.string_stats.rank_histogram.buckets
    elif kind == "numeric":
        buckets = next((found.buckets for found in feature.num_stats.histograms if found.type == 0), [])
    else:
        return None
    return evenness([bucket.sample_count for bucket in buckets]) if buckets else None


def _list_facts(common: Any, weighted: bool) -> Iterator[list[Cell]]:
    if weighted:
        if common.avg_num_values not in (0, 1):
            yield ["Values a row, mean", figure(common.avg_num_values)]
            yield ["Values in all", figure(common.tot_num_values)]
    elif common.max_num_values > 1 or common.min_num_values != common.max_num_values:
        yield ["Values a row, min", figure(common.min_num_values)]
        yield ["Values a row, mean", figure(common.avg_num_values)]
        yield ["Values a row, max", figure(common.max_num_values)]
        yield ["Values in all", figure(common.tot_num_values)]


def _more_facts(feature: Any, stats: Any, kind: str) -> Iterator[list[Cell]]:
    if kind == "numeric":
        nan = max((histogram.num_nan for histogram in stats.histograms), default=0)
        undefined = max((histogram.num_undefined for histogram in stats.histograms), default=0)
        yield from _unless_zero([("Not a number (NaN)", nan), ("Undefined", undefined)])
    elif kind == "categorical":
        yield from _unless_zero([("Values that are not UTF-8", stats.invalid_utf8_count)])
        if stats.vocabulary_file:
            yield ["Vocabulary file", stats.vocabulary_file]
    levels = stats.common_stats.presence_and_valency_stats
    for level, found in enumerate(levels if len(levels) > 1 else []):
        name = f"Nesting level {level + 1}"
        yield [f"{name}, present", figure(found.num_non_missing)]
        yield [f"{name}, missing", figure(found.num_missing)]
        yield [f"{name}, values min", figure(found.min_num_values)]
        yield [f"{name}, values max", figure(found.max_num_values)]
        yield [f"{name}, values in all", figure(found.tot_num_values)]
    if feature.HasField("validation_derived_source"):
        yield ["Derived by", feature.validation_derived_source.deriver_name]
    for custom in feature.custom_stats:
        value = custom.WhichOneof("val")
        if value == "num":
            yield [custom.name, figure(custom.num)]
        elif value == "str":
            yield [custom.name, cut(custom.str, 1000)]
        elif value == "any":
            yield [custom.name, f"{custom.any.type_url} ({len(custom.any.value):,} bytes)"]


def _unless_zero(facts: Iterable[tuple[str, float]]) -> Iterator[list[Cell]]:
    return ([name, figure(number)] for name, number in facts if number)


def _more_charts(feature: Any, common: Any, limits: Limits) -> Iterator[dict[str, Any]]:
    if common.max_num_values > 1 and common.num_values_histogram.buckets:
        yield _chart("Values a row", bins_of(common.num_values_histogram, limits.detail))
    if common.feature_list_length_histogram.buckets:
        yield _chart("Length of the feature list", bins_of(common.feature_list_length_histogram, limits.detail))
    for custom in feature.custom_stats:
        value = custom.WhichOneof("val")
        if value == "histogram" and custom.histogram.buckets:
            yield _chart(custom.name, bins_of(custom.histogram, limits.detail))
        elif value == "rank_histogram":
            buckets = custom.rank_histogram.buckets[: limits.values]
            labels = [cut(bucket.label, limits.characters) for bucket in buckets]
            more = len(custom.rank_histogram.buckets) - len(buckets)
            chart = {"title": custom.name, "labels": labels, "counts": [figure(b.sample_count) for b in buckets]}
            yield {**chart, **({"more": more} if more else {})}


def _chart(title: str, bins: Bins) -> dict[str, Any]:
    return {"title": title, **bins}
