"""The metrics of several runs: of the whole data of each, and slice by slice of a few."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from zenml_nb.artifacts.evaluation import Evaluation, SliceKey, plain_metrics
from zenml_nb.records import Run
from zenml_nb.viewmodels.compare_artifacts import Reading
from zenml_nb.viewmodels.discretion import cut
from zenml_nb.viewmodels.evaluation_names import slice_name, slice_order
from zenml_nb.viewmodels.tables import json_cell

Document = dict[str, Any]
Number = float | int | str
#: Slice to metric to value.
_Slices = dict[SliceKey, Mapping[str, Number]]

_COUNTS = ("example_count", "weighted_example_count")
_MOST_METRICS = 60
_MOST_RUNS, _MOST_SLICES, _MOST_SLICE_METRICS = 8, 150, 12


def metric_rows(runs: Sequence[Run], reading: Reading) -> list[Document]:
    """One row a metric: as recorded with the run, else read from its evaluation; a gap where a run has none."""
    columns = [_overall(run, reading) for run in runs]
    names = sorted(dict.fromkeys(name for column in columns for name in column), key=lambda name: name in _COUNTS)
    return [_row(name, [column.get(name) for column in columns]) for name in names[:_MOST_METRICS]]


def _row(name: str, values: list[Number | None]) -> Document:
    return {"name": cut(name, 200), "values": values, "differs": len(set(values)) > 1}


def _overall(run: Run, reading: Reading) -> Mapping[str, Number]:
    if run.metrics:
        return {name: json_cell(value) for name, value in run.metrics.items()}
    evaluation = reading.evaluation(run)
    return {} if evaluation is None else _slices(evaluation).get(SliceKey(), {})


def _slices(evaluation: Evaluation) -> _Slices:
    return {
        SliceKey(tuple((column, value) for column, value in entry["slice"])): entry["metrics"]
        for entry in plain_metrics(evaluation)["slices"]
    }


def slice_part(runs: Sequence[Run], baseline: int, reading: Reading) -> Document | None:
    """The slices of the baseline and of the first other runs that have an evaluation; None if none has slices."""
    order = [baseline, *(index for index in range(len(runs)) if index != baseline)] if runs else []
    found: dict[int, _Slices] = {}
    for index in order:
        evaluation = reading.evaluation(runs[index]) if len(found) < _MOST_RUNS else None
        if evaluation is not None:
            found[index] = _slices(evaluation)
    found = dict(sorted(found.items()))
    keys = {key for slices in found.values() for key in slices}
    if not keys - {SliceKey()}:
        return None
    columns = list(found.values())
    kept = sorted(sorted(keys, key=lambda key: _rank(key, columns))[:_MOST_SLICES], key=slice_order)
    names = list(dict.fromkeys(name for slices in columns for key in kept for name in slices.get(key, ())))
    metrics = [name for name in names if name not in _COUNTS]
    return {
        "runs": list(found),
        "metrics": [cut(name, 200) for name in metrics[:_MOST_SLICE_METRICS]],
        "slices": [_slice(key, columns, metrics[:_MOST_SLICE_METRICS]) for key in kept],
        "notes": list(_notes(len(runs), len(found), len(keys) - len(kept), len(metrics) - _MOST_SLICE_METRICS)),
    }


def _rank(key: SliceKey, columns: Sequence[_Slices]) -> tuple[Any, ...]:
    """The whole data first, then the slices with the most examples."""
    counts = [count for slices in columns if isinstance(count := _count(slices.get(key, {})), (int, float))]
    return (bool(key.columns), -max(counts, default=0), slice_order(key))


def _count(metrics: Mapping[str, Number]) -> Number | None:
    return next((metrics[name] for name in _COUNTS if name in metrics), None)


def _slice(key: SliceKey, columns: Sequence[_Slices], metrics: Sequence[str]) -> Document:
    cells = [slices.get(key, {}) for slices in columns]
    return {
        "name": cut(slice_name(key), 300),
        "counts": [_count(own) for own in cells],
        "values": [[own.get(name) for own in cells] for name in metrics],
    }


def _notes(runs: int, shown: int, slices: int, metrics: int) -> Iterable[str]:
    if shown == _MOST_RUNS and runs > shown:
        yield f"The slices are those of {shown} runs; compare fewer runs to see those of others."
    if slices:
        yield f"{slices:,} more slices, which have fewer examples, are not shown."
    if metrics > 0:
        yield f"{metrics:,} more metrics are not shown by slice."
