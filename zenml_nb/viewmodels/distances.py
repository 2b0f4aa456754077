"""How far apart two distributions are, as the drift comparator of TFDV measures it.

TFDV computes these figures in C++ while it validates (``anomalies/metrics.cc`` of tensorflow/data-validation). Here
they are computed from the same protos without TensorFlow; the tests compare both.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tensorflow_metadata.proto.v0 import statistics_pb2


def l_infinity(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """The largest difference of any value's share.

    Args:
        first, second: how often each value occurs.
    """
    shares, others = _shares(first), _shares(second)
    return max((abs(shares.get(value, 0.0) - others.get(value, 0.0)) for value in {**shares, **others}), default=0.0)


def _shares(counts: Mapping[str, float]) -> Mapping[str, float]:
    total = sum(counts.values())
    return {value: count / total for value, count in counts.items()} if total else counts


def jensen_shannon(first: statistics_pb2.Histogram, second: statistics_pb2.Histogram) -> float | None:
    """The approximate Jensen-Shannon divergence of two standard histograms, from 0 to 1 (its logarithm is to base 2).

    Both histograms are cut at the edges of either; within a bucket the values are taken to be spread evenly. Buckets
    without width are compared point by point. Those with an infinite edge, and NaN, have nothing to be compared with
    on the other side.

    Returns:
        None where a histogram is empty, or so wide that its width is infinite.
    """
    ours, theirs = _pieces(first), _pieces(second)
    cuts = sorted(ours.edges() | theirs.edges())
    points = sorted({*ours.points, *theirs.points})
    p = [*ours.spread(cuts), *(ours.points.get(point, 0.0) for point in points), ours.infinite, 0.0, ours.nan, 0.0]
    q = [*theirs.spread(cuts), *(theirs.points.get(point, 0.0) for point in points), 0.0, theirs.infinite]
    q += [0.0, theirs.nan]
    totals = sum(p), sum(q)
    if not all(totals) or not all(map(math.isfinite, totals)):
        return None
    return min(1.0, _divergence([x / totals[0] for x in p], [x / totals[1] for x in q]))


def _divergence(p: Sequence[float], q: Sequence[float]) -> float:
    """Half the divergences of Kullback and Leibler of both from their mean."""
    total = 0.0
    for x, y in zip(p, q, strict=True):
        total += sum(part * math.log2(part / ((x + y) / 2)) for part in (x, y) if part > 0)
    return total / 2


@dataclass
class _Pieces:
    """A histogram taken apart: buckets with a width, points, and what is infinite or no number."""

    nan: float
    buckets: list[tuple[float, float, float]] = field(default_factory=list)
    points: dict[float, float] = field(default_factory=dict)
    infinite: float = 0.0

    def edges(self) -> set[float]:
        return {edge for low, high, _ in self.buckets for edge in (low, high)}

    def spread(self, cuts: Sequence[float]) -> list[float]:
        """The mass between each two neighbouring cuts, among which all edges are."""
        place = {cut: index for index, cut in enumerate(cuts)}
        masses = [0.0] * max(0, len(cuts) - 1)
        for low, high, count in self.buckets:
            for index in range(place[low], place[high]):
                masses[index] += (cuts[index + 1] - cuts[index]) / (high - low) * count
        return masses


def _pieces(histogram: Any) -> _Pieces:
    pieces = _Pieces(nan=float(histogram.num_nan))
    for bucket in histogram.buckets:
        low, high, count = bucket.low_value, bucket.high_value, bucket.sample_count
        if not (math.isfinite(low) and math.isfinite(high)):
            pieces.infinite += count
        elif low == high:
            pieces.points[low] = pieces.points.get(low, 0.0) + count
        else:
            pieces.buckets.append((low, high, count))
    return pieces
