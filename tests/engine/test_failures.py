"""Runs that fail: what is recorded, what the user sees, and how the next run goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine import user_steps
from tests.engine.conftest import Shared, working_in
from tests.engine.pipelines import penguin_pipeline
from zenml_nb.errors import NotAvailableError, RunCanceledError, StepFailedError
from zenml_nb.records import Run, Store
from zenml_nb.records import vocabulary as v


def latest(shared: Shared, name: str) -> Run:
    """The newest run of a pipeline, as another process would read it."""
    run = Store(shared.pipeline.repository.metadata).latest_run(name)
    assert run is not None
    return run


def test_a_failure_is_recorded_and_shown_from_the_users_line_on_unlike_in_zenml_0_3_8(in_shared: Shared) -> None:
    pipeline = penguin_pipeline("broken")
    pipeline.add_trainer(user_steps.BrokenTrainer())
    with pytest.raises(StepFailedError) as caught:
        pipeline.run()
    error = caught.value
    assert error.step == "trainer"
    assert "ZeroDivisionError: division by zero" in error.what
    assert error.where is not None
    assert "user_steps.py, line" in error.where
    assert "return a / b" in error.where
    stack = error.user_traceback
    assert stack.index("model_fn") < stack.index("in divide")
    assert "site-packages" not in stack.split("model_fn")[0]
    assert isinstance(error.__cause__, ZeroDivisionError)
    assert error.__cause__.__traceback__.tb_frame.f_code.co_filename.endswith("user_steps.py")

    run = latest(in_shared, "broken")
    assert (run.state, run.properties[v.FAILED_STEP]) == (v.FAILED, "trainer")
    execution = run.execution("Trainer")
    assert execution.state == v.FAILED
    assert "ZeroDivisionError" in execution.error
    assert run.execution("Preprocesser").state == v.CACHED
    assert not any(Path(artifact.uri).exists() for artifact in execution.outputs)
    with pytest.raises(NotAvailableError, match="did not finish the step evaluator"):
        pipeline.evaluate()

    pipeline.add_trainer(in_shared.pipeline.steps["trainer"])
    resumed = pipeline.run()
    assert resumed.state == v.COMPLETE
    assert resumed.execution("Preprocesser").state == v.CACHED


def test_a_failure_inside_a_traced_function_names_the_users_line(in_shared: Shared) -> None:
    pipeline = penguin_pipeline("traced")
    pipeline.add_preprocesser(user_steps.BrokenPreprocesser(labels=["species"]))
    with pytest.raises(StepFailedError) as caught:
        pipeline.run(until="preprocesser")
    assert "no such column" in caught.value.what
    assert "user_steps.py" in str(caught.value.where)


def test_an_interrupted_run_is_canceled_not_failed(in_shared: Shared) -> None:
    pipeline = penguin_pipeline("interrupted")
    pipeline.add_trainer(user_steps.InterruptedTrainer())
    with pytest.raises(KeyboardInterrupt) as caught:
        pipeline.run()
    assert isinstance(caught.value, RunCanceledError)
    assert "step trainer" in str(caught.value)
    run = latest(in_shared, "interrupted")
    assert run.state == v.CANCELED
    assert run.execution("Trainer").state == v.CANCELED


def test_a_split_that_stays_empty_fails_and_leaves_nothing(in_shared: Shared) -> None:
    pipeline = penguin_pipeline("lopsided")
    pipeline.add_split(user_steps.LopsidedSplit())
    with pytest.raises(StepFailedError, match="split 'eval' stays empty"):
        pipeline.run(until="split")
    run = latest(in_shared, "lopsided")
    folder = in_shared.root / ".zenml_nb" / "artifacts" / "pipelines" / "lopsided" / "Split"
    assert run.state == v.FAILED
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_a_number_that_is_no_split_is_told(in_shared: Shared) -> None:
    pipeline = penguin_pipeline("outside")
    pipeline.add_split(user_steps.OutOfRangeSplit())
    with pytest.raises(StepFailedError, match="2 splits"):
        pipeline.run(until="split")


def test_a_corrupt_store_is_told_before_anything_runs(tmp_path: Path) -> None:
    from zenml_nb.errors import StoreError

    with working_in(tmp_path):
        pipeline = penguin_pipeline()
        store = Path(pipeline.repository.metadata["uri"])
        store.write_bytes(b"this is no database" * 100)
        with pytest.raises(StoreError, match="not a database"):
            pipeline.run(until="data")
        assert store.read_bytes() == b"this is no database" * 100
        assert not (tmp_path / ".zenml_nb" / "runs").exists()


def test_an_unwritable_store_is_told_before_anything_runs(tmp_path: Path) -> None:
    from zenml_nb.errors import StoreError

    with working_in(tmp_path):
        pipeline = penguin_pipeline()
        (pipeline.repository.marker / "runs").write_text("a file where a folder should be")
        with pytest.raises(StoreError, match="cannot be recorded"):
            pipeline.run(until="data")
