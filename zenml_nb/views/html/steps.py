"""Steps as static HTML: the graph as an image, and a table with all that it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenml_nb.views.html.elements import LINE, badge, element, image, notes, text, title
from zenml_nb.views.html.steps_graph import draw_graph
from zenml_nb.views.html.training import loss_image
from zenml_nb.views.step_words import class_name, curve_text, duration, progress_text, rows_text, run_text, state_word

_HEADS = ("Step", "State", "Duration", "Rows", "Why it ran")
_PRE = "margin:2px 0 6px; max-height:300px; overflow:auto; white-space:pre-wrap; font-size:smaller"


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/steps@1``."""
    run = document["run"]
    head = [title(document["title"]), notes([run_text(run), *document["notes"]])]
    if run and run["error"]:
        head.append(_error(run["error"]))
    if document["steps"]:
        drawn, width, height = draw_graph(document)
        told = ", ".join(f"{step['name']} {state_word(step['state'])}" for step in document["steps"])
        graph = element("div", image(drawn, f"The steps as a graph: {told}", width, height), "overflow-x:auto")
        head += [graph, _table(document["steps"])]
    return "<div>\n" + "\n".join(head) + "\n</div>"


def _table(steps: list[Mapping[str, Any]]) -> str:
    head = "".join(element("th", text(name), _cell_style(name), scope="col") for name in _HEADS)
    body = "\n".join(_rows(step) for step in steps)
    table = element("table", f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>", "border-collapse:collapse")
    return element("div", table, "overflow-x:auto; margin:8px 0 0")


def _cell_style(head: str) -> str:
    align = "right; white-space:nowrap" if head == "Duration" else "left"
    return f"text-align:{align}; vertical-align:top; padding:4px 10px; border-bottom:{LINE}"


def _rows(step: Mapping[str, Any]) -> str:
    name = f"<strong>{text(step['name'])}</strong>"
    if class_name(step):
        name += element("div", text(class_name(step)), "opacity:0.75")
    reasons = list(dict.fromkeys(c["reason"] for c in step["components"] if c["reason"]))
    said = progress_text(step["progress"]) if step["progress"] else "; ".join(reasons)
    losses = curve_text(step.get("curve"))
    said = "; ".join(part for part in (said, losses) if part)
    if step["state"] == "NOT_DECLARED":
        said = f"call {step['method']}(...)"
    cells = [
        name,
        badge(state_word(step["state"])),
        text(duration(step["seconds"])),
        text(rows_text(step["rows"])),
        text(said),
    ]
    drawn = "".join(element("td", cell, _cell_style(head)) for head, cell in zip(_HEADS, cells, strict=True))
    below = (_error(step["error"]) if step["error"] else "") + _details(step)
    row = f"<tr>{drawn}</tr>"
    if not below:
        return row
    return f'{row}\n<tr><td colspan="{len(_HEADS)}" style="padding:0 10px 8px; text-align:left">{below}</td></tr>'


def _error(error: Mapping[str, Any]) -> str:
    place = ": ".join(part for part in (error["place"], error["source"]) if part)
    told = f"<strong>{text(error['message'])}</strong>"
    told += element("div", f"<code>{text(place)}</code>") if place else ""
    for name, stack in (("Your code", error["stack"]), ("Whole traceback", error["traceback"])):
        told += _folded(name, _lines(stack.splitlines())) if stack else ""
    return element("div", told, "border-left:3px solid #e53935; padding:2px 8px; margin:4px 0")


def _details(step: Mapping[str, Any]) -> str:
    configuration = step["configuration"]
    parts = ""
    if configuration and configuration["args"]:
        parts += _lines(f"{arg['name']} = {arg['value']}" for arg in configuration["args"])
    for component in step["components"]:
        parts += _component(component)
    parts = (loss_image(step["curve"]) if step.get("curve") else "") + parts
    return _folded("Details", parts) if parts else ""


def _component(component: Mapping[str, Any]) -> str:
    told = f"{component['id']}: {state_word(component['state'])}, {duration(component['seconds'])}"
    told += f", {component['reason']}" if component["reason"] else ""
    outputs = [
        f"{artifact['key']}: {artifact['type']} {', '.join(artifact['splits'])} {artifact['uri']}"
        for artifact in component["outputs"]
    ]
    parts = element("div", text(told)) + (_lines(outputs) if outputs else "")
    return parts + (_folded("Log", _lines(component["log"])) if component["log"] else "")


def _lines(lines: Any) -> str:
    # Each line by itself: a line break is the one control character that is meant to be obeyed.
    return element("pre", "\n".join(text(line) for line in lines), _PRE)


def _folded(name: str, content: str) -> str:
    return f"<details><summary>{text(name)}</summary>{content}</details>"
