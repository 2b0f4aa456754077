from __future__ import annotations

import math

import pytest
from tensorflow_metadata.proto.v0 import statistics_pb2

from zenml_nb.viewmodels.distances import jensen_shannon, l_infinity

INFINITE = math.inf


def histogram(*buckets, nan=0):
    made = statistics_pb2.Histogram(num_nan=nan)
    for low, high, count in buckets:
        made.buckets.add(low_value=low, high_value=high, sample_count=count)
    return made


def test_l_infinity_is_the_largest_difference_of_shares():
    assert l_infinity({"a": 6, "b": 4}, {"a": 30, "c": 10}) == pytest.approx(0.4)
    assert l_infinity({"a": 6, "b": 4}, {"a": 60, "b": 40}) == 0
    assert l_infinity({"a": 1}, {"b": 5}) == 1


def test_l_infinity_without_values():
    assert l_infinity({}, {}) == 0
    assert l_infinity({}, {"a": 3}) == 1


def test_equal_distributions_have_no_divergence():
    one = histogram((0, 1, 3), (1, 2, 5))
    assert jensen_shannon(one, histogram((0, 1, 30), (1, 2, 50))) == pytest.approx(0, abs=1e-15)


def test_a_bucket_is_spread_evenly_over_the_other_edges():
    assert jensen_shannon(histogram((0, 4, 8)), histogram((0, 1, 2), (1, 4, 6))) == pytest.approx(0, abs=1e-15)


def test_disjoint_distributions_are_one_apart():
    assert jensen_shannon(histogram((0, 1, 3)), histogram((5, 6, 7))) == 1


def test_the_divergence_by_hand():
    # p = (1/2, 1/2), q = (1, 0), m = (3/4, 1/4).
    p, q = histogram((0, 1, 5), (1, 2, 5)), histogram((0, 1, 9), (1, 2, 0))
    expected = (0.5 * math.log2(0.5 / 0.75) + 0.5 * math.log2(0.5 / 0.25) + math.log2(1 / 0.75)) / 2
    assert jensen_shannon(p, q) == pytest.approx(expected, rel=1e-12)
    assert jensen_shannon(q, p) == pytest.approx(expected, rel=1e-12)


def test_points_are_compared_with_points():
    assert jensen_shannon(histogram((1, 1, 4), (1, 1, 4)), histogram((1, 1, 3))) == pytest.approx(0, abs=1e-15)
    assert jensen_shannon(histogram((1, 1, 4)), histogram((0, 2, 4))) == 1


def test_what_is_infinite_or_no_number_is_like_nothing_else():
    infinite = histogram((-INFINITE, 0, 5))
    assert jensen_shannon(infinite, infinite) == 1
    nothing = histogram(nan=5)
    assert jensen_shannon(nothing, nothing) == 1


@pytest.mark.parametrize("other", [histogram(), histogram((0, 1, 0))])
def test_without_a_usable_histogram_there_is_no_divergence(other):
    assert jensen_shannon(histogram((0, 1, 1)), other) is None


def test_an_infinite_width_cannot_be_divided():
    endless = histogram((-1.7e308, 1.7e308, 2))
    assert jensen_shannon(endless, endless) is None
