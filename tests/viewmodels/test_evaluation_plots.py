from __future__ import annotations

import itertools
import math

import pytest

from tests.evaluation_files import buckets, matrices, message
from zenml_nb.viewmodels.evaluation_plots import bucket_part, class_parts, plot_parts, threshold_part


def test_plots_of_a_thousand_thresholds_keep_their_shape():
    curve = [
        (k / 1000, 500 * (1 - k / 1000) ** 2, 400 * (1 - k / 1000) ** 6, 400 - 400 * (1 - k / 1000) ** 6, 0.0)
        for k in range(1001)
    ]
    curve = [(t, tp, fp, tn, 500 - tp) for t, tp, fp, tn, _ in curve]
    part = threshold_part(message("ConfusionMatrixAtThresholds", matrices(*curve)), 200)
    kept = list(zip(*(part[key] for key in ("threshold", "tp", "fp", "tn", "fn")), strict=True))
    assert part["total"] == 1001
    assert 150 < len(kept) <= 200
    assert (kept[0], kept[-1]) == (curve[0], curve[-1])
    assert set(kept) <= set(curve)
    rates = [(fp / 400, tp / 500) for _, tp, fp, _, _ in kept]
    steps = [max(abs(a - b) for a, b in zip(*pair, strict=True)) for pair in itertools.pairwise(rates)]
    assert max(steps) < 0.03


def test_curves_that_never_move_are_thinned_too():
    part = threshold_part(message("ConfusionMatrixAtThresholds", matrices(*[(0.5, 1, 1, 1, 1)] * 500)), 50)
    assert len(part["tp"]) == 50
    few = threshold_part(message("ConfusionMatrixAtThresholds", matrices((0.5, 1, 1, 1, 1))), 50)
    assert few == {"threshold": [0.5], "tp": [1], "fp": [1], "tn": [1], "fn": [1], "total": 1}


def test_merged_buckets_keep_their_sums():
    rows = [("-Infinity", 0, 2, 0, -1)]
    rows += [(i / 10000, (i + 1) / 10000, i % 7, (i % 7) / 2, i % 7 * (i + 0.5) / 10000) for i in range(10000)]
    rows += [(1, "Infinity", 0, 0, 0)]
    part = bucket_part(message("CalibrationHistogramBuckets", buckets(*rows)), 50)
    assert part["total"] == 10002
    assert part["lower"][:2] == ["-Infinity", 0]
    assert part["upper"][0] == 0
    assert part["upper"][-1] == 1
    assert len(part["lower"]) == 51
    for name, column in (("weight", 2), ("label", 3), ("prediction", 4)):
        assert math.fsum(part[name]) == pytest.approx(math.fsum(row[column] for row in rows))
    assert bucket_part(message("CalibrationHistogramBuckets", buckets((0, 1, 0, 0, 0))), 50) is None


def entry(actual, predicted, weight):
    return {"actualClassId": actual, "predictedClassId": predicted, "numWeightedExamples": weight}


def test_classes_are_squares():
    matrix = {"threshold": 0.5, "entries": [entry(0, 0, 5), entry(0, 2, 1), entry(2, -1, 3)]}
    found = class_parts(message("MultiClassConfusionMatrixAtThresholds", {"matrices": [matrix]}))
    assert found == [{"threshold": 0.5, "names": ["0", "2", "(none)"], "counts": [[5, 1, 0], [0, 0, 3], [0, 0, 0]]}]


def test_of_many_classes_and_thresholds_the_most_common_are_kept():
    matrices_ = [{"threshold": k / 100, "entries": [entry(i, i, 1000 - i) for i in range(100)]} for k in range(50)]
    found = class_parts(message("MultiClassConfusionMatrixAtThresholds", {"matrices": matrices_}))
    assert len(found) == 20
    assert (found[0]["threshold"], found[-1]["threshold"]) == (0, 0.49)
    assert found[0]["names"] == [*map(str, range(40)), "(other)"]
    assert sum(map(sum, found[0]["counts"])) == sum(1000 - i for i in range(100))


def test_labels_are_pairs():
    pair = {"actualClassId": 0, "predictedClassId": 1, "truePositives": 1, "falsePositives": 2, "trueNegatives": 3}
    data = message(
        "PlotData", {"multiLabelConfusionMatrixAtThresholds": {"matrices": [{"threshold": 0.5, "entries": [pair]}]}}
    )
    assert plot_parts(data, 200)["labels"] == [
        {"threshold": 0.5, "actual": [0], "predicted": [1], "tp": [1], "fp": [2], "tn": [3], "fn": [0], "total": 1}
    ]
