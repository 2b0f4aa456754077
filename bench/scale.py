"""CSV to statistics and splits from 15 thousand to 1.5 million rows, beside stock TFX components.

The rows are those of the Chicago taxi data, repeated with noise on the numeric columns.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from pathlib import Path
from typing import Any

from _measure import measured, peak_memory, print_table, print_target, reset_peak_memory, run_child, serve_child

DEFAULT_ROWS = (15_000, 150_000, 1_500_000)
STEPS = ("commit", "Data", "DataStatistics", "Split", "SplitStatistics")
TO_STATISTICS = STEPS[:3]
STOCK_STEPS = ("CsvExampleGen", "StatisticsGen")
# Column to the decimals that are kept; the other columns are categories, codes or text.
NOISY = {
    "fare": 2,
    "tips": 2,
    "trip_miles": 1,
    "trip_seconds": 0,
    "trip_start_timestamp": 0,
    "pickup_latitude": 6,
    "pickup_longitude": 6,
    "dropoff_latitude": 6,
    "dropoff_longitude": 6,
}
_SHARE_OF_NOISE = 0.02


def find_taxi() -> Path:
    """The Chicago taxi data, in a folder ``shared/data`` beside or above the project."""
    for folder in Path(__file__).resolve().parents:
        path = folder / "shared" / "data" / "chicago_taxi.csv"
        if path.is_file():
            return path
    raise SystemExit("No folder above this script has shared/data/chicago_taxi.csv.")


def write_rows(source: Path, target: Path, n_rows: int) -> None:
    """Write ``n_rows`` rows: the source again and again, each time with other noise, one copy in memory."""
    import numpy as np
    import pandas as pd

    original = pd.read_csv(source, dtype=str, keep_default_na=False, na_values=[""])
    generator = np.random.default_rng(0)
    written = 0
    with open(target, "w", encoding="utf-8", newline="") as file:
        while written < n_rows:
            copy = original.head(n_rows - written).copy()
            for name, decimals in NOISY.items():
                values = copy[name].astype(float)
                noisy = (values * (1 + _SHARE_OF_NOISE * generator.standard_normal(len(values)))).round(decimals)
                copy[name] = noisy if decimals else noisy.astype("Int64")
            copy.to_csv(file, index=False, header=not written)
            written += len(copy)


def run_ours(data: str) -> dict[str, Any]:
    """Commit, examples, statistics and splits by zenml_nb; seconds and peak memory of each."""
    # Imports are not measured, here as below; reading CSV files and writing snapshots would load these.
    import pandas  # noqa: F401
    import pyarrow.csv
    import pyarrow.parquet  # noqa: F401

    from zenml_nb import CSVDatasource, TrainingPipeline, create_repository
    from zenml_nb.steps import RandomSplit

    create_repository(Path.cwd())
    datasource = CSVDatasource(name="taxi", path=data)
    figures: dict[str, Any] = {}
    with measured(figures, "commit"):
        datasource.commit()
    pipeline = TrainingPipeline(name="scale")
    pipeline.add_datasource(datasource)
    pipeline.add_split(RandomSplit({"train": 0.7, "eval": 0.3}))
    running = ""

    def listen(event: Any) -> None:
        nonlocal running
        if not event.component:
            return
        if event.state != "RUNNING":
            figures[event.component] = {"seconds": event.seconds, "peak": peak_memory()}
        elif event.component != running:
            running = event.component
            reset_peak_memory()

    pipeline.listeners.append(listen)
    pipeline.run(until="split")
    return figures


def run_stock(data: str) -> dict[str, Any]:
    """CsvExampleGen and StatisticsGen in a raw InteractiveContext; seconds and peak memory of each."""
    from IPython.core.interactiveshell import InteractiveShell

    InteractiveShell.instance()
    from tfx.components import CsvExampleGen, StatisticsGen
    from tfx.orchestration.experimental.interactive.interactive_context import InteractiveContext

    context = InteractiveContext(pipeline_root=str(Path.cwd() / "root"))
    figures: dict[str, Any] = {}
    examples = CsvExampleGen(input_base=str(Path(data).parent))
    with measured(figures, "CsvExampleGen"):
        context.run(examples)
    with measured(figures, "StatisticsGen"):
        context.run(StatisticsGen(examples=examples.outputs["examples"]))
    return figures


def measure(sizes: list[int], stock_up_to: int) -> dict[int, dict[str, dict[str, float]]]:
    """The figures of every step, by size; one process at a time."""
    figures: dict[int, dict[str, dict[str, float]]] = {}
    for n_rows in sizes:
        with tempfile.TemporaryDirectory(prefix="zenml_nb_rows_") as folder:
            data = Path(folder) / "taxi.csv"
            write_rows(find_taxi(), data, n_rows)
            print(f"{n_rows:,} rows, {data.stat().st_size / 2**20:,.0f} MB of CSV", flush=True)
            figures[n_rows] = run_child(__file__, "ours", data=str(data))
            if n_rows <= stock_up_to:
                figures[n_rows].update(run_child(__file__, "stock", data=str(data)))
    return figures


def total(figures: dict[str, dict[str, float]], steps: tuple[str, ...]) -> float:
    return sum(figures[step]["seconds"] for step in steps)


def report(figures: dict[int, dict[str, dict[str, float]]]) -> None:
    sizes = sorted(figures)
    shown = [step for step in (*STEPS, *STOCK_STEPS) if any(step in figures[size] for size in sizes)]
    print("\nSeconds, and peak memory in MB of the process during the step:")
    print_table(
        ["step", *(f"{size:,}" for size in sizes)],
        [[step, *(_cell(figures[size].get(step)) for size in sizes)] for step in shown],
    )
    print()
    for size in sizes:
        if STOCK_STEPS[0] in figures[size]:
            ours, stock = total(figures[size], TO_STATISTICS), total(figures[size], STOCK_STEPS)
            print(f"{size:,} rows from CSV to statistics: {ours:.2f} s, stock {stock:.1f} s")
            print_target("  times sooner than stock", stock / ours, 10, "x", at_least=True)
    for small, large in itertools.pairwise(sizes):
        _report_growth(figures, small, large)


def _cell(figure: dict[str, float] | None) -> str:
    return f"{figure['seconds']:.2f} s {figure['peak']:6.0f} MB" if figure else ""


def _report_growth(figures: dict[int, dict[str, dict[str, float]]], small: int, large: int) -> None:
    per_row = {size: total(figures[size], STEPS) / size for size in (small, large)}
    growth = {step: figures[large][step]["peak"] - figures[small][step]["peak"] for step in STEPS}
    listed = ", ".join(f"{step} {value:+.0f}" for step, value in growth.items())
    print(f"\n{small:,} -> {large:,} rows")
    print(f"time of a row, all steps: {per_row[small] * 1e6:.1f} -> {per_row[large] * 1e6:.1f} µs")
    print(f"peak memory in MB: {listed}")
    if small >= 100_000:
        print_target("growth of the time of a row", per_row[large] / per_row[small], 1.1, "x")
        ratios = {step: figures[large][step]["peak"] / figures[small][step]["peak"] for step in STEPS}
        commit = ratios.pop("commit")
        print_target("largest growth of the peak memory of data, split and statistics", max(ratios.values()), 1.1, "x")
        print(f"        of the commit, which fills buffers of a fixed size first: {commit:.2f}x")


def main() -> None:
    if serve_child({"ours": run_ours, "stock": run_stock}):
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=list(DEFAULT_ROWS), help="the sizes")
    parser.add_argument("--stock-up-to", type=int, default=150_000, help="the largest size for the stock components")
    arguments = parser.parse_args()
    report(measure(sorted(arguments.rows), arguments.stock_up_to))


if __name__ == "__main__":
    main()
