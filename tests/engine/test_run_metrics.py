"""The numbers of an evaluation are recorded with the run, for lists of runs."""

from __future__ import annotations

import math
from pathlib import Path

from tests.engine.conftest import Shared
from tests.engine.pipelines import penguin_pipeline
from zenml_nb.engine.ledger import Ledger, open_for_writing
from zenml_nb.records import Store
from zenml_nb.records import vocabulary as v
from zenml_nb.records.catalog import Catalog, Filters
from zenml_nb.repository import create_repository


def test_a_run_has_the_metrics_of_its_whole_data(shared: Shared) -> None:
    whole = shared.pipeline.evaluation()["slices"][0]
    assert whole["slice"] == []
    assert shared.run.metrics == whole["metrics"]
    assert shared.run.metrics["sparse_categorical_accuracy"] > 0.9


def test_metrics_are_recorded_of_a_cached_evaluation_too(in_shared: Shared) -> None:
    again = penguin_pipeline().run()
    assert {execution.state for execution in again.executions} == {v.CACHED}
    assert again.metrics == in_shared.run.metrics
    catalog = Catalog(Store(in_shared.pipeline.repository.metadata))
    page = catalog.page(Filters(metric="example_count", minimum=1), 0, 50)
    assert again.id in [run.id for run in page.runs]


def test_only_so_many_metrics_are_recorded_and_each_exactly(tmp_path: Path) -> None:
    repository = create_repository(tmp_path)
    ledger = Ledger(repository, open_for_writing(repository), "many")
    ledger.begin("name: many\n", "hash", None)
    given = {"nan": "NaN", "infinite": "-Infinity", "x" * 300: 1.0, "auc/class 1": 1 / 3, "tiny": 1.25e-9}
    ledger.record_metrics({**given, **{f"m{number:03}": float(number) for number in range(100)}})
    ledger.record_metrics({})
    ledger.finish(v.COMPLETE)
    metrics = Store(repository.metadata).run(ledger.run_id).metrics
    assert len(metrics) == v.MOST_METRICS
    assert (metrics["auc/class 1"], metrics["tiny"], metrics["infinite"]) == (1 / 3, 1.25e-9, -math.inf)
    assert math.isnan(metrics["nan"])
    assert metrics["m045"] == 45
    assert "m046" not in metrics
