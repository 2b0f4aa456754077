"""Statistics as documents of the kind ``zenml_nb/statistics@1``: every feature in every split, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zenml_nb.viewmodels.distances import jensen_shannon, l_infinity
from zenml_nb.viewmodels.feature_statistics import (
    STATS_OF_KIND,
    Limits,
    entry_of,
    feature_evenness,
    kind_of,
    listed_labels,
    ranked_counts,
    type_of,
    value_counts,
)
from zenml_nb.viewmodels.histograms import figure

if TYPE_CHECKING:
    from tensorflow_metadata.proto.v0 import anomalies_pb2, statistics_pb2

SCHEMA = "zenml_nb/statistics@1"
Document = dict[str, Any]
_WHOLE = "All Examples"
_SEVERITIES = {0: "unknown", 1: "warning", 2: "error"}
_TITLES = {
    "numeric": "Numeric features",
    "categorical": "Categorical features",
    "bytes": "Bytes",
    "struct": "Structures",
}
#: Name, heading, kind, what a share is of, and what the figure says.
_COLUMNS: dict[str, list[tuple[str, str, str, str, str]]] = {
    "numeric": [
        ("mean", "Mean", "number", "", "The mean of all values."),
        ("std", "Std", "number", "", "The standard deviation of all values."),
        ("zeros", "Zeros", "share", "values", "The values that are zero."),
        ("min", "Min", "number", "", "The smallest value."),
        ("median", "Median", "number", "", "Half of the values are smaller."),
        ("max", "Max", "number", "", "The largest value."),
    ],
    "categorical": [
        ("unique", "Unique", "number", "", "How many different values there are."),
        ("top", "Top", "text", "", "The most frequent value."),
        ("top_count", "Top count", "number", "", "How often the most frequent value occurs."),
        ("length", "Avg length", "number", "", "The mean length of the values, in characters."),
    ],
    "bytes": [
        ("unique", "Unique", "number", "", "How many different values there are."),
        ("avg_bytes", "Avg bytes", "number", "", "The mean size of the values."),
        ("min_bytes", "Min bytes", "number", "", "The size of the smallest value."),
        ("max_bytes", "Max bytes", "number", "", "The size of the largest value."),
    ],
    "struct": [],
}
_COMMON = [
    ("count", "Count", "number", "", "The rows that have a value."),
    ("missing", "Missing", "share", "rows", "The rows that have no value."),
]
_DISTANCES = {
    "numeric": "The approximate Jensen-Shannon divergence from {first}, from 0 to 1, as TFDV's drift "
    "comparator has it.",
    "categorical": "The largest difference of any value's share from {first} (L-infinity), as TFDV's drift comparator "
    "has it.",
}


@dataclass(frozen=True)
class Dataset:
    """What TFDV computed of one dataset.

    Attributes:
        name: the split, for example train.
        statistics: the proto.
        slice: the slice of the split; empty for the whole of it.
    """

    name: str
    statistics: statistics_pb2.DatasetFeatureStatistics
    slice: str = ""


def datasets_of(split: str, listed: statistics_pb2.DatasetFeatureStatisticsList) -> list[Dataset]:
    """All datasets of the statistics of one split: the whole of it, and its slices."""
    if len(listed.datasets) == 1:
        return [Dataset(split, listed.datasets[0])]
    return [Dataset(split, found, "" if found.name == _WHOLE else found.name) for found in listed.datasets]


@dataclass(frozen=True)
class _Column:
    """One dataset of the document: by the number of the examples, or by their weight."""

    source: Dataset
    weighted: bool

    @property
    def whole(self) -> bool:
        return not self.weighted and not self.source.slice

    @property
    def label(self) -> str:
        parts = [self.source.name, self.source.slice, "weighted" if self.weighted else ""]
        return ", ".join(part for part in parts if part)

    @property
    def rows(self) -> float:
        statistics = self.source.statistics
        return float(statistics.weighted_num_examples if self.weighted else statistics.num_examples)

    @property
    def by_weight(self) -> bool:
        """Whether TFDV would compare this dataset by weight: where all its features have weighted statistics."""
        return is_weighted(self.source.statistics) and all(
            getattr(feature, STATS_OF_KIND[kind_of(feature)]).common_stats.HasField("weighted_common_stats")
            for feature in self.source.statistics.features
        )


def is_weighted(statistics: Any) -> bool:
    """Whether examples have a weight in these statistics."""
    return bool(statistics.weighted_num_examples)


def statistics_document(
    datasets: Sequence[Dataset],
    *,
    title: str = "Statistics",
    anomalies: Mapping[str, anomalies_pb2.Anomalies] | None = None,
    notes: Sequence[str] = (),
) -> Document:
    """The statistics of several splits, and of their slices if there are any.

    Args:
        datasets: in the order in which they are shown; distances are measured from the first whole split.
        title: of the view.
        anomalies: split name to what TFDV found in it; its features are flagged.
        notes: remarks on the whole view.
    """
    columns = [_Column(dataset, False) for dataset in datasets]
    columns += [_Column(dataset, True) for dataset in datasets if is_weighted(dataset.statistics)]
    table = _Table(columns)
    flags = _flags(anomalies or {})
    sections = [_section(kind, table, flags) for kind in _TITLES if table.features[kind]]
    named = {feature["name"] for section in sections for feature in section["features"]}
    loose = [{"feature": name, **flag} for name, found in flags.items() if name not in named for flag in found]
    crosses = sum(len(dataset.statistics.cross_features) for dataset in datasets)
    more = [f"{crosses:,} crosses of features are in these statistics and not shown."] if crosses else []
    return {
        "schema": SCHEMA,
        "title": title,
        "notes": [*notes, *more],
        "datasets": _described(columns),
        "flags": loose,
        "sections": sections,
    }


def _described(columns: Sequence[_Column]) -> list[dict[str, Any]]:
    any_whole = any(column.whole for column in columns)
    return [
        {
            "label": column.label,
            "split": column.source.name,
            "slice": column.source.slice,
            "weighted": column.weighted,
            "rows": figure(column.rows),
            # Slices are many: they wait to be chosen, unless there is nothing else.
            "shown": column.whole if any_whole else index < 3,
        }
        for index, column in enumerate(columns)
    ]


class _Table:
    """The features of all datasets, by kind and path, in the order in which they first occur."""

    def __init__(self, columns: Sequence[_Column]) -> None:
        self.columns = columns
        self.features: dict[str, dict[tuple[str, ...], list[Any]]] = {kind: {} for kind in _TITLES}
        for index, column in enumerate(columns):
            for feature in column.source.statistics.features:
                path = (feature.name,) if feature.name else tuple(feature.path.step)
                row = self.features[kind_of(feature)].setdefault(path, [None] * len(columns))
                if row[index] is None and _has(feature, column.weighted):
                    row[index] = feature
        whole = [index for index, column in enumerate(columns) if column.whole]
        self.first = whole[0] if whole else 0
        self.others = {index: columns[index].by_weight for index in whole[1:]}
        n_features = sum(map(len, self.features.values()))
        self.limits = Limits.of(n_features, len(self.features["categorical"]), len(columns))

    def has_distances(self, kind: str) -> bool:
        return bool(self.others) and kind in _DISTANCES


def _has(feature: Any, weighted: bool) -> bool:
    """Whether the feature has what a weighted dataset shows."""
    stats = getattr(feature, STATS_OF_KIND[kind_of(feature)])
    return not weighted or stats.common_stats.HasField("weighted_common_stats")


def _section(kind: str, table: _Table, flags: Mapping[str, list[dict[str, str]]]) -> dict[str, Any]:
    columns = [*_COMMON, *_COLUMNS[kind]]
    if table.has_distances(kind):
        help_ = _DISTANCES[kind].format(first=table.columns[table.first].label)
        columns.append(("distance", "Distance", "number", "", help_))
    features = [_feature(kind, path, row, table, flags) for path, row in table.features[kind].items()]
    return {"kind": kind, "title": _TITLES[kind], "columns": list(map(_heading, columns)), "features": features}


def _heading(column: tuple[str, str, str, str, str]) -> dict[str, str]:
    name, label, kind, of, help_ = column
    return {"name": name, "label": label, "kind": kind, **({"of": of} if of else {}), "help": help_}


def _feature(
    kind: str, path: tuple[str, ...], row: Sequence[Any], table: _Table, flags: Mapping[str, list[dict[str, str]]]
) -> dict[str, Any]:
    name = ".".join(path)
    present = [(column, feature) for column, feature in zip(table.columns, row, strict=True) if feature is not None]
    drawn: dict[str, Any] = {"name": name, "type": " or ".join(dict.fromkeys(type_of(found) for _, found in present))}
    even = [feature_evenness(found, kind) for column, found in present if column.whole]
    if known := [value for value in even if value is not None]:
        drawn["evenness"] = figure(min(known), 4)
    counts = [_counts(kind, found, column) for column, found in zip(table.columns, row, strict=True)]
    labels = listed_labels(counts, table.limits)
    if labels:
        drawn["labels"] = list(labels.values())
    if name in flags:
        drawn["flags"] = flags[name]
    drawn["data"] = [
        None if found is None else entry_of(found, kind, column.weighted, column.rows, count, labels, table.limits)
        for column, found, count in zip(table.columns, row, counts, strict=True)
    ]
    if table.has_distances(kind):
        for entry, distance in zip(drawn["data"], _distances(kind, row, table), strict=True):
            if entry is not None:
                entry["figures"].append(None if distance is None else figure(distance, 7))
    return drawn


def _counts(kind: str, feature: Any, column: _Column) -> dict[str, float]:
    if kind != "categorical" or feature is None:
        return {}
    return value_counts(feature.string_stats, column.weighted)


def _distances(kind: str, row: Sequence[Any], table: _Table) -> Iterator[float | None]:
    first = row[table.first]
    for index, other in enumerate(row):
        if index not in table.others or first is None or other is None:
            yield None
        else:
            yield feature_distance(kind, first, other, table.others[index])


def feature_distance(kind: str, first: Any, other: Any, by_weight: bool) -> float | None:
    """The distance between the distributions of a feature in two datasets.

    Args:
        kind: numeric or categorical.
        first, other: the FeatureNameStatistics.
        by_weight: compare the weighted statistics; TFDV does so where the second dataset has them for all features.
    """
    if kind == "categorical":
        counts = [ranked_counts(found.string_stats, by_weight) for found in (first, other)]
        return l_infinity(*counts) if all(counts) else None
    histograms = [_standard(found.num_stats, by_weight) for found in (first, other)]
    return None if None in histograms else jensen_shannon(*histograms)


def _standard(stats: Any, by_weight: bool) -> Any:
    source = stats.weighted_numeric_stats if by_weight else stats
    return next((found for found in source.histograms if found.type == 0), None)


def _flags(anomalies: Mapping[str, Any]) -> dict[str, list[dict[str, str]]]:
    """Feature name to what is wrong with it; under no name what is wrong with a whole split."""
    flags: dict[str, list[dict[str, str]]] = {}
    for split, found in anomalies.items():
        for key, info in sorted(found.anomaly_info.items()):
            name = ".".join(info.path.step) or key
            flags.setdefault(name, []).extend(_reasons(split, info))
        if found.HasField("dataset_anomaly_info"):
            flags.setdefault("", []).extend(_reasons(split, found.dataset_anomaly_info))
        if found.data_missing:
            missing = {"severity": "error", "split": split, "what": "Data missing", "why": "The split has no rows."}
            flags.setdefault("", []).append(missing)
    return flags


def _reasons(split: str, info: Any) -> Iterable[dict[str, str]]:
    severity = _SEVERITIES.get(info.severity, "unknown")
    # Some anomalies have no reason apart from their own description.
    for reason in info.reason or [info]:
        yield {"severity": severity, "split": split, "what": reason.short_description, "why": reason.description}
