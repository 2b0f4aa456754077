"""How one run differs from another: configuration, code of the steps, schema, and distributions of the features."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Any

from zenml_nb.artifacts.run_files import configuration_text
from zenml_nb.records import Run
from zenml_nb.records import vocabulary as v
from zenml_nb.viewmodels.compare_artifacts import Reading, artifact_of, lacking
from zenml_nb.viewmodels.compare_distributions import distributions_part
from zenml_nb.viewmodels.compare_parameters import Declarations
from zenml_nb.viewmodels.declarations import Declaration
from zenml_nb.viewmodels.discretion import cut
from zenml_nb.viewmodels.run_configuration import shown_yaml
from zenml_nb.viewmodels.schema import schema_difference

Document = dict[str, Any]

_MOST_LINES, _LONGEST_LINE, _MOST_DIFFED = 400, 400, 5_000
_MOST_CHANGES, _MOST_VALUES, _LONGEST_VALUE = 150, 50, 200
_COMMIT = re.compile(r"[0-9a-f]{7,64}")


def pair_part(
    runs: Sequence[Run],
    labels: Sequence[str],
    declared: Sequence[Declarations],
    old: int,
    new: int,
    reading: Reading,
) -> Document:
    """The difference of two runs.

    Args:
        runs: all that are compared.
        labels: what they are called.
        declared: what their steps ran with.
        old: the place of the baseline.
        new: that of the run which is compared with it.
        reading: what their artifacts hold.
    """
    pair = (runs[old], runs[new])
    return {
        "run": new,
        "configuration": _configuration(*pair, reading),
        "code": _code(*pair, declared[old], declared[new]),
        "schema": _schema(*pair, (labels[new], labels[old]), reading),
        "distributions": distributions_part(*pair, reading),
    }


def _configuration(old: Run, new: Run, reading: Reading) -> Document:
    texts = [configuration_text(run, reading.root) for run in (old, new)]
    shown = [None if text is None else shown_yaml(text, reading.root) for text in texts]
    before, after = shown
    if before is None or after is None:
        return {"note": lacking(before, after, "configuration that can be read"), "lines": []}
    sides = before.splitlines()[:_MOST_DIFFED], after.splitlines()[:_MOST_DIFFED]
    lines = list(difflib.unified_diff(sides[0], sides[1], lineterm=""))[2:]
    if not lines:
        return {"note": "The configurations are the same.", "lines": []}
    more = len(lines) - _MOST_LINES
    note = f"{more:,} more lines are not shown." if more > 0 else ""
    return {"note": note, "lines": [cut(line, _LONGEST_LINE) for line in lines[:_MOST_LINES]]}


def _code(old: Run, new: Run, before: Declarations, after: Declarations) -> Document:
    steps = [_code_of_step(step, before.get(step), after.get(step)) for step in {**before, **after}]
    said = [step for step in steps if step["old"] or step["new"]]
    if not said:
        return {"note": "Nothing is recorded of the code of the steps.", "steps": []}
    words = ["Of the code of a step its fingerprint is recorded, not its text."]
    commits = [str(run.properties.get(v.GIT_COMMIT) or "") for run in (old, new)]
    if all(map(_COMMIT.fullmatch, commits)) and commits[0] != commits[1]:
        words.append(f"The runs started at different commits: git diff {commits[0][:12]} {commits[1][:12]}.")
    return {"note": " ".join(words), "steps": said}


def _code_of_step(step: str, old: Declaration | None, new: Declaration | None) -> Document:
    if old is None or new is None:
        state = "removed" if new is None else "added"
    elif old.source != new.source:
        state = "another class"
    elif not (old.code and new.code):
        state = "unknown"
    else:
        state = "same" if old.code == new.code else "changed"
    return {"step": cut(step, 200), "state": state, "old": _code_words(old), "new": _code_words(new)}


def _code_words(declared: Declaration | None) -> str:
    if declared is None or not declared.source:
        return ""
    return cut(f"{declared.source} {declared.code}".strip(), 300)


def _schema(old: Run, new: Run, names: tuple[str, str], reading: Reading) -> Document:
    ours = [artifact_of(run, "Schema", "schema") for run in (old, new)]
    if ours[0] is not None and ours[1] is not None and ours[0].id == ours[1].id:
        return {"note": "Both runs have the very same schema: it was taken from the cache.", "difference": None}
    before, after = reading.schema(old), reading.schema(new)
    if before is None or after is None:
        return {"note": lacking(before, after, "schema that can be read"), "difference": None}
    difference = schema_difference(after, before, names)
    more = len(difference["entries"]) - _MOST_CHANGES
    difference["entries"] = list(map(_short_change, difference["entries"][:_MOST_CHANGES]))
    return {"note": f"{more:,} more changes are not shown." if more > 0 else "", "difference": difference}


def _short_change(entry: Document) -> Document:
    """A change whose domains are not endless."""
    changes = [
        {key: text if text is None else cut(text, _LONGEST_VALUE) for key, text in change.items()}
        for change in entry["changes"]
    ]
    values = {key: _short_values(entry[key]) for key in ("values_added", "values_removed")}
    return {**entry, "path": [cut(name, 200) for name in entry["path"]], "changes": changes, **values}


def _short_values(values: Sequence[str]) -> list[str]:
    more = len(values) - _MOST_VALUES
    shown = [cut(value, _LONGEST_VALUE) for value in values[:_MOST_VALUES]]
    return [*shown, *([f"… and {more:,} more values"] if more > 0 else [])]
