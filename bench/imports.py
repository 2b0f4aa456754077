"""What `import zenml_nb` and a whole pipeline object cost, beside `import tfx.v1`; each in processes of its own."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

from _measure import child_environment, print_table, print_target

HEAVY = (
    "tensorflow",
    "tfx",
    "apache_beam",
    "tensorflow_data_validation",
    "tensorflow_model_analysis",
    "tensorflow_transform",
    "tfx_bsl",
    "keras",
    "tf_keras",
    "ml_metadata",
    "pandas",
    "pyarrow",
    "numpy",
)
_PIPELINE = "from _penguins import penguin_pipeline; penguin_pipeline()"
CODE = {
    "Python's start": "pass",
    "import zenml_nb": "import zenml_nb",
    "import zenml_nb, build a pipeline": _PIPELINE,
    "import tfx.v1": "import tfx.v1",
}
LIMIT = 0.3


def run_code(code: str) -> subprocess.CompletedProcess[str]:
    """Run Python code beside the modules of the benchmarks."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).resolve().parent,
        env=child_environment(),
        capture_output=True,
        text=True,
        check=True,
    )


def seconds_of(code: str) -> float:
    began = time.perf_counter()
    run_code(code)
    return time.perf_counter() - began


def measure(names: list[str], n_runs: int) -> dict[str, float]:
    """Median seconds of each; in turns, after one run of each that writes byte-code and warms the disk's cache."""
    times: dict[str, list[float]] = {name: [] for name in names}
    for number in range(n_runs + 1):
        for name in names:
            seconds = seconds_of(CODE[name])
            if number:
                times[name].append(seconds)
    return {name: statistics.median(values) for name, values in times.items()}


def heavy_modules() -> list[str]:
    """Those of the heavy modules that building a pipeline loads."""
    printed = run_code(f"{_PIPELINE}; import sys; print(*sorted({set(HEAVY)!r} & set(sys.modules)))").stdout
    return printed.split()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=7, help="measured runs of each")
    parser.add_argument("--without-tfx", action="store_true", help="leave out the comparison, which takes a minute")
    arguments = parser.parse_args()
    names = [name for name in CODE if not (arguments.without_tfx and name == "import tfx.v1")]
    medians = measure(names, arguments.runs)
    start = medians["Python's start"]
    print_table(
        ["seconds, medians", "whole", "beyond Python's start"],
        [[name, f"{seconds:.3f}", f"{seconds - start:.3f}"] for name, seconds in medians.items()],
    )
    loaded = heavy_modules()
    print(f"\nheavy modules that building a pipeline loads: {', '.join(loaded) or 'none'}")
    built = medians["import zenml_nb, build a pipeline"] - start
    if "import tfx.v1" in medians:
        print(f"import tfx.v1 takes {(medians['import tfx.v1'] - start) / built:.0f} times as long")
    print_target("import and build, beyond Python's start", built, LIMIT, " s")
    print_target("heavy modules loaded", len(loaded), 0)


if __name__ == "__main__":
    main()
