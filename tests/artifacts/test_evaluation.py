from __future__ import annotations

import importlib.util
import json
import math
import subprocess
import sys

import pytest

from tests.evaluation_files import MODELS, buckets, matrices, message, metric, slice_key, write_evaluation
from zenml_nb.artifacts import tfma_messages
from zenml_nb.artifacts.evaluation import MetricKey, SliceKey, plain_metrics, read_evaluation
from zenml_nb.errors import EnvironmentMissingError, NotAvailableError


@pytest.fixture
def models(tmp_path):
    return write_evaluation(tmp_path / "7", **MODELS)


def metrics_of(evaluation, index=0):
    return {found.key: found for found in evaluation.slices[index].metrics}


@pytest.mark.parametrize("compressed", [False, True])
def test_metrics_are_read_with_their_keys_and_intervals(tmp_path, compressed):
    evaluation = read_evaluation(write_evaluation(tmp_path / "7", **MODELS, compressed=compressed))
    assert [entry.key.columns for entry in evaluation.slices] == [(), (("hour", "12"),), (("hour", "2"),)]
    found = metrics_of(evaluation)
    auc = found[MetricKey("auc", "new")]
    assert (auc.number, auc.lower, auc.upper, auc.standard_error) == (0.625, 0.525, 0.725, 0.05)
    assert (found[MetricKey("auc", "old")].number, found[MetricKey("auc", "old")].lower) == (0.5, None)
    assert found[MetricKey("auc", "new", is_diff=True)].number == 0.125
    assert [plot.key.model for plot in evaluation.slices[0].plots] == ["new", "old"]
    assert len(evaluation.slices[0].plots[0].data.confusion_matrix_at_thresholds.matrices) == 3


def test_the_settings_are_read(models):
    evaluation = read_evaluation(str(models))
    assert (evaluation.version, evaluation.data_location) == ("0.47.1", "data/eval")
    assert evaluation.model_locations == {"new": "models/2"}
    assert [spec.is_baseline for spec in evaluation.config.model_specs] == [False, True]


def test_the_validation_is_read(models):
    found = read_evaluation(models).validation
    assert (found.is_ok, found.has_no_thresholds, found.is_rubber_stamp) == (False, False, False)
    assert {(f.slice, f.key.is_diff, f.value) for f in found.failures} == {
        (SliceKey((("hour", "2"),)), False, 0.25),
        (SliceKey((("hour", "2"),)), True, -0.25),
    }
    assert [dict(spec.feature_values) for spec in found.missing] == [{"hour": "25"}]


def test_sub_keys_and_averages(tmp_path):
    keys = [
        {"subKey": {"classId": 0}},
        {"subKey": {"k": 1}},
        {"subKey": {"topK": 3}},
        {"subKey": {"classId": 2, "topK": 3}},
        {"aggregationType": {"weightedMacroAverage": True}, "outputName": "o"},
        {"exampleWeighted": True},
    ]
    entries = [metric("auc", 0.5, **key) for key in keys]
    folder = write_evaluation(tmp_path / "7", [{"sliceKey": {}, "metricKeysAndValues": entries}])
    [entry] = read_evaluation(folder).slices
    assert [found.key for found in entry.metrics] == [
        MetricKey("auc", sub_key="classId:0"),
        MetricKey("auc", sub_key="k:1"),
        MetricKey("auc", sub_key="topK:3"),
        MetricKey("auc", sub_key="classId:2 topK:3"),
        MetricKey("auc", output="o", aggregation="weighted_macro"),
        MetricKey("auc", is_weighted=True),
    ]


def test_numbers_of_every_kind(tmp_path):
    values = {
        "bounded": {"boundedValue": {"value": 0.5, "lowerBound": 0.25, "upperBound": 0.75}},
        "t": {"tDistributionValue": {"unsampledValue": 0.5, "sampleStandardDeviation": 0.125}},
        "text": {"bytesValue": "YQ=="},
        "nan": {"doubleValue": "NaN"},
    }
    entries = [metric(name, value) for name, value in values.items()]
    folder = write_evaluation(tmp_path / "7", [{"sliceKey": {}, "metricKeysAndValues": entries}])
    found = {one.key.name: one for one in read_evaluation(folder).slices[0].metrics}
    assert (found["bounded"].number, found["bounded"].lower, found["bounded"].upper) == (0.5, 0.25, 0.75)
    assert (found["t"].number, found["t"].standard_error) == (0.5, 0.125)
    assert found["text"].number is None
    assert math.isnan(found["nan"].number)


def test_metrics_and_plots_of_old_versions_have_names_only(tmp_path):
    folder = write_evaluation(
        tmp_path / "7",
        [{"sliceKey": {}, "metrics": {"auc": {"doubleValue": 0.5}}}],
        [{"sliceKey": {}, "plotData": {"debugMessage": "x"}, "plots": {"post": {"debugMessage": "y"}}}],
    )
    [entry] = read_evaluation(folder).slices
    assert [(found.key.name, found.number) for found in entry.metrics] == [("auc", 0.5)]
    assert [(plot.key.name, plot.data.debug_message) for plot in entry.plots] == [("", "x"), ("post", "y")]


def test_errors_of_a_slice_are_no_metrics(tmp_path):
    folder = write_evaluation(
        tmp_path / "7",
        [
            {"sliceKey": slice_key(a="x"), "metrics": {"__ERROR__": {"debugMessage": "too small"}}},
            {"sliceKey": {}, "metricKeysAndValues": [metric("__ERROR__", {"bytesValue": "bm8="}), metric("auc", 1)]},
        ],
    )
    overall, small = read_evaluation(folder).slices
    assert (overall.error, [found.key.name for found in overall.metrics]) == ("no", ["auc"])
    assert (small.error, small.metrics) == ("too small", ())


def test_slices_of_every_type_and_comparisons_of_slices(tmp_path):
    keys = [slice_key(a=0.1), slice_key(a=3), slice_key(a="é"), slice_key(a="x", b="y")]
    records = [{"sliceKey": key} for key in keys]
    records.append({"crossSliceKey": {"baselineSliceKey": {}, "comparisonSliceKey": slice_key(a="x")}})
    found = read_evaluation(write_evaluation(tmp_path / "7", records)).slices
    assert [entry.key for entry in found] == [
        SliceKey((("a", "0.1"),)),
        SliceKey((("a", "3"),)),
        SliceKey((("a", "é"),)),
        SliceKey((("a", "x"), ("b", "y"))),
        SliceKey((("a", "x"),), ()),
    ]


def test_plain_metrics_have_names_and_numbers(models, tmp_path):
    first = plain_metrics(read_evaluation(models))["slices"][0]
    assert first == {
        "slice": [],
        "metrics": {
            "auc": 0.625,
            "old/auc": 0.5,
            "auc_diff": 0.125,
            "example_count": 40,
            "old/example_count": 40,
        },
    }
    entries = [
        metric("auc", "Infinity", outputName="o", subKey={"classId": 1}),
        metric("auc", 0.5, aggregationType={"macroAverage": True}),
        metric("text", {"bytesValue": "YQ=="}),
    ]
    folder = write_evaluation(tmp_path / "8", [{"sliceKey": slice_key(a="x"), "metricKeysAndValues": entries}])
    assert plain_metrics(read_evaluation(folder)) == {
        "slices": [{"slice": [["a", "x"]], "metrics": {"o/classId:1/auc": "Infinity", "macro_auc": 0.5}}]
    }


def test_nothing_of_the_artifact_changes(models):
    def state():
        return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in models.rglob("*")}

    before = state()
    names = sorted(models.parent.rglob("*"))
    read_evaluation(models)
    assert state() == before
    assert sorted(models.parent.rglob("*")) == names


def test_a_missing_folder_and_a_folder_without_metrics_are_told(tmp_path):
    with pytest.raises(NotAvailableError, match=r"folder of the evaluation is missing(.|\n)*gone(.|\n)*metrics-"):
        read_evaluation(tmp_path / "gone")
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotAvailableError, match=r"no evaluation(.|\n)*empty(.|\n)*metrics-"):
        read_evaluation(tmp_path / "empty")


@pytest.mark.parametrize(
    "name", ["metrics-00000-of-00001.tfrecord", "plots-00000-of-00001.tfrecord", "validations.tfrecord"]
)
@pytest.mark.parametrize("damage", ["truncated", "foreign", "other"])
def test_a_damaged_file_is_told(models, name, damage):
    path = models / name
    whole = path.read_bytes()
    damaged = {"truncated": whole[:-3], "foreign": b"PK\x03\x04 not a record", "other": framed_foreign()}
    path.write_bytes(damaged[damage])
    with pytest.raises(NotAvailableError) as caught:
        read_evaluation(models)
    assert caught.value.where.endswith(name)
    assert "TFRecord" in caught.value.advice


def framed_foreign():
    """A sound TFRecord of something else: field 15 is in none of the messages."""
    from tests.artifacts.conftest import field, framed

    return framed([field(15, b"else")])


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"evalConfig": 3}', b"\xff"])
def test_damaged_settings_are_told(models, content):
    (models / "eval_config.json").write_bytes(content)
    with pytest.raises(
        NotAvailableError, match=r"cannot be read(.|\n)*eval_config.json(.|\n)*settings of an evaluation"
    ):
        read_evaluation(models)


def test_settings_of_a_newer_version_are_read(models):
    path = models / "eval_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "novelty": {"a": 1}}))
    assert read_evaluation(models).version == "0.47.1"


def test_an_evaluation_without_settings_and_validation_is_read(tmp_path):
    folder = write_evaluation(tmp_path / "7", [{"sliceKey": {}, "metricKeysAndValues": [metric("auc", 1)]}])
    evaluation = read_evaluation(folder)
    assert (evaluation.config, evaluation.validation, evaluation.version) == (None, None, "")


@pytest.fixture
def fresh():
    for cached in (tfma_messages.message_class, tfma_messages._pool):
        cached.cache_clear()
    yield
    for cached in (tfma_messages.message_class, tfma_messages._pool):
        cached.cache_clear()


def test_a_missing_tfma_is_told(models, monkeypatch, fresh):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if "model_analysis" in name else find(name, *rest)
    )
    with pytest.raises(EnvironmentMissingError, match=r"not installed(.|\n)*pip install tensorflow-model-analysis"):
        read_evaluation(models)


def test_a_tfma_of_another_kind_is_told(models, monkeypatch, fresh, tmp_path):
    (tmp_path / "tensorflow_model_analysis" / "proto").mkdir(parents=True)
    (tmp_path / "tensorflow_model_analysis" / "__init__.py").write_text("raise RuntimeError('imported')")
    (tmp_path / "tensorflow_model_analysis" / "proto" / "metrics_for_slice_pb2.py").write_text("x = 1")
    monkeypatch.syspath_prepend(str(tmp_path))
    # Another test of the same process may have imported the real one, which would be found first.
    monkeypatch.delitem(sys.modules, "tensorflow_model_analysis", raising=False)
    with pytest.raises(EnvironmentMissingError, match=r"declares no messages(.|\n)*metrics_for_slice_pb2.py"):
        read_evaluation(models)


def test_an_unknown_message_is_told():
    with pytest.raises(EnvironmentMissingError, match="no message 'Nothing'"):
        tfma_messages.message_class("Nothing")


def test_the_messages_come_without_tensorflow_and_tfma_can_be_imported_after_them():
    code = (
        "import sys; from zenml_nb.artifacts.tfma_messages import message_class; message_class('EvalRun')\n"
        "assert not {'tensorflow', 'tensorflow_model_analysis'} & set(sys.modules)\n"
        "from google.protobuf import descriptor_pool\n"
        "try: descriptor_pool.Default().FindMessageTypeByName('tensorflow_model_analysis.EvalRun')\n"
        "except KeyError: print('apart')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "apart"


def test_messages_hold_what_the_helpers_say():
    matrix = message("ConfusionMatrixAtThresholds", matrices((0.5, 1, 2, 3, 4))).matrices[0]
    assert (matrix.true_positives, matrix.false_negatives) == (1, 4)
    bucket = message("CalibrationHistogramBuckets", buckets((0, 1, 2, 3, 4))).buckets[0]
    assert (bucket.upper_threshold_exclusive, bucket.total_weighted_refined_prediction.value) == (1, 4)
