"""The plots of an evaluation as images and tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from zenml_nb.views.evaluation_words import clipped, number_of, value_text
from zenml_nb.views.format import format_number
from zenml_nb.views.html.elements import SERIES, element, image, text
from zenml_nb.views.html.grid import grid

_WIDTH, _HEIGHT = 340, 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 330, 26, 236
#: Readable on light and on dark, as images do not follow the theme.
_GREY = "#808080"

Point = tuple[float, float]
#: A name and its points.
Line = tuple[str, list[Point]]


def plots(document: Mapping[str, Any], at: int) -> str:
    """All plots of one slice, every series in one chart."""
    parts = []
    for group, name in enumerate(document["groups"]):
        found = [plot for plot in document["plots"] if plot["slice"] == at and plot["group"] == group]
        if found:
            head = f"<strong>{text(clipped(name, 80))}</strong><br>\n" if len(document["groups"]) > 1 and name else ""
            parts.append(element("div", head + "\n".join(_group(document, found)), "margin:8px 0 0"))
    return "\n".join(parts)


def _group(document: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    names = [clipped(document["series"][plot["series"]]["name"], 60) for plot in found]
    for title, x, y, points in _CURVES:
        lines = [(name, drawn) for name, plot in zip(names, found, strict=True) if (drawn := points(plot))]
        if lines:
            yield curve_image(title, x, y, lines)
    for name, plot in zip(names, found, strict=True):
        if "thresholds" in plot:
            yield _binary(name, plot["thresholds"])
        if "classes" in plot:
            middle = min(plot["classes"], key=lambda matrix: abs(number_of(matrix["threshold"]) - 0.5))
            yield _square(name, middle)
        if "labels" in plot:
            yield _labels(name, min(plot["labels"], key=lambda matrix: abs(number_of(matrix["threshold"]) - 0.5)))
        if "message" in plot:
            yield element("div", text(clipped(plot["message"])))


def _matrices(plot: Mapping[str, Any]) -> list[tuple[float, ...]]:
    found = plot.get("thresholds")
    if found is None:
        return []
    return [tuple(map(number_of, row)) for row in zip(*(found[k] for k in ("tp", "fp", "tn", "fn")), strict=True)]


def _share(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


def _finite(points: Iterator[Point]) -> list[Point]:
    return [point for point in points if all(map(math.isfinite, point))]


def _roc(plot: Mapping[str, Any]) -> list[Point]:
    return _finite((_share(fp, fp + tn), _share(tp, tp + fn)) for tp, fp, tn, fn in _matrices(plot))


def _precision_recall(plot: Mapping[str, Any]) -> list[Point]:
    return _finite((_share(tp, tp + fn), _share(tp, tp + fp)) for tp, fp, tn, fn in _matrices(plot))


def _buckets(plot: Mapping[str, Any]) -> Iterator[tuple[float, ...]]:
    found = plot.get("buckets", {})
    columns = (found.get(key, ()) for key in ("lower", "upper", "weight", "label", "prediction"))
    return (tuple(map(number_of, row)) for row in zip(*columns, strict=True))


def _calibration(plot: Mapping[str, Any]) -> list[Point]:
    return _finite((_share(prediction, w), _share(label, w)) for _, _, w, label, prediction in _buckets(plot))


def _distribution(plot: Mapping[str, Any]) -> list[Point]:
    rows = list(_buckets(plot))
    total = math.fsum(row[2] for row in rows)
    return _finite((_share(prediction, w), _share(w, total)) for _, _, w, _, prediction in rows)


_CURVES: tuple[tuple[str, str, str, Callable[[Mapping[str, Any]], list[Point]]], ...] = (
    ("ROC", "False positive rate", "True positive rate", _roc),
    ("Precision–recall", "Recall", "Precision", _precision_recall),
    ("Calibration", "Mean prediction", "Mean label", _calibration),
    ("Predictions", "Mean prediction", "Share of the examples", _distribution),
)


def curve_image(title: str, x: str, y: str, lines: Sequence[Line]) -> str:
    """One chart; its alternative text names what is drawn."""
    points = [point for _, drawn in lines for point in drawn]
    across, up = (_range([point[axis] for point in points]) for axis in (0, 1))

    def place(point: Point) -> str:
        left = _LEFT + (point[0] - across[0]) / (across[1] - across[0]) * (_RIGHT - _LEFT)
        top = _BOTTOM - (point[1] - up[0]) / (up[1] - up[0]) * (_BOTTOM - _TOP)
        return f"{left:.1f} {top:.1f}"

    drawn = [_axes(title, x, y, across, up)]
    for index, (_, curve) in enumerate(lines):
        path = "M" + "L".join(map(place, curve))
        colour = f'fill="none" stroke="{SERIES[index % len(SERIES)]}"'
        drawn.append(f'<path d="{path}" {colour} stroke-width="2"/>')
        if title not in ("ROC", "Precision–recall"):
            dots = "".join(f"M{place(point)}h0" for point in curve)
            drawn.append(f'<path d="{dots}" {colour} stroke-width="5" stroke-linecap="round"/>')
    drawn += _legend([name for name, _ in lines])
    size = f'width="{_WIDTH}" height="{_HEIGHT}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="11" fill="{_GREY}">'
    named = "; ".join(f"{name or 'the model'}, {len(curve)} points" for name, curve in lines)
    return image(f"{head}{''.join(drawn)}</svg>", f"{title}: {x} and {y} of {named}", _WIDTH, _HEIGHT)


def _range(values: Sequence[float]) -> Point:
    """Shares are seen on the whole range from zero to one."""
    low, high = min(0.0, *values), max(0.0, *values)
    if low >= -0.01 and high <= 1.01:
        return (low, max(high, 1.0))
    return (low, high if high > low else low + 1)


def _axes(title: str, x: str, y: str, across: Point, up: Point) -> str:
    parts = [f'<text x="{_LEFT}" y="14" font-size="12" font-weight="600">{escape(title)}</text>']
    for step in range(5):
        left = _LEFT + step / 4 * (_RIGHT - _LEFT)
        top = _BOTTOM - step / 4 * (_BOTTOM - _TOP)
        grid = f'stroke="{_GREY}" stroke-opacity="0.3"'
        parts.append(f'<path d="M{left} {_TOP}V{_BOTTOM}M{_LEFT} {top}H{_RIGHT}" {grid}/>')
        at, height = (side[0] + step / 4 * (side[1] - side[0]) for side in (across, up))
        parts.append(f'<text x="{left}" y="{_BOTTOM + 14}" text-anchor="middle">{_tick(at)}</text>')
        parts.append(f'<text x="{_LEFT - 5}" y="{top + 4}" text-anchor="end">{_tick(height)}</text>')
    middle = (_LEFT + _RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{_BOTTOM + 28}" text-anchor="middle">{escape(x)}</text>')
    turned = f'transform="translate(9 {(_TOP + _BOTTOM) / 2}) rotate(-90)"'
    parts.append(f'<text {turned} text-anchor="middle">{escape(y)}</text>')
    return "".join(parts)


def _tick(value: float) -> str:
    return format_number(float(f"{value:.3g}"))


def _legend(names: Sequence[str]) -> Iterator[str]:
    if len(names) < 2:
        return
    left = float(_LEFT)
    for index, name in enumerate(names[:4]):
        shown = name if len(name) <= 16 else name[:15] + "…"
        yield f'<rect x="{left}" y="{_HEIGHT - 10}" width="8" height="8" fill="{SERIES[index % len(SERIES)]}"/>'
        yield f'<text x="{left + 11}" y="{_HEIGHT - 2}">{escape(shown)}</text>'
        left += 24 + 6 * len(shown)


def _binary(name: str, found: Mapping[str, Any]) -> str:
    """The confusion matrix at the threshold nearest to one half."""
    thresholds = list(map(number_of, found["threshold"]))
    index = min(range(len(thresholds)), key=lambda i: abs(thresholds[i] - 0.5))
    tp, fp, tn, fn = (number_of(found[key][index]) for key in ("tp", "fp", "tn", "fn"))
    rates = {
        "precision": _share(tp, tp + fp),
        "recall": _share(tp, tp + fn),
        "F1": _share(2 * tp, 2 * tp + fp + fn),
        "accuracy": _share(tp + tn, tp + fp + tn + fn),
    }
    said = ", ".join(f"{rate} {_rate(value)}" for rate, value in rates.items())
    head = ", ".join(part for part in (name, f"threshold {format_number(float(f'{thresholds[index]:.4g}'))}") if part)
    rows = [["positive", tp, fn], ["negative", fp, tn]]
    return _matrix(f"Confusion matrix: {head}; {said}", ["positive", "negative"], rows)


def _rate(value: float) -> str:
    return format_number(float(f"{value:.4g}")) if math.isfinite(value) else "—"


def _square(name: str, found: Mapping[str, Any]) -> str:
    rows = [[label, *map(number_of, row)] for label, row in zip(found["names"], found["counts"], strict=True)]
    # No example is of no class: only predictions are.
    rows = [row for row in rows if row[0] != "(none)" or any(row[1:])]
    head = ", ".join(part for part in (name, f"threshold {value_text(found['threshold'])}") if part)
    return _matrix(f"Confusion matrix: {head}", found["names"], rows)


def _labels(name: str, found: Mapping[str, Any]) -> str:
    """The binary matrix of each pair of an actual and a predicted class."""
    columns = [found[key] for key in ("actual", "predicted", "tp", "fp", "tn", "fn")]
    rows = [[text(value_text(cell)) for cell in row] for row in zip(*columns, strict=True)]
    head = ", ".join(part for part in (name, f"threshold {value_text(found['threshold'])}") if part)
    names = ["Actual", "Predicted", "True pos.", "False pos.", "True neg.", "False neg."]
    return grid(names, rows, f"Labels: {head}")


def _matrix(caption: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    most = max((count for row in rows for count in row[1:] if math.isfinite(count)), default=0)
    style = "text-align:right; padding:3px 10px"
    head = element("th", "actual ↓ predicted →", style) + "".join(element("th", text(name), style) for name in names)
    body = [f"<tr>{head}</tr>"]
    for name, *counts in rows:
        cells = [element("th", text(name), style, scope="row")]
        for count in counts:
            strength = round(140 * count / most) if most and math.isfinite(count) else 0
            cells.append(element("td", format_number(count), f"{style}; background-color:{SERIES[0]}{strength:02x}"))
        body.append(f"<tr>{''.join(cells)}</tr>")
    title = element("caption", text(caption), "text-align:left; padding:4px 0")
    return element("table", f"{title}\n{''.join(body)}", "border-collapse:collapse; margin:8px 0 0")
