"""Reads the figures and histograms of a statistics document, for the static renderers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from zenml_nb.views.format import MISSING, format_cell, format_number, is_number

Feature = Mapping[str, Any]
Data = Mapping[str, Any]

_MOST_DATASETS = 12


class Bar(NamedTuple):
    """One bin, or one category that is one wide.

    Attributes:
        low, high: its edges.
        size: how many values it holds.
    """

    low: float
    high: float
    size: float


def number_of(cell: object) -> float:
    """A cell as a number; what is none is NaN."""
    if isinstance(cell, str):
        return {"Infinity": math.inf, "-Infinity": -math.inf}.get(cell, math.nan)
    return float(cell) if is_number(cell) else math.nan


def figure_text(column: Mapping[str, Any], data: Data, cell: object) -> str:
    """A figure as it is shown; a share with the count that it is of."""
    if column["kind"] != "share" or cell is None:
        return format_cell(cell, column["kind"])
    count, missing = data["figures"][:2]
    whole = number_of(count) + number_of(missing) if column["of"] == "rows" else values_of(data)
    share = percent(number_of(cell) / whole) if whole > 0 else MISSING
    return share if cell == 0 or share == MISSING else f"{share} ({format_cell(cell, 'number')})"


def values_of(data: Data) -> float:
    """How many values a feature has in a dataset."""
    return number_of(data.get("values", data["figures"][0]))


def percent(share: float) -> str:
    """A share as a percentage with two digits behind the point at most."""
    value = share * 100
    if not math.isfinite(value):
        return MISSING
    if 0 < value < 0.01:
        return "<0.01%"
    # What is nearly all is not all.
    return ">99.99%" if 99.99 < value < 100 else f"{format_number(round(value, 2))}%"


def shown_datasets(document: Mapping[str, Any]) -> list[int]:
    """The datasets with figures in a static page: all of them, or those that are shown where there are too many."""
    datasets = document["datasets"]
    if len(datasets) <= _MOST_DATASETS:
        return list(range(len(datasets)))
    return [index for index, dataset in enumerate(datasets) if dataset["shown"]][:_MOST_DATASETS]


def hidden_note(document: Mapping[str, Any]) -> list[str]:
    """Tells what a static page leaves out, if it does."""
    hidden = len(document["datasets"]) - len(shown_datasets(document))
    return [f"{hidden:,} more slices are shown where this view is interactive."] if hidden else []


def standard_bars(section: Mapping[str, Any], data: Data) -> list[Bar]:
    """The bins of equal width."""
    if "bins" not in data:
        return []
    return bars_of(data.get("bin_edges") or _ends(section, data), data["bins"])


def quantile_bars(section: Mapping[str, Any], data: Data) -> list[Bar]:
    """The bins between quantiles."""
    if "quantiles" not in data:
        return []
    low, high = _ends(section, data)
    edges = [edge if edge is not None else high if index else low for index, edge in enumerate(data["quantiles"])]
    bins = len(edges) - 1
    counts = data.get("quantile_counts") or [values_of(data) / bins]
    return bars_of(edges, counts * bins if len(counts) == 1 else counts)


def bars_of(edges: Sequence[object], counts: Sequence[object]) -> list[Bar]:
    """A histogram; two edges lie around bins of equal width."""
    known = list(map(number_of, edges))
    if len(known) == 2:
        low, width = known[0], known[1] - known[0]
        known = [low + width * index / len(counts) for index in range(len(counts) + 1)]
    return [Bar(*bar) for bar in zip(known, known[1:], map(number_of, counts), strict=False)]


def category_bars(data: Data) -> list[Bar]:
    """The listed categories; those that a dataset does not tell are not there."""
    counts = enumerate(data.get("counts", ()))
    return [Bar(index, index + 1, number_of(count)) for index, count in counts if count is not None]


def value_texts(section: Mapping[str, Any], feature: Feature, data: Data) -> Iterator[str]:
    """All values of a feature in one dataset, each histogram as a line of text."""
    for title, bars in (("Bins", standard_bars(section, data)), ("Quantiles", quantile_bars(section, data))):
        if bars:
            yield f"{title}: {_bins_text(bars)}"
    if "counts" in data:
        listed = [
            f"{format_cell(label, 'text') or '(empty)'} {format_cell(count, 'number')}"
            for label, count in zip(feature["labels"], data["counts"], strict=True)
            if count is not None
        ]
        more = [f"and {_text(data['rest'][0])} more values {_text(data['rest'][1])} times"] if "rest" in data else []
        yield "Values: " + "; ".join([*listed, *more])
    for name, value in data.get("facts", ()):
        yield f"{_text(name)}: {_text(value)}"
    for chart in data.get("charts", ()):
        if "labels" in chart:
            pairs = zip(chart["labels"], chart["counts"], strict=True)
            listed = [f"{format_cell(label, 'text') or '(empty)'} {_text(count)}" for label, count in pairs]
            more = [f"and {chart['more']:,} more values"] if "more" in chart else []
            yield f"{_text(chart['title'])}: " + "; ".join([*listed, *more])
        else:
            yield f"{_text(chart['title'])}: {_bins_text(bars_of(chart['edges'], chart['counts']))}"


def _bins_text(bars: Sequence[Bar]) -> str:
    """Edges and sizes in as few words as they need."""
    edges = [*(bar.low for bar in bars), bars[-1].high]
    sizes = [format_number(bar.size) for bar in bars]
    width = edges[-1] - edges[0]
    steps = (edges[0] + width * index / len(bars) for index in range(len(edges)))
    if all(abs(edge - step) <= width * 1e-9 for edge, step in zip(edges, steps, strict=True)):
        return f"{' | '.join(sizes)}, from {format_number(edges[0])} to {format_number(edges[-1])} in equal steps"
    places = list(map(format_number, edges))
    if len(set(sizes)) == 1:
        return f"{' | '.join(places)}, each {sizes[0]}"
    return " ".join([*(f"{place} ({size})" for place, size in zip(places, sizes, strict=False)), places[-1]])


def _text(cell: object) -> str:
    return format_cell(cell, "number")


def _ends(section: Mapping[str, Any], data: Data) -> list[object]:
    names = [column["name"] for column in section["columns"]]
    return [data["figures"][names.index(name)] for name in ("min", "max")]
