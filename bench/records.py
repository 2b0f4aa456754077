"""What a list of runs costs: a generated store of thousands of runs, in pages, filtered, and beside a writer."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import _many_runs
from _measure import (
    child_environment,
    peak_memory,
    print_table,
    print_target,
    reset_peak_memory,
    run_child,
    serve_child,
)

RUNS = 10_000
#: The store that a page of the large one is compared with is this many times smaller.
SMALLER = 10
PAGE = 50
PAGES = 200
COMPARED = 200


def generate(path: str, runs: int, files: int) -> dict[str, Any]:
    """Write a store."""
    began = time.perf_counter()
    _many_runs.write_store(Path(path), runs, files=files)
    return {"seconds": time.perf_counter() - began, "size": Path(path).stat().st_size}


def pages(path: str, runs: int) -> dict[str, Any]:
    """Open a store, show its first page, index it, and look at pages and filters."""
    from zenml_nb.records.catalog import Catalog, Filters
    from zenml_nb.viewmodels.runs import runs_document

    found: dict[str, Any] = {}
    found["open"], store = timed(lambda: open_store(path))
    catalog = Catalog(store)

    def page(filters: Filters = Filters(), offset: int = 0) -> dict[str, Any]:  # noqa: B008
        return runs_document(catalog.page(filters, offset, PAGE), offset)

    found["first"], document = timed(page)
    if len(document["runs"]) != min(PAGE, runs):
        raise SystemExit(f"The first page has {len(document['runs'])} runs.")
    began = time.perf_counter()
    meanwhile = []
    while document["indexing"]:
        time.sleep(0.1)
        seconds, document = timed(page)
        meanwhile.append(seconds)
    found["index"] = time.perf_counter() - began
    found["meanwhile"] = max(meanwhile, default=0.0)
    if document["total"] != runs:
        raise SystemExit(f"{document['total']} of {runs} runs are indexed.")
    before = memory()
    chance = random.Random(0)
    offsets = [chance.randrange(max(1, runs - PAGE)) for _ in range(PAGES)]
    found["pages"] = [timed(lambda offset=offset: page(offset=offset))[0] for offset in offsets]
    found["filters"] = {}
    for name, filters in each_filter(runs).items():
        # The first time it is looked for in all runs; then the list is remembered.
        took = [timed(lambda one=one: page(one)) for one in filters]
        again = [timed(lambda one=one: page(one, PAGE))[0] for one in filters]
        if not any(document["total"] for _, document in took):
            raise SystemExit(f"The filter {name} finds nothing.")
        found["filters"][name] = [max(seconds for seconds, _ in took), max(again)]
    found["memory"] = [before, memory()]
    return found


def in_turns(paths: list[str], sizes: list[int]) -> dict[str, Any]:
    """Pages of several stores, one after the other in one process: what else the machine does is the same for all."""
    from zenml_nb.records.catalog import Catalog, Filters

    catalogs = [Catalog(open_store(path)) for path in paths]
    for catalog in catalogs:
        catalog.complete()
    chance = random.Random(0)
    took: list[list[float]] = [[] for _ in catalogs]
    for _ in range(PAGES):
        for catalog, runs, own in zip(catalogs, sizes, took, strict=True):
            offset = chance.randrange(max(1, runs - PAGE))
            own.append(timed(lambda catalog=catalog, offset=offset: catalog.page(Filters(), offset, PAGE))[0])
    return {"medians": [statistics.median(own) for own in took]}


def each_filter(runs: int) -> dict[str, list[Any]]:
    """Some filters of each kind, all different."""
    from zenml_nb.records.catalog import Filters

    first = datetime.fromtimestamp(_many_runs.FIRST / 1000, tz=timezone.utc)
    apart = timedelta(milliseconds=_many_runs.APART)
    middles = [first + apart * (runs * part // 10) for part in range(1, 6)]
    return {
        "pipeline": [Filters(pipelines=(f"pipeline_{number:02}",)) for number in range(5)],
        "state": [Filters(states=(state,)) for state, _ in _many_runs.STATES],
        "time": [Filters(since=middle, before=middle + apart * (runs // 10)) for middle in middles],
        "metric range": [Filters(metric="auc", minimum=part / 10, maximum=part / 10 + 0.2) for part in range(5)],
        "search": [Filters(search=text) for text in ("000", "epoch 3", "PIPELINE_07", "infinite", "_11.000")],
        "all of them": [
            Filters(
                pipelines=("pipeline_04", "pipeline_05"), states=("COMPLETE",), since=first, metric="auc", search="0"
            )
        ],
    }


def beside_a_writer(path: str, runs: int, seconds: float) -> dict[str, Any]:
    """Ask for the first page again and again while another process writes runs without a pause."""
    from zenml_nb.records.catalog import Catalog, Filters

    catalog = Catalog(open_store(path))
    catalog.complete()
    command = [sys.executable, _many_runs.__file__, path, "--runs", "1000000", "--first", str(runs)]
    writer = subprocess.Popen(command, env=child_environment())
    took, errors, total = [], 0, runs
    try:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.perf_counter()
            try:
                total = catalog.page(Filters(), 0, PAGE).total or total
            except Exception as error:
                errors += 1
                print(error, file=sys.stderr)
            took.append(time.perf_counter() - began)
            time.sleep(0.02)
    finally:
        writer.kill()
        writer.wait()
    return {"took": took, "errors": errors, "written": total - runs}


def compare(path: str, runs: int) -> dict[str, Any]:
    """Read the newest runs and make the document of their comparison."""
    from zenml_nb.viewmodels.compare import compare_document

    store = open_store(path)
    ids = [_many_runs.run_id(number) for number in range(runs - min(runs, COMPARED), runs)]
    read, found = timed(lambda: store.runs_by_id(ids))
    made, document = timed(lambda: compare_document(found, root=Path(path).parents[1]))
    return {"read": read, "made": made, "runs": len(document["runs"]), "parameters": len(document["parameters"])}


def open_store(path: str) -> Any:
    from zenml_nb.records import Store

    return Store({"type": "sqlite", "uri": path})


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """The seconds of a call, and what it gave."""
    began = time.perf_counter()
    given = call()
    return time.perf_counter() - began, given


def memory() -> float:
    """The resident memory of now, in MB."""
    reset_peak_memory()
    return peak_memory()


def digest(path: Path) -> str:
    with open(path, "rb") as file:
        whole = hashlib.sha256()
        while block := file.read(1 << 20):
            whole.update(block)
        return whole.hexdigest()


def main() -> None:
    tasks = {
        "generate": generate,
        "pages": pages,
        "in_turns": in_turns,
        "compare": compare,
        "beside_a_writer": beside_a_writer,
    }
    if serve_child(tasks):
        return
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=RUNS, help="of the large store, with 9 executions each")
    parser.add_argument("--seconds", type=float, default=20, help="of reading beside a writing process")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zenml_nb_bench_") as root:
        sizes = [given.runs // SMALLER, given.runs]
        paths = [Path(root, str(runs), ".zenml_nb", "metadata.sqlite") for runs in sizes]
        made = []
        for path, runs in zip(paths, sizes, strict=True):
            path.parent.mkdir(parents=True)
            made.append(run_child(__file__, "generate", path=str(path), runs=runs, files=min(runs, COMPARED)))
        print(f"{given.runs:,} runs: {made[1]['size'] / 1e6:.0f} MB, written in {made[1]['seconds']:.0f} s")
        before = [digest(path) for path in paths]
        found = [
            run_child(__file__, "pages", path=str(path), runs=runs) for path, runs in zip(paths, sizes, strict=True)
        ]
        turns = run_child(__file__, "in_turns", paths=list(map(str, paths)), sizes=sizes)
        compared = run_child(__file__, "compare", path=str(paths[1]), runs=given.runs)
        changed = sum(old != digest(path) for old, path in zip(before, paths, strict=True))
        # The first is as the engine makes it; the second as another tool does, whose writers keep readers out.
        with contextlib.closing(sqlite3.connect(paths[0])) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
        beside = {
            mode: run_child(__file__, "beside_a_writer", path=str(path), runs=runs, seconds=given.seconds)
            for mode, path, runs in (("WAL", paths[1], sizes[1]), ("DELETE", paths[0], sizes[0]))
        }
    report(sizes, found, turns, compared, changed, beside)


def report(
    sizes: list[int],
    found: list[dict[str, Any]],
    turns: dict[str, Any],
    compared: dict[str, Any],
    changed: int,
    beside: dict[str, dict[str, Any]],
) -> None:
    """Print the figures beside their targets."""
    print()
    rows = [
        ["open the store", *(milliseconds(one["open"]) for one in found)],
        ["first page", *(milliseconds(one["first"]) for one in found)],
        ["index, in the background", *(milliseconds(one["index"]) for one in found)],
        ["slowest page meanwhile", *(milliseconds(one["meanwhile"]) for one in found)],
        ["any page, median", *(milliseconds(statistics.median(one["pages"])) for one in found)],
        ["any page, slowest", *(milliseconds(max(one["pages"])) for one in found)],
    ]
    for name in found[0]["filters"]:
        rows.append([f"filter: {name}", *(milliseconds(one["filters"][name][0]) for one in found)])
        rows.append(["  its next page", *(milliseconds(one["filters"][name][1]) for one in found)])
    print_table(["milliseconds", *(f"{size:,} runs" for size in sizes)], rows)
    large = found[1]
    print()
    print_target("first page", large["first"] * 1000, 100, " ms")
    print_target("slowest later page", max(large["meanwhile"], *large["pages"]) * 1000, 300, " ms")
    print_target("slowest filter", max(max(pair) for pair in large["filters"].values()) * 1000, 300, " ms")
    ratio = turns["medians"][1] / turns["medians"][0]
    print_target(f"cost of a page, {sizes[0]:,} -> {sizes[1]:,} runs", ratio, 1.2, "x")
    before, after = large["memory"]
    print_target(
        f"memory after {PAGES} pages and all filters, over before ({before:.0f} MB)", after / before, 1.05, "x"
    )
    print_target("stores changed by reading", changed, 0)
    for mode, one in beside.items():
        took = sorted(one["took"])
        print(f"beside a process that wrote {one['written']:,} runs, journal mode {mode}: {len(took)} pages")
        print_target("  median", statistics.median(took) * 1000, 300, " ms")
        print_target("  99th percentile", took[int(len(took) * 0.99)] * 1000, 1000, " ms")
        print_target("  errors", one["errors"], 0)
    print(f"{compared['runs']} runs: read in {compared['read']:.2f} s, {compared['parameters']} parameters")
    print_target("comparison of them, with reading", compared["read"] + compared["made"], 3, " s")


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


if __name__ == "__main__":
    main()
