"""Whether a model may be deployed, in words: on the evaluation's blessing, where deployers and people read it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

from zenml_nb.artifacts.evaluation import Evaluation
from zenml_nb.viewmodels.evaluation_checks import validation_part

#: Custom properties of a ModelBlessing; the first is TFX's own: 1 or 0, and none where nothing was to be judged.
BLESSED, FAILURES = "blessed", "failures"
#: Custom property of any output: what its component's line of progress, and its record, say beside why it ran.
REMARK = "remark"
_BLESSED_FILE, _NOT_BLESSED_FILE = "BLESSED", "NOT_BLESSED"
_CANDIDATE = "candidate"
_MOST, _LONGEST = 20, 300


def failures_of(evaluation: Evaluation) -> list[str]:
    """What missed its threshold, one sentence each: where, which metric, its value and the bound."""
    part = validation_part(evaluation)
    if part is None or part["state"] != "failed":
        return []
    failed = [check for check in part["checks"] if check["state"] == "failed"]
    missing = [f"there is no row of {name}, which has a threshold" for name in part["missing"]]
    return [*map(_sentence, failed), *missing] or ["the evaluation does not say why"]


def _sentence(check: dict[str, Any]) -> str:
    value = check["value"]
    said = f"{value:.6g}" if isinstance(value, (int, float)) else str(value) if value is not None else "not computed"
    reason = f" ({check['message']})" if value is None and check["message"] else ""
    is_change = "change" in check["threshold"]
    words = f"changed by {said}" if is_change and value is not None else f"is {said}"
    bound = check["threshold"].removeprefix("change ")
    # There is one model that is judged; TFMA names it where there is a baseline too.
    metric = check["metric"].removesuffix(f" ({_CANDIDATE})")
    return f"{check['slice']}: {metric} {words}, must be {bound}{reason}"


def bless(blessing: Any, failures: Sequence[str], is_judged: bool, note: str = "") -> None:
    """Write a judgement onto a ModelBlessing, as TFX's Evaluator does, with the reasons beside it.

    Args:
        blessing: TFX's artifact.
        failures: why the model is not good enough; none if it is.
        is_judged: whether there was anything to judge by.
        note: what is to be said beside the judgement.
    """
    if not is_judged:
        if note:
            blessing.set_string_custom_property(REMARK, note)
        return
    kept = [failure[:_LONGEST] for failure in failures[:_MOST]]
    blessing.set_int_custom_property(BLESSED, 0 if failures else 1)
    name = _NOT_BLESSED_FILE if failures else _BLESSED_FILE
    with open(os.path.join(blessing.uri, name), "w", encoding="utf-8") as file:
        file.write("".join(f"{failure}\n" for failure in kept))
    said = "good enough"
    if failures:
        more = [f"and {len(failures) - 3} more"] if len(failures) > 3 else []
        blessing.set_string_custom_property(FAILURES, json.dumps(kept))
        said = f"not good enough: {'; '.join([*kept[:3], *more])}"
    blessing.set_string_custom_property(REMARK, f"{said} ({note})" if note else said)


def reasons_against(blessing: Any) -> list[str]:
    """Why a model must not be deployed; none if it may."""
    if not blessing.has_custom_property(BLESSED) or blessing.get_int_custom_property(BLESSED):
        return []
    recorded = blessing.get_string_custom_property(FAILURES)
    return list(json.loads(recorded)) if recorded else ["it was judged not to be good enough"]


def remark_of(outputs: dict[str, list[Any]]) -> str:
    """What the outputs of a component say of its work; '' for nothing."""
    said = [a.get_string_custom_property(REMARK) for artifacts in outputs.values() for a in artifacts]
    return "; ".join(text for text in said if text)
