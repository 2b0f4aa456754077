"""The step graph as an SVG image: columns of cards from left to right.

An image does not know the colours of the page around it, so its cards are light on every theme.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from zenml_nb.views.format import visible
from zenml_nb.views.step_words import SIGNS, class_name, duration, rows_text, state_word

_WIDTH, _HEIGHT, _ACROSS, _BELOW, _EDGE = 150, 66, 30, 16, 6
_COLOURS = {
    "RUNNING": "#1e88e5",
    "COMPLETE": "#2e9d32",
    "CACHED": "#2e9d32",
    "FAILED": "#e53935",
    "ABORTED": "#e53935",
    "CANCELED": "#ed8a00",
}
_OTHER = "#9e9e9e"


def draw_graph(document: Mapping[str, Any]) -> tuple[str, int, int]:
    """The SVG source, its width and its height."""
    steps, edges = document["steps"], document["edges"]
    places = _places(steps, edges)
    width = max(x for x, _ in places.values()) + _WIDTH + _EDGE
    height = max(y for _, y in places.values()) + _HEIGHT + _EDGE + (_BELOW if _jumps(edges, places) else 0)
    drawn = [_edge(places[e["from"]], places[e["to"]], height) for e in edges if _known(e, places)]
    drawn += [_card(step, *places[step["name"]]) for step in steps]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    marker = (
        '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#888"/></marker></defs>'
    )
    return f'{head} font-family="system-ui,sans-serif" font-size="11">{marker}{"".join(drawn)}</svg>', width, height


def _known(edge: Mapping[str, Any], places: Mapping[str, Any]) -> bool:
    return edge["from"] in places and edge["to"] in places


def _places(steps: list[Mapping[str, Any]], edges: list[Mapping[str, Any]]) -> dict[str, tuple[int, int]]:
    """Each step right of all that it reads from; steps come in the order in which they ran."""
    columns: dict[str, int] = {}
    counts: dict[int, int] = {}
    places = {}
    for step in steps:
        before = [columns[e["from"]] for e in edges if e["to"] == step["name"] and e["from"] in columns]
        column = columns[step["name"]] = max(before, default=-1) + 1
        row = counts[column] = counts.get(column, -1) + 1
        places[step["name"]] = (_EDGE + column * (_WIDTH + _ACROSS), _EDGE + row * (_HEIGHT + _BELOW))
    return places


def _jumps(edges: list[Mapping[str, Any]], places: Mapping[str, tuple[int, int]]) -> bool:
    return any(_is_jump(places[e["from"]], places[e["to"]]) for e in edges if _known(e, places))


def _is_jump(start: tuple[int, int], end: tuple[int, int]) -> bool:
    return end[0] - start[0] > _WIDTH + _ACROSS


def _edge(start: tuple[int, int], end: tuple[int, int], height: int) -> str:
    x1, y1, x2, y2 = start[0] + _WIDTH, start[1] + _HEIGHT // 2, end[0] - 1, end[1] + _HEIGHT // 2
    half = (x2 - x1) // 2
    path = f"M{x1} {y1}C{x1 + half} {y1} {x2 - half} {y2} {x2} {y2}"
    if _is_jump(start, end):
        # Below the cards between them.
        low = start[1] + _HEIGHT + _BELOW // 2
        turn = _ACROSS // 2
        y1, y2 = y1 + 14, y2 + 14
        path = (
            f"M{x1} {y1}C{x1 + turn} {y1} {x1} {low} {x1 + turn} {low}"
            f"L{x2 - turn} {low}C{x2} {low} {x2 - turn} {y2} {x2} {y2}"
        )
    return f'<path d="{path}" fill="none" stroke="#888" stroke-width="1.2" marker-end="url(#a)"/>'


def _card(step: Mapping[str, Any], x: int, y: int) -> str:
    state = step["state"]
    colour = _COLOURS.get(state, _OTHER)
    dashes = ' stroke-dasharray="4 3"' if state in ("NOT_DECLARED", "NOT_RUN", "PENDING") else ""
    told = f"{SIGNS[state]} {state_word(state)}"
    told += f"  {duration(step['seconds'])}" if step["seconds"] is not None else ""
    facts = rows_text(step["rows"]) or (f"{step['method']}(...)" if state == "NOT_DECLARED" else class_name(step))
    return (
        f'<rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="5" fill="#fcfcfc" stroke="{colour}"{dashes}/>'
        f'<rect x="{x}" y="{y}" width="4" height="{_HEIGHT}" rx="2" fill="{colour}"/>'
        + _text(x + 12, y + 19, step["name"], 17, "#1b1b1b", 'font-size="13" font-weight="600"')
        + _text(x + 12, y + 37, told, 24, "#1b1b1b")
        + _text(x + 12, y + 54, facts, 22, "#5c5c5c")
    )


def _text(x: int, y: int, content: str, longest: int, colour: str, more: str = "") -> str:
    shown = visible(content)
    shown = shown if len(shown) <= longest else shown[: longest - 1] + "…"
    return f'<text x="{x}" y="{y}" fill="{colour}" {more}>{escape(shown)}</text>'
