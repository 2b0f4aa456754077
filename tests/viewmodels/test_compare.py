from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import jsonschema
import pytest

from tests.viewmodels.comparisons import Taxi
from zenml_nb.errors import NotAvailableError
from zenml_nb.records import Execution
from zenml_nb.records import vocabulary as v
from zenml_nb.viewmodels.compare import compare_document

SCHEMA = Path(__file__).parents[2] / "zenml_nb/viewmodels/schema/compare.json"
VALIDATOR = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
HOSTILE = ["<img src=x onerror=alert(1)>", "</script>", "\u202e\x00", "__proto__", "x" * 10_000, "NaN"]


@pytest.fixture
def taxi(tmp_path):
    return Taxi(tmp_path)


def document(taxi, *runs, **given):
    made = compare_document(runs, root=taxi.root, **given)
    VALIDATOR.validate(json.loads(json.dumps(made, allow_nan=False)))
    return made


def parameter(made, step, name):
    """What each run has."""
    [row] = [row for row in made["parameters"] if (row["step"], row["name"]) == (step, name)]
    assert row["differs"] == (len(set(row["of"])) > 1)
    return [None if index is None else row["values"][index] for index in row["of"]]


def metrics(made):
    return {row["name"]: row["values"] for row in made["metrics"]}


def test_runs_are_told_in_their_order_with_short_labels(taxi):
    made = document(taxi, taxi.run("b"), taxi.run("a", state=v.FAILED))
    assert [(run["id"], run["label"], run["state"]) for run in made["runs"]] == [
        ("taxi.b", "b", "COMPLETE"),
        ("taxi.a", "a", "FAILED"),
    ]
    assert made["runs"][0]["seconds"] == 9
    assert made["title"] == "Comparison of 2 runs"
    other = dataclasses.replace(taxi.run("c"), id="tips.c", pipeline="tips", finished=None)
    made = document(taxi, taxi.run("d"), other)
    assert [run["label"] for run in made["runs"]] == ["taxi.d", "tips.c"]
    assert made["runs"][1]["seconds"] is None


def test_a_run_that_is_named_twice_is_shown_once_and_none_at_all_is_no_error(taxi):
    run = taxi.run("a")
    assert len(document(taxi, run, run)["runs"]) == 1
    made = document(taxi)
    assert (made["runs"], made["pairs"], made["slices"]) == ([], [], None)


def test_every_argument_is_a_row_with_what_differs(taxi):
    first = taxi.run("a", args={"lr": 0.1, "layers": [8, 4], "map": {"x": 1, "y": 2}, "on": True, "gone": None})
    made = document(taxi, first, taxi.run("b", args={"lr": 0.2, "layers": [8, 4], "map": {"x": 1, "y": 3}, "on": True}))
    assert parameter(made, "trainer", "lr") == [0.1, 0.2]
    assert parameter(made, "trainer", "layers") == ["[8, 4]", "[8, 4]"]
    assert parameter(made, "trainer", "map.x") == [1, 1]
    assert parameter(made, "trainer", "map.y") == [2, 3]
    assert parameter(made, "trainer", "on") == ["true", "true"]
    assert parameter(made, "trainer", "gone") == ["null", None]
    assert parameter(made, "trainer", "class") == ["steps.Trainer"] * 2


def test_numbers_and_texts_that_look_alike_are_told_apart(taxi):
    made = document(taxi, taxi.run("a", args={"x": 1}), taxi.run("b", args={"x": "1"}), taxi.run("c", args={"x": 1.0}))
    assert parameter(made, "trainer", "x") == [1, "1", 1]
    [row] = [row for row in made["parameters"] if row["name"] == "x"]
    assert row["of"] == [0, 1, 0]


def test_the_declaration_of_the_evaluator_comes_from_the_yaml_without_its_secrets(taxi):
    made = document(taxi, taxi.run("a", taxi.evaluation({None: {"auc": 0.5}})))
    assert parameter(made, "evaluator", "slices") == ['[["hour"]]']
    assert parameter(made, "evaluator", "password") == ["(hidden)"]
    assert "hunter2" not in json.dumps(made)


def test_runs_of_other_tools_have_their_properties(taxi):
    run = taxi.run("a")
    component = Execution(9, "Trainer", v.COMPLETE, run.started, None, properties={"steps": "5", "state": "complete"})
    other = dataclasses.replace(run, id="x", properties={}, executions=(component,))
    made = document(taxi, other)
    assert parameter(made, "Trainer", "steps") == ["5"]
    assert len(made["parameters"]) == 1


def test_runs_without_an_evaluation_and_metrics_that_are_no_numbers_are_compared_unlike_in_zenml_0_3_8(taxi):
    made = document(
        taxi,
        taxi.run("a", metrics={"auc": 0.75, "loss": math.nan}),
        taxi.run("b", taxi.evaluation({None: {"auc": 0.5, "rmse": math.inf}, 3: {"auc": 1}})),
        taxi.run("c"),
    )
    assert metrics(made) == {"auc": [0.75, 0.5, None], "loss": ["NaN", None, None], "rmse": [None, "Infinity", None]}
    assert made["notes"] == []


def test_a_damaged_evaluation_is_a_note_and_a_gap(taxi):
    damaged = taxi.evaluation({None: {"auc": 0.5}})
    next(Path(damaged.uri).glob("metrics*")).write_bytes(b"no records")
    gone = dataclasses.replace(damaged, id=99, uri=damaged.uri + "-gone")
    good = taxi.evaluation({None: {"auc": 0.25}})
    made = document(taxi, taxi.run("a", damaged), taxi.run("b", gone), taxi.run("c", good))
    assert metrics(made) == {"auc": [None, None, 0.25]}
    assert [note.partition(":")[0] for note in made["notes"]] == ["a", "b"]
    assert str(taxi.root) not in json.dumps(made)


def test_artifacts_outside_of_the_allowed_folders_are_not_read(taxi):
    run = taxi.run("a", taxi.evaluation({None: {"auc": 0.5}}))
    assert metrics(document(taxi, run, folders=[taxi.root])) == {"auc": [0.5]}
    made = document(taxi, run, folders=[taxi.root / "elsewhere"])
    assert metrics(made) == {}
    assert made["notes"] == ["a: The evaluation of the run may not be read: its folder is outside of the allowed ones."]


def test_slices_are_told_for_all_runs_that_have_an_evaluation(taxi):
    first = taxi.evaluation({None: {"auc": 0.5, "example_count": 9}, 2: {"auc": 0.25, "example_count": 4}})
    other = taxi.evaluation({None: {"auc": 0.75}, 10: {"auc": math.nan}})
    slices = document(taxi, taxi.run("a", first), taxi.run("b"), taxi.run("c", other))["slices"]
    assert (slices["runs"], slices["metrics"]) == ([0, 2], ["auc"])
    assert [(s["name"], s["counts"], s["values"]) for s in slices["slices"]] == [
        ("Overall", [9, None], [[0.5, 0.75]]),
        ("hour = 2", [4, None], [[0.25, None]]),
        ("hour = 10", [None, None], [[None, "NaN"]]),
    ]


def test_of_many_runs_and_slices_a_part_is_told_with_a_note(taxi):
    counts = {hour: {"auc": 0.5, "example_count": float(hour)} for hour in range(1, 200)}
    evaluation = taxi.evaluation({None: {"auc": 0.5, "example_count": 1e6}, **counts})
    runs = [taxi.run(str(index), evaluation) for index in range(12)]
    made = document(taxi, *runs, baseline="taxi.11")
    slices = made["slices"]
    assert slices["runs"] == [*range(7), 11]
    names = [entry["name"] for entry in slices["slices"]]
    assert (len(names), names[0], names[-1]) == (150, "Overall", "hour = 199")
    assert "hour = 1" not in names
    assert slices["notes"] == [
        "The slices are those of 8 runs; compare fewer runs to see those of others.",
        "50 more slices, which have fewer examples, are not shown.",
    ]
    assert [pair["run"] for pair in made["pairs"]] == [0, 1, 2, 3]
    assert "compared for 4 runs" in made["notes"][0]


def test_the_configuration_is_a_unified_diff(taxi):
    [pair] = document(taxi, taxi.run("a"), taxi.run("b", yaml_lr="0.5, token: hunter2"))["pairs"]
    lines = pair["configuration"]["lines"]
    assert lines[0].startswith("@@ ")
    assert [line for line in lines if line[0] in "+-"] == [
        "-      args: {lr: 0.1}",
        "+      args: {lr: 0.5, token: (hidden)}",
    ]
    [pair] = document(taxi, taxi.run("c"), taxi.run("d"))["pairs"]
    assert pair["configuration"] == {"note": "The configurations are the same.", "lines": []}


def test_a_missing_or_broken_configuration_is_said(taxi):
    first, second = taxi.run("a"), taxi.run("b")
    (second.folder / v.CONFIG_FILE).write_text("{", "utf-8")
    [pair] = document(taxi, first, second)["pairs"]
    assert pair["configuration"]["note"] == "The run has no configuration that can be read."
    (first.folder / v.CONFIG_FILE).unlink()
    [pair] = document(taxi, first, second)["pairs"]
    assert pair["configuration"]["note"] == "The baseline and the run have no configuration that can be read."


@pytest.mark.parametrize(
    ("before", "after", "state"),
    [("aaaa", "aaaa", "same"), ("aaaa", "bbbb", "changed"), ("", "bbbb", "unknown")],
)
def test_code_is_compared_by_its_fingerprint(taxi, before, after, state):
    [pair] = document(taxi, taxi.run("a", code=before), taxi.run("b", code=after))["pairs"]
    [step] = pair["code"]["steps"]
    assert (step["step"], step["state"]) == ("trainer", state)
    assert step["new"] == f"steps.Trainer {after}"
    assert "its fingerprint is recorded, not its text" in pair["code"]["note"]


def test_commits_are_named_only_where_they_are_commits(taxi):
    first, second = taxi.run("a", git_commit="0" * 40), taxi.run("b", git_commit="1" * 40)
    assert f"git diff {'0' * 12} {'1' * 12}" in document(taxi, first, second)["pairs"][0]["code"]["note"]
    hostile = taxi.run("c", git_commit="$(reboot)")
    assert "git diff" not in document(taxi, first, hostile)["pairs"][0]["code"]["note"]


def test_schemas_are_compared_from_the_baseline_to_the_run(taxi):
    old, new = taxi.schema(), taxi.schema(fare="INT", city="Kiel")
    [pair] = document(taxi, taxi.run("a", old), taxi.run("b", new))["pairs"]
    difference = pair["schema"]["difference"]
    assert difference["names"] == ["b", "a"]
    fare, city = sorted(difference["entries"], key=lambda entry: entry["path"], reverse=True)
    assert fare["changes"] == [{"label": "Type", "old": "FLOAT", "new": "INT"}]
    assert (city["values_added"], city["values_removed"]) == (["Kiel"], ["Rome"])
    [pair] = document(taxi, taxi.run("c", old), taxi.run("d", old))["pairs"]
    assert pair["schema"] == {
        "note": "Both runs have the very same schema: it was taken from the cache.",
        "difference": None,
    }
    [pair] = document(taxi, taxi.run("e", old), taxi.run("f"))["pairs"]
    assert pair["schema"]["note"] == "The run has no schema that can be read."


def test_distributions_are_sorted_by_their_distance(taxi):
    first, second = taxi.run("a", taxi.statistics()), taxi.run("b", taxi.statistics(low=10, oslo=6))
    [pair] = document(taxi, first, second)["pairs"]
    found = pair["distributions"]["features"]
    assert [(own["name"], own["split"]) for own in found[:2]] == [("fare", "train"), ("fare", "eval")]
    # Half of the mass moves from one bucket to the other; base-2 divergence of (1/2, 1/2) and (1, 0).
    expected = (0.5 * math.log2(0.5 / 0.75) + 0.5 * math.log2(0.5 / 0.25) + math.log2(1 / 0.75)) / 2
    assert found[0]["distance"] == pytest.approx(expected, rel=1e-6)
    assert found[0]["charts"] == [{"edges": [0, 2], "counts": [5, 5]}, {"edges": [0, 2], "counts": [10, 0]}]
    city = found[2]
    assert (city["kind"], city["distance"], city["labels"]) == ("categorical", 0.1, ["Oslo", "Rome"])
    assert city["charts"] == [{"counts": [5, 5]}, {"counts": [6, 4]}]


def test_what_has_no_common_statistics_is_said(taxi):
    one, other = taxi.statistics(splits=("examples",)), taxi.statistics()
    [pair] = document(taxi, taxi.run("a", one), taxi.run("b", other))["pairs"]
    assert pair["distributions"]["note"] == "The runs have no split of the same name."
    [pair] = document(taxi, taxi.run("c"), taxi.run("d", other))["pairs"]
    assert pair["distributions"]["note"] == "The baseline has no statistics."
    [pair] = document(taxi, taxi.run("e", other), taxi.run("f", other))["pairs"]
    assert "very same statistics" in pair["distributions"]["note"]


def test_equal_and_damaged_statistics(taxi):
    damaged = taxi.statistics()
    (damaged.split_path("eval") / "FeatureStats.pb").write_bytes(b"\xff\xff")
    made = document(taxi, taxi.run("a", taxi.statistics()), taxi.run("b", damaged))
    distributions = made["pairs"][0]["distributions"]
    assert {own["split"] for own in distributions["features"]} == {"train"}
    assert all(own["distance"] == 0 and own["charts"] == [] for own in distributions["features"])
    assert distributions["note"] == "The statistics of 1 split cannot be read."
    assert len(made["notes"]) == 1
    assert made["notes"][0].startswith("b: Without its statistics. An artifact cannot be read")


def test_the_baseline_is_one_of_the_runs(taxi):
    runs = [taxi.run("one"), taxi.run("two")]
    made = document(taxi, *runs, baseline="taxi.two")
    assert (made["baseline"], [pair["run"] for pair in made["pairs"]]) == (1, [0])
    with pytest.raises(NotAvailableError, match=r"Did you mean 'taxi\.two'"):
        document(taxi, *runs, baseline="taxi.twoo")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_texts_and_do_not_grow_the_document(taxi, text):
    run = taxi.run("a", args={text: text, "nested": {text: text}}, metrics={text: 1.0})
    other = dataclasses.replace(taxi.run("b"), id=text, pipeline=text, state=text)
    made = document(taxi, run, other)
    assert made["runs"][1]["state"] == text
    assert len(json.dumps(made)) < 60_000


def test_two_hundred_runs_make_a_small_document(taxi):
    long = "y" * 2_000
    evaluation = taxi.evaluation({None: {"auc": 0.5}, **{hour: {"auc": hour / 300} for hour in range(100)}})
    template = taxi.run("a", evaluation, taxi.statistics(), taxi.schema())

    def changed(index):
        step = {"source": "s.T", "args": {f"p{n}": f"{long}{index}{n}" for n in range(200)}, "code": str(index)}
        properties = {"custom_config": json.dumps({"step": json.dumps(step)})}
        executions = [dataclasses.replace(e, properties=properties) for e in template.executions]
        return dataclasses.replace(template, id=f"taxi.{index}", executions=tuple(executions))

    made = document(taxi, *map(changed, range(200)))
    assert len(made["runs"]) == 200
    assert len(json.dumps(made)) < 1_000_000
    assert [note for note in made["notes"] if "more parameters are not shown" in note]
