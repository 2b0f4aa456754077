"""Small charts as images: the distribution of a feature in several datasets."""

from __future__ import annotations

import math
from collections.abc import Sequence

from zenml_nb.views.distributions import Bar
from zenml_nb.views.html.elements import SERIES, image

_WIDTH, _HEIGHT = 160, 40
#: So many bars can stand side by side.
_SIDE_BY_SIDE = 30

Series = tuple[int, Sequence[Bar]]


def histogram(series: Sequence[Series], alternative: str) -> str:
    """Histograms over each other in the colours of their datasets; nothing without a bar.

    Args:
        series: the index of each dataset and its bars.
        alternative: what is shown.
    """
    drawn = [(index, [bar for bar in bars if _is_drawn(bar)]) for index, bars in series]
    bars = [bar for _, own in drawn for bar in own]
    if not bars:
        return ""
    low, high = min(bar.low for bar in bars), max(bar.high for bar in bars)
    if not math.isfinite(high - low):
        return ""
    top = max(bar.size for bar in bars) or 1.0
    # All values may be the same one.
    start, width = (low, high - low) if high > low else (low - 0.5, 1.0)
    paths = "".join(_path(index, _outline(own, start, width, top)) for index, own in drawn if own)
    return _svg(paths, alternative)


def categories(series: Sequence[Series], n_labels: int, alternative: str) -> str:
    """The categories from left to right; side by side where they are few, else over each other."""
    top = max((bar.size for _, bars in series for bar in bars), default=0.0)
    if not top:
        return ""
    slots = len(series) if n_labels * len(series) <= _SIDE_BY_SIDE else 1
    each = _WIDTH / n_labels
    paths = ""
    for place, (index, bars) in enumerate(series):
        slot = place % slots
        width = max(1, round(each * 0.8 / slots))
        d = ""
        for bar in bars:
            height = round(bar.size / top * _HEIGHT)
            if height:
                d += f"M{round(bar.low * each + slot * each * 0.8 / slots)} {_HEIGHT}v-{height}h{width}v{height}z"
        paths += _path(index, d)
    return _svg(paths, alternative)


def _is_drawn(bar: Bar) -> bool:
    return all(map(math.isfinite, bar))


def _outline(bars: Sequence[Bar], low: float, width: float, top: float) -> str:
    """One closed line around neighbouring bars."""
    d, right = "", None
    for bar in bars:
        left = round((bar.low - low) / width * _WIDTH)
        end = max(left + 1, round((bar.high - low) / width * _WIDTH))
        if left != right:
            d += f"{'V' + str(_HEIGHT) if d else ''}M{left} {_HEIGHT}"
        d += f"V{_HEIGHT - round(max(0.0, bar.size) / top * _HEIGHT)}H{end}"
        right = end
    return f"{d}V{_HEIGHT}"


def _path(index: int, d: str) -> str:
    return f"<path fill='{SERIES[index % len(SERIES)]}' d='{d}'/>" if d else ""


def _svg(paths: str, alternative: str) -> str:
    head = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 -1 {_WIDTH} {_HEIGHT + 2}' fill-opacity='.55'>"
    base = f"<path stroke='{_GREY}' d='M0 {_HEIGHT}H{_WIDTH}'/>"
    return image(f"{head}{paths}{base}</svg>", alternative, _WIDTH, _HEIGHT + 2)


#: Readable on light and on dark, as images do not follow the theme.
_GREY = "#888"
