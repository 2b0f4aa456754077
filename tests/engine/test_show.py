"""``show`` in place of TFX's own ``context.show``: by URI, as TFX's objects, as records, as protos."""

from __future__ import annotations

import contextlib
import io
import os
from typing import Any

import pytest

from tests.engine.conftest import Shared
from zenml_nb.artifacts import protos
from zenml_nb.errors import NotAvailableError
from zenml_nb.views import show
from zenml_nb.views import view_of as view

KINDS = {
    "Data": "tables",
    "DataStatistics": "statistics",
    "DataSchema": "schema",
    "Split": "tables",
    "SplitStatistics": "statistics",
    "SplitSchema": "schema",
    "SplitAnomalies": "anomalies",
    "Preprocesser": "tables",
    "Trainer": "tables",
    "Evaluator": "evaluation",
}
KEYS = {"Preprocesser": "transformed_examples", "Trainer": "model", "Evaluator": "evaluation"}


def output(shared: Shared, component: str) -> Any:
    execution = shared.run.execution(component)
    key = KEYS.get(component, execution.outputs[0].key)
    return shared.run.artifact(component, key)


@pytest.mark.parametrize(("component", "kind"), KINDS.items())
def test_every_artifact_of_a_run_is_shown_by_its_uri(shared: Shared, component: str, kind: str) -> None:
    shown = view(output(shared, component).uri)
    assert shown.document["schema"] == f"zenml_nb/{kind}@1"
    assert str(shown)
    assert "text/html" in shown._repr_mimebundle_()


def test_a_uri_may_be_relative_to_the_repository(in_shared: Shared) -> None:
    uri = output(in_shared, "SplitSchema").uri
    relative = os.path.relpath(uri, in_shared.root)
    assert view(relative).document == view(uri).document
    assert view(f"{relative}#bill_length_mm").document == view(uri).document


def test_artifacts_and_channels_of_tfx_are_shown(shared: Shared) -> None:
    from tfx.types import channel_utils, standard_artifacts

    record = output(shared, "SplitStatistics")
    artifact = standard_artifacts.ExampleStatistics()
    artifact.uri = record.uri
    expected = view(record.uri).document
    for thing in (artifact, channel_utils.as_channel([artifact]), record):
        assert view(thing).document == expected
    with pytest.raises(NotAvailableError, match="no artifact yet"):
        view(channel_utils.as_channel([standard_artifacts.ExampleStatistics()]))


def test_protos_are_shown(shared: Shared) -> None:
    statistics, schema = output(shared, "SplitStatistics"), output(shared, "SplitSchema")
    listed = protos.read_statistics_list(statistics, "eval")
    assert view(listed, "eval").document == view(statistics.uri, "eval").document
    assert view(listed.datasets[0], "eval").document == view(statistics.uri, "eval").document
    assert view(protos.read_schema(schema)).document == view(schema.uri).document
    anomalies = protos.read_anomalies(output(shared, "SplitAnomalies"), "eval")
    assert view(anomalies, "eval").document["schema"] == "zenml_nb/anomalies@1"


def test_files_are_shown(shared: Shared) -> None:
    statistics = output(shared, "SplitStatistics")
    path = statistics.split_path("eval") / "FeatureStats.pb"
    assert view(path).document == view(statistics.uri, "eval").document


def test_what_cannot_be_shown_is_told(shared: Shared, tmp_path) -> None:
    statistics = output(shared, "SplitStatistics")
    for thing, words in [
        (tmp_path / "nothing", "There is no artifact here"),
        (tmp_path, "no artifact with a view"),
        (3, "A int has no view"),
        (output(shared, "Preprocesser").uri + "/none", "There is no artifact here"),
    ]:
        with pytest.raises(NotAvailableError, match=words):
            view(thing)
    with pytest.raises(NotAvailableError, match=r"no split 'evl'(.|\n)*Did you mean 'eval'"):
        view(statistics.uri, "evl")


def test_outside_a_notebook_the_text_is_printed(shared: Shared) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        show(output(shared, "SplitSchema").uri)
    assert "bill_length_mm" in printed.getvalue()
