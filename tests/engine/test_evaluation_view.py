"""The documents of evaluations hold what TFMA's own reader gives, value by value."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import tensorflow_model_analysis as tfma

from tests.engine.conftest import Shared
from tests.engine.evaluations import BINARY, CLASSES, INTERVALS, OUTPUTS, evaluate, scored_trips
from zenml_nb.artifacts.evaluation import read_evaluation
from zenml_nb.viewmodels.evaluation import evaluation_document
from zenml_nb.views.html import render_html
from zenml_nb.views.text import render_text

Document = dict[str, Any]

# TFMA divides by zero where a slice has one class only, and knows no NumPy 2 yet: a warning for every example.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")


@pytest.fixture(scope="module")
def trips(taxi_csv: Path) -> pd.DataFrame:
    """Trips with labels and predictions."""
    return scored_trips(taxi_csv)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the evaluations are written."""
    return tmp_path_factory.mktemp("evaluations")


@pytest.fixture(scope="module")
def binary(trips: pd.DataFrame, folder: Path) -> Path:
    """Two models, with plots, thresholds and slices."""
    evaluate(trips, BINARY, folder / "binary")
    return folder / "binary"


def document_of(path: Path | str) -> Document:
    return evaluation_document({"run": read_evaluation(path)})


def slice_name(key: Any) -> str:
    return ", ".join(f"{column} = {'(missing)' if value == '' else value}" for column, value in key) or "Overall"


def cells(document: Document) -> Iterator[tuple[str, str, str, Any]]:
    """Slice, metric, series and value of every cell that holds one."""
    for entry in document["slices"]:
        for metric, row in zip(document["metrics"], entry["values"], strict=True):
            for series, cell in zip(document["series"], row, strict=True):
                if cell is not None:
                    yield entry["name"], metric["label"], series["name"], cell


def own_label(output: str, sub_key: str, name: str) -> str:
    """What the document calls a metric of TFMA's dictionary."""
    # TFMA writes the message of the average into the name.
    name = name.replace("macro_average: true\n_", "macro ")
    words = sub_key.replace("classId:", "class ").replace("topK:", "top ")
    label = f"{name} ({words})" if words else name
    return f"{output}: {label}" if output else label


def expected_cells(result: tfma.EvalResult, model: str = "", diff: str = "") -> Iterator[tuple[str, str, str, Any]]:
    for key, outputs in result.slicing_metrics:
        for output, by_class in outputs.items():
            for sub_key, values in by_class.items():
                for name, value in values.items():
                    if name != "__ERROR__":
                        is_diff = name.endswith("_diff")
                        label = own_label(output, sub_key, name.removesuffix("_diff"))
                        yield slice_name(key), label, diff if is_diff else model, value


def compare(document: Document, expected: list[tuple[str, str, str, Any]]) -> int:
    """Compare every cell with TFMA's; both have the same ones. Returns how many are numbers."""
    ours = {found[:3]: found[3] for found in cells(document)}
    assert set(ours) == {found[:3] for found in expected}
    numbers = 0
    for *key, value in expected:
        cell = ours[tuple(key)]
        numbers += _compare_cell(cell, value)
    return numbers


def _compare_cell(cell: Any, value: Any) -> bool:
    if "boundedValue" in value:
        bounded = value["boundedValue"]
        assert [number(part) for part in cell[:3]] == pytest.approx(
            [number(bounded[side]) for side in ("value", "lowerBound", "upperBound")], nan_ok=True
        )
        return True
    if "doubleValue" in value:
        mine = cell[0] if isinstance(cell, list) else cell
        assert number(mine) == pytest.approx(number(value["doubleValue"]), nan_ok=True, rel=1e-12)
        return True
    assert isinstance(cell, str)
    assert cell.startswith("at 0")
    return False


def number(value: Any) -> float:
    return float(value["value"] if isinstance(value, dict) else value)


def test_the_penguin_run(shared: Shared) -> None:
    uri = shared.run.artifact("Evaluator", "evaluation").uri
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in Path(uri).rglob("*")}
    document = document_of(uri)
    assert compare(document, list(expected_cells(tfma.load_eval_result(uri)))) > 20
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in Path(uri).rglob("*")} == before
    assert not list(Path(uri).parent.glob("*.json"))
    assert "species_xl" in {fact["value"] for fact in document["entries"][0]["facts"]}


def test_two_models_and_their_differences(binary: Path) -> None:
    document = document_of(binary)
    new = tfma.load_eval_result(str(binary), model_name="candidate")
    old = tfma.load_eval_result(str(binary), model_name="baseline")
    expected = [*expected_cells(new, "candidate", "candidate − baseline"), *expected_cells(old, "baseline")]
    assert compare(document, expected) >= 30 * 9
    assert [one["name"] for one in document["series"]] == ["candidate", "baseline", "candidate − baseline"]


def test_the_validation(binary: Path) -> None:
    document = document_of(binary)
    result = tfma.load_validation_result(str(binary))
    validation = document["entries"][0]["validation"]
    failed = [check for check in validation["checks"] if check["state"] == "failed"]
    assert (validation["state"], result.validation_ok) == ("failed", False)
    expected = [failure for entry in result.metric_validations_per_slice for failure in entry.failures]
    assert sorted(check["value"] for check in failed) == sorted(f.metric_value.double_value.value for f in expected)
    assert validation["missing"] == ["payment_type = Barter"]
    # TFMA counts, for each specification with thresholds, its slices; thresholds for all slices have none of their own.
    slices = {
        tuple(details.slicing_spec.feature_keys): details.num_matching_slices
        for details in result.validation_details.slicing_details
    }
    made = 2 * slices[()] + slices[("payment_type",)]
    assert len(validation["checks"]) + validation["more"] == made == 65
    for check in validation["checks"]:
        assert check["state"] == ("passed" if holds(check["threshold"], check["value"]) else "failed"), check


def holds(threshold: str, value: float) -> bool:
    words = threshold.split()
    if "to" in words:
        return float(words[0]) <= value <= float(words[2])
    return value >= float(words[-1])


def plots_by_place(result: tfma.EvalResult) -> Iterator[tuple[str, str, str, Any]]:
    for key, outputs in result.plots:
        for output, by_class in outputs.items():
            for sub_key, found in by_class.items():
                yield slice_name(key), output, sub_key, found


def test_the_plots_of_binary_models(binary: Path) -> None:
    document = document_of(binary)
    names = [entry["name"] for entry in document["slices"]]
    found = {(plot["slice"], plot["series"], plot["group"]): plot for plot in document["plots"]}
    for series, model in enumerate(("candidate", "baseline")):
        result = tfma.load_eval_result(str(binary), model_name=model)
        for name, _, _, data in plots_by_place(result):
            plot = found[names.index(name), series, document["groups"].index("")]
            compare_thresholds(plot["thresholds"], data["confusionMatrixAtThresholds"]["matrices"])
            compare_buckets(plot["buckets"], data["calibrationHistogramBuckets"]["buckets"])


def compare_thresholds(part: Document, matrices: list[Document]) -> None:
    by_threshold = {float(matrix.get("threshold", 0)): matrix for matrix in matrices}
    assert part["total"] == len(matrices) == 1002
    assert 2 <= len(part["threshold"]) <= 200
    assert part["threshold"][0] == min(by_threshold)
    assert part["threshold"][-1] == max(by_threshold)
    fields = {"tp": "truePositives", "fp": "falsePositives", "tn": "trueNegatives", "fn": "falseNegatives"}
    for index, threshold in enumerate(part["threshold"]):
        for name, field in fields.items():
            assert part[name][index] == float(by_threshold[threshold].get(field, 0))


def compare_buckets(part: Document, buckets: list[Document]) -> None:
    assert part["total"] == len(buckets)
    sums = {
        "weight": "numWeightedExamples",
        "label": "totalWeightedLabel",
        "prediction": "totalWeightedRefinedPrediction",
    }
    for index, (lower, upper) in enumerate(zip(part["lower"], part["upper"], strict=True)):
        inside = [
            bucket
            for bucket in buckets
            if float(lower) <= float(bucket.get("lowerThresholdInclusive", 0)) < float(upper)
        ]
        for name, field in sums.items():
            total = math.fsum(float(bucket.get(field, 0)) for bucket in inside)
            assert part[name][index] == pytest.approx(total, abs=1e-9)
    whole = math.fsum(float(bucket.get("numWeightedExamples", 0)) for bucket in buckets)
    assert math.fsum(part["weight"]) == pytest.approx(whole)


@pytest.mark.parametrize("method", ["JACKKNIFE", "POISSON_BOOTSTRAP"])
def test_confidence_intervals(trips: pd.DataFrame, folder: Path, method: str) -> None:
    path = folder / method
    result = evaluate(trips, INTERVALS.replace("METHOD", method), path)
    document = document_of(path)
    assert compare(document, list(expected_cells(result))) > 20
    messages = {
        (slice_name_of(entry), kv.key.name): kv.confidence_interval
        for entry in tfma.load_metrics(str(path))
        for kv in entry.metric_keys_and_values
        if kv.HasField("confidence_interval")
    }
    ours = {(name, metric): cell for name, metric, _, cell in cells(document) if isinstance(cell, list)}
    assert set(ours) == {key for key in messages if key[1] != "__ERROR__"}
    assert ("Overall", "binary_accuracy") in ours
    for key, cell in ours.items():
        interval = messages[key]
        expected = [side.double_value.value for side in (interval.lower_bound, interval.upper_bound)]
        assert [number(part) for part in cell[1:3]] == pytest.approx(expected, nan_ok=True)
    facts = {fact["label"]: fact["value"] for fact in document["entries"][0]["facts"]}
    assert method.split("_")[-1].lower() in facts["Confidence intervals"]


def slice_name_of(entry: Any) -> str:
    return slice_name([(one.column, one.bytes_value.decode()) for one in entry.slice_key.single_slice_keys])


def test_several_classes(trips: pd.DataFrame, folder: Path) -> None:
    path = folder / "classes"
    result = evaluate(trips, CLASSES, path)
    document = document_of(path)
    assert compare(document, list(expected_cells(result))) > 20
    names = [entry["name"] for entry in document["slices"]]
    compared = 0
    for name, _, sub_key, data in plots_by_place(result):
        group = {"": "multi_class_confusion_matrix_plot"}.get(sub_key, sub_key.replace("classId:", "class "))
        place = (names.index(name), document["groups"].index(group))
        [plot] = [p for p in document["plots"] if (p["slice"], p["group"]) == place]
        if sub_key:
            compare_thresholds(plot["thresholds"], data["confusionMatrixAtThresholds"]["matrices"])
        else:
            matrices = data["multiClassConfusionMatrixAtThresholds"]["matrices"]
            compared += compare_squares(plot["classes"], matrices)
    assert compared > 20


def compare_squares(squares: list[Document], matrices: list[Document]) -> int:
    assert len(squares) == len(matrices) == 3
    compared = 0
    for square, matrix in zip(squares, matrices, strict=True):
        assert square["threshold"] == float(matrix.get("threshold", 0))
        place = {("-1" if name == "(none)" else name): index for index, name in enumerate(square["names"])}
        total = 0.0
        for entry in matrix["entries"]:
            row, column = (place[str(entry.get(key, 0))] for key in ("actualClassId", "predictedClassId"))
            assert square["counts"][row][column] == float(entry["numWeightedExamples"])
            total += float(entry["numWeightedExamples"])
            compared += 1
        assert sum(map(sum, square["counts"])) == total
    return compared


def test_several_outputs(trips: pd.DataFrame, folder: Path) -> None:
    path = folder / "outputs"
    result = evaluate(trips, OUTPUTS, path)
    document = document_of(path)
    assert compare(document, list(expected_cells(result))) >= 6 * 3
    assert document["groups"] == ["tip", "amount"]
    names = [entry["name"] for entry in document["slices"]]
    for name, output, _, data in plots_by_place(result):
        place = (names.index(name), document["groups"].index(output))
        [plot] = [p for p in document["plots"] if (p["slice"], p["group"]) == place]
        compare_buckets(plot["buckets"], data["calibrationHistogramBuckets"]["buckets"])


def test_every_number_is_in_the_static_html_and_the_text_is_deterministic(binary: Path) -> None:
    from zenml_nb.views.evaluation_words import value_text

    document = document_of(binary)
    html = render_html(document)
    for _, _, _, cell in cells(document):
        assert f">{value_text(cell)}" in html
    assert render_text(document) == render_text(document_of(binary))
