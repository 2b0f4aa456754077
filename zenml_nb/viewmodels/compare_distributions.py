"""How far apart the features of two runs are, split by split."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zenml_nb.records import Run
from zenml_nb.viewmodels.compare_artifacts import Reading, artifact_of, lacking
from zenml_nb.viewmodels.discretion import cut
from zenml_nb.viewmodels.statistics import Dataset, statistics_document

Document = dict[str, Any]

_MOST_FEATURES, _MOST_CHARTS, _MOST_LABELS, _LONGEST_LABEL = 200, 30, 12, 60


def distributions_part(old: Run, new: Run, reading: Reading) -> Document:
    """The distances of the features in the splits that both runs have, the largest first."""
    ours = [artifact_of(run, "ExampleStatistics", "statistics") for run in (old, new)]
    before, after = ours
    if before is None or after is None:
        return {"note": lacking(before, after, "statistics"), "features": []}
    if before.id == after.id:
        return {"note": "Both runs have the very same statistics: they were taken from the cache.", "features": []}
    splits = [split for split in before.splits if split in after.splits]
    if not splits:
        return {"note": "The runs have no split of the same name.", "features": []}
    compared = {split: [reading.statistics(run, split) for run in (old, new)] for split in splits}
    readable = {split: pair for split, pair in compared.items() if None not in pair}
    found = [feature for split, pair in readable.items() for feature in _features(split, pair)]
    found.sort(key=lambda feature: (feature["distance"] is None, -_size(feature["distance"])))
    for feature in [*found[_MOST_CHARTS:], *(feature for feature in found if feature["distance"] == 0)]:
        feature["charts"] = []
        feature.pop("labels", None)
    return {"note": _note(len(found), len(splits) - len(readable)), "features": found[:_MOST_FEATURES]}


def _note(features: int, unreadable: int) -> str:
    words = []
    if features > _MOST_FEATURES:
        words.append(f"{features - _MOST_FEATURES:,} more features, which are less distant, are not shown.")
    if unreadable:
        words.append(f"The statistics of {unreadable:,} split{'' if unreadable == 1 else 's'} cannot be read.")
    return " ".join(words)


def _size(distance: Any) -> float:
    return distance if isinstance(distance, (int, float)) else 0.0


def _features(split: str, pair: Sequence[Any]) -> Iterator[Document]:
    # Both runs have a split of this name: here they are told apart by their place.
    document = statistics_document([Dataset(name, own) for name, own in zip(("old", "new"), pair, strict=True)])
    for section in document["sections"]:
        kind = section["kind"] if section["kind"] in ("numeric", "categorical") else "other"
        names = [column["name"] for column in section["columns"]]
        for feature in section["features"]:
            # Beside the two datasets there may be those by weight.
            sides = feature["data"][:2]
            labels = feature.get("labels", [])[:_MOST_LABELS]
            yield {
                "split": cut(split, 200),
                "name": cut(feature["name"], 200),
                "type": feature["type"],
                "kind": kind,
                "distance": _distance(names, sides[1]),
                **({"labels": [cut(label, _LONGEST_LABEL) for label in labels]} if labels else {}),
                "charts": [_chart(names, side, len(labels)) for side in sides],
            }


def _distance(names: Sequence[str], side: Mapping[str, Any] | None) -> Any:
    return None if side is None or "distance" not in names else side["figures"][names.index("distance")]


def _chart(names: Sequence[str], side: Mapping[str, Any] | None, labels: int) -> Document | None:
    if side is None:
        return None
    if labels and "counts" in side:
        return {"counts": side["counts"][:labels]}
    if "bins" not in side:
        return None
    ends = [side["figures"][names.index(name)] for name in ("min", "max")]
    return {"edges": side.get("bin_edges") or ends, "counts": side["bins"]}
