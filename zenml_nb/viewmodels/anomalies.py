"""What TFDV objects to in a split: documents of the kind ``zenml_nb/anomalies@1``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from zenml_nb.viewmodels import schema_words as words
from zenml_nb.viewmodels.anomaly_evidence import Evidence, Measurement, present_share
from zenml_nb.viewmodels.anomaly_reasons import MEASURE_WORDS, explain
from zenml_nb.viewmodels.schema import Entry, entries_of
from zenml_nb.viewmodels.tables import json_cell

if TYPE_CHECKING:
    from tensorflow_metadata.proto.v0 import anomalies_pb2, schema_pb2, statistics_pb2

SCHEMA = "zenml_nb/anomalies@1"
Document = dict[str, Any]
Path = tuple[str, ...]

_SEVERITIES = {0: "unknown", 1: "warning", 2: "error"}
_RANK = {"error": 0, "warning": 1, "unknown": 2}


def anomalies_document(
    anomalies: anomalies_pb2.Anomalies,
    *,
    split: str,
    statistics: statistics_pb2.DatasetFeatureStatistics | None = None,
    schema: schema_pb2.Schema | None = None,
    statistics_uri: str = "",
    title: str = "Anomalies",
) -> Document:
    """The anomalies of one split: the worst first, each with its reasons.

    Args:
        anomalies: what TFDV found.
        split: the split that was looked at.
        statistics: of that split; they tell what was found.
        schema: what was expected; without it, the schema that TFDV keeps with the anomalies.
        statistics_uri: where the statistics are, for links to them.
        title: of the view.
    """
    if schema is None and anomalies.HasField("baseline"):
        schema = anomalies.baseline
    found = _statistics_of(statistics)
    rows = statistics.num_examples if statistics is not None else None
    expected = {entry.path: entry for entry in entries_of(schema)} if schema is not None else {}
    measurements = {tuple(info.path.step): list(_measurements(info)) for info in anomalies.drift_skew_info}
    constraints = schema.dataset_constraints if schema is not None and schema.HasField("dataset_constraints") else None
    objections = []
    for path, info in _infos(anomalies):
        evidence = Evidence(
            expected.get(path or ()), found.get(path or ()), rows, measurements.get(path or (), []), constraints
        )
        objections.append(_objection(path, info, evidence))
    if anomalies.data_missing:
        objections.append(_data_missing())
    objections.sort(key=lambda objection: (objection["feature"] is not None, _RANK[objection["severity"]]))
    checked = list(_checked(expected, found, schema is not None))
    return {
        "schema": SCHEMA,
        "title": title,
        "notes": [_summary(objections, split, rows, len(checked), schema is not None)],
        "split": split,
        "rows": None if rows is None else int(rows),
        "statistics": statistics_uri,
        "anomalies": objections,
        "distances": [_distance(path, own) for path, all_ in measurements.items() for own in all_],
        "checked": checked,
    }


def _statistics_of(statistics: statistics_pb2.DatasetFeatureStatistics | None) -> dict[Path, Any]:
    if statistics is None:
        return {}
    return {tuple(feature.path.step) or (feature.name,): feature for feature in statistics.features}


def _infos(anomalies: anomalies_pb2.Anomalies) -> Iterator[tuple[Path | None, Any]]:
    """Path to anomaly, in the order of the names; None is the path of the whole data."""
    if anomalies.HasField("dataset_anomaly_info"):
        yield None, anomalies.dataset_anomaly_info
    for name, info in sorted(anomalies.anomaly_info.items()):
        yield tuple(info.path.step) or (name,), info


def _objection(path: Path | None, info: Any, evidence: Evidence) -> Document:
    return {
        "feature": None if path is None else ".".join(path),
        "severity": _SEVERITIES.get(info.severity, "unknown"),
        # TFDV leaves these empty where they would say no more than the reasons.
        "short": info.short_description or "; ".join(reason.short_description for reason in info.reason),
        "description": info.description or "; ".join(reason.description for reason in info.reason),
        "measured": evidence.statistics is not None,
        "reasons": [_reason(reason, evidence) for reason in info.reason] or [_reason(info, evidence)],
    }


def _reason(reason: Any, evidence: Evidence) -> Document:
    """A reason; or an anomaly without one, which has descriptions and no type."""
    kind = _kind(reason.type) if "type" in reason.DESCRIPTOR.fields_by_name else "UNKNOWN_TYPE"
    explained = explain(kind, reason.description or reason.short_description, evidence)
    return {
        "type": kind,
        "text": explained.text,
        "short": reason.short_description,
        "description": reason.description,
        "expected": explained.expected,
        "found": explained.found,
        "share": explained.share,
        "values": [{"value": value, "count": count} for value, count in explained.values],
    }


def _kind(number: int) -> str:
    from tensorflow_metadata.proto.v0 import anomalies_pb2

    name: str = anomalies_pb2.AnomalyInfo.Type.Name(number)
    return name


def _data_missing() -> Document:
    reason = {"type": "DATA_MISSING", "text": "The split has no rows.", "short": "", "description": ""}
    sides: Document = {"expected": "rows", "found": "no rows", "share": None, "values": []}
    whole = {"feature": None, "severity": "error", "short": "Data missing", "description": "", "measured": False}
    return {**whole, "reasons": [{**reason, **sides}]}


def _measurements(info: Any) -> Iterator[Measurement]:
    for comparison in ("drift", "skew"):
        for own in getattr(info, f"{comparison}_measurements"):
            yield Measurement(comparison, own.type, own.value, own.threshold)


def _distance(path: Path, own: Measurement) -> Document:
    return {
        "feature": ".".join(path),
        "comparison": own.comparison,
        "measure": MEASURE_WORDS.get(own.measure, "distance"),
        "value": json_cell(own.value),
        "threshold": json_cell(own.threshold),
        # Not `value > threshold`: a distance that is not a number is no good sign.
        "exceeded": not own.value <= own.threshold,
    }


def _checked(expected: Mapping[Path, Entry], found: Mapping[Path, Any], has_schema: bool) -> Iterator[Document]:
    """The features that TFDV looked at: those that the schema wants checked, else those of the statistics."""
    for path in expected if has_schema else found:
        ancestors = (expected.get(path[:length]) for length in range(1, len(path) + 1))
        unchecked = any(entry and entry.stage in words.UNCHECKED_STAGES for entry in ancestors)
        if not unchecked:
            yield {"feature": ".".join(path), "present": present_share(found.get(path))}


def _summary(objections: list[Document], split: str, rows: float | None, checked: int, has_schema: bool) -> str:
    against = " against the schema" if has_schema else ""
    over = f" over {words.counted(int(rows), 'row')}" if rows is not None else ""
    looked = f"{words.counted(checked, 'feature')} of the split {split} checked{over}{against}."
    if not objections:
        return f"No anomalies: {looked}"
    counts = {name: sum(objection["severity"] == name for objection in objections) for name in _RANK}
    nouns = {"error": "error", "warning": "warning", "unknown": "anomaly of unknown severity"}
    parts = [
        f"{count} anomalies of unknown severity"
        if name == "unknown" and count > 1
        else words.counted(count, nouns[name])
        for name, count in counts.items()
        if count
    ]
    return f"{', '.join(parts)}: {looked}"
