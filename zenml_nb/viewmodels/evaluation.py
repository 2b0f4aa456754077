"""Evaluations as documents of the kind ``zenml_nb/evaluation@1``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zenml_nb.artifacts.evaluation import Evaluation, MetricKey, Slice, SliceKey
from zenml_nb.errors import shorten_path
from zenml_nb.viewmodels.evaluation_checks import validation_part
from zenml_nb.viewmodels.evaluation_names import metric_labels, series_free, slice_name, slice_order, spec_name
from zenml_nb.viewmodels.evaluation_plots import metric_parts, plot_parts
from zenml_nb.viewmodels.evaluation_values import Cell, metric_cell

SCHEMA = "zenml_nb/evaluation@1"
_COUNTS = ("example_count", "weighted_example_count")
#: Points of a curve: so many if there are few plots, and of all together about so many, but at least so many.
_POINTS, _ALL_POINTS, _FEWEST_POINTS = 200, 16_000, 40
_MOST_PLOTS = 400

Document = dict[str, Any]


@dataclass(frozen=True)
class _Series:
    """What stands side by side: an evaluation's model, or the difference to its baseline."""

    entry: int
    model: str
    is_diff: bool


def evaluation_document(evaluations: Mapping[str, Evaluation], *, title: str = "Evaluation") -> Document:
    """Evaluations side by side.

    Args:
        evaluations: a name, for example of a run, to what was read of it; see ``artifacts.evaluation``.
        title: of the view.
    """
    found = list(evaluations.values())
    series = [one for index, evaluation in enumerate(found) for one in _series_of(index, evaluation)]
    order = {key: index for index, key in enumerate(sorted(_slice_keys(found), key=slice_order))}
    specs = list(dict.fromkeys(map(spec_name, order)))
    table = _Table(found, series)
    slices = [table.slice_part(key, specs.index(spec_name(key))) for key in order]
    groups, plots, left_out = _plots(found, series, order, slices, table.labels)
    notes = [f"{left_out:,} plots of the smallest slices are not shown."] if left_out else []
    return {
        "schema": SCHEMA,
        "title": title,
        "notes": notes,
        "entries": [_entry(name, evaluation) for name, evaluation in evaluations.items()],
        "series": [_series_part(one, list(evaluations), series, found) for one in series],
        "metrics": table.metric_parts(slices),
        "specs": specs,
        "slices": slices,
        "groups": groups,
        "plots": plots,
    }


def _slice_keys(evaluations: Iterable[Evaluation]) -> list[SliceKey]:
    return list(dict.fromkeys(entry.key for evaluation in evaluations for entry in evaluation.slices))


def _series_of(index: int, evaluation: Evaluation) -> list[_Series]:
    keys = [metric.key for entry in evaluation.slices for metric in entry.metrics]
    keys += [plot.key for entry in evaluation.slices for plot in entry.plots]
    baselines = _baselines(evaluation)
    models = [model.name for model in evaluation.config.model_specs] if evaluation.config is not None else []
    found = {(key.model, key.is_diff) for key in keys} or {("", False)}

    def order(pair: tuple[str, bool]) -> tuple[Any, ...]:
        model, is_diff = pair
        return (is_diff, model in baselines, models.index(model) if model in models else len(models), model)

    return [_Series(index, *pair) for pair in sorted(found, key=order)]


def _baselines(evaluation: Evaluation) -> set[str]:
    if evaluation.config is None:
        return set()
    return {model.name for model in evaluation.config.model_specs if model.is_baseline}


def _series_part(one: _Series, names: list[str], series: list[_Series], found: list[Evaluation]) -> Document:
    baselines = _baselines(found[one.entry])
    siblings = sum(other.entry == one.entry for other in series)
    model = one.model or "model"
    if one.is_diff:
        model = f"{model} − {' or '.join(sorted(baselines)) or 'baseline'}"
    words = [names[one.entry]] if len(names) > 1 else []
    words += [model] if siblings > 1 else []
    is_baseline = one.model in baselines and not one.is_diff
    return {"name": ": ".join(words), "entry": one.entry, "is_baseline": is_baseline, "is_diff": one.is_diff}


class _Table:
    """All metrics of all evaluations, by slice, metric and series."""

    def __init__(self, evaluations: list[Evaluation], series: list[_Series]) -> None:
        self._series = series
        self._cells: dict[tuple[SliceKey, MetricKey, _Series], Cell] = {}
        self._errors: dict[SliceKey, str] = {}
        keys: list[MetricKey] = []
        for index, evaluation in enumerate(evaluations):
            for entry in evaluation.slices:
                self._errors.setdefault(entry.key, entry.error)
                keys += self._read(index, entry)
        self.labels = metric_labels(sorted(keys, key=lambda key: key.name not in _COUNTS))
        self._keys = list(self.labels)

    def _read(self, index: int, entry: Slice) -> Iterable[MetricKey]:
        for metric in entry.metrics:
            one = _Series(index, metric.key.model, metric.key.is_diff)
            key = series_free(metric.key)
            self._cells[entry.key, key, one] = metric_cell(metric)
            yield key

    def slice_part(self, at: SliceKey, spec: int) -> Document:
        values = [[self._cells.get((at, key, one)) for one in self._series] for key in self._keys]
        return {
            "name": slice_name(at),
            "spec": spec,
            "count": self._count(values),
            "error": self._errors.get(at, ""),
            "values": values,
        }

    def _count(self, values: list[list[Cell]]) -> Cell:
        for name in _COUNTS:
            for key, row in zip(self._keys, values, strict=True):
                for one, cell in zip(self._series, row, strict=True):
                    if key.name == name and not one.is_diff and cell is not None:
                        return cell[0] if isinstance(cell, list) else cell
        return None

    def metric_parts(self, slices: list[Document]) -> list[Document]:
        return [
            {
                "label": self.labels[key],
                "kind": "number" if all(_is_number(s["values"][index]) for s in slices) else "text",
                "is_count": key.name in _COUNTS,
            }
            for index, key in enumerate(self._keys)
        ]


def _is_number(row: list[Cell]) -> bool:
    words = ("NaN", "Infinity", "-Infinity")
    return all(not isinstance(cell, str) or cell in words for cell in row)


def _entry(name: str, evaluation: Evaluation) -> Document:
    facts = [(f"Model {model}".strip(), at) for model, at in evaluation.model_locations.items()]
    facts = [(label, shorten_path(at)) for label, at in facts]
    if evaluation.data_location:
        facts.append(("Data", shorten_path(evaluation.data_location)))
    facts += [(label, value) for label, value in _config_facts(evaluation) if value]
    facts.append(("Slices", f"{len(evaluation.slices):,}, the whole data included"))
    if evaluation.version:
        facts.append(("Computed by", f"TensorFlow Model Analysis {evaluation.version}"))
    return {
        "name": name,
        "facts": [{"label": label, "value": value} for label, value in facts],
        "validation": validation_part(evaluation),
    }


def _config_facts(evaluation: Evaluation) -> Iterable[tuple[str, str]]:
    config = evaluation.config
    if config is None:
        return
    yield "Baseline", ", ".join(sorted(_baselines(evaluation)))
    labels = {model.label_key for model in config.model_specs if model.label_key}
    labels |= {label for model in config.model_specs for label in model.label_keys.values()}
    yield "Labels", ", ".join(sorted(labels))
    if config.options.compute_confidence_intervals.value:
        method = config.options.confidence_intervals.method
        # TFMA takes the jackknife where no method is named.
        yield "Confidence intervals", f"95%, {'Poisson bootstrap' if method == 1 else 'jackknife'}"
    if config.options.min_slice_size.value > 1:
        yield "Smallest slice", f"{config.options.min_slice_size.value:,} examples"


def _plots(
    evaluations: list[Evaluation],
    series: list[_Series],
    order: dict[SliceKey, int],
    slices: list[Document],
    labels: Mapping[MetricKey, str],
) -> tuple[list[str], list[Document], int]:
    """The groups, the plots, and how many plots are left out."""
    found = [
        (entry.key, _Series(index, key.model, key.is_diff), series_free(key), data, is_metric)
        for index, evaluation in enumerate(evaluations)
        for entry in evaluation.slices
        for key, data, is_metric in _drawable(entry)
    ]

    def size(item: tuple[Any, ...]) -> tuple[bool, float]:
        count = slices[order[item[0]]]["count"]
        return (order[item[0]] != 0, -count if isinstance(count, (int, float)) else 0)

    kept = sorted(found, key=size)[:_MOST_PLOTS]
    points = min(_POINTS, max(_FEWEST_POINTS, _ALL_POINTS // max(len(kept), 1)))
    names = {**metric_labels(key for _, _, key, _, _ in kept), **labels}
    groups: dict[str, int] = {}
    plots = []
    for at, one, key, data, is_metric in sorted(kept, key=lambda item: (order[item[0]], series.index(item[1]))):
        parts = (metric_parts if is_metric else plot_parts)(data, points if order[at] else _POINTS)
        if parts:
            group = groups.setdefault(names[key], len(groups))
            plots.append({"group": group, "slice": order[at], "series": series.index(one), **parts})
    return list(groups), plots, len(found) - len(kept)


def _drawable(entry: Slice) -> Iterable[tuple[MetricKey, Any, bool]]:
    for plot in entry.plots:
        yield plot.key, plot.data, False
    for metric in entry.metrics:
        # The difference of two matrices is none.
        if metric.number is None and not metric.key.is_diff:
            yield metric.key, metric.value, True
