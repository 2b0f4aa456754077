"""Statistics, schema, anomalies and evaluation as tables: documents of the kind ``zenml_nb/tables@1``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tensorflow_metadata.proto.v0 import anomalies_pb2, schema_pb2, statistics_pb2

SCHEMA = "zenml_nb/tables@1"
Document = dict[str, Any]
_SCHEMA_TYPES = {0: "UNKNOWN", 1: "BYTES", 2: "INT", 3: "FLOAT", 4: "STRUCT"}
_SEVERITIES = {0: "unknown", 1: "warning", 2: "error"}


def statistics_tables(statistics: Mapping[str, statistics_pb2.DatasetFeatureStatistics]) -> Document:
    """The statistics of several splits: one row a feature and split, numbers and text apart.

    Args:
        statistics: split name to what TFDV computed of it.
    """
    numeric, text = [], []
    for split, dataset in statistics.items():
        for feature in dataset.features:
            name = feature.name or ".".join(feature.path.step)
            if feature.WhichOneof("stats") == "num_stats":
                numeric.append([name, split, *_numeric_row(feature.num_stats, dataset.num_examples)])
            elif feature.WhichOneof("stats") == "string_stats":
                text.append([name, split, *_text_row(feature.string_stats, dataset.num_examples)])
    sizes = ", ".join(f"{split}: {int(dataset.num_examples):,} rows" for split, dataset in statistics.items())
    common = [_column("feature", "Feature"), _column("split", "Split")]
    counts = [_column("count", "Count", "number"), _column("missing", "Missing", "percent")]
    numbers = [
        ("mean", "Mean"),
        ("std", "Std"),
        ("zeros", "Zeros"),
        ("min", "Min"),
        ("median", "Median"),
        ("max", "Max"),
    ]
    words = [("unique", "Unique", "number"), ("top", "Top", "text"), ("freq", "Top count", "number")]
    return _document(
        "Statistics",
        [sizes],
        [
            _section(
                "Numbers",
                [
                    *common,
                    *counts,
                    *(_column(n, label, "percent" if n == "zeros" else "number") for n, label in numbers),
                ],
                _grouped(numeric),
            ),
            _section(
                "Text",
                [*common, *counts, *(_column(*word) for word in words), _column("length", "Mean length", "number")],
                _grouped(text),
            ),
        ],
    )


def _grouped(rows: list[list[Any]]) -> list[list[Any]]:
    """The splits of one feature below each other, the features in their order."""
    order = {name: index for index, name in enumerate(dict.fromkeys(row[0] for row in rows))}
    return sorted(rows, key=lambda row: order[row[0]])


def _numeric_row(stats: Any, n_rows: float) -> list[Any]:
    present = stats.common_stats.num_non_missing
    values = stats.common_stats.tot_num_values or present
    zeros = stats.num_zeros / values if values else None
    return [
        int(present),
        _share(n_rows - present, n_rows),
        *map(json_cell, (stats.mean, stats.std_dev)),
        zeros,
        *map(json_cell, (stats.min, stats.median, stats.max)),
    ]


def _text_row(stats: Any, n_rows: float) -> list[Any]:
    present = stats.common_stats.num_non_missing
    top = stats.top_values[0] if stats.top_values else None
    return [
        int(present),
        _share(n_rows - present, n_rows),
        int(stats.unique),
        top.value if top else None,
        int(top.frequency) if top else None,
        json_cell(stats.avg_length),
    ]


def schema_tables(schema: schema_pb2.Schema) -> Document:
    """A schema: one row a feature; the values of each text domain below."""
    domains = {domain.name: list(domain.value) for domain in schema.string_domain}
    rows, values = [], []
    for feature in schema.feature:
        domain = list(feature.string_domain.value) or domains.get(feature.domain, [])
        rows.append(
            [
                feature.name,
                _SCHEMA_TYPES.get(feature.type, "?"),
                _presence(feature),
                _valency(feature),
                _domain(feature, domain),
            ]
        )
        if domain:
            values.append([feature.name, len(domain), ", ".join(domain)])
    columns = [("feature", "Feature"), ("type", "Type"), ("presence", "Presence"), ("valency", "Values a row")]
    return _document(
        "Schema",
        [f"{len(rows)} features"],
        [
            _section("Features", [*(_column(*c) for c in columns), _column("domain", "Domain")], rows),
            _section(
                "Domains of text",
                [_column("feature", "Feature"), _column("size", "Size", "number"), _column("values", "Values")],
                values,
            ),
        ],
    )


def _presence(feature: Any) -> str:
    presence = feature.presence
    if presence.min_fraction == 1:
        return "required"
    return f"at least {presence.min_fraction:.3g} of the rows" if presence.min_fraction else "optional"


def _valency(feature: Any) -> str:
    kind = feature.WhichOneof("shape_type")
    if kind == "shape":
        return "×".join(str(dim.size) for dim in feature.shape.dim) or "1"
    if kind == "value_count":
        low, high = feature.value_count.min, feature.value_count.max
        return str(low) if low == high != 0 else f"{low} to {high or 'many'}"
    return "any"


def _domain(feature: Any, values: Sequence[str]) -> str:
    if values:
        return f"{len(values)} values"
    kind = feature.WhichOneof("domain_info")
    if kind in ("int_domain", "float_domain"):
        limits = getattr(feature, kind)
        low, high = (_limit(limits, side) for side in ("min", "max"))
        return f"{low} to {high}" if low and high else f"at least {low}" if low else f"at most {high}" if high else ""
    return ""


def _limit(limits: Any, side: str) -> str:
    if not limits.HasField(side):
        return ""
    value = getattr(limits, side)
    return str(value) if isinstance(value, int) else f"{value:g}"


def anomalies_tables(anomalies: anomalies_pb2.Anomalies, split: str, n_rows: int, n_features: int) -> Document:
    """The anomalies of one split: one row a reason.

    Args:
        anomalies: what TFDV found.
        split: the split that was looked at.
        n_rows, n_features: over how much it was looked.
    """
    infos = sorted(anomalies.anomaly_info.items())
    if anomalies.HasField("dataset_anomaly_info"):
        infos.insert(0, ("(all)", anomalies.dataset_anomaly_info))
    rows = [
        [_SEVERITIES.get(info.severity, "unknown"), name, reason.short_description, reason.description]
        for name, info in infos
        # Some anomalies have no reason apart from their own description.
        for reason in info.reason or [info]
    ]
    if anomalies.data_missing:
        rows.insert(0, [_SEVERITIES[2], "(all)", "Data missing", "The split has no rows."])
    looked = f"split {split}: {n_rows:,} rows, {n_features} features, against the schema of the training data"
    notes = [looked] if rows else [f"No anomalies. {looked[0].upper()}{looked[1:]}."]
    columns = [_column("severity", "Severity", "state"), _column("feature", "Feature")]
    columns += [_column("what", "What"), _column("why", "Why")]
    return _document("Anomalies", notes, [_section("Reasons", columns, rows)] if rows else [])


def evaluation_tables(evaluation: Mapping[str, Any]) -> Document:
    """An evaluation: one row a slice, one column a metric; the whole data first.

    Args:
        evaluation: the projection that the engine wrote, see ``engine.project.evaluation_of``.
    """
    slices = evaluation["slices"]
    names = sorted({name for entry in slices for name in entry["metrics"]}, key=lambda n: (n != "example_count", n))
    rows = [[_slice_name(entry["slice"]), *(entry["metrics"].get(name) for name in names)] for entry in slices]
    columns = [_column("slice", "Slice"), *(_column(name, name, "number") for name in names)]
    return _document(
        "Evaluation",
        [f"{len(rows)} {'slice' if len(rows) == 1 else 'slices'}, the whole data included"],
        [_section("Metrics", columns, rows)],
    )


def _slice_name(columns: Sequence[Sequence[str]]) -> str:
    return ", ".join(f"{column} = {value or '(missing)'}" for column, value in columns) or "Overall"


def json_cell(number: float) -> float | str:
    """A number as a cell can hold it: JSON has no NaN and no infinity."""
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _column(name: str, label: str, kind: str = "text") -> dict[str, str]:
    return {"name": name, "label": label, "kind": kind}


def _section(title: str, columns: list[dict[str, str]], rows: list[list[Any]]) -> dict[str, Any]:
    return {"title": title, "notes": [], "columns": columns, "rows": rows}


def _document(title: str, notes: list[str], sections: list[dict[str, Any]]) -> Document:
    kept = [section for section in sections if section["rows"]]
    return {"schema": SCHEMA, "title": title, "notes": notes, "sections": kept}
