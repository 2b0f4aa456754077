"""Steps as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zenml_nb.views.format import visible
from zenml_nb.views.step_words import SIGNS, class_name, curve_text, duration, rows_text, run_text, state_word
from zenml_nb.views.text.grid import cut, grid


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/steps@1``: one line a component."""
    lines = [visible(document["title"]), visible(run_text(document["run"])), *map(visible, document["notes"])]
    rows = [row for step in document["steps"] for row in _rows(step)]
    if rows:
        lines += ["", *grid(["step", "component", "state", "duration", ""], rows, [False, False, False, True, False])]
    run = document["run"]
    errors = [("The run", run["error"])] if run and run["error"] else []
    errors += [(step["name"], step["error"]) for step in document["steps"] if step["error"]]
    for name, error in errors:
        lines += ["", *_error(name, error)]
    return "\n".join(line.rstrip() for line in lines)


def _rows(step: Mapping[str, Any]) -> Iterator[list[str]]:
    name = cut(visible(step["name"]))
    if step["state"] == "NOT_DECLARED" or not step["components"]:
        asked = f"{step['method']}(...)" if step["state"] == "NOT_DECLARED" else class_name(step)
        yield [name, "", _state(step), duration(step["seconds"]), cut(visible(asked))]
        return
    for index, component in enumerate(step["components"]):
        said = [component["reason"], rows_text(step["rows"]) if index == 0 else ""]
        said += [curve_text(step.get("curve"))] if index == 0 else []
        if not component["reason"] and index == 0:
            said.insert(0, class_name(step))
        yield [
            name if index == 0 else "",
            cut(visible(component["id"])),
            _state(component),
            duration(component["seconds"]),
            cut(visible("; ".join(part for part in said if part))),
        ]


def _state(node: Mapping[str, Any]) -> str:
    return f"{SIGNS[node['state']]} {state_word(node['state'])}"


def _error(name: str, error: Mapping[str, Any]) -> Iterator[str]:
    yield f"{visible(name)} failed:"
    for line in error["message"].splitlines():
        yield f"  {visible(line)}"
    if error["place"]:
        source = f": {error['source']}" if error["source"] else ""
        yield f"  {visible(error['place'] + source)}"
