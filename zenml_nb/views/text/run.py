"""One run as plain text: what is known of it, its steps, its metrics, its artifacts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zenml_nb.views.format import format_cell, visible
from zenml_nb.views.text import steps
from zenml_nb.views.text.grid import cut, grid

_FACTS = (
    ("started", "started"),
    ("user", "user"),
    ("host", "host"),
    ("git commit", "git_commit"),
    ("notebook", "notebook"),
    ("zenml_nb", "version"),
)


def render(document: Mapping[str, Any]) -> str:
    """Draw a document of the kind ``zenml_nb/run@1``; times are UTC."""
    parts = [steps.render(document["steps"]), _section("Error", _error(document["error"]))]
    parts.append(_section("Facts", _facts(document["run"])))
    parts.append(_section("Metrics", _metrics(document["metrics"])))
    parts.append(_section("Artifacts", _artifacts(document["artifacts"])))
    return "\n\n".join(part for part in parts if part)


def _section(title: str, lines: Iterator[str]) -> str:
    found = list(lines)
    return "\n".join([title, *found]) if found else ""


def _error(error: Mapping[str, Any] | None) -> Iterator[str]:
    """What the user was told; the steps say it too where the failed one is on record."""
    for line in (error["message"] if error else "").splitlines():
        yield f"  {visible(line)}"


def _facts(run: Mapping[str, Any]) -> Iterator[str]:
    known = [(label, run[key]) for label, key in _FACTS if run.get(key)]
    width = max((len(label) for label, _ in known), default=0)
    for label, value in known:
        yield f"  {label.ljust(width)}  {visible(str(value))}"


def _metrics(metrics: list[Mapping[str, Any]]) -> Iterator[str]:
    width = max((len(visible(metric["name"])) for metric in metrics), default=0)
    for metric in metrics:
        yield f"  {visible(metric['name']).ljust(width)}  {format_cell(metric['value'], 'number')}"


def _artifacts(artifacts: list[Mapping[str, Any]]) -> Iterator[str]:
    rows = [[cut(visible(a[key])) for key in ("component", "key", "type")] + [visible(a["uri"])] for a in artifacts]
    if rows:
        yield from grid(["component", "output", "type", "uri"], rows, [False] * 4)
