"""What a schema of TFDV asks of a feature, in words; equal words mean equal values, so that words can be compared."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tensorflow_metadata.proto.v0 import schema_pb2

Property = tuple[str, str]

_STAGES = {1: "planned", 2: "alpha", 3: "beta", 4: "production", 5: "deprecated", 6: "debug only", 7: "disabled"}
_STAGES[9] = "derived for validation"
#: TFDV checks nothing of a feature in one of these stages.
UNCHECKED_STAGES = frozenset({"planned", "alpha", "deprecated", "debug only", "disabled"})
_TYPES = {0: "UNKNOWN", 1: "BYTES", 2: "INT", 3: "FLOAT", 4: "STRUCT"}
_TIMES = {5: "days", 1: "seconds", 2: "milliseconds", 3: "microseconds", 4: "nanoseconds"}
_CATEGORICAL = {1: ", categorical", 2: ", not categorical"}
_COMPARATORS = {
    "infinity_norm": "L-infinity distance",
    "jensen_shannon_divergence": "Jensen-Shannon divergence",
    "normalized_abs_difference": "normalized absolute difference",
}
_HISTOGRAMS = {1: " of the quantiles", 2: " of the standard histogram"}
_VALUE_WORDS = {"int_domain": "int", "float_domain": "float", "string_domain": "values", "bool_domain": "bool"}
_SEMANTIC_WORDS = {
    "struct_domain": "struct",
    "natural_language_domain": "language",
    "image_domain": "image",
    "mid_domain": "mid",
    "url_domain": "url",
    "time_domain": "time",
    "time_of_day_domain": "time of day",
}
_DOMAIN_WORDS = {
    "mid_domain": "knowledge graph identifier",
    "natural_language_domain": "natural language",
    "url_domain": "URL",
}
_KINDS = {**_VALUE_WORDS, **_SEMANTIC_WORDS}
# What has its own words below; any other field, also one that a later version adds, is written as protobuf writes it.
_WORDED = {"name", "deprecated", "presence", "group_presence", "shape", "value_count", "value_counts", "type", "domain"}
_WORDED |= {*_KINDS, "distribution_constraints", "annotation", "skew_comparator", "drift_comparator"}
_WORDED |= {"in_environment", "not_in_environment", "lifecycle_stage", "unique_constraints"}


@dataclass(frozen=True)
class Domain:
    """The values that a feature may have.

    Attributes:
        kind: one word; empty without a domain.
        text: for people.
        name: of a domain that features share, else empty.
        values: of a text domain, else None.
    """

    kind: str = ""
    text: str = ""
    name: str = ""
    values: Sequence[str] | None = None


@dataclass(frozen=True)
class NamedDomains:
    """The domains that a schema keeps apart from its features, by their names."""

    values: Mapping[str, Any] = field(default_factory=dict)
    ranges: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, schema: schema_pb2.Schema) -> NamedDomains:
        """Those of a schema."""
        ranges = {domain.name: domain for domain in (*schema.int_domain, *schema.float_domain)}
        return cls({domain.name: domain for domain in schema.string_domain}, ranges)


def number(value: float) -> str:
    """The shortest text that says exactly this number; protobuf's ``float`` counts with its own precision."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return f"{value:,.0f}" if isinstance(value, float) else f"{value:,}"
    single = _single(value) == value
    for digits in range(6, 18):
        exact = float(f"{value:.{digits}g}")
        if exact == value or (single and _single(exact) == value):
            break
    return f"{value:,.{digits}g}"


def _single(value: float) -> float:
    try:
        rounded: float = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return math.inf
    return rounded


def share(value: float) -> str:
    """A share of one as a percentage with all its digits."""
    if not math.isfinite(value):
        return number(value)
    return f"{(Decimal(number(value).replace(',', '')) * 100).normalize():f}%"


def limits(low: float | None, high: float | None, unit: str = "") -> str:
    """An interval; empty when neither side is limited."""
    after = f" {unit}" if unit else ""
    if low is not None and high is not None:
        return f"{number(low)}{after}" if low == high else f"{number(low)} to {number(high)}{after}"
    if low is not None:
        return f"at least {number(low)}{after}"
    return f"at most {number(high)}{after}" if high is not None else ""


def counted(count: int, noun: str) -> str:
    """``1 value``, ``2 values``."""
    return f"{count:,} {noun if count == 1 else noun + 's'}"


def type_word(feature: Any) -> str:
    """BYTES, INT, FLOAT, STRUCT or UNKNOWN."""
    return _TYPES.get(feature.type, "UNKNOWN")


def optional(proto: Any, name: str) -> Any:
    """A field of a message, None where it is not set."""
    return getattr(proto, name) if proto.HasField(name) else None


def presence(feature: Any) -> tuple[str, str]:
    """In how many rows a feature must be: a level (required, partial, optional) and words."""
    if feature.HasField("presence") and feature.presence.min_fraction >= 1:
        return "required", "required"
    if feature.HasField("presence") and feature.presence.min_fraction > 0:
        return "partial", f"in at least {share(feature.presence.min_fraction)} of the rows"
    if "group_presence" in feature.DESCRIPTOR.fields_by_name and feature.HasField("group_presence"):
        return ("required", "required in its group") if feature.group_presence.required else ("optional", "optional")
    return "optional", "optional"


def valency(feature: Any) -> str:
    """How many values a row has; empty where the schema does not say."""
    kind = feature.WhichOneof("shape_type")
    if kind == "shape":
        return number(math.prod(dim.size for dim in feature.shape.dim))
    if kind == "value_count":
        return _count(feature.value_count)
    if kind == "value_counts":
        return ", of which each has ".join(_count(count) for count in feature.value_counts.value_count)
    return ""


def _count(count: Any) -> str:
    low, high = (optional(count, side) for side in ("min", "max"))
    # Zero is how TFDV writes no limit.
    return limits(low or None, high or None) or "any number"


def shape(fixed: Any) -> str:
    """The dimensions of a value of fixed shape."""
    dims = [f"{number(dim.size)} ({dim.name})" if dim.name else number(dim.size) for dim in fixed.dim]
    return " × ".join(dims) or "scalar"


def domain(feature: Any, named: NamedDomains) -> Domain:
    """The values that a feature may have."""
    kind = feature.WhichOneof("domain_info")
    if kind is None:
        return Domain()
    if kind == "domain":
        return _named_domain(feature.domain, named)
    own = getattr(feature, kind)
    values = tuple(own.value) if kind == "string_domain" else None
    name = own.name if "name" in own.DESCRIPTOR.fields_by_name else ""
    return Domain(_KINDS.get(kind) or _plain_kind(kind), domain_words(kind, own), name, values)


def _plain_kind(kind: str) -> str:
    """The word for a domain that a later version of the proto adds, from the name of its field."""
    return kind.removesuffix("_domain").replace("_", " ")


def _named_domain(name: str, named: NamedDomains) -> Domain:
    if name in named.values:
        own = named.values[name]
        return Domain("values", domain_words("string_domain", own), name, tuple(own.value))
    if name in named.ranges:
        own = named.ranges[name]
        is_int = own.DESCRIPTOR.name == "IntDomain"
        return Domain("int" if is_int else "float", domain_words("int_domain" if is_int else "float_domain", own), name)
    return Domain("unknown", f"{name}, which the schema does not define", name)


def domain_words(kind: str, own: Any) -> str:
    """The words for one domain; every field of it is in them, apart from the values of text."""
    if kind == "string_domain":
        return counted(len(own.value), "value") + _CATEGORICAL.get(own.is_categorical, "")
    if kind in ("int_domain", "float_domain"):
        return _range_words(own)
    if kind == "bool_domain":
        words = [f"{side}: {getattr(own, f'{side}_value')}" for side in ("true", "false")]
        named = [word for word, side in zip(words, ("true", "false"), strict=True) if getattr(own, f"{side}_value")]
        return ", ".join(named) or "true or false"
    if kind == "struct_domain":
        return counted(len(own.feature) + len(own.sparse_feature), "feature")
    if kind in ("time_domain", "time_of_day_domain"):
        return _time_words(kind, own)
    if kind == "image_domain":
        return _image_words(own)
    word = _DOMAIN_WORDS.get(kind) or _plain_kind(kind)
    return f"{word}: {plain(own)}" if own.ListFields() else word


def _range_words(own: Any) -> str:
    words = [limits(optional(own, "min"), optional(own, "max")) or "any number"]
    if own.is_categorical:
        words.append("categorical")
    if own.DESCRIPTOR.name == "FloatDomain":
        words += ["no NaN"] if own.disallow_nan else []
        words += ["no infinity"] if own.disallow_inf else []
        words += _embedding_words(own)
    return ", ".join(words)


def _embedding_words(own: Any) -> list[str]:
    # Older versions of the proto have fewer of these fields.
    fields = own.DESCRIPTOR.fields_by_name
    words = ["embedding"] if "is_embedding" in fields and own.is_embedding else []
    if "embedding_dim" in fields and own.embedding_dim:
        words.append(f"embedding of {counted(own.embedding_dim, 'dimension')}")
    if "embedding_type" in fields and own.embedding_type:
        words.append(f"embedding by {own.embedding_type}")
    return words


def _time_words(kind: str, own: Any) -> str:
    word = "time of day" if kind == "time_of_day_domain" else "time"
    format_kind = own.WhichOneof("format")
    if format_kind == "string_format":
        return f"{word} as {own.string_format}"
    if format_kind == "integer_format":
        if kind == "time_of_day_domain":
            return f"{word} packed in 64 bits, to the nanosecond" if own.integer_format == 1 else word
        unit = _TIMES.get(own.integer_format)
        return f"{word} in {unit} since 1970" if unit else word
    return word


def _image_words(own: Any) -> str:
    words = ["image"]
    if own.HasField("minimum_supported_image_fraction"):
        words.append(f"{share(own.minimum_supported_image_fraction)} of a supported format")
    if "max_image_byte_size" in own.DESCRIPTOR.fields_by_name and own.HasField("max_image_byte_size"):
        words.append(f"at most {counted(own.max_image_byte_size, 'byte')}")
    return ", ".join(words)


def environments(feature: Any) -> str:
    """Where a feature is expected, if not everywhere."""
    words = []
    if feature.in_environment:
        words.append("in " + ", ".join(feature.in_environment))
    if feature.not_in_environment:
        words.append("not in " + ", ".join(feature.not_in_environment))
    return "; ".join(words)


def stage(feature: Any) -> str:
    """The lifecycle stage; empty where the schema does not say."""
    fields = feature.DESCRIPTOR.fields_by_name
    if "deprecated" in fields and feature.deprecated:
        return "deprecated"
    return _STAGES.get(feature.lifecycle_stage, "")


def details(feature: Any) -> list[Property]:
    """All else that a schema says of a feature: a label and its text each, in a fixed order."""
    found: list[Property] = []
    if feature.HasField("presence") and feature.presence.min_count:
        found.append(("Least number of rows", number(feature.presence.min_count)))
    if feature.HasField("distribution_constraints"):
        mass = feature.distribution_constraints.min_domain_mass
        found.append(("Values in the domain", f"at least {share(mass)}"))
    if feature.HasField("unique_constraints"):
        unique = feature.unique_constraints
        found.append(("Unique values", limits(optional(unique, "min"), optional(unique, "max")) or "any number"))
    found += [(label, comparator(getattr(feature, name))) for name, label in _compared(feature)]
    if feature.HasField("annotation"):
        found += annotation(feature.annotation)
    return found + other_fields(feature, _WORDED)


def _compared(feature: Any) -> list[Property]:
    names = [("drift_comparator", "Drift between data sets"), ("skew_comparator", "Skew between training and serving")]
    return [(name, label) for name, label in names if feature.HasField(name)]


def comparator(own: Any) -> str:
    """The distances that a comparator allows."""
    words = []
    for proto, value in own.ListFields():
        source = _HISTOGRAMS.get(value.source.type, "") if "source" in value.DESCRIPTOR.fields_by_name else ""
        words.append(f"{_COMPARATORS.get(proto.name, proto.name)}{source} at most {number(value.threshold)}")
    return "; ".join(words) or "no limit"


def annotation(own: Any) -> list[Property]:
    """Tags, comments and whatever else people noted."""
    found = [("Tags", ", ".join(own.tag))] if own.tag else []
    found += [("Comment", "\n".join(own.comment))] if own.comment else []
    found += [("Metadata", ", ".join(extra.type_url for extra in own.extra_metadata))] if own.extra_metadata else []
    return found


def other_fields(message: Any, worded: set[str]) -> list[Property]:
    """The fields that have no words of their own."""
    found = []
    for proto, value in message.ListFields():
        if proto.name not in worded:
            content = plain(value) if proto.message_type and hasattr(value, "ListFields") else str(value)
            found.append((proto.name.replace("_", " ").capitalize(), content))
    return found


def plain(message: Any) -> str:
    """A message on one line, as protobuf writes it."""
    from google.protobuf import text_format

    text: str = text_format.MessageToString(message, as_one_line=True, as_utf8=True)
    return text
