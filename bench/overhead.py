"""The penguin pipeline through zenml_nb, beside the same components written by hand on TFX's InteractiveContext."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from _measure import print_table, print_target, run_child, serve_child
from _penguins import penguin_csv, penguin_pipeline

HISTORY = 18_000
# Our components beside those of TFX that do the same.
PAIRS = {
    "commit": None,
    "Data": "CsvExampleGen",
    "DataStatistics": None,
    "DataSchema": None,
    "Split": None,
    "SplitStatistics": "StatisticsGen",
    "SplitSchema": "SchemaGen",
    "SplitAnomalies": "ExampleValidator",
    "Preprocesser": "Transform",
    "Trainer": "Trainer",
    "Evaluator": "Evaluator",
    "Deployer": "Pusher",
}


@contextmanager
def timed(owner: Any, name: str, into: list[float]) -> Iterator[None]:
    """Add up the time that is spent in a function or method meanwhile."""
    original = getattr(owner, name)

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        try:
            return original(*args, **kwargs)
        finally:
            into.append(time.perf_counter() - began)

    setattr(owner, name, wrapper)
    try:
        yield
    finally:
        setattr(owner, name, original)


def seconds_of(action: Callable[[], Any]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def import_ours() -> None:
    import importlib

    for name in ("bridge", "compatibility", "compile", "conductor", "metadata", "project", "session"):
        importlib.import_module(f"zenml_nb.engine.{name}")
    for name in ("pandas", "pyarrow.csv", "pyarrow.parquet"):
        importlib.import_module(name)


def run_ours() -> dict[str, Any]:
    """The pipeline twice: the second run is cached."""
    imports = seconds_of(import_ours)
    from zenml_nb import create_repository
    from zenml_nb.engine import project, session

    create_repository(Path.cwd())
    pipeline = penguin_pipeline()
    steps: dict[str, float] = {}

    def listen(event: Any) -> None:
        if event.component and event.state != "RUNNING":
            steps[event.component] = event.seconds

    pipeline.listeners.append(listen)
    executors: list[float] = []
    parts: dict[str, list[float]] = {"commit": [], "projections": []}
    with (
        timed(session.Launcher, "_run_executor", executors),
        timed(type(pipeline), "commit", parts["commit"]),
        timed(project, "project", parts["projections"]),
    ):
        total = seconds_of(pipeline.run)
    outside = {name: sum(seconds) for name, seconds in parts.items()}
    first = dict(steps, commit=outside["commit"])
    return {
        "imports": imports,
        "total": total,
        "steps": first,
        "executors": sum(executors),
        "outside": outside,
        "cached": seconds_of(pipeline.run),
    }


def import_raw() -> None:
    import keras  # noqa: F401
    import tensorflow_model_analysis  # noqa: F401
    import tensorflow_transform  # noqa: F401
    import tfx.v1  # noqa: F401
    from tfx.orchestration.experimental.interactive import interactive_context  # noqa: F401


def run_raw() -> dict[str, Any]:
    """The same by hand; as in a notebook, where the context does its work only inside IPython."""
    from IPython.core.interactiveshell import InteractiveShell

    InteractiveShell.instance()
    imports = seconds_of(import_raw)
    from tfx.orchestration.experimental.interactive.interactive_context import InteractiveContext
    from tfx.orchestration.launcher.in_process_component_launcher import InProcessComponentLauncher

    folder = Path.cwd()
    prepare_csv(folder / "data")
    steps: dict[str, float] = {}
    executors: list[float] = []

    def run_all() -> None:
        context = InteractiveContext(pipeline_name="penguins", pipeline_root=str(folder / "root"))
        for component in raw_components(folder):
            steps[component.id] = seconds_of(lambda: context.run(component))  # noqa: B023

    with timed(InProcessComponentLauncher, "_run_executor", executors):
        total = seconds_of(run_all)
    first = dict(steps)
    return {
        "imports": imports,
        "total": total,
        "steps": first,
        "executors": sum(executors),
        "cached": seconds_of(run_all),
    }


def prepare_csv(folder: Path) -> None:
    """CsvExampleGen knows no text for missing values but the empty one."""
    folder.mkdir()
    lines = penguin_csv().read_text(encoding="utf-8").splitlines()
    cleaned = [",".join("" if field == "NA" else field for field in line.split(",")) for line in lines]
    (folder / "penguins.csv").write_text("\n".join(cleaned) + "\n", encoding="utf-8")


def raw_components(folder: Path) -> Iterator[Any]:
    """The components as TFX's tutorials write them; each is made after those before it ran."""
    from tfx import v1 as tfx

    here = Path(__file__).resolve().parent
    splits = tfx.proto.SplitConfig(
        splits=[
            tfx.proto.SplitConfig.Split(name="train", hash_buckets=7),
            tfx.proto.SplitConfig.Split(name="eval", hash_buckets=3),
        ]
    )
    examples = tfx.components.CsvExampleGen(
        input_base=str(folder / "data"), output_config=tfx.proto.Output(split_config=splits)
    )
    yield examples
    statistics_gen = tfx.components.StatisticsGen(examples=examples.outputs["examples"])
    yield statistics_gen
    schema = tfx.components.SchemaGen(statistics=statistics_gen.outputs["statistics"], infer_feature_shape=False)
    yield schema
    yield tfx.components.ExampleValidator(
        statistics=statistics_gen.outputs["statistics"], schema=schema.outputs["schema"]
    )
    transform = tfx.components.Transform(
        examples=examples.outputs["examples"],
        schema=schema.outputs["schema"],
        module_file=str(here / "_raw_transform.py"),
    )
    yield transform
    trainer = tfx.components.Trainer(
        module_file=str(here / "_raw_trainer.py"),
        examples=transform.outputs["transformed_examples"],
        transform_graph=transform.outputs["transform_graph"],
        schema=schema.outputs["schema"],
        train_args=tfx.proto.TrainArgs(),
        eval_args=tfx.proto.EvalArgs(),
    )
    yield trainer
    yield tfx.components.Evaluator(
        examples=examples.outputs["examples"],
        model=trainer.outputs["model"],
        schema=schema.outputs["schema"],
        eval_config=raw_evaluation(),
    )
    destination = tfx.proto.PushDestination(
        filesystem=tfx.proto.PushDestination.Filesystem(base_directory=str(folder / "deployed"))
    )
    yield tfx.components.Pusher(model=trainer.outputs["model"], push_destination=destination)


def raw_evaluation() -> Any:
    import tensorflow_model_analysis as tfma

    names = ("ExampleCount", "SparseCategoricalAccuracy", "SparseCategoricalCrossentropy")
    return tfma.EvalConfig(
        model_specs=[
            tfma.ModelSpec(
                signature_name="serving_default",
                model_type="tf_generic",
                preprocessing_function_names=["transform_features"],
                label_key="species_xl",
            )
        ],
        slicing_specs=[
            tfma.SlicingSpec(),
            tfma.SlicingSpec(feature_keys=["island"]),
            tfma.SlicingSpec(feature_keys=["island", "sex"]),
        ],
        metrics_specs=[tfma.MetricsSpec(metrics=[tfma.MetricConfig(class_name=name) for name in names])],
    )


def look_up(n_executions: int) -> dict[str, Any]:
    """The cache look-up of each component in a store with a long history, ours and TFX's own."""
    import_ours()
    from tfx.orchestration import metadata as tfx_metadata

    from zenml_nb import create_repository
    from zenml_nb.engine import metadata, session
    from zenml_nb.engine.ledger import open_for_writing

    repository = create_repository(Path.cwd())
    pipeline = penguin_pipeline()
    pipeline.run(until="split")
    filling = seconds_of(lambda: lengthen_history(open_for_writing(repository), pipeline.name, n_executions))
    ours: list[float] = []
    drivers: list[float] = []
    raw: list[float] = []
    stock = tfx_metadata.Metadata.get_cached_outputs

    def asked_twice(self: Any, **arguments: Any) -> Any:
        began = time.perf_counter()
        found = original(self, **arguments)
        ours.append(time.perf_counter() - began)
        # Once is enough to know: each takes seconds.
        if not raw and arguments["input_artifacts"]:
            raw.append(seconds_of(lambda: stock(self, **arguments)))
            drivers.append(-raw[0])
        return found

    original = metadata.RunMetadata.get_cached_outputs
    metadata.RunMetadata.get_cached_outputs = asked_twice
    with timed(session.Launcher, "_run_driver", drivers):
        pipeline.run(until="split")
    return {"filling": filling, "ours": ours, "drivers": sum(drivers) / len(ours), "raw": raw[0]}


def lengthen_history(store: Any, pipeline: str, n_executions: int) -> None:
    """Repeat the executions of the latest run, each with its inputs, under runs and cache keys of their own."""
    from ml_metadata.proto import metadata_store_pb2 as pb

    from zenml_nb.records import vocabulary as v

    context = store.get_context_by_type_and_name(v.PIPELINE_TYPE, pipeline)
    models = store.get_executions_by_context(context.id)
    inputs = [e for e in store.get_events_by_execution_ids([m.id for m in models]) if e.type == pb.Event.INPUT]
    types = {name: store.get_context_type(name).id for name in (v.RUN_TYPES[0], v.CACHE_TYPE)}
    done = 0
    while done < n_executions:
        size = min(len(models) * 300, n_executions - done)
        repeated = [models[index % len(models)] for index in range(size)]
        ids = store.put_executions([_copy(model) for model in repeated])
        runs = store.put_contexts(
            [
                pb.Context(type_id=types[v.RUN_TYPES[0]], name=f"{pipeline}.history-{done + index}")
                for index in range(0, size, len(models))
            ]
        )
        keys = store.put_contexts(
            [pb.Context(type_id=types[v.CACHE_TYPE], name=f"history-{done + index}") for index in range(size)]
        )
        of_run = [runs[index // len(models)] for index in range(size)]
        links = [
            pb.Association(execution_id=execution, context_id=linked)
            for execution, run, key in zip(ids, of_run, keys, strict=True)
            for linked in (context.id, run, key)
        ]
        store.put_attributions_and_associations([], links)
        events = []
        for model, execution in zip(repeated, ids, strict=True):
            for event in inputs:
                if event.execution_id == model.id:
                    copied = pb.Event()
                    copied.CopyFrom(event)
                    copied.execution_id = execution
                    events.append(copied)
        store.put_events(events)
        done += size


def _copy(execution: Any) -> Any:
    copied = type(execution)()
    copied.CopyFrom(execution)
    for name in ("id", "name", "create_time_since_epoch", "last_update_time_since_epoch"):
        copied.ClearField(name)
    return copied


def measure(n_runs: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Runs of both, one after the other in turns, each in a process and a folder of its own."""
    ours, raw = [], []
    for number in range(n_runs):
        ours.append(run_child(__file__, "ours"))
        raw.append(run_child(__file__, "raw"))
        print(f"run {number + 1}: zenml_nb {ours[-1]['total']:.1f} s, raw {raw[-1]['total']:.1f} s", flush=True)
    return ours, raw


def median(figures: list[dict[str, Any]], *keys: str) -> float:
    def pick(figure: Any) -> float:
        for key in keys:
            figure = figure.get(key, 0.0)
        return float(figure)

    return statistics.median(map(pick, figures))


def report(ours: list[dict[str, Any]], raw: list[dict[str, Any]]) -> None:
    print("\nSeconds, medians:")
    rows = []
    for mine, theirs in PAIRS.items():
        stock = f"{median(raw, 'steps', theirs):.2f}" if theirs else ""
        rows.append([mine, f"{median(ours, 'steps', mine):.2f}", theirs or "", stock])
    for name, key in (("imports", "imports"), ("total without imports", "total"), ("second, cached run", "cached")):
        rows.append([name, f"{median(ours, key):.2f}", "", f"{median(raw, key):.2f}"])
    rows.append(["whole process", f"{_whole(ours):.2f}", "", f"{_whole(raw):.2f}"])
    print_table(["zenml_nb", "s", "raw TFX", "s"], rows)
    outside = statistics.median(figure["total"] - figure["executors"] for figure in ours)
    stock = statistics.median(figure["total"] - figure["executors"] for figure in raw)
    print(f"\nOutside the executors: {outside:.2f} s, raw {stock:.2f} s. Of ours:")
    for name in ours[0]["outside"]:
        print(f"  {name}: {median(ours, 'outside', name):.2f} s")
    print()
    total = median(ours, "total")
    print_target("total, as a share of raw TFX", statistics.median(_ratios(ours, raw)), 0.6)
    print_target("our bookkeeping, of the run", 100 * outside / total, 2, " %")
    print_target("second, cached run, of the first", 100 * median(ours, "cached") / total, 5, " %")


def _whole(figures: list[dict[str, Any]]) -> float:
    """Imports and first run: what a user waits for in a new kernel."""
    return statistics.median(figure["imports"] + figure["total"] for figure in figures)


def _ratios(ours: list[dict[str, Any]], raw: list[dict[str, Any]]) -> list[float]:
    """Of neighbours in time, so that what else the machine does falls out."""
    return [mine["total"] / theirs["total"] for mine, theirs in zip(ours, raw, strict=True)]


def report_look_up(figures: dict[str, Any], n_executions: int) -> None:
    print(f"\nCache look-up with {n_executions:,} executions in the store")
    slowest = 1000 * max(figures["ours"])
    middle = 1000 * statistics.median(figures["ours"])
    print(f"median {middle:.1f} ms; the whole driver of a step {1000 * figures['drivers']:.0f} ms")
    print(f"TFX's own look-up: {figures['raw']:.1f} s")
    print_target("the slowest step's cache look-up", slowest, 50, " ms")


def main() -> None:
    if serve_child({"ours": run_ours, "raw": run_raw, "look_up": look_up}):
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="runs of each, in turns; 0 leaves them out")
    parser.add_argument("--history", type=int, default=HISTORY, help="executions for the look-up; 0 leaves it out")
    arguments = parser.parse_args()
    if arguments.runs:
        report(*measure(arguments.runs))
    if arguments.history:
        report_look_up(run_child(__file__, "look_up", n_executions=arguments.history), arguments.history)


if __name__ == "__main__":
    main()
