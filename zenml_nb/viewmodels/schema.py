"""A schema of TFDV, and how it differs from another: documents of the kind ``zenml_nb/schema@1``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zenml_nb.viewmodels import schema_words as words

if TYPE_CHECKING:
    from tensorflow_metadata.proto.v0 import schema_pb2

SCHEMA = "zenml_nb/schema@1"
Document = dict[str, Any]
Path = tuple[str, ...]

_WORDED = {"feature", "sparse_feature", "weighted_feature", "string_domain", "int_domain", "float_domain"}
_WORDED |= {"default_environment", "annotation", "tensor_representation_group"}
_TENSORS = {
    "dense_tensor": "dense",
    "varlen_sparse_tensor": "sparse, of variable length",
    "sparse_tensor": "sparse",
    "ragged_tensor": "ragged",
}


@dataclass(frozen=True)
class Entry:
    """One feature, flattened: a feature within a struct comes after the struct.

    Attributes:
        kind: feature, sparse or weighted.
        path: the names from the outermost struct to the feature.
    """

    kind: str
    path: Path
    type: str = ""
    level: str = "optional"
    presence: str = ""
    valency: str = ""
    shape: str = ""
    environments: str = ""
    stage: str = ""
    domain: words.Domain = field(default_factory=words.Domain)
    details: list[words.Property] = field(default_factory=list)

    def properties(self) -> dict[str, str]:
        """Label to text of everything that is said of the feature, for comparisons."""
        named = [
            ("Type", self.type),
            ("Presence", self.presence),
            ("Values a row", self.valency),
            ("Shape", self.shape),
            ("Domain", self.domain.text),
            ("Kind of domain", self.domain.kind),
            ("Name of the domain", self.domain.name),
            ("Environments", self.environments),
            ("Stage", self.stage),
        ]
        return {label: text for label, text in [*named, *self.details] if text}


def schema_document(
    schema: schema_pb2.Schema,
    *,
    title: str = "Schema",
    other: schema_pb2.Schema | None = None,
    names: tuple[str, str] = ("this", "other"),
) -> Document:
    """A schema, feature by feature.

    Args:
        schema: the schema to show.
        title: of the view.
        other: an older or another schema; the document then tells what is added, removed and changed since.
        names: what the two schemas are called.
    """
    entries = entries_of(schema)
    domains: dict[tuple[str, tuple[str, ...]], int] = {}
    document: Document = {
        "schema": SCHEMA,
        "title": title,
        "notes": [_summary(entries)],
        "features": [_feature(entry, domains) for entry in entries],
        "domains": [{"name": name, "values": list(values)} for name, values in domains],
        "tensors": list(_tensors(schema)),
        "settings": [_property(*setting) for setting in _settings(schema, entries)],
    }
    if other is not None:
        document["difference"] = schema_difference(schema, other, names)
    return document


def entries_of(schema: schema_pb2.Schema) -> list[Entry]:
    """Every feature of a schema, those in structs below their struct."""
    named = words.NamedDomains.of(schema)
    weighted = [
        Entry("weighted", (own.name,), stage=words.stage(own), details=_weighted_details(own))
        for own in schema.weighted_feature
    ]
    return [*_nested(schema, (), named), *weighted]


def _nested(owner: Any, above: Path, named: words.NamedDomains) -> Iterator[Entry]:
    """The features of a schema or of a struct."""
    for feature in owner.feature:
        path = (*above, feature.name)
        level, presence = words.presence(feature)
        yield Entry(
            kind="feature",
            path=path,
            type=words.type_word(feature),
            level=level,
            presence=presence,
            valency=words.valency(feature),
            shape=words.shape(feature.shape) if feature.WhichOneof("shape_type") == "shape" else "",
            environments=words.environments(feature),
            stage=words.stage(feature),
            domain=words.domain(feature, named),
            details=words.details(feature),
        )
        if feature.WhichOneof("domain_info") == "struct_domain":
            yield from _nested(feature.struct_domain, path, named)
    for own in owner.sparse_feature:
        level, presence = words.presence(own)
        yield Entry(
            kind="sparse",
            path=(*above, own.name),
            type=words.type_word(own),
            level=level,
            presence=presence,
            shape=words.shape(own.dense_shape) if own.HasField("dense_shape") else "",
            stage=words.stage(own),
            details=_sparse_details(own),
        )


def _sparse_details(own: Any) -> list[words.Property]:
    found = [("Index features", ", ".join(index.name for index in own.index_feature))]
    found.append(("Value feature", own.value_feature.name))
    found.append(("Sorted", "yes" if own.is_sorted else "no"))
    if own.presence.min_count:
        found.append(("Least number of rows", words.number(own.presence.min_count)))
    return found


def _weighted_details(own: Any) -> list[words.Property]:
    paths = (("Feature", own.feature), ("Weights", own.weight_feature))
    return [(label, ".".join(path.step)) for label, path in paths]


def _feature(entry: Entry, domains: dict[tuple[str, tuple[str, ...]], int]) -> Document:
    """The features that share a domain point to the same list of values."""
    own: Document = {"kind": entry.domain.kind, "text": entry.domain.text, "name": entry.domain.name}
    if entry.domain.values is not None:
        own["values"] = domains.setdefault((entry.domain.name, tuple(entry.domain.values)), len(domains))
    return {
        "kind": entry.kind,
        "path": list(entry.path),
        "type": entry.type,
        "presence": {"level": entry.level, "text": entry.presence},
        "valency": entry.valency,
        "shape": entry.shape,
        "domain": own,
        "environments": entry.environments,
        "stage": entry.stage,
        "details": [_property(label, text) for label, text in entry.details],
    }


def _summary(entries: list[Entry]) -> str:
    features = [entry for entry in entries if entry.kind == "feature"]
    levels = [sum(entry.level == level for entry in features) for level in ("required", "partial", "optional")]
    named = zip(levels, ("required", "required in a share of the rows", "optional"), strict=True)
    parts = [f"{count:,} {word}" for count, word in named if count]
    for kind in ("sparse", "weighted"):
        if count := sum(entry.kind == kind for entry in entries):
            parts.append(f"and {words.counted(count, f'{kind} feature')}")
    return words.counted(len(features), "feature") + (": " if parts else "") + ", ".join(parts) + "."


def _settings(schema: schema_pb2.Schema, entries: Iterable[Entry]) -> list[words.Property]:
    """What the schema says of no single feature."""
    found = []
    if schema.default_environment:
        found.append(("Default environments", ", ".join(schema.default_environment)))
    found += words.annotation(schema.annotation) if schema.HasField("annotation") else []
    found += words.other_fields(schema, _WORDED)
    used = {entry.domain.name for entry in entries}
    for kind in ("string_domain", "int_domain", "float_domain"):
        for own in getattr(schema, kind):
            if own.name not in used:
                found.append((f"Domain {own.name}, which no feature uses", _unused(kind, own)))
    return found


def _unused(kind: str, own: Any) -> str:
    text = words.domain_words(kind, own)
    return f"{text}: {', '.join(own.value)}" if kind == "string_domain" and own.value else text


def _tensors(schema: schema_pb2.Schema) -> Iterator[Document]:
    for group, own in sorted(schema.tensor_representation_group.items()):
        for name, tensor in sorted(own.tensor_representation.items()):
            kind = tensor.WhichOneof("kind")
            yield {
                "group": group,
                "name": name,
                "kind": _TENSORS.get(kind, kind or ""),
                "text": _tensor_words(getattr(tensor, kind)) if kind else "",
            }


def _tensor_words(own: Any) -> str:
    """Every set field of the tensor, by its name in the proto."""
    found = []
    for proto, value in own.ListFields():
        if proto.name in ("shape", "dense_shape"):
            text = words.shape(value)
        elif proto.name == "feature_path":
            text = ".".join(value.step)
        elif isinstance(value, (str, int)):
            text = str(value)
        elif hasattr(value, "ListFields"):
            text = words.plain(value)
        else:
            text = ", ".join(item if isinstance(item, str) else words.plain(item) for item in value)
        found.append(f"{proto.name.replace('_', ' ')}: {text}")
    return "; ".join(found)


def _property(label: str, text: str) -> Document:
    return {"label": label, "text": text}


def schema_difference(schema: schema_pb2.Schema, other: schema_pb2.Schema, names: tuple[str, str]) -> Document:
    """What was added, removed and changed from another schema to this one.

    Args:
        schema, other: this one, and the older or other one.
        names: what the two are called, in this order.
    """
    new, old = _comparable(schema), _comparable(other)
    found = []
    # Removed features come last: they have no place in the schema that is shown.
    for key in [*new, *(key for key in old if key not in new)]:
        change = _change(key, old.get(key), new.get(key))
        if change:
            found.append(change)
    same = sum(entry["kind"] in ("feature", "sparse", "weighted") for entry in found if entry["change"] != "removed")
    total = sum(kind in ("feature", "sparse", "weighted") for kind, _ in new)
    return {"names": list(names), "unchanged": total - same, "entries": found}


_Comparable = tuple[dict[str, str], tuple[str, ...]]


def _comparable(schema: schema_pb2.Schema) -> dict[tuple[str, Path], _Comparable]:
    """Kind and path of everything in a schema, to its properties and its values."""
    entries = entries_of(schema)
    found: dict[tuple[str, Path], _Comparable] = {
        (entry.kind, entry.path): (entry.properties(), tuple(entry.domain.values or ())) for entry in entries
    }
    for tensor in _tensors(schema):
        found["tensor", (tensor["group"], tensor["name"])] = ({"Kind": tensor["kind"], "Of": tensor["text"]}, ())
    found["schema", ()] = (dict(_settings(schema, entries)), ())
    return found


def _change(key: tuple[str, Path], old: _Comparable | None, new: _Comparable | None) -> Document | None:
    nothing: _Comparable = ({}, ())
    (was, had), (now, has) = old or nothing, new or nothing
    labels = dict.fromkeys([*now, *was])
    changes = [
        {"label": label, "old": was.get(label), "new": now.get(label)}
        for label in labels
        if was.get(label) != now.get(label)
    ]
    added, removed = _without(has, had), _without(had, has)
    if not (changes or added or removed) and old is not None and new is not None:
        return None
    change = "added" if old is None else "removed" if new is None else "changed"
    values = {"values_added": added, "values_removed": removed}
    return {"change": change, "kind": key[0], "path": list(key[1]), "changes": changes, **values}


def _without(values: Iterable[str], others: Iterable[str]) -> list[str]:
    """The values that are not among the others, in their order."""
    known = set(others)
    return [value for value in values if value not in known]
