"""What is known of a feature that TFDV objects to, and the words for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from zenml_nb.viewmodels import schema_words as words
from zenml_nb.viewmodels.schema import Entry

#: How many values a sentence names.
_NAMED = 5
_LONGEST = 60
_TYPES = {0: "INT", 1: "FLOAT", 2: "STRING", 3: "BYTES", 4: "STRUCT"}


@dataclass(frozen=True)
class Measurement:
    """A distance between two data sets.

    Attributes:
        comparison: drift (from earlier data) or skew (between training and serving).
        measure: the number of its kind in the proto.
        value, threshold: what it is and what is allowed.
    """

    comparison: str
    measure: int
    value: float
    threshold: float


@dataclass(frozen=True)
class Evidence:
    """What is known of the feature that TFDV objects to.

    Attributes:
        expected: the feature in the schema; None when the schema does not have it, or is not known.
        statistics: the feature's statistics in the split; None when there are none.
        rows: of the split; None when not known.
        measurements: the distances of the feature.
        constraints: what the schema asks of the whole data.
    """

    expected: Entry | None = None
    statistics: Any = None
    rows: float | None = None
    measurements: Sequence[Measurement] = ()
    constraints: Any = None


@dataclass(frozen=True)
class Explanation:
    """One reason in plain words.

    Attributes:
        text: a sentence.
        expected, found: the two sides of the contradiction; empty where they are not known.
        share: of the rows that are affected, None where it is not known.
        values: the values that are not allowed, with their counts.
    """

    text: str
    expected: str = ""
    found: str = ""
    share: float | None = None
    values: Sequence[tuple[str, float]] = field(default_factory=tuple)


def about(part: float) -> str:
    """A share of one as a percentage of three digits; only everything is 100%, only nothing is 0%."""
    if 0 < part < 0.0001:
        return "less than 0.01%"
    for digits in range(3, 17):
        text = f"{part * 100:.{digits}g}"
        if part >= 1 or float(text) < 100:
            break
    return f"{text}%"


def quoted(value: str) -> str:
    """A value in a sentence, cut where it is long."""
    if len(value) <= _LONGEST:
        return value or "(empty)"
    return f"{value[:_LONGEST]}… ({len(value):,} characters)"


def listed(values: Sequence[str]) -> str:
    """The first values, and how many more there are."""
    more = f" and {len(values) - _NAMED:,} more" if len(values) > _NAMED else ""
    return ", ".join(map(quoted, values[:_NAMED])) + more


def common_of(statistics: Any) -> Any:
    """The counts that all kinds of features have; None without statistics."""
    kind = statistics.WhichOneof("stats") if statistics is not None else None
    return getattr(statistics, kind).common_stats if kind else None


def numbers_of(evidence: Evidence) -> Any:
    """The statistics of numbers; None for a feature that has none."""
    has = evidence.statistics is not None and evidence.statistics.WhichOneof("stats") == "num_stats"
    return evidence.statistics.num_stats if has else None


def present_share(statistics: Any) -> float | None:
    """In which share of the rows, or of the values around it, a feature is present."""
    common = common_of(statistics)
    whole = common.num_non_missing + common.num_missing if common else 0
    return common.num_non_missing / whole if whole else None


def present(evidence: Evidence) -> str:
    """In how many rows the feature was found."""
    common = common_of(evidence.statistics)
    part = present_share(evidence.statistics)
    if common is None or part is None:
        return "not in the data"
    whole = common.num_non_missing + common.num_missing
    return f"in {about(part)} of the rows ({common.num_non_missing:,} of {whole:,})"


def type_found(evidence: Evidence) -> str:
    """The type of the data; empty without statistics."""
    return _TYPES.get(evidence.statistics.type, "UNKNOWN") if evidence.statistics is not None else ""


def examples(evidence: Evidence) -> str:
    """What the values look like."""
    statistics = evidence.statistics
    if statistics is not None and statistics.WhichOneof("stats") == "string_stats":
        values = [top.value for top in statistics.string_stats.top_values]
        return f": {listed(values)}" if values else ""
    numbers = numbers_of(evidence)
    return f": {rounded(numbers.min)} to {rounded(numbers.max)}" if numbers is not None else ""


def rounded(value: float) -> str:
    """A number with six digits, or more before the point."""
    return words.number(float(f"{value:.6g}")) if abs(value) < 1e6 else words.number(value)


def custom(statistics: Any) -> str:
    """The statistics that only some kinds of features have, by their names."""
    found = []
    for custom in statistics.custom_stats if statistics is not None else ():
        kind = custom.WhichOneof("val")
        if kind in ("num", "str"):
            value = getattr(custom, kind)
            found.append(f"{custom.name}: {value if isinstance(value, str) else words.number(value)}")
    return ", ".join(found)


def detail(evidence: Evidence, label: str) -> str:
    """What the schema asks under this label; empty if nothing."""
    return dict(evidence.expected.details).get(label, "") if evidence.expected else ""
