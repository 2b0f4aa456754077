"""Statistics of a wide dataset, as TFDV would write them."""

from __future__ import annotations

import itertools
import random
import statistics
from typing import Any


def wide_statistics(n_features: int, rows: int, seed: int) -> Any:
    """Statistics of a wide dataset as TFDV would write them, every second feature numeric: made, not computed."""
    from tensorflow_metadata.proto.v0 import statistics_pb2 as pb

    chance = random.Random(seed)
    dataset = pb.DatasetFeatureStatistics(num_examples=rows)
    for number in range(n_features):
        feature = dataset.features.add()
        feature.path.step.append(f"feature_{number:04d}")
        if number % 2:
            feature.type = pb.FeatureNameStatistics.STRING
            _text(feature.string_stats, chance, rows)
        else:
            feature.type = pb.FeatureNameStatistics.FLOAT
            _number(feature.num_stats, chance, rows)
    return pb.DatasetFeatureStatisticsList(datasets=[dataset])


def _common(common: Any, rows: int, missing: int) -> None:
    common.num_non_missing, common.num_missing = rows - missing, missing
    common.min_num_values = common.max_num_values = 1
    common.avg_num_values = 1.0
    common.tot_num_values = rows - missing


def _number(stats: Any, chance: random.Random, rows: int) -> None:
    missing = chance.randrange(rows // 10)
    _common(stats.common_stats, rows, missing)
    values = sorted(chance.lognormvariate(0, 1) * 100 for _ in range(200))
    stats.mean, stats.std_dev = statistics.fmean(values), statistics.pstdev(values)
    stats.min, stats.median, stats.max = values[0], values[100], values[-1]
    stats.num_zeros = chance.randrange(rows // 20)
    standard = stats.histograms.add(type=0)
    width = (stats.max - stats.min) / 10
    for bucket in range(10):
        low = stats.min + bucket * width
        count = sum(low <= value < low + width or (bucket == 9 and value == stats.max) for value in values)
        standard.buckets.add(low_value=low, high_value=low + width, sample_count=count * (rows - missing) / 200)
    quantiles = stats.histograms.add(type=1)
    edges = [values[min(199, i * 20)] for i in range(11)]
    for low, high in itertools.pairwise(edges):
        quantiles.buckets.add(low_value=low, high_value=high, sample_count=(rows - missing) / 10)


def _text(stats: Any, chance: random.Random, rows: int) -> None:
    missing = chance.randrange(rows // 10)
    _common(stats.common_stats, rows, missing)
    count, left = chance.randrange(5, 100), rows - missing
    stats.unique, stats.avg_length = count, 9
    for rank in range(count):
        frequency = max(1, left // 3)
        left = max(1, left - frequency)
        value = f"value {rank:03d}"
        if rank < 2:
            stats.top_values.add(value=value, frequency=frequency)
        stats.rank_histogram.buckets.add(low_rank=rank, high_rank=rank, label=value, sample_count=frequency)
