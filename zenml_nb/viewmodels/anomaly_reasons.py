"""Why TFDV objects to data, in plain words, with what was expected beside what was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from zenml_nb.viewmodels import schema_words as words
from zenml_nb.viewmodels.anomaly_evidence import (
    Evidence,
    Explanation,
    about,
    common_of,
    custom,
    detail,
    examples,
    listed,
    numbers_of,
    present,
    present_share,
    quoted,
    rounded,
    type_found,
)

MEASURE_WORDS = {
    1: "L-infinity distance",
    2: "Jensen-Shannon divergence",
    3: "normalized absolute difference",
}
_MEASURES = {
    "COMPARATOR_L_INFTY_HIGH": 1,
    "COMPARATOR_JENSEN_SHANNON_DIVERGENCE_HIGH": 2,
    "COMPARATOR_NORMALIZED_ABSOLUTE_DIFFERENCE_HIGH": 3,
}


def explain(kind: str, description: str, evidence: Evidence) -> Explanation:
    """A reason of TFDV in plain words.

    Args:
        kind: the name of its ``AnomalyInfo.Type``.
        description: TFDV's own words, used where there are no better ones.
        evidence: what is known of the feature.
    """
    family = _FAMILY_OF.get(kind)
    if family is not None:
        explained = family(kind, description, evidence)
        return replace(explained, text=explained.text.strip())
    text = _SENTENCES.get(kind, "") or description or "TFDV gives no reason."
    domain = evidence.expected.domain.text if evidence.expected else ""
    return Explanation(text, domain, custom(evidence.statistics))


def _unexpected_values(kind: str, description: str, evidence: Evidence) -> Explanation:
    domain = evidence.expected.domain if evidence.expected else None
    statistics = evidence.statistics
    known = statistics is not None and statistics.WhichOneof("stats") == "string_stats"
    if domain is None or domain.values is None or not known:
        return Explanation(
            "Values are not in the domain. " + description, domain.text if domain else "", type_found(evidence)
        )
    string = statistics.string_stats
    buckets = [(bucket.label, bucket.sample_count) for bucket in string.rank_histogram.buckets]
    counts = buckets or [(top.value, top.frequency) for top in string.top_values]
    allowed = frozenset(domain.values)
    others = [(value, count) for value, count in counts if value not in allowed]
    if not others:
        return Explanation(f"Values are not in the domain. {description}", _one_of(evidence))
    part, unit = _share_of(sum(count for _, count in others), evidence)
    least = "At least " if string.unique > len(counts) else ""
    how_many = words.counted(len(others), "value")
    verb = "is" if len(others) == 1 else "are"
    named = listed([value for value, _ in others])
    amount = f" ({about(part)} of the {unit})" if part is not None else ""
    text = f"{least}{how_many} {verb} not in the domain: {named}{amount}."
    found = listed([f"{quoted(value)} ({count:,.0f})" for value, count in others])
    return Explanation(text, _one_of(evidence), found, part, others)


def _one_of(evidence: Evidence) -> str:
    domain = evidence.expected.domain if evidence.expected else words.Domain()
    mass = detail(evidence, "Values in the domain")
    named = f"one of {domain.text}: {listed(domain.values)}" if domain.values else domain.text
    return f"{named}; {mass} of the values" if mass else named


def _share_of(count: float, evidence: Evidence) -> tuple[float | None, str]:
    """Of the rows where each has one value at most, else of the values."""
    common = common_of(evidence.statistics)
    if common.max_num_values > 1:
        return (count / common.tot_num_values if common.tot_num_values else None), "values"
    whole = evidence.rows or common.num_non_missing + common.num_missing
    return (count / whole if whole else None), "rows"


def _wrong_type(kind: str, description: str, evidence: Evidence) -> Explanation:
    found = type_found(evidence)
    entry = evidence.expected
    if entry is None or not found:
        return Explanation(description or "The values are of another type than the schema asks for.", "", found)
    if (found if found != "STRING" else "BYTES") == entry.type:
        text = f"The values are not what the domain asks for: {entry.domain.text or entry.domain.kind}."
        return Explanation(text, f"{entry.type}, {entry.domain.text}", found + examples(evidence))
    text = f"The values are of type {found}, and the schema asks for {entry.type}."
    return Explanation(text, entry.type, found + examples(evidence), present_share(evidence.statistics))


def _unreadable(kind: str, description: str, evidence: Evidence) -> Explanation:
    wanted = "integers" if "INT" in kind.split("_NOT_")[-1] else "floats"
    domain = evidence.expected.domain.text if evidence.expected else ""
    text = f"Some texts cannot be read as {wanted}."
    return Explanation(text, f"text of {wanted}" + (f", {domain}" if domain else ""), f"text{examples(evidence)}")


def _missing(kind: str, description: str, evidence: Evidence) -> Explanation:
    entry = evidence.expected
    expected = entry.presence if entry else ""
    if entry and entry.level == "required":
        expected = "in every row (required)" if expected == "required" else expected
    least = detail(evidence, "Least number of rows")
    if least and (kind == "FEATURE_TYPE_LOW_NUMBER_PRESENT" or expected == "optional"):
        expected = f"in at least {least} {'row' if least == '1' else 'rows'}"
    part, common = present_share(evidence.statistics), common_of(evidence.statistics)
    if part is None or part == 0:
        text = "No row has a value" if part == 0 else "The column is not in the data"
        asks = f", and the schema asks for it: {expected}" if expected else ""
        return Explanation(f"{text}{asks}.", expected, present(evidence), 1.0)
    text = f"{words.counted(common.num_missing, 'row')} ({about(1 - part)}) {_verb(common.num_missing)} no value"
    asks = (
        " and the schema asks for one in every row"
        if expected.startswith("in every row")
        else f"; expected is: {expected}"
    )
    return Explanation(text + (asks if expected else "") + ".", expected, present(evidence), 1 - part)


def _verb(count: int) -> str:
    return "has" if count == 1 else "have"


def _new_column(kind: str, description: str, evidence: Evidence) -> Explanation:
    found = f"{type_found(evidence)} {present(evidence)}" if evidence.statistics is not None else ""
    return Explanation(
        "The column is in the data and not in the schema.", "no such feature", found, present_share(evidence.statistics)
    )


def _value_count(kind: str, description: str, evidence: Evidence) -> Explanation:
    entry, common = evidence.expected, common_of(evidence.statistics)
    expected = ""
    if entry and entry.valency:
        expected = f"{entry.valency} {'value' if entry.valency == '1' else 'values'} a row"
    found = ""
    if common is not None and common.num_non_missing:
        found = words.limits(common.min_num_values, common.max_num_values)
        found += " value a row" if found == "1" else " values a row"
        if kind == "INVALID_FEATURE_SHAPE":
            found += f", {present(evidence)}"
    sentence = {
        "FEATURE_TYPE_HIGH_NUMBER_VALUES": "Some rows have more values than the schema allows",
        "FEATURE_TYPE_LOW_NUMBER_VALUES": "Some rows have fewer values than the schema asks for",
        "FEATURE_TYPE_UNEXPECTED_REPEATED": "Some rows have several values, and the schema allows one",
        "FEATURE_TYPE_NO_VALUES": "No row has values",
        "VALUE_NESTEDNESS_MISMATCH": "The values are nested more or less deeply than the schema says",
        "INVALID_FEATURE_SHAPE": "The schema asks for a fixed shape, and not every row has as many values",
    }[kind]
    if entry and entry.shape:
        expected = f"shape {entry.shape}" + (f" ({expected})" if expected else "")
    return Explanation(f"{sentence}{f': {found}' if found else ''}.", expected, found)


def _unique(kind: str, description: str, evidence: Evidence) -> Explanation:
    statistics, expected = evidence.statistics, detail(evidence, "Unique values")
    known = statistics is not None and statistics.WhichOneof("stats") == "string_stats"
    found = words.number(statistics.string_stats.unique) if known else ""
    sentence = {
        "FEATURE_TYPE_HIGH_UNIQUE": "There are more different values than the schema allows",
        "FEATURE_TYPE_LOW_UNIQUE": "There are fewer different values than the schema asks for",
        "FEATURE_TYPE_NO_UNIQUE": "The schema limits the number of different values, which is not known",
    }[kind]
    return Explanation(f"{sentence}{f': {found}' if found else ''}.", expected, found)


def _range(kind: str, description: str, evidence: Evidence) -> Explanation:
    numbers, entry = numbers_of(evidence), evidence.expected
    expected = entry.domain.text if entry else ""
    high = "BIG" in kind
    which, side = ("largest", "above") if high else ("smallest", "below")
    if entry and entry.domain.kind == "bool":
        expected = "0 or 1"
    if numbers is None:
        return Explanation(
            f"Values are {side} the limit. {description}", expected, type_found(evidence) + examples(evidence)
        )
    value = rounded(numbers.max if high else numbers.min)
    text = f"The {which} value is {value}" + (f"; allowed is {expected}." if expected else ", which is out of range.")
    return Explanation(text, expected, f"{rounded(numbers.min)} to {rounded(numbers.max)}")


def _not_finite(kind: str, description: str, evidence: Evidence) -> Explanation:
    numbers, word = numbers_of(evidence), "NaN" if kind == "FLOAT_TYPE_HAS_NAN" else "infinite"
    expected = "no NaN" if word == "NaN" else "no infinity"
    if numbers is None:
        return Explanation(f"Some values are {word}.", expected)
    if word == "infinite":
        return Explanation("Some values are infinite.", expected, f"{rounded(numbers.min)} to {rounded(numbers.max)}")
    count = max((histogram.num_nan for histogram in numbers.histograms), default=0)
    if not count:
        return Explanation("Some values are NaN.", expected)
    part, unit = _share_of(count, evidence)
    amount = f" ({about(part)} of the {unit})" if part is not None else ""
    return Explanation(f"{words.counted(count, 'value')} are NaN{amount}.", expected, f"{count:,} NaN", part)


def _distance(kind: str, description: str, evidence: Evidence) -> Explanation:
    measure = _MEASURES[kind]
    # TFDV tells drift from skew in its words alone.
    comparison = "skew" if "serving" in description else "drift"
    against = "between training and serving" if comparison == "skew" else "from the data compared with"
    same = [m for m in evidence.measurements if m.measure == measure and m.comparison == comparison]
    if not same:
        return Explanation(f"The distribution of the values differs {against}. {description}")
    allowed, name = words.number(same[0].threshold), MEASURE_WORDS[measure]
    value = rounded(same[0].value)
    text = f"The distribution of the values differs {against}: the {name} is {value}, and {allowed} is allowed."
    return Explanation(text, f"{name} at most {allowed}", value)


def _row_count(kind: str, description: str, evidence: Evidence) -> Explanation:
    found = words.counted(int(evidence.rows), "row") if evidence.rows is not None else ""
    word = "fewer" if "LOW" in kind else "more"
    expected = _rows_expected(kind, evidence.constraints)
    than = "the data compared with allow" if kind.startswith("COMPARATOR") else "the schema allows"
    return Explanation(f"The data have {word} rows than {than}{f': {found}' if found else ''}.", expected, found)


def _rows_expected(kind: str, constraints: Any) -> str:
    if constraints is None:
        return ""
    if kind.startswith("DATASET"):
        low, high = (words.optional(constraints, f"{side}_examples_count") or None for side in ("min", "max"))
        return words.limits(low, high, "rows")
    texts = []
    for name, which in (("drift", "the earlier data"), ("version", "the earlier version")):
        if constraints.HasField(f"num_examples_{name}_comparator"):
            own = getattr(constraints, f"num_examples_{name}_comparator")
            low, high = (words.optional(own, f"{side}_fraction_threshold") for side in ("min", "max"))
            texts.append(f"{words.limits(low, high)} times the rows of {which}")
    return "; ".join(texts)


_Family = Callable[[str, str, Evidence], Explanation]
_FAMILIES: dict[_Family, str] = {
    _unexpected_values: "ENUM_TYPE_UNEXPECTED_STRING_VALUES BOOL_TYPE_UNEXPECTED_STRING",
    _wrong_type: """
        UNEXPECTED_DATA_TYPE BOOL_TYPE_BYTES_NOT_INT BOOL_TYPE_BYTES_NOT_STRING BOOL_TYPE_FLOAT_NOT_INT
        BOOL_TYPE_FLOAT_NOT_STRING BOOL_TYPE_INT_NOT_STRING ENUM_TYPE_BYTES_NOT_STRING ENUM_TYPE_FLOAT_NOT_STRING
        ENUM_TYPE_INT_NOT_STRING FLOAT_TYPE_NOT_FLOAT FLOAT_TYPE_NON_STRING FLOAT_TYPE_UNKNOWN_TYPE_NUMBER
        INT_TYPE_INT_EXPECTED INT_TYPE_NOT_STRING INT_TYPE_STRING_EXPECTED INT_TYPE_UNKNOWN_TYPE_NUMBER
        STRING_TYPE_NOW_FLOAT STRING_TYPE_NOW_INT""",
    _unreadable: "BOOL_TYPE_STRING_NOT_INT FLOAT_TYPE_STRING_NOT_FLOAT INT_TYPE_NOT_INT_STRING",
    _missing: """
        FEATURE_TYPE_LOW_FRACTION_PRESENT FEATURE_TYPE_LOW_NUMBER_PRESENT FEATURE_TYPE_NOT_PRESENT
        SCHEMA_MISSING_COLUMN""",
    _new_column: "SCHEMA_NEW_COLUMN",
    _value_count: """
        FEATURE_TYPE_HIGH_NUMBER_VALUES FEATURE_TYPE_LOW_NUMBER_VALUES FEATURE_TYPE_NO_VALUES
        FEATURE_TYPE_UNEXPECTED_REPEATED VALUE_NESTEDNESS_MISMATCH INVALID_FEATURE_SHAPE""",
    _unique: "FEATURE_TYPE_HIGH_UNIQUE FEATURE_TYPE_LOW_UNIQUE FEATURE_TYPE_NO_UNIQUE",
    _range: """
        BOOL_TYPE_BIG_INT BOOL_TYPE_SMALL_INT BOOL_TYPE_UNEXPECTED_FLOAT FLOAT_TYPE_BIG_FLOAT FLOAT_TYPE_SMALL_FLOAT
        INT_TYPE_BIG_INT INT_TYPE_SMALL_INT""",
    _not_finite: "FLOAT_TYPE_HAS_NAN FLOAT_TYPE_HAS_INF",
    _distance: " ".join(_MEASURES),
    _row_count: """
        COMPARATOR_LOW_NUM_EXAMPLES COMPARATOR_HIGH_NUM_EXAMPLES DATASET_LOW_NUM_EXAMPLES DATASET_HIGH_NUM_EXAMPLES""",
}
_FAMILY_OF = {kind: family for family, kinds in _FAMILIES.items() for kind in kinds.split()}
_SENTENCES = {
    "BOOL_TYPE_INVALID_CONFIG": "The schema's domain of truth values contradicts the feature's type.",
    "COMPARATOR_CONTROL_DATA_MISSING": "The data to compare with do not have this feature.",
    "COMPARATOR_TREATMENT_DATA_MISSING": "The data do not have this feature, which is to be compared with other data.",
    "CUSTOM_VALIDATION": "A validation of your own does not hold.",
    "DERIVED_FEATURE_BAD_LIFECYCLE": "A derived feature has a lifecycle stage that derived features cannot have.",
    "DERIVED_FEATURE_INVALID_SOURCE": "The source of a derived feature is not valid.",
    "DOMAIN_INVALID_FOR_TYPE": "The schema gives the feature a domain that its type cannot have.",
    "EMBEDDING_SHAPE_INVALID": "The embeddings do not have as many values as the schema says.",
    "ENUM_TYPE_INVALID_UTF8": "Some values are not text in UTF-8.",
    "FEATURE_COVERAGE_TOO_LOW": "Too few of the words are in the vocabulary.",
    "FEATURE_COVERAGE_TOO_SHORT_AVG_TOKEN_LENGTH": "The words are shorter on average than the schema asks for.",
    "FEATURE_MISSING_NAME": "A feature of the schema has no name.",
    "FEATURE_MISSING_TYPE": "The schema does not say of which type the feature is.",
    "INVALID_DOMAIN_SPECIFICATION": "The schema's domain of this feature contradicts itself.",
    "INVALID_SCHEMA_SPECIFICATION": "What the schema says of this feature contradicts itself.",
    "LOW_SUPPORTED_IMAGE_FRACTION": "Too few of the values are images of a supported format.",
    "MAX_IMAGE_BYTE_SIZE_EXCEEDED": "Some images are larger than the schema allows.",
    "MULTIPLE_REASONS": "There are several reasons.",
    "NLP_WRONG_LOCATION": "The vocabulary is not where the schema says.",
    "NO_DATA_IN_SPAN": "There are no data of this time.",
    "SCHEMA_TRAINING_SERVING_SKEW": "The feature is present at training and not at serving, or the reverse.",
    "SEMANTIC_DOMAIN_UPDATE": "The values look like another kind of data than the schema says.",
    "SEQUENCE_VALUE_TOO_FEW_OCCURRENCES": "A value occurs too seldom in a sequence.",
    "SEQUENCE_VALUE_TOO_LARGE_FRACTION": "Too many of the sequences have a value.",
    "SEQUENCE_VALUE_TOO_MANY_OCCURRENCES": "A value occurs too often in a sequence.",
    "SEQUENCE_VALUE_TOO_SMALL_FRACTION": "Too few of the sequences have a value.",
    "SPARSE_FEATURE_LENGTH_MISMATCH": "Some rows have more values than indices, or the reverse.",
    "SPARSE_FEATURE_MISSING_INDEX": "Some rows have values and no indices.",
    "SPARSE_FEATURE_MISSING_VALUE": "Some rows have indices and no values.",
    "SPARSE_FEATURE_NAME_COLLISION": "A sparse feature has the name of another feature.",
    "STATS_NOT_AVAILABLE": "The statistics that this check needs were not computed.",
    "WEIGHTED_FEATURE_LENGTH_MISMATCH": "Some rows have more values than weights, or the reverse.",
    "WEIGHTED_FEATURE_MISSING_VALUE": "Some rows have weights and no values.",
    "WEIGHTED_FEATURE_MISSING_WEIGHT": "Some rows have values and no weights.",
    "WEIGHTED_FEATURE_NAME_COLLISION": "A weighted feature has the name of another feature.",
}
