"""Where an artifact comes from and what was made of it: documents of the kind ``zenml_nb/lineage@1``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zenml_nb.records import Artifact
from zenml_nb.records.lineage import Lineage, LineageNode
from zenml_nb.viewmodels.discretion import cut, shared_uri

SCHEMA = "zenml_nb/lineage@1"
Document = dict[str, Any]
_LONGEST = 200


def lineage_document(lineage: Lineage, root: Path) -> Document:
    """The lineage of an artifact as a graph.

    Args:
        lineage: of the artifact.
        root: the project folder; all paths are relative to it.
    """
    nodes = [_node(node, root) for node in lineage.nodes]
    middle = next(node["label"] for node in nodes if node["id"] == f"a{lineage.focus}")
    runs = {node["run"] for node in nodes if node["run"]}
    return {
        "schema": SCHEMA,
        "title": f"Lineage of {middle}",
        "focus": lineage.focus,
        "nodes": nodes,
        "edges": [{"from": source, "to": to} for source, to in lineage.edges],
        "truncated": lineage.truncated,
        "notes": _notes(lineage, len(runs)),
    }


def _notes(lineage: Lineage, runs: int) -> list[str]:
    if lineage.truncated:
        count = len(lineage.nodes)
        return [
            f"The nearest {count} artifacts and executions are shown; there are more. Centre another one to see it."
        ]
    if len(lineage.nodes) == 1:
        return ["Nothing is recorded of where this artifact comes from, and nothing was made of it."]
    return [f"Over {runs} runs."] if runs > 1 else []


def _node(node: LineageNode, root: Path) -> Document:
    artifact, execution = node.artifact, node.execution
    return {
        "id": node.key,
        "kind": "artifact" if artifact else "execution",
        "type": cut(node.type, _LONGEST),
        "label": _label(artifact) if artifact else cut(execution.component, _LONGEST) if execution else "",
        "run": node.run,
        "uri": shared_uri(artifact.uri, root) if artifact else None,
        "state": execution.state if execution else None,
        "depth": node.depth,
    }


def _label(artifact: Artifact) -> str:
    """The name of the output; of the data, also its commit."""
    name = artifact.key or artifact.type
    commit = artifact.properties.get("commit_id")
    return cut(f"{name} of commit {commit}" if commit else name, _LONGEST)
