"""Histograms and figures of statistics in the few bytes that a document has for each of a thousand features."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

#: Beyond it a browser rounds whole numbers.
_EXACT_BELOW = 2**53
_STANDARD, _QUANTILES = 0, 1


@dataclass(frozen=True)
class Detail:
    """How precise histograms are.

    Attributes:
        digits: of a count; TFDV interpolates some, so that they have fractions.
        steps: into how many steps a histogram is divided; its inner edges are rounded to about a step.
    """

    digits: int
    steps: float


Figure = int | float | str
Bins = dict[str, list[Figure]]


def figure(number: float, digits: int = 10) -> Figure:
    """A number as JSON holds it: whole ones exactly, others to so many digits; what is not finite is a word."""
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
    if number == int(number) and abs(number) < _EXACT_BELOW:
        return int(number)
    short = float(f"{number:.{digits}g}")
    return int(short) if short == int(short) and abs(short) < _EXACT_BELOW else short


def bins_of(histogram: Any, detail: Detail) -> Bins:
    """A histogram as edges and counts.

    Returns:
        ``edges``: one more than bins; only the first and the last where all bins are equally wide. ``counts``: one a
        bin.
    """
    edges, counts = _contiguous(histogram.buckets)
    shown = [figure(count, detail.digits) for count in counts]
    if _equally_wide(edges, detail.steps):
        return {"edges": [figure(edges[0]), figure(edges[-1])], "counts": shown}
    return {"edges": _rounded(edges, detail.steps), "counts": shown}


def standard_bins(histograms: Iterable[Any], ends: list[Figure], detail: Detail) -> dict[str, list[Figure]]:
    """The histogram of bins of equal width.

    Args:
        histograms: of a feature, among which it is.
        ends: the smallest and the largest value; bins that lie evenly between them are told without their edges.
        detail: how precise it is.
    """
    found = next((found for found in histograms if found.type == _STANDARD and found.buckets), None)
    if found is None:
        return {}
    bins = bins_of(found, detail)
    return {"bins": bins["counts"], **({"bin_edges": bins["edges"]} if bins["edges"] != ends else {})}


def quantile_bins(
    histograms: Iterable[Any], ends: list[Figure], values: float, detail: Detail
) -> dict[str, list[Figure | None]]:
    """The histogram between quantiles.

    Args:
        histograms: of a feature, among which it is.
        ends: the smallest and the largest value; None stands for them.
        values: how many there are; bins with an equal part of them are told without their counts, other equal ones
            with a single count.
        detail: how precise it is.
    """
    found = next((found for found in histograms if found.type == _QUANTILES and found.buckets), None)
    if found is None:
        return {}
    edges, counts = _contiguous(found.buckets)
    first, *inner, last = _rounded(edges, detail.steps)
    low, high = (None if edge == end else edge for edge, end in zip((first, last), ends, strict=True))
    drawn: dict[str, list[Figure | None]] = {"quantiles": [low, *inner, high]}
    even = len(set(counts)) == 1
    if not (even and counts[0] * len(counts) == values):
        drawn["quantile_counts"] = [figure(count, detail.digits) for count in (counts[:1] if even else counts)]
    return drawn


def _contiguous(buckets: Iterable[Any]) -> tuple[list[float], list[float]]:
    """Edges and counts; where two buckets do not touch, an empty bin lies between them."""
    edges: list[float] = []
    counts: list[float] = []
    for bucket in buckets:
        if not edges:
            edges.append(bucket.low_value)
        elif bucket.low_value > edges[-1]:
            edges.append(bucket.low_value)
            counts.append(0.0)
        edges.append(bucket.high_value)
        counts.append(bucket.sample_count)
    return edges, counts


def _equally_wide(edges: Sequence[float], steps: float) -> bool:
    low, width = edges[0], edges[-1] - edges[0]
    if not math.isfinite(width) or not width:
        return False
    bins = len(edges) - 1
    return all(abs(edge - low - width * index / bins) <= width / steps for index, edge in enumerate(edges))


def _rounded(edges: Sequence[float], steps: float) -> list[Figure]:
    """The ends as they are, and what is between them no finer than it can be drawn."""
    width = edges[-1] - edges[0]
    if not math.isfinite(width) or width <= 0:
        return [figure(edge) for edge in edges]
    # A narrow range far from zero needs more digits than six; a wide one needs no more than the steps.
    places = min(300, math.ceil(-math.log10(width / steps)))
    return [figure(edges[0]), *(figure(round(edge, places), 17) for edge in edges[1:-1]), figure(edges[-1])]


def evenness(counts: Sequence[float]) -> float:
    """How evenly the buckets are filled, from 0 (all in one) to 1.

    Shannon's entropy of the buckets' shares divided by the logarithm of their number. Facets Overview orders features
    by the same figure (``getNormalizedEntropy`` in ``facets_overview/common/utils.ts``): the least even is the first.
    """
    total = sum(counts)
    if not total or len(counts) < 2:
        return 0.0
    shares = [count / total for count in counts if count > 0]
    return -sum(share * math.log(share) for share in shares) / math.log(len(counts))
